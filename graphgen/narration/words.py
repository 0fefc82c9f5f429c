"""Graph -> words: what each node is called, what its card says, and what each caption says."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Literal

from graphgen.capture.cuts import cut_noun
from graphgen.folding.gathering import FOLDED, comes_inside, differs_from_sum
from graphgen.model.graph import Array, Edge, Graph, Node, incoming
from graphgen.model.kinds import KINDS, Kind
from graphgen.ops import find, is_function, subject_of
from graphgen.ops.slope_words import slope_value
from graphgen.text.catalogue import listed, paragraph
from graphgen.text.digits import (
    inline,
    is_large,
    is_small,
    norm_of,
    number,
    shape,
    spread_of,
    terse,
)
from graphgen.text.formulas import arity, elided, filled, numbered, pretty, shortened
from graphgen.text.sentences import KIND_WORDS, NUMBERS, STORY
from graphgen.text.slots import added, equated

__all__ = ["Naming", "Words", "output_name"]

Naming = Literal["math", "autograd"]

_LONGEST_NAME = 28
_LONGEST_BODY = 22
_LONGEST_HEADLINE = 64
_LONGEST_BODY_AS_NAME = 12
_MOST_UNPACKED = 4
_MOST_LISTED = 5
_MOST_ADDED = 4
_CASES = re.compile(r"(?P<one>.+) if (?P<condition>.+), else (?P<other>.+)")
"""A slope that depends on a condition, as a row of `ops` writes it."""
_ROUNDING = {"float64": 2.0**-52, "float32": 2.0**-23, "float16": 2.0**-10, "bfloat16": 2.0**-7}
"""How far a number of a dtype may be from the exact one, beside it."""


@dataclass(frozen=True, slots=True)
class Words:
    """How the nodes of one graph are called.

    Attributes:
        operands: for each node, the edges into it, by slot.
        names: for each node, how captions and tables call it: "b", "x²", "v3".
        titles: for each node, what its card says: "c = s × b".
        bodies: for each node, how it was made: "s × b"; "" for leaves, data and constants.
        symbols: for each node, what stands for its operation in a sentence: "×".
        is_autograd: whether operations keep autograd's names.
    """

    graph: Graph
    operands: tuple[tuple[int, ...], ...]
    names: tuple[str, ...]
    titles: tuple[str, ...]
    bodies: tuple[str, ...]
    symbols: tuple[str, ...]
    is_autograd: bool = False

    @classmethod
    def of(cls, graph: Graph, naming: Naming = "math") -> "Words":
        """The words for a graph; with `naming` "autograd" operations keep autograd's names."""
        operands = tuple(map(tuple, incoming(graph)))
        names, bodies = _names(graph, operands)
        symbols = [find(node.op).symbol for node in graph.nodes]
        if naming == "autograd":
            symbols = [node.op for node in graph.nodes]
            bodies = ["" if node.op in FOLDED else node.op for node in graph.nodes]
        for index, node in enumerate(graph.nodes):
            if node.op in FOLDED:
                symbols[index] = names[index]
        titles = map(_title, graph.nodes, names, bodies)
        texts = (tuple(names), tuple(titles), tuple(bodies), tuple(symbols))
        return cls(graph, operands, *texts, is_autograd=naming == "autograd")

    def output(self, index: int, port: int) -> str:
        """How captions and tables call one output of a node."""
        return _output(self.graph, self.names, index, port)

    def headline(self) -> str:
        """How the loss was made, at more length than its card has room for."""
        loss = self.graph.nodes[-1]
        written = elided(pretty(loss.label), _LONGEST_HEADLINE)
        if not written:
            return self.titles[-1]
        return f"{loss.name} = {written}" if loss.name not in ("", written) else written

    def compute(self, index: int, value: str) -> str:
        """The caption of a forward step: "c = s × b = 5 × 3 = 15."

        Args:
            index: which node.
            value: the text of the node's value, on one line.
        """
        node = self.graph.nodes[index]
        if KINDS[node.kind].stops_gradient:
            return STORY.say("computed cut", equation=equated([self.titles[index], value]))
        body = self.bodies[index]
        name = "" if self.titles[index] == body else self.names[index]
        sides = [name, body, self._worked(index)]
        if not all(port.value.known for port in node.ports):
            return STORY.say("computed unknown", equation=equated(sides))
        if len(node.ports) == 1 and node.ports[0].value.count == 0:
            return STORY.say("computed empty", equation=equated(sides))
        if not any(is_large(port.value) for port in node.ports):
            return STORY.say("computed", equation=equated([*sides, value]))
        if len(node.ports) > 1:
            return STORY.say("computed several", equation=equated(sides), values=value)
        return _computed_array(equated(sides), node.ports[0].value)

    def _worked(self, index: int) -> str:
        """The formula of an operation with its operands' numbers, "5 × 3"; "" of arrays."""
        sources = [self.graph.edges[edge] for edge in self.operands[index]]
        arrays = [self.graph.nodes[edge.source].ports[edge.port].value for edge in sources]
        formula = find(self.graph.nodes[index].op).formula
        if all(array.shape == () for array in arrays) and 0 < arity(formula) == len(arrays):
            return filled(formula, [inline(array) for array in arrays])
        return ""

    def place(self) -> str:
        """The caption of the step in which leaves, data and constants get their values."""
        named = {kind: self._of_kind(kind) for kind, style in KINDS.items() if style.one}
        sentences = [
            KIND_WORDS.say(f"{kind} given", names=listed(names, _MOST_LISTED), count=len(names))
            for kind, names in named.items()
            if names
        ]
        return paragraph(sentences or [STORY.say("only constants")])

    def seed(self) -> str:
        """The caption of the step that starts the backward pass."""
        name = self.output(self.graph.loss, self.graph.loss_port)
        grad = self.graph.nodes[-1].ports[self.graph.loss_port].grad
        return STORY.say("seed", name=name, gradient=terse(grad))

    def subject(self, index: int) -> str:
        """What a sentence about an operation begins with: "×", "The power", "The module norm"."""
        op = self.graph.nodes[index].op
        if op in FOLDED:
            return STORY.say("module" if op == "module" else "block", name=self.names[index])
        return self.symbols[index] if self.is_autograd else subject_of(op)

    def send(self, edge: Edge) -> str:
        """A contribution's caption: "× sends 5 to b: its slope is s = 5, times 1 from above."."""
        operation = self.subject(edge.target)
        operand = self.output(edge.source, edge.port)
        contribution = edge.contribution
        if contribution is None or not contribution.known:
            return STORY.say("sent unknown", operation=operation, operand=operand)
        if contribution.shape != ():
            return self._send_array(edge, contribution)
        above = self.graph.nodes[edge.target].ports[0].grad
        sent = {"operation": operation, "operand": operand, "contribution": inline(contribution)}
        if edge.local is None or edge.local.shape != () or edge.local.items is None:
            return STORY.say("sent", **sent)
        words, slope = self.slope(edge), number(edge.local.items[0])
        case = _CASES.fullmatch(words)
        if case is not None:
            return STORY.say(
                "sent by case", **sent, **case.groupdict(), slope=slope, above=inline(above)
            )
        return STORY.say(
            "sent by slope", **sent, slope=equated([words, slope]), above=inline(above)
        )

    def _send_array(self, edge: Edge, contribution: Array) -> str:
        """The caption of a contribution of several numbers, each or by their norm."""
        sent = {
            "operation": self.subject(edge.target),
            "operand": self.output(edge.source, edge.port),
            "norm" if is_large(contribution) else "share": terse(contribution),
        }
        key = "sent norm" if is_large(contribution) else "sent array"
        axes = self._summed_axes(edge)
        if not axes:
            return STORY.say(key, **sent)
        return STORY.say(f"{key} summed", **sent, axes=listed(axes), count=len(axes))

    def slope(self, edge: Edge) -> str:
        """The local derivative along an edge between scalars in words, "s"; "" where there are no
        short ones, or where they don't come to the edge's number."""
        op = find(self.graph.nodes[edge.target].op)
        operands = [self.graph.edges[operand] for operand in self.operands[edge.target]]
        words = op.slopes[edge.slot] if edge.slot < len(op.slopes) else ""
        if not words or len(operands) != max(map(arity, (op.formula, *op.slopes))):
            return ""
        if not self._comes_to(words, operands, edge):
            return ""
        names = [self.output(operand.source, operand.port) for operand in operands]
        return filled(words.replace(" / count", ""), names, self.names[edge.target])

    def has_a_setting(self, index: int) -> bool:
        """Whether an operation of single numbers has a setting that its name doesn't tell, as alpha
        of `torch.add`: an operand too many or too few, or a slope that isn't what the words say."""
        op = find(self.graph.nodes[index].op)
        operands = [self.graph.edges[operand] for operand in self.operands[index]]
        if len(operands) != max(map(arity, (op.formula, *op.slopes))):
            return True
        with_slopes = [
            edge for edge in operands if edge.slot < len(op.slopes) and edge.local is not None
        ]
        return any(
            op.slopes[edge.slot] and not self._comes_to(op.slopes[edge.slot], operands, edge)
            for edge in with_slopes
            if not _is_at_a_corner(op.slopes[edge.slot], operands, self.graph)
        )

    def _comes_to(self, words: str, operands: Sequence[Edge], edge: Edge) -> bool:
        """Whether the words of a slope come to its number, within the rounding of its dtype."""
        nodes = self.graph.nodes
        numbers = [_scalar_of(nodes[each.source].ports[each.port].value) for each in operands]
        slope = _scalar_of(edge.local)
        worked = slope_value(words, numbers, _scalar_of(nodes[edge.target].ports[0].value))
        if not math.isfinite(slope):
            return not math.isfinite(worked)
        unit = _ROUNDING.get(edge.local.dtype if edge.local else "", 1e-6)
        return abs(worked - slope) <= 64 * unit * max(1.0, abs(slope))

    def sum(self, index: int, port: int, parts: Sequence[Array]) -> str:
        """The caption of the step that adds up a shared node's paths.

        Args:
            index: of the node.
            port: which of its outputs.
            parts: the contributions, each of the output's shape.

        Returns:
            The caption, which says so where the gradient isn't their sum.
        """
        node = self.graph.nodes[index]
        total = node.ports[port].grad
        said: dict[str, str | int] = {"name": self.output(index, port), "count": len(parts)}
        if total is None or not total.known:
            return STORY.say("summed unknown", **said)
        is_inside, is_other = comes_inside(node, port, parts), differs_from_sum(node, port, parts)
        if is_large(total):
            key = "summed inside norm" if is_inside else "not the sum norm" if is_other else ""
            return STORY.say(key or "summed norm", **said, norm=norm_of(total))
        said["gradient"] = inline(total)
        if is_inside or is_other:
            return STORY.say("summed inside" if is_inside else "not the sum", **said)
        if len(parts) > _MOST_ADDED or any(part.shape != () for part in parts):
            return STORY.say("summed array", **said)
        return STORY.say("summed", **said, sum=added([inline(part) for part in parts]))

    def stop(self, index: int, sources: Sequence[int]) -> str:
        """The caption of a cut in the backward pass."""
        cut = cut_noun(self.graph.nodes[index].op, is_first=True)
        operands = listed([self.names[source] for source in sources])
        return STORY.say("stopped", cut=cut, operands=operands)

    def made_of(self, parts: Sequence[tuple[Edge, str]], total: Array | None) -> str:
        """How a gradient is made up: "5 via c = s × b, plus 3 via s = a + b, is 8".

        Args:
            parts: the edges in the order in which they arrive, each with its contribution's text.
            total: the sum.
        """
        edges = [edge for edge, _ in parts]
        arrays = [edge.contribution for edge in edges if edge.contribution is not None]
        node, port = self.graph.nodes[edges[0].source], edges[0].port
        terms = [self._path(edge, text) for edge, text in parts[:_MOST_ADDED]]
        if len(parts) > _MOST_ADDED:
            terms.append(STORY.say("more paths", count=len(parts) - _MOST_ADDED))
        if comes_inside(node, port, arrays):
            terms.append(STORY.say("inside"))
        joined = reduce(lambda left, right: STORY.say("next path", left=left, right=right), terms)
        is_other = len(arrays) == len(edges) and differs_from_sum(node, port, arrays)
        if len(terms) == 1 and not is_other:
            return joined
        if total is None or not total.known:
            return STORY.say("made of unknown", parts=joined)
        if is_large(total):
            key = "made otherwise norm" if is_other else "made of norms"
            return STORY.say(key, parts=joined, norm=norm_of(total))
        return STORY.say(
            "made otherwise" if is_other else "made of", parts=joined, gradient=terse(total)
        )

    def _path(self, edge: Edge, text: str) -> str:
        """One contribution with the operation that sends it."""
        if edge.contribution is None or not edge.contribution.known:
            return STORY.say("path unknown", operation=self.titles[edge.target])
        return STORY.say("path", contribution=text, operation=self.titles[edge.target])

    def _of_kind(self, kind: Kind) -> list[str]:
        return [
            _given(name, node.ports[0].value)
            for node, name in zip(self.graph.nodes, self.names, strict=True)
            if node.kind == kind and not node.op
        ]

    def _summed_axes(self, edge: Edge) -> list[str]:
        """The axes over which a broadcast operand gets the sum of what it served."""
        source = self.graph.nodes[edge.source].ports[edge.port].value.shape
        target = self.graph.nodes[edge.target].ports[0].value.shape
        served = find(self.graph.nodes[edge.target].op).broadcasts
        if served == "" or (served == "first" and edge.slot) or len(source) > len(target):
            return []
        extra = len(target) - len(source)
        padded = (1,) * extra + source
        return [str(i) for i in range(len(target)) if i < extra or padded[i] != target[i]]


def _computed_array(equation: str, array: Array) -> str:
    """The caption of a forward step that makes more numbers than are shown each."""
    spread = spread_of(array)
    shape = NUMBERS.say("grid", shape=spread.shape) if len(array.shape) > 1 else spread.shape
    said = {"equation": equation, "shape": shape}
    if not spread.mean:
        return STORY.say("computed array all odd", **said, odd=spread.odd)
    said |= {"least": spread.least, "most": spread.most, "mean": spread.mean}
    key = "computed magnitudes" if spread.is_of_magnitudes else "computed array"
    if spread.odd:
        return STORY.say(f"{key} odd", **said, odd=spread.odd)
    return STORY.say(key, **said)


def _is_at_a_corner(words: str, operands: Sequence[Edge], graph: Graph) -> bool:
    """Whether words say nothing of these operands: of equal ones, or where they divide by 0."""
    ports = [graph.nodes[each.source].ports[each.port] for each in operands]
    numbers = [_scalar_of(port.value) for port in ports]
    if "{0} > {1}" in words or "{1} > {0}" in words:
        return numbers[0] == numbers[1]
    return 0.0 in numbers


def _scalar_of(array: Array | None) -> float:
    """The one number of an array; nan where it has none, or none that is known."""
    item = array.items[0] if array is not None and array.items else math.nan
    return item if isinstance(item, int | float) else math.nan


def output_name(name: str, port: int, own: str = "") -> str:
    """How one output of a node is called, which has the name or the title given here.

    Args:
        name: of the node, or its title.
        port: which output.
        own: the output's own name, where it has one.

    Returns:
        The name; that of output 0 has no index.

    >>> output_name("x.unbind()", 0), output_name("x.unbind()", 1)
    ('x.unbind()', 'x.unbind() [1]')
    >>> output_name("a, b = x.unbind()", 1, "b"), output_name("a, b", 1, "b")
    ('b = x.unbind() [1]', 'b')
    """
    numbered_one = f"{name} [{port}]" if port else name
    if not own:
        return numbered_one
    _, equals, body = numbered_one.partition(" = ")
    return f"{own}{equals}{body}"


class _Namer:
    """Gives names that no two nodes of a graph share: the users' first, then invented ones."""

    def __init__(self, graph: Graph) -> None:
        outputs = (port.name for node in graph.nodes for port in node.ports)
        self._reserved = {*(node.name for node in graph.nodes), *outputs}
        texts = " ".join({node.label for node in graph.nodes})
        self._reserved.update(re.findall(r"\bv\d+\b", texts))
        self._taken: set[str] = set()
        self._counts: Counter[str] = Counter()

    def name(self, node: Node, body: str, is_loss: bool) -> str:
        """The name of a node: the user's, or one that says what it is."""
        if KINDS[node.kind].is_literal:
            return inline(node.ports[0].value)
        own = node.name or _joined([port.name for port in node.ports])
        if own:
            return self._first(own, node.name)
        if is_loss:
            return self._first("result" if "loss" in self._reserved else "loss")
        is_short = len(body) <= _LONGEST_BODY_AS_NAME and body != find(node.op).symbol
        if body and is_short and body not in self._taken | self._reserved:
            return self._first(body)
        return self._first(self._counted(node))

    def _first(self, name: str, own: str = "") -> str:
        """The name, with a number where another node has it; shortened, where it is long."""
        count, candidate = 1, shortened(name, _LONGEST_NAME)
        while candidate in self._taken or (count > 1 and candidate in self._reserved):
            count += 1
            candidate = numbered(shortened(own or name, _LONGEST_NAME - 2), count)
        self._taken.add(candidate)
        return candidate

    def _counted(self, node: Node) -> str:
        """An invented name that nobody has: "v1", "leaf 1"."""
        word = "v" if node.op else KIND_WORDS.say(node.kind)
        while True:
            self._counts[word] += 1
            number = str(self._counts[word])
            name = f"v{number}" if node.op else STORY.say("unnamed", kind=word, number=number)
            if name not in self._reserved:
                return name


def _joined(names: Sequence[str]) -> str:
    """The names of several outputs as their author unpacks them: "a, b"; "" where none has one."""
    if len(names) > _MOST_UNPACKED or not any(names):
        return ""
    return ", ".join(name or "_" for name in names)


def _names(graph: Graph, operands: Sequence[Sequence[int]]) -> tuple[list[str], list[str]]:
    """For each node its name and how it was made, first nodes first: later ones speak of them."""
    names: list[str] = []
    bodies: list[str] = []
    namer = _Namer(graph)
    for index, node in enumerate(graph.nodes):
        edges = [graph.edges[edge] for edge in operands[index]]
        body = _body(node, [_output(graph, names, edge.source, edge.port) for edge in edges])
        names.append(namer.name(node, body, index == graph.loss))
        bodies.append(body)
    return names, bodies


def _output(graph: Graph, names: Sequence[str], index: int, port: int) -> str:
    """The name of one output."""
    return output_name(names[index], port, graph.nodes[index].ports[port].name)


def _body(node: Node, operands: Sequence[str]) -> str:
    """How a node was made: as the user wrote it if that is short, else from its operands."""
    if not node.op or node.op in FOLDED:
        return ""
    written = pretty(node.label)
    if written and len(written) <= _LONGEST_BODY:
        return written
    op = find(node.op)
    formula = op.formula
    if arity(formula) == 0 and is_function(node.op) and operands:
        formula = f"{op.symbol}({', '.join(f'{{{n}}}' for n in range(min(len(operands), 9)))})"
    is_cut = KINDS[node.kind].stops_gradient
    if is_cut and arity(formula) != len(operands):  # its numbers aren't operands
        formula = f"{node.op}({', '.join(f'{{{n}}}' for n in range(min(len(operands), 9)))})"
    if 0 < arity(formula) == len(operands):
        body = filled(formula, operands)
        if len(body) <= _LONGEST_BODY:
            return body
    return elided(written, _LONGEST_BODY) or op.symbol


def _given(name: str, value: Array) -> str:
    """A leaf or data with its value; with its shape alone where that has many numbers."""
    if is_small(value.shape) or value.count == 0:
        return f"{name} = {inline(value)}"
    return STORY.say("with shape", name=name, shape=shape(value.shape))


def _title(node: Node, name: str, body: str) -> str:
    if not node.op:
        places = {} if KINDS[node.kind].is_literal else {"name": name}
        return KIND_WORDS.say(f"{node.kind} title", **places)
    if body and not node.name and name in body and name in re.findall(r"\w+", body):
        return body  # "loss = loss / 2" would be an odd equation
    return name if body in ("", name) else f"{name} = {body}"
