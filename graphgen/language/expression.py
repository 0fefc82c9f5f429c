"""Program text -> a checked Program, by a closed grammar of our own: nothing is ever evaluated.

program     statement (";" or line end, statement)...     the last one is the loss
statement   name "=" expression | expression              unnamed: only the last
expression  + - * / ** @, signs, brackets, with Python's precedence
operand     number | name | [expression, ...] | function(expression, ..., axis=whole number)

>>> program = parse("s = a + b; c = s * b")
>>> program.inputs
('a', 'b')
>>> source(program.statements[-1].expression)
's * b'
"""

import keyword
from dataclasses import dataclass
from typing import NoReturn

from graphgen.language.scoping import inputs_of
from graphgen.language.syntax import (
    BINDS,
    SIGN_BINDS,
    Binary,
    Call,
    Expression,
    List,
    Name,
    Number,
    Program,
    Statement,
    Unary,
    source,
)
from graphgen.language.tokens import MAXIMUM_NESTING, Token, fault, tokens_of
from graphgen.language.values import (
    Value,
    check_values,
    read_assignment,
    read_assignments,
    read_value,
)
from graphgen.model.errors import ExpressionError
from graphgen.model.suggestions import suggestion
from graphgen.ops import FUNCTIONS

__all__ = [
    "FUNCTIONS",
    "Binary",
    "Call",
    "Expression",
    "List",
    "Name",
    "Number",
    "Program",
    "Statement",
    "Unary",
    "Value",
    "check_values",
    "parse",
    "read_assignment",
    "read_assignments",
    "read_value",
    "source",
]

_LOOSEST = 1
_RESERVED = frozenset({"nan", "inf", "eval", "exec"})


def parse(text: str) -> Program:
    """The program that a text is.

    Args:
        text: statements parted by ";" or line ends; "#" begins a comment.

    Raises:
        ExpressionError: with line, column and a caret, whatever is wrong with the text.
    """
    if not isinstance(text, str):
        raise ExpressionError(f"the expression as text: got {type(text).__name__}; pass a str")
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    reader = _Reader(text, tokens_of(text))
    statements = []
    while reader.skip_breaks():
        statements.append(_statement(reader))
    if not statements:
        fault(text, 'an expression such as "c = (a + b) * b": got none; write one')
    return Program(text, tuple(statements), inputs_of(text, statements))


@dataclass(slots=True)
class _Reader:
    """Goes over the tokens of a text, one by one."""

    text: str
    tokens: list[Token]
    index: int = 0
    depth: int = 0

    @property
    def next(self) -> Token:
        return self.tokens[self.index]

    def take(self) -> Token:
        token = self.tokens[self.index]
        self.index = min(self.index + 1, len(self.tokens) - 1)
        return token

    def takes(self, sign: str) -> bool:
        """Takes the next token if it is this sign."""
        is_next = self.next.kind == "sign" and self.next.text == sign
        self.index += is_next
        return is_next

    def skip_breaks(self) -> bool:
        """Goes on to the next statement; whether there is one."""
        while self.next.text in (";", "\n"):
            self.index += 1
        return self.next.kind != "end"

    def fault(self, message: str, place: Token | None = None) -> NoReturn:
        fault(self.text, message, place or self.next)


def _statement(reader: _Reader) -> Statement:
    start = reader.next
    name = ""
    if start.kind == "name" and reader.tokens[reader.index + 1].text == "=":
        name = _checked_name(reader)
        reader.take()
    expression = _expression(reader, _LOOSEST)
    if reader.next.text not in (";", "\n", ""):
        reader.fault(_after_operand(reader))
    return Statement(name, expression, start.line, start.column)


def _expression(reader: _Reader, least: int) -> Expression:
    """An expression whose operators all bind at least so tightly."""
    reader.depth += 1
    # Brackets were counted before; this counts signs before signs and powers of powers as well.
    if reader.depth > 2 * MAXIMUM_NESTING:
        reader.fault(
            f"at most {MAXIMUM_NESTING} operands within each other: got more; name the inner parts "
            "in statements of their own"
        )
    left = _operand(reader)
    while BINDS.get(reader.next.text, 0) >= least:
        token = reader.take()
        binds = BINDS[token.text]
        right = _expression(reader, binds if token.text == "**" else binds + 1)
        left = Binary(token.text, left, right, token.line, token.column)
    reader.depth -= 1
    return left


def _operand(reader: _Reader) -> Expression:
    token = reader.next
    if token.text in ("-", "+"):
        reader.take()
        return Unary(token.text, _expression(reader, SIGN_BINDS), token.line, token.column)
    if reader.takes("("):
        inner = _expression(reader, _LOOSEST)
        if not reader.takes(")"):
            reader.fault(_after_operand(reader))
        return inner
    if reader.takes("["):
        return List(_items(reader, "]"), token.line, token.column)
    if token.kind == "number":
        return _number(reader)
    if token.kind != "name":
        reader.fault(f"a name, a number or a bracket: got {_told(token)}; put an operand here")
    name = _checked_name(reader)
    return _call(reader, token) if reader.takes("(") else Name(name, token.line, token.column)


def _items(reader: _Reader, closer: str) -> tuple[Expression, ...]:
    """What stands between commas, up to the closing bracket."""
    items: list[Expression] = []
    while not reader.takes(closer):
        items.append(_expression(reader, _LOOSEST))
        if not reader.takes(",") and reader.next.text != closer:
            reader.fault(_after_operand(reader))
    if not items:
        reader.fault("a list with something in it: got []; put numbers in it, as in [1, 2]",
                     reader.tokens[reader.index - 1])  # fmt: skip
    return tuple(items)


def _number(reader: _Reader) -> Number:
    token = reader.take()
    value = float(token.text)
    if value == float("inf"):
        reader.fault("a number up to 1.8e308: got a larger one; write a smaller one", token)
    return Number(value, token.line, token.column)


def _checked_name(reader: _Reader) -> str:
    token = reader.take()
    if keyword.iskeyword(token.text) or token.text in _RESERVED:
        reader.fault(f"names and functions: got {token.text!r}, which is a word of Python's and "
                     "no part of an expression; use another name", token)  # fmt: skip
    return token.text


def _call(reader: _Reader, name: Token) -> Call:
    """The rest of a call, after its opening bracket."""
    function = FUNCTIONS.get(name.text)
    if function is None:
        near = suggestion(name.text, FUNCTIONS)
        reader.fault(f"a function: got {name.text!r}, which is none; "
                     f"{near or f'to multiply write {name.text} * (...)'}", name)  # fmt: skip
    arguments: list[Expression] = []
    axis: int | None = None
    while not reader.takes(")"):
        if reader.next.kind == "name" and reader.tokens[reader.index + 1].text == "=":
            axis = _named_axis(reader, name, axis)
        else:
            arguments.append(_expression(reader, _LOOSEST))
        if not reader.takes(",") and reader.next.text != ")":
            reader.fault(_after_operand(reader))
    if function.axis == "yes" and axis is None and len(arguments) == len(function.arguments) + 1:
        axis = _whole(reader, arguments.pop(), name)
    return _checked_call(reader, Call(name.text, tuple(arguments), axis, name.line, name.column))


def _named_axis(reader: _Reader, name: Token, axis: int | None) -> int:
    token = reader.take()
    reader.take()
    if FUNCTIONS[name.text].axis == "no" or token.text != "axis" or axis is not None:
        reader.fault(f"{FUNCTIONS[name.text].signature(name.text)}: got {token.text}=...; "
                     "take it out", token)  # fmt: skip
    return _whole(reader, _expression(reader, _LOOSEST), name)


def _whole(reader: _Reader, expression: Expression, name: Token) -> int:
    """The axis that an expression spells."""
    value = _literal(expression)
    if value is None or not value.is_integer() or abs(value) > 9:
        reader.fault(f"{name.text} takes a whole number as axis: got {source(expression)}; "
                     "write 0 for the first axis", name)  # fmt: skip
    return int(value)


def _literal(expression: Expression) -> float | None:
    """The value of a number that is written out, with or without a sign."""
    match expression:
        case Number(value):
            return value
        case Unary(sign, Number(value)):
            return -value if sign == "-" else value
        case _:
            return None


def _checked_call(reader: _Reader, call: Call) -> Call:
    """A call with as many arguments as its function takes, numbers where it wants numbers."""
    function = FUNCTIONS[call.function]
    place = Token("name", call.function, call.line, call.column)
    wanted, got = len(function.arguments), len(call.arguments)
    if wanted != got:
        hint = _MORE_HINTS.get(call.function, "") if got > wanted else ""
        reader.fault(f"{function.signature(call.function)} takes {wanted} "
                     f"argument{'s' * (wanted != 1)}: got {got}; "
                     f"{hint or ('give the others' if got < wanted else 'take the others out')}",
                     place)  # fmt: skip
    for argument in call.arguments[wanted - function.literals :]:
        if _literal(argument) is None:
            reader.fault(f"{function.signature(call.function)} takes numbers that are written out "
                         f"after x: got {source(argument)}; write a number", place)  # fmt: skip
    return call


_MORE_HINTS = {
    "max": "write maximum(a, b) for the larger of two, max(x, axis=0) for an axis",
    "min": "write minimum(a, b) for the smaller of two, min(x, axis=0) for an axis",
    "log": "write log(x) / log(base) for another base",
}


def _after_operand(reader: _Reader) -> str:
    """What is said of a token that can't follow an operand."""
    token, before = reader.next, reader.tokens[reader.index - 1]
    if token.text == "=":
        return "one name before each =: got another =; write a statement for each name"
    if token.text == "[":
        return (
            "an operator or the end of the statement: got '['; there is no indexing, reduce with "
            "sum(...), mean(...) or max(...)"
        )
    if token.text == ",":
        return "an operator or the end of the statement: got ','; write lists as [1, 2]"
    if token.kind in ("name", "number") or token.text == "(":
        return (
            f"an operator between {_told(before)} and {_told(token)}: got none; write * to multiply"
        )
    return f"an operator or the end of the statement: got {_told(token)}; take it out"


def _told(token: Token) -> str:
    names = {"\n": "the end of the line", "": "the end"}
    return names.get(token.text, repr(token.text))
