"""The values that a program's inputs are given: from text such as "a=[1, 2]", and checked.

>>> read_assignment("a=[1, -2.5]")
('a', (1.0, -2.5))
"""

import math
import re
import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NoReturn, TypeAlias, Union

from graphgen.language.syntax import Name, Program, postorder
from graphgen.language.tokens import LONGEST_NUMBER, check_characters
from graphgen.model.errors import ExpressionError, InputError
from graphgen.model.suggestions import suggestion

__all__ = [
    "MAXIMUM_NUMBERS",
    "Value",
    "check_values",
    "read_assignment",
    "read_assignments",
    "read_value",
    "shape_of",
]

Value: TypeAlias = Union[float, Sequence["Value"]]  # noqa: UP007 (a recursive alias needs the names)
"""A number, or a list of values that all have one shape."""

MAXIMUM_NUMBERS = 10_000
"""Numbers in one value."""
_MAXIMUM_LENGTH = 250_000
_MAXIMUM_AXES = 6
_MOST_TOLD = 20
_LONGEST_SHOWN = 60
_LARGEST = sys.float_info.max

_PIECE = re.compile(
    r"(?P<blank>\s+)|(?P<sign>[\[\],])"
    r"|(?P<number>[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)|(?P<other>\w+|.)"
)
_HINTS = {
    "(": "write lists as [1, 2]",
    ")": "write lists as [1, 2]",
    "{": "write lists as [1, 2]",
    ";": "write lists as [1, 2]",
    "/": "write 1/2 as 0.5",
    "*": "write the number worked out",
    "^": "write the number worked out, as in 1e3",
    "nan": "nan has no gradient to show; give a finite number",
    "NaN": "nan has no gradient to show; give a finite number",
    "inf": "give a finite number; 9**9**9 in the expression is infinite",
    "Infinity": "give a finite number; 9**9**9 in the expression is infinite",
}


def read_value(text: str) -> Value:
    """The value that a text spells: a number, or nested lists of numbers.

    Raises:
        ExpressionError: with line, column and a caret, whatever is wrong with the text.

    >>> read_value("[[1, 2], [3, -4e-1]]")
    ((1.0, 2.0), (3.0, -0.4))
    """
    return _read(text, text, 0)


def read_assignment(text: str) -> tuple[str, Value]:
    """The name and the value in a text such as "a=2".

    Raises:
        ExpressionError: no name, no "=", or no value.
    """
    if not isinstance(text, str):
        raise InputError(f"a name and a value, as in a=2: got {type(text).__name__}; give text")
    name, equals, _ = text.partition("=")
    if not equals or not name.strip():
        _fault(text, 0, f"a name and a value, as in a=2: got {_shown(text)}; write NAME=VALUE")
    return name.strip(), _read(text, text[len(name) + 1 :], len(name) + 1)


def read_assignments(texts: Iterable[str]) -> dict[str, Value]:
    """The values of several texts such as "a=2", each name once.

    Raises:
        InputError: a name is given twice; ExpressionError: a text is wrong.
    """
    values: dict[str, Value] = {}
    for text in texts:
        name, value = read_assignment(text)
        if name in values:
            raise InputError(f"one value for each name: got two for {_shown(name)}; take one out")
        values[name] = value
    return values


def shape_of(value: Value, axes: int = _MAXIMUM_AXES) -> tuple[int, ...]:
    """The shape of a value, () for a number.

    Args:
        axes: how many lists within each other there may be.

    Raises:
        InputError: it is no number and no list, or a list of unequal shapes, or holds nan or inf.

    >>> shape_of([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    (2, 3)
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        if not -_LARGEST <= value <= _LARGEST:
            raise InputError(f"a finite number: got {_shown_number(value)}; give another value")
        return ()
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise InputError(f"a number or a list of numbers: got {type(value).__name__}; give those")
    if not value:
        raise InputError("a list with something in it: got []; put numbers in it, as in [1, 2]")
    if not axes:
        raise InputError(f"at most {_MAXIMUM_AXES} lists within each other: got more; give fewer")
    shapes = [shape_of(item, axes - 1) for item in value]
    for index, shape in enumerate(shapes):
        if shape != shapes[0]:
            raise InputError(
                f"rows of one length: got shape {shapes[0]} first and {shape} at place "
                f"{index + 1}; make them equal"
            )
    return (len(value), *shapes[0])


def check_values(program: Program, values: Mapping[str, Value], data: Collection[str] = ()) -> None:
    """Sees to it that every input has a value, and every value and every data name its input.

    Args:
        program: whose inputs need values.
        values: by the names of the inputs.
        data: the inputs that take no gradient.

    Raises:
        ExpressionError: an input has no value; all that have none are named.
        InputError: a value or a data name that fits no input, or a value that isn't one.
    """
    for name in values:
        if name not in program.inputs:
            raise InputError(_no_input(program, name, f"the value of {_shown(name)}"))
    for name in data:
        if name not in program.inputs:
            raise InputError(_no_input(program, name, f"{_shown(name)} as data"))
    missing = [name for name in program.inputs if name not in values]
    if missing:
        _refuse_missing(program, missing)
    for name in program.inputs:
        try:
            shape_of(values[name])
        except InputError as error:
            raise InputError(f"{name}: {error}") from error
    if set(program.inputs) <= set(data):
        raise InputError(
            "an input that takes a gradient: got none, as all are data; leave one out of the data"
            if program.inputs
            else "an input that takes a gradient: got numbers only; put a name in the expression"
        )


def _no_input(program: Program, name: str, what: str) -> str:
    """What is said of a name that was given and is no input."""
    if name in {statement.name for statement in program.statements}:
        return f"an input of the expression: got {what}, but the expression sets it; take it out"
    near = suggestion(name, program.inputs)
    names = ", ".join(program.inputs[:_MOST_TOLD]) or "none"
    return (
        f"an input of the expression: got {what}, which it doesn't use; "
        f"{near or 'take it out'} (its inputs are: {names})"
    )


def _refuse_missing(program: Program, missing: Sequence[str]) -> NoReturn:
    """Tells all inputs without a value, at the place of the first, with the names known there."""
    index, place = next(
        (index, part)
        for index, statement in enumerate(program.statements)
        for part in postorder(statement.expression)
        if isinstance(part, Name) and part.name == missing[0]
    )
    known = [name for name in program.inputs if name not in missing]
    known += [statement.name for statement in program.statements[:index]]
    near = suggestion(missing[0], known) if len(missing[0]) > 1 else ""
    raise ExpressionError(
        f"{_unknown(missing, known)}; {near + ' else ' if near else ''}"
        f"give {'them' if len(missing) > 1 else 'it'} with "
        f"{' '.join(f'--set {name}=1' for name in missing[:_MOST_TOLD])}, or in Python with "
        f'{{"{missing[0]}": 1{", ..." if len(missing) > 1 else ""}}}',
        program.text,
        place.line,
        place.column,
    )


def _unknown(missing: Sequence[str], known: Sequence[str]) -> str:
    """What was wanted, and what was found, where names have no value."""
    unknown = ", ".join(map(repr, missing[:_MOST_TOLD])) + " ..." * (len(missing) > _MOST_TOLD)
    if not known:
        return f"a value for {unknown}: got none"
    names = f"name{'s' * (len(missing) > 1)}"
    return f"unknown {names} {unknown}: known names are {', '.join(known[:_MOST_TOLD])}"


def _read(whole: str, text: str, start: int) -> Value:
    """The value in a text that begins at an index of the whole text."""
    if not isinstance(text, str):
        raise InputError(f"a value as text: got {type(text).__name__}; give text")
    if len(text) > _MAXIMUM_LENGTH:
        raise InputError(
            f"a value of at most {_MAXIMUM_LENGTH:,} characters: got {len(text):,}; give less"
        )
    check_characters(whole)
    pieces = [
        (match.start() + start, match[0], match.lastgroup or "")
        for match in _PIECE.finditer(text)
        if match.lastgroup != "blank"
    ]
    _check_pieces(whole, pieces)
    value, index = _item(whole, pieces, 0)
    if index < len(pieces):
        at, piece, _ = pieces[index]
        hint = "write a list as [1, 2]" if piece == "," else "take it out"
        _fault(whole, at, f"one value: got {_shown(piece)} after it; {hint}")
    try:
        shape_of(value)
    except InputError as error:
        _fault(whole, start, str(error))
    return value


def _check_pieces(whole: str, pieces: list[tuple[int, str, str]]) -> None:
    depth = numbers = 0
    for at, piece, kind in pieces:
        depth += (piece == "[") - (piece == "]")
        numbers += kind == "number"
        if kind == "other":
            hint = _HINTS.get(piece, "give a number, or a list of numbers such as [1, 2]")
            _fault(whole, at, f"a value made of numbers: got {_shown(piece)}; {hint}")
        if len(piece) > LONGEST_NUMBER:
            _fault(whole, at, f"a number of at most {LONGEST_NUMBER} characters: got "
                   f"{len(piece)}; write a shorter one")  # fmt: skip
        if depth > _MAXIMUM_AXES or numbers > MAXIMUM_NUMBERS:
            _fault(whole, at, f"at most {MAXIMUM_NUMBERS:,} numbers and {_MAXIMUM_AXES} lists "
                   "within each other: got more; give less")  # fmt: skip


def _item(whole: str, pieces: list[tuple[int, str, str]], index: int) -> tuple[Value, int]:
    """The number or list that begins at an index, and the index after it."""
    if index >= len(pieces):
        _fault(whole, len(whole), "a number or a list: got the end; write a value, as in a=2")
    at, piece, kind = pieces[index]
    if kind == "number":
        if not math.isfinite(float(piece)):
            _fault(whole, at, "a number up to 1.8e308: got a larger one; write a smaller one")
        return float(piece), index + 1
    if piece != "[":
        _fault(whole, at, f"a number or a list: got {_shown(piece)}; write a value, as in a=2")
    items: list[Value] = []
    index += 1
    while index < len(pieces) and pieces[index][1] != "]":
        item, index = _item(whole, pieces, index)
        items.append(item)
        if index < len(pieces) and pieces[index][1] == ",":
            index += 1
        elif index < len(pieces) and pieces[index][1] != "]":
            _fault(whole, pieces[index][0], "a comma between two items: got none; put one here")
    if index >= len(pieces):
        _fault(whole, at, "a ']' for each '[': got none for this one; close it")
    return tuple(items), index + 1


def _fault(text: str, index: int, message: str) -> NoReturn:
    line = text.count("\n", 0, index) + 1
    column = index - (text.rfind("\n", 0, index) + 1) + 1
    raise ExpressionError(message, text, line, column)


def _shown(text: str) -> str:
    """A text in quotes, short and safe to print."""
    quoted_text = repr(text[:_LONGEST_SHOWN])
    return quoted_text if len(text) <= _LONGEST_SHOWN else f"{quoted_text}..."


def _shown_number(value: float) -> str:
    return "a whole number over 1.8e308" if isinstance(value, int) else str(value)
