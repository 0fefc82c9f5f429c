"""Where in the user's code an operator was called: file, line, and the text of the expression."""

import dis
import linecache
import os
import site
import sys
from inspect import CO_OPTIMIZED
from itertools import islice
from types import CodeType, FrameType
from typing import Any

import torch

from graphgen.reading.seen import Place

__all__ = ["Frames", "variables_of"]

_HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_TORCH = os.path.dirname(os.path.abspath(torch.__file__))
_WRAPPERS = "_tensor.py functional.py nn/functional.py _jit_internal.py _ops.py overrides.py"
_THIN = frozenset(os.path.join(_TORCH, *path.split("/")) for path in _WRAPPERS.split())
_STORES = frozenset({"STORE_FAST", "STORE_NAME", "STORE_GLOBAL", "STORE_DEREF"})


class Frames:
    """Reads the stack; what it learns of a place is kept, because loops come there again."""

    def __init__(self) -> None:
        self._kinds: dict[int, tuple[str, CodeType]] = {}  # by id: hashing a code is slow
        self._places: dict[tuple[int, int, bool, str], Place] = {}
        self._texts: dict[tuple[int, int, bool], tuple[str, str, str]] = {}

    def innermost(self) -> tuple[FrameType | None, bool]:
        """The innermost frame in the user's own code, and whether it calls the operator itself."""
        frame: FrameType | None = sys._getframe(1)
        is_direct = True
        while frame is not None:
            known = self._kinds.get(id(frame.f_code))
            kind = known[0] if known else self._kind(frame.f_code)
            if kind == "user":
                break
            is_direct = is_direct and kind == "thin"
            frame = frame.f_back
        return frame, is_direct

    def place(self, frame: FrameType | None, is_direct: bool, scope: str) -> Place:
        """What there is to know of the place where a frame is now."""
        if frame is None:
            return Place(scope=scope)
        key = (id(frame.f_code), frame.f_lasti, is_direct, scope)
        found = self._places.get(key)
        if found is None:
            source, label, name = self._written(frame, is_direct)
            found = self._places[key] = Place(source, label, scope, name)
        return found

    def _written(self, frame: FrameType, is_direct: bool) -> tuple[str, str, str]:
        """Where the code at a frame stands, its text and its variable: the same in every scope."""
        code, at = frame.f_code, frame.f_lasti
        found = self._texts.get((id(code), at, is_direct))
        if found is None:
            source = f"{shown_path(code.co_filename)}:{frame.f_lineno}"
            found = (source, _text(code, at), _target(code, at)) if is_direct else (source, "", "")
            self._texts[id(code), at, is_direct] = found
        return found

    def _kind(self, code: CodeType) -> str:
        kind = kind_of(code.co_filename)
        self._kinds[id(code)] = (kind, code)
        return kind


def variables_of(frame: FrameType) -> dict[str, Any]:
    """The variables of a frame, without leaving them alive in it.

    Before Python 3.13 a function's frame keeps the dict that it hands out, and so what the user
    deletes later; it is emptied again, unless the user holds it as well.
    """
    shown = frame.f_locals
    found = dict(shown)
    holders = 3  # the frame, the name above, and the argument of getrefcount
    is_copy = bool(frame.f_code.co_flags & CO_OPTIMIZED) and sys.version_info < (3, 13)
    if is_copy and sys.getrefcount(shown) <= holders:
        shown.clear()
    return found


def kind_of(path: str) -> str:
    """Whose a file is: "user", "thin" (torch's wrappers of one operator, and ours) or "library"."""
    if path.startswith(_HERE + os.sep) or path in _THIN:
        return "thin"
    places = [
        _TORCH,
        *site.getsitepackages(),
        site.getusersitepackages(),
        os.path.dirname(os.__file__),
    ]
    if path.startswith("<frozen") or any(path.startswith(place + os.sep) for place in places):
        return "library"
    return "user"


def shown_path(path: str) -> str:
    """A path below the working folder from there, any other by its last part.

    >>> shown_path("/somewhere/else/train.py")
    'train.py'
    """
    below = os.path.relpath(path) if os.path.isabs(path) else path
    return os.path.basename(path) if below.startswith("..") else below


def _text(code: CodeType, instruction: int) -> str:
    """The source text of an expression, on one line; "" where it isn't known."""
    position = next(islice(code.co_positions(), instruction // 2, None))
    first, last, start, end = position
    if first is None or last is None or start is None or end is None:
        return ""
    lines = [linecache.getline(code.co_filename, n).encode() for n in range(first, last + 1)]
    if not lines or not all(lines):
        return ""
    lines[-1] = lines[-1][:end]
    lines[0] = lines[0][start:]
    return " ".join(b"".join(lines).decode(errors="replace").split())


def _target(code: CodeType, instruction: int) -> str:
    """The variable that an expression is assigned to; "" if it is not assigned to one."""
    following = iter(dis.get_instructions(code))
    for found in following:
        if found.offset == instruction:
            after = next(following, None)
            return str(after.argval) if after and after.opname in _STORES else ""
    return ""
