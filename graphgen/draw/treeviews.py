"""The tree of a graph in a storyboard: printed, drawn, and folded into the graph."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from graphgen.draw.builder import MOST_MOTIONS
from graphgen.draw.cardparts import shell
from graphgen.draw.elements import moved, shape, text
from graphgen.draw.graphview import GraphView
from graphgen.draw.paths import corners_of
from graphgen.draw.trees import Branch, depths, tidy
from graphgen.layout.measure import fitted, width
from graphgen.model.geometry import Box
from graphgen.model.kinds import KINDS
from graphgen.model.theme import paint_of
from graphgen.model.timeline import Element, Motion, Path
from graphgen.text.mixing import mix

__all__ = ["TreeView"]

_LARGEST, _STEP = 22.0, 0.95
_ROW, _INDENT = 1.45, 1.9
_CARD, _PAD, _GAP, _FAR = 1.75, 0.55, 0.5, 2.4
_SPREAD, _STRETCH = 7.0, 1.9


@dataclass(frozen=True, slots=True)
class _Form:
    """The drawn tree for one font size.

    Attributes:
        boxes: by line of the tree, where its card stands.
    """

    size: float
    titles: tuple[str, ...]
    boxes: tuple[Box, ...]


class TreeView:
    """Shows a graph's tree in the room of its view, and folds it into the view's graph.

    Args:
        branches: as `trees.unrolled` gives them.

    Attributes:
        repeated: the nodes that stand in the tree more than once, in order.
        groups: for each of them in turn the lines that are its further copies; the copies within a
            copy go with it.
    """

    def __init__(self, view: GraphView, branches: Sequence[Branch]) -> None:
        self.view, self.branches = view, branches
        self.builder, self.theme, self.story = view.builder, view.theme, view.story
        self.names = self.story.names
        self.titles = {m.cell.index: m.text for m in self.story.steps[0].marks}
        self.depths = depths([branch.parent for branch in branches])
        self.first: dict[int, int] = {}
        for line, branch in enumerate(branches):
            self.first.setdefault(branch.node, line)
        copies = [branch for branch in branches if not branch.is_first]
        self.repeated = list(dict.fromkeys(branch.node for branch in copies))
        outer = [branch for branch in copies if self._is_kept(branch.parent)]
        nodes = dict.fromkeys(branch.node for branch in outer)
        order = sorted(nodes, key=lambda node: not self._is_leaf(node))
        self.groups = [[branch for branch in outer if branch.node == node] for node in order]

    @property
    def leaves(self) -> int:
        """How many leaves stand in the tree."""
        return sum(self._is_leaf(branch.node) for branch in self.branches)

    @property
    def kept_leaves(self) -> list[int]:
        """The leaves of the graph."""
        return [node for node in self.first if self._is_leaf(node)]

    # Printed

    @property
    def can_be_printed(self) -> bool:
        """Whether all lines fit in the room."""
        return self._printed_size >= self.builder.frame.smallest

    def print(self) -> None:
        """The lines below each other, those that come again in the shared accent."""
        size, stage = self._printed_size, self.builder.frame.stage
        indent = _INDENT * size
        wide = max(
            depth * indent + width(self._title(branch), size)
            for branch, depth in zip(self.branches, self.depths, strict=True)
        )
        left = stage.center.x - wide / 2
        top = stage.center.y - (len(self.branches) - 1) / 2 * size * _ROW
        at = [(left + d * indent, top + row * size * _ROW) for row, d in enumerate(self.depths)]
        lines = []
        for row, branch in enumerate(self.branches):
            x, y = at[row]
            title = self._title(branch)
            ink = self.theme.shared if branch.node in self.repeated else self._ink(branch.node)
            middle = x + width(title, size) / 2
            self.builder.add(
                text(f"{self._key(row)}/title/0/0", title, middle, y, size, ink, layer=3)
            )
            if branch.parent >= 0:
                px, py = at[branch.parent]
                corner = px + 0.5 * size
                lines.append([(corner, py + 0.75 * size), (corner, y), (x - 0.35 * size, y)])
        color = mix(self.theme.quiet, self.theme.page, 0.4)
        self.builder.add(shape("printed", *lines, line=color, width=1.3, layer=1))
        self.builder.animate(1.0)

    @cached_property
    def _printed_size(self) -> float:
        stage = self.builder.frame.stage
        size = min(_LARGEST, stage.height / len(self.branches) / _ROW)
        wide = max(
            depth * _INDENT + width(self._title(branch), 1.0)
            for branch, depth in zip(self.branches, self.depths, strict=True)
        )
        return min(size, stage.width / wide)

    # Drawn

    def draw(self) -> None:
        """Each line becomes a card, and each card hangs on the one that uses it."""
        builder, form = self.builder, self._form
        builder.remove("printed")
        for line, branch in enumerate(self.branches):
            box, key = form.boxes[line], self._key(line)
            builder.add(self._card(line, branch, ""))
            center = box.center
            ink = self._ink(branch.node)
            builder.add(
                text(f"{key}/title/0/0", form.titles[line], center.x, center.y, form.size, ink,
                     layer=3)
            )  # fmt: skip
        builder.animate(1.0)
        for line, branch in enumerate(self.branches):
            if branch.parent >= 0:
                builder.add(self._way(line, branch, line))
        builder.animate(0.8)

    def merge(self, group: Sequence[Branch], pace: float) -> None:
        """The copies of one node slide into its first place; their ways come along."""
        builder = self.builder
        lines = [self.branches.index(branch) for branch in group]
        first = self.first[group[0].node]
        for line in (first, *lines):
            builder.add(self._card(line, self.branches[line], self.theme.shared))
        builder.animate(0.8 * pace)
        motions = []
        for line, branch in zip(lines, group, strict=True):
            motions.append(self._traveler(line, first))
            builder.add(self._way(first, branch, line))
        builder.animate(1.2 * pace, motions[:MOST_MOTIONS])
        for line in lines:
            builder.remove(f"{self._key(line)}/glow")
        builder.animate(0.6 * pace)
        builder.remove(f"{self._key(first)}/glow")
        builder.add(self._card(first, self.branches[first], ""))

    def unfold(self) -> None:
        """What is left takes its place in the graph."""
        self.builder.add(self.view.ways(), self.view.shells())
        self.builder.animate(1.4)
        self.builder.animate(1.0)

    def _traveler(self, line: int, first: int) -> Motion:
        """A copy with all below it, on its way to where the first one stands."""
        below = [line]
        for other in range(line + 1, len(self.branches)):
            if self.branches[other].parent in below:
                below.append(other)
        elements: list[Element] = []
        for each in below:
            own = self.builder.group(self._key(each))
            if each != line:
                own += self.builder.group(self._way_key(each))
            elements += own
            self.builder.remove(self._key(each))
            if each != line:
                self.builder.remove(self._way_key(each))
        here, there = (self._form.boxes[at].center for at in (line, first))
        return Motion(
            tuple(elements),
            ((here.x, here.y), (there.x, there.y)),
            starts_visible=True,
            ends_visible=True,
        )

    @cached_property
    def _form(self) -> _Form:
        """As large as fits in the room."""
        size, smallest = _LARGEST, self.builder.frame.smallest
        longest = 400.0
        while True:
            form, wide, high = self._formed(size, longest)
            stage = self.builder.frame.stage
            if (wide <= stage.width and high <= stage.height) or longest < 2 * size:
                return form
            if size > smallest:
                size = max(smallest, size * _STEP)
            else:
                longest *= 0.8

    def _formed(self, size: float, longest: float) -> tuple[_Form, float, float]:
        """The tree for a font size, and how much room it takes."""
        is_wide = self.view.layout.direction == "lr"
        titles = tuple(fitted(self._title(b), size, longest) for b in self.branches)
        wides = [max(width(title, size), size) + 2 * _PAD * size for title in titles]
        high = _CARD * size
        breadths = [high] * len(wides) if is_wide else wides
        across = tidy([b.parent for b in self.branches], breadths, _GAP * size)
        count = max(self.depths) + 1
        levels = [0.0] * count
        for depth, wide in zip(self.depths, wides, strict=True):
            levels[depth] = max(levels[depth], wide if is_wide else high)
        stage = self.builder.frame.stage
        room = (stage.width if is_wide else stage.height) - sum(levels)
        step = min(max(_FAR * size, 0.0), room / max(1, count - 1)) if room > 0 else size
        far = max(step, 1.2 * size)
        along = [sum(levels[:d]) + far * d + levels[d] / 2 for d in range(count)]
        whole = sum(levels) + far * (count - 1)
        breadth = max(a + b / 2 for a, b in zip(across, breadths, strict=True))
        side = stage.height if is_wide else stage.width
        stretch = min(max(1.0, 0.9 * side / breadth), _STRETCH)
        across = [stretch * at for at in across]
        breadth *= stretch
        start = stage.center.x + whole / 2 if is_wide else stage.center.y + whole / 2
        edge = (stage.center.y if is_wide else stage.center.x) - breadth / 2
        boxes = []
        for line, wide in enumerate(wides):
            a, b = start - along[self.depths[line]], edge + across[line]
            x, y = (a, b) if is_wide else (b, a)
            boxes.append(Box(x - wide / 2, y - high / 2, wide, high))
        form = _Form(size, titles, tuple(boxes))
        return (form, whole, breadth) if is_wide else (form, breadth, whole)

    def _card(self, line: int, branch: Branch, glow: str) -> list[Element]:
        node = branch.node
        graph = self.story.graph
        kind, is_loss = graph.nodes[node].kind, node == graph.loss
        return shell(self._key(line), self._form.boxes[line], kind, is_loss, self.theme, 0.8,
                     glow=glow, direction=self.view.layout.direction)  # fmt: skip

    def _way(self, start: int, branch: Branch, line: int) -> tuple[Element, ...]:
        """The way from one card to the card that the line hangs on."""
        path = self._path(start, line)
        color = mix(self.theme.quiet, self.theme.page, 0.45)
        elements = self.view.way(branch.edge, color, 1.3, path=path)
        key, own = self.view.way_key(branch.edge), self._way_key(line)
        return tuple(moved(each, 0, 0, each.key.replace(key, own, 1)) for each in elements)

    def _path(self, start: int, line: int) -> Path:
        parent = self.branches[line].parent
        here, there = self._form.boxes[start], self._form.boxes[parent]
        lines = [at for at, branch in enumerate(self.branches) if branch.parent == parent]
        shift = (lines.index(line) - (len(lines) - 1) / 2) * _SPREAD
        if self.view.layout.direction == "lr":
            x1, y1 = here.x + here.width, here.center.y
            x2, y2 = there.x, there.center.y + shift
            bend = (x2 - x1) / 2
            curve = [(x1, y1), (x1 + bend, y1), (x2 - bend, y2), (x2, y2)]
        else:
            x1, y1 = here.center.x, here.y + here.height
            x2, y2 = there.center.x + shift, there.y
            bend = (y2 - y1) / 2
            curve = [(x1, y1), (x1, y1 + bend), (x2, y2 - bend), (x2, y2)]
        return corners_of(curve, 16)

    # What belongs to a line

    def _key(self, line: int) -> str:
        branch = self.branches[line]
        return self.view.node_key(branch.node) if branch.is_first else f"tree/{line}"

    def _way_key(self, line: int) -> str:
        branch = self.branches[line]
        if self._is_kept(branch.parent):
            return self.view.way_key(branch.edge)
        return f"tree/{line}/way"

    def _is_kept(self, line: int) -> bool:
        """Whether a line is the first of its node, and so is every line above it."""
        return line < 0 or self.branches[line].is_first

    def _is_leaf(self, node: int) -> bool:
        return KINDS[self.story.graph.nodes[node].kind].accumulates_gradient

    def _title(self, branch: Branch) -> str:
        return self.titles[branch.node]

    def _ink(self, node: int) -> str:
        graph = self.story.graph
        return paint_of(self.theme, graph.nodes[node].kind, node == graph.loss).text
