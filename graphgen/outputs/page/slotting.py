"""Graph -> the same graph with slots where its numbers stand, and why a page can't compute it."""

import math
import re
from dataclasses import replace

from graphgen.model.graph import Array, Edge, Graph, Node
from graphgen.model.kinds import KINDS
from graphgen.model.story import Story
from graphgen.narration.telling import tell
from graphgen.narration.words import Naming, Words
from graphgen.ops import find, key_of
from graphgen.outputs.page.assets import operations
from graphgen.text.sentences import PAGE
from graphgen.text.slots import Slot

__all__ = ["hindrance", "is_told", "naming_of", "slotted"]

_MOST_COMPUTED = 2_000
_DOUBLES = ("float64", "float32")
_MARKS = re.compile("[\ue010-\ue014]")


def hindrance(story: Story) -> str:
    """A sentence about why the page has no sliders; "" where it has them."""
    graph = story.graph
    words = Words.of(graph)
    for index, (name, node) in enumerate(zip(story.names, graph.nodes, strict=True)):
        reason = _hindrance_of(node, name)
        is_made = node.op and not KINDS[node.kind].stops_gradient
        if not reason and is_made and words.has_a_setting(index):
            reason = PAGE.say("setting", name=name, operation=find(node.op).symbol)
        if reason:
            return reason
    if len(graph.nodes) > _MOST_COMPUTED:
        return PAGE.say("large", most=_MOST_COMPUTED)
    if not any(KINDS[node.kind].has_slider and not node.op for node in graph.nodes):
        return PAGE.say("nothing given")
    return ""


def naming_of(story: Story) -> Naming:
    """In which naming a story is told, by its titles."""
    titles = [mark.text for mark in story.steps[0].marks if mark.cell.part == "title"]
    is_autograd = titles == list(Words.of(story.graph, "autograd").titles)
    return "autograd" if is_autograd and titles != list(Words.of(story.graph).titles) else "math"


def is_told(story: Story, naming: Naming) -> bool:
    """Whether a story is told as `tell` tells it today, so that its words for other numbers are
    known."""
    again = tell(story.graph, story.title, naming)
    texts = (story.names, story.table, _captions(story))
    return (again.names, again.table, _captions(again)) == texts


def slotted(graph: Graph) -> Graph:
    """The graph with a slot for every number that can change: v of a node's value, g of its
    gradient, c of an edge's contribution, s of its slope, each with the index."""
    nodes = tuple(_slotted_node(index, node) for index, node in enumerate(graph.nodes))
    edges = tuple(_slotted_edge(index, edge) for index, edge in enumerate(graph.edges))
    return replace(graph, nodes=nodes, edges=edges)


def _slotted_node(index: int, node: Node) -> Node:
    node = replace(node, name=_unmarked(node.name), label=_unmarked(node.label))
    if KINDS[node.kind].is_literal:
        return node
    port = node.ports[0]
    value = _slot(port.value, f"v{index}")
    grad = port.grad and _slot(port.grad, f"g{index}")
    return replace(node, ports=(replace(port, value=value, grad=grad),))


def _slotted_edge(index: int, edge: Edge) -> Edge:
    if edge.contribution is None:
        return edge
    share = _slot(edge.contribution, f"c{index}")
    return replace(edge, contribution=share, local=edge.local and _slot(edge.local, f"s{index}"))


def _slot(array: Array, key: str) -> Array:
    number = array.items[0] if array.items else math.inf
    if not isinstance(number, int | float) or math.isnan(number):
        number = math.inf  # an array has but one nan, which would stand in the slot's place
    return replace(array, items=(Slot(key, number),))


def _unmarked(text: str) -> str:
    return _MARKS.sub("\N{REPLACEMENT CHARACTER}", text)


def _captions(story: Story) -> list[str]:
    return [step.caption for step in story.steps]


def _hindrance_of(node: Node, name: str) -> str:
    """A sentence about what of a node the page's script can't compute; "" where there is none."""
    arrays = [array for port in node.ports for array in (port.value, port.grad) if array]
    if any(array.shape != () for array in arrays):
        return PAGE.say("array", name=name)
    if len(node.ports) > 1 or (node.op and key_of(node.op) not in operations()):
        return PAGE.say("operation", name=name, operation=find(node.op).symbol)
    if any(array.items is None for array in arrays):
        return PAGE.say("unknown", name=name)
    is_real = all(isinstance(item, int | float) for array in arrays for item in array.items or ())
    is_exact = KINDS[node.kind].is_literal  # the whole number in a ** 2 has a dtype of its own
    if not is_real or not (is_exact or all(array.dtype in _DOUBLES for array in arrays)):
        return PAGE.say("dtype", name=name, dtype=node.ports[0].value.dtype)
    return ""
