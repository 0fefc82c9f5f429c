"""A file of the user's -> its names, run so that it can neither break us nor be changed by us.

While it runs its folder comes first on sys.path and what it prints goes to stderr. Afterwards
sys.path, sys.argv, the working folder and the modules of its folder are what they were.
"""

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from pathlib import Path
from types import ModuleType

from graphgen.errors import InputError

__all__ = ["loaded", "read_code", "surroundings"]

_OURS = Path(__file__).resolve().parents[1]
_IMPORTS_OURS = re.compile(rb"^[ \t]*(?:import|from)[ \t]+graphgen\b", re.MULTILINE)


def read_code(file: str) -> tuple[Path, bytes]:
    """The whole path of a file, and what is in it.

    Raises:
        InputError: it can't be read.
    """
    try:
        path = Path(file).resolve()
        return path, path.read_bytes()
    except (OSError, ValueError, RuntimeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it has no such name"
        raise InputError(f"a file to run: {file} can't be read ({why}); name another") from error


def loaded(path: Path, content: bytes) -> ModuleType:
    """Runs a file as a module; to be called inside of `surroundings`.

    It is no `__main__`, so what stands behind `if __name__ == "__main__"` doesn't run, and no
    compiled file is written beside it.

    Raises:
        InputError: it imports a graphgen that stands beside it, where ours is loaded.
    """
    _check_graphgen(path, content)
    name = path.stem if path.stem not in sys.modules else f"_loss_{path.stem}"
    module = ModuleType(name)
    module.__file__ = str(path)
    sys.modules[name] = module  # dataclasses and pickle look a class's module up there
    exec(compile(content, str(path), "exec"), module.__dict__)
    return module


def _check_graphgen(path: Path, content: bytes) -> None:
    """Python loads one package of a name: a user's own graphgen can't be had beside ours."""
    own = next(
        (p for p in (path.parent / "graphgen", path.parent / "graphgen.py") if p.exists()), None
    )
    if own is None or own.resolve() == _OURS or own == path or not _IMPORTS_OURS.search(content):
        return
    raise InputError(
        f"a file that can be run beside autoviz: {path.name} imports graphgen, and {own.name} "
        "stands beside it, but here graphgen is autoviz's own; rename yours"
    )


@contextmanager
def surroundings(path: Path) -> Iterator[None]:
    """What a file of the user's expects around it, for as long as the block lasts."""
    paths, arguments, writes = sys.path[:], sys.argv, sys.dont_write_bytecode
    folder, modules = os.getcwd(), dict(sys.modules)
    sys.path.insert(0, str(path.parent))
    sys.argv, sys.dont_write_bytecode = [str(path)], True
    try:
        with _stdout_on_stderr():
            yield
    finally:
        sys.path[:] = paths
        sys.argv, sys.dont_write_bytecode = arguments, writes
        with suppress(OSError):
            os.chdir(folder)
        _forget(path, modules)


def _forget(path: Path, before: dict[str, ModuleType]) -> None:
    """Takes the user's modules out again; libraries that came in stay."""
    for name, module in list(sys.modules.items()):
        is_new = name not in before or before[name] is not module
        if is_new and _is_below(getattr(module, "__file__", None), path.parent):
            del sys.modules[name]


def _is_below(file: str | None, folder: Path) -> bool:
    """Whether a module's file stands in a folder, and not with the libraries installed in it."""
    if not file:
        return False
    path = Path(file)
    return path.is_relative_to(folder) and not {"site-packages", "dist-packages"} & {*path.parts}


@contextmanager
def _stdout_on_stderr() -> Iterator[None]:
    """What is printed goes to stderr, that of other processes and of C too."""
    with redirect_stdout(sys.stderr):
        try:
            kept = os.dup(1)
        except OSError:  # standard output is closed
            yield
            return
        try:
            with suppress(OSError):
                os.dup2(2, 1)
            yield
        finally:
            os.dup2(kept, 1)
            os.close(kept)
