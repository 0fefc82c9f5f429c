"""One step of training a network, by torch: a request -> plain data."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphgen.course.checks import (
    OPTIMIZERS,
    check_count,
    check_finite,
    check_lengths,
    check_one_of,
)
from graphgen.course.scene import Request
from graphgen.course.scenes.network.layers import Layer, Sheet
from graphgen.model.errors import InputError

if TYPE_CHECKING:
    from torch import Tensor, nn

__all__ = ["Data", "record", "title"]

_WHAT = "a network"
_MOST_LAYERS = 1_000


@dataclass(frozen=True, slots=True)
class Data:
    """One step of training a network, by torch.

    Attributes:
        name: of the network: its class.
        loss: what compares the output with the target; rate and optimizer: how the step was made.
        losses: before the step and after it.
        outputs_after: what each layer gives after the step; () where that wasn't recorded.
    """

    name: str
    loss: str
    rate: float
    optimizer: str
    input: Sheet
    target: Sheet
    layers: tuple[Layer, ...]
    losses: tuple[float, float]
    outputs_after: tuple[Sheet, ...] = ()

    def __post_init__(self) -> None:
        if self.outputs_after:
            check_lengths("layers and their outputs", self.layers, self.outputs_after)
        check_one_of("an optimizer", self.optimizer, OPTIMIZERS)
        check_count("layers", self.layers, 1, _MOST_LAYERS)
        check_finite("a learning rate", self.rate)


def record(request: Request) -> Data:
    """What torch does with the network at FILE.py:NAME, or with one of its own.

    Raises:
        InputError: it is no network whose layers follow one another, or an input doesn't fit.
        RunError: the person's own code raised.
    """
    from graphgen.course.scenes.network.step import input_for, step_of

    options = request.options
    unknown = [name for name in request.values if name not in ("x", "target")]
    if unknown:
        raise InputError(f"values for x and target: got one for {unknown[0]!r}; take it out")
    loss, optimizer, rate = options["loss"], options["optimizer"], options["lr"]
    with _network(request) as module:
        network_input = _tensor(request.values.get("x"))
        network_input = (
            input_for(module, options["seed"]) if network_input is None else network_input
        )
        target = _tensor(request.values.get("target"))
        done = step_of(module, network_input, target, loss, optimizer, rate, options["seed"])
        name = type(module).__name__
    return Data(
        name,
        loss,
        rate,
        optimizer,
        done.input,
        done.target,
        done.layers,
        done.losses,
        done.outputs_after,
    )


def title(data: Data) -> str:
    """The kinds of its layers."""
    kinds = [layer.kind for layer in data.layers]
    return f"{data.name}: {', '.join(kinds)}" if len(kinds) <= 5 else data.name


@contextmanager
def _network(request: Request) -> "Iterator[nn.Module]":
    from graphgen.capture.user_code.losses import found_at, needed_address
    from graphgen.course.scenes.network.step import default_network

    if not request.text:
        yield default_network(request.options["seed"])
        return
    address = needed_address(request.text)
    with found_at(address, _WHAT) as target:
        yield _module(target, str(address))


def _module(found: Any, where: str) -> "nn.Module":
    """A module, or what a function or a class without arguments makes."""
    from torch import nn

    network = found() if callable(found) and not isinstance(found, nn.Module) else found
    if not isinstance(network, nn.Module):
        raise InputError(
            f"a torch.nn.Module at {where}: got {type(network).__name__}; name one, or a function "
            "that returns one"
        )
    return network


def _tensor(value: Any) -> "Tensor | None":
    import torch

    return None if value is None else torch.tensor(value, dtype=torch.float64)
