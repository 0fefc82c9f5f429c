"""A module whose layers are called one after the other -> one step of its training."""

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from graphgen.capture.arrays import array_of
from graphgen.course.scenes.network.layers import Layer, Parameter, Sheet
from graphgen.course.trajectories import optimizer_of
from graphgen.model.errors import InputError
from graphgen.text.digits import summarize

__all__ = ["LOSSES", "Stepped", "default_network", "input_for", "sheet_of", "step_of"]

_MOST_ROWS, _MOST_COLUMNS = 8, 12
_BATCH = 4
_HIDDEN = 8

LOSSES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "mse": nn.functional.mse_loss,
    "cross-entropy": nn.functional.cross_entropy,
    "binary-cross-entropy": nn.functional.binary_cross_entropy_with_logits,
}
"""What compares the output with the target."""


@dataclass(frozen=True, slots=True)
class Stepped:
    """One step of training.

    Attributes:
        losses: before the step and after it.
        outputs_after: what each layer gives after the step.
    """

    input: Sheet
    target: Sheet
    layers: tuple[Layer, ...]
    losses: tuple[float, float]
    outputs_after: tuple[Sheet, ...]


@dataclass(slots=True, eq=False)
class _Call:
    """One module's turn in a forward pass."""

    path: str
    module: nn.Module
    taken: Tensor
    given: Tensor
    output: Tensor
    slopes: list[Tensor] = field(default_factory=list)


def default_network(seed: int) -> nn.Module:
    """Eight tanh units between two inputs and one answer."""
    with _seeded(seed):
        return nn.Sequential(
            nn.Linear(2, _HIDDEN), nn.Tanh(), nn.Linear(_HIDDEN, 1), nn.Tanh()
        ).double()


def input_for(module: nn.Module, seed: int) -> Tensor:
    """Random rows that the first layer takes.

    Raises:
        InputError: the first layer doesn't say how many numbers it takes.
    """
    first = next((m for m in module.modules() if not [*m.children()]), module)
    count = getattr(first, "in_features", None)
    if not isinstance(count, int):
        raise InputError(
            f"an input for a network that begins with {type(first).__name__}: got none; give it, "
            'as in --set "x=[[1, 2], [3, 4]]"'
        )
    return torch.randn(_BATCH, count, generator=torch.Generator().manual_seed(seed))


def step_of(
    module: nn.Module,
    given: Tensor,
    target: Tensor | None,
    loss: str,
    optimizer: str,
    rate: float,
    seed: int,
) -> Stepped:
    """Forward, backward, one step of the optimizer, and forward again; on a copy of the module.

    Args:
        module: is copied, and stays as it is.
        given: its input.
        target: of the output's shape, or class numbers; None for zeros.
        loss: one of LOSSES.
        optimizer: as `optimizer_of` knows it.
        rate: the learning rate.
        seed: of torch's random numbers.

    Returns:
        What was computed before and after the step.

    Raises:
        InputError: the layers are not called one after the other, the input or the target doesn't
            fit, or there is nothing to train.
    """
    model = copy.deepcopy(module)
    leaves = {name: leaf for name, leaf in model.named_parameters() if leaf.requires_grad}
    if not leaves:
        raise InputError("a network with parameters that take a gradient: got none; add a layer")
    given = _cast(given, next(iter(leaves.values())))
    with _seeded(seed), torch.inference_mode(False), torch.enable_grad():
        calls, output = _forward(model, given)
        wanted = _target(target, output, loss)
        before = _loss(loss, output, wanted)
        moving = optimizer_of(optimizer, list(leaves.values()), rate)
        moving.zero_grad()
        torch.autograd.backward(before)
        weights = {name: sheet_of(leaf) for name, leaf in leaves.items()}
        moving.step()
        with torch.no_grad():
            calls_after, output_after = _forward(model, given)
            after = _loss(loss, output_after, wanted)
    parameters = {
        name: Parameter(name, weights[name], sheet_of(_slope(leaf)), sheet_of(leaf))
        for name, leaf in leaves.items()
    }
    layers = tuple(_layer(call, parameters) for call in calls)
    losses = before.item(), after.item()
    outputs = tuple(sheet_of(call.output) for call in calls_after)
    return Stepped(sheet_of(given), sheet_of(wanted), layers, losses, outputs)


def sheet_of(tensor: Tensor) -> Sheet:
    """A tensor's first numbers in rows: a vector is one row, what has more axes is flattened.

    >>> sheet_of(torch.tensor([[1.0, 2.0], [3.0, 4.0]])).rows
    ((1.0, 2.0), (3.0, 4.0))
    """
    whole = tensor.detach().to(torch.float64)
    rows = whole.reshape(1, -1) if whole.dim() < 2 else whole.flatten(1)
    first = rows[:_MOST_ROWS, :_MOST_COLUMNS].tolist()
    all_of_it = summarize(array_of(whole))
    ends = all_of_it.minimum, all_of_it.maximum
    return Sheet(tuple(tensor.shape), tuple(map(tuple, first)), *ends, all_of_it.norm)


def _forward(model: nn.Module, given: Tensor) -> tuple[list[_Call], Tensor]:
    """Every module without modules in it, in the order in which they are called."""
    calls: list[_Call] = []
    paths = {part: path for path, part in model.named_modules()}

    def called(part: nn.Module, taken: tuple[Any, ...], output: Any) -> None:
        if len(taken) != 1 or not isinstance(taken[0], Tensor) or not isinstance(output, Tensor):
            raise InputError(_not_alone(paths[part], part))
        call = _Call(paths[part], part, taken[0], output, output.detach().clone())
        if output.requires_grad:
            output.register_hook(call.slopes.append)  # type: ignore[no-untyped-call]
        calls.append(call)

    hooks = [
        part.register_forward_hook(called) for part in model.modules() if not [*part.children()]
    ]
    try:
        output = model(given)
    finally:
        for hook in hooks:
            hook.remove()
    _check_chain(calls, given, output)
    return calls, output


def _check_chain(calls: Sequence[_Call], given: Tensor, output: Any) -> None:
    """Each module takes what the one before it gave, and nothing happens in between."""
    at, before = given, "the input"
    for call in calls:
        name = f"{call.path} ({type(call.module).__name__})" if call.path else "the network"
        if call.taken is not at:
            raise InputError(
                f"a network whose layers are called one after the other: between {before} and "
                f"{name} something else happens; make it a module of an nn.Sequential, such as "
                "nn.ReLU or nn.Flatten"
            )
        at, before = call.given, name
    if output is not at:
        raise InputError(
            f"a network whose output is what its last layer gives: after {before} something else "
            "happens; make it a module of an nn.Sequential"
        )


def _not_alone(path: str, part: nn.Module) -> str:
    return (
        f"a network of layers that take one tensor and give one: got {path} "
        f"({type(part).__name__}), which doesn't; show a network like nn.Sequential, or its loss "
        "with autoviz render loss"
    )


def _target(target: Tensor | None, output: Tensor, loss: str) -> Tensor:
    is_classes = loss == "cross-entropy"
    if target is None:
        return (
            torch.zeros(len(output), dtype=torch.long) if is_classes else torch.zeros_like(output)
        )
    if is_classes and target.shape != output.shape:
        return target.flatten().long()
    if target.shape != output.shape:
        raise InputError(
            f"a target of the output's shape {tuple(output.shape)}: got {tuple(target.shape)}; "
            'give it, as in --set "target=[[1], [0]]"'
        )
    return target.to(output.dtype)


def _loss(name: str, output: Tensor, target: Tensor) -> Tensor:
    try:
        return LOSSES[name](output, target)
    except (RuntimeError, ValueError, IndexError) as error:
        raise InputError(
            f"a target that {name} can compare with an output of shape {tuple(output.shape)}: "
            f"{error}; give another with --set target=..., or another --loss"
        ) from error


def _layer(call: _Call, parameters: Mapping[str, Parameter]) -> Layer:
    slope = call.slopes[-1] if call.slopes else torch.zeros_like(call.output)
    names = [f"{call.path}.{name}".strip(".") for name, _ in call.module.named_parameters()]
    return Layer(
        call.path,
        type(call.module).__name__,
        _detail(call.module),
        sheet_of(call.output),
        sheet_of(slope),
        tuple(parameters[name] for name in names if name in parameters),
    )


def _detail(module: nn.Module) -> str:
    """ "2 → 8" of a layer that says how many it takes and gives, else nothing."""
    for taken, size_out in (("in_features", "out_features"), ("in_channels", "out_channels")):
        if hasattr(module, taken) and hasattr(module, size_out):
            return f"{getattr(module, taken)} → {getattr(module, size_out)}"
    return ""


def _slope(leaf: Tensor) -> Tensor:
    return torch.zeros_like(leaf) if leaf.grad is None else leaf.grad


def _cast(given: Tensor, like: Tensor) -> Tensor:
    return given.to(like.dtype) if given.is_floating_point() else given


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    """The same random numbers each time, and the person's own stream left as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        yield
