"""Story + Frame -> the bands above and below the picture: title, chapter, progress, caption."""

from collections.abc import Callable

from manim import VMobject

from graphgen.layout.measure import by_statements, wrapped
from graphgen.model.geometry import Direction
from graphgen.model.story import Chapter, Story
from graphgen.model.theme import Theme
from graphgen.text.mixing import mix

from .marks import Bundle, filled
from .pen import Pen
from .shapes import rectangle
from .views import SMALLEST_TEXT, Area, Frame

__all__ = ["Panels"]

Breaking = Callable[[str, float, float, int], tuple[str, ...]]
"""Breaks a text of a font size into at most so many lines of a width."""

_TITLE_SIZE, _CHAPTER_SIZE, _CAPTION_SIZE = 0.04, 0.03, 0.042
_BIG_TITLE = 0.1
_STEP = 0.97
_LINE = 1.3
_HAIR = 0.02
_WORTH = 0.7
"""A program that is this much smaller on lines of whole statements still reads better so."""

_CHAPTERS: dict[Direction, dict[Chapter, str]] = {
    "lr": {"forward": "values →", "backward": "← gradients"},
    "tb": {"forward": "values ↓", "backward": "↑ gradients"},
}


class Panels:
    """Draws the bands of a film.

    Args:
        story: whose title and captions.
        direction: which way its values flow.
        theme: in which colors.
        frame: how large the frame is.
        pen: what writes.
    """

    def __init__(
        self, story: Story, direction: Direction, theme: Theme, frame: Frame, pen: Pen
    ) -> None:
        self._story, self._direction = story, direction
        self._theme, self._frame, self._pen = theme, frame, pen
        self._title = "; ".join(line for line in story.title.split("\n") if line.strip())

    def masks(self) -> list[VMobject]:
        """The page over both bands, for a picture that is larger than its stage."""
        return [
            filled(rectangle(self._whole(area)), self._theme.page)
            for area in (self._frame.title, self._frame.caption)
        ]

    def veil(self) -> VMobject:
        """The page over all between both bands, and a hair below them."""
        top = self._frame.title.y - self._frame.title.height / 2 + _HAIR
        bottom = self._frame.caption.y + self._frame.caption.height / 2 - _HAIR
        area = Area(0.0, (top + bottom) / 2, self._frame.width, top - bottom)
        return filled(rectangle(self._whole(area)), self._theme.page)

    def title(self) -> Bundle:
        """The title at its place, at the left of the upper band, on one line or two."""
        area, base = self._frame.title, self._frame.base
        words = _CHAPTERS[self._direction].values()
        mark = max(self._pen.width(word, _CHAPTER_SIZE * base) for word in words)
        room = Area(area.x, area.y, area.width - mark - 0.04 * base, area.height * 0.9)
        size, lines = self._fitted_program(room, _TITLE_SIZE * base, 2)
        return self._written(lines, size, (area.x - area.width / 2, area.y), align=-1)

    def big_title(self) -> Bundle:
        """The title in the middle of the stage, as the film opens."""
        stage = self._frame.stage
        size, lines = self._fitted_program(stage, _BIG_TITLE * self._frame.base, 4)
        return self._written(lines, size, (stage.x, stage.y))

    def chapter(self, step: int) -> Bundle:
        """What is going on, and how far the film is: a thin line below the title."""
        steps = self._story.steps
        here = steps[max(step, 0)]
        done = sum(told.seconds for told in steps[: step + 1]) / max(self._story.seconds, 0.1)
        area, height = self._frame.title, self._frame.height
        color = self._color(here.chapter)
        bottom = area.y - area.height / 2
        track = Area(area.x, bottom, area.width, 0.003 * height)
        gone = max(done, 0.004) * area.width
        passed = Area(area.x - (area.width - gone) / 2, bottom, gone, 0.005 * height)
        drawn = Bundle(
            filled(rectangle(track), mix(self._theme.quiet, self._theme.page, 0.72)),
            filled(rectangle(passed), color),
        )
        word = _CHAPTERS[self._direction].get(here.chapter, "")
        if word:
            at = (area.x + area.width / 2, area.y)
            drawn.add(self._pen.write(word, _CHAPTER_SIZE * self._frame.base, color, at, align=1))
        return drawn

    def caption(self, step: int) -> Bundle:
        """A step's sentence, in the lower band, on at most two lines (four where it is narrow)."""
        area, frame = self._frame.caption, self._frame
        most = 4 if frame.height > frame.width else 2
        text = self._story.steps[max(step, 0)].caption
        size, lines = self._fitted(text, area, _CAPTION_SIZE * frame.base, most)
        return self._written(lines, size, (area.x, area.y + 0.008 * frame.height))

    def _written(
        self, lines: tuple[str, ...], size: float, at: tuple[float, float], align: float = 0.0
    ) -> Bundle:
        """Lines below each other around a place."""
        middle, ink = (len(lines) - 1) / 2, self._theme.text
        return Bundle(
            *(
                self._pen.write(
                    line,
                    size,
                    ink,
                    (at[0], at[1] + (middle - row) * size * _LINE),
                    room=self._frame.inside,
                    align=align,
                )
                for row, line in enumerate(lines)
                if line
            )
        )

    def _fitted_program(self, area: Area, size: float, most: int) -> tuple[float, tuple[str, ...]]:
        """The title on lines that end where statements end, unless that makes it much smaller."""
        whole = self._fitted(self._title, area, size, most, by_statements)
        broken = self._fitted(self._title, area, size, most)
        is_good = _fits(whole[1], self._title, whole[0], area) and whole[0] >= _WORTH * broken[0]
        return whole if is_good else broken

    def _fitted(
        self, text: str, area: Area, size: float, most: int, breaking: Breaking = wrapped
    ) -> tuple[float, tuple[str, ...]]:
        """The largest size at which a text fits in an area on so many lines, and its lines; cut
        only where it would be too small to read."""
        smallest = SMALLEST_TEXT * self._frame.unit
        lines = breaking(text, size, area.width, most)
        while size > smallest and not _fits(lines, text, size, area):
            size = max(size * _STEP, smallest)
            lines = breaking(text, size, area.width, most)
        return size, lines

    def _color(self, chapter: Chapter) -> str:
        colors = {"forward": self._theme.forward, "backward": self._theme.backward}
        return colors.get(chapter, self._theme.quiet)

    def _whole(self, area: Area) -> Area:
        """A band as wide as the frame."""
        return Area(area.x, area.y, self._frame.width * 1.1, area.height)


def _fits(lines: tuple[str, ...], text: str, size: float, area: Area) -> bool:
    """Whether lines say all of a text, and are no higher than an area."""
    is_whole = " ".join(lines).split() == text.split()
    return is_whole and len(lines) * size * _LINE <= area.height
