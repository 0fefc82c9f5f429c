"""The tangent: a curve of any program of one name, the secant that becomes its tangent, and the
slope along the whole curve."""

import math
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice, pairwise

from graphgen.course.checks import check_count, check_finite
from graphgen.course.curves import (
    RANGE_OPTIONS,
    Curve,
    calm,
    chart_of,
    check_drawn,
    range_of,
    thinned,
)
from graphgen.course.scene import Option, Request, Scene
from graphgen.draw.builder import TimelineBuilder
from graphgen.draw.charts import Chart, padded
from graphgen.draw.elements import line, rectangle, text
from graphgen.draw.labels import tag
from graphgen.draw.rooms import columns, rows, split
from graphgen.draw.tables import Table as TableView
from graphgen.language.expression import parse
from graphgen.language.titles import title_of
from graphgen.layout.measure import width
from graphgen.model.errors import InputError
from graphgen.model.geometry import Box
from graphgen.model.theme import Theme
from graphgen.model.timeline import Element, Frame, Timeline
from graphgen.text.catalogue import Table, listed
from graphgen.text.digits import number

__all__ = ["SCENE", "Data", "Jump", "Level", "Secant", "draw", "record", "title"]

SENTENCES = Table(
    "tangent",
    {
        "question": "How steep is a curve at one place?",
        "curve": "For each {name} the program gives one {result}: a curve.",
        "place": "At {name} = {at}, {result} is {value}.",
        "secant rises": (
            "Over a step of h = {h}, {result} rises by {rise}: the line through both places has "
            "the slope {slope}."
        ),
        "secant falls": (
            "Over a step of h = {h}, {result} falls by {fall}: the line through both places has "
            "the slope {slope}."
        ),
        "secant level": (
            "After a step of h = {h}, {result} is the same: the line through both places has the "
            "slope 0."
        ),
        "divided": "{rise} divided by {h} is {slope}.",
        "tangent": (
            "As h goes to 0 the secant becomes the tangent: its slope is {slope}, which is what "
            "autograd gives."
        ),
        "corner": (
            "The curve has a corner here: its slope is {before} on the left and {after} on the "
            "right, and autograd gives {slope}."
        ),
        "slopes": "Slide along the curve: its slope at each {name} makes a curve of its own.",
        "signs": "Where the slope is negative the curve falls; where it is positive it rises.",
        "level": "The slope is 0 at {name} = {places}: there the curve is level.",
        "stretch": "{start} to {end}",
        "more places": "more places",
        "level everywhere": "The slope is 0 everywhere: the curve is level.",
        "never level": "From {first} to {last} the slope is never 0.",
        "never level where known": (
            "From {first} to {last} the slope is not 0 anywhere that the curve has one."
        ),
        "jump": (
            "At {name} = {place} the slope jumps from {before} to {after}, and the curve is level "
            "nowhere."
        ),
        "jumps": (
            "At {name} = {places} the slope jumps from one sign to the other, and the curve is "
            "level nowhere."
        ),
        "rise": "rise",
        "slope": "slope",
        "slope here": "slope {slope}",
        "magnified": "{times} times as large",
    },
)

_COUNT, _NEAR = 241, 41
_REACH = 4.0
_STEPS = (0.5, 0.25, 0.125, 0.025, 0.0025)
"""How far the second place is, beside the way from the middle of the curve to its end."""
_MOST_STEPS = 8
_BEFORE, _AFTER = 0.5, 1.4
"""What is magnified: from how far before the place to how far after it, in steps."""
_SLIDE = 28
"""Transitions in which the tangent slides along the curve."""
_SLOPE_LABEL = 17.0
_LENS_LABEL = 15.0
_MOST_LEVEL = 6
_MOST = 7
_HALVINGS = 60
_LEVEL = 1e-9
"""A slope that is so small beside the largest one counts as 0."""
_LOW = 1e-3
"""Between samples it is looked for a 0 where the slope is so small beside the largest one."""
_BESIDE = 1e-7
"""How far beside a place, as a share of the curve, a corner is told from a level place."""
_TINY = 1e-12
"""A place that is so near to 0, beside the distance of samples, is 0."""
_GOLDEN = (math.sqrt(5) - 1) / 2


@dataclass(frozen=True, slots=True)
class Secant:
    """The straight line through two places of a curve, `h` apart.

    Attributes:
        y: the result at the second place.
        near: the curve around both places.
    """

    h: float
    y: float
    slope: float
    near: Curve

    def __post_init__(self) -> None:
        check_finite("a secant", self.h, self.y, self.slope)
        if not self.h:
            raise ValueError("a step that isn't 0: got 0")


@dataclass(frozen=True, slots=True)
class Level:
    """Where a slope is 0: from one place to another, mostly the same, and the result there."""

    start: float
    end: float
    y: float

    def __post_init__(self) -> None:
        check_finite("a level", self.start, self.end, self.y)


@dataclass(frozen=True, slots=True)
class Jump:
    """Where a slope jumps: the place, and the slopes just before it and just after it."""

    x: float
    before: float
    after: float

    def __post_init__(self) -> None:
        check_finite("a jump", self.x, self.before, self.after)


@dataclass(frozen=True, slots=True)
class Data:
    """A program along one of its names, by torch in float64.

    Attributes:
        at, value, slope: the place where the secant becomes the tangent.
        level: where the slope is 0.
        jumps: where it jumps over 0, as at a corner or a pole, or where the tangent's place is a
            corner.
    """

    curve: Curve
    at: float
    value: float
    slope: float
    secants: tuple[Secant, ...]
    level: tuple[Level, ...]
    jumps: tuple[Jump, ...] = ()

    def __post_init__(self) -> None:
        check_finite("the place of the tangent", self.at, self.value, self.slope)
        check_count("secants", self.secants, 1, _MOST_STEPS)
        check_count("levels", self.level, 0, _COUNT)
        check_count("jumps", self.jumps, 0, _COUNT)
        check_drawn(self.curve, _COUNT)
        for secant in self.secants:
            check_drawn(secant.near, _COUNT)


def record(request: Request) -> Data:
    """What torch says of the curve.

    Raises:
        InputError: no name is free, the range is empty, a step is 0, or nothing is finite on the
            curve or at its place.
    """
    from graphgen.course.sampling import free_name, number_of, sample, spread

    program = parse(request.text)
    name = free_name(program, request.values, request.options.get("name") or "")
    at = number_of(request.values.get(name), name)
    held = {key: value for key, value in request.values.items() if key != name}
    reach = max(_REACH, 2.0 * abs(at)) if abs(at) > 1e3 else _REACH
    low, high = range_of(request, at - reach, at + reach)
    curve = sample(program, name, spread(low, high, _COUNT), held).checked()
    steps = _steps(request, (high - low) / 2)
    here = sample(program, name, (at, *(at + h for h in steps)), held)
    _check(here, name)
    secants = []
    for h, y in zip(steps, here.ys[1:], strict=True):
        first, last = sorted((at - _BEFORE * h, at + _AFTER * h))
        near = sample(program, name, spread(first, last, _NEAR), held)
        secants.append(Secant(h, y, (y - here.ys[0]) / h, near))

    def along(xs: Sequence[float]) -> Curve:
        return sample(program, name, xs, held)

    level, jumps = _stationary(along, curve, at)
    return Data(curve, at, here.ys[0], here.slopes[0], tuple(secants), level, jumps)


def title(data: Data) -> str:
    """The program as mathematics is written."""
    return title_of(parse(data.curve.program))


def draw(data: Data, title: str, theme: Theme, frame: Frame) -> Timeline:
    """The curve, the secant under a magnifier, then the tangent sliding along.

    Args:
        data: what the scene recorded.
        title: of the timeline.
        theme: has the colours.
        frame: the size of the picture, in points.

    Returns:
        The timeline, the same for the same data, title, theme and frame.
    """
    return _Drawing(data, TimelineBuilder(title, theme, frame)).timeline()


def _steps(request: Request, reach: float) -> list[float]:
    """How far the second place is, from wide to narrow."""
    steps = request.options["h"]
    if not steps:
        return [float(f"{share * reach:.3g}") for share in _STEPS]
    if len(steps) > _MOST_STEPS or not all(h and math.isfinite(h) for h in steps):
        raise InputError(
            f"up to {_MOST_STEPS} steps that aren't 0: got {', '.join(map(number, steps))}; give "
            "others with --h"
        )
    return list(steps)


def _check(here: Curve, name: str) -> None:
    """Nothing, where the result and the slope at a place are finite."""
    for what, value in (("result", here.ys[0]), ("slope", here.slopes[0])):
        if not math.isfinite(value):
            raise InputError(
                f"a place with a finite slope: got the {what} {value} at {name[:60]} = "
                f"{here.xs[0]:g}; choose another with --set"
            )


# Drawing


class _Drawing:
    """The scene's pictures, step by step."""

    def __init__(self, data: Data, builder: TimelineBuilder) -> None:
        self.data, self.builder, self.theme = data, builder, builder.theme
        size, curve = builder.frame, data.curve
        main, self.side = split(size, size.stage, [1.35, 1.0], 24.0)
        self.curve = chart_of(curve, "curve", main, self.theme)
        self.slope = Chart(
            "slope", self.side, self.curve.xs, _slopes(data), self.theme, curve.name, curve.ratio
        )
        upper, self.lens_box = (
            rows(self.side, [1.0, 1.15], 12.0)
            if size.is_wide
            else columns(self.side, [1.0, 1.0], 18.0)
        )
        numbers = [
            (number(each.h), number(each.y - data.value), number(each.slope))
            for each in data.secants
        ]
        head = ("h", SENTENCES.say("rise"), SENTENCES.say("slope"))
        self.table = TableView(
            "secants", upper, head, (*numbers, ("→ 0", "→ 0", number(data.slope))), self.theme,
            size.smallest, (self.theme.text, self.theme.text, self.theme.shared),
        )  # fmt: skip

    def timeline(self) -> Timeline:
        """All steps."""
        self.open()
        self.secants()
        self.tangent()
        self.slide()
        self.signs()
        self.level()
        return self.builder.build()

    def open(self) -> None:
        """The program, then its curve."""
        curve, builder = self.data.curve, self.builder
        builder.open(SENTENCES.say("question"))
        builder.step(SENTENCES.say("curve", name=curve.name, result=curve.result))
        builder.add(self.curve.frame())
        builder.animate(0.6)
        builder.add(self.curve.curve("line", *curve.line, self.theme.forward, 3.0))
        builder.animate(1.8)

    def secants(self) -> None:
        """Two places h apart, and the line through them, for smaller and smaller h."""
        data, builder, curve = self.data, self.builder, self.data.curve
        at, value = number(data.at), number(data.value)
        builder.step(
            SENTENCES.say("place", name=curve.name, at=at, result=curve.result, value=value)
        )
        builder.add(self.curve.dot("here", data.at, data.value, self.theme.text, 6.5))
        builder.animate(1.2)
        for index, secant in enumerate(data.secants):
            h, slope = number(secant.h), number(secant.slope)
            divided = SENTENCES.say("divided", rise=number(secant.y - data.value), h=h, slope=slope)
            builder.step(_over_step(secant, data), "secant", divided)
            builder.add(self._secant(secant), self._lens(secant))
            builder.add(self.table.head(), self.table.row(index, is_lit=True))
            builder.animate(1.2)
            builder.animate(0.8 if index else 1.4)

    def tangent(self) -> None:
        """What the secants come to."""
        data, builder, theme = self.data, self.builder, self.theme
        corner = next((jump for jump in data.jumps if jump.x == data.at), None)
        slope = number(data.slope)
        caption = (
            SENTENCES.say("tangent", slope=slope)
            if corner is None
            else SENTENCES.say(
                "corner", before=number(corner.before), after=number(corner.after), slope=slope
            )
        )
        builder.step(caption, "tangent")
        builder.remove("curve/there", "curve/secant", "curve/frame", "lens/leg", "lens/there")
        builder.add(self.curve.tangent("tangent", data.at, data.value, data.slope, theme.backward))
        builder.add(self._slope_label(data.slope), self.table.row(len(data.secants), is_lit=True))
        builder.add(self._colored(len(data.secants)))
        if data.secants:
            chart = self._magnified(data.secants[-1])
            builder.add(
                chart.tangent("line2", data.at, data.value, data.slope, theme.backward, 999)
            )
        builder.animate(1.2)
        builder.animate(1.6)

    def slide(self) -> None:
        """The tangent along the whole curve; its slope draws a curve of its own."""
        curve, builder, theme = self.data.curve, self.builder, self.theme
        builder.step(SENTENCES.say("slopes", name=curve.name), "slope")
        builder.remove("secants", "lens")
        known = curve.known
        builder.add(self.slope.frame(), self._standing(known[0]))
        builder.animate(1.2)
        for place in thinned(len(known), _SLIDE)[1:]:
            index = known[place]
            so_far = slice(known[0], index + 1)
            builder.add(self._standing(index))
            builder.add(
                self.slope.curve(
                    "line", curve.xs[so_far], curve.slopes[so_far], theme.backward, 3.0
                )
            )
            builder.animate(0.2, easing="linear")
        builder.animate(0.8)

    def signs(self) -> None:
        """Where the slope is negative and where it is positive."""
        curve, builder = self.data.curve, self.builder
        slopes = [curve.slopes[at] for at in curve.known]
        if not (min(slopes) < 0 < max(slopes)):
            return
        builder.step(SENTENCES.say("signs"), "slope")
        builder.remove("curve/here", "curve/tangent", "curve/told", "curve/guide", "slope/here",
                   "slope/guide")  # fmt: skip
        builder.add(self.slope.area("area", curve.xs, curve.slopes, self.theme.backward))
        builder.animate(2.4)

    def level(self) -> None:
        """Where the slope is 0."""
        data, builder, theme = self.data, self.builder, self.theme
        builder.step(_level_sentence(data), "slope")
        builder.remove("curve/here", "curve/tangent", "curve/told", "curve/guide", "slope/here",
                   "slope/guide")  # fmt: skip
        for index, each in enumerate(data.level[:_MOST_LEVEL]):
            for x in dict.fromkeys((each.start, each.end)):
                key = f"level/{index}" if x == each.start else f"level/{index}/end"
                builder.add(self.curve.dot(f"{key}/dot", x, each.y, theme.text, 6.5))
                builder.add(self.slope.dot(key, x, 0.0, theme.text, 6.5))
            middle = (each.start + each.end) / 2
            line_ = self.curve.tangent(f"level/{index}", middle, each.y, 0.0, theme.backward, 64.0)
            builder.add(line_)
        builder.animate(1.2)
        builder.animate(2.0)

    # What stands

    def _secant(self, secant: Secant) -> list[Element]:
        """The line through both places, and the frame of what is magnified."""
        data, theme, curve = self.data, self.theme, self.curve
        ends = [(x, data.value + secant.slope * (x - data.at)) for x in curve.xs]
        return [
            curve.segment("secant", ends[0], ends[1], theme.shared, 2.4),
            curve.dot("there", data.at + secant.h, secant.y, theme.shared, 5.5),
            self._frame(self._magnified(secant)),
        ]

    def _frame(self, lens: Chart) -> Element:
        """What is magnified, in the chart."""
        (left, top), (right, bottom) = (
            self.curve.held(lens.xs[at], lens.ys[1 - at]) for at in (0, 1)
        )
        box = Box(left, top, max(right - left, 1.0), max(bottom - top, 1.0))
        return rectangle("curve/frame", box, line=self.theme.quiet, width=1.2, radius=3.0, layer=2)

    def _magnified(self, secant: Secant) -> Chart:
        near, ys = secant.near, self._heights(secant)
        times = (self.curve.xs[1] - self.curve.xs[0]) / (near.xs[-1] - near.xs[0])
        times *= self.lens_box.width / self.curve.inner.width
        label = SENTENCES.say("magnified", times=number(float(f"{times:.2g}")))
        return Chart("lens", self.lens_box, (near.xs[0], near.xs[-1]), ys, self.theme,
                     y_name=label, is_bare=True)  # fmt: skip

    def _heights(self, secant: Secant) -> tuple[float, float]:
        """What is magnified of the curve's heights: as much as along the axis, where that shows
        all of it."""
        near, box, whole = secant.near, self.lens_box, self.curve
        low, high = padded([*near.ys, self.data.value, secant.y], 0.12)
        # In halves: the whole heights of a curve may be more than a float holds.
        steep = (whole.ys[1] / 2 - whole.ys[0] / 2) / whole.inner.height
        steep *= whole.inner.width / (whole.xs[1] - whole.xs[0])
        half = steep * (near.xs[-1] - near.xs[0]) * (box.height - 24.0) / box.width
        if half <= high / 2 - low / 2:
            return low, high
        middle = low / 2 + high / 2
        return max(middle - half, -sys.float_info.max), min(middle + half, sys.float_info.max)

    def _lens(self, secant: Secant) -> list[Element]:
        """Both places under a magnifier, with the step and the rise between them."""
        data, theme, near = self.data, self.theme, secant.near
        lens = self._magnified(secant)
        (x1, y1), (x2, y2) = lens.at(data.at, data.value), lens.at(data.at + secant.h, secant.y)
        rise, step = number(secant.y - data.value), number(secant.h)
        down = 13 if y2 <= y1 else -13
        aside = 1 if x2 >= x1 else -1
        if width(rise, _LENS_LABEL) + 24 > abs(lens.inner.x + lens.inner.width * (aside > 0) - x2):
            aside = -aside
        return [
            *lens.frame(),
            rectangle("lens/border", lens.inner, line=theme.quiet, width=1.2, radius=3.0),
            lens.curve("line", *near.line, theme.forward, 3.0),
            lens.segment("leg/through", (data.at, data.value), (data.at + secant.h, secant.y),
                         theme.shared, 2.4),
            line("lens/leg/step", [(x1, y1), (x2, y1)], theme.text, 1.6, layer=3),
            line("lens/leg/rise", [(x2, y1), (x2, y2)], theme.text, 1.6, layer=3),
            *tag("lens/leg/h", f"h = {step}", (x1 + x2) / 2, y1 + down, _LENS_LABEL, theme.text,
                 theme, lens.inner),
            *tag("lens/leg/up", rise, x2 + 12 * aside, (y1 + y2) / 2, _LENS_LABEL, theme.shared,
                 theme, lens.inner, -aside),
            lens.dot("here", data.at, data.value, theme.text, 6.0),
            lens.dot("there", data.at + secant.h, secant.y, theme.shared, 5.5),
        ]  # fmt: skip

    def _colored(self, row: int) -> Element:
        """The last row's slope in the gradients' colour."""
        (slope,) = [e for e in self.table.row(row) if e.key.endswith(f"/{row}/2")]
        form = slope.form
        return text(slope.key, form.text, form.x, form.y, form.size, self.theme.backward, 1)  # type: ignore[union-attr]

    def _standing(self, index: int) -> list[Element]:
        """The dot, the tangent and its slope at one of the curve's places."""
        curve, theme = self.data.curve, self.theme
        x, y, slope = curve.xs[index], curve.ys[index], curve.slopes[index]
        return [
            self.curve.dot("here", x, y, theme.text, 6.5),
            self.curve.tangent("tangent", x, y, slope, theme.backward),
            self._slope_label(slope),
            self.slope.dot("here", x, slope, theme.backward, 6.0),
            self._guide(self.curve, x, y),
            self._guide(self.slope, x, slope),
        ]

    def _guide(self, chart: Chart, x: float, y: float) -> Element:
        """From a place on the axis up to the curve."""
        px, py = chart.held(x, y)
        _, foot = chart.held(x, 0.0)
        return line(f"{chart.key}/guide", [(px, foot), (px, py)], self.theme.text, 1.2, 0.45, 2)

    def _slope_label(self, slope: float) -> Element:
        """The slope in numbers, above the curve at the right."""
        inner, box = self.curve.inner, self.curve.box
        label, x = SENTENCES.say("slope here", slope=number(slope)), inner.x + inner.width
        return text("curve/told", label, x, box.y + 9, _SLOPE_LABEL, self.theme.backward, 1)


def _slopes(data: Data) -> tuple[float, float]:
    """What the slope's own chart spans."""
    return padded([*calm(data.curve.slopes), 0.0])


def _over_step(secant: Secant, data: Data) -> str:
    """What the result does from one end of a secant to the other."""
    change, h = secant.y - data.value, number(secant.h)
    result, slope = data.curve.result, number(secant.slope)
    if change > 0:
        return SENTENCES.say("secant rises", h=h, result=result, rise=number(change), slope=slope)
    if change < 0:
        return SENTENCES.say("secant falls", h=h, result=result, fall=number(-change), slope=slope)
    return SENTENCES.say("secant level", h=h, result=result)


def _level_sentence(data: Data) -> str:
    """Where the curve is level, and if nowhere, whether the slope jumps over 0."""
    curve, name = data.curve, data.curve.name
    if not data.level:
        return _never_level(data)
    if data.level[0].start == curve.xs[0] and data.level[0].end == curve.xs[-1]:
        return SENTENCES.say("level everywhere")
    places = [_place(each) for each in data.level[:_MOST_LEVEL]]
    if len(data.level) > _MOST_LEVEL:
        places.append(SENTENCES.say("more places"))
    return SENTENCES.say("level", name=name, places=listed(places))


def _never_level(data: Data) -> str:
    curve, jumps = data.curve, [jump for jump in data.jumps if jump.before * jump.after < 0]
    if len(jumps) == 1:
        (jump,) = jumps
        before, after = number(jump.before), number(jump.after)
        place = number(jump.x)
        return SENTENCES.say("jump", name=curve.name, place=place, before=before, after=after)
    if jumps:
        places = [number(jump.x) for jump in jumps[:_MOST_LEVEL]]
        if len(jumps) > _MOST_LEVEL:
            places.append(SENTENCES.say("more places"))
        return SENTENCES.say("jumps", name=curve.name, places=listed(places))
    slopes = [curve.slopes[at] for at in curve.known]
    has_pole = min(slopes) < 0 < max(slopes) or len(curve.line[0]) > len(curve.xs)
    is_whole = len(slopes) == len(curve.xs) and not has_pole
    key = "never level" if is_whole else "never level where known"
    return SENTENCES.say(key, first=number(curve.xs[0]), last=number(curve.xs[-1]))


def _place(level: Level) -> str:
    """A place where the curve is level, or a stretch."""
    start, end = number(level.start), number(level.end)
    return start if start == end else SENTENCES.say("stretch", start=start, end=end)


# Where the slope is 0


def _stationary(
    along: Callable[[Sequence[float]], Curve], curve: Curve, at: float
) -> tuple[tuple[Level, ...], tuple[Jump, ...]]:
    """Where a curve's slope is 0, and where it jumps over 0; at most so many of each.

    A slope that jumps over 0 is 0 at no place, though autograd may give 0 at a corner.

    Args:
        along: gives the curve at other places.
        at: a place at which any jump of the slope is told.
    """
    largest = max(map(abs, calm(curve.slopes)), default=0.0)
    least = _LEVEL * largest
    points = [(curve.xs[at], curve.slopes[at]) for at in curve.known]
    runs = [
        (run[0][0], run[-1][0])
        for is_level, group in groupby(points, key=lambda point: abs(point[1]) <= least)
        if is_level
        for run in [list(group)]
    ]
    beside = _BESIDE * (curve.xs[-1] - curve.xs[0])
    search = _Search(lambda x: along([x]).slopes[0], beside, _LOW * largest)
    zeros = ((x, x) for x in islice(search.between(points, largest, least), _MOST))
    places = sorted({ends for ends in (*runs, *zeros) if search.is_smooth(*ends)})[:_MOST]
    ys = along([(a + b) / 2 for a, b in places]).ys
    levels = tuple(Level(a, b, y) for (a, b), y in zip(places, ys, strict=True))
    corners = [start for start, end in runs if start == end and (start, end) not in places]
    return levels, tuple(search.jumps([*corners, *search.crossed(points), at]))


class _Search:
    """Looks for zeros and jumps of a slope between places that are known.

    Args:
        slope: at any place.
        beside: how far from a place it is looked whether the slope jumps there.
        small: a slope, or a change of it, that is no jump.
    """

    def __init__(self, slope: Callable[[float], float], beside: float, small: float) -> None:
        self.slope, self.beside, self.small = slope, beside, small

    def is_smooth(self, start: float, end: float) -> bool:
        """Whether the slope is still small just beside a place: at a corner it isn't."""
        if start < end:
            return True
        sides = (start - self.beside, end + self.beside)
        return all(abs(self.slope(x)) <= self.small for x in sides)

    def jumps(self, places: Sequence[float]) -> Iterator[Jump]:
        """The places at which the slope jumps from one finite slope to another, in their order."""
        for x in sorted(set(places))[: _MOST + 1]:
            before, after = self._beside(x, -self.beside), self._beside(x, self.beside)
            if before is not None and after is not None and abs(after - before) > self.small:
                yield Jump(x, before, after)

    def _beside(self, x: float, step: float) -> float | None:
        """The slope beside a place; None where it has no limit, as at a pole."""
        near, far = self.slope(x + step), self.slope(x + 2 * step)
        is_steady = abs(near - far) <= max(self.small, 1e-3 * min(abs(near), abs(far)))
        return near if math.isfinite(near) and is_steady else None

    def crossed(self, points: Sequence[tuple[float, float]]) -> Iterator[float]:
        """Where the slope changes its sign between two places."""
        for (x1, s1), (x2, s2) in pairwise(points):
            if s1 * s2 < 0:
                yield self._crossed(x1, x2, s1)

    def between(
        self, points: list[tuple[float, float]], largest: float, least: float
    ) -> Iterator[float]:
        """Zeros that the slope crosses, and those that it only touches."""
        for (x1, s1), (x2, s2) in pairwise(points):
            if s1 * s2 < 0:
                yield from self._zero(self._crossed(x1, x2, s1), 1e3 * least)
        for (x1, s1), (_, s2), (x3, s3) in zip(points, points[1:], points[2:], strict=False):
            a, b, c = abs(s1), abs(s2), abs(s3)
            if least < b <= min(a, c) and b < _LOW * largest and s1 * s3 > 0 and s1 * s2 > 0:
                yield from self._zero(self._touched(x1, x3), least)

    def _zero(self, x: float, least: float) -> Iterator[float]:
        """A place, where the slope really is 0 there."""
        if abs(self.slope(x)) <= least:
            yield x

    def _crossed(self, low: float, high: float, first: float) -> float:
        """The place where the slope changes its sign, by bisection."""
        tiny = _TINY * (high - low)
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            low, high = (middle, high) if self.slope(middle) * first > 0 else (low, middle)
        middle = (low + high) / 2
        return 0.0 if abs(middle) < tiny else middle

    def _touched(self, low: float, high: float) -> float:
        """The place of the smallest slope, by golden sections."""
        for _ in range(_HALVINGS):
            a, b = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
            is_left = abs(self.slope(a)) < abs(self.slope(b))
            low, high = (low, b) if is_left else (a, high)
        return (low + high) / 2


SCENE = Scene(
    name="tangent",
    order=10,
    summary="A curve, the secant that becomes its tangent, and the slope along it.",
    program="y = 0.5 * (x - 3) ** 2",
    values={"x": 4.5},
    examples=(
        'tangent "y = 0.5 * (x - 3) ** 2" --set x=4.5 -o tangent.mp4',
        'tangent "sin(x) + 0.1 * x ** 2" --from -6 --to 6 -o slope.svg --theme light',
        'tangent "x ** 3 - 3 * x" --set x=-0.5 --h 1 --h 0.1 --h 0.001 -o cubic.mp4',
    ),
    options=(
        Option("h", "numbers", (), "How far the second place is from the first, one or more; "
               "without any, five from wide to narrow."),
        *RANGE_OPTIONS,
    ),
    takes="a program with one free name",
    recorded=Data,
    record=record,
    title=title,
    draw=draw,
)  # fmt: skip
