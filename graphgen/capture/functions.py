"""Functions of the user's own (torch.autograd.Function): each call, with all that it gives.

A recorder sees the operators inside a Function's forward, but not which of their results are its
outputs: only the call knows. So while tapes run, the call is asked, also through an `apply` that
was bound before. Under torch.func's transforms, which call it level by level, it is left alone.

Source: torch.autograd.function.Function.apply, which ends in `super().apply`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

import torch
from torch.autograd import function as torch_functions
from torch.utils._python_dispatch import _get_current_dispatch_mode_stack

__all__ = ["Call", "watched_functions"]

Call = Callable[[type, tuple[Any, ...], Callable[[], Any]], Any]
"""What is asked: the Function, its arguments, and what calls it; it answers what that gives."""

_BASE: Any = torch_functions._SingleLevelFunction
_lock = Lock()
_running = 0


@contextmanager
def watched_functions() -> Iterator[None]:
    """While in here, a call of a Function asks the `note_function` of the innermost mode of its
    thread that has one."""
    global _running
    with _lock:
        _running += 1
        if _running == 1:
            _BASE.apply = classmethod(_apply)
    try:
        yield
    finally:
        with _lock:
            _running -= 1
            if _running == 0:
                del _BASE.apply


def _apply(cls: type, *args: Any, **kwargs: Any) -> Any:
    def call() -> Any:
        return super(_BASE, cls).apply(*args, **kwargs)

    if torch._C._are_functorch_transforms_active() or cls.__module__.startswith("torch._library"):
        return call()
    for mode in reversed(_get_current_dispatch_mode_stack()):
        if hasattr(mode, "note_function"):
            return mode.note_function(cls, (*args, *kwargs.values()), call)
    return call()
