"""Which names the statements of a program set, and which ones it is given: its inputs."""

from graphgen.language.syntax import Name, Statement, postorder
from graphgen.language.tokens import Token, fault
from graphgen.ops import FUNCTIONS

__all__ = ["inputs_of"]


def inputs_of(text: str, statements: list[Statement]) -> tuple[str, ...]:
    """The names that no statement sets, in order of first use.

    Raises:
        ExpressionError: a name is set twice, after it was used, or for nothing, or is a function's.
    """
    setting: dict[str, Statement] = {}
    used: dict[str, Name] = {}
    for statement in statements:
        parts = postorder(statement.expression)
        for name in (part for part in parts if isinstance(part, Name)):
            used.setdefault(name.name, name)
        _check_set(text, statement, setting, used)
        if statement.name:
            setting[statement.name] = statement
    for statement in statements[:-1]:
        if statement.name not in used:
            place = Token("name", statement.name, statement.line, statement.column)
            idle = repr(statement.name) if statement.name else "a statement without a name"
            fault(text, f"each statement before the last is used by a later one: got {idle}, which "
                  "isn't; use it or take it out", place)  # fmt: skip
    inputs = tuple(name for name in used if name not in setting)
    for input_name in inputs:
        _check_input(text, used[input_name])
    return inputs


def _check_set(
    text: str, statement: Statement, setting: dict[str, Statement], used: dict[str, Name]
) -> None:
    name = statement.name
    place = Token("name", name, statement.line, statement.column)
    if name in setting and name:
        fault(text, f"each name is set once: got {name!r}, set before on line "
              f"{setting[name].line}; use another name", place)  # fmt: skip
    if name in used:
        fault(text, f"a name is set before it is used: got {name!r}, used on line "
              f"{used[name].line} already; use another name", place)  # fmt: skip


def _check_input(text: str, name: Name) -> None:
    if name.name in FUNCTIONS:
        place = Token("name", name.name, name.line, name.column)
        signature = FUNCTIONS[name.name].signature(name.name)
        fault(text, f"a value: got the function {name.name!r}; call it: {signature}", place)
