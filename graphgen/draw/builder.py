"""Puts a timeline together: elements are added, changed and removed, transition by transition."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from graphgen.draw import bands
from graphgen.model.theme import Theme
from graphgen.model.timeline import (
    Camera,
    Easing,
    Element,
    Frame,
    Keyframe,
    Motion,
    Timeline,
    TimelineStep,
    Transition,
)

__all__ = ["MOST_MOTIONS", "TimelineBuilder"]

MOST_MOTIONS = 5
"""So many things travel at once; more can't be followed."""

_UNIT = 0.2
_OPENING = 1.8


@dataclass(slots=True)
class _Open:
    """A step that is being made."""

    caption: str
    narration: str
    chapter: str
    transitions: list[Transition] = field(default_factory=list)


class TimelineBuilder:
    """Makes a timeline from the first step to the last.

    Args:
        title: stands above every keyframe.
        theme: in which colours.
        frame: the shape of what is seen.

    >>> from graphgen.draw.elements import circle
    >>> from graphgen.model.theme import DARK
    >>> builder = TimelineBuilder("A ball", DARK, Frame.of("16:9"))
    >>> builder.step("It lies here.")
    >>> builder.add(circle("ball", 480, 270, 20, fill=DARK.forward))
    >>> builder.animate(1.0)
    >>> builder.step("It went there.")
    >>> builder.add(circle("ball", 680, 270, 20, fill=DARK.forward))
    >>> builder.animate(2.0)
    >>> builder.build().seconds
    3.0
    """

    def __init__(self, title: str, theme: Theme, frame: Frame) -> None:
        self.title, self.theme, self.frame = title, theme, frame
        self._shown: dict[str, Element] = {}
        self._steps: list[_Open] = []
        self._poster = -1
        self._camera: Camera | None = None
        self._pending: Camera | None = None

    def step(self, caption: str, chapter: str = "", narration: str = "") -> None:
        """Begin a step; its transitions follow."""
        self._steps.append(_Open(caption, narration, chapter))

    def open(self, caption: str) -> None:
        """The first step: the title in the middle, which goes to its place above in the next."""
        self.step(caption)
        self.add(bands.opening(self.title, self.frame, self.theme))
        self.animate(_OPENING)
        self.remove("title")

    def add(self, *elements: Element | Iterable[Element]) -> None:
        """Show elements from the next transition on; one whose key is there already takes its
        place."""
        for each in elements:
            for element in (each,) if isinstance(each, Element) else each:
                known = self._shown.get(element.key)
                if known is None or known != element:
                    self._shown[element.key] = element

    def remove(self, *keys: str) -> None:
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

    def element(self, key: str) -> Element:
        """The element of this key, as it is shown now."""
        return self._shown[key]

    def group(self, key: str) -> list[Element]:
        """The elements that are shown now whose keys go on from this one with "/"."""
        return [each for name, each in self._shown.items() if name.startswith(f"{key}/")]

    def fade(self, opacity: float, *keys: str) -> None:
        """Make elements of these keys, and what goes on from them, so opaque."""
        for key, element in self._shown.items():
            if any(key == faded or key.startswith(f"{faded}/") for faded in keys):
                self._shown[key] = replace(element, form=replace(element.form, opacity=opacity))

    def look(self, camera: Camera) -> None:
        """Move the camera in the next transition; before the first one, this is where it stands."""
        if not self._steps or not any(step.transitions for step in self._steps):
            self._camera = camera
        else:
            self._pending = camera

    def animate(
        self,
        seconds: float,
        motions: Sequence[Motion] = (),
        easing: Easing = "ease-in-out",
        cue: str = "",
    ) -> None:
        """Let what was added and removed since the last transition happen.

        Args:
            seconds: how long it takes; rounded to a multiple of 0.2.
            cue: the name by which narration starts it.
        """
        units = max(1, round(seconds / _UNIT))
        keyframe = tuple(self._shown.values())
        self._steps[-1].transitions.append(
            Transition(
                round(units * _UNIT, 1), keyframe, tuple(motions), easing, self._pending, cue
            )
        )
        self._pending = None

    def poster(self) -> None:
        """The end of the step that is being made tells most."""
        self._poster = len(self._steps) - 1

    def build(self) -> Timeline:
        """The timeline, every keyframe with its bands."""
        whole = sum(each.seconds for step in self._steps for each in step.transitions)
        done = 0.0
        steps = []
        for number, opened in enumerate(self._steps):
            done += sum(each.seconds for each in opened.transitions)
            around = self._bands(opened, number, done / max(whole, _UNIT))
            transitions = tuple(
                replace(each, keyframe=_joined(each.keyframe, around))
                for each in opened.transitions
            )
            steps.append(
                TimelineStep(opened.caption, transitions, opened.narration, opened.chapter)
            )
        first = _worded(steps[0].transitions[0].keyframe)
        return Timeline(
            self.title, self.theme, self.frame, tuple(steps), self._poster, first, self._camera
        )

    def _bands(self, step: _Open, number: int, share: float) -> list[Element]:
        frame, theme = self.frame, self.theme
        chapters = {step.chapter for step in self._steps}
        return [
            *bands.heading(self.title, step.chapter, frame, theme, chapters),
            *bands.progress(share, step.chapter, frame, theme),
            *bands.caption(step.caption, frame, theme, number),
        ]


def _worded(keyframe: Keyframe) -> Keyframe:
    """What the first frame has already: the title and what is said."""
    first = ("title/", "caption/", "chapter", "progress")
    return tuple(element for element in keyframe if element.key.startswith(first))


def _joined(keyframe: Keyframe, around: Sequence[Element]) -> Keyframe:
    """A keyframe within its bands; one that has a title of its own, as an opening has, keeps it."""
    has_title = any(element.key.startswith("title/") for element in keyframe)
    if has_title:
        around = [each for each in around if not each.key.startswith(("title/", "chapter"))]
    return (*keyframe, *around)
