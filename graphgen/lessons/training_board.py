"""The pictures of a training loop: one step in detail, then all that moves side by side."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from graphgen.digits import number
from graphgen.geometry import Box
from graphgen.graph import Cell
from graphgen.lessons.fit_view import FitView
from graphgen.lessons.pictured import Pictured
from graphgen.lessons.training import Data, Track, even
from graphgen.lessons.training_words import ended, stretch, update, way
from graphgen.placing.measure import width
from graphgen.storyboard import rooms
from graphgen.storyboard.board import Size, Storyboard, Traveler
from graphgen.storyboard.charts import Chart, padded
from graphgen.storyboard.elements import Element, Text, text
from graphgen.storyboard.graphs import GraphView
from graphgen.storyboard.labels import chip
from graphgen.storyboard.making import Maker
from graphgen.storyboard.mixing import mix
from graphgen.storyboard.scaled import Scaled
from graphgen.theme import Theme

__all__ = ["drawn"]

_STRETCHES = 5
"""The loop is told in so many sentences."""

_LABEL = 13.5
_WILD = 1e4
_MOST_CORNERS = 1000


def drawn(data: Data, title: str, theme: Theme, size: Size) -> Storyboard:
    """All steps of the scene."""
    return _Drawing(data, Maker(title, even(theme), size)).board()


@dataclass(frozen=True, slots=True)
class _Rooms:
    """Where the parts of the loop's picture stand."""

    graph: Box
    fit: Box | None
    loss: Box
    tracks: Box

    @classmethod
    def of(cls, size: Size, has_fit: bool, has_graph: bool) -> "_Rooms":
        """The rooms in a frame of this shape."""
        if size.height > 1.2 * size.width:
            return cls._tall(size.stage, has_fit, has_graph)
        left, right = rooms.columns(size.stage, [1.0, 1.0], 26.0)
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

    def __init__(self, data: Data, maker: Maker) -> None:
        self.data, self.maker, self.theme = data, maker, maker.theme
        has_fit = data.fit is not None
        places = _Rooms.of(maker.size, has_fit, True)
        self.has_graph = self._is_legible(data.loop, places.graph)
        if not self.has_graph:
            places = _Rooms.of(maker.size, has_fit, False)
        self.rooms = places
        self.inks = _inks(maker.theme, data.tracks)
        self.corners = _corners(data)
        steps = (0.0, float(max(data.kept[-1], 1)))
        losses = [loss for loss in data.losses if math.isfinite(loss)]
        is_wild = max(losses, default=0.0) > _WILD * max(losses[:1] or [0.0]) > 0
        self.loss = Chart(
            "loss",
            places.loss,
            steps,
            _span(losses, is_wild),
            maker.theme,
            "",
            "loss",
            is_wild,
        )
        labels = max(width(track.name, _LABEL) for track in data.tracks) + 12.0
        box = places.tracks
        numbers = [x for track in data.tracks for row in track.rows for x in row]
        self.tracks = Chart(
            "tracks", Box(box.x, box.y, box.width - labels, box.height), steps, padded(numbers),
            maker.theme, "", "norms" if data.tracks[0].is_norm else "parameters",
        )  # fmt: skip
        self.fit = FitView(data.fit, places.fit, maker.theme) if data.fit and places.fit else None

    def board(self) -> Storyboard:
        """All steps."""
        self.open()
        self.first_step()
        self.gather()
        self.loop()
        self.end()
        return self.maker.board()

    def open(self) -> None:
        """What is to be learned."""
        maker = self.maker
        maker.open("A loop: forward, backward, and a step against the gradient.")

    def first_step(self) -> None:
        """The first turn of the loop in detail, where its graph can be read."""
        story, stage = self.data.first.story, self.maker.size.stage
        layout = self.data.first.fitting(stage.width, stage.height)
        if not self._is_legible(self.data.first, stage):
            return
        view = GraphView(self.maker, story, layout, stage, largest=1.7)
        for index, step in enumerate(story.steps):
            if step.move != "close":
                chapter = {"forward": "forward", "backward": "backward"}.get(step.chapter, "")
                self.maker.step(step.caption, chapter)
                view.play(index, 0.6)
        self.update(view)

    def update(self, view: GraphView) -> None:
        """Each parameter takes its first step."""
        data, maker = self.data, self.maker
        if len(data.losses) < 2:
            return
        leaves = [index for index, node in enumerate(view.story.graph.nodes) if node.kind == "leaf"]
        maker.step(update(data), "update")
        view.rest()
        view.light(leaves, self.theme.shared)
        maker.beat(0.6)
        maker.beat(0.8, [self._taken_off(view, leaf) for leaf in leaves[:5]])
        after = next(iter(self.data.loop.story.steps[2:3]), None)
        if after:
            view.write(
                {
                    mark.cell: mark.text
                    for mark in after.marks
                    if mark.cell.part == "value" and mark.cell.index in leaves
                }
            )
        maker.beat(1.2)
        view.light(leaves, "")

    def gather(self) -> None:
        """The graph makes room for the curves."""
        data, maker = self.data, self.maker
        last, count = data.kept[-1], len(data.shown)
        some = f"; {count} of them are shown" if count <= last else ""
        maker.step(f"The same again and again: {last} steps of {way(data)}{some}.", f"{last} steps")
        maker.drop("graph")
        maker.beat(0.6)
        self.view: GraphView | None = None
        if self.has_graph:
            room = self.rooms.graph
            layout = data.loop.fitting(room.width, room.height)
            self.view = GraphView(maker, data.loop.story, layout, room, largest=1.5)
            maker.put(self.view.ways(), self.view.shells())
        maker.put(self.loss.frame(), self.tracks.frame())
        if self.fit:
            maker.put(self.fit.frame())
        self.moment(0)
        maker.beat(1.2)
        maker.beat(1.0)

    def loop(self) -> None:
        """Every moment that is shown, in a few stretches."""
        data, maker = self.data, self.maker
        count = len(data.shown) - 1
        ends = [round(count * at / _STRETCHES) for at in range(_STRETCHES + 1)]
        for start, end in pairwise(sorted(set(ends))):
            maker.step(stretch(data, start, end), f"step {data.shown[end]}")
            for at in range(start + 1, end + 1):
                self.moment(at)
                maker.beat(0.4 if count < 12 else 0.2, ease="even")
            maker.beat(0.8)

    def end(self) -> None:
        """What has come of it."""
        data, maker = self.data, self.maker
        maker.step(ended(data), f"step {data.kept[-1]}")
        maker.poster()
        maker.beat(1.0)
        maker.beat(1.6)

    def moment(self, at: int) -> None:
        """All that is shown of one moment."""
        data, maker, theme = self.data, self.maker, self.theme
        step = data.shown[at]
        place = data.kept.index(step)
        loss = data.losses[place]
        if self.view:
            marks = data.loop.story.steps[at + 1].marks
            self.view.write({mark.cell: mark.text for mark in marks})
        style = (theme.loss.text, 3.0, 1.0)
        maker.put(self._curve(self.loss, "line", data.losses, place, style))
        maker.put(self.loss.dot("here", step, loss, theme.loss.text))
        maker.put(self._heading(loss))
        maker.put(*self._curves(place))
        if self.fit:
            maker.put(self.fit.moment(at))

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
            mean = sum(numbers[place] for numbers in columns) / len(columns)
            wanted.append(chart.held(step, mean)[1])
            if not many:
                yield [chart.dot(f"{track.name}/here", step, mean, ink, 5.0)]
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
        name = self.maker.shown("loss/y/name")
        ink = self.theme.loss.text if math.isfinite(loss) else self.theme.alarm
        assert isinstance(name.form, Text)
        return replace(name, form=replace(name.form, text=f"loss {number(loss)}", ink=ink))

    def _is_legible(self, picture: Pictured, room: Box) -> bool:
        layout = picture.fitting(room.width, room.height)
        scale = Scaled.of(layout, room).scale
        return scale * self.theme.number_size >= self.maker.size.smallest

    def _taken_off(self, view: GraphView, leaf: int) -> Traveler:
        """A parameter's gradient, on its way to the value that it changes."""
        start = view.scaled.box(view.places[Cell("gradient", leaf)].box).center
        end = view.scaled.box(view.places[Cell("value", leaf)].box).center
        size = self.theme.number_size * view.scaled.scale
        tint = self.theme.backward
        words = f"− {number(self.data.rate)} × ∂" if self.data.optimizer == "sgd" else "step"
        fill = mix(tint, self.theme.page, 0.8)
        made = chip(f"taken/{leaf}", words, start.x, start.y, size, tint, fill)
        return Traveler(tuple(made), ((start.x, start.y), (end.x, end.y)))


def _corners(data: Data) -> list[int]:
    """Which of the kept moments are corners of curves: all that are shown, and of the others so
    many that the picture stays light."""
    curves = sum(len(track.rows[0]) for track in data.tracks)
    every = math.ceil(len(data.kept) * curves / _MOST_CORNERS)
    shown = {data.kept.index(step) for step in data.shown}
    return sorted(shown | set(range(0, len(data.kept), every)))


def _inks(theme: Theme, tracks: tuple[Track, ...]) -> dict[str, str]:
    """A colour for each parameter."""
    inks = (theme.leaf.text, theme.shared, theme.op.text, theme.forward, theme.loss.text)
    return {track.name: inks[at % len(inks)] for at, track in enumerate(tracks)}


def _span(losses: list[float], is_log: bool) -> tuple[float, float]:
    if not is_log:
        return padded([*losses, 0.0])
    least = min(loss for loss in losses if loss > 0)
    return least / 2, max(losses) * 2
