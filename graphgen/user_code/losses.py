"""FILE.py:NAME -> Graph: runs the user's function, or reads the loss that a variable holds."""

import inspect
import re
import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Any

from graphgen.doors import is_tensor
from graphgen.engines import graph_of_engine, is_engine
from graphgen.errors import AutovizError, InputError, LossError, RunError
from graphgen.graph import Graph
from graphgen.suggestions import suggestion
from graphgen.user_code.loading import loaded, read_code, surroundings
from graphgen.user_code.passing import check_arguments, read_arguments, read_seed

if TYPE_CHECKING:
    from graphgen.recorder import Recording

__all__ = ["Address", "address_of", "found_at", "graph_at", "graph_with", "needed_address"]

_ADDRESS = re.compile(r"(.+\.py):([^\W\d][\w.]*)", re.DOTALL)
_MOST_FRAMES = 5
_MOST_NAMES = 12
_LONGEST_SAID = 2000


@dataclass(frozen=True, slots=True)
class Address:
    """A file of the user's, and the name of a function or of a loss in it."""

    file: str
    name: str

    def __str__(self) -> str:
        return f"{self.file}:{self.name}"


@dataclass(slots=True)
class _Made:
    """What the user's code made. Held by an attribute: a variable's name would name the loss."""

    loss: Any
    names: dict[str, Any]


def address_of(text: str) -> Address | None:
    """The address that a text spells; None of an expression, which can't have a colon.

    >>> address_of("train.py:compute_loss")
    Address(file='train.py', name='compute_loss')
    """
    match = _ADDRESS.fullmatch(text)
    return Address(match[1], match[2]) if match else None


def needed_address(text: str) -> Address:
    """The address that a text has to spell.

    Raises:
        InputError: it doesn't.
    """
    address = address_of(text)
    if address is None:
        raise InputError(
            f"a file and a name in it: got {text[:60]!r}; write both, as in train.py:compute_loss"
        )
    return address


def graph_at(address: Address, texts: Sequence[str] = (), seed: str | None = None) -> Graph:
    """The graph of the loss that a function of the user's returns, or that a variable holds.

    Args:
        address: of a function, of a torch loss, or of an object of a from-scratch engine.
        texts: the function's arguments, as "3" or "rate=0.1".
        seed: the gradient to begin with, as "1" or "[1, 0]", for a loss that is not one number.

    Returns:
        The recorded graph: whatever has to do with torch runs under the recorder.

    Raises:
        InputError: the file, the name or an argument is wrong.
        LossError: what was found is no loss.
        RunError: the user's code raised; the message has the end of its own traceback.
    """
    return graph_with(address, *read_arguments(texts), None if seed is None else read_seed(seed))


def graph_with(
    address: Address, given: Sequence[Any], named: Mapping[str, Any], seed: Any = None
) -> Graph:
    """The same of a function that gets these arguments, with this seed.

    Raises:
        As `graph_at` does.
    """
    path, content = read_code(address.file)
    with _told(address), surroundings(path):
        # A variable's loss is made while the file runs, a function's while the function does.
        with _recording(_speaks_of_torch(content) and not _is_defined(address, content)) as tape:
            module = loaded(path, content)
            found = _named(module, address)
            if not _is_called(found):
                _check_none(address, bool(given or named))
                return _graph(_Made(found, vars(module)), tape, address, seed)
        check_arguments(found, address.name, tuple(given), dict(named))
        with _recording("torch" in sys.modules or _speaks_of_torch(content)) as tape:
            made = _Made(found(*given, **named), {**named, **vars(module)})
            return _graph(made, tape, address, seed)


@contextmanager
def found_at(address: Address, what: str) -> Iterator[Any]:
    """What a name in a file of the user's stands for; while the block lasts, the file's folder is
    where it imports from, and what their code raises is told as theirs.

    Args:
        what: is looked for, as in "a network".

    Raises:
        InputError: the file or the name is wrong; RunError: the user's code raised.
    """
    path, content = read_code(address.file)
    with _told(address, what), surroundings(path):
        yield _named(loaded(path, content), address)


def _speaks_of_torch(content: bytes) -> bool:
    return b"torch" in content


def _is_defined(address: Address, content: bytes) -> bool:
    """Whether a file says `def NAME` or `class NAME`."""
    name = re.escape(address.name.partition(".")[0].encode())
    return re.search(rb"^(async\s+)?(def|class)\s+" + name + rb"\b", content, re.M) is not None


def _graph(made: _Made, tape: "Recording | None", address: Address, seed: Any) -> Graph:
    """The graph of whatever a loss is."""
    if not is_tensor(made.loss) and is_engine(made.loss):
        if seed is not None:
            raise InputError(f"--seed is for torch losses: {address} is one of another engine")
        return graph_of_engine(made.loss, made.names)
    if not is_tensor(made.loss):
        if inspect.iscoroutine(made.loss):
            made.loss.close()
        kind = type(made.loss).__name__
        raise LossError(
            f"a loss from {address}, a torch tensor or an engine's object: got {kind}; "
            "return the loss alone"
        )
    first = None if seed is None else _seed_of(made.loss, seed)
    if tape is not None:
        return tape.graph_among(made.loss, made.names, seed=first)
    from graphgen.recorder import graph_among  # torch came in only while the function ran

    return graph_among(made.loss, made.names, seed=first)


def _seed_of(loss: Any, seed: Any) -> Any:
    """The seed as a tensor like the loss."""
    import torch

    try:
        made = torch.tensor(seed, dtype=loss.dtype, device=loss.device)
    except (TypeError, ValueError, RuntimeError) as error:
        raise InputError(f"--seed takes a number or nested lists of numbers: {error}") from error
    return made.expand(loss.shape) if made.dim() == 0 else made


@contextmanager
def _recording(is_wanted: bool) -> "Iterator[Recording | None]":
    """The recorder where torch has a part in it; a from-scratch engine does without torch."""
    if not is_wanted:
        yield None
        return
    from graphgen.recorder import recording

    with recording() as tape:
        yield tape


def _named(module: ModuleType, address: Address) -> Any:
    """What a dotted name stands for in a module."""
    found: Any = module
    for part in address.name.split("."):
        if not hasattr(found, part):
            raise InputError(_no_such(found, part, address))
        found = getattr(found, part)
    return found


def _no_such(holder: Any, part: str, address: Address) -> str:
    names = [name for name in dir(holder) if not name.startswith("_")]
    own = [name for name in names if _is_own(getattr(holder, name, None), holder)]
    hint = suggestion(part, names, "name a function, or a variable with the loss")
    known = ", ".join((own or names)[:_MOST_NAMES]) or "none"
    return f"a function or a loss in {address.file}: found no {part!r}; {hint} (it has: {known})"


def _is_own(found: Any, holder: Any) -> bool:
    """Whether something was made in a module, and is a function or a loss."""
    is_here = getattr(found, "__module__", None) == getattr(holder, "__name__", "")
    return is_tensor(found) or is_engine(found) or (callable(found) and is_here)


def _is_called(found: Any) -> bool:
    return callable(found) and not is_tensor(found) and not is_engine(found)


def _check_none(address: Address, has_arguments: bool) -> None:
    if has_arguments:
        raise InputError(
            f"arguments for a function: {address} is none; take them out, or name a function"
        )


@contextmanager
def _told(address: Address, what: str = "a loss") -> Iterator[None]:
    """Whatever the user's code raises becomes one error that shows where in their code it was."""
    try:
        yield
    except AutovizError:
        raise
    except SystemExit as error:
        raise RunError(
            f"{what} from {address}: it ended the program with sys.exit({error.code!r}); "
            "put what runs a script behind if __name__ == '__main__'"
        ) from error
    except Exception as error:
        places = _places(error)
        if not places and not isinstance(error, SyntaxError):
            raise  # not a line of theirs has a part in it
        said = "".join(traceback.format_exception_only(error)).rstrip()[:_LONGEST_SAID]
        told = "\n".join([*places, *(f"  {line}" for line in said.split("\n"))])
        kind = type(error).__name__
        raise RunError(f"{what} from {address}: it raised {kind}; mend it there\n{told}") from error


def _places(error: Exception) -> list[str]:
    """The last places of the user's own code that an exception came through, as Python tells."""
    from graphgen.reading.frames import kind_of, shown_path

    frames = [f for f in traceback.extract_tb(error.__traceback__) if kind_of(f.filename) == "user"]
    return [
        f'  File "{shown_path(frame.filename)}", line {frame.lineno}, in {frame.name}\n'
        f"    {frame.line}"
        for frame in frames[-_MOST_FRAMES:]
    ]
