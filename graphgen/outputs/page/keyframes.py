"""Frames -> the drawing of a page, and what its script needs to step and play it.

The drawing is the last keyframe, complete as it stands. Beside it the script is told the
looks of each element, from which keyframe on it has which, and what goes along which path: it has
no colour, size, duration or easing of its own.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, field, replace
from itertools import groupby, pairwise
from typing import Any, Literal

from graphgen.draw.elements import moved
from graphgen.layout.measure import safe, width
from graphgen.model.timeline import (
    Element,
    Motion,
    Shape,
    Text,
    Transition,
)
from graphgen.outputs.elements import BASELINE, clean, families, number, plain_color
from graphgen.outputs.page.frames import Frames
from graphgen.outputs.page.paths import path_data, simplified
from graphgen.text.slots import filled, has_marks

__all__ = ["Look", "Painted", "look_of", "marked", "painted"]

Look = dict[str, str | None]
"""What an element shows: the attributes of its SVG element, its text as "text", its classes as
"class"; None where another look of it has one that this hasn't."""

_ANCHORS = {-1: "start", 1: "end"}
_CARD = re.compile(r"/node/(\d+)/")
_SIGN = "/sign"
"""What stands before a number, and keeps its distance when that is narrower than its room."""
_OUTLINE = re.compile(r'd="([^"]*)"')
_MARKS = re.compile("([\ue010-\ue014])")
_SIGNS = "0123456789.−+×∂()einfa "
"""The letters of numbers, whose widths the script is told."""
_LARGE = 2000.0
"""Points: a larger drawing stands at whole ones, which need fewer letters."""
_ASTRAY, _NEAR = 2.4, 0.1
"""How far what travels may be from its path, in points: in a graph, and elsewhere."""
_PLACE = ("d", "x", "y")
_OURS = ("class", "text", "room")
"""Of a look what is no attribute of the drawing."""
_KNOWN = ("class", "opacity", "text", "room", "font-size")
"""What the script is told also of an element that is drawn already: the first two, and of a text
with marks all of them."""
_PACE = {"gone": 0.2, "comes": 0.2, "seen": 0.45, "fade": 0.15, "becomes": 0.7}
"""Seconds into a transition after which what leaves is gone, and what comes begins to and is seen;
those in which what travels appears and disappears; and the share of its way after which it turns
into what it arrives as."""


@dataclass(frozen=True, slots=True)
class Painted:
    """A timeline as a page holds it.

    Attributes:
        svg: the last keyframe as an SVG element.
        told: what the script is told, as plain values for JSON.
    """

    svg: str
    told: dict[str, Any]


def painted(
    frames: Frames,
    size: tuple[float, float] | None = None,
    number_at: Callable[[str], str] | None = None,
) -> Painted:
    """The drawing of frames, and what a page's script is told of it.

    Args:
        frames: what the page shows, frame by frame.
        size: of a graph that stands in the page by itself, in points, without what stands in the
            frame; None shows the frame.
        number_at: the text of the number with a key, where texts have marks for numbers that the
            page works out.

    Returns:
        The drawing, and what the script is told of it.
    """
    is_graph, last = size is not None, len(frames.seconds)
    is_coarse = size is not None and max(size) > _LARGE
    tracks, looks = _tracks(frames, is_graph, is_coarse), _Table()
    data = {
        "frames": frames.seconds,
        "even": [at for at, each in frames.moving.items() if each.easing == "linear"],
        "ends": frames.ends,
        "tracks": _columns(tracks, looks, last),
        "motions": _motions(frames, looks, is_graph),
        "cameras": dict(_cameras(frames, is_graph)),
        "looks": looks.rows,
        "pace": _PACE,
        "alarm": plain_color(frames.theme.alarm),
        "advances": {sign: width(sign, 1.0) for sign in _SIGNS},
        "isMerged": is_graph,
    }
    if not is_graph and frames.cameras:
        data["middle"] = [round(value, 1) for value in astuple(frames.frame.stage.center)]
    ordered = sorted(tracks, key=lambda track: track.rank)
    drawn = [track for track in ordered if track.is_there(last)]
    return Painted(_document(frames, drawn, size, number_at), data)


# ---- looks


def look_of(element: Element, is_lean: bool = False) -> Look:
    """What an element shows.

    Args:
        is_lean: whether its path is said in few letters, rather than so that any other path of as
            many points can become it.

    >>> look_of(Element("a", Text("5", 10.0, 20.0, 10.0, "#ffffff"), classes="value active"))
    {'x': '10', 'y': '23.6', 'font-size': '10', 'fill': '#ffffff', 'class': 'av-value av-active', \
'text': '5'}
    """
    form = element.form
    look: Look = dict(_text(form) if isinstance(form, Text) else _shape(form, is_lean))
    if form.opacity < 1.0:
        look["opacity"] = f"{form.opacity:.2g}"
    if element.classes:
        look["class"] = " ".join(f"av-{name}" for name in element.classes.split())
    if isinstance(form, Text):
        look["text"] = marked(form.text)
        if has_marks(form.text):
            look["room"] = number(width(form.text, form.size))
    return look


def marked(text: str) -> str:
    """A text in which nothing is invisible but the marks for its numbers."""
    return "".join(part if _MARKS.fullmatch(part) else safe(part) for part in _MARKS.split(text))


def _text(form: Text) -> Iterator[tuple[str, str]]:
    yield "x", number(form.x)
    yield "y", number(form.y + form.size * BASELINE)
    yield "font-size", number(form.size)
    yield "fill", plain_color(form.ink)
    if round(form.align) in _ANCHORS:
        yield "text-anchor", _ANCHORS[round(form.align)]
    if form.is_bold:
        yield "font-weight", "bold"


def _shape(form: Shape, is_lean: bool) -> Iterator[tuple[str, str]]:
    yield "d", path_data(form, is_lean)
    if form.fill:
        yield "fill", plain_color(form.fill)
    if form.line:
        yield "stroke", plain_color(form.line)
        yield "stroke-width", f"{form.width:.2g}"
    if form.dash:
        yield "stroke-dasharray", " ".join(map(number, form.dash))


@dataclass(slots=True)
class _Table:
    """Looks, each of them once."""

    rows: list[Look] = field(default_factory=list)
    _known: dict[tuple[tuple[str, str | None], ...], int] = field(default_factory=dict)

    def index(self, look: Look) -> int:
        """The number of a look."""
        name = tuple(look.items())
        if name not in self._known:
            self._known[name] = len(self.rows)
            self.rows.append(look)
        return self._known[name]


# ---- tracks


@dataclass(slots=True)
class _Track:
    """One SVG element: an element of the timeline, as long as it stands in one layer.

    Attributes:
        spans: from which frame on which of its looks is seen; None: it isn't there.
        card: the number of the node on whose card it stands, or -1.
        common: what all looks of its key have alike.
        rank: what has a higher one is painted above.
    """

    key: str
    layer: int
    place: int
    kind: Literal["path", "line", "text"]
    space: str
    card: int
    spans: list[tuple[int, Look | None]] = field(default_factory=list)
    common: Look = field(default_factory=dict)
    rank: int = 0

    @property
    def final(self) -> Look:
        """What it shows at the end."""
        return {**self.common, **(self.spans[-1][1] or {})}

    def is_there(self, frame: int) -> bool:
        """Whether it is seen at the end of a frame."""
        seen = [look for begin, look in self.spans if begin <= frame]
        return bool(seen) and seen[-1] is not None

    def always(self, is_drawn: bool) -> Look:
        """Of what all its looks have alike, what the script can't read from the drawing."""
        if not is_drawn:
            return self.common
        names = _KNOWN if "room" in self.common else _KNOWN[:2]
        return {name: value for name, value in self.common.items() if name in names}

    def own(self, look: Look) -> Look:
        """What of a look isn't always alike."""
        return {name: value for name, value in look.items() if name not in self.common}


def _columns(tracks: Sequence[_Track], looks: _Table, last: int) -> dict[str, list[Any]]:
    """The tracks as the script is told of them: columns, which can be packed better than rows.

    A track's spans are, one after the other, frames, each from the one before, and looks.
    """
    drawn = [track.is_there(last) for track in tracks]
    return {
        "key": [track.key for track in tracks],
        "kind": [track.kind for track in tracks],
        "isDrawn": [int(each) for each in drawn],
        "isBand": [int(track.space == "frame") for track in tracks],
        "begins": [[b - a for a, b in pairwise((0, *(at for at, _ in track.spans)))]
                   for track in tracks],
        "looks": [[-1 if look is None else looks.index(track.own(look))
                   for _, look in track.spans] for track in tracks],
        "always": [looks.index(track.always(is_drawn))
                   for track, is_drawn in zip(tracks, drawn, strict=True)],
        "card": [track.card for track in tracks],
        "rank": [track.rank for track in tracks],
        "follows": [int(track.key.endswith(_SIGN)) for track in tracks],
    }  # fmt: skip


def _in_whole_points(element: Element) -> Element:
    """An element whose corners and whose text stand at whole points."""
    form = element.form
    if isinstance(form, Text):
        down = form.size * BASELINE
        return replace(element, form=replace(form, x=round(form.x), y=round(form.y + down) - down))
    paths = tuple(tuple((round(x), round(y)) for x, y in path) for path in form.paths)
    return replace(element, form=replace(form, paths=paths))


def _tracks(frames: Frames, is_graph: bool, is_coarse: bool) -> list[_Track]:
    """The tracks of frames: of one rank in the order in which they are painted."""
    tracks: dict[tuple[str, int, bool], _Track] = {}
    now: dict[str, _Track] = {}
    for frame, key, place, element in frames.changes:
        if element is None:
            if key in now:
                now.pop(key).spans.append((frame, None))
        elif element.space == "world" or not is_graph:
            track = _track_of(tracks, element, place)
            own = _in_whole_points(element) if is_coarse else element
            _change(now.get(key), track, frame, look_of(own, is_graph))
            now[key] = track
    in_order = list(tracks.values())
    _share(in_order)
    ordered = sorted(in_order, key=lambda track: (track.layer, track.place))
    if not is_graph:
        return ordered
    _rank(ordered)
    return in_order


def _rank(tracks: Sequence[_Track]) -> None:
    """Ranks for a graph, in which only what stands on one card or on one edge overlaps: within each
    layer those that are painted alike at the end have one, and so stand together."""
    ranks: dict[tuple[Any, ...], int] = {}
    for track in tracks:
        track.rank = ranks.setdefault((track.layer, _paint(track)), len(ranks))


def _change(known: _Track | None, track: _Track, frame: int, look: Look) -> None:
    """An element looks otherwise from a frame on; with another layer it is another track's."""
    if known is not None and known is not track:
        known.spans.append((frame, None))
    if known is not track or track.spans[-1][1] != look:
        track.spans.append((frame, look))


def _track_of(tracks: dict[tuple[str, int, bool], _Track], element: Element, place: int) -> _Track:
    """The track of an element in its layer."""
    name = element.key, element.layer, isinstance(element.form, Text)
    if name not in tracks:
        kind = _kind_of(element)
        card = _CARD.search(element.key) if kind == "text" else None
        node = int(card[1]) if card else -1
        tracks[name] = _Track(element.key, element.layer, place, kind, element.space, node)
    return tracks[name]


def _kind_of(element: Element) -> Literal["path", "line", "text"]:
    """What stands for an element; a line is one that is drawn along itself as it comes."""
    form = element.form
    if isinstance(form, Text):
        return "text"
    is_line = element.enter == "draw" and not (form.fill or form.dash)
    return "line" if is_line else "path"


def _share(tracks: Sequence[_Track]) -> None:
    """Finds what all looks of a key have alike; the others have every name that one of them has."""
    groups: dict[tuple[str, bool], list[_Track]] = {}
    for track in tracks:
        groups.setdefault((track.key, track.kind == "text"), []).append(track)
    for own in groups.values():
        looks = [look for track in own for _, look in track.spans if look is not None]
        first = looks[0]
        common = {
            name: value
            for name, value in first.items()
            if all(name in look and look[name] == value for look in looks[1:])
        }
        names = dict.fromkeys(name for look in looks for name in look)
        for track in own:
            track.common = common
            track.spans = [
                (begin, None if look is None else {name: look.get(name) for name in names})
                for begin, look in track.spans
            ]


# ---- what moves


def _motions(frames: Frames, looks: _Table, is_graph: bool) -> dict[int, list[dict[str, Any]]]:
    """For each frame what goes along a path in it."""
    motions = {
        at: [
            _motion(motion, each, looks, is_graph)
            for motion in each.motions
            if not is_graph or all(part.space == "world" for part in motion.elements)
        ]
        for at, each in frames.moving.items()
    }
    return {at: own for at, own in motions.items() if own}


def _motion(motion: Motion, during: Transition, looks: _Table, is_graph: bool) -> dict[str, Any]:
    """A motion, its elements around the place where they are, also as they are when they land."""
    digits, astray = (0, _ASTRAY) if is_graph else (1, _NEAR)
    path = [(round(x, digits), round(y, digits)) for x, y in simplified(motion.path, astray)]
    (x, y), (to_x, to_y) = motion.path[0], path[-1]
    keys = {element.key for element in motion.elements if motion.ends_visible}
    landing = {each.key: each for each in during.keyframe if each.key in keys}
    parts = []
    for each in motion.elements:
        part = ["text" if isinstance(each.form, Text) else "path"]
        own = [looks.index(look_of(moved(each, -x, -y), is_graph))]
        if each.key in landing:
            own.append(looks.index(look_of(moved(landing[each.key], -to_x, -to_y), is_graph)))
        parts.append([*part, *own])
    return {
        "path": [
            *path[0],
            *(b - a for one, other in pairwise(path) for a, b in zip(one, other, strict=True)),
        ],
        "from": round(motion.start, 3),
        "to": round(motion.end, 3),
        "stays": int(motion.ends_visible),
        "leaves": [each.key for each in motion.elements] if motion.starts_visible else [],
        "lands": list(landing),
        "parts": parts,
    }


def _cameras(frames: Frames, is_graph: bool) -> Iterator[tuple[int, list[float]]]:
    """Where the camera is at the end of a frame: what it looks at, or the part that it shows."""
    for at, (camera, covered) in frames.cameras.items():
        if is_graph:
            box = camera.seen(frames.frame)
            height = box.height - covered / camera.scale
            yield at, [round(value) for value in (box.x, box.y, box.width, height)]
        else:
            yield at, [round(value, 4) for value in (*astuple(camera.center), camera.scale)]


# ---- SVG


def _document(
    frames: Frames,
    drawn: Iterable[_Track],
    size: tuple[float, float] | None,
    number_at: Callable[[str], str] | None,
) -> str:
    wide, high = size or (frames.frame.width, frames.frame.height)
    across, down, title = number(wide), number(high), clean(frames.title)
    places: dict[str, list[_Track]] = {"world": [], "frame": []}
    for track in drawn:
        places[track.space].append(track)
    is_graph = size is not None
    body = "".join(
        f'<g class="{name}">{"".join(_runs(tracks, number_at, is_graph))}</g>'
        for name, tracks in zip(("world", "bands"), places.values(), strict=True)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="group" aria-label="{title}" '
        f'width="{across}" height="{down}" viewBox="0 0 {across} {down}" '
        f'font-family="{families(frames.theme.fonts)}" text-anchor="middle" fill="none" '
        f'stroke-linecap="round" stroke-linejoin="round">{body}</svg>'
    )


def _runs(
    tracks: Iterable[_Track], number_at: Callable[[str], str] | None, is_merged: bool
) -> Iterator[str]:
    """SVG elements as they are at the end. Neighbours that are painted alike stand in a group that
    says it once; the script gives it back to each of them.

    Args:
        is_merged: whether outlines that are painted alike are one element, until the script parts
            them: for drawings in which none of them overlap.
    """
    for paint, run in groupby(tracks, _paint):
        marks = (_mark(track, number_at) for track in run)
        is_whole = not is_merged or ("class", "whole") in paint
        body = "".join(marks if is_whole else _merged(marks))
        yield f"<g{_attributes(paint)}>{body}</g>"


def _merged(marks: Iterable[str]) -> Iterator[str]:
    """Neighbouring paths as one."""
    for is_path, run in groupby(marks, lambda mark: mark.startswith("<path")):
        if is_path:
            yield f'<path d="{"".join(_OUTLINE.findall("".join(run)))}"/>'
        else:
            yield from run


def _paint(track: _Track) -> tuple[tuple[str, str], ...]:
    """The attributes that neighbours may have alike; several outlines stay together."""
    whole = (("class", "whole"),) if (track.final.get("d") or "").count("M") > 1 else ()
    return (
        *whole,
        *(
            (name, value)
            for name, value in sorted(track.final.items())
            if value is not None and name not in _OURS and name not in _PLACE
        ),
    )


def _mark(track: _Track, number_at: Callable[[str], str] | None) -> str:
    look = track.final
    own = _attributes((name, look[name] or "") for name in _PLACE if look.get(name))
    text = look.get("text")
    if text is None:
        return f"<path{own}/>"
    return f"<text{own}>{clean(filled(text, number_at) if number_at else text)}</text>"


def _attributes(pairs: Iterable[tuple[str, str]]) -> str:
    return "".join(f' {name}="{value}"' for name, value in pairs)
