"""Contributions that wait side by side as chips, each in its tint, then slide together."""

from collections.abc import Iterable, Sequence

from graphgen.draw.elements import box_of, rectangle, text
from graphgen.draw.labels import matrix, matrix_size
from graphgen.layout.measure import fitted, width
from graphgen.model.geometry import Box, Point
from graphgen.model.theme import Theme
from graphgen.model.timeline import Element, Motion
from graphgen.text.mixing import mix
from graphgen.text.slots import plus_of

__all__ = ["gathering", "side_by_side", "waiting"]

Part = tuple[str, str]
"""A contribution's text, as `digits.text` makes it, and its tint."""

_PAD, _GAP = 0.3, 0.25
_STEP = 0.95
_LAYER = 4


def waiting(
    key: str,
    parts: Sequence[Part],
    box: Box,
    size: float,
    smallest: float,
    theme: Theme,
    sign: str = "",
) -> list[Element]:
    """Chips in the middle of a box, of the keys `key/part/0/...`: side by side, or below each other
    where the box is narrow.

    Args:
        key: what the keys of the elements begin with.
        parts: (text, tint) of each.
        box: in points.
        size: the largest font size.
        smallest: the smallest; texts that are too wide with it are cut.
        theme: has the colours.
        sign: what stands before all of them, as in "∂".

    Returns:
        A plate and a text for each part, and the sign.
    """
    texts = [_told(at, words) for at, (words, _) in enumerate(parts)]
    while size > smallest and not _fits(texts, box, size, sign):
        size = max(smallest, size * _STEP)
    if not _fits(texts, box, size, sign):
        return _column(key, texts, [tint for _, tint in parts], box, smallest, theme)
    lead = width(f"{sign} ", size) if sign else 0.0
    x, y = box.center.x - (_whole(texts, size) + lead) / 2, box.center.y
    elements = []
    if sign:
        elements.append(
            text(f"{key}/part/sign", sign, x, y, size, theme.backward, -1, layer=_LAYER)
        )
    x += lead
    for at, (words, (_, tint)) in enumerate(zip(texts, parts, strict=True)):
        wide, high = _room(words, size)
        room = Box(x, y - high / 2, wide, high)
        elements += _chip(f"{key}/part/{at}", words, room, size, tint, theme)
        x += wide + _GAP * size
    return elements


def side_by_side(
    key: str,
    parts: Sequence[Part],
    box: Box,
    size: float,
    theme: Theme,
    sign: str = "",
    is_together: bool = False,
) -> list[Element]:
    """Numbers on plates in the middle of a box, each in its tint, with + between them.

    The keys are `key/part/0/plate`, `key/part/0/0`, `key/part/1/plus` and so on; a text keeps its
    key and its size from plate to plate.

    Args:
        key: what the keys of the elements begin with.
        parts: (text, tint) of each.
        box: in points.
        size: the largest font size; smaller where the box is narrow.
        theme: has the colours.
        sign: what stands before all of them, as in "∂".
        is_together: whether they have slid together onto one plate.

    Returns:
        The plates, the texts, the plus signs, and the sign before them.
    """
    texts = [words for words, _ in parts]
    pad, gap = (0.0, 0.22) if is_together else (_PAD, 0.18)
    pluses = [plus_of(words) if at else "" for at, words in enumerate(texts)]

    def wide_at(points: float) -> float:
        plain = sum(width(each, points) for each in (*texts, *pluses))
        between = sum(gap * points * (2 if plus else 1) for plus in pluses[1:])
        lead = width(f"{sign} ", points) if sign else 0.0
        return plain + 2 * pad * points * len(texts) + between + lead

    whole = wide_at(size)
    size *= min(1.0, box.width / whole)
    x, y, high = box.center.x - wide_at(size) / 2, box.center.y, 1.42 * size
    elements = []
    if sign:
        elements.append(
            text(f"{key}/part/sign", sign, x, y, size, theme.backward, -1, layer=_LAYER)
        )
        x += width(f"{sign} ", size)
    spots, left = [], x
    for at, (words, plus) in enumerate(zip(texts, pluses, strict=True)):
        if at:
            x += gap * size
        if plus:
            middle = x + width(plus, size) / 2
            ink = theme.text
            elements.append(
                text(f"{key}/part/{at}/plus", plus, middle, y, size, ink, layer=_LAYER + 1)
            )
            x += width(plus, size) + gap * size
        room = width(words, size) + 2 * pad * size
        spots.append((x, room))
        x += room
    both = Box(left - 0.4 * size, y - high / 2, x - left + 0.8 * size, high)
    for at, ((words, tint), (start, room)) in enumerate(zip(parts, spots, strict=True)):
        own = both if is_together else Box(start, y - high / 2, room, high)
        fill, edge = mix(tint, theme.page, 0.8), tint
        if is_together:
            fill, edge = mix(theme.backward, theme.page, 0.8), theme.backward
        name = f"{key}/part/{at}"
        elements.append(
            rectangle(f"{name}/plate", own, fill=fill, line=edge, width=1.3, radius=0.35 * size,
                      layer=_LAYER),
            )  # fmt: skip
        middle = start + room / 2
        elements.append(text(f"{name}/0", words, middle, y, size, tint, layer=_LAYER + 1))
    return elements


def _column(
    key: str, told: Sequence[str], tints: Sequence[str], box: Box, size: float, theme: Theme
) -> list[Element]:
    """Chips below each other."""
    high = max(_room(words, size)[1] for words in told)
    step = min(high + _GAP * size, box.height / len(told))
    y = box.center.y - (len(told) - 1) / 2 * step
    elements = []
    for at, (words, tint) in enumerate(zip(told, tints, strict=True)):
        if "\n" not in words and "\t" not in words:
            words = fitted(words, size, box.width - 2 * _PAD * size)
        wide, high = _room(words, size)
        room = Box(box.center.x - wide / 2, y + at * step - high / 2, wide, high)
        elements += _chip(f"{key}/part/{at}", words, room, size, tint, theme)
    return elements


def gathering(elements: Iterable[Element], center: Point) -> list[Motion]:
    """The chips of `waiting` on their way into each other; they are to be dropped."""
    chips: dict[str, list[Element]] = {}
    for element in elements:
        number = element.key.partition("/part/")[2].partition("/")[0]
        if number != "sign":
            chips.setdefault(number, []).append(element)
    end = (center.x, center.y)
    starts = (box_of(own[:1]).center for own in chips.values())
    return [
        Motion(tuple(own), ((start.x, start.y), end), starts_visible=True)
        for own, start in zip(chips.values(), starts, strict=True)
    ]


def _chip(key: str, shown: str, box: Box, size: float, tint: str, theme: Theme) -> list[Element]:
    fill = mix(tint, theme.page, 0.8)
    plate = rectangle(
        f"{key}/plate", box, fill=fill, line=tint, width=1.3, radius=0.35 * size, layer=_LAYER
    )
    plus, rest = (shown[:2], shown[2:]) if shown.startswith("+ ") else ("", shown)
    lead = width(plus, size)
    wide = matrix_size(rest, size)[0]
    x, y = box.center.x + lead / 2, box.center.y
    if "\t" not in rest and "\n" not in rest:
        return [plate, text(f"{key}/0/0", shown, box.center.x, y, size, tint, layer=_LAYER)]
    elements = [plate, *matrix(key, rest, x, y, size, tint, layer=_LAYER)]
    if plus:
        left = x - (wide + lead) / 2 - lead / 2
        elements.append(text(f"{key}/plus", "+", left, y, size, tint, -1, layer=_LAYER))
    return elements


def _told(at: int, shown: str) -> str:
    """The text of a chip: all but the first say that they are added."""
    return shown if at == 0 or shown.startswith("−") else f"+ {shown}"


def _room(shown: str, size: float) -> tuple[float, float]:
    plus, rest = (shown[:2], shown[2:]) if shown.startswith("+ ") else ("", shown)
    wide, high = matrix_size(rest, size)
    return wide + width(plus, size) + 2 * _PAD * size, high + 0.1 * size


def _whole(told: Sequence[str], size: float) -> float:
    return sum(_room(words, size)[0] for words in told) + _GAP * size * (len(told) - 1)


def _fits(told: Sequence[str], box: Box, size: float, sign: str) -> bool:
    lead = width(f"{sign} ", size) if sign else 0.0
    high = max(_room(words, size)[1] for words in told)
    return _whole(told, size) + lead <= box.width and high <= box.height
