"""A file or a module of the user's -> its names, run so that it can neither break us nor be changed
by us.

While it runs the folder that its imports begin at, its own or that of its package, comes first on
sys.path, and what it prints goes to stderr. Afterwards sys.path, sys.argv, the working folder and
the modules of its folder are what they were.
"""

import ast
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from dataclasses import dataclass
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

from graphgen.model.errors import InputError

__all__ = ["Script", "is_module_name", "loaded", "located", "surroundings"]

_MODULE = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")
_RELATIVE = re.compile(rb"^\s*from\s*\.", re.MULTILINE)
_OURS = Path(__file__).resolve().parents[2]
_IMPORTS_OURS = re.compile(rb"^[ \t]*(?:import|from)[ \t]+graphgen\b", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Script:
    """A file of the user's, and as what Python runs it.

    Attributes:
        path: of the file.
        content: what is in it.
        module: its dotted name, where it runs as a part of a package; else "".
        root: the folder that its imports begin at.
        home: the folder whose modules are the user's own, and are read anew each time.
        spare: folders in which an import is looked for when it is nowhere else.
    """

    path: Path
    content: bytes
    module: str
    root: Path
    home: Path
    spare: tuple[Path, ...] = ()


def is_module_name(text: str) -> bool:
    """Whether a text reads as a module's dotted name.

    >>> is_module_name("pkg.train"), is_module_name("pkg/train")
    (True, False)
    """
    return _MODULE.fullmatch(text) is not None


def located(file: str) -> Script:
    """The file that a path or a module's dotted name stands for; nothing of it is run.

    A file with relative imports runs as a part of its package, any other as `python FILE` runs it.

    Args:
        file: as in "train.py", "pkg/train.py" or "pkg.train".

    Raises:
        InputError: there is no such file and no such module, or it can't be read.
    """
    if not is_module_name(file) or file.endswith(".py") or Path(file).is_file():
        path, content = _read(file)
        depth = _relative_depth(content)
        package = _package_of(path, depth)
        root = path.parents[len(package)]
        if depth == 0:
            home = root / package[0] if package else path.parent
            return Script(path, content, "", path.parent, home, (root,) * bool(package))
        own = () if path.stem == "__init__" else (path.stem,)
        return Script(path, content, ".".join((*package, *own)), root, root / package[0])
    spec, folders = _spec_of(file)
    if spec is None or spec.origin is None or not spec.has_location:
        raise InputError(
            f"a file or a module of Python's to run: found none called {file[:60]!r}; "
            "name one, as in train.py:loss or pkg.train:loss"
        )
    path, content = _read(spec.origin)
    here = Path.cwd()
    home = folders[0] if folders else path.parent if path.parent == here else path
    return Script(path, content, file, here, home)


def _read(file: str) -> tuple[Path, bytes]:
    """The whole path of a file, and what is in it."""
    try:
        path = Path(file).resolve()
        return path, path.read_bytes()
    except (OSError, ValueError, RuntimeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it has no such name"
        raise InputError(f"a file to run: {file} can't be read ({why}); name another") from error


def _relative_depth(content: bytes) -> int:
    """How many packages above a file its relative imports speak of; 0 where it has none.

    >>> _relative_depth(b"from .model import Net"), _relative_depth(b"from ..data import batch")
    (1, 2)
    """
    if not _RELATIVE.search(content):
        return 0
    try:
        tree = ast.parse(content)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return 0  # running it says so, with the line
    return max((node.level for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)),
               default=0)  # fmt: skip


def _package_of(path: Path, depth: int) -> tuple[str, ...]:
    """The packages that a file is in, the outermost first.

    Args:
        depth: so many there are in any case; more where the folders have an `__init__.py`.
    """
    names: list[str] = []
    for folder in path.parents:
        is_package = (folder / "__init__.py").is_file() or len(names) < depth
        if not (is_package and folder.name.isidentifier()):
            break
        names.insert(0, folder.name)
    return tuple(names)


def _spec_of(module: str) -> tuple[ModuleSpec | None, list[Path]]:
    """Where a module is, and the folders of its outermost package; nothing is imported."""
    top, *rest = module.split(".")
    spec = PathFinder.find_spec(top, [str(Path.cwd()), *sys.path])
    if spec is None:
        with suppress(ValueError, ImportError):
            spec = find_spec(top)  # finders of editable installs and the like
    folders = _searched(spec)
    for index in range(len(rest)):
        name = ".".join((top, *rest[: index + 1]))
        spec = PathFinder.find_spec(name, _searched(spec)) if _searched(spec) else None
    return spec, [Path(folder) for folder in folders]


def _searched(spec: ModuleSpec | None) -> list[str]:
    """The folders of a package; none of a module."""
    return list((spec and spec.submodule_search_locations) or ())


def loaded(script: Script) -> ModuleType:
    """Runs a file as a module; to be called inside of `surroundings`.

    It is no `__main__`, so what stands behind `if __name__ == "__main__"` doesn't run, and no
    compiled file is written beside it.

    Raises:
        InputError: it imports a graphgen that stands beside it, where ours is loaded.
    """
    path, content = script.path, script.content
    _check_graphgen(path, content)
    if script.module:
        return import_module(script.module)
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
def surroundings(script: Script) -> Iterator[None]:
    """What a file of the user's expects around it, for as long as the block lasts."""
    paths, arguments, writes = sys.path[:], sys.argv, sys.dont_write_bytecode
    folder, modules = os.getcwd(), dict(sys.modules)
    hidden = _hidden(script)
    sys.path[:] = [str(script.root), *paths, *map(str, script.spare)]
    sys.argv, sys.dont_write_bytecode = [str(script.path)], True
    try:
        with _stdout_on_stderr():
            yield
    finally:
        sys.path[:] = paths
        sys.argv, sys.dont_write_bytecode = arguments, writes
        with suppress(OSError):
            os.chdir(folder)
        _forget(script, modules)
        sys.modules.update(hidden)


def _hidden(script: Script) -> dict[str, ModuleType]:
    """Takes out the modules of another package that is called as the user's is."""
    top = script.module.partition(".")[0]
    before = sys.modules.get(top) if top else None
    if before is None or str(script.home) in map(str, getattr(before, "__path__", ())):
        return {}
    names = [name for name in sys.modules if name.partition(".")[0] == top]
    return {name: sys.modules.pop(name) for name in names}


def _forget(script: Script, before: dict[str, ModuleType]) -> None:
    """Takes the user's modules out again; libraries that came in stay."""
    for name, module in list(sys.modules.items()):
        is_new = name not in before or before[name] is not module
        files = [getattr(module, "__file__", None), *_folders(module)]
        if is_new and any(_is_below(file, script.home) for file in files):
            del sys.modules[name]


def _folders(module: ModuleType) -> list[str]:
    """Where a package without a file of its own has its modules."""
    try:
        return [str(folder) for folder in getattr(module, "__path__", ())]
    except Exception:  # a library's own idea of a module
        return []


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
            saved = os.dup(1)
        except OSError:  # standard output is closed
            yield
            return
        try:
            with suppress(OSError):
                os.dup2(2, 1)
            yield
        finally:
            os.dup2(saved, 1)
            os.close(saved)
