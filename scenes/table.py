"""Story -> the closing table of how each gradient is made up, and where it leaves the picture."""

from dataclasses import dataclass

from graphgen.layout.measure import width, wrapped
from graphgen.model.geometry import Layout
from graphgen.model.kinds import KINDS
from graphgen.model.picture import Picture
from graphgen.model.story import Row, Story
from graphgen.text.mixing import mix

from .marks import Bundle, filled
from .pen import Pen
from .shapes import rectangle
from .views import SMALLEST_TEXT, Area, Frame, View, fitting

__all__ = ["Closing", "closing", "draw_table"]

_SIZES = (0.034, 0.032, 0.03, 0.028, 0.026, 0.024, SMALLEST_TEXT)
_LINE = 1.4
_ROW_GAP = 0.35
_COLUMN_GAP = 1.4
_LARGEST_SHARE = 0.52
_WIDEST_CELLS = (0.42, 0.24, 0.24)
_CUT = 0.02
_LINES_OF_A_ROW = 3
_LARGEST_TEXT = 0.045
_ENOUGH_ROWS = 8
_SHARE_BESIDE = 0.54
_TITLE_POINTS = 14.0
_HEADS = ("", "value", "∂", "how it is made up")


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table as it is drawn: the lines of each of its four texts."""

    row: Row | None
    texts: tuple[tuple[str, ...], ...]

    @property
    def height(self) -> int:
        """How many lines of text it takes."""
        return max(map(len, self.texts))


@dataclass(frozen=True, slots=True)
class Closing:
    """Where the picture and the table stand at the end.

    Attributes:
        view: of the whole picture.
        area: of the table.
        size: the table's font size, in Manim's units.
        columns: the widths of the three short columns, in Manim's units.
        lines: what the table says, its head first.
    """

    view: View
    area: Area
    size: float
    columns: tuple[float, float, float]
    lines: tuple[Line, ...]


def closing(story: Story, layout: Layout, frame: Frame) -> Closing:
    """The picture above the table or beside it, whichever leaves the picture larger."""
    tried = [each for size in _SIZES for each in _sized(story, layout, frame, size * frame.unit)]
    legible = SMALLEST_TEXT * frame.unit / _TITLE_POINTS
    return max(tried, key=lambda choice: _worth(choice, len(story.table), legible))


def _worth(choice: Closing, rows: int, legible: float) -> float:
    """The share of the rows that is told in full, and how legible the picture is beside it; of the
    best the one with the largest letters is taken."""
    told = [line.texts for line in choice.lines if line.row]
    cuts = [sum(text.endswith("…") for lines in row for text in lines) for row in told]
    full = min(1.0, cuts.count(0) / max(1, min(rows, _ENOUGH_ROWS)))
    return full - _CUT * sum(cuts) + min(1.0, choice.view.scale / legible)


def _sized(story: Story, layout: Layout, frame: Frame, size: float) -> list[Closing]:
    """With a table of this font size: below the picture, and on a wide frame beside it."""
    stage, gap = frame.stage, 0.02 * frame.height
    largest = _LARGEST_TEXT * frame.base / _TITLE_POINTS
    flat = stage.width * layout.height / layout.width
    room = max(stage.height * _LARGEST_SHARE, stage.height - gap - flat)
    below = _filled(story, size, stage.width, room)
    high = _height(below[1], size)
    under = Area(stage.x, stage.y - (stage.height - high) / 2, stage.width, high)
    above = Area(stage.x, stage.y + (high + gap) / 2, stage.width, stage.height - high - gap)
    choices = [Closing(fitting(layout, above, largest), under, size, *below)]
    if frame.width > frame.height:
        half = stage.width * _SHARE_BESIDE
        beside = _filled(story, size, half, stage.height)
        right = Area(stage.x + (stage.width - half) / 2, stage.y, half, _height(beside[1], size))
        rest = stage.width - half - 2 * gap
        left = Area(stage.x - (stage.width - rest) / 2, stage.y, rest, stage.height)
        choices.append(Closing(fitting(layout, left, largest), right, size, *beside))
    return choices


def draw_table(closing: Closing, picture: Picture, pen: Pen) -> list[Bundle]:
    """The table, one group for each of its lines."""
    theme, size = picture.theme, closing.size
    top = closing.area.y + closing.area.height / 2
    left = closing.area.x - closing.area.width / 2
    starts = [left]
    for wide in closing.columns:
        starts.append(starts[-1] + wide + (_COLUMN_GAP * size if wide else 0.0))
    inks = (theme.text, theme.text, theme.backward, theme.text)
    last = left + closing.area.width - starts[3]
    drawn = []
    for line in closing.lines:
        middle = top - size * (_LINE + _ROW_GAP) / 2
        group = Bundle()
        colors = inks if line.row else (theme.quiet,) * 4
        for lines, x, ink in zip(line.texts, starts, colors, strict=True):
            room = last if x == starts[3] else 0.0
            for at, text in enumerate(lines):
                if text:
                    place = (x, middle - at * size * _LINE)
                    group.add(pen.write(text, size, ink, place, room=room, align=-1))
        high = _row_height(line, size)
        rule = Area(closing.area.x, top - high, closing.area.width, size * 0.04)
        group.add(filled(rectangle(rule), mix(theme.quiet, theme.page, 0.7)))
        top -= high
        drawn.append(group)
    return drawn


def _filled(
    story: Story, size: float, room: float, height: float
) -> tuple[tuple[float, float, float], tuple[Line, ...]]:
    """The columns and the lines of a table in so much room: shared leaves first, what doesn't fit
    is counted."""
    rows = sorted(story.table, key=lambda row: _rank(story, row))
    columns = _columns(rows, size, room)
    last = room - sum(columns) - _COLUMN_GAP * size * sum(1 for wide in columns if wide)
    kept = [Line(None, tuple((head,) for head in _HEADS))]
    for index, row in enumerate(rows):
        line, left = _line(row, (*columns, last), size), len(rows) - index
        more = Line(None, ((), (), (), (f"and {left} more",)))
        spare = [more] if left > 1 else []
        if _height((*kept, line, *spare), size) > height:
            kept.append(more)
            break
        kept.append(line)
    return columns, tuple(kept)


def _rank(story: Story, row: Row) -> tuple[int, int]:
    """Leaves before operations, shared ones first; else the order of the story."""
    is_leaf = KINDS[story.graph.nodes[row.node].kind].accumulates_gradient
    order = (is_leaf and len(row.parts) > 1, is_leaf, bool(row.gradient), True)
    return order.index(True), row.node


def _columns(rows: list[Row], size: float, room: float) -> tuple[float, float, float]:
    """How wide the three short columns are: as their longest text, up to a share of the room."""
    texts = [(row.name, row.value, row.gradient) for row in rows] + [_HEADS[:3]]
    widths = [
        min(max((width(own[at], size) for own in texts), default=0.0), _WIDEST_CELLS[at] * room)
        for at in range(3)
    ]
    return widths[0], widths[1], widths[2]


def _line(row: Row, rooms: tuple[float, ...], size: float) -> Line:
    told = (row.name, row.value, row.gradient, row.made_of)
    lines = (
        wrapped(text, size, room, _LINES_OF_A_ROW) for text, room in zip(told, rooms, strict=True)
    )
    return Line(row, tuple(lines))


def _height(lines: tuple[Line, ...], size: float) -> float:
    return sum(_row_height(line, size) for line in lines)


def _row_height(line: Line, size: float) -> float:
    return size * (_LINE * line.height + _ROW_GAP)
