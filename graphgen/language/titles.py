"""Program -> the title above its picture."""

from graphgen.language.syntax import Program, sources
from graphgen.text.formulas import pretty, shortened

__all__ = ["title_of"]

_LONGEST = 64


def title_of(program: Program, longest: int = _LONGEST) -> str:
    """The whole program where it is short, else its last statement, else what there is room for.

    Args:
        longest: so many characters are short.

    >>> from graphgen.language.expression import parse
    >>> title_of(parse("a = x*y; b = x**2; z = a + b"))
    'a = x × y; b = x²; z = a + b'
    """
    statements = [
        pretty(f"{statement.name} = {text}".removeprefix(" = "))
        for statement in program.statements
        for *_, (_, text) in [sources(statement.expression, _LONGEST)]
    ]
    whole = "; ".join(statements)
    return whole if len(whole) <= longest else shortened(statements[-1], _LONGEST)
