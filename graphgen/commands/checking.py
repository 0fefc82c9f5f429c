"""Every gradient of an expression beside a finite difference, those without a name too."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from graphgen.capture.recorder import record
from graphgen.language.differences import differences
from graphgen.language.machine import is_operation
from graphgen.language.syntax import (
    Expression,
    Name,
    Program,
    Statement,
    operands,
    postorder,
    rebuilt,
)
from graphgen.language.values import Value
from graphgen.model.graph import Graph
from graphgen.narration.explanation import Comparison, compare

__all__ = ["comparisons", "spelled_out"]


def comparisons(
    graph: Graph, program: Program, values: Mapping[str, Value], data: Collection[str]
) -> list[Comparison]:
    """The comparison of each node of the graph that has a gradient of few enough elements.

    Args:
        graph: what `record` made of the program.
        program: with the loss last.
        values: for each input a number or a nested list of numbers.
        data: the inputs that take no gradient.

    Returns:
        One comparison for each node, in the graph's order.

    Raises:
        InputError: the differences would take too long.
    """
    spelled = spelled_out(program)
    named = record(spelled, values, tuple(data))
    # The same operations in the same order: what has a name there has the same index here.
    assert [node.op for node in named.nodes] == [node.op for node in graph.nodes]
    slopes = differences(spelled, values, data)
    return list(compare(named, slopes))


def spelled_out(program: Program) -> Program:
    """The same program with a statement, and so a name, for each operation.

    >>> from graphgen.language.expression import parse
    >>> spelled_out(parse("c = (a + b) * b")).source()
    '(1) = a + b; c = (1) * b'
    """
    done: list[Statement] = []
    for statement in program.statements:
        stack: list[tuple[Expression, bool]] = []
        for part in postorder(statement.expression):
            count = len(operands(part))
            below = stack[len(stack) - count :]
            del stack[len(stack) - count :]
            whole = rebuilt(part, [expression for expression, _ in below])
            varies = isinstance(part, Name) or any(is_varying for _, is_varying in below)
            if varies and is_operation(part) and part is not statement.expression:
                name = f"({len(done) + 1})"
                done.append(Statement(name, whole, part.line, part.column))
                whole = Name(name, part.line, part.column)
            stack.append((whole, varies))
        name = statement.name or f"({len(done) + 1})"
        done.append(replace(statement, name=name, expression=stack[0][0]))
    return replace(program, statements=tuple(done))
