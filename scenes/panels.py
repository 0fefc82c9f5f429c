"""Story + Frame -> the bands above and below the picture: title, chapter, progress, caption."""

from manim import VGroup, VMobject

from graphgen.geometry import Direction
from graphgen.measure import wrapped
from graphgen.story import Chapter, Story
from graphgen.theme import Theme
from scenes.ink import mix
from scenes.pen import Pen, filled
from scenes.shapes import rectangle
from scenes.views import SMALLEST_TEXT, Area, Frame

__all__ = ["Panels"]

_TITLE_SIZE, _CHAPTER_SIZE, _CAPTION_SIZE = 0.04, 0.03, 0.042
_BIG_TITLE = 0.1
_STEP = 0.97
_LINE = 1.3

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

    def title(self) -> VMobject:
        """The title at its place, at the left of the upper band."""
        area, base = self._frame.title, self._frame.base
        words = _CHAPTERS[self._direction].values()
        room = area.width - max(self._pen.width(word, _CHAPTER_SIZE * base) for word in words)
        size, text = self._fit(self._title, room - 0.04 * base, _TITLE_SIZE * base)
        at = (area.x - area.width / 2, area.y - 0.004 * self._frame.height)
        return self._pen.write(text, size, self._theme.text, at, align=-1)

    def big_title(self) -> VMobject:
        """The title in the middle of the stage, as the film opens."""
        stage = self._frame.stage
        size, text = self._fit(self._title, stage.width, _BIG_TITLE * self._frame.base)
        return self._pen.write(text, size, self._theme.text, (stage.x, stage.y))

    def chapter(self, step: int) -> VGroup:
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
        drawn = VGroup(
            filled(rectangle(track), mix(self._theme.quiet, self._theme.page, 0.72)),
            filled(rectangle(passed), color),
        )
        word = _CHAPTERS[self._direction].get(here.chapter, "")
        if word:
            at = (area.x + area.width / 2, area.y - 0.004 * height)
            drawn.add(self._pen.write(word, _CHAPTER_SIZE * self._frame.base, color, at, align=1))
        return drawn

    def caption(self, step: int) -> VGroup:
        """A step's sentence, in the lower band, on at most two lines (four where it is narrow)."""
        area = self._frame.caption
        text = self._story.steps[max(step, 0)].caption
        size, lines = self._wrapped(text, area)
        middle = (len(lines) - 1) / 2
        return VGroup(
            *(
                self._pen.write(
                    line,
                    size,
                    self._theme.text,
                    (area.x, area.y + (middle - at) * size * _LINE + 0.008 * self._frame.height),
                    room=area.width,
                )
                for at, line in enumerate(lines)
                if line
            )
        )

    def _wrapped(self, text: str, area: Area) -> tuple[float, tuple[str, ...]]:
        """The largest size at which the whole text fits, and its lines."""
        most = 4 if self._frame.height > self._frame.width else 2
        size, smallest = _CAPTION_SIZE * self._frame.base, SMALLEST_TEXT * self._frame.unit
        while True:
            lines = wrapped(text, size, area.width, most)
            fits = len(lines) * size * _LINE <= area.height
            whole = sum(len(line.split()) for line in lines) == len(text.split())
            if size <= smallest or (fits and whole and not _is_cut(lines, text)):
                return size, lines
            size = max(size * _STEP, smallest)

    def _fit(self, text: str, room: float, size: float) -> tuple[float, str]:
        """The size at which a line fits, and the line: cut only where it would be too small."""
        wide = self._pen.width(text, size)
        if wide <= room:
            return size, text
        smallest = SMALLEST_TEXT * self._frame.unit
        if wide * smallest / size <= room:
            return size * room / wide, text
        kept = text
        while kept and self._pen.width(kept + "…", smallest) > room:
            kept = kept[: -max(1, len(kept) // 40)]
        return smallest, kept.rstrip() + "…"

    def _color(self, chapter: Chapter) -> str:
        colors = {"forward": self._theme.forward, "backward": self._theme.backward}
        return colors.get(chapter, self._theme.quiet)

    def _whole(self, area: Area) -> Area:
        """A band as wide as the frame."""
        return Area(area.x, area.y, self._frame.width * 1.1, area.height)


def _is_cut(lines: tuple[str, ...], text: str) -> bool:
    return bool(lines) and lines[-1].endswith("…") and not text.endswith("…")
