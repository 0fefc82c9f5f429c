"""The tree of a program as frozen plain data, and its text written in one way.

Where a piece stands in the text (line, column) is no part of what it is: equal programs that are
spaced differently have equal trees.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

__all__ = [
    "BINDS",
    "SIGN_BINDS",
    "Binary",
    "Call",
    "Expression",
    "List",
    "Name",
    "Number",
    "Program",
    "Statement",
    "Unary",
    "mapped",
    "operands",
    "postorder",
    "rebuilt",
    "source",
    "sources",
]


@dataclass(frozen=True, slots=True)
class Name:
    """An input, or what a statement before has named."""

    name: str
    line: int = field(default=0, compare=False)
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Number:
    """A number that is written out."""

    value: float
    line: int = field(default=0, compare=False)
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class List:
    """A vector, or the rows of a matrix."""

    items: tuple["Expression", ...]
    line: int = field(default=0, compare=False)
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Unary:
    """A sign before an operand: "-" or "+"."""

    operator: str
    operand: "Expression"
    line: int = field(default=0, compare=False)
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands; its place is the operator's."""

    operator: str
    left: "Expression"
    right: "Expression"
    line: int = field(default=0, compare=False)
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function of FUNCTIONS and its arguments; axis is None where none is given."""

    function: str
    arguments: tuple["Expression", ...]
    axis: int | None = None
    line: int = field(default=0, compare=False)
    column: int = field(default=0, compare=False)


Expression = Name | Number | List | Unary | Binary | Call


@dataclass(frozen=True, slots=True)
class Statement:
    """A name and the expression that it stands for; only the last may be unnamed ("")."""

    name: str
    expression: Expression
    line: int = field(default=0, compare=False)
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Program:
    """A checked program; its last statement is the loss.

    Attributes:
        text: as it was written.
        statements: in order; every name is set once and used.
        inputs: the names that no statement sets, in order of first use.
    """

    text: str = field(compare=False)
    statements: tuple[Statement, ...]
    inputs: tuple[str, ...]

    def source(self) -> str:
        """The whole program, written in one way: statements parted by "; "."""
        return "; ".join(
            f"{statement.name} = {source(statement.expression)}".removeprefix(" = ")
            for statement in self.statements
        )


def operands(expression: Expression) -> tuple[Expression, ...]:
    """What an expression is made of, from left to right."""
    match expression:
        case List(items):
            return items
        case Unary(_, operand):
            return (operand,)
        case Binary(_, left, right):
            return (left, right)
        case Call(_, arguments):
            return arguments
        case _:
            return ()


def postorder(expression: Expression) -> list[Expression]:
    """An expression and all its parts, operands before what they are used in, left before right."""
    parts: list[Expression] = []
    waiting = [expression]
    while waiting:
        part = waiting.pop()
        parts.append(part)
        waiting.extend(operands(part))
    return parts[::-1]


def rebuilt(expression: Expression, parts: Sequence[Expression]) -> Expression:
    """An expression with other operands, as many as `operands` gives of it."""
    match expression:
        case List():
            return replace(expression, items=tuple(parts))
        case Unary():
            return replace(expression, operand=parts[0])
        case Binary():
            return replace(expression, left=parts[0], right=parts[1])
        case Call():
            return replace(expression, arguments=tuple(parts))
        case _:
            return expression


def mapped(
    expression: Expression, remake: Callable[[Expression, Sequence[Expression]], Expression]
) -> Expression:
    """An expression made anew from its leaves up: each part of it, and what became of its operands.

    Without recursion, however deep it is.
    """
    results: list[Expression] = []
    for part in postorder(expression):
        first = len(results) - len(operands(part))
        parts = results[first:]
        del results[first:]
        results.append(remake(part, parts))
    return results[0]


def source(expression: Expression) -> str:
    """The text of an expression: one space around operators, no needless brackets.

    >>> source(Binary("*", Binary("+", Name("a"), Name("b")), Number(2.0)))
    '(a + b) * 2'
    """
    *_, (_, text) = sources(expression)
    return text


def sources(expression: Expression, longest: int | None = None) -> Iterator[tuple[Expression, str]]:
    """Every part of an expression with its text, in the order of `postorder`.

    Args:
        longest: operands with a longer text than this are written "…", so that all texts of a long
            sum together stay short; None for no limit.
    """
    stack: list[tuple[str, int]] = []
    for part in postorder(expression):
        count = len(operands(part))
        texts = [_cut(text, longest) for text in stack[len(stack) - count :]]
        del stack[len(stack) - count :]
        stack.append(_written(part, texts))
        yield part, stack[-1][0]


BINDS = {"+": 1, "-": 1, "*": 2, "/": 2, "@": 2, "**": 4}
SIGN_BINDS = 3
"""How strongly operators bind their operands, and a sign before one; the loosest is 1."""
_WHOLE = 5


def _written(part: Expression, texts: list[tuple[str, int]]) -> tuple[str, int]:
    """The text of a part, and how tightly it binds, from those of its operands."""
    match part:
        case Name(name):
            return name, _WHOLE
        case Number(value):
            return _number(value), _WHOLE
        case List():
            return f"[{', '.join(text for text, _ in texts)}]", _WHOLE
        case Unary(operator):
            return f"{operator}{_bracketed(texts[0], SIGN_BINDS)}", SIGN_BINDS
        case Binary(operator):
            binds = BINDS[operator]
            # A power binds to the right, and a sign after it needs no brackets: 2 ** -x ** y.
            left, right = (binds + 1, SIGN_BINDS) if operator == "**" else (binds, binds + 1)
            pieces = _bracketed(texts[0], left), operator, _bracketed(texts[1], right)
            return " ".join(pieces), binds
        case Call(function, _, axis):
            arguments = [text for text, _ in texts]
            arguments += [] if axis is None else [f"axis={axis}"]
            return f"{function}({', '.join(arguments)})", _WHOLE


def _bracketed(text: tuple[str, int], least: int) -> str:
    return text[0] if text[1] >= least else f"({text[0]})"


def _cut(text: tuple[str, int], longest: int | None) -> tuple[str, int]:
    return text if longest is None or len(text[0]) <= longest else ("…", _WHOLE)


def _number(value: float) -> str:
    """A number as short as it can be written without loss.

    >>> _number(3.0), _number(0.1), _number(1e300)
    ('3', '0.1', '1e+300')
    """
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
