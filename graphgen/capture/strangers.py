"""Autograd nodes that no recorder saw being made: those from before it, and other threads'.

Each thread counts its nodes for itself, so one number may mean two nodes. Strangers are marked, and
go by numbers of their own.
"""

from typing import Any

import torch
from torch import Tensor

from graphgen.capture.walk import Walk, is_leaf

__all__ = ["Strangers"]

_next_number = torch._C._autograd._get_sequence_nr
_UNKNOWN = -1


class Strangers:
    """Tells whether an autograd node is one that a recording saw being made.

    Attributes:
        count: how many nodes are marked.
        start: the number of the first node that this thread may make from now on.
        limit: the number from which on this thread has made no node yet.
    """

    def __init__(self) -> None:
        self.count = 0
        self.limit = _next_number()
        self.start = _next_number()
        self._mark = object()

    def number_of(self, tensor: Tensor, node: Any, seen: Tensor | None) -> int:
        """The number that a node goes by: its sequence number, or one below -1.

        Args:
            tensor: made by the node.
            node: the tensor's grad_fn.
            seen: what was seen being made with the node's sequence number, if it is still there.

        Returns:
            The number, which is the same at each call for one node.
        """
        number: int = node._sequence_nr()
        maker = None if seen is None or seen is tensor else seen.grad_fn
        is_other = maker is not None and maker is not node
        limit = self.limit + tensor._is_view()  # one that was made anew for what runs now
        if self.start <= number < limit and not is_other:
            return number
        number_here: int | None = node.metadata.get(self._mark)
        if number_here is None:
            self.count += 1
            number_here = node.metadata[self._mark] = _UNKNOWN - self.count
        return number_here

    def numbers(self, walked: Walk) -> list[int]:
        """What the walked nodes go by; -1 for a leaf, and for what is behind strangers."""
        plain = [_UNKNOWN if is_leaf(node) else node._sequence_nr() for node in walked.nodes]
        if not self.count:
            return plain
        marked = [_UNKNOWN] * len(plain)
        last = len(plain) - 1
        met, stack = {last}, [last]
        while stack:
            index = stack.pop()
            if plain[index] == _UNKNOWN:
                continue
            mark = walked.nodes[index].metadata.get(self._mark)
            marked[index] = plain[index] if mark is None else mark
            for operand in walked.operands[index] if mark is None else ():
                if operand is not None and operand[0] not in met:
                    met.add(operand[0])
                    stack.append(operand[0])
        return marked
