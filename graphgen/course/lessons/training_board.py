"""The pictures of a training loop: one step in detail, then all that moves side by side."""

from dataclasses import dataclass
from itertools import pairwise

from graphgen.course.lessons.fit_view import FitView
from graphgen.course.lessons.loop_curves import LoopCurves
from graphgen.course.lessons.pictured import Pictured
from graphgen.course.lessons.training_words import ended, stretch, update, way
from graphgen.course.scenes.training import Data, even
from graphgen.draw import rooms
from graphgen.draw.builder import TimelineBuilder
from graphgen.draw.graphview import GraphView
from graphgen.draw.labels import chip
from graphgen.draw.scaled import Scaled
from graphgen.model.geometry import Box
from graphgen.model.graph import Cell
from graphgen.model.kinds import KINDS
from graphgen.model.theme import Theme
from graphgen.model.timeline import Frame, Motion, Timeline
from graphgen.text.digits import number
from graphgen.text.mixing import mix

__all__ = ["drawn"]

_STRETCHES = 5
"""The loop is told in so many sentences."""

_FEW = 12
"""Of fewer moments each has twice the time, so that its numbers can be read; else every other one
shows its own."""


def drawn(data: Data, title: str, theme: Theme, frame: Frame) -> Timeline:
    """All steps of the scene."""
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
        self.curves = LoopCurves(data, builder, places.loss, places.tracks)
        self.taken: dict[Cell, str] = {}
        self.fit = FitView(data.fit, places.fit, builder.theme) if data.fit and places.fit else None

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
        self.builder.open("A loop: forward, backward, and a step against the gradient.")

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
        builder.step(update(data), "update")
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
        some = f"; {count} of them are shown" if count <= last else ""
        builder.step(
            f"The same again and again: {last} steps of {way(data)}{some}.", f"{last} steps"
        )
        builder.remove("graph")
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
            builder.step(stretch(data, start, end), f"step {data.shown[end]}")
            for at in range(start + 1, end + 1):
                self.moment(at, is_slow or (end - at) % 2 == 0)
                builder.animate(0.4 if is_slow else 0.2, easing="linear")
            builder.animate(0.8)

    def end(self) -> None:
        """What has come of it."""
        data, builder = self.data, self.builder
        builder.step(ended(data), f"step {data.kept[-1]}")
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
        words = f"− {number(self.data.rate)} × ∂" if self.data.optimizer == "sgd" else "step"
        fill = mix(tint, self.theme.page, 0.8)
        made = chip(f"taken/{leaf}", words, start.x, start.y, size, tint, fill)
        return Motion(tuple(made), ((start.x, start.y), (end.x, end.y)))
