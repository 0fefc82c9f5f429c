"""Where in the user's code an operator was called: which frame, what is written there, and where
the result goes."""

import ast
import os
import site
import sys
from collections.abc import Mapping
from functools import lru_cache
from types import CodeType, FrameType
from typing import Any, Literal, NamedTuple

import torch

from graphgen.capture.bytecode import (
    Chain,
    Code,
    Destination,
    code_of,
    path_to,
    steps_of,
    variables_of,
)

__all__ = ["Caller", "Frames", "Site", "kind_of", "numbers_in", "shown_path", "variables_of"]

Kind = Literal["user", "ours", "thin", "module", "library"]

_HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_TORCH = os.path.dirname(os.path.abspath(torch.__file__))
_WRAPPERS = (
    "_tensor.py functional.py nn/functional.py _jit_internal.py _ops.py overrides.py "
    "autograd/function.py"
)
_THIN = frozenset(os.path.join(_TORCH, *path.split("/")) for path in _WRAPPERS.split())
_CALLERS = frozenset(
    os.path.join(_TORCH, *path.split("/"))
    for path in ("nn/modules/module.py", "utils/_contextlib.py", "utils/checkpoint.py")
)
_NOWHERE = Destination()
_NESTED = frozenset({"<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>", "<lambda>"})


class Site(NamedTuple):
    """What is written where an operator was called.

    Attributes:
        source: "file:line".
        text: of the expression, where it is this operation's alone.
        chains: the variables that the text reads.
        offset: of the instruction that calls it.
    """

    source: str = ""
    text: str = ""
    chains: tuple[Chain, ...] = ()
    offset: int = -1


class Caller(NamedTuple):
    """The innermost frame in the user's own code.

    Attributes:
        frame: None where there is none.
        is_direct: whether it calls the operator itself, without a library between.
        is_handed_on: whether what lies between, as a module, hands the last result on.
    """

    frame: FrameType | None
    is_direct: bool
    is_handed_on: bool


class Frames:
    """Reads the stack; what it learns of a place is kept, because loops come there again."""

    def __init__(self) -> None:
        self._kinds: dict[int, Kind] = {}  # by id: hashing a code is slow
        self._seen: list[CodeType] = []  # keeps the ids from being given to other codes
        self._codes: dict[int, Code] = {}
        self._paths: dict[str, str] = {}
        self._sites: dict[tuple[int, int, bool], Site] = {}
        self._destinations: dict[tuple[int, int, tuple[int, ...]], Destination] = {}

    def innermost(self, frame: FrameType | None = None, ours: int = 1) -> Caller:
        """The innermost frame of the user's, from here or from another frame on.

        From another on it ends where we called the user: behind that is another program.

        Args:
            frame: the other one.
            ours: how many frames from here on are ours, as far as is known; they are passed over.
        """
        is_inside = frame is not None
        frame = frame or sys._getframe(ours)
        is_direct, is_handed_on, kinds = True, True, self._kinds
        while frame is not None:
            code = frame.f_code
            kind = kinds.get(id(code)) or self._kind(code)
            if kind == "user":
                break
            if kind == "module":
                is_direct = False
            elif kind == "library":
                is_direct = is_handed_on = False
            elif kind == "ours" and is_inside:
                return Caller(None, False, False)
            frame = frame.f_back
        return Caller(frame, is_direct, is_handed_on)

    def site(self, caller: Caller) -> Site:
        """What is written where a frame is now."""
        frame = caller.frame
        if frame is None:
            return Site()
        key = (id(frame.f_code), frame.f_lasti, caller.is_direct)
        site = self._sites.get(key)
        if site is None:
            path, code = frame.f_code.co_filename, self.code(frame)
            short_path = self._paths.get(path)
            if short_path is None:
                short_path = self._paths[path] = shown_path(path)
            source, offset = f"{short_path}:{frame.f_lineno}", code.offset(frame.f_lasti)
            text = code.text(frame.f_lasti) if caller.is_direct else ""
            site = self._sites[key] = Site(source, text, steps_of(text), offset)
        return site

    def destination(
        self, caller: Caller, way: tuple[int, ...] = ()
    ) -> tuple[FrameType | None, Destination]:
        """The frame in which a result is stored, or what lies in it at some indices, and where;
        through functions that return it, as far as only they and modules lie between."""
        while caller.frame is not None and caller.is_handed_on:
            frame = caller.frame
            key = (id(frame.f_code), frame.f_lasti, way)
            destination = self._destinations.get(key)
            if destination is None:
                destination = self.code(frame).destination(frame.f_lasti, way)
                self._destinations[key] = destination
            if destination.way is None or frame.f_back is None:
                return frame, destination
            way = destination.way
            caller = self.innermost(frame.f_back)
        return None, _NOWHERE

    def name_of(self, value: object, caller: FrameType | None, is_made: bool = False) -> str:
        """How the user's variables call an object: "w", "ps[3]"; "" where none holds it.

        A parameter, or the target of a loop, holds it only for a while: what it lies in, or the
        variable of the function that handed it over, comes first.

        Args:
            value: looked for by identity.
            caller: the innermost frame of the user's.
            is_made: whether it came of an operation: then a parameter is no name for it.

        Returns:
            The path, as it would be written in Python.
        """
        last = ""
        while caller is not None:
            variables, code = variables_of(caller), self.code(caller)
            path = path_to(variables, value, code.lent - {"self"})
            if not path and caller.f_locals is not caller.f_globals:
                path = _own(caller.f_globals, value)
            if path:
                return path
            borrowed = {n: other for n, other in variables.items() if n in code.lent}
            borrowed.pop("self", None)  # that was searched with the others
            lent = path_to(borrowed, value)
            if not (is_made and lent in code.parameters):
                last = last or lent
            if not lent and caller.f_code.co_name not in _NESTED:
                return last
            caller = self.innermost(caller.f_back).frame if caller.f_back else None
        return last

    def code(self, frame: FrameType) -> Code:
        """What can be read off a frame's code."""
        code = self._codes.get(id(frame.f_code))
        if code is None:
            code = self._codes[id(frame.f_code)] = code_of(frame.f_code)
        return code

    def _kind(self, code: CodeType) -> Kind:
        kind = kind_of(code.co_filename)
        self._kinds[id(code)] = kind
        self._seen.append(code)
        return kind


def _own(variables: Mapping[str, Any], value: object) -> str:
    """The variable that holds an object; "" where none does."""
    names = (n for n, other in variables.items() if other is value and not n.startswith("_"))
    return next(names, "")


@lru_cache(4096)
def kind_of(path: str) -> Kind:
    """Whose a file is: "user", "ours", "thin" (torch's wrappers of one operator), "module"
    (torch's that hand on what modules and functions give) or "library"."""
    if path.startswith(_HERE + os.sep):
        return "ours"
    if path in _THIN:
        return "thin"
    if path in _CALLERS:
        return "module"
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
