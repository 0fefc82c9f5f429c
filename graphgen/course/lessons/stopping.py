"""The drawing of the stops: `graphgen.course.scenes.stops` says what is recorded."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from graphgen.course.lessons.graphsteps import back, forward, listed
from graphgen.course.lessons.pictured import fitting
from graphgen.draw.builder import TimelineBuilder
from graphgen.draw.cutting import ghost, scissors
from graphgen.draw.graphview import GraphView
from graphgen.draw.rooms import columns, rows
from graphgen.draw.tables import Table
from graphgen.model.geometry import Box, Layout
from graphgen.model.graph import Array, Edge
from graphgen.model.kinds import KINDS
from graphgen.model.story import Story
from graphgen.model.timeline import Timeline
from graphgen.text.digits import inline

if TYPE_CHECKING:
    from graphgen.course.scenes.stops import Data, Leaf

__all__ = ["NONE", "draw_stops"]

NONE = "none"
"""What stands at a leaf to which nothing comes."""
_ROW, _ROOMY = 31.0, 1.15
_NOWHERE = Box(0.0, 0.0, 0.0, 0.0)
_MOST_ROWS = 6
_LARGER = 1.1
"""How much larger a graph has to be for its table to stand beside it rather than below."""
_WIDEST = 0.55
"""Of the stage: what a table beside the graph may take."""


def draw_stops(data: "Data", builder: TimelineBuilder) -> Timeline:
    """Values flow through the cut; gradients don't, and what would have come is a ghost."""
    return _Drawing(data, builder).timeline()


class _Drawing:
    """The scene's pictures, step by step."""

    def __init__(self, data: "Data", builder: TimelineBuilder) -> None:
        self.data, self.builder, self.theme = data, builder, builder.theme
        told = tuple(
            (leaf.name, *([_told(leaf.whole)] * data.is_compared), _told(leaf.kept))
            for leaf in data.leaves[:_MOST_ROWS]
        )
        heads = ("leaf", *(["∂ without cut"] * data.is_compared), "∂ with cut")
        quiet = [self.theme.quiet] * data.is_compared
        inks = (self.theme.leaf.text, *quiet, self.theme.backward)
        table = Table("table", _NOWHERE, heads, told, self.theme, builder.frame.smallest, inks)
        room, self.story, layout, beside = self._arranged(table)
        self.view = GraphView(builder, self.story, layout, room)
        self.table = replace(table, box=beside)
        self.scissors = scissors(self.view, data.cuts)

    def timeline(self) -> Timeline:
        """All steps."""
        self.open()
        forward(self.builder, self.view, self._values())
        self.cut()
        self.back()
        self.ghosts()
        self.close()
        return self.builder.build()

    def _arranged(self, table: Table) -> tuple[Box, Story, Layout, Box]:
        """The room for the graph, what is shown in it, and the room for the table below it or
        beside it: where the graph is larger."""
        stage, high = self.builder.frame.stage, (len(table.rows) + 1) * _ROW
        wide = _ROOMY * table.least_width
        ways = [rows(stage, [stage.height - high, high], 10.0)]
        if wide < _WIDEST * stage.width:
            ways.append(columns(stage, [stage.width - wide, wide], 24.0))
        found = []
        for room, rest in ways:
            story, layout = fitting([self.data.whole, self.data.lean], room)
            scale = min(room.width / layout.width, room.height / layout.height)
            found.append((scale, room, story, layout, rest))
        below, *beside = found
        is_larger = beside and beside[0][0] > _LARGER * below[0]
        _, room, story, layout, rest = beside[0] if is_larger else below
        free = max(0.0, rest.height - high) / 2
        return room, story, layout, Box(rest.x, rest.y + free, rest.width, rest.height - free)

    def open(self) -> None:
        """The program; then its graph."""
        builder = self.builder
        builder.open("What happens to the gradient where the graph is cut?")
        builder.step("The graph of the program: a dashed card with its corners cut off is a cut.")
        builder.add(self.view.ways(), self.view.shells())
        builder.animate(1.4)

    def cut(self) -> None:
        """Scissors go through the ways into the cuts."""
        builder, names = self.builder, self._cut_names()
        builder.step(
            f"{names}: the value goes through, but the way back is cut.",
            "the cut",
            "What comes out is a tensor that doesn't know how it was made.",
        )
        self.view.rest()
        for each in self.scissors:
            each.open()
        builder.animate(0.8)
        for each in self.scissors:
            each.snip()
        builder.animate(0.4)
        builder.animate(1.0)

    def back(self) -> None:
        """Gradients as far as they come."""
        cut = {edge for each in self.data.cuts for edge in [each]}
        back(
            self.builder,
            self.view,
            lambda step: step.move != "stop" or not cut & set(step.focus.edges),
            pace=0.8,
        )

    def ghosts(self) -> None:
        """What would have come without the cuts."""
        builder, view = self.builder, self.view
        edges = [edge for edge, _ in self.data.ghosts]
        if not edges:
            return
        order = sorted(edges, key=lambda edge: -self._edge(edge).target)
        sources = (self._edge(edge).source for edge in order)
        nodes = self.story.graph.nodes
        names = dict.fromkeys(
            self.story.names[node] for node in sources if not KINDS[nodes[node].kind].stops_gradient
        )
        builder.step(
            f"Without the cut the gradient would have gone on to {listed(list(names))}.",
            "without the cut",
            "The same program was run once more, without the cut.",
        )
        view.rest()
        builder.animate(0.4)
        for edge, share in sorted(self.data.ghosts, key=lambda each: -self._edge(each[0]).target):
            is_cut = edge in self.data.cuts
            builder.add(ghost(f"ghost/{edge}", view, edge, None if is_cut else share))
            builder.animate(0.6)
        builder.animate(1.0)

    def close(self) -> None:
        """Both gradients of each leaf."""
        builder, data = self.builder, self.data
        changed = [leaf for leaf in data.leaves if leaf.kept != leaf.whole]
        if not data.is_compared:
            changed = [leaf for leaf in data.leaves if leaf.kept is None]
        builder.step(_outcome(data, changed))
        builder.add(self.table.head())
        for row in range(len(self.table.rows)):
            builder.add(self.table.row(row))
        self.view.light([leaf.node for leaf in changed], self.theme.shared)
        builder.poster()
        builder.animate(1.2)
        builder.animate(2.0)

    def _values(self) -> str:
        story = self.story
        row = next(row for row in story.table if row.node == story.graph.loss)
        return f"Values flow through the cut as through any operation: {row.name} = {row.value}."

    def _cut_names(self) -> str:
        nodes = dict.fromkeys(self._edge(edge).target for edge in self.data.cuts)
        return listed([self.story.names[node] for node in nodes])

    def _edge(self, edge: int) -> Edge:
        return self.story.graph.edges[edge]


def _outcome(data: "Data", changed: "Sequence[Leaf]") -> str:
    """What the cuts have changed, in a sentence."""
    if not data.is_compared:
        names = listed([leaf.name for leaf in changed])
        verb = "gets" if len(changed) == 1 else "get"
        told = f"{names} {verb} nothing: every way back to it is cut."
        return told if changed else "Every leaf still has a way that isn't cut."
    told = "; ".join(
        f"{leaf.name} gets {_in_words(leaf.kept)} instead of {_told(leaf.whole)}"
        for leaf in changed[:2]
    )
    return f"With the cut {told}." if told else "Here the cut changes no gradient."


def _told(array: Array | None) -> str:
    return NONE if array is None else inline(array)


def _in_words(array: Array | None) -> str:
    return "nothing" if array is None else inline(array)
