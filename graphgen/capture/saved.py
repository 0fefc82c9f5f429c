"""Forward values of a loss that nobody watched: what autograd saved, and what follows exactly.

A saved tensor knows which node made it, so it is the value of that node's output. From operands
that are known, torch's own operator works out the next value, where all its settings were saved.
Nothing is guessed: where a setting is missing the value stays unknown.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import torch
from torch import Tensor

from graphgen.capture.arrays import array_of, is_readable
from graphgen.capture.walk import Operand, Walk, is_leaf, operation_name
from graphgen.model.graph import Array

__all__ = ["saved_data", "saved_setting", "saved_values"]

Known = dict[Operand, Tensor]

_SIZES = ("_sym_sizes", "_sym_strides", "_sizes", "_options", "_alpha", "_dim", "_dims")


def saved_values(loss: Tensor, walked: Walk) -> dict[Operand, Array]:
    """(node, output) -> each forward value that is known for sure.

    Args:
        loss: the root of the walk.
        walked: the nodes behind it.
    """
    known: Known = {(len(walked.nodes) - 1, walked.loss_port): loss}
    index = {node: position for position, node in enumerate(walked.nodes)}
    with torch.no_grad():
        names: dict[type, list[str]] = {}
        for position, node in enumerate(walked.nodes):
            if is_leaf(node):
                known[position, 0] = node.variable
                continue
            for tensor in _saved_tensors(node, _saved_names(type(node), names)):
                maker = index.get(tensor.grad_fn) if tensor.requires_grad else None
                if maker is not None:
                    known.setdefault((maker, tensor.output_nr), tensor)
        for position in range(len(walked.nodes)):
            _derive(walked, position, known)
        return {key: array_of(tensor) for key, tensor in known.items()}


_OPERANDS: Mapping[str, tuple[str, ...]] = {
    "Mul": ("self", "other"), "Div": ("self", "other"), "Mm": ("self", "mat2"),
    "Bmm": ("self", "mat2"), "Addmm": ("", "mat1", "mat2"), "Mv": ("self", "vec"),
    "Dot": ("self", "tensor"), "MseLoss": ("self", "target"), "L1Loss": ("self", "target"),
    "SmoothL1Loss": ("self", "target"), "HuberLoss": ("self", "target"),
    "BinaryCrossEntropy": ("self", "target"), "Convolution": ("input", "weight"),
    "Maximum": ("self", "other"), "Minimum": ("self", "other"), "Atan2": ("self", "other"),
}  # fmt: skip
"""Under which names nodes save their operands."""


def saved_data(walked: Walk) -> dict[Operand, Tensor]:
    """(node, slot) -> the operand without a gradient that autograd saved there."""
    operands: dict[Operand, Tensor] = {}
    for position, (node, edges) in enumerate(zip(walked.nodes, walked.operands, strict=True)):
        if None not in edges:
            continue
        names = _OPERANDS.get(re.sub(r"Backward\d*$", "", operation_name(node)), ())
        for slot, (edge, name) in enumerate(zip(edges, names, strict=False)):
            value = _saved(node, f"_saved_{name}") if edge is None and name else None
            if isinstance(value, Tensor) and not value.requires_grad:
                operands[position, slot] = value
    return operands


_SETTINGS: Mapping[str, tuple[str, float]] = {
    "LeakyRelu": ("negative_slope", 0.01),
    "Softplus": ("beta", 1.0),
}
"""The setting that says which function an operation is, and what it is where nobody gives it."""


def saved_setting(node: Any) -> Array | None:
    """The setting of a node that is not the usual one, as a number; a recording shows it too."""
    name, usual = _SETTINGS.get(re.sub(r"Backward\d*$", "", operation_name(node)), ("", 0.0))
    value = _saved(node, f"_saved_{name}") if name else None
    if not isinstance(value, int | float) or value == usual:
        return None
    return Array((), "float64", (float(value),))


def _saved_names(kind: type, names: dict[type, list[str]]) -> list[str]:
    """The attributes in which nodes of a kind save tensors or numbers; asked once for each kind."""
    if kind not in names:
        attributes = [name for name in dir(kind) if name.startswith("_saved_")]
        names[kind] = [name for name in attributes if not name.endswith(_SIZES)] + ["saved_tensors"]
    return names[kind]


def _saved_tensors(node: Any, names: list[str]) -> Iterator[Tensor]:
    for name in names:
        value = _saved(node, name)
        items = value if isinstance(value, (list, tuple)) else (value,)
        yield from (item for item in items if isinstance(item, Tensor))


def _saved(node: Any, name: str) -> Any:
    """A saved attribute; None where there is none, or where it was freed or overwritten."""
    try:
        return getattr(node, name, None)
    except (RuntimeError, NotImplementedError):
        return None


def _derive(walked: Walk, position: int, known: Known) -> None:
    """Work out the outputs of one node, if they are not known and all that they need is."""
    node = walked.nodes[position]
    metadata = node._input_metadata
    if is_leaf(node) or all((position, port) in known for port in range(len(metadata))):
        return
    edges = walked.operands[position]
    operands = [None if operand is None else known.get(operand) for operand in edges]
    pairs = zip(operands, edges, strict=True)
    if any(tensor is None and edge is not None for tensor, edge in pairs):
        return  # an operand that isn't known
    if any(tensor is not None and not is_readable(tensor) for tensor in operands):
        return
    name = re.sub(r"Backward\d*$", "", operation_name(node))
    try:
        if name in _SHAPERS:
            outputs = _SHAPERS[name](metadata[0], operands)
        elif name == "NativeLayerNorm":
            outputs = _layer_norm(node, operands)
        else:
            outputs = _run(name, node, operands, edges)
    except (RuntimeError, TypeError, ValueError, IndexError):
        return  # not what this operator takes: then the value stays unknown
    if _fits(outputs, node):
        for port, output in enumerate(outputs[: len(metadata)]):
            known.setdefault((position, port), output)


def _reshaped(meta: Any, operands: list[Tensor | None]) -> list[Tensor]:
    return [tensor.reshape(list(meta.shape)) for tensor in operands if tensor is not None]


def _expanded(meta: Any, operands: list[Tensor | None]) -> list[Tensor]:
    return [tensor.expand(list(meta.shape)) for tensor in operands if tensor is not None]


def _converted(meta: Any, operands: list[Tensor | None]) -> list[Tensor]:
    return [tensor.to(meta.dtype) for tensor in operands if tensor is not None]


_SHAPERS: Mapping[str, Callable[[Any, list[Tensor | None]], list[Tensor]]] = {
    "View": _reshaped, "UnsafeView": _reshaped, "ReshapeAlias": _reshaped, "Squeeze": _reshaped,
    "Unsqueeze": _reshaped, "Expand": _expanded, "ToCopy": _converted, "Clone": _converted,
    "Alias": _converted,
}  # fmt: skip
"""Nodes whose shape and dtype tell all that they did."""

_STATISTICS = frozenset({"running_mean", "running_var"})
_AMBIGUOUS = frozenset({"round"})
"""Operators that save nothing that tells which of their forms ran."""
_IRRELEVANT = frozenset({"dtype", "momentum"})
"""Settings that the result doesn't depend on, once its dtype is checked."""


def _run(
    name: str, node: Any, operands: list[Tensor | None], following: list[Operand | None]
) -> list[Tensor]:
    """The outputs by torch's own operator: its arguments are the operands and what was saved."""
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    packet = getattr(torch.ops.aten, snake, None)
    if packet is None or snake in _AMBIGUOUS:
        return []
    for overload in packet.overloads():
        operator = getattr(packet, overload)
        if operator._schema.is_mutable and not snake.endswith("batch_norm"):
            continue
        if torch.Tag.nondeterministic_seeded in operator.tags or overload.endswith("out"):
            continue
        keywords = _arguments(operator._schema.arguments, node, operands, following)
        if keywords is not None:
            result = operator(**keywords)
            outputs = [result] if isinstance(result, Tensor) else list(result)
            if _fits(outputs, node):
                return outputs
    return []


def _fits(outputs: list[Tensor], node: Any) -> bool:
    """Whether outputs have the shapes and dtypes that autograd noted."""
    pairs = zip(outputs, node._input_metadata, strict=False)
    return all(
        list(output.shape) == list(meta.shape) and output.dtype == meta.dtype
        for output, meta in pairs
    )


def _layer_norm(node: Any, operands: list[Tensor | None]) -> list[Tensor]:
    """Its eps is not saved; it is the one that gives just the deviations that were saved."""
    source, *parameters = operands
    if source is None or any(p is None for p in parameters):
        return []
    weight, bias = parameters
    for eps in (1e-5, 1e-6, 1e-12, 1e-8, 1e-3, 1e-7):
        outputs = torch.native_layer_norm(source, node._saved_normalized_shape, weight, bias, eps)
        if torch.equal(outputs[2], node._saved_result2):
            return [outputs[0]]
    return []


def _arguments(
    schema: Any, node: Any, operands: list[Tensor | None], following: list[Operand | None]
) -> dict[str, Any] | None:
    """The arguments by name; None unless every one of them is known."""
    keywords: dict[str, Any] = {}
    left = list(zip(operands, following, strict=True))
    for argument in schema:
        kind = str(argument.real_type)
        if kind == "List[Tensor]":
            keywords[argument.name] = [tensor for tensor, _ in left]
            left = []
        elif "Tensor" in kind:
            keywords[argument.name] = _tensor(argument, node, left, keywords)
        else:
            keywords[argument.name] = _setting(argument, kind, node)
        value = keywords[argument.name]
        items = value if kind == "List[Tensor]" else [value]
        if any(item is _MISSING or (item is None and kind == "List[Tensor]") for item in items):
            return None
    is_other_form = hasattr(type(node), "_saved_rounding_mode") and "rounding_mode" not in keywords
    return None if left or is_other_form else keywords


_MISSING = object()


def _tensor(
    argument: Any, node: Any, left: list[tuple[Tensor | None, Operand | None]], found: Any
) -> Any:
    """A tensor operand: what comes along the edge, else what was saved under its name."""
    saved = _saved(node, f"_saved_{argument.name}")
    if argument.name in _STATISTICS:  # in training the operator would change them
        return None if _saved(node, "_saved_training") else saved
    is_operand = not isinstance(saved, Tensor) or saved.is_floating_point() or saved.is_complex()
    if left and is_operand:
        tensor, edge = left.pop(0)
        if edge is not None or isinstance(tensor, Tensor):
            return tensor if tensor is not None else _MISSING
    if isinstance(saved, Tensor):
        return saved
    return None if str(argument.real_type).startswith("Optional") else _MISSING


def _setting(argument: Any, kind: str, node: Any) -> Any:
    """A number, a list or a flag: what was saved; a default only where it can't matter."""
    name = f"_saved_{argument.name}"
    if hasattr(type(node), name):
        value = _saved(node, name)
        return _MISSING if value is None and not kind.startswith("Optional") else _signed(value)
    if argument.name in _IRRELEVANT:
        return argument.default_value if argument.has_default_value() else 0.0
    return _MISSING


def _signed(value: Any) -> Any:
    """Torch hands out negative dimensions as unsigned numbers."""
    if isinstance(value, (list, tuple)):
        return [_signed(item) for item in value]
    if isinstance(value, int) and not isinstance(value, bool) and value >= 2**63:
        return value - 2**64
    return value
