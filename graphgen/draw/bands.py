"""The bands of every still: the title and how far we are above, the sentence below."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from graphgen.draw.classes import classed
from graphgen.draw.elements import rectangle, text
from graphgen.layout.measure import LINE, by_statements, width, wrapped
from graphgen.model.geometry import Box
from graphgen.model.story import check_step
from graphgen.model.theme import Theme
from graphgen.model.timeline import Element, Frame, Keyframe, Timeline
from graphgen.text.lettering import is_formula

__all__ = [
    "caption",
    "fitted",
    "heading",
    "opening",
    "plates",
    "progress",
    "recaptioned_timeline",
    "written",
]

_TITLE, _CHAPTER, _CAPTION, _OPENING = 0.042, 0.032, 0.044, 0.1
_STEP = 0.96
_WORTH = 0.6
"""A program that is this much smaller on lines of whole statements still reads better so."""
Breaking = Callable[[str, float, float, int], tuple[str, ...]]
"""Breaks a text of a font size into at most so many lines of a width."""
_CAPTION_LINES, _NARROW_LINES = 2, 4
_LAYER = 9
_ABOVE, _BELOW = 0.16, 0.06
"""Of the title's band: what stays free above and below it."""


def heading(
    title: str, chapter: str, frame: Frame, theme: Theme, others: Iterable[str] = ()
) -> list[Element]:
    """The title at the left, and at the right where we are.

    Args:
        title: a program, or words.
        chapter: where we are; "" for nothing.
        frame: the picture, in points.
        theme: has the colours.
        others: all that ever stands at the right, so that the title stays as it is.

    Returns:
        The elements, which the camera doesn't move.
    """
    base, band = _base(frame), _lowered(frame)
    mark = max(width(each, _CHAPTER * base) for each in (chapter, *others))
    room = Box(band.x, band.y, band.width - mark - (0.04 * base if mark else 0.0), band.height)
    most = 2 if frame.is_wide else 3
    points, lines = _fitted_program(title, room, _TITLE * base, most, frame.smallest)
    elements = written("title", lines, points, (band.x, band.center.y), theme.text, -1)
    if chapter:
        at = (band.x + band.width, band.center.y)
        ink = _ink(chapter, theme)
        word = text("chapter", chapter, *at, _CHAPTER * base, ink, 1, layer=_LAYER)
        elements += classed([word], "chapter", "frame")
    return elements


def plates(frame: Frame, theme: Theme) -> list[Element]:
    """The page behind the bands, over a picture that is larger than its stage."""
    gap = frame.stage.y - frame.title.height
    high, top = frame.title.height + 0.3 * gap, frame.caption.y - 0.3 * gap
    boxes = {
        "title": Box(-1.0, -1.0, frame.width + 2.0, high + 1.0),
        "caption": Box(-1.0, top, frame.width + 2.0, frame.height - top + 1.0),
    }
    elements = [
        rectangle(f"plate/{band}", box, fill=theme.page, layer=_LAYER - 1)
        for band, box in boxes.items()
    ]
    return classed(elements, "plate", "frame")


def opening(title: str, frame: Frame, theme: Theme) -> list[Element]:
    """The title in the middle of the stage.

    Args:
        title: a program, or words.
        frame: the picture, in points.
        theme: has the colours.

    Returns:
        A text for each line.
    """
    stage = frame.stage
    points, lines = _fitted_program(title, stage, _OPENING * _base(frame), 4, frame.smallest)
    return written("title", lines, points, (stage.center.x, stage.center.y), theme.text, 0)


def progress(share: float, chapter: str, frame: Frame, theme: Theme) -> list[Element]:
    """A thin line below the title, bright as far as the film has come, in the chapter's colour.

    Args:
        share: of the film that is over, from 0 to 1.
        chapter: whose colour the line has.
        frame: the picture, in points.
        theme: has the colours.

    Returns:
        The quiet line and the bright one.
    """
    band = frame.title
    y = band.y + band.height
    gone = max(share, 0.004) * band.width
    track, high, ink = Box(band.x, y, band.width, 1.6), 2.6, _ink(chapter, theme)
    bars = [
        rectangle("progress/track", track, fill=theme.quiet, opacity=0.3, layer=_LAYER),
        rectangle("progress", Box(band.x, y - 0.5, gone, high), fill=ink, layer=_LAYER),
    ]
    return classed(bars, "progress", "frame")


def caption(words: str, frame: Frame, theme: Theme, number: int) -> list[Element]:
    """A step's sentence in the lower band.

    Args:
        words: the sentence.
        frame: the picture, in points.
        theme: has the colours.
        number: of the step, from 0; part of the keys.

    Returns:
        A text for each line; as large as fits.
    """
    band = frame.caption
    most = _CAPTION_LINES if frame.is_wide else _NARROW_LINES
    points, lines = fitted(words, band, _CAPTION * _base(frame), most, frame.smallest)
    at = (band.center.x, band.center.y - 0.01 * frame.height)
    return written(f"caption/{number}", lines, points, at, theme.text, 0)


def recaptioned_timeline(timeline: Timeline, captions: Iterable[tuple[int, str]]) -> Timeline:
    """The same with sentences of one's own.

    Args:
        captions: the number of a step, from 1, and its sentence.

    Raises:
        InputError: there is no such step.
    """
    steps = list(timeline.steps)
    for number, words in captions:
        check_step(number, len(steps))
        own = caption(words, timeline.frame, timeline.theme, number - 1)
        transitions = tuple(
            replace(each, keyframe=_with_caption(each.keyframe, own))
            for each in steps[number - 1].transitions
        )
        steps[number - 1] = replace(steps[number - 1], caption=words, transitions=transitions)
    return replace(timeline, steps=tuple(steps))


def _with_caption(still: Keyframe, own: list[Element]) -> Keyframe:
    return (*(each for each in still if not each.key.startswith("caption/")), *own)


def _ink(chapter: str, theme: Theme) -> str:
    """Where values flow, and where gradients flow, a chapter has their colour."""
    inks = {"values": theme.forward, "forward": theme.forward}
    inks |= {"gradients": theme.backward, "backward": theme.backward}
    return next((ink for word, ink in inks.items() if word in chapter), theme.quiet)


def _lowered(frame: Frame) -> Box:
    """The band of the title without what stays free above and below."""
    band = frame.title
    high = (1 - _ABOVE - _BELOW) * band.height
    return Box(band.x, band.y + _ABOVE * band.height, band.width, high)


def _base(frame: Frame) -> float:
    """What the sizes of the bands' texts are shares of."""
    return min(frame.height, 1.3 * frame.width)


def written(
    key: str,
    lines: tuple[str, ...],
    points: float,
    at: tuple[float, float],
    ink: str,
    align: float,
) -> list[Element]:
    """Lines of text around a place, which the camera doesn't move; of the class that the key begins
    with.

    Args:
        key: what the keys begin with; before its first "/" stands the class.
        lines: from the top.
        points: the font size.
        at: the middle of all lines across y, and their anchor along x, in points.
        ink: their colour.
        align: -1 puts the anchor at the left end, 0 in the middle, 1 at the right end.

    Returns:
        A text for each line.
    """
    middle = (len(lines) - 1) / 2
    texts = [
        text(
            f"{key}/{row}",
            line,
            at[0],
            at[1] + (row - middle) * points * LINE,
            points,
            ink,
            align,
            layer=_LAYER,
            is_formula=key == "title" and is_formula(line),
        )
        for row, line in enumerate(lines)
        if line
    ]
    return classed(texts, key.partition("/")[0], "frame")


def _fitted_program(
    words: str, room: Box, points: float, most: int, smallest: float
) -> tuple[float, tuple[str, ...]]:
    """As `fitted`, on lines that end where statements end, unless that makes it much smaller."""
    if " = " not in words:
        return fitted(words, room, points, most, smallest)
    whole, lines = fitted(words, room, points, most, smallest, by_statements)
    broken = fitted(words, room, points, most, smallest)
    is_good = _fits(lines, words, whole, room) and whole >= _WORTH * broken[0]
    return (whole, lines) if is_good else broken


def fitted(
    words: str,
    room: Box,
    points: float,
    most: int,
    smallest: float,
    breaking: Breaking = wrapped,
) -> tuple[float, tuple[str, ...]]:
    """The largest size at which words fit in a room on so many lines, and the lines; cut only
    where they would be too small to read.

    Args:
        words: the text.
        room: its width and height, in points.
        points: the largest font size.
        most: how many lines there may be.
        smallest: the smallest font size, in points.
        breaking: breaks a text into lines; at spaces by default.

    Returns:
        The font size in points, and the lines.
    """
    lines = breaking(words, points, room.width, most)
    while points > smallest and not _fits(lines, words, points, room):
        points = max(points * _STEP, smallest)
        lines = breaking(words, points, room.width, most)
    return points, lines


def _fits(lines: tuple[str, ...], words: str, points: float, room: Box) -> bool:
    is_whole = " ".join(lines).split() == words.split()
    return is_whole and len(lines) * points * LINE <= room.height
