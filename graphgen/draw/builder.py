"""Puts a timeline together: elements are added, changed and removed, transition by transition."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Protocol

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

__all__ = ["MOST_MOTIONS", "Bands", "FilmBands", "TimelineBuilder"]

MOST_MOTIONS = 5
"""So many things travel at once; more can't be followed."""

_UNIT = 0.2
_OPENING = 1.8


class Bands(Protocol):
    """Draws what stands around the picture."""

    def heading(self, chapter: str) -> Sequence[Element]:
        """What stands above: the title."""

    def telling(self, caption: str, chapter: str, number: int, share: float) -> Sequence[Element]:
        """What is said in a step.

        Args:
            caption: the sentence; "" for none.
            chapter: where we are; "" for none.
            number: of the step, from 0.
            share: of the film that is over at its end.

        Returns:
            The elements, which the camera doesn't move.
        """


class FilmBands:
    """The title and the chapter above, the caption below.

    Args:
        chapters: all that there are, so that the title keeps its place.
        has_progress: whether a line below the title says how far we are.
    """

    def __init__(
        self,
        title: str,
        theme: Theme,
        frame: Frame,
        chapters: Iterable[str] = (),
        has_progress: bool = True,
    ) -> None:
        self.title, self.theme, self.frame = title, theme, frame
        self.chapters, self.has_progress = tuple(chapters), has_progress
        self.heading = lru_cache(maxsize=None)(self._heading)

    def _heading(self, chapter: str) -> Sequence[Element]:
        return bands.heading(self.title, chapter, self.frame, self.theme, self.chapters)

    def telling(self, caption: str, chapter: str, number: int, share: float) -> Sequence[Element]:
        """The sentence, and how far we are.

        Args:
            caption: the sentence; "" for none.
            chapter: whose colour the line of progress has.
            number: of the step, from 0.
            share: of the film that is over at its end, from 0 to 1.

        Returns:
            The elements, which the camera doesn't move.
        """
        line = bands.progress(share, chapter, self.frame, self.theme) if self.has_progress else []
        return [*line, *bands.caption(caption, self.frame, self.theme, number)]


@dataclass(slots=True)
class _Open:
    """A step that is being made."""

    caption: str
    narration: str
    chapter: str
    transitions: list[Transition] = field(default_factory=list)
    titled: list[bool] = field(default_factory=list)


class TimelineBuilder:
    """Makes a timeline from the first step to the last.

    Args:
        title: stands above every keyframe.
        theme: in which colours.
        frame: the shape of what is seen.
        around: what draws the title and the captions; by default a film's bands.

    Attributes:
        seconds: how long what there is takes.

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

    def __init__(self, title: str, theme: Theme, frame: Frame, around: Bands | None = None) -> None:
        self.title, self.theme, self.frame = title, theme, frame
        self._around = around
        self.seconds = 0.0
        self._shown: dict[str, Element] = {}
        self._before: dict[
            str, Element
        ] = {}  # what changed since, as it was: equal ones are shared
        self._below: dict[str, dict[str, None]] = {}
        self._steps: list[_Open] = []
        self._poster = -1
        self._camera: Camera | None = None
        self._pending: Camera | None = None

    def step(self, caption: str, chapter: str = "", narration: str = "") -> None:
        """Begin a step; its transitions follow.

        Args:
            caption: the sentence that says what happens.
            chapter: where we are; "" for none.
            narration: what is spoken; "" for the caption.
        """
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
                current = self._shown.get(element.key)
                if current == element:
                    continue
                if current is None:
                    for group in _groups(element.key):
                        self._below.setdefault(group, {})[element.key] = None
                else:
                    self._before.setdefault(element.key, current)
                before = self._before.get(element.key)
                self._shown[element.key] = before if before == element and before else element

    def remove(self, *keys: str) -> None:
        """Take away the elements of these keys, and those whose keys go on from them with "/"."""
        for key in keys:
            for gone in [*self._below.get(key, ()), key]:
                self._drop(gone)

    def _drop(self, key: str) -> None:
        gone = self._shown.pop(key, None)
        if gone is not None:
            self._before.setdefault(key, gone)
            for group in _groups(key):
                del self._below[group][key]

    def change(self, key: str, elements: Iterable[Element]) -> None:
        """Show these as all that goes on from a key: the others go, and who stays keeps its place
        from the back to the front."""
        own = list(elements)
        staying = {element.key for element in own}
        for each in [*self.keys(key), key]:
            if each not in staying:
                self._drop(each)
        self.add(own)

    def has(self, key: str) -> bool:
        """Whether an element of this key is shown."""
        return key in self._shown

    def keys(self, start: str) -> list[str]:
        """The keys that are shown and go on from this one."""
        return list(self._below.get(start, ()))

    def element(self, key: str) -> Element:
        """The element of this key, as it is shown now."""
        return self._shown[key]

    def group(self, key: str) -> list[Element]:
        """The elements that are shown now whose keys go on from this one with "/"."""
        return [self._shown[name] for name in self._below.get(key, ())]

    def fade(self, opacity: float, *keys: str) -> None:
        """Make elements of these keys, and what goes on from them, so opaque."""
        for key in keys:
            for name in [*self.keys(key), *((key,) if key in self._shown else ())]:
                element = self._shown[name]
                self._shown[name] = replace(element, form=replace(element.form, opacity=opacity))

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
            motions: what travels meanwhile; nothing by default.
            easing: how time runs; slow at both ends by default.
            cue: the name by which narration starts it.
        """
        units = max(1, round(seconds / _UNIT))
        keyframe = tuple(self._shown.values())
        self._before.clear()
        step = self._steps[-1]
        step.transitions.append(
            Transition(
                round(units * _UNIT, 1), keyframe, tuple(motions), easing, self._pending, cue
            )
        )
        step.titled.append(bool(self._below.get("title")))
        self.seconds = round(self.seconds + step.transitions[-1].seconds, 1)
        self._pending = None

    def hold(self, seconds: float) -> None:
        """Let all stand as it is, at the end of the step that is being made."""
        step = self._steps[-1]
        keyframe = step.transitions[-1].keyframe
        units = max(1, round(seconds / _UNIT))
        step.transitions.append(Transition(round(units * _UNIT, 1), keyframe))
        step.titled.append(step.titled[-1])
        self.seconds = round(self.seconds + step.transitions[-1].seconds, 1)

    def hold_until(self, seconds: float) -> None:
        """Let all stand as it is until so much of the film is over."""
        if self.seconds < seconds - 0.05:
            self.hold(seconds - self.seconds)

    def poster(self) -> None:
        """The end of the step that is being made tells most."""
        self._poster = len(self._steps) - 1

    def build(self) -> Timeline:
        """The timeline, every keyframe with its bands."""
        around = self._around
        if around is None:
            chapters = {step.chapter for step in self._steps}
            around = FilmBands(self.title, self.theme, self.frame, chapters)
        whole, done = max(self.seconds, _UNIT), 0.0
        steps, first = [], None
        for number, opened in enumerate(self._steps):
            done += sum(each.seconds for each in opened.transitions)
            title = around.heading(opened.chapter)
            words = around.telling(opened.caption, opened.chapter, number, done / whole)
            transitions = []
            for each, is_titled in zip(opened.transitions, opened.titled, strict=True):
                # one that has a title of its own, as an opening has, keeps it
                own = (*each.keyframe, *(() if is_titled else title), *words)
                transitions.append(replace(each, keyframe=own))
            first = first or transitions[0].keyframe
            steps.append(
                TimelineStep(opened.caption, tuple(transitions), opened.narration, opened.chapter)
            )
        return Timeline(
            self.title,
            self.theme,
            self.frame,
            tuple(steps),
            self._poster,
            _worded(first or ()),
            self._camera,
        )


def _groups(key: str) -> list[str]:
    """The keys from which a key goes on."""
    groups, at = [], key.rfind("/")
    while at > 0:
        groups.append(key[:at])
        at = key.rfind("/", 0, at)
    return groups


def _worded(keyframe: Keyframe) -> Keyframe:
    """What the first frame has already: the title and what is said."""
    first = ("title/", "caption/", "chapter", "progress", "plate/", "key/")
    return tuple(element for element in keyframe if element.key.startswith(first))
