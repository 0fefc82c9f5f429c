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

__all__ = ["OPS", "Op", "find", "key_of"]


@dataclass(frozen=True, slots=True)
class Op:
    """How one operation reads.

    Attributes:
        symbol: what stands for it in a sentence.
        formula: how it is written with its operands.
        slopes: for each operand the local derivative, in words; () where there is no short one.
        elementwise: whether operands are broadcast against each other, element by element.
    """

    symbol: str
    formula: str
    slopes: tuple[str, ...] = ()
    elementwise: bool = False


def _function(name: str, slope: str = "", elementwise: bool = True) -> Op:
    return Op(name, f"{name}({{0}})", (slope,) if slope else (), elementwise)


def _of_two(name: str) -> Op:
    return Op(name, f"{name}({{0}}, {{1}})", (), name in {"maximum", "minimum"})


OPS: dict[str, Op] = {
    "add": Op("+", "{0} + {1}", ("1", "1"), True),
    "sub": Op("−", "{0} − {1}", ("1", "−1"), True),
    "rsub": Op("−", "{1} − {0}", ("−1", "1"), True),
    "mul": Op("×", "{0} × {1}", ("{1}", "{0}"), True),
    "div": Op("/", "{0} / {1}", ("1 / {1}", "−{0} / {1}²"), True),
    "pow": Op("power", "{0} ^ {1}", ("{1} × {0} ^ ({1} − 1)", "{out} × log({0})"), True),
    "neg": Op("−", "−{0}", ("−1",), True),
    "mm": Op("@", "{0} @ {1}"),
    "bmm": Op("@", "{0} @ {1}"),
    "mv": Op("@", "{0} @ {1}"),
    "matmul": Op("@", "{0} @ {1}"),
    "dot": Op("dot", "dot({0}, {1})"),
    "addmm": Op("linear", "{0} + {1} @ {2}"),
    "linear": Op("linear", "linear({0}, {1})"),
    "t": Op("transpose", "{0}ᵀ"),
    "transpose": Op("transpose", "{0}ᵀ"),
    "reciprocal": _function("1 /", "−1 / {0}²"),
    "sum": _function("sum", "1", False),
    "mean": _function("mean", "1 / count", False),
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
    "softmax": _function("softmax", "", False),
    "logsoftmax": _function("log_softmax", "", False),
    "logsumexp": _function("logsumexp", "", False),
    "amax": _function("max", "", False),
    "amin": _function("min", "", False),
    "max": _function("max", "", False),
    "min": _function("min", "", False),
    "maximum": _of_two("maximum"),
    "minimum": _of_two("minimum"),
    "mseloss": _of_two("mse"),
    "nllloss": _of_two("nll"),
    "detach": _function("detach"),
    "no_grad": _function("no_grad"),
    "clone": _function("clone", "1"),
    "tocopy": _function("to", "1"),
    "expand": _function("expand", "", False),
    "view": _function("view", "", False),
    "unsafeview": _function("view", "", False),
    "reshapealias": _function("reshape", "", False),
    "permute": _function("permute", "", False),
    "slice": _function("slice", "", False),
    "select": _function("select", "", False),
    "squeeze": _function("squeeze", "", False),
    "unsqueeze": _function("unsqueeze", "", False),
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
