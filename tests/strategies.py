"""Random well-formed programs with values for their inputs, for hypothesis.

A program of `programs()` computes plain numbers only, never overflows and keeps away from corners
(of relu, abs, maximum), so that a finite difference is close to its gradient. `by_hand` computes
it with nothing but Python's own floats.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from hypothesis import strategies as st

from graphgen.language.expression import (
    Binary,
    Call,
    Expression,
    List,
    Name,
    Number,
    Program,
    Statement,
    Unary,
    parse,
)
from graphgen.language.syntax import operands
from graphgen.ops import FUNCTIONS

_INPUTS = ("a", "b", "w1", "θ")
_CORNER = 0.05
_LARGEST = 1e3


@dataclass(frozen=True)
class Made:
    """A random program and values for its inputs."""

    program: Program
    values: dict[str, float]

    def __repr__(self) -> str:
        return f"{self.program.source()}  # {self.values}"


_SMOOTH: dict[str, Callable[[float], float]] = {
    "exp": math.exp,
    "sin": math.sin,
    "cos": math.cos,
    "tanh": math.tanh,
    "sinh": math.sinh,
    "cosh": math.cosh,
    "atan": math.atan,
    "erf": math.erf,
    "expm1": math.expm1,
    "square": lambda x: x * x,
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)),
    "silu": lambda x: x / (1 + math.exp(-x)),
    "softplus": lambda x: math.log1p(math.exp(-abs(x))) + max(x, 0.0),
    "gelu": lambda x: x * 0.5 * (1 + math.erf(x / math.sqrt(2))),
}
_CORNERED: dict[str, Callable[[float], float]] = {
    "abs": abs,
    "relu": lambda x: max(x, 0.0),
    "leaky_relu": lambda x: x if x > 0 else 0.01 * x,
    "elu": lambda x: x if x > 0 else math.expm1(x),
}
_POSITIVE: dict[str, Callable[[float], float]] = {"sqrt": math.sqrt, "log": math.log}
_OF_TWO: dict[str, Callable[[float, float], float]] = {
    "maximum": max,
    "minimum": min,
    "mse": lambda a, b: (a - b) ** 2,
    "pow": lambda a, b: a**b,
}
_OPERATORS: dict[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "**": lambda a, b: a**b,
}


def by_hand(program: Program, values: dict[str, float]) -> dict[str, float]:
    """What each name stands for, the inputs first, then the statements; computed without torch."""
    known = {name: values[name] for name in program.inputs}
    for statement in program.statements:
        known[statement.name] = _value(statement.expression, known)
    return known


def _value(part: Expression, known: dict[str, float]) -> float:
    found = [_value(operand, known) for operand in operands(part)]
    match part:
        case Name(name):
            return known[name]
        case Number(value):
            return value
        case Unary(sign):
            return -found[0] if sign == "-" else found[0]
        case Binary(sign):
            return _OPERATORS[sign](*found)
        case Call(name) if name in _OF_TWO:
            return _OF_TWO[name](*found)
        case Call(name):
            return {**_SMOOTH, **_CORNERED, **_POSITIVE}[name](*found)
    raise AssertionError(part)


def _numbers() -> st.SearchStrategy[float]:
    return st.integers(-30, 30).map(lambda n: n / 10 if n else 0.7)


@st.composite
def programs(draw: st.DrawFn, most: int = 5) -> Made:
    """A program of at most so many statements over plain numbers; each is used, most are shared."""
    values = {name: draw(_numbers()) for name in _INPUTS}
    known = dict(values)
    statements: list[Statement] = []
    unused: list[str] = []
    for index in range(draw(st.integers(1, most))):
        expression = draw(_safe(known, unused[-1:]))
        name = f"v{index}"
        statements.append(Statement(name, expression))
        unused = [n for n in unused if n not in _names(expression)]
        unused.append(name)
        known[name] = _value(expression, known)
    last = _chained([Name(name) for name in unused] or [Name("a")])
    if not any(_names(s.expression) & set(_INPUTS) for s in statements):
        last = Binary("+", last, Name("a"))
    statements.append(Statement(draw(st.sampled_from(("loss", ""))), last))
    text = "; ".join(Program("", (s,), ()).source() for s in statements)
    program = parse(text)
    return Made(program, {name: values[name] for name in program.inputs})


def _chained(parts: list[Expression]) -> Expression:
    """The parts added up, so that every one is used; of one, its double."""
    total = parts[0]
    for part in parts[1:]:
        total = Binary("+", total, part)
    return total if len(parts) > 1 else Binary("*", total, Number(2.0))


@st.composite
def _safe(draw: st.DrawFn, known: dict[str, float], favored: list[str]) -> Expression:
    """An expression over known names that stays finite, small and away from corners."""
    leaves = st.sampled_from([*known, *favored * 3]).map(Name) | st.integers(0, 40).map(
        lambda n: Number(n / 4)
    )
    part: Expression = draw(leaves)
    for _ in range(draw(st.integers(1, 6))):
        made = draw(_grown(part, leaves))
        if _is_safe(made, known):
            part = made
    return part if not isinstance(part, Name | Number) else Binary("+", part, Name("a"))


@st.composite
def _grown(draw: st.DrawFn, part: Expression, leaves: st.SearchStrategy[Expression]) -> Expression:
    """A part with one more operation on it, at its left or its right, or over it."""
    way = draw(st.sampled_from(("operator", "operator", "function", "two", "sign")))
    if way == "sign":
        return Unary(draw(st.sampled_from("-+")), part)
    if way == "function":
        names = [*_SMOOTH, *_CORNERED, *_POSITIVE]
        return Call(draw(st.sampled_from(names)), (part,))
    other = draw(leaves)
    left, right = (part, other) if draw(st.booleans()) else (other, part)
    if way == "two":
        return Call(draw(st.sampled_from(list(_OF_TWO))), (left, right))
    return Binary(draw(st.sampled_from(list(_OPERATORS))), left, right)


def _is_safe(part: Expression, known: dict[str, float]) -> bool:
    """Whether the topmost operation is far from its corners, and its result small."""
    found = [_value(operand, known) for operand in operands(part)]
    near = min(map(abs, found)) < _CORNER
    match part:
        case Binary("/") if abs(found[1]) < 0.2:
            return False
        case Binary("**") | Call("pow"):
            if found[0] < 0.2 or abs(found[1]) > 5:
                return False
        case Call(name) if name in _POSITIVE and found[0] < 0.2:
            return False
        case Call(name) if name in _CORNERED and near:
            return False
        case Call("maximum" | "minimum") if abs(found[0] - found[1]) < _CORNER:
            return False
        case _:
            pass
    if max(map(abs, found)) > 20:
        return False
    return abs(_value(part, known)) < _LARGEST


def _names(part: Expression) -> set[str]:
    if isinstance(part, Name):
        return {part.name}
    return {name for operand in operands(part) for name in _names(operand)}


@st.composite
def trees(draw: st.DrawFn) -> Expression:
    """Any expression that can be written, whatever it computes: for tests of the text alone."""
    leaves: st.SearchStrategy[Expression] = st.sampled_from([*_INPUTS, "x_2"]).map(
        Name
    ) | st.floats(0, 1e308, allow_nan=False).map(Number)
    tree: Expression = draw(st.recursive(leaves, _over, max_leaves=12))
    return tree


def _over(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    plain = [name for name, function in FUNCTIONS.items() if not function.literals]
    signs = st.sampled_from(("+", "-", "*", "/", "**", "@"))
    return st.one_of(
        st.builds(Unary, st.sampled_from("-+"), inner),
        st.builds(Binary, signs, inner, inner),
        st.builds(List, st.lists(inner, min_size=1, max_size=4).map(tuple)),
        st.sampled_from(plain).flatmap(lambda name: _calls(name, inner)),
    )


def _calls(name: str, inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    function = FUNCTIONS[name]
    arguments = st.tuples(*[inner] * len(function.arguments))
    axes = st.none() if function.axis == "no" else st.none() | st.integers(-3, 3)
    return st.builds(Call, st.just(name), arguments, axes)
