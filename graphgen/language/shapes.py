"""The shape that an operation's result has, worked out from its operands' before anything is
computed, so that what doesn't fit, or is too large, is told and never tried.

    >>> from graphgen.language.syntax import Binary, Name
    >>> result_shape(Binary("@", Name("A"), Name("x")), [(2, 3), (3,)])
    (2,)
"""

import math
from collections.abc import Callable, Sequence

from graphgen import ops
from graphgen.language.syntax import Binary, Call, Expression, List

__all__ = ["MisfitError", "Shape", "result_shape", "work"]

Shape = tuple[int, ...]


class MisfitError(ValueError):
    """Shapes that don't fit; its text begins with what was wanted and ends with what to do."""


def result_shape(part: Expression, shapes: Sequence[Shape]) -> Shape:
    """The shape of a list's, a sign's, an operator's or a function's result.

    Args:
        part: the operation.
        shapes: of its operands, in order.

    Raises:
        MisfitError: the operands' shapes don't fit the operation.
    """
    match part:
        case List():
            return _stacked(shapes)
        case Binary("@"):
            return _product(shapes)
        case Binary():
            return _broadcast(shapes)
        case Call(function, _, axis):
            return _RULES[ops.FUNCTIONS[function].shape](shapes, axis)
        case _:
            return shapes[0] if shapes else ()


def work(part: Expression, shapes: Sequence[Shape], result: Shape) -> int:
    """How many numbers an operation makes or reads, the products inside of `@` included.

    Args:
        part: the operation.
        shapes: of its operands.
        result: its own shape.

    Returns:
        A count of numbers; for `@`, of multiplications.
    """
    is_product = isinstance(part, Binary) and part.operator == "@"
    if is_product or (isinstance(part, Call) and part.function == "matmul"):
        return math.prod(result) * shapes[0][-1]
    return max([math.prod(result), *map(math.prod, shapes)])


def _told(shapes: Sequence[Shape]) -> str:
    return " and ".join(map(str, shapes))


def _stacked(shapes: Sequence[Shape]) -> Shape:
    for index, shape in enumerate(shapes):
        if shape != shapes[0]:
            raise MisfitError(
                f"items of one shape: got {shapes[0]} first and {shape} at place {index + 1}; "
                "make them equal"
            )
    if len(shapes[0]) >= 6:
        raise MisfitError("at most 6 lists within each other: got more; write fewer")
    return (len(shapes), *shapes[0])


def _broadcast(shapes: Sequence[Shape]) -> Shape:
    count = max(map(len, shapes))
    padded = [(1,) * (count - len(shape)) + shape for shape in shapes]
    result = tuple(max(sizes) for sizes in zip(*padded, strict=True))
    for shape in padded:
        if any(size not in (1, whole) for size, whole in zip(shape, result, strict=True)):
            raise MisfitError(
                f"two shapes that fit, axis by axis from the last (equal, or 1): got "
                f"{_told(shapes)}; give values whose shapes fit"
            )
    return result


def _product(shapes: Sequence[Shape]) -> Shape:
    left, right = shapes
    if not left or not right:
        raise MisfitError(f"vectors or matrices: got {_told(shapes)}; use * for a single number")
    inner = right[0] if len(right) == 1 else right[-2]
    if left[-1] != inner:
        raise MisfitError(
            f"the last axis of the left as long as the first of the right: got {_told(shapes)}; "
            "give values that fit, or use transpose(...)"
        )
    if len(left) > 2 or len(right) > 2:
        raise MisfitError(
            f"vectors or matrices: got {_told(shapes)}; use lists of at most two levels"
        )
    return left[:-1] + (right[1:] if len(right) == 2 else ())


def _axis_of(shape: Shape, axis: int) -> int:
    if not -len(shape) <= axis < len(shape):
        known = ("a single number has no axes", "its only axis is 0")
        axes = known[len(shape)] if len(shape) < 2 else f"its axes are 0 to {len(shape) - 1}"
        raise MisfitError(f"axis {axis} of the argument: got shape {shape}; {axes}")
    return axis % len(shape)


def _reduced(shapes: Sequence[Shape], axis: int | None) -> Shape:
    if axis is None:
        return ()
    gone = _axis_of(shapes[0], axis)
    return shapes[0][:gone] + shapes[0][gone + 1 :]


def _spread(shapes: Sequence[Shape], axis: int | None) -> Shape:
    result = _reduced(shapes, axis)
    if math.prod(shapes[0]) == math.prod(result):
        raise MisfitError(f"at least two numbers: got shape {shapes[0]}; give a longer list")
    return result


def _along(shapes: Sequence[Shape], axis: int | None) -> Shape:
    if not shapes[0]:
        raise MisfitError("a vector or a matrix: got a single number; give a list, as in [1, 2]")
    _axis_of(shapes[0], -1 if axis is None else axis)
    return shapes[0]


def _elementwise(shapes: Sequence[Shape], _: int | None) -> Shape:
    return _broadcast(shapes)


def _matmul(shapes: Sequence[Shape], _: int | None) -> Shape:
    return _product(shapes)


def _dot(shapes: Sequence[Shape], _: int | None) -> Shape:
    if len(shapes[0]) != 1 or shapes[0] != shapes[1]:
        raise MisfitError(f"two vectors of one length: got {_told(shapes)}; use @ for matrices")
    return ()


def _outer(shapes: Sequence[Shape], _: int | None) -> Shape:
    if any(len(shape) != 1 for shape in shapes):
        raise MisfitError(f"two vectors: got {_told(shapes)}; give lists, as in [1, 2]")
    return shapes[0] + shapes[1]


def _transposed(shapes: Sequence[Shape], _: int | None) -> Shape:
    if len(shapes[0]) != 2:
        raise MisfitError(
            f"a matrix: got shape {shapes[0]}; give a list of lists, as in [[1], [2]]"
        )
    return shapes[0][::-1]


def _equal(shapes: Sequence[Shape], _: int | None) -> Shape:
    if shapes[0] != shapes[1]:
        raise MisfitError(
            f"two equal shapes: got {_told(shapes)}; give values whose shapes are equal"
        )
    return ()


def _classes(shapes: Sequence[Shape], _: int | None) -> Shape:
    if len(shapes[0]) not in (1, 2):
        raise MisfitError(f"a vector or a matrix of scores: got {_told(shapes)}; give a list")
    return _equal(shapes, None)


def _same(shapes: Sequence[Shape], _: int | None) -> Shape:
    return shapes[0]


_RULES: dict[ops.Shape, Callable[[Sequence[Shape], int | None], Shape]] = {
    "same": _same,
    "broadcast": _elementwise,
    "reduced": _reduced,
    "spread": _spread,
    "along": _along,
    "product": _matmul,
    "dot": _dot,
    "outer": _outer,
    "transposed": _transposed,
    "equal": _equal,
    "classes": _classes,
}
