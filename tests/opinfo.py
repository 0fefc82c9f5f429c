"""Holds graphgen's reading of torch to torch's own database of operators, sample by sample."""

import math
import sys
import unittest
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import islice
from types import SimpleNamespace
from typing import Any

import torch
from torch import Tensor
from torch.autograd.graph import GradientEdge

from graphgen.capture.arrays import array_of
from graphgen.capture.build import Builder
from graphgen.capture.frames import Frames
from graphgen.capture.gradients import gradients_of
from graphgen.capture.scopes import Scopes
from graphgen.capture.tape import Tape
from graphgen.capture.walk import walk
from graphgen.model.graph import Array, Graph
from graphgen.text.digits import summarize

DTYPES = (
    torch.float64,
    torch.float32,
    torch.bfloat16,
    torch.float16,
    torch.complex128,
    torch.complex64,
)

_PRECISION = {"float64": 1e-9, "complex128": 1e-9, "float32": 1e-4, "complex64": 1e-4}


_PHASE = "torch refuses losses that depend on the phase of complex eigen- or singular vectors"
_NO_GRADIENT = "a sample has no output with a gradient"
IMPOSSIBLE = {
    **dict.fromkeys(("conj", "nn.functional.local_response_norm", "real"), _NO_GRADIENT),
    "normal.number_mean": _NO_GRADIENT,
    **dict.fromkeys(("linalg.eig", "linalg.eigh", "linalg.svd", "svd"), _PHASE),
    **dict.fromkeys(("pca_lowrank", "svd_lowrank"), _PHASE),
}
"""Of which operators samples may be skipped, and why."""


@dataclass(frozen=True)
class Outcome:
    """What became of one operator in one dtype: "ok", "skipped" or "wrong", and why."""

    name: str
    dtype: str
    verdict: str
    reason: str = ""
    nodes: int = 0
    edges: int = 0


def operators() -> list[Any]:
    """Torch's own list of operators with samples.

    It stands beside test cases of torch's, for which alone expecttest is imported.
    """
    if find_spec("expecttest") is None:
        sys.modules["expecttest"] = SimpleNamespace(TestCase=unittest.TestCase)  # type: ignore[assignment]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from torch.testing._internal.common_methods_invocations import op_db
    return list(op_db)


def sweep(
    ops: Sequence[Any],
    dtypes: Sequence[torch.dtype] = DTYPES,
    samples: int | None = 1,
    device: str = "cpu",
) -> Iterator[Outcome]:
    """Check the first samples (all of them for None) of each operator in each dtype.

    On one thread: the samples are small, and threads that wait for each other cost more.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        for op in ops:
            for dtype in dtypes:
                if op.supports_autograd and dtype in op.supported_backward_dtypes(device):
                    yield from _outcomes(op, dtype, samples, device)
    finally:
        torch.set_num_threads(threads)


def _outcomes(op: Any, dtype: torch.dtype, samples: int | None, device: str) -> Iterator[Outcome]:
    name, shown = ".".join(filter(None, (op.name, op.variant_test_name))), str(dtype)[6:]
    torch.manual_seed(0)
    try:
        given = list(islice(op.sample_inputs(device, dtype, requires_grad=True), samples))
    except Exception as error:
        yield Outcome(name, shown, "skipped", f"no samples: {_line(error)}")
        return
    for sample in given:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield _outcome(op, name, shown, sample)


def _outcome(op: Any, name: str, dtype: str, sample: Any) -> Outcome:
    torch.manual_seed(0)
    try:
        plain = _loss(_run(op, sample))
        if plain is None:
            return Outcome(name, dtype, "skipped", "this sample has no output with a gradient")
        torch.autograd.grad(plain[0], _leaves(plain[0]), allow_unused=True)
    except Exception as error:
        return Outcome(name, dtype, "skipped", f"torch itself raises: {_line(error)}")
    torch.manual_seed(0)
    try:
        nodes, edges = check(lambda: _run(op, sample), _PRECISION.get(dtype, 0.05))
    except Exception as error:
        return Outcome(name, dtype, "wrong", f"{type(error).__name__}: {_line(error)}")
    return Outcome(name, dtype, "ok", "", nodes, edges)


def check(run: Callable[[], list[Tensor]], precision: float) -> tuple[int, int]:
    """Record a program and compare everything with torch.

    Args:
        run: gives tensors that require grad.
        precision: how far numbers may be from torch's, beside the largest of them.

    Returns:
        How many nodes and edges there are.
    """
    scopes = Scopes()
    tape = Tape(Frames(), scopes)
    with tape:
        made = _loss(run())
    with tape.paused():
        pass
    assert made is not None
    loss, outputs = made
    walked = walk(loss)
    root = (len(walked.nodes) - 1, walked.loss_port)
    builder = Builder(walked, tape, {root: array_of(loss)})
    gradients = gradients_of(loss, walked)
    graph = builder.graph(gradients)
    _check_values(graph, builder, outputs, precision)
    _check_sums(loss, walked.nodes, gradients.sums, precision)
    _check_contributions(graph, precision)
    return len(graph.nodes), len(graph.edges)


def _check_values(
    graph: Graph, builder: Builder, outputs: Sequence[Tensor], precision: float
) -> None:
    """Every value is known, and those of the outputs are what the program computed."""
    for draft in builder.drafts:
        for value in draft.values:
            assert value.known, f"the value of {draft.op} is not known"
    for output in outputs:
        found = builder.draft_of(output)
        assert found is not None
        assert_close(found[0].values[found[1]], array_of(output), precision)


def _check_sums(
    loss: Tensor,
    nodes: Sequence[Any],
    sums: dict[tuple[int, int], Array],
    precision: float,
) -> None:
    """Each node's gradient is what torch.autograd.grad gives for the same GradientEdge."""
    keys = [
        (index, port)
        for index, node in enumerate(nodes)
        for port in range(max(1, len(node._input_metadata)))
    ]
    edges = [GradientEdge(nodes[index], port) for index, port in keys]
    wanted = torch.autograd.grad(loss, edges, retain_graph=True, allow_unused=True)
    for key, total in zip(keys, wanted, strict=True):
        if total is None:
            assert key not in sums, f"{nodes[key[0]].name()} has a gradient, and torch gives none"
        else:
            assert_close(sums[key], array_of(total), precision)


def _check_contributions(graph: Graph, precision: float) -> None:
    """What arrives along the edges adds up to the gradient."""
    arrived: dict[tuple[int, int], list[Array]] = {}
    for edge in graph.edges:
        if edge.contribution is not None:
            arrived.setdefault((edge.source, edge.port), []).append(edge.contribution)
    for index, node in enumerate(graph.nodes[:-1]):
        for port, output in enumerate(node.ports):
            parts = arrived.get((index, port), [])
            if output.grad is None:
                assert not parts
                continue
            assert parts, f"{node.op} has a gradient, and no edge brings one"
            assert all(part.shape == output.grad.shape for part in parts) or len(parts) > 0
            numbers = [_signature(part) for part in parts]
            total = [sum(column) for column in zip(*numbers, strict=True)]
            own = max(precision, _PRECISION.get(output.grad.dtype, 0.05))
            largest = max(map(_largest, parts))  # a sum of large numbers is rounded as they are
            _assert_numbers(total, _signature(output.grad), own, largest)


def assert_close(found: Array, expected: Array, precision: float) -> None:
    """Equal shapes and dtypes, and numbers as near as the dtype allows."""
    assert found.shape == expected.shape, f"shape {found.shape} where {expected.shape} was right"
    assert found.dtype == expected.dtype, f"{found.dtype} where {expected.dtype} was right"
    assert found.known == expected.known
    if found.count and expected.known:
        _assert_numbers(_signature(found), _signature(expected), precision)


def _signature(array: Array) -> list[complex]:
    """Numbers that add up as the arrays do: all elements of a small one, else the mean."""
    if array.items is not None:
        return [complex(item) for item in array.items]
    return [] if "complex" in array.dtype else [complex(summarize(array).mean)]


def _largest(array: Array) -> float:
    """The largest magnitude that is finite."""
    if array.items is None and array.known and "complex" not in array.dtype:
        summary = summarize(array)
        return max(abs(summary.minimum), abs(summary.maximum))
    return max([abs(item) for item in array.items or () if math.isfinite(abs(item))], default=0.0)


def _assert_numbers(
    found: Sequence[complex],
    expected: Sequence[complex],
    precision: float,
    largest: float = 1.0,
) -> None:
    assert len(found) == len(expected)
    scale = max([1.0, largest, *(abs(x) for x in expected if math.isfinite(abs(x)))])
    for one, other in zip(found, expected, strict=True):
        if math.isfinite(abs(other)) and math.isfinite(abs(one)):
            assert abs(one - other) <= precision * scale, f"{one} where {other} was right"
        else:
            assert repr(one) == repr(other) or precision > 1e-3 or math.isnan(abs(one)), (
                f"{one} where {other} was right"
            )


def _run(op: Any, sample: Any) -> list[Tensor]:
    """The differentiable outputs of an operator on a fresh copy of a sample."""
    inputs, args, kwargs = (_fresh(part) for part in (sample.input, sample.args, sample.kwargs))
    return [out for out in _tensors(op(inputs, *args, **kwargs)) if out.requires_grad]


def _fresh(value: Any) -> Any:
    """The same structure with tensors of its own."""
    if isinstance(value, Tensor):
        if not value.is_leaf or value.layout != torch.strided or _is_part(value):
            return value
        return value.detach().clone().requires_grad_(value.requires_grad)
    if isinstance(value, (list, tuple)) and type(value) in (list, tuple):
        return type(value)(map(_fresh, value))
    if isinstance(value, dict):
        return {key: _fresh(item) for key, item in value.items()}
    return value


def _is_part(tensor: Tensor) -> bool:
    """Whether a tensor shows some of more numbers, which an operator may reach for."""
    return tensor.untyped_storage().nbytes() > tensor.numel() * tensor.element_size()


def _loss(outputs: list[Tensor]) -> tuple[Tensor, list[Tensor]] | None:
    """One real number that depends on every element of every output, not alike on all."""
    parts = [_weighed(output) for output in outputs if output.numel() or output.grad_fn]
    if not parts:
        return None
    return torch.stack(parts).sum(), outputs


def _weighed(output: Tensor) -> Tensor:
    dense = output.to_dense() if output.layout != torch.strided else output
    real = torch.view_as_real(dense.resolve_conj()) if dense.is_complex() else dense
    flat = real.reshape(-1).double()
    return (
        flat * torch.linspace(0.5, 1.5, flat.numel(), dtype=flat.dtype, device=flat.device)
    ).sum()


def _leaves(loss: Tensor) -> list[GradientEdge]:
    return [GradientEdge(n, 0) for n in walk(loss).nodes if type(n).__name__ == "AccumulateGrad"]


def _tensors(result: Any) -> Iterator[Tensor]:
    if isinstance(result, Tensor):
        yield result
    elif isinstance(result, (list, tuple)):
        for item in result:
            yield from _tensors(item)
    elif isinstance(result, dict):
        yield from _tensors(list(result.values()))


def _line(error: BaseException) -> str:
    return (str(error) or type(error).__name__).split("\n")[0][:160]
