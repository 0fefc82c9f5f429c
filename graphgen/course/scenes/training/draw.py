"""A training loop: one step in detail, then all that moves side by side; plain data ->
a timeline."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from graphgen.course.pictured import Pictured
from graphgen.course.scenes.training.fit import Fit
from graphgen.course.scenes.training.record import Data, Track, even
from graphgen.draw import rooms
from graphgen.draw.builder import TimelineBuilder
from graphgen.draw.charts import Chart, padded
from graphgen.draw.elements import text
from graphgen.draw.fields import field
from graphgen.draw.graphview import GraphView
from graphgen.draw.labels import chip, tag
from graphgen.draw.scaled import Scaled
from graphgen.layout.measure import width
from graphgen.model.arithmetic import mean
from graphgen.model.geometry import Box
from graphgen.model.graph import Cell
from graphgen.model.kinds import KINDS
from graphgen.model.theme import Theme
from graphgen.model.timeline import Element, Frame, Motion, Text, Timeline
from graphgen.text.catalogue import ByNumber, listed, paragraph
from graphgen.text.catalogue import Table as Sentences
from graphgen.text.digits import inline, number
from graphgen.text.mixing import mix
from graphgen.text.tints import Tints

__all__ = ["SENTENCES", "draw", "stretch_caption"]

SENTENCES = Sentences(
    "training",
    {
        "question": "A loop: forward, backward, and a step against the gradient.",
        "update": "Update: {optimizer} with a learning rate of {rate} takes its first step.",
        "update.one": "Update: {optimizer} with a learning rate of {rate} moves {name} to {after}.",
        "update.sgd": "Update: {name} becomes {before} − {rate} × {slope} = {after}.",
        "loop": ByNumber(
            "count",
            one="Just one step of {optimizer} with a learning rate of {rate}.",
            many="The same again and again: {count:,} steps of {optimizer} with a learning rate of "
            "{rate}.",
        ),
        "loop.some": ByNumber(
            "count",
            one="Just one step of {optimizer} with a learning rate of {rate}.",
            many="The same again and again: {count:,} steps of {optimizer} with a learning rate of "
            "{rate}; {moments} moments are shown.",
        ),
        "falls": "Steps {first} to {last}: the loss falls from {before} to {after}.",
        "rises": "Steps {first} to {last}: the loss rises from {before} to {after}.",
        "stays": "Steps {first} to {last}: the loss stays {after}.",
        "dips": "Steps {first} to {last}: the loss goes from {before} down to {low} at step {at}, "
        "and then up to {after}.",
        "peaks": "Steps {first} to {last}: the loss goes from {before} up to {high} at step {at}, "
        "and then down to {after}.",
        "falls mostly": "Steps {first} to {last}: the loss comes down from {before} to {after}, "
        "though not at every step.",
        "rises mostly": "Steps {first} to {last}: the loss climbs from {before} to {after}, though "
        "not at every step.",
        "wavers": "Steps {first} to {last}: the loss goes up and down between {low} and {high}, "
        "and ends at {after}.",
        "no number": "At step {last} the loss is no number any more: the steps are too large.",
        "end": ByNumber(
            "count",
            one="After one step the loss is {loss}.",
            many="After {count:,} steps the loss is {loss}.",
        ),
        "end.learned": ByNumber(
            "count",
            one="After one step the loss is {loss}; {parameters}.",
            many="After {count:,} steps the loss is {loss}; {parameters}.",
        ),
        "end.was lower": "It was lowest at step {at}: {low}.",
        "end.wild": ByNumber(
            "count",
            one="After one step the loss is {loss}: a learning rate of {rate} is too large.",
            many="After {count:,} steps the loss is {loss}: a learning rate of {rate} is too "
            "large.",
        ),
        "end.gone": ByNumber(
            "count",
            one="After one of {wanted} steps the loss is no number any more: a learning rate of "
            "{rate} is too large.",
            many="After {count:,} of {wanted} steps the loss is no number any more: a learning "
            "rate of {rate} is too large.",
        ),
        "end.still": ByNumber(
            "count",
            one="After one step nothing has moved.",
            many="After {count:,} steps nothing has moved.",
        ),
        "end.still.zero": ByNumber(
            "count",
            one="After one step nothing has moved: the gradient is 0.",
            many="After {count:,} steps nothing has moved: the gradient is 0.",
        ),
        "parameter": "{name} = {value}",
        "taken": "− {rate} × ∂",
        "taken.other": "step",
        "loss": "loss",
        "loss.value": "loss {loss}",
        "parameters": "parameters",
        "norms": "norms",
        "fit": "{prediction} and {target} over {input}",
        "fit.plane": "{prediction} over {input}[0] and {input}[1]",
    },
)

_STRETCHES = 5
"""The loop is told in so many sentences."""

_FEW = 12
"""Of fewer moments each has twice the time, so that its numbers can be read; else every other one
shows its own."""


def draw(data: Data, title: str, theme: Theme, frame: Frame) -> Timeline:
    """All steps of the scene.

    Args:
        data: what the scene recorded.
        title: of the timeline.
        theme: has the colours.
        frame: the size of the picture, in points.

    Returns:
        The timeline, the same for the same data, title, theme and frame.
    """
    return _Drawing(data, TimelineBuilder(title, even(theme), frame)).timeline()


@dataclass(frozen=True, slots=True)
class _Rooms:
    """Where the parts of the loop's picture stand."""

    graph: Box
    fit: Box | None
    loss: Box
    tracks: Box

    @classmethod
    def of(cls, frame: Frame, has_fit: bool, has_graph: bool) -> "_Rooms":
        """The rooms in a frame of this shape."""
        if frame.height > 1.2 * frame.width:
            return cls._tall(frame.stage, has_fit, has_graph)
        left, right = rooms.columns(frame.stage, [1.0, 1.0], 26.0)
        if not (has_fit and has_graph):
            upper, lower = rooms.rows(right, [1.0, 1.0])
            if has_fit or has_graph:
                return cls(left, left if has_fit else None, upper, lower)
            return cls(left, None, left, right)
        upper, lower = rooms.rows(right, [1.1, 1.0])
        return cls(left, upper, *rooms.columns(lower, [1.0, 1.0], 14.0))

    @classmethod
    def _tall(cls, stage: Box, has_fit: bool, has_graph: bool) -> "_Rooms":
        shares = [1.1] * has_graph + [1.05] * has_fit
        if not shares:
            return cls(stage, None, *rooms.rows(stage, [1.0, 1.0]))
        *upper, lower = rooms.rows(stage, [*shares, 0.85 if len(shares) > 1 else 1.0])
        return cls(upper[0], upper[-1] if has_fit else None, *rooms.columns(lower, [1.0, 1.0]))


class _Drawing:
    """The scene's pictures, step by step."""

    def __init__(self, data: Data, builder: TimelineBuilder) -> None:
        self.data, self.builder, self.theme = data, builder, builder.theme
        has_fit = data.fit is not None
        places = _Rooms.of(builder.frame, has_fit, True)
        self.has_graph = self._is_legible(data.loop, places.graph)
        if not self.has_graph:
            places = _Rooms.of(builder.frame, has_fit, False)
        self.rooms = places
        self.curves = _LoopCurves(data, builder, places.loss, places.tracks)
        self.taken: dict[Cell, str] = {}
        self.fit = (
            _FitView(data.fit, places.fit, builder.theme) if data.fit and places.fit else None
        )

    def timeline(self) -> Timeline:
        """All steps."""
        self.open()
        self.first_step()
        self.gather()
        self.loop()
        self.end()
        return self.builder.build()

    def open(self) -> None:
        """What is to be learned."""
        self.builder.open(SENTENCES.say("question"))

    def first_step(self) -> None:
        """The first turn of the loop in detail, where its graph can be read."""
        story, stage = self.data.first.story, self.builder.frame.stage
        layout = self.data.first.fitting(stage.width, stage.height)
        if not self._is_legible(self.data.first, stage):
            return
        view = GraphView(self.builder, story, layout, stage, largest=1.7)
        for index, step in enumerate(story.steps):
            if step.move != "close":
                chapter = {"forward": "forward", "backward": "backward"}.get(step.chapter, "")
                self.builder.step(step.caption, chapter)
                view.play(index, 0.6)
        self.update(view)

    def update(self, view: GraphView) -> None:
        """Each parameter takes its first step."""
        data, builder = self.data, self.builder
        if len(data.losses) < 2:
            return
        kinds = [KINDS[node.kind] for node in view.story.graph.nodes]
        leaves = [index for index, kind in enumerate(kinds) if kind.accumulates_gradient]
        builder.step(_update_caption(data), "update")
        view.rest()
        view.light(leaves, self.theme.shared)
        builder.animate(0.6)
        builder.animate(0.8, [self._taken_off(view, leaf) for leaf in leaves[:5]])
        self.taken = {
            mark.cell: mark.text
            for step in data.loop.story.steps[2:3]
            for mark in step.marks
            if mark.cell.part == "value" and mark.cell.index in leaves
        }
        view.write(self.taken)
        builder.animate(1.2)
        view.light(leaves, "")

    def gather(self) -> None:
        """The graph makes room for the curves."""
        data, builder = self.data, self.builder
        last, count = data.kept[-1], len(data.shown)
        places = _way(data)
        caption = (
            SENTENCES.say("loop.some", count=last, moments=str(count), **places)
            if count <= last
            else SENTENCES.say("loop", count=last, **places)
        )
        builder.step(caption, f"{last} steps")
        if builder.keys("graph"):
            builder.remove("graph")
            builder.animate(0.4)
        self.view: GraphView | None = None
        if self.has_graph:
            room = self.rooms.graph
            layout = data.loop.fitting(room.width, room.height)
            self.view = GraphView(builder, data.loop.story, layout, room, largest=1.5)
            builder.add(self.view.ways(), self.view.shells())
            self.view.write({**self._texts(0), **self.taken})
            builder.animate(0.8)
        builder.add(self.curves.frames())
        if self.fit:
            builder.add(self.fit.frame())
        self.moment(0)
        builder.animate(1.2)
        builder.animate(1.0)

    def loop(self) -> None:
        """Every moment that is shown, in a few stretches."""
        data, builder = self.data, self.builder
        count = len(data.shown) - 1
        is_slow = count < _FEW
        ends = [round(count * at / _STRETCHES) for at in range(_STRETCHES + 1)]
        for start, end in pairwise(sorted(set(ends))):
            chapter = f"steps {data.shown[start]} to {data.shown[end]}"
            builder.step(stretch_caption(data, data.shown[start], data.shown[end]), chapter)
            for at in range(start + 1, end + 1):
                self.moment(at, is_slow or (end - at) % 2 == 0)
                builder.animate(0.4 if is_slow else 0.2, easing="linear")
            builder.animate(0.8)

    def end(self) -> None:
        """What has come of it."""
        data, builder = self.data, self.builder
        builder.step(_end_caption(data), f"step {data.kept[-1]}")
        builder.poster()
        builder.animate(1.0)
        builder.animate(1.6)

    def moment(self, at: int, has_numbers: bool = True) -> None:
        """All that is shown of one moment; curves go on also where numbers wait."""
        data, builder = self.data, self.builder
        if self.view and has_numbers:
            self.view.write(self._texts(at))
        self.curves.show(data.kept.index(data.shown[at]), has_numbers)
        if self.fit:
            builder.add(self.fit.moment(at))

    def _texts(self, at: int) -> dict[Cell, str]:
        """What stands in the graph at one of the moments that are shown."""
        return {mark.cell: mark.text for mark in self.data.loop.story.steps[at + 1].marks}

    def _is_legible(self, picture: Pictured, room: Box) -> bool:
        layout = picture.fitting(room.width, room.height)
        scale = Scaled.of(layout, room).scale
        return scale * self.theme.number_size >= self.builder.frame.smallest

    def _taken_off(self, view: GraphView, leaf: int) -> Motion:
        """A parameter's gradient, on its way to the value that it changes."""
        start = view.scaled.box(view.places[Cell("gradient", leaf)].box).center
        end = view.scaled.box(view.places[Cell("value", leaf)].box).center
        size = self.theme.number_size * view.scaled.scale
        tint = self.theme.backward
        words = (
            SENTENCES.say("taken", rate=number(self.data.rate))
            if self.data.optimizer == "sgd"
            else SENTENCES.say("taken.other")
        )
        fill = mix(tint, self.theme.page, 0.8)
        label = chip(f"taken/{leaf}", words, start.x, start.y, size, tint, fill)
        return Motion(tuple(label), ((start.x, start.y), (end.x, end.y)))


_LABEL = 13.5
_WILD_LOSS = 1e4
_MOST_NAMED = 4
_LOWER = 0.95
"""A loss that was so many times as low is spoken of at the end."""
_MOST_CORNERS = 1000


class _LoopCurves:
    """Draws both charts up to any of the kept moments.

    Args:
        builder: where elements are put.
        loss, tracks: the rooms for the loss and for the parameters.
    """

    def __init__(self, data: Data, builder: TimelineBuilder, loss: Box, tracks: Box) -> None:
        self.data, self.builder, self.theme = data, builder, builder.theme
        self.inks = _inks(builder.theme, data.tracks)
        self.corners = _corners(data)
        steps = (0.0, float(max(data.kept[-1], 1)))
        losses = [loss for loss in data.losses if math.isfinite(loss)]
        is_wild = max(losses, default=0.0) > _WILD_LOSS * max(losses[:1] or [0.0]) > 0
        span, theme = _span(losses, is_wild), builder.theme
        self.loss = Chart("loss", loss, steps, span, theme, "", SENTENCES.say("loss"), is_wild)
        labels = max(width(track.name, _LABEL) for track in data.tracks) + 12.0
        room = replace(tracks, width=tracks.width - labels)
        numbers = [x for track in data.tracks for row in track.rows for x in row]
        what = SENTENCES.say("norms" if data.tracks[0].is_norm else "parameters")
        self.tracks = Chart("tracks", room, steps, padded(numbers), theme, "", what)

    def frames(self) -> list[Element]:
        """Both charts, empty."""
        return [*self.loss.frame(), *self.tracks.frame()]

    def show(self, place: int, has_numbers: bool) -> None:
        """Both charts up to a kept moment.

        Args:
            has_numbers: whether the loss is told in numbers as well.
        """
        builder, theme = self.builder, self.theme
        step, loss = self.data.kept[place], self.data.losses[place]
        style = (theme.loss.text, 3.0, 1.0)
        builder.add(self._curve(self.loss, "line", self.data.losses, place, style))
        builder.add(self.loss.dot("here", step, loss, theme.loss.text))
        builder.add(self._heading(loss) if has_numbers else ())
        builder.add(*self._curves(place))

    def _curves(self, place: int) -> Iterator[list[Element]]:
        """The parameters as far as they have come, each named where it is."""
        chart, data = self.tracks, self.data
        step, wanted = data.kept[place], []
        for at, track in enumerate(data.tracks):
            columns = list(zip(*track.rows, strict=True))
            ink, many = self.inks[track.name], len(columns) > 1
            for column, numbers in enumerate(columns):
                hidden = track.rows in [other.rows for other in data.tracks[at + 1 :]]
                style = (ink, 1.6, 0.8) if many else (ink, 6.0 if hidden else 2.8, 1.0)
                yield [self._curve(chart, f"{track.name}/{column}", numbers, place, style)]
            middle = mean([numbers[place] for numbers in columns])
            wanted.append(chart.held(step, middle)[1])
            if not many:
                yield [chart.dot(f"{track.name}/here", step, middle, ink, 5.0)]
        inner = chart.inner
        places = rooms.apart(wanted, _LABEL * 1.35, inner.y, inner.y + inner.height)
        x = inner.x + inner.width + 9.0
        yield [
            text(f"tracks/name/{track.name}", track.name, x, y, _LABEL, self.inks[track.name], -1)
            for track, y in zip(data.tracks, places, strict=True)
        ]

    def _curve(
        self,
        chart: Chart,
        name: str,
        numbers: Sequence[float],
        place: int,
        style: tuple[str, float, float],
    ) -> Element:
        """Numbers of the kept moments as a curve, up to one of the moments that are shown."""
        chosen = self.corners
        steps = [float(self.data.kept[at]) for at in chosen]
        count = chosen.index(place) + 1
        return chart.grown(name, steps, [numbers[at] for at in chosen], count, *style)

    def _heading(self, loss: float) -> Element:
        """What stands above the loss's curve: how large it is now."""
        name = self.builder.element("loss/y/name")
        ink = self.theme.loss.text if math.isfinite(loss) else self.theme.alarm
        assert isinstance(name.form, Text)
        return replace(
            name,
            form=replace(name.form, text=SENTENCES.say("loss.value", loss=number(loss)), ink=ink),
        )


def _corners(data: Data) -> list[int]:
    """Which of the kept moments are corners of curves: all that are shown, and of the others so
    many that the picture stays light."""
    curves = sum(len(track.rows[0]) for track in data.tracks)
    every = math.ceil(len(data.kept) * curves / _MOST_CORNERS)
    moments = {data.kept.index(step) for step in data.shown}
    return sorted(moments | set(range(0, len(data.kept), every)))


def _inks(theme: Theme, tracks: tuple[Track, ...]) -> dict[str, str]:
    """A colour for each parameter."""
    inks = (theme.leaf.text, theme.shared, theme.op.text, theme.forward, theme.loss.text)
    return {track.name: inks[at % len(inks)] for at, track in enumerate(tracks)}


def _span(losses: list[float], is_log: bool) -> tuple[float, float]:
    if not is_log:
        return padded([*losses, 0.0])
    least = min(loss for loss in losses if loss > 0)
    return least / 2, max(losses) * 2


_ANSWER = 14.5
_WILD_ANSWERS = 3.0
"""Answers that would make the chart so many times as high have no place in it."""


class _FitView:
    """What the program answers, beside what it is to answer."""

    def __init__(self, fit: Fit, box: Box, theme: Theme) -> None:
        self.fit, self.theme = fit, theme
        if fit.ys:
            self.chart = Chart(
                "fit", box, (fit.xs[0], fit.xs[-1]), (fit.ys[0], fit.ys[-1]), theme, "",
                SENTENCES.say("fit.plane", prediction=fit.plan.prediction, input=fit.plan.input),
            )  # fmt: skip
        else:
            heights = _heights(fit)
            self.chart = Chart(
                "fit", box, (fit.xs[0], fit.xs[-1]), padded(heights), theme, "",
                SENTENCES.say("fit", prediction=fit.plan.prediction, target=fit.plan.target,
                              input=fit.plan.input),
            )  # fmt: skip
        low, high = min(fit.targets), max(fit.targets)
        self.tints = Tints(low, high, theme.forward, theme.backward, theme)

    def frame(self) -> list[Element]:
        """Axes and data."""
        elements = self.chart.frame()
        for index, (point, target) in enumerate(
            zip(self.fit.points, self.fit.targets, strict=True)
        ):
            if self.fit.ys:
                ink = self.theme.backward if target > self.tints.low else self.theme.forward
                elements.append(self.chart.dot(f"point/{index}", point[0], point[1], ink, 9.0))
            else:
                elements.append(self.chart.dot(f"point/{index}", point[0], target, self.theme.text))
        return elements

    def moment(self, at: int) -> list[Element]:
        """The prediction at one moment, and how far it is off at each point."""
        fit, chart, theme = self.fit, self.chart, self.theme
        if fit.ys:
            cells = field(chart, "field", len(fit.xs), fit.grids[at], self.tints)
            return [*cells, *self._answers(at)]
        elements = [chart.curve("line", fit.xs, fit.grids[at], theme.forward, 3.0)]
        for index, (point, target, answer) in enumerate(
            zip(fit.points, fit.targets, fit.answers[at], strict=True)
        ):
            ends = (point[0], target), (point[0], answer)
            elements.append(chart.segment(f"off/{index}", *ends, theme.backward, 2.0))
        return elements

    def _answers(self, at: int) -> list[Element]:
        """What is answered at each point, below it."""
        elements: list[Element] = []
        for index, (point, answer) in enumerate(
            zip(self.fit.points, self.fit.answers[at], strict=True)
        ):
            x, y = self.chart.at(*point)
            words, theme = number(round(answer, 2)), self.theme
            elements += tag(
                f"fit/answer/{index}", words, x, y + 20, _ANSWER, theme.text, theme,
                self.chart.inner,
            )  # fmt: skip
        return elements


def _heights(fit: Fit) -> list[float]:
    """The numbers that the chart holds: targets, and all answers that don't leave all bounds."""
    low, high = min(*fit.targets, *fit.answers[0]), max(*fit.targets, *fit.answers[0])
    for grid in (fit.grids[0], fit.grids[-1], *fit.grids):
        lower, higher = min(low, *grid), max(high, *grid)
        if higher - lower <= _WILD_ANSWERS * max(
            high - low, max(abs(low), abs(high)) / _WILD_ANSWERS
        ):
            low, high = lower, higher
    return [low, high]


_NAMES = {"sgd": "SGD", "momentum": "SGD with momentum", "rmsprop": "RMSprop", "adam": "Adam"}


def _way(data: Data) -> dict[str, str]:
    """By what the parameters are changed, and how fast."""
    return {"optimizer": _NAMES[data.optimizer], "rate": number(data.rate)}


def _update_caption(data: Data) -> str:
    """The first update, with its numbers where there is one number to show."""
    track = data.tracks[0]
    if track.is_norm or len(track.rows[0]) > 1:
        return SENTENCES.say("update", **_way(data))
    before, after = track.rows[0][0], track.rows[data.kept.index(1)][0]
    if data.optimizer != "sgd":
        return SENTENCES.say("update.one", name=track.name, after=number(after), **_way(data))
    nodes = data.first.story.graph.nodes
    grad = next(node.ports[0].grad for node in nodes if node.name == track.name)
    slope = inline(grad).strip("[]")
    return SENTENCES.say(
        "update.sgd", name=track.name, before=number(before), rate=number(data.rate),
        slope=f"({slope})" if slope.startswith("−") else slope, after=number(after),
    )  # fmt: skip


def stretch_caption(data: Data, first: int, last: int) -> str:
    """What the loss does between two moments: whether it falls, or goes up and down, is looked at
    in all the moments between them that are kept.

    Args:
        data: the loop.
        first, last: two kept moments.

    Returns:
        The sentence.
    """
    moments = [at for at in data.kept if first <= at <= last]
    losses = [data.losses[data.kept.index(at)] for at in moments]
    before, after = losses[0], losses[-1]
    ends = {"first": str(first), "last": str(last)}
    if not math.isfinite(after):
        return SENTENCES.say("no number", last=str(last))
    ends |= {"after": number(after)}
    if all(loss == before for loss in losses):
        return SENTENCES.say("stays", **ends)
    steps = [next_ - loss for loss, next_ in pairwise(losses)]
    low, high = min(losses), max(losses)
    if all(step <= 0 for step in steps):
        return SENTENCES.say("falls", before=number(before), **ends)
    if all(step >= 0 for step in steps):
        return SENTENCES.say("rises", before=number(before), **ends)
    if high == max(before, after) and low < min(before, after):
        at = str(moments[losses.index(low)])
        return SENTENCES.say("dips", before=number(before), low=number(low), at=at, **ends)
    if low == min(before, after) and high > max(before, after):
        at = str(moments[losses.index(high)])
        return SENTENCES.say("peaks", before=number(before), high=number(high), at=at, **ends)
    if {low, high} == {before, after}:
        key = "falls mostly" if after < before else "rises mostly"
        return SENTENCES.say(key, before=number(before), **ends)
    return SENTENCES.say("wavers", low=number(low), high=number(high), **ends)


def _end_caption(data: Data) -> str:
    """What has come of the loop."""
    last, loss, rate = data.kept[-1], data.losses[-1], number(data.rate)
    if not math.isfinite(loss):
        return SENTENCES.say("end.gone", count=last, wanted=str(data.wanted), rate=rate)
    if not loss < _WILD_LOSS * max(data.losses[0], 1e-300):
        return SENTENCES.say("end.wild", count=last, loss=number(loss), rate=rate)
    if last and all(row == track.rows[0] for track in data.tracks for row in track.rows):
        key = "end.still.zero" if _has_no_gradient(data) else "end.still"
        return SENTENCES.say(key, count=last)
    single = [track for track in data.tracks if not track.is_norm and len(track.rows[-1]) == 1]
    if len(single) == len(data.tracks) <= _MOST_NAMED:
        learned = [
            SENTENCES.say("parameter", name=track.name, value=number(track.rows[-1][0]))
            for track in single
        ]
        caption = SENTENCES.say(
            "end.learned", count=last, loss=number(loss), parameters=listed(learned)
        )
    else:
        caption = SENTENCES.say("end", count=last, loss=number(loss))
    lowest = min(data.losses)
    if lowest < _LOWER * loss:
        at = str(data.kept[data.losses.index(lowest)])
        return paragraph([caption, SENTENCES.say("end.was lower", at=at, low=number(lowest))])
    return caption


def _has_no_gradient(data: Data) -> bool:
    """Whether all gradients of parameters are 0 at the first moment."""
    nodes = data.first.story.graph.nodes
    grads = [node.ports[0].grad for node in nodes if KINDS[node.kind].accumulates_gradient]
    return all(grad is None or (grad.items is not None and not any(grad.items)) for grad in grads)
