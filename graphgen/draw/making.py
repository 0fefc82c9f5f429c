"""Puts a storyboard together: elements are put, moved and dropped, beat by beat."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from graphgen.draw import bands
from graphgen.draw.board import Beat, BoardStep, Ease, Size, Still, Storyboard, Traveler
from graphgen.draw.elements import Element
from graphgen.model.theme import Theme

__all__ = ["MOST_TRAVELING", "Maker"]

MOST_TRAVELING = 5
"""So many things travel at once; more can't be followed."""

_UNIT = 0.2
_OPENING = 1.8


@dataclass(slots=True)
class _Open:
    """A step that is being made."""

    caption: str
    narration: str
    chapter: str
    beats: list[Beat] = field(default_factory=list)


class Maker:
    """Makes a storyboard from the first step to the last.

    Args:
        title: stands above every still.
        theme: in which colours.
        size: of the frame.

    >>> from graphgen.draw.elements import circle
    >>> from graphgen.model.theme import DARK
    >>> maker = Maker("A ball", DARK, Size.of("16:9"))
    >>> maker.step("It lies here.")
    >>> maker.put(circle("ball", 480, 270, 20, fill=DARK.forward))
    >>> maker.beat(1.0)
    >>> maker.step("It went there.")
    >>> maker.put(circle("ball", 680, 270, 20, fill=DARK.forward))
    >>> maker.beat(2.0)
    >>> maker.board().seconds
    3.0
    """

    def __init__(self, title: str, theme: Theme, size: Size) -> None:
        self.title, self.theme, self.size = title, theme, size
        self._shown: dict[str, Element] = {}
        self._steps: list[_Open] = []
        self._poster = -1

    def step(self, caption: str, chapter: str = "", narration: str = "") -> None:
        """Begin a step; its beats follow."""
        self._steps.append(_Open(caption, narration, chapter))

    def open(self, caption: str) -> None:
        """The first step: the title in the middle, which goes to its place above in the next."""
        self.step(caption)
        self.put(bands.opening(self.title, self.size, self.theme))
        self.beat(_OPENING)
        self.drop("title")

    def put(self, *elements: Element | Iterable[Element]) -> None:
        """Show elements from the next beat on; one whose key is there already takes its place."""
        for each in elements:
            for element in (each,) if isinstance(each, Element) else each:
                known = self._shown.get(element.key)
                if known is None or known != element:
                    self._shown[element.key] = element

    def drop(self, *keys: str) -> None:
        """Take away the elements of these keys, and those whose keys go on from them with "/"."""
        for key in list(self._shown):
            if any(key == gone or key.startswith(f"{gone}/") for gone in keys):
                del self._shown[key]

    def has(self, key: str) -> bool:
        """Whether an element of this key is shown."""
        return key in self._shown

    def keys(self, start: str) -> list[str]:
        """The keys that are shown and go on from this one."""
        return [key for key in self._shown if key.startswith(f"{start}/")]

    def shown(self, key: str) -> Element:
        """The element of this key, as it is shown now."""
        return self._shown[key]

    def family(self, key: str) -> list[Element]:
        """The elements that are shown now whose keys go on from this one with "/"."""
        return [each for name, each in self._shown.items() if name.startswith(f"{key}/")]

    def fade(self, opacity: float, *keys: str) -> None:
        """Make elements of these keys, and what goes on from them, so opaque."""
        for key, element in self._shown.items():
            if any(key == faded or key.startswith(f"{faded}/") for faded in keys):
                self._shown[key] = replace(element, form=replace(element.form, opacity=opacity))

    def beat(
        self, seconds: float, travelers: Sequence[Traveler] = (), ease: Ease = "smooth"
    ) -> None:
        """Let what was put and dropped since the last beat happen, in so many seconds."""
        units = max(1, round(seconds / _UNIT))
        still = tuple(self._shown.values())
        self._steps[-1].beats.append(Beat(round(units * _UNIT, 1), still, tuple(travelers), ease))

    def poster(self) -> None:
        """The end of the step that is being made tells most."""
        self._poster = len(self._steps) - 1

    def board(self) -> Storyboard:
        """The storyboard, every still with its bands."""
        whole = sum(beat.seconds for step in self._steps for beat in step.beats)
        done = 0.0
        steps = []
        for number, opened in enumerate(self._steps):
            done += sum(beat.seconds for beat in opened.beats)
            around = self._bands(opened, number, done / max(whole, _UNIT))
            beats = tuple(replace(beat, still=_joined(beat.still, around)) for beat in opened.beats)
            steps.append(BoardStep(opened.caption, beats, opened.narration, opened.chapter))
        board = Storyboard(self.title, self.theme, self.size, tuple(steps), self._poster)
        return replace(board, first=_worded(steps[0].beats[0].still))

    def _bands(self, step: _Open, number: int, share: float) -> list[Element]:
        size, theme = self.size, self.theme
        chapters = {step.chapter for step in self._steps}
        return [
            *bands.heading(self.title, step.chapter, size, theme, chapters),
            *bands.progress(share, step.chapter, size, theme),
            *bands.caption(step.caption, size, theme, number),
        ]


def _worded(still: Still) -> Still:
    """What the first frame has already: the title and what is said."""
    first = ("title/", "caption/", "chapter", "progress")
    return tuple(element for element in still if element.key.startswith(first))


def _joined(still: Still, around: Sequence[Element]) -> Still:
    """A still within its bands; one that has a title of its own, as an opening has, keeps it."""
    has_title = any(element.key.startswith("title/") for element in still)
    if has_title:
        around = [each for each in around if not each.key.startswith(("title/", "chapter"))]
    return (*still, *around)
