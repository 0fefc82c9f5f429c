"""What a film draws between its steps: the story's texts, legible, apart, and inside the frame."""

from collections.abc import Iterator

import manimpango
import numpy as np
import pytest
from graphgen.scenes.pen import Label, Pen, find_font
from graphgen.scenes.stage import Stage
from graphgen.scenes.views import SMALLEST_TEXT, Frame, View, around
from manim import VMobject

from graphgen.layout.measure import is_grid
from graphgen.model.errors import MissingPartError
from graphgen.model.geometry import Box, Direction
from graphgen.model.graph import Cell
from graphgen.model.picture import Picture
from graphgen.model.theme import DARK, LIGHT, Theme
from graphgen.text.digits import grid
from graphgen.text.mixing import mix
from tests.graphs import square_by_product, two_paths
from tests.pictures import alarm, data_and_cut, matrices, picture, sixty

pytestmark = pytest.mark.dot

WIDE, TALL, SQUARE = Frame(128 / 9, 8.0), Frame(8.0, 128 / 9), Frame(8.0, 8.0)
ALL = {
    "two paths": two_paths,
    "a * a": square_by_product,
    "data and cut": data_and_cut,
    "inf and nan": alarm,
    "matrices": matrices,
}


def labels(mobjects: list[VMobject]) -> list[Label]:
    """Every text in some mobjects."""
    return [part for each in mobjects for part in each.get_family() if isinstance(part, Label)]


def box_of(mobject: VMobject) -> Box:
    """Where the ink of a mobject stands, y down."""
    points = mobject.points
    low, high = points.min(axis=0), points.max(axis=0)
    return Box(float(low[0]), float(-high[1]), float(high[0] - low[0]), float(high[1] - low[1]))


def overlaps(one: Box, other: Box, slack: float = 0.01) -> bool:
    """Whether two boxes share more than a hair."""
    return (
        one.x + one.width > other.x + slack
        and other.x + other.width > one.x + slack
        and one.y + one.height > other.y + slack
        and other.y + other.height > one.y + slack
    )


def stills(shown: Picture, frame: Frame) -> Iterator[tuple[int, list[VMobject]]]:
    """What stands in the frame before the story and after each of its steps."""
    stage = Stage(shown, frame)
    for step in range(-1, len(shown.story.steps)):
        yield step, stage.still(step)


def words(text: str) -> list[str]:
    """The words of a cell in the order in which they are written."""
    return [entry for row in grid(text) for entry in row]


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("frame", [WIDE, TALL, SQUARE], ids=["16:9", "9:16", "1:1"])
@pytest.mark.parametrize("direction", ["lr", "tb"])
def test_nothing_overlaps_and_nothing_leaves_the_frame_at_any_step(
    name: str, frame: Frame, direction: Direction
) -> None:
    shown = picture(ALL[name](), DARK, direction, "loss = (a + b) * b; twice = 2 * loss")
    stage = Stage(shown, frame)
    for step in range(-1, len(shown.story.steps)):
        found = [label for label in labels(stage.still(step)) if len(label.points)]
        boxes = [box_of(label) for label in found]
        if not stage.has_masks:
            for label, box in zip(found, boxes, strict=True):
                assert abs(box.x) < frame.width / 2, label.text
                assert box.x + box.width < frame.width / 2, label.text
                assert abs(box.y) < frame.height / 2, label.text
                assert box.y + box.height < frame.height / 2, label.text
            for at, one in enumerate(boxes):
                for other in range(at):
                    told = (step, found[at].text, found[other].text)
                    assert not overlaps(one, boxes[other]), told


@pytest.mark.parametrize("frame", [WIDE, TALL, SQUARE], ids=["16:9", "9:16", "1:1"])
def test_every_text_of_the_demo_is_at_least_24_pixels_of_1080(frame: Frame) -> None:
    shown = picture(two_paths(), title="c = (a + b) * b")
    for step, mobjects in stills(shown, frame):
        for label in labels(mobjects):
            # A still smaller "2 paths" would be the first to fail.
            assert label.size >= 0.9 * SMALLEST_TEXT * frame.unit, (step, label.text)
            if shown.story.steps[max(step, 0)].move != "close":
                assert label.size >= SMALLEST_TEXT * frame.unit, (step, label.text)


@pytest.mark.parametrize("name", ALL)
def test_every_cell_shows_the_text_of_the_story(name: str) -> None:
    shown = picture(ALL[name]())
    stage = Stage(shown, WIDE)
    known: dict[Cell, str] = {}
    for index, step in enumerate(shown.story.steps):
        known.update({mark.cell: mark.text for mark in step.marks})
        look, view = stage.look(index), stage.view(index)
        assert dict(look.texts) == known
        for node in range(len(shown.story.graph.nodes)):
            drawn = [label.text for label in labels([stage.drawing.card(node, look, view)])]
            assert "".join(drawn).replace(" ", "").startswith(_expected(stage, look, node))


def _expected(stage: Stage, look: object, node: int) -> str:
    """What a card says, after its "2 paths", without spaces."""
    told = stage.look(-1) if look is None else look
    arrived = told.arrived.get(node, 0)  # type: ignore[attr-defined]
    counts = [edge.contribution for edge in stage.story.graph.edges if edge.source == node]
    is_shared = arrived > 1 and len(counts) > 1
    found = f"{arrived}paths" if is_shared else ""
    for cell in stage.drawing.cells[node]:
        if cell in told.texts:  # type: ignore[attr-defined]
            sign = "∂" if cell.part == "gradient" else ""
            found += sign + "".join(words(told.texts[cell])).replace(" ", "")  # type: ignore[attr-defined]
    return found


def test_contributions_that_wait_stand_side_by_side_each_in_the_tint_of_its_path() -> None:
    shown = picture(two_paths())
    stage = Stage(shown, WIDE)
    cell = Cell("gradient", 1)
    before = next(i for i, step in enumerate(shown.story.steps) if step.move == "sum") - 1
    assert stage.look(before).waiting == {cell: ("5", "+ 3")}
    five, three = stage.drawing.letters.pieces(cell, ("5", "+ 3"), stage.view(before))
    assert box_of(five[-1]).x + box_of(five[-1]).width < box_of(three[-1]).x
    colors = [piece[-1].fill_color.to_hex().lower() for piece in (five, three)]
    assert colors == [DARK.backward, DARK.shared]
    assert stage.look(before + 1).waiting == {}
    assert stage.look(before + 1).texts[cell] == "8"


def test_a_shared_leafs_border_grows_with_each_path_that_arrives() -> None:
    stage = Stage(picture(two_paths()), WIDE)
    view = stage.view(0)
    borders = [_border(stage, arrived, view) for arrived in (0, 1, 2)]
    assert borders[0] < borders[1] < borders[2]


def _border(stage: Stage, arrived: int, view: View) -> float:
    return max(part.stroke_width for part in stage.drawing.shell(1, arrived, view))


def test_kinds_of_cards_differ_in_the_shape_of_their_borders() -> None:
    stage = Stage(picture(data_and_cut()), WIDE)
    view, graph = stage.view(0), stage.story.graph
    kinds = [node.kind for node in graph.nodes]
    pieces = {
        kind: _pieces(stage.drawing.shell(kinds.index(kind), 0, view)[1])
        for kind in ("leaf", "data", "cut")
    }
    assert (pieces["leaf"], pieces["cut"]) == (1, 1)
    assert pieces["data"] > 8
    torn = stage.drawing.shell(kinds.index("cut"), 0, view)[1].points
    left = torn[torn[:, 0] < torn[:, 0].mean()]
    assert len(set(left[::4, 0].round(6))) == 2  # teeth, where the gradient would go on
    assert len(stage.drawing.shell(graph.loss, 0, view)) == 3


def _pieces(line: VMobject) -> int:
    """How many separate strokes a line has."""
    ends, starts = line.points[3:-1:4], line.points[4::4]
    return 1 + int((np.abs(ends - starts).max(axis=1) > 1e-6).sum())


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_nan_and_inf_are_written_in_the_color_of_alarm(theme: Theme) -> None:
    shown = picture(alarm(), theme)
    stage = Stage(shown, WIDE)
    loud = [
        label
        for label in labels(stage.world(len(shown.story.steps) - 1))
        if label.text in ("inf", "nan", "−inf")
    ]
    assert loud
    assert {label.fill_color.to_hex().lower() for label in loud} == {theme.alarm}


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("name", ALL)
def test_texts_on_cards_have_a_contrast_of_four_and_a_half(name: str, theme: Theme) -> None:
    shown = picture(ALL[name](), theme)
    stage = Stage(shown, WIDE)
    last = len(shown.story.steps) - 1
    for glow in ("", theme.backward):
        for node in range(len(shown.story.graph.nodes)):
            card = stage.drawing.card(node, stage.look(last), stage.view(0), glow)
            fills = [p for p in card if not isinstance(p, Label) and len(p.points)]
            fill = next(p.fill_color.to_hex() for p in fills if p.fill_opacity)
            for label in labels([card]):
                told = (label.text, label.fill_color.to_hex(), fill)
                assert contrast(label.fill_color.to_hex(), fill) >= 4.5, told


def contrast(one: str, other: str) -> float:
    """The contrast of two colors by WCAG 2."""
    bright, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(color: str) -> float:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))


def test_matrices_stand_in_columns_between_brackets() -> None:
    shown = picture(matrices())
    stage = Stage(shown, WIDE)
    last = len(shown.story.steps) - 1
    texts = stage.look(last).texts
    cell = next(c for c, text in texts.items() if c.part == "value" and text.count("\t") == 2)
    group = stage.drawing.letters.text(cell, texts[cell], (), stage.view(0))
    entries = [label for label in group if isinstance(label, Label)]
    middles = [entry.get_center()[0] for entry in entries]
    assert middles[0] == pytest.approx(middles[2], abs=0.02)
    assert middles[1] == pytest.approx(middles[3], abs=0.02)
    brackets = [part for part in group if not isinstance(part, Label)]
    assert len(brackets) == 1
    assert box_of(brackets[0]).x < min(box_of(entry).x for entry in entries)
    assert is_grid(texts[cell])


def test_a_large_array_shows_a_strip_only_once_its_numbers_are_there() -> None:
    shown = picture(matrices())
    stage = Stage(shown, WIDE)
    strips = [p for p in shown.layout.places if p.strip and p.cell.part == "value"]
    cell, view = strips[0].cell, stage.view(0)
    text = stage.look(len(shown.story.steps) - 1).texts[cell]
    bare = stage.drawing.letters.text(cell, "1 of 2 paths", (), view)
    full = stage.drawing.letters.text(cell, text, (), view)
    assert not [part for part in bare if not isinstance(part, Label)]
    assert len([part for part in full if not isinstance(part, Label)]) > 8


def test_a_picture_too_large_for_its_frame_moves_so_that_its_actors_are_legible() -> None:
    shown = picture(sixty())
    stage = Stage(shown, WIDE)
    assert stage.has_masks
    smallest = min(place.size for place in shown.layout.places)
    floor = SMALLEST_TEXT * WIDE.unit / smallest
    for index, step in enumerate(shown.story.steps):
        boxes = [shown.layout.boxes[node] for node in step.focus.nodes]
        if boxes and step.move not in ("open", "close"):
            room = around(boxes)
            fit = min(WIDE.stage.width / room.width, WIDE.stage.height / room.height)
            nearest = stage.view(0).scale if fit < 0.6 * floor else min(floor, fit)
            assert stage.view(index).scale >= 0.999 * nearest
    for index, step in enumerate(shown.story.steps):
        for node in step.focus.nodes:
            area = stage.view(index).area(shown.layout.boxes[node])
            assert abs(area.x) + area.width / 2 < WIDE.width / 2
            assert area.y + area.height / 2 < WIDE.stage.y + WIDE.stage.height / 2 + 0.01
            assert area.y - area.height / 2 > WIDE.stage.y - WIDE.stage.height / 2 - 0.01


def test_a_label_is_one_mobject_shaped_as_a_whole() -> None:
    pen = Pen(find_font(("DejaVu Sans",)))
    label = pen.write("AVA", 1.0, "#ffffff", (0.0, 0.0))
    assert label.submobjects == []
    apart = pen.width("A", 1.0) * 2 + pen.width("V", 1.0)
    assert label.width < apart, "kerning draws A and V together"
    assert pen.outlines("AVA") is pen.outlines("AVA")


def test_labels_stand_on_one_line_whatever_letters_they_have() -> None:
    pen = Pen(find_font(("DejaVu Sans",)))
    feet = [pen.outlines(text)[:, 1].min() for text in ("H", "E", "1", "HE")]
    assert feet == pytest.approx([feet[0]] * 4, abs=1e-6)
    assert pen.outlines("g")[:, 1].min() < feet[0]


def test_with_no_font_there_is_an_error_that_says_how_to_get_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(manimpango, "list_fonts", list)
    with pytest.raises(MissingPartError, match="apt-get install fonts-dejavu-core"):
        Stage(picture(two_paths()), WIDE)


def test_the_first_font_that_is_there_is_taken() -> None:
    assert find_font(("No Such Font", "dejavu sans")) == "DejaVu Sans"
    assert find_font(("No Such Font",)) in manimpango.list_fonts()


def test_colors_mix_by_shares() -> None:
    assert mix("#000000", "#ffffff", 0.25) == "#404040"
    assert mix("#102030", "#ffffff", 0.0) == "#102030"
