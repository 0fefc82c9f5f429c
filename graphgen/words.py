"""Graph -> words: what each node is called, what its card says, and what each caption says."""

import ast
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from graphgen.digits import inline, number
from graphgen.graph import Array, Edge, Graph, Node, incoming
from graphgen.ops import Op, find

__all__ = ["Naming", "Words", "added", "pretty"]

Naming = Literal["math", "autograd"]

_LONGEST_NAME = 28
_LONGEST_BODY = 22
_LONGEST_PARSED = 400
_LONGEST_BODY_AS_NAME = 12
_SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


@dataclass(frozen=True, slots=True)
class Words:
    """How the nodes of one graph are called.

    Attributes:
        operands: for each node, the edges into it, by slot.
        names: for each node, how captions and tables call it: "b", "x²", "v3".
        titles: for each node, what its card says: "c = s × b".
        bodies: for each node, how it was made: "s × b"; "" for leaves, data and constants.
        symbols: for each node, what stands for its operation in a sentence: "×".
    """

    graph: Graph
    operands: tuple[tuple[int, ...], ...]
    names: tuple[str, ...]
    titles: tuple[str, ...]
    bodies: tuple[str, ...]
    symbols: tuple[str, ...]

    @classmethod
    def of(cls, graph: Graph, naming: Naming = "math") -> "Words":
        """The words for a graph; with `naming` "autograd" operations keep autograd's names."""
        operands = tuple(map(tuple, incoming(graph)))
        names, bodies = _names(graph, operands)
        symbols = [find(node.op).symbol for node in graph.nodes]
        if naming == "autograd":
            symbols = [node.op for node in graph.nodes]
            bodies = symbols
        titles = map(_title, graph.nodes, names, bodies)
        return cls(graph, operands, tuple(names), tuple(titles), tuple(bodies), tuple(symbols))

    def compute(self, index: int) -> str:
        """The caption of a forward step: "c = s × b = 5 × 3 = 15"."""
        node = self.graph.nodes[index]
        value = inline(node.ports[0].value)
        if node.kind == "cut":
            return f"{self.titles[index]} = {value}: the gradient will stop here."
        sources = [self.graph.edges[edge] for edge in self.operands[index]]
        arrays = [self.graph.nodes[edge.source].ports[edge.port].value for edge in sources]
        op = find(node.op)
        worked = ""
        if all(array.shape == () for array in arrays) and 0 < _arity(op) == len(arrays):
            worked = _tidied(op.formula.format(*map(_in_formula, arrays)))
        return f"{_equal([self.names[index], self.bodies[index], worked, value])}."

    def place(self) -> str:
        """The caption of the step in which leaves, data and constants get their values."""
        leaves = self._of_kind("leaf")
        data = self._of_kind("data")
        parts = [_listed(leaves, "{} is a leaf", "{} are leaves: each gets a gradient")]
        if len(leaves) == 1:
            parts[0] += ": it gets a gradient"
        parts.append(_listed(data, "{} is data: it gets none", "{} are data: they get none"))
        return "; ".join(part for part in parts if part) + "."

    def seed(self) -> str:
        """The caption of the step that starts the backward pass."""
        name = self.names[self.graph.loss]
        grad = self.graph.nodes[-1].ports[self.graph.loss_port].grad
        return f"Backward starts at the loss: ∂{name}/∂{name} = {inline(grad)}."

    def send(self, edge: Edge) -> str:
        """A contribution's caption: "× sends 5 to b: its slope is s = 5, times 1 from above."."""
        target = self.graph.nodes[edge.target]
        name, symbol = self.names[edge.source], self.symbols[edge.target]
        sent = f"{symbol} sends {inline(edge.contribution)} to {name}"
        if edge.contribution is not None and edge.contribution.shape != ():
            sent = (
                f"{symbol} sends {name} its share{self._summed(edge)}: {inline(edge.contribution)}"
            )
        above = target.ports[0].grad
        if edge.local is None or edge.local.shape != () or edge.local.items is None:
            return f"{sent}."
        slope = number(edge.local.items[0])
        words = self.slope(edge)
        reason = f"{words} = {slope}" if words not in ("", slope) else slope
        return f"{sent}: its slope is {reason}, times {inline(above)} from above."

    def slope(self, edge: Edge) -> str:
        """The local derivative along an edge in words, "s"; "" where there are no short ones."""
        op = find(self.graph.nodes[edge.target].op)
        operands = self.operands[edge.target]
        if edge.slot >= len(op.slopes) or len(operands) != _arity(op):
            return ""
        rule, out = op.slopes[edge.slot], self.names[edge.target]
        names = [self.names[self.graph.edges[operand].source] for operand in operands]
        if "{" in rule.strip("{}"):
            names, out = [_bracketed(name) for name in names], _bracketed(out)
        return _tidied(rule.format(*names, out=out))

    def sum(self, index: int, port: int, parts: Sequence[Array]) -> str:
        """The caption of the step that adds up a shared node's paths."""
        grad = inline(self.graph.nodes[index].ports[port].grad)
        adds = f"{self.names[index]} adds up its {len(parts)} paths"
        if len(parts) > 4 or any(part.shape != () for part in parts):
            return f"{adds}: {grad}."
        return f"{adds}: {added([inline(part) for part in parts])} = {grad}."

    def stop(self, index: int, sources: Sequence[int]) -> str:
        """The caption of a cut in the backward pass."""
        to = _and([self.names[source] for source in sources])
        return f"{self.graph.nodes[index].op} stops the gradient: nothing goes back to {to}."

    def made_of(self, parts: Sequence[tuple[Edge, str]], total: str) -> str:
        """How a gradient is made up: "5 via c = s × b, plus 3 via s = a + b, is 8".

        Args:
            parts: the edges in the order in which they arrive, each with its contribution's text.
            total: the text of the sum.
        """
        told = [f"{text} via {self.titles[edge.target]}" for edge, text in parts[:4]]
        if len(parts) > 4:
            told.append(f"{len(parts) - 4} more paths")
        return told[0] if len(parts) == 1 else f"{', plus '.join(told)}, is {total}"

    def _of_kind(self, kind: str) -> list[str]:
        return [
            f"{name} = {inline(node.ports[0].value)}"
            for node, name in zip(self.graph.nodes, self.names, strict=True)
            if node.kind == kind and not node.op
        ]

    def _summed(self, edge: Edge) -> str:
        """ ", summed over axis 0" where a broadcast operand gets the sum over what it served."""
        source = self.graph.nodes[edge.source].ports[edge.port].value.shape
        target = self.graph.nodes[edge.target].ports[0].value.shape
        if not find(self.graph.nodes[edge.target].op).elementwise or source == target:
            return ""
        extra = len(target) - len(source)
        padded = (1,) * extra + source
        axes = [i for i in range(len(target)) if i < extra or padded[i] != target[i]]
        if not axes:
            return ""
        return f", summed over {'axis' if len(axes) == 1 else 'axes'} {_and(list(map(str, axes)))}"


def added(texts: Sequence[str]) -> str:
    """Texts of numbers as one sum.

    >>> added(["5", "3", "−2"])
    '5 + 3 − 2'
    """
    first, *others = texts
    told = (f" − {t[1:]}" if t.startswith("−") and " " not in t else f" + {t}" for t in others)
    return first + "".join(told)


def pretty(label: str) -> str:
    """Program text as mathematics is written.

    >>> pretty("x**2+3*x - 1"), pretty("torch.tanh(w@x)")
    ('x² + 3 × x − 1', 'tanh(w @ x)')
    """
    text = re.sub(r"\b(?:torch|F|nn\.functional|math|np)\.(?=\w)", "", _spaced(label))
    text = re.sub(r" \*\* (\(-\d+\)|\d+)(?![\w.])", _raised, text)
    return text.replace(" ** ", " ^ ").replace(" * ", " × ").replace("-", "−")


def _raised(exponent: re.Match[str]) -> str:
    return exponent[1].strip("()").translate(_SUPERSCRIPTS)


def _spaced(label: str) -> str:
    """Python text as its own formatter writes it; other text, and what is long, as it is."""
    if len(label) > _LONGEST_PARSED:
        return label
    try:
        return ast.unparse(ast.parse(label.strip(), mode="eval"))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return label


def _names(graph: Graph, operands: Sequence[Sequence[int]]) -> tuple[list[str], list[str]]:
    """For each node its name and how it was made, first nodes first: later ones speak of them."""
    names: list[str] = []
    bodies: list[str] = []
    counts: Counter[str] = Counter()
    for index, node in enumerate(graph.nodes):
        body = _body(node, [names[graph.edges[edge].source] for edge in operands[index]])
        name = node.name or _invented(node, body, index == graph.loss, counts)
        names.append(_shortened(name, _LONGEST_NAME))
        bodies.append(body)
    return names, bodies


def _body(node: Node, operands: Sequence[str]) -> str:
    """How a node was made: as the user wrote it if that is short, else from its operands."""
    if not node.op:
        return ""
    written = pretty(node.label)
    if written and len(written) <= _LONGEST_BODY:
        return written
    op = find(node.op)
    if 0 < _arity(op) == len(operands):
        made = _tidied(op.formula.format(*map(_bracketed, operands)))
        if len(made) <= _LONGEST_BODY:
            return made
    return op.symbol


def _invented(node: Node, body: str, is_loss: bool, counts: Counter[str]) -> str:
    """A name for what the user left unnamed: its number, its short formula, or "v3"."""
    if node.kind == "constant":
        return inline(node.ports[0].value)
    if is_loss:
        return "loss"
    if body and body != find(node.op).symbol and len(body) <= _LONGEST_BODY_AS_NAME:
        return body
    word = "v" if node.op else f"{node.kind} "
    counts[word] += 1
    return f"{word}{counts[word]}"


def _title(node: Node, name: str, body: str) -> str:
    if node.kind in ("constant", "data") and not node.op:
        return node.kind if node.kind == "constant" else f"{name} · data"
    return name if body in ("", name) else f"{name} = {body}"


def _arity(op: Op) -> int:
    """How many operands a formula names."""
    return len(set(re.findall(r"\{(\d)\}", op.formula)))


def _in_formula(array: Array) -> str:
    return _bracketed(inline(array))


def _bracketed(text: str) -> str:
    """A text that is one thing in a formula."""
    is_one = " " not in text.replace(", ", ",") or (
        text.endswith(")") and "(" not in text[text.index("(") + 1 :]
    )
    return text if is_one and not text.startswith("−") else f"({text})"


def _tidied(text: str) -> str:
    """A formula without needless ones and with raised exponents.

    >>> _tidied("2 × x ^ (2 − 1)"), _tidied("3 × x ^ (3 − 1)")
    ('2 × x', '3 × x²')
    """
    text = re.sub(r"\((\d+) − 1\)", lambda match: str(int(match[1]) - 1), text)
    text = re.sub(r" \^ 1\b(?![.])", "", text)
    return re.sub(r" \^ (\d+)(?![\w.])", _raised, text)


def _equal(parts: Sequence[str]) -> str:
    """The parts as one chain of equations, none said twice in a row."""
    return " = ".join(
        part for i, part in enumerate(parts) if part and part not in parts[max(0, i - 1) : i]
    )


def _and(texts: Sequence[str]) -> str:
    """
    >>> _and(["a", "b", "c"])
    'a, b and c'
    """
    return " and ".join(filter(None, (", ".join(texts[:-1]), texts[-1])))


def _listed(texts: Sequence[str], one: str, many: str) -> str:
    """The sentence about one or many texts; at most five are listed."""
    shown = [*texts[:5], f"{len(texts) - 5} more"] if len(texts) > 5 else list(texts)
    if not shown:
        return ""
    return (one if len(texts) == 1 else many).format(_and(shown))


def _shortened(text: str, longest: int) -> str:
    """A text cut in its middle, where names of modules differ least."""
    if len(text) <= longest:
        return text
    kept = longest - 1
    return f"{text[: kept - kept // 2]}…{text[-(kept // 2) :]}"
