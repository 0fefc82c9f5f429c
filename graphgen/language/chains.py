"""Program -> the composition that it is: functions, each of the one before; all pure text work."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from graphgen.language.syntax import (
    Binary,
    Expression,
    Name,
    Program,
    Statement,
    Unary,
    mapped,
    operands,
    postorder,
    rebuilt,
)

__all__ = ["composed", "links_of", "nested"]

_LETTERS = "uvwstpqrh"
_LINEAR = ("+", "-", "*", "/")


def composed(program: Program, name: str, result: str) -> Program:
    """The same program, its last statement named; one expression becomes statements of its own for
    each function within another.

    What only calculates with numbers (+ − × ÷) stays together.

    Args:
        program: is left as it is.
        name: the input that is followed.
        result: what the last statement is called, where it has no name.

    Returns:
        The program, which computes the same.

    >>> from graphgen.language.expression import parse
    >>> composed(parse("sin(3 * x + 1) ** 2"), "x", "y").source()
    'u = 3 * x + 1; v = sin(u); y = v ** 2'
    """
    *before, last = program.statements
    last = replace(last, name=last.name or result)
    statements = (*before, last)
    if not before:
        statements = _split(last, name, set(program.inputs) | {last.name})
    return replace(program, statements=statements)


def links_of(program: Program, name: str) -> tuple[str, ...]:
    """The names through which everything passes on its way from an input to the result.

    Returns:
        The input first, the result last.

    >>> from graphgen.language.expression import parse
    >>> links_of(parse("a = 2 * x; b = x + 1; c = a * b; y = c ** 2"), "x")
    ('x', 'c', 'y')
    """
    uses = {s.name: _names(s.expression) for s in program.statements}
    way = [name]
    for statement in program.statements:
        if uses[statement.name] & set(way):
            way.append(statement.name)
    place = {each: at for at, each in enumerate(way)}
    spans = [
        (place[source], place[target])
        for target in way[1:]
        for source in uses[target]
        if source in place
    ]
    return tuple(
        each for at, each in enumerate(way) if not any(start < at < end for start, end in spans)
    )


def nested(program: Program, name: str, kept: Sequence[str]) -> Expression:
    """What a name stands for, written with the kept names and inputs only.

    Args:
        program: without loops, so each name stands for an expression.
        name: of one of its statements.
        kept: names that are not replaced by what they stand for.

    Returns:
        The expression.

    Raises:
        KeyError: no statement has the name.

    >>> from graphgen.language.expression import parse
    >>> from graphgen.language.syntax import source
    >>> source(nested(parse("a = 2 * x; b = x + 1; c = a * b"), "c", ["x"]))
    '2 * x * (x + 1)'
    """
    known: dict[str, Expression] = {}
    for statement in program.statements:
        written = _substituted(statement.expression, known)
        if statement.name == name:
            return written
        if statement.name not in kept:
            known[statement.name] = written
    raise KeyError(name)


def _names(expression: Expression) -> set[str]:
    return {part.name for part in postorder(expression) if isinstance(part, Name)}


def _split(statement: Statement, name: str, taken: set[str]) -> tuple[Statement, ...]:
    """A statement as one for each function within another, the innermost first."""
    way = _way(statement.expression, name)
    groups: list[list[Expression]] = []
    for part in reversed(way):
        if groups and _is_linear(part) and all(map(_is_linear, groups[-1])):
            groups[-1].append(part)
        else:
            groups.append([part])
    letters = [letter for letter in _LETTERS if letter not in taken]
    if len(groups) - 1 > len(letters):
        return (statement,)
    statements: list[Statement] = []
    for at, group in enumerate(groups):
        outer = group[-1]
        written = _exchanged(outer, groups[at - 1][-1], statements[-1].name) if at else outer
        called = letters[at] if at < len(groups) - 1 else statement.name
        statements.append(replace(statement, name=called, expression=written))
    return tuple(statements) or (statement,)


def _way(expression: Expression, name: str) -> list[Expression]:
    """The parts from the whole down to the first that uses the name more than once."""
    steps: list[Expression] = []
    part = expression
    while not isinstance(part, Name):
        steps.append(part)
        using = [each for each in operands(part) if name in _names(each)]
        if len(using) != 1:
            break
        part = using[0]
    return steps


def _is_linear(part: Expression) -> bool:
    """Whether a part adds, subtracts or scales: of a quotient, what is above the line moves."""
    if isinstance(part, Unary):
        return True
    if not isinstance(part, Binary) or part.operator not in _LINEAR:
        return False
    return part.operator != "/" or not _names(part.right)


def _exchanged(whole: Expression, part: Expression, name: str) -> Expression:
    """An expression in which one part, that very one, is a name."""
    return mapped(whole, lambda each, parts: Name(name) if each is part else rebuilt(each, parts))


def _substituted(whole: Expression, known: Mapping[str, Expression]) -> Expression:
    """An expression in which names stand for expressions."""

    def remake(each: Expression, parts: Sequence[Expression]) -> Expression:
        other = known.get(each.name) if isinstance(each, Name) else None
        return rebuilt(each, parts) if other is None else other

    return mapped(whole, remake)
