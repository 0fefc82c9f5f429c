"""What the function that sends a gradient back holds: which operands, in which variables."""

from collections.abc import Callable, Iterator, Sequence
from inspect import Parameter, signature
from types import CellType, FunctionType, MethodType
from typing import Any

__all__ = ["cells_of", "contents_of", "uses_of", "wants_grad", "with_stand_ins"]


def cells_of(back: object) -> Iterator[tuple[str, CellType]]:
    """The variables that a closure holds: `self` first, the others by name."""
    code, cells = getattr(back, "__code__", None), getattr(back, "__closure__", None)
    if code is None or cells is None:
        return iter(())
    named = zip(code.co_freevars, cells, strict=True)
    return iter(sorted(named, key=lambda pair: (pair[0] != "self", pair[0])))


def uses_of(held: Any, back: object, key: Any) -> list[Any]:
    """What an operation was made from, in the order of its operands as far as that is known.

    An engine that keeps a set has lost the order, and that `a * a` uses `a` twice; the closure
    that sends its gradient back still holds both operands, by name.

    Args:
        held: what the engine keeps: a tuple, a list, a set, or None.
        back: the callable that sends the gradient back.
        key: for an operand, what orders it where nothing else does.

    Returns:
        The operands, one for each slot; sorted by `key` where the order isn't known.
    """
    if held is None:
        return []
    if isinstance(held, (tuple, list)):
        return list(held)
    wanted = {id(operand) for operand in held}
    contents = [content for content in _all_contents(back) if id(content) in wanted]
    is_whole = {id(content) for content in contents} == wanted
    return contents if is_whole else sorted(held, key=key)


def contents_of(cell: CellType, is_deep: bool = True) -> list[Any]:
    """What a variable of a closure holds; the members of a tuple or a list, one level deep."""
    try:
        held = cell.cell_contents
    except ValueError:  # a variable that was never set
        return []
    return list(held) if is_deep and isinstance(held, (tuple, list)) else [held]


def wants_grad(back: Any) -> bool:
    """Whether a callable takes the gradient as its argument."""
    if isinstance(back, MethodType) and isinstance(back.__func__, FunctionType):
        code, defaults, own = back.__func__.__code__, back.__func__.__defaults__, 1
    elif isinstance(back, FunctionType):
        code, defaults, own = back.__code__, back.__defaults__, 0
    else:
        parameters = signature(back).parameters.values()
        kinds = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
        return any(p.default is p.empty and p.kind in kinds for p in parameters)
    return code.co_argcount - own - len(defaults or ()) > 0


def with_stand_ins(
    back: Any, operands: Sequence[Any], copied: Callable[[Any], Any]
) -> tuple[Callable[..., Any], list[Any]] | None:
    """The closure with a stand-in at each place of an operand that is used twice.

    Args:
        back: the callable that sends a gradient back; only a Python function can be copied.
        operands: one for each slot.
        copied: makes a stand-in for an operand.

    Returns:
        The closure and, for each slot, who collects its share; None where the closure doesn't
        hold each use in a variable of its own.
    """
    if not isinstance(back, FunctionType):
        return None
    ids = [id(operand) for operand in operands]
    twice = {one for one in ids if ids.count(one) > 1}
    cells: dict[str, CellType] = {}
    waiting: dict[int, list[Any]] = {one: [] for one in twice}
    for name, cell in cells_of(back):
        contents = contents_of(cell, is_deep=False)
        if contents and id(contents[0]) in twice:
            twin = copied(contents[0])
            waiting[id(contents[0])].append(twin)
            cell = CellType(twin)
        cells[name] = cell
    if any(len(waiting[one]) != ids.count(one) for one in twice):
        return None
    closure = tuple(cells[name] for name in back.__code__.co_freevars)
    copy = FunctionType(back.__code__, back.__globals__, back.__name__, back.__defaults__, closure)
    copy.__kwdefaults__ = back.__kwdefaults__
    holders = [
        waiting[one].pop(0) if one in twice else operand
        for one, operand in zip(ids, operands, strict=True)
    ]
    return copy, holders


def _all_contents(back: object) -> Iterator[Any]:
    for _, cell in cells_of(back):
        yield from contents_of(cell, is_deep=False)
