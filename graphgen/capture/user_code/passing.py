"""What --arg says -> the arguments of the user's function.

>>> read_arguments(["2", "sizes=[1, 2]", "adam"])
((2, 'adam'), {'sizes': [1, 2]})

A tensor is written as torch writes it, or is read from a file: "x=tensor([1.0, 2.0])",
"x=randn(32, 10)", "x=@batch.pt". It is made when the function is called, for torch is heavy.
"""

import ast
import inspect
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graphgen.model.errors import InputError
from graphgen.model.typenames import type_name

__all__ = [
    "TensorCall",
    "TensorFile",
    "as_argument",
    "check_arguments",
    "read_arguments",
    "read_seed",
]

_NAMED = re.compile(r"([^\W\d]\w*)=(?!=)(.*)", re.DOTALL)
_WORD = re.compile(r"[^\W\d][\w./+-]*|[./~][\w./+-]*")
_RANDOM = ("rand", "randn", "randint", "randperm")
_MAKERS = ("tensor", "zeros", "ones", "full", "eye", "arange", "linspace", *_RANDOM)
_CALL = re.compile(r"(?:torch\s*\.\s*)?[^\W\d]\w*\s*\(")
_NUMBERS = {word: float(word) for word in ("nan", "inf", "+inf", "-inf")}
_LONGEST = 250_000


def read_arguments(texts: Iterable[str]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The positional and the named arguments that texts such as "3" and "rate=0.1" spell.

    Raises:
        InputError: a text is no number, list, text in quotes or plain word, or a name comes twice.
    """
    positional: list[Any] = []
    named: dict[str, Any] = {}
    for text in texts:
        match = _NAMED.fullmatch(text)
        if match is None:
            positional.append(_value(text))
        elif match[1] in named:
            raise InputError(f"one value for each name: got two for {match[1]}; take one out")
        else:
            named[match[1]] = _value(match[2])
    return tuple(positional), named


def read_seed(text: str) -> Any:
    """A number, or nested lists of numbers.

    Raises:
        InputError: it is neither.
    """
    value = _value(text)
    if not isinstance(value, (int, float, complex, list, tuple)):
        raise InputError(f"--seed takes a number, or lists such as [1, 0]: got {text[:60]!r}")
    return value


@dataclass(frozen=True, slots=True)
class TensorCall:
    """How a tensor is made: the function of torch's, its arguments and its options."""

    maker: str
    arguments: tuple[Any, ...]
    options: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class TensorFile:
    """The file that a tensor is read from."""

    path: Path


def as_argument(value: Any) -> Any:
    """An argument as the function gets it: what stands for a tensor is made, all else is left.

    Raises:
        InputError: torch makes no tensor of it, or the file holds none.
    """
    if isinstance(value, TensorCall):
        return _made(value)
    return _read_tensor(value.path) if isinstance(value, TensorFile) else value


def check_arguments(
    function: Callable[..., Any], called: str, given: tuple[Any, ...], named: dict[str, Any]
) -> dict[str, Any]:
    """Sees that a function can be called so.

    Args:
        function: is not called.
        called: its name, for the message.
        given, named: the arguments by position and by name.

    Returns:
        The arguments by the names of its parameters, as far as these are known.

    Raises:
        InputError: it can't; the message has what it takes.
    """
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # of some built-in ones nothing is known
        return named
    try:
        return dict(signature.bind(*given, **named).arguments)
    except TypeError as error:
        raise InputError(
            f"arguments for {called}{signature}: {error}; "
            "give each with --arg VALUE or --arg NAME=VALUE"
        ) from error


def _made(call: TensorCall) -> Any:
    """The tensor; random numbers are the same each time, and nobody else's are touched."""
    import torch

    options = dict(call.options)
    dtype = options.get("dtype")
    if isinstance(dtype, str):
        options["dtype"] = getattr(torch, dtype, dtype)
    if call.maker in _RANDOM:
        options["generator"] = torch.Generator().manual_seed(0)
    try:
        return getattr(torch, call.maker)(*call.arguments, **options)
    except (TypeError, ValueError, RuntimeError, MemoryError, OverflowError) as error:
        first = str(error).split("\n")[0][:200]
        raise InputError(
            f"a tensor as torch.{call.maker} makes it: {first}; write it as in "
            "tensor([[1.0, 2.0], [3.0, 4.0]])"
        ) from error


def _read_tensor(path: Path) -> Any:
    """The tensor that torch or NumPy saved in a file; no code that it holds is run."""
    import torch

    try:
        if path.suffix == ".npy":
            import numpy

            return torch.from_numpy(numpy.load(path, allow_pickle=False))
        value = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # a damaged file raises whatever it likes
        why = str(error).split("\n")[0][:120]
        raise InputError(
            f"a tensor that torch.save or numpy.save wrote: {path.name} can't be read ({why}); "
            "save it again, as .pt or .npy"
        ) from error
    if not isinstance(value, torch.Tensor):
        raise InputError(
            f"a file with one tensor: {path.name} holds {type_name(value)}; save the tensor alone"
        )
    return value


def _value(text: str) -> Any:
    """A number, nested lists, a text in quotes, a tensor; what is none of these and one word is a
    text."""
    stripped = text.strip()
    if stripped.lower() in _NUMBERS:
        return _NUMBERS[stripped.lower()]
    if stripped.startswith("@") and len(stripped) > 1:
        return TensorFile(Path(stripped[1:]).absolute())
    try:
        if _CALL.match(stripped):
            return _tensor_call(ast.parse(stripped[:_LONGEST], mode="eval").body)
        return ast.literal_eval(stripped[:_LONGEST])
    except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError) as error:
        if _WORD.fullmatch(stripped):
            return stripped
        raise InputError(
            f"an argument: got {text[:60]!r}; give a number, a list such as [[1, 2], [3, 4]], "
            "a tensor such as tensor([1.0, 2.0]) or @FILE.pt, or a text, with quotes of its own "
            "where it is more than a word"
        ) from error


def _tensor_call(tree: ast.expr) -> TensorCall:
    """The call that a tree is.

    Raises:
        ValueError: it is another one, or an argument isn't written out.
    """
    if not isinstance(tree, ast.Call) or not isinstance(tree.func, ast.Name | ast.Attribute):
        raise ValueError("no call")
    name = tree.func.id if isinstance(tree.func, ast.Name) else tree.func.attr
    options = {option.arg: _option(option.value) for option in tree.keywords}
    if name not in _MAKERS or None in options:
        raise ValueError("a call of something else")
    arguments = tuple(ast.literal_eval(argument) for argument in tree.args)
    return TensorCall(name, arguments, tuple((str(key), each) for key, each in options.items()))


def _option(tree: ast.expr) -> Any:
    """The value of an option: a type such as float64 or torch.float64, or what is written out."""
    if isinstance(tree, ast.Attribute) and ast.unparse(tree.value) == "torch":
        return tree.attr
    return tree.id if isinstance(tree, ast.Name) else ast.literal_eval(tree)
