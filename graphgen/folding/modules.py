"""Which module made each operation, and the pieces that modules are at some depth."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from graphgen.folding.sequence import Piece, Sequenced
from graphgen.model.errors import InputError
from graphgen.model.suggestions import nearest

__all__ = ["Path", "by_module", "check_known", "deepest", "is_opened", "paths_of"]

Path = tuple[str, ...]
"""A module's path in parts: ("layers", "0", "attention")."""


def paths_of(line: Sequenced) -> list[Path]:
    """For each operation the path of the module that made it.

    Where nobody recorded modules, the names of parameters tell: what uses "layers.0.weight"
    belongs to layers.0, and what follows it there does too, as far as the next one is a relative.
    """
    scopes = [line.graph.nodes[node].scope for node in line.operations]
    if not any(scopes):
        return _from_names(line)
    split = {scope: _path(scope) for scope in set(scopes)}
    return [split[scope] for scope in scopes]


def deepest(paths: Iterable[Path]) -> int:
    """How many parts the longest path has."""
    return max(map(len, set(paths)), default=0)


def by_module(
    line: Sequenced, paths: Sequence[Path], depth: int, unfold: Sequence[str] = ()
) -> list[Piece]:
    """The pieces that modules are at a depth.

    Args:
        line: the operations.
        paths: of `paths_of`.
        depth: how many parts of a path are told apart; a module that holds no others is one
            piece at any depth.
        unfold: paths of modules that are opened, and so are those that they are in.

    Returns:
        The pieces in the order of the operations, which they cover; an operation outside of all
        modules is a piece of its own.
    """
    opened = [_path(text) for text in unfold]
    different = set(paths)
    parents = {path[:-1] for path in _known(different)}
    keys = {path: _key(path, depth, opened, path not in parents) for path in different}
    pieces: list[Piece] = []
    last = len(line.operations) - 1
    keys_in_order = [keys[path] if place < last else () for place, path in enumerate(paths)]
    for key, places in groupby(range(len(keys_in_order)), keys_in_order.__getitem__):
        stretch = list(places)
        if key:
            name = ".".join(key)
            pieces.append(Piece(stretch[0], stretch[-1] + 1, "module", name, key))
        else:
            pieces.extend(Piece(place, place + 1) for place in stretch)
    return pieces


def check_known(paths: Iterable[Path], unfold: Iterable[str]) -> None:
    """See that modules which are to be opened are there.

    Raises:
        InputError: one isn't; the text names the nearest.
    """
    known = _known(paths) if unfold else set()
    for text in unfold:
        if _path(text) not in known:
            names = sorted(map(".".join, known))
            near = nearest(text, names, 3) or names[:3]
            hint = f"there are {', '.join(near)}" if near else "this graph knows no modules"
            raise InputError(f"unfold must name a module of the graph: got {text!r}; {hint}")


def is_opened(path: Path, unfold: Sequence[str]) -> bool:
    """Whether a module was asked to be shown open, or lies in one that was."""
    return any(path[: len(_path(text))] == _path(text) for text in unfold)


def _key(path: Path, depth: int, opened: Sequence[Path], is_innermost: bool) -> Path:
    """The path of the folded module that shows an operation; () where it is shown itself."""
    for other in opened:
        common = _common(path, other)
        if 0 < common == len(path):
            return ()
        depth = max(depth, common + 1)
    return path[:depth] if len(path) >= depth or is_innermost else ()


def _common(path: Path, other: Path) -> int:
    pairs = zip(path, other, strict=False)
    return next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(path), len(other)))


def _path(text: str) -> Path:
    return tuple(text.split(".")) if text else ()


def _known(paths: Iterable[Path]) -> set[Path]:
    """Every module, with those that hold it."""
    prefixes: set[Path] = set()
    level = set(paths)
    while level:
        prefixes |= level
        level = {path[:-1] for path in level} - prefixes
    return prefixes - {()}


def _from_names(line: Sequenced) -> list[Path]:
    """The paths that the names of parameters tell."""
    nodes = line.graph.nodes
    own: list[Path] = []
    for operands in line.operands:
        names = (nodes[~operand].name for operand in operands if operand < 0)
        own.append(next((_path(name)[:-1] for name in names if "." in name), ()))
    following: Path = ()
    after = []
    for path in reversed(own):
        after.append(following)
        following = path or following
    return list(_filled(own, after[::-1]))


def _filled(own: Sequence[Path], after: Sequence[Path]) -> Iterable[Path]:
    """What lies between two modules goes to the first, one part below what they share."""
    before: Path = ()
    for path, following in zip(own, after, strict=True):
        if path:
            before = path
            yield path
            continue
        common = _common(before, following)
        yield before[: common + 1] if common else ()
