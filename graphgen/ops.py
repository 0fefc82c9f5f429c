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

__all__ = ["CAST", "OPS", "Op", "find", "key_of"]

CAST = "to_"
"""What the name of a cast that ends a gradient begins with: "to_int64"."""


@dataclass(frozen=True, slots=True)
class Op:
    """How one operation reads.

    Attributes:
        symbol: what stands for it in a sentence.
        formula: how it is written with its operands.
        slopes: for each operand the local derivative, in words that `graphgen.slope_words` gives a
            number; of a function of arrays from each operand's element to the result's element
            that is made of it, with `count` elements and their `mean`. () where there is no short
            one, "" for an operand that has none.
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


_CHOSEN = "1 if {0} = {out}, else 0"
"""Of the largest or smallest of several: all goes to the one that was chosen."""

OPS: dict[str, Op] = {
    "add": Op("+", "{0} + {1}", ("1", "1"), "all"),
    "sub": Op("−", "{0} − {1}", ("1", "−1"), "all"),
    "rsub": Op("−", "{1} − {0}", ("−1", "1"), "all"),
    "mul": Op("×", "{0} × {1}", ("{1}", "{0}"), "all"),
    "div": Op("/", "{0} / {1}", ("1 / {1}", "−{0} / {1}²"), "all"),
    "pow": Op("power", "{0} ^ {1}", ("{1} × {0} ^ ({1} − 1)", "{out} × log({0})"), "all"),
    "neg": Op("−", "−{0}", ("−1",), "all"),
    "mm": Op("@", "{0} @ {1}", ("{1}", "{0}")),
    "bmm": Op("@", "{0} @ {1}", ("{1}", "{0}")),
    "mv": Op("@", "{0} @ {1}", ("{1}", "{0}")),
    "matmul": Op("@", "{0} @ {1}"),
    "dot": Op("dot", "dot({0}, {1})", ("{1}", "{0}")),
    "addmm": _LINEAR,
    "addmv": _LINEAR,
    "addbmm": _LINEAR,
    "baddbmm": _LINEAR,
    "linear": Op("linear", "linear({0}, {1})"),
    "t": Op("transpose", "{0}ᵀ", ("1",)),
    "transpose": Op("transpose", "{0}ᵀ", ("1",)),
    "reciprocal": Op("1 /", "1 / {0}", ("−1 / {0}²",)),
    "rsqrt": _function("rsqrt", "−{out}³ / 2"),
    "sum": _function("sum", "1"),
    "mean": _function("mean", "1 / count"),
    "prod": _function("prod", "{out} / {0}"),
    "linalgvectornorm": _function("norm", "{0} / {out}"),
    "var": _function("var", "2 × ({0} − mean({0})) / (count − 1)"),
    "std": _function("std", "({0} − mean({0})) / ((count − 1) × {out})"),
    "exp": _function("exp", "{out}"),
    "exp2": _function("exp2", "{out} × log(2)"),
    "expm1": _function("expm1", "{out} + 1"),
    "log": _function("log", "1 / {0}"),
    "log1p": _function("log1p", "1 / (1 + {0})"),
    "log2": _function("log2", "1 / ({0} × log(2))"),
    "log10": _function("log10", "1 / ({0} × log(10))"),
    "sqrt": _function("sqrt", "1 / (2 × {out})"),
    "sin": _function("sin", "cos({0})"),
    "cos": _function("cos", "−sin({0})"),
    "tan": _function("tan", "1 + {out}²"),
    "asin": _function("asin", "1 / sqrt(1 − {0}²)"),
    "acos": _function("acos", "−1 / sqrt(1 − {0}²)"),
    "atan": _function("atan", "1 / (1 + {0}²)"),
    "sinh": _function("sinh", "cosh({0})"),
    "cosh": _function("cosh", "sinh({0})"),
    "tanh": _function("tanh", "1 − {out}²"),
    "asinh": _function("asinh", "1 / sqrt({0}² + 1)"),
    "acosh": _function("acosh", "1 / sqrt({0}² − 1)"),
    "atanh": _function("atanh", "1 / (1 − {0}²)"),
    "erf": _function("erf", "2 / √π × exp(−{0}²)"),
    "erfc": _function("erfc", "−2 / √π × exp(−{0}²)"),
    "sigmoid": _function("sigmoid", "{out} × (1 − {out})"),
    "logsigmoid": _function("logsigmoid", "1 − exp({out})"),
    "logit": _function("logit", "1 / ({0} × (1 − {0}))"),
    "relu": _function("relu", "1 if {0} > 0, else 0"),
    "abs": _function("abs", "sign({0})"),
    "gelu": _function("gelu", "Φ({0}) + {0} × φ({0})"),
    "silu": _function("silu", "sigmoid({0}) × (1 + {0} − {out})"),
    "elu": _function("elu", "1 if {0} > 0, else {out} + {1}"),
    "softplus": _function("softplus", "sigmoid({0})"),
    "leakyrelu": _function("leaky_relu", "1 if {0} > 0, else 0.01"),
    "softmax": _function("softmax", "{out} × (1 − {out})"),
    "logsoftmax": _function("log_softmax", "1 − exp({out})"),
    "logsumexp": _function("logsumexp", "exp({0} − {out})"),
    "amax": _function("max", _CHOSEN),
    "amin": _function("min", _CHOSEN),
    "max": _function("max", _CHOSEN),
    "min": _function("min", _CHOSEN),
    "maximum": _of_two("maximum", "1 if {0} > {1}, else 0", "1 if {1} > {0}, else 0"),
    "minimum": _of_two("minimum", "1 if {1} > {0}, else 0", "1 if {0} > {1}, else 0"),
    "atan2": _of_two("atan2", "{1} / ({0}² + {1}²)", "−{0} / ({0}² + {1}²)"),
    "hypot": _of_two("hypot", "{0} / {out}", "{1} / {out}"),
    "logaddexp": _of_two("logaddexp", "exp({0} − {out})", "exp({1} − {out})"),
    "xlogy": _of_two("xlogy", "log({1})", "{0} / {1}"),
    "fmod": _of_two("fmod", "1", "−trunc({0} / {1})"),
    "remainder": _of_two("remainder", "1", "−floor({0} / {1})"),
    "where": _of_three("where", "", "1 if {0}, else 0", "0 if {0}, else 1"),
    "lerp": _of_three("lerp", "1 − {2}", "{2}", "{1} − {0}"),
    "clamp": _of_three("clamp", "1 if {1} ≤ {0} ≤ {2}, else 0"),
    "maskedfill": _of_three("masked_fill"),
    "addcmul": Op("+", "{0} + {1} × {2}", ("1", "{2}", "{1}"), "all"),
    "addcdiv": Op("+", "{0} + {1} / {2}", ("1", "1 / {2}", "−{1} / {2}²"), "all"),
    "mseloss": Op("mse", "mse({0}, {1})", ("2 × ({0} − {1}) / count", "2 × ({1} − {0}) / count")),
    "nllloss": Op("nll", "nll({0}, {1})"),
    "detach": _function("detach"),
    "no_grad": _function("no_grad"),
    "inference_mode": _function("inference_mode"),
    "gt": Op(">", "{0} > {1}"),
    "ge": Op("≥", "{0} ≥ {1}"),
    "lt": Op("<", "{0} < {1}"),
    "le": Op("≤", "{0} ≤ {1}"),
    "eq": Op("=", "{0} = {1}"),
    "ne": Op("≠", "{0} ≠ {1}"),
    "clone": _function("clone", "1"),
    "tocopy": _function("to", "1"),
    "expand": Op("expand", "expand({0})", (), "all"),
    "view": _function("view", "1"),
    "unsafeview": _function("view"),
    "reshapealias": _function("reshape"),
    "permute": _function("permute", "1"),
    "slice": _function("slice"),
    "select": _function("select"),
    "squeeze": _function("squeeze", "1"),
    "unsqueeze": _function("unsqueeze", "1"),
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
    if name.startswith(CAST):
        return _function(name)
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
