"""Where in the user's code an operator was called: file, line, and the text of the expression."""

import ast
import dis
import linecache
import os
import site
import sys
from functools import lru_cache
from inspect import CO_OPTIMIZED
from itertools import islice, pairwise
from types import CodeType, FrameType
from typing import Any

import torch

from graphgen.reading.seen import Place

__all__ = ["Frames", "numbers_in", "variables_of"]

_HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_TORCH = os.path.dirname(os.path.abspath(torch.__file__))
_WRAPPERS = (
    "_tensor.py functional.py nn/functional.py _jit_internal.py _ops.py overrides.py "
    "autograd/function.py"
)
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
        is_direct, kinds = True, self._kinds
        while frame is not None:
            code = frame.f_code
            known = kinds.get(id(code))
            kind = known[0] if known else self._kind(code)
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
            found = (source, "", "")
            if is_direct:
                text = _text(code.co_filename, code, at)
                found = (source, text, _targets(code).get(at, ""))
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


@lru_cache(4096)
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


@lru_cache(4096)
def _text(path: str, code: CodeType, instruction: int) -> str:
    """The source text of an expression, on one line; "" where it isn't known.

    Args:
        path: of the file; codes of different files may be equal.
        code: that was compiled from it.
        instruction: the offset of the one that calls the expression's operator.
    """
    position = next(islice(code.co_positions(), instruction // 2, None))
    first, last, start, end = position
    if first is None or last is None or start is None or end is None:
        return ""
    lines = [linecache.getline(path, n).encode() for n in range(first, last + 1)]
    if not lines or not all(lines):
        return ""
    lines[-1] = lines[-1][:end]
    lines[0] = lines[0][start:]
    return " ".join(b"".join(lines).decode(errors="replace").split())


@lru_cache(1024)
def numbers_in(text: str) -> tuple[str, ...]:
    """The variables whose elements a call makes a tensor of, by its source text.

    >>> numbers_in("torch.tensor([t, [2 * u]])"), numbers_in("torch.tensor([x for x in h])")
    (('t',), ('h',))
    """
    try:
        call = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    waiting: list[ast.expr] = list(call.args) if isinstance(call, ast.Call) else []
    names = []
    while waiting:
        part = waiting.pop(0)
        if isinstance(part, ast.Name):
            names.append(part.id)
        elif isinstance(part, (ast.List, ast.Tuple)):
            waiting += part.elts
        elif isinstance(part, (ast.ListComp, ast.GeneratorExp)):
            waiting += [each.iter for each in part.generators]
        elif isinstance(part, (ast.Starred, ast.Subscript)):
            waiting.append(part.value)
    return tuple(dict.fromkeys(names))


@lru_cache(1024)
def _targets(code: CodeType) -> dict[int, str]:
    """The variable that is assigned to right after an instruction, by the latter's offset."""
    found = list(dis.get_instructions(code))
    return {
        before.offset: str(after.argval)
        for before, after in pairwise(found)
        if after.opname in _STORES
    }
