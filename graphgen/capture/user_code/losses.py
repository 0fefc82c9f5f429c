"""FILE.py:NAME or MODULE:NAME -> Graph: runs the user's function, or reads the loss that a variable
holds."""

import inspect
import re
import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import BuiltinFunctionType, ModuleType
from typing import TYPE_CHECKING, Any

from graphgen.capture.engines import graph_of_engine, is_engine
from graphgen.capture.refusals import losses_in, not_a_loss, several_losses
from graphgen.capture.user_code.loading import is_module_name, loaded, located, surroundings
from graphgen.capture.user_code.passing import (
    as_argument,
    check_arguments,
    read_arguments,
    read_seed,
)
from graphgen.model.errors import AutovizError, InputError, LossError, RunError
from graphgen.model.graph import Graph
from graphgen.model.suggestions import suggestion
from graphgen.model.typenames import is_instance_of, is_module, is_tensor, type_name

if TYPE_CHECKING:
    from graphgen.capture.recorder import Recording

__all__ = [
    "Address",
    "address_of",
    "check_no_file",
    "found_at",
    "graph_at",
    "graph_with",
    "needed_address",
]

_ADDRESS = re.compile(r"(.+):([^\W\d][\w.]*)", re.DOTALL)
_MOST_FRAMES = 5
_MOST_NAMES = 12
_LONGEST_SAID = 2000
_BY_OPTION = "take one, as with --output {}"


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

    >>> address_of("train.py:compute_loss"), address_of("pkg.train:loss")
    (Address(file='train.py', name='compute_loss'), Address(file='pkg.train', name='loss'))
    """
    match = _ADDRESS.fullmatch(text)
    if match is None:
        return None
    is_file = match[1].endswith(".py") or is_module_name(match[1]) or _is_file(match[1])
    return Address(match[1], match[2]) if is_file else None


def _is_file(path: str) -> bool:
    try:
        return Path(path).is_file()
    except (OSError, ValueError):
        return False


def check_no_file(text: str) -> None:
    """Sees that a text which is no expression is no file either.

    Raises:
        InputError: it is one, and needs a name in it.
    """
    if text.endswith(".py") or _is_file(text):
        needed_address(text)


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


def graph_at(
    address: Address,
    texts: Sequence[str] = (),
    seed: str | None = None,
    output: str | None = None,
    how: str = _BY_OPTION,
) -> Graph:
    """The graph of the loss that a function of the user's returns, or that a variable holds.

    Args:
        address: of a function, of a torch loss, or of an object of a from-scratch engine.
        texts: the function's arguments, as "3", "rate=0.1" or "x=tensor([1.0, 2.0])".
        seed: the gradient to begin with, as "1" or "[1, 0]", for a loss that is not one number.
        output: which of several losses, by its key, its place or its attribute.
        how: what to do where none was asked for, in words, with {} for the name of one.

    Returns:
        The recorded graph: whatever has to do with torch runs under the recorder.

    Raises:
        InputError: the file, the name or an argument is wrong.
        LossError: what was found is no loss.
        RunError: the user's code raised; the message has the end of its own traceback.
    """
    positional, named = read_arguments(texts)
    first = None if seed is None else read_seed(seed)
    return graph_with(address, positional, named, first, output, how)


def graph_with(
    address: Address,
    given: Sequence[Any],
    named: Mapping[str, Any],
    seed: Any = None,
    output: str | None = None,
    how: str = _BY_OPTION,
) -> Graph:
    """The same of a function that gets these arguments, with this seed and of this output.

    Args:
        address: the file, and the name of the loss or of the function in it.
        given, named: the arguments by position and by name.
        seed: d loss / d loss; by default one, which a scalar loss needs.
        output: which of several losses that are returned; None where there is one.
        how: what to do where none was asked for, in words, with {} for the name of one.

    Returns:
        The graph, the loss last.

    Raises:
        As `graph_at` does.
    """
    script = located(address.file)
    content = script.content
    with _told(address), surroundings(script):
        # A variable's loss is made while the file runs, a function's while the function does.
        with _recording(_speaks_of_torch(content) and not _is_defined(address, content)) as tape:
            with _theirs(address):
                module = loaded(script)
            target = _named(module, address)
            _check_callable(target, address, bool(given or named))
            if not _is_called(target):
                outcome = _Made(_chosen(target, address, output, how), vars(module))
                return _graph(outcome, tape, address, seed)
        positional = tuple(map(as_argument, given))
        keywords = {name: as_argument(value) for name, value in named.items()}
        bound = check_arguments(target, address.name, positional, keywords)
        names = {**bound, **_globals(target), **vars(module)}
        with _recording("torch" in sys.modules or _speaks_of_torch(content)) as tape:
            with _theirs(address):
                outcome = _Made(target(*positional, **keywords), names)
            outcome.loss = _chosen(outcome.loss, address, output, how)
            return _graph(outcome, tape, address, seed)


@contextmanager
def found_at(address: Address, what: str) -> Iterator[Any]:
    """What a name in a file of the user's stands for; while the block lasts, the file's folder is
    where it imports from, and what their code raises is told as theirs.

    Args:
        what: is looked for, as in "a network".

    Raises:
        InputError: the file or the name is wrong; RunError: the user's code raised.
    """
    script = located(address.file)
    with _told(address, what), surroundings(script):
        with _theirs(address, what):
            module = loaded(script)
        yield _named(module, address)


def _globals(function: Any) -> dict[str, Any]:
    """The variables of the file that a function is written in, which may be another one."""
    return dict(getattr(function, "__globals__", {}))


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
    if tape is not None:
        return tape.graph_among(made.loss, made.names, seed=seed)
    from graphgen.capture.recorder import graph_among  # torch came in only while the function ran

    return graph_among(made.loss, made.names, seed=seed)


def _chosen(result: Any, address: Address, output: str | None, how: str) -> Any:
    """The loss, or out of several the one that was asked for.

    Raises:
        InputError: there is none of this name; LossError: there is none, or nobody said which.
    """
    if is_tensor(result) or is_engine(result):
        if output is not None:
            raise InputError(
                f"one of several losses by name: {address} gives one alone; leave out {output!r}"
            )
        return result
    if inspect.iscoroutine(result):
        result.close()
    refusal, losses = not_a_loss(result), losses_in(result)
    if not losses:
        raise LossError(f"a loss from {address}: got {refusal.what}; {refusal.to_do}")
    if output is None:
        first = next(iter(losses))
        raise LossError(
            f"one loss from {address}: got {refusal.what} with {several_losses(result)}; "
            f"{how.format(first)}"
        )
    if output not in losses:
        hint = suggestion(output, losses, "take one of these")
        raise InputError(
            f"one of the losses of {address}: got {output!r}; {hint} "
            f"(it has: {several_losses(result)})"
        )
    return losses[output]


@contextmanager
def _recording(is_wanted: bool) -> "Iterator[Recording | None]":
    """The recorder where torch has a part in it; a from-scratch engine does without torch."""
    if not is_wanted:
        yield None
        return
    from graphgen.capture.recorder import recording

    with recording() as tape:
        yield tape


def _named(module: ModuleType, address: Address) -> Any:
    """What a dotted name stands for in a module."""
    value: Any = module
    for part in address.name.split("."):
        if not hasattr(value, part):
            raise InputError(_no_such(value, part, address))
        value = getattr(value, part)
    return value


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


def _check_callable(found: Any, address: Address, has_arguments: bool) -> None:
    """Refuse arguments for what isn't called, and what a call of would be no loss.

    Raises:
        InputError: it is such; the message says what it is and what to write.
    """
    if not _is_called(found):
        if has_arguments:
            raise InputError(
                f"arguments for a function: {address} is none; take them out, or name a function"
            )
        return
    name = address.name
    if isinstance(found, type):
        raise InputError(
            f"{name} is a class, not a loss: write a function that makes an object of it and "
            "returns a loss, and name that"
        )
    if has_arguments:
        return
    if is_module(found):
        is_criterion = is_instance_of(found, "torch.nn.modules.loss._Loss")
        call = f"{name}(output, target)" if is_criterion else f"criterion({name}(inputs), target)"
        raise InputError(
            f"{name} is a module, not a loss: it is a {type_name(found)} of torch's; write a "
            f"function that returns the loss, as in def loss(): return {call}, and name that; or "
            'give its inputs, as in --arg "tensor([1.0, 2.0])"'
        )
    if inspect.isbuiltin(found) or isinstance(found, BuiltinFunctionType):
        raise InputError(
            f"{name} is a built-in function, not a loss: write a function that returns the loss, "
            f"as in def loss(): return {name.rpartition('.')[2]}(...), and name that"
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
        if not _places(error) and not isinstance(error, SyntaxError):
            raise  # not a line of theirs has a part in it
        raise _run_error(error, address, what) from error


@contextmanager
def _theirs(address: Address, what: str = "a loss") -> Iterator[None]:
    """What is raised while nothing but the user's code runs is theirs, whosever lines it is in:
    torch raises in its own when a module of theirs is called with other shapes."""
    try:
        yield
    except AutovizError:
        raise
    except Exception as error:
        raise _run_error(error, address, what) from error


def _run_error(error: Exception, address: Address, what: str) -> RunError:
    said = "".join(traceback.format_exception_only(error)).rstrip()[:_LONGEST_SAID]
    lines = "\n".join([*_places(error), *(f"  {line}" for line in said.split("\n"))])
    kind = type(error).__name__
    return RunError(f"{what} from {address}: it raised {kind}; mend it there\n{lines}")


def _places(error: Exception) -> list[str]:
    """The last places of the user's own code that an exception came through, as Python tells."""
    from graphgen.capture.frames import kind_of, shown_path

    frames = [f for f in traceback.extract_tb(error.__traceback__) if kind_of(f.filename) == "user"]
    return [
        f'  File "{shown_path(frame.filename)}", line {frame.lineno}, in {frame.name}\n'
        f"    {frame.line}"
        for frame in frames[-_MOST_FRAMES:]
    ]
