"""Local derivatives: d target / d source along one edge, from autograd's own rule for the node."""

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import BackwardCFunction

from graphgen.capture.arrays import dtype_name, is_readable
from graphgen.capture.walk import Walk, is_leaf
from graphgen.model.graph import MAXIMUM_ITEMS, Array

__all__ = ["slopes_of"]


def slopes_of(walked: Walk, functions: bool = True) -> Callable[[int, int], Array | None]:
    """Make the function that tells the local derivative of (node, slot).

    Args:
        walked: the nodes.
        functions: whether the backward of a Function of the user's is called for it too.

    It calls the autograd node on each basis vector of its output, so no number is estimated.
    There is none for nodes with several outputs, for complex numbers, for what doesn't run on
    the CPU in plain tensors, and where the Jacobian has more than 64 elements.
    """
    rows: dict[int, list[Any] | None] = {}

    def slope(index: int, slot: int) -> Array | None:
        source = walked.operands[index][slot]
        meta = walked.nodes[index]._input_metadata
        if source is None or len(meta) != 1:
            return None
        if not functions and isinstance(walked.nodes[index], BackwardCFunction):
            return None
        below = walked.nodes[source[0]]
        shapes = _shape(meta[0]), _shape(_metadata(below)[source[1]])
        if shapes[0] is None or shapes[1] is None:
            return None
        if math.prod(shapes[0]) * math.prod(shapes[1]) > MAXIMUM_ITEMS:
            return None
        if index not in rows:
            rows[index] = _rows(walked.nodes[index], meta[0], shapes[0])
        return _jacobian(rows[index], slot, shapes[0] + shapes[1])

    return slope


def _metadata(node: Any) -> Any:
    return [node.variable] if is_leaf(node) else node._input_metadata


def _shape(meta: Any) -> tuple[int, ...] | None:
    is_plain = meta.dtype.is_floating_point and torch.device(meta.device).type not in ("meta",)
    try:
        return tuple(map(int, meta.shape)) if is_plain else None
    except (RuntimeError, AttributeError, TypeError):  # a nested tensor has no shape of its own
        return None


def _rows(node: Any, meta: Any, shape: tuple[int, ...]) -> list[Any] | None:
    """What goes back to each operand for each basis vector of the output."""
    rule = node if callable(node) else getattr(node, "apply", None)
    if rule is None or type(node).__name__ == "CheckpointFunctionBackward":
        return None
    count = math.prod(shape)
    rows: list[Any] = []
    with torch.no_grad():
        for basis in torch.eye(count, dtype=meta.dtype, device=meta.device):
            try:
                shares = rule(basis.reshape(shape))
            except (RuntimeError, TypeError):
                return None  # a rule that can't be asked alone
            rows.append(shares if isinstance(shares, tuple) else (shares,))
            if len(rows[-1]) != len(node.next_functions):
                return None  # a Function of the user's with operands that are no tensors
    return rows


def _jacobian(rows: list[Any] | None, slot: int, shape: tuple[int, ...]) -> Array | None:
    if rows is None or any(slot >= len(row) or not _is_plain(row[slot]) for row in rows):
        return None
    if not rows:
        return Array(shape, "float32", ()) if math.prod(shape) == 0 else None
    flat = torch.cat([row[slot].reshape(-1) for row in rows])
    if flat.numel() != math.prod(shape):
        return None
    return Array(shape, dtype_name(rows[0][slot].dtype), tuple(flat.tolist()))


def _is_plain(share: Any) -> bool:
    return isinstance(share, Tensor) and share.layout == torch.strided and is_readable(share)
