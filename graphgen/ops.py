"""One table: an operation's name -> its symbol, its formula, and how its local derivative reads.

Autograd's names and the operators' own find the same row: "MulBackward0" and "mul" are both "mul".
In formulas and slopes {0} and {1} stand for the operands and {out} for the result.

    >>> find("MulBackward0").symbol
    '×'
    >>> find("TanhBackward0").slopes
    ('1 − {out}²',)
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

__all__ = ["OPS", "Op", "find", "key_of"]


@dataclass(frozen=True, slots=True)
class Op:
    """How one operation reads.

    Attributes:
        symbol: what stands for it in a sentence.
        formula: how it is written with its operands.
        slopes: for each operand the local derivative, in words; () where there is no short one.
        broadcasts: which operands may be smaller than the result, and so get the sum over what they
            served: "all" of what works element by element, "first" of a matrix product's bias.
    """

    symbol: str
    formula: str
    slopes: tuple[str, ...] = ()
    broadcasts: Literal["all", "first", ""] = ""


def _function(name: str, slope: str = "") -> Op:
    return Op(name, f"{name}({{0}})", (slope,) if slope else ())


def _of_two(name: str, *slopes: str) -> Op:
    return Op(name, f"{name}({{0}}, {{1}})", slopes, "all")


def _of_three(name: str, *slopes: str) -> Op:
    return Op(name, f"{name}({{0}}, {{1}}, {{2}})", slopes, "all")


_LINEAR = Op("linear", "{0} + {1} @ {2}", (), "first")


OPS: dict[str, Op] = {
    "add": Op("+", "{0} + {1}", ("1", "1"), "all"),
    "sub": Op("−", "{0} − {1}", ("1", "−1"), "all"),
    "rsub": Op("−", "{1} − {0}", ("−1", "1"), "all"),
    "mul": Op("×", "{0} × {1}", ("{1}", "{0}"), "all"),
    "div": Op("/", "{0} / {1}", ("1 / {1}", "−{0} / {1}²"), "all"),
    "pow": Op("power", "{0} ^ {1}", ("{1} × {0} ^ ({1} − 1)", "{out} × log({0})"), "all"),
    "neg": Op("−", "−{0}", ("−1",), "all"),
    "mm": Op("@", "{0} @ {1}"),
    "bmm": Op("@", "{0} @ {1}"),
    "mv": Op("@", "{0} @ {1}"),
    "matmul": Op("@", "{0} @ {1}"),
    "dot": Op("dot", "dot({0}, {1})"),
    "addmm": _LINEAR,
    "addmv": _LINEAR,
    "addbmm": _LINEAR,
    "baddbmm": _LINEAR,
    "linear": Op("linear", "linear({0}, {1})"),
    "t": Op("transpose", "{0}ᵀ"),
    "transpose": Op("transpose", "{0}ᵀ"),
    "reciprocal": Op("1 /", "1 / {0}", ("−1 / {0}²",)),
    "sum": _function("sum", "1"),
    "mean": _function("mean", "1 / count"),
    "exp": _function("exp", "{out}"),
    "expm1": _function("expm1", "{out} + 1"),
    "log": _function("log", "1 / {0}"),
    "log1p": _function("log1p", "1 / (1 + {0})"),
    "sqrt": _function("sqrt", "1 / (2 × {out})"),
    "sin": _function("sin", "cos({0})"),
    "cos": _function("cos", "−sin({0})"),
    "tan": _function("tan", "1 + {out}²"),
    "sinh": _function("sinh", "cosh({0})"),
    "cosh": _function("cosh", "sinh({0})"),
    "tanh": _function("tanh", "1 − {out}²"),
    "sigmoid": _function("sigmoid", "{out} × (1 − {out})"),
    "relu": _function("relu"),
    "abs": _function("abs"),
    "gelu": _function("gelu"),
    "silu": _function("silu"),
    "elu": _function("elu"),
    "softplus": _function("softplus", "sigmoid({0})"),
    "leakyrelu": _function("leaky_relu"),
    "softmax": _function("softmax"),
    "logsoftmax": _function("log_softmax"),
    "logsumexp": _function("logsumexp"),
    "amax": _function("max"),
    "amin": _function("min"),
    "max": _function("max"),
    "min": _function("min"),
    "maximum": _of_two("maximum"),
    "minimum": _of_two("minimum"),
    "atan2": _of_two("atan2"),
    "hypot": _of_two("hypot", "{0} / {out}", "{1} / {out}"),
    "logaddexp": _of_two("logaddexp", "exp({0} − {out})", "exp({1} − {out})"),
    "fmod": _of_two("fmod"),
    "remainder": _of_two("remainder"),
    "where": _of_three("where"),
    "lerp": _of_three("lerp"),
    "clamp": _of_three("clamp"),
    "maskedfill": _of_three("masked_fill"),
    "addcmul": Op("+", "{0} + {1} × {2}", ("1", "{2}", "{1}"), "all"),
    "addcdiv": Op("+", "{0} + {1} / {2}", ("1", "1 / {2}", "−{1} / {2}²"), "all"),
    "mseloss": Op("mse", "mse({0}, {1})"),
    "nllloss": Op("nll", "nll({0}, {1})"),
    "detach": _function("detach"),
    "no_grad": _function("no_grad"),
    "clone": _function("clone", "1"),
    "tocopy": _function("to", "1"),
    "expand": Op("expand", "expand({0})", (), "all"),
    "view": _function("view"),
    "unsafeview": _function("view"),
    "reshapealias": _function("reshape"),
    "permute": _function("permute"),
    "slice": _function("slice"),
    "select": _function("select"),
    "squeeze": _function("squeeze"),
    "unsqueeze": _function("unsqueeze"),
    "convolution": Op("conv", "conv"),
    "nativebatchnorm": Op("batch_norm", "batch_norm"),
    "nativelayernorm": Op("layer_norm", "layer_norm"),
    "scaleddotproductflashattentionforcpu": Op("attention", "attention({0}, {1}, {2})"),
    "scaleddotproductflashattention": Op("attention", "attention({0}, {1}, {2})"),
    "scaleddotproductefficientattention": Op("attention", "attention({0}, {1}, {2})"),
    "cat": Op("cat", "cat"),
    "stack": Op("stack", "stack"),
}


@lru_cache(maxsize=1024)
def find(name: str) -> Op:
    """The row for an operation; one without a row reads as a function of its own name.

    >>> find("CosineSimilarityBackward0").formula, find("MaxPool2DWithIndicesBackward0").formula
    ('cosine_similarity', 'max_pool2d_with_indices')
    """
    found = OPS.get(key_of(name))
    if found is not None:
        return found
    bare = re.sub(r"(?<=\w)(?<!_)(?=[A-Z][a-z])", "_", _bare(name)).lower()
    return Op(bare or name, bare or name)


def key_of(name: str) -> str:
    """The name under which the table holds an operation.

    >>> key_of("LogSoftmaxBackward0"), key_of("log_softmax"), key_of("no_grad")
    ('logsoftmax', 'logsoftmax', 'no_grad')
    """
    if name in OPS:
        return name
    return _bare(name).replace("_", "").lower()


def _bare(name: str) -> str:
    """An operation's name without what autograd, or the choice among overloads, adds."""
    return re.sub(r"Backward\d*$|\.\w+$", "", name)
