"""Pieces -> an animated drawing: CSS keyframes bring each piece in its step; without them, all that
stays is seen, and what moves is not."""

import re
from collections.abc import Iterator, Sequence

from graphgen.layout.cards import GRADIENT_PREFIX
from graphgen.layout.measure import width
from graphgen.model.geometry import Box, Place
from graphgen.model.graph import Cell
from graphgen.model.picture import Picture
from graphgen.model.story import Move, Step, texts_after
from graphgen.outputs import cardart
from graphgen.outputs.clock import Clock, Frames, Key, window
from graphgen.outputs.elements import group, line_of_text, number, path, plain_color
from graphgen.outputs.paper import Paper
from graphgen.outputs.pieces import Piece, placed, shifted

__all__ = ["animated"]

_FADE = 0.25
_APPEARS: dict[Move, float] = {
    "open": 0.0, "place": 0.25, "compute": 0.6, "seed": 0.3, "send": 0.66, "sum": 0.5,
    "stop": 0.2, "close": 0.05,
}  # fmt: skip
_CHIP_APPEARS = 0.4
_SETS_OFF, _ARRIVES = 0.12, 0.62
_AHEAD, _DONE = "opacity:.3", "opacity:.6"
_LONGEST_TRAVELLER = 10
_MOST_IN_NUMBERS = 5

_Span = tuple[float, float, str]
"""From when to when, in percent, and in which color."""


def animated(picture: Picture, sheet: Paper, found: Sequence[Piece], prefix: str) -> str:
    """The drawing and its style sheet."""
    clock = Clock.of(picture.story)
    frames = Frames(prefix, clock)
    body = [placed(sheet, ((piece, _moving(picture, piece, frames)) for piece in found))]
    acts = [*_glows(picture, frames), *_travellers(picture, frames)]
    acted = "".join(acts)
    body.append(shifted(sheet, f'<g visibility="hidden">{acted}</g>'))
    still = f".{prefix}:is(.reveal section:not(.present) *) [class]{{animation:none}}"
    turning = "offset-rotate:0deg;transform-box:fill-box;transform-origin:center"
    rules = f".{prefix} [class]{{{turning}}}.{prefix} [visibility]{{visibility:visible}}"
    gate = "@media screen and (prefers-reduced-motion:no-preference)"
    return f"<style>{gate}{{{rules}{frames.css()}{still}}}</style>{''.join(body)}"


def _moving(picture: Picture, piece: Piece, frames: Frames) -> str:
    """A piece with the class that brings it in its step and takes it away in another."""
    if piece.role in ("ground", "card") or (piece.begin == 0 and piece.end is None):
        return piece.body
    if _slides(picture, piece):
        return _sliding(picture, piece, frames)
    name = frames.class_of(_keys(picture, piece, frames.clock))
    return group(piece.body, name, "" if piece.end is None else "0")


def _keys(picture: Picture, piece: Piece, clock: Clock) -> list[Key]:
    """When a piece is seen."""
    step = picture.story.steps[piece.begin]
    fade = clock.percent(_FADE)
    if piece.role in ("lane", "back"):
        low = _AHEAD if piece.role == "lane" else "opacity:0"
        return _lit(piece, clock, low, fade)
    share = _APPEARS[step.move]
    if piece.role == "chip" and step.move == "send":
        share = _CHIP_APPEARS
    if piece.role == "caption":
        return _captioned(piece, clock)
    begin = clock.at(piece.begin, share)
    if step.move == "sum":
        return _popping(begin, fade)
    return window(begin, _end(picture, piece, clock), fade)


def _end(picture: Picture, piece: Piece, clock: Clock) -> float | None:
    if piece.end is None:
        return None
    return clock.at(piece.end, _APPEARS[picture.story.steps[piece.end].move])


def _lit(piece: Piece, clock: Clock, low: str, fade: float) -> list[Key]:
    """A lane: bright in its step, quiet after it, whole at the end."""
    last = len(clock.begins) - 2
    begin, end, close = clock.at(piece.begin), clock.at(piece.begin, 1.0), clock.at(last)
    bright = "opacity:1"
    keys = [(0.0, low), (begin, low), (begin + fade, bright), (end, bright), (end + fade, _DONE)]
    return [*keys, (close, _DONE), (close + fade, bright), (100.0, bright)]


def _captioned(piece: Piece, clock: Clock) -> list[Key]:
    """A caption: one goes before the next comes."""
    fade = clock.percent(0.1)
    begin = clock.at(piece.begin) if piece.begin else -fade
    end = None if piece.end is None else clock.at(piece.end) - fade
    return window(begin, end, fade)[1:] if piece.begin == 0 else window(begin, end, fade)


def _popping(begin: float, fade: float) -> list[Key]:
    """A sum: it comes large and settles."""
    low, high = "opacity:0;transform:scale(.6)", "opacity:1;transform:scale(1.3)"
    rest = "opacity:1;transform:none"
    settled = begin + 3 * fade
    return [(0.0, low), (begin, low), (begin + fade, high), (settled, rest), (100.0, rest)]


def _slides(picture: Picture, piece: Piece) -> bool:
    """Whether a text is a sum that waits to become one number."""
    if piece.end is None or piece.role != "text" or picture.story.steps[piece.end].move != "sum":
        return False
    return len(_parts(piece.text)) > 1 and "\n" not in piece.text


def _parts(text: str) -> list[str]:
    return re.split(r" (?=[+−] )", text)


def _sliding(picture: Picture, piece: Piece, frames: Frames) -> str:
    """The parts of a waiting sum, side by side until they slide into each other."""
    place = next(place for place in picture.layout.places if place.cell == piece.cell)
    clock, theme = frames.clock, picture.theme
    begin = clock.at(piece.begin, _APPEARS[picture.story.steps[piece.begin].move])
    end = piece.end or 0
    shown = []
    middle = place.box.center
    for part, x in _spread(piece.text, place):
        goal = x if part == GRADIENT_PREFIX.strip() else middle.x
        gone = f"opacity:0;transform:translate({number(goal - x)}px)"
        keys = [
            *window(begin, None, clock.percent(_FADE))[:-1],
            (clock.at(end, 0.12), "opacity:1;transform:none"),
            (
                clock.at(end, 0.45),
                f"opacity:1;transform:translate({number((goal - x) * 0.9)}px)",
            ),
            (clock.at(end, 0.52), gone),
            (100.0, gone),
        ]
        body = line_of_text(part, x, middle.y, place.size, theme.backward, place.box.width)
        shown.append(group(body, frames.class_of(keys), "0"))
    return "".join(shown)


def _spread(text: str, place: Place) -> Iterator[tuple[str, float]]:
    """The parts of a sum, each with the middle of where it stands in the whole."""
    size = place.size
    left = place.box.center.x - width(GRADIENT_PREFIX + text, size) / 2
    for part in [GRADIENT_PREFIX.strip(), *_parts(text)]:
        yield part, left + width(part, size) / 2
        left += width(part + " ", size)


def _glows(picture: Picture, frames: Frames) -> Iterator[str]:
    """A frame around each card in the steps in which it acts, in the color of what flows."""
    theme, clock = picture.theme, frames.clock
    acting: dict[int, list[_Span]] = {}
    for k, step in enumerate(picture.story.steps):
        color = plain_color(theme.forward if step.chapter == "forward" else theme.backward)
        for node, begin, end in _actors(picture, step):
            acting.setdefault(node, []).append((clock.at(k, begin), clock.at(k, end), color))
    fade = clock.percent(0.15)
    for node, spans in sorted(acting.items()):
        name = frames.class_of(_glowing(_merged(spans, 2 * fade), fade))
        yield group(cardart.glow(picture.layout.boxes[node]), name)


def _merged(spans: Sequence[_Span], gap: float) -> list[_Span]:
    """Spans in order; those of one color that lie close together are one."""
    found: list[_Span] = []
    for begin, end, color in sorted(spans):
        if found and found[-1][2] == color and begin < found[-1][1] + gap:
            found[-1] = (found[-1][0], max(end, found[-1][1]), color)
        else:
            found.append((begin, end, color))
    return found


def _glowing(spans: Sequence[_Span], fade: float) -> list[Key]:
    """Keys of a frame: a color is told where it begins and where it ends."""
    keys: list[Key] = [(0.0, f"opacity:0;stroke:{spans[0][2]}")]
    for at, (begin, end, color) in enumerate(spans):
        before = spans[at - 1][2] if at else color
        after = spans[at + 1][2] if at + 1 < len(spans) else color
        told = f";stroke:{color}"
        keys.append((begin, "opacity:0" + (told if before != color else "")))
        keys.extend([(begin + fade, "opacity:1"), (end, "opacity:1")])
        keys.append((end + fade, "opacity:0" + (told if after != color else "")))
    return [*keys, (100.0, f"opacity:0;stroke:{spans[-1][2]}")]


def _actors(picture: Picture, step: Step) -> Iterator[tuple[int, float, float]]:
    """Which cards act in a step, from which share of it to which."""
    for node in step.focus.nodes:
        yield node, 0.02, (0.55 if step.move == "send" else 0.9)
    if step.move == "send" and len(step.focus.edges) == 1:
        yield picture.story.graph.edges[step.focus.edges[0]].source, _ARRIVES, 0.95


def _travellers(picture: Picture, frames: Frames) -> Iterator[str]:
    """What is on its way along an edge: values forward, contributions back."""
    for k, (step, texts) in enumerate(
        zip(picture.story.steps, texts_after(picture.story), strict=True)
    ):
        if step.move not in ("compute", "send"):
            continue
        for index in step.focus.edges:
            edge = picture.story.graph.edges[index]
            is_back = step.move == "send"
            cell = Cell("contribution", index) if is_back else Cell("value", edge.source, edge.port)
            color = picture.theme.backward if is_back else picture.theme.forward
            text = texts.get(cell, "") if len(step.focus.edges) <= _MOST_IN_NUMBERS else ""
            name = frames.class_of(_travelling(frames.clock, k, is_back))
            way = path(picture.layout.routes[index], digits=0)
            told = f'class="{name}" style="offset-path:path(\'{way}\')"'
            yield _traveller(picture, text, color, told)


def _travelling(clock: Clock, step: int, is_back: bool) -> list[Key]:
    """It forms, travels and is taken in."""
    start, end = ("100%", "0%") if is_back else ("0%", "100%")
    times = [clock.at(step, share) for share in (0.04, _SETS_OFF, _ARRIVES, _ARRIVES + 0.06)]
    first, last = f"offset-distance:{start}", f"offset-distance:{end}"
    return [
        (0.0, f"opacity:0;{first}"),
        (times[0], f"opacity:0;{first}"),
        (times[1], f"opacity:1;{first}"),
        (times[2], f"opacity:1;{last}"),
        (times[3], f"opacity:0;{last}"),
        (100.0, f"opacity:0;{last}"),
    ]


def _traveller(picture: Picture, text: str, color: str, told: str) -> str:
    """A number on its way, around the origin; what is no short number travels as a dot."""
    theme = picture.theme
    if not text or len(text) > _LONGEST_TRAVELLER or "\n" in text or "\t" in text:
        return f'<circle {told} r="6" fill="{plain_color(color)}"/>'
    size = theme.contribution_size
    half = width(text, size) / 2 + 6
    box = Box(-half, -size * 0.75, 2 * half, size * 1.5)
    body = cardart.pill(box, theme.page, color) + line_of_text(text, 0, 0, size, color, 2 * half)
    return f"<g {told}>{body}</g>"
