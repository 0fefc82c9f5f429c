"""One table: an operation's name -> all that is said, written or worked out of it, anywhere.

A row has the symbol, the formula and the words of the local derivative; where an expression may
call it, how, what torch computes and which shape comes out (docs/expressions.md is made of these);
and where a page works it out anew, the lines of its script.

Autograd's names and the operators' own find the same row: "MulBackward0" and "mul" are both "mul".
In formulas and slopes {0} and {1} stand for the operands and {out} for the result.

    >>> find("MulBackward0").symbol
    '×'
    >>> find("TanhBackward0").slopes
    ('1 − {out}²',)
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Literal

from graphgen.text.catalogue import Table

__all__ = [
    "CAST",
    "FUNCTIONS",
    "OPS",
    "SUBJECTS",
    "Axis",
    "Function",
    "Op",
    "Script",
    "Shape",
    "find",
    "is_function",
    "key_of",
    "subject_of",
]

CAST = "to_"
"""What the name of a cast that ends a gradient begins with: "to_int64"."""


Axis = Literal["no", "named", "yes"]
Shape = Literal[
    "same", "broadcast", "reduced", "spread", "along", "product", "dot", "outer", "transposed",
    "equal", "classes",
]  # fmt: skip
"""The rules of `graphgen.language.shapes`."""


@dataclass(frozen=True, slots=True)
class Function:
    """How an expression calls an operation.

    Attributes:
        arguments: what the arguments are called in messages, in order.
        meaning: one line for the reference.
        name: what is written before the brackets; "" is the operation's symbol.
        shape: which shape comes out.
        axis: whether an axis may follow: not at all, only as `axis=0`, or also as a plain number.
        literals: how many of the last arguments must be numbers that are written out.
        torch: what computes it, as a path from `torch`; "" is the name.
    """

    arguments: tuple[str, ...]
    meaning: str
    name: str = ""
    shape: Shape = "same"
    axis: Axis = "no"
    literals: int = 0
    torch: str = ""

    def signature(self, name: str) -> str:
        """How a call is written.

        >>> FUNCTIONS["sum"].signature("sum")
        'sum(x) or sum(x, axis=0)'
        """
        plain = f"{name}({', '.join(self.arguments)})"
        return plain if self.axis == "no" else f"{plain} or {plain[:-1]}, axis=0)"


@dataclass(frozen=True, slots=True)
class Script:
    """How a page works an operation out on single numbers, as expressions of JavaScript.

    The formulas are torch's own (derivatives.yaml), with its choices at kinks; what they call
    stands in outputs/page/assets/operations.js.

    Attributes:
        value: of the operands x, y and z.
        back: what goes back to each operand, of `g` from above, the operands and the result `out`.
    """

    value: str
    back: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Op:
    """One operation.

    Attributes:
        symbol: what stands for it in a sentence.
        formula: how it is written with its operands.
        slopes: for each operand the local derivative, in words that `slope_words` gives a
            number; of a function of arrays from each operand's element to the result's element
            that is made of it, with `count` elements and their `mean`. () where there is no short
            one, "" for an operand that has none.
        broadcasts: which operands may be smaller than the result, and so get the sum over what they
            served: "all" of what works element by element, "first" of a matrix product's bias.
        call: how an expression calls it; None where none can.
        script: how a page works it out; None where it can't.
        subject: what a sentence calls it at its beginning, where that isn't the symbol.
    """

    symbol: str
    formula: str
    slopes: tuple[str, ...] = ()
    broadcasts: Literal["all", "first", ""] = ""
    call: Function | None = None
    script: Script | None = None
    subject: str = ""


def _each(meaning: str, torch: str = "") -> Function:
    return Function(("x",), f"{meaning}, element by element", torch=torch)


def _over(meaning: str, shape: Shape = "reduced", axis: Axis = "yes", torch: str = "") -> Function:
    return Function(("x",), meaning, shape=shape, axis=axis, torch=torch)


def _worked(value: str, *back: str) -> Script:
    return Script(value, back)


_PASSING = _worked("x", "g")


def _function(
    name: str,
    slope: str = "",
    call: Function | None = None,
    script: Script | None = None,
    subject: str = "",
) -> Op:
    slopes = (slope,) if slope else ()
    return Op(name, f"{name}({{0}})", slopes, call=call, script=script, subject=subject)


def _of_two(
    name: str,
    *slopes: str,
    call: Function | None = None,
    script: Script | None = None,
    subject: str = "",
) -> Op:
    return Op(name, f"{name}({{0}}, {{1}})", slopes, "all", call, script, subject)


def _of_three(
    name: str, *slopes: str, call: Function | None = None, script: Script | None = None
) -> Op:
    return Op(name, f"{name}({{0}}, {{1}}, {{2}})", slopes, "all", call, script)


_LINEAR = Op("linear", "{0} + {1} @ {2}", (), "first", subject="The linear layer")


_CHOSEN = "1 if {0} = {out}, else 0"
"""Of the largest or smallest of several: all goes to the one that was chosen."""

OPS: dict[str, Op] = {
    "add": Op("+", "{0} + {1}", ("1", "1"), "all", script=_worked("x + y", "g", "g")),
    "sub": Op("−", "{0} − {1}", ("1", "−1"), "all", script=_worked("x - y", "g", "-g")),
    "rsub": Op("−", "{1} − {0}", ("−1", "1"), "all", script=_worked("y - x", "-g", "g")),
    "mul": Op("×", "{0} × {1}", ("{1}", "{0}"), "all", script=_worked("x * y", "g * y", "g * x")),
    "div": Op(
        "/",
        "{0} / {1}",
        ("1 / {1}", "−{0} / {1}²"),
        "all",
        script=_worked("x / y", "g / y", "-g * (x / y / y)"),
    ),
    "pow": Op(
        "power",
        "{0} ^ {1}",
        ("{1} × {0} ^ ({1} − 1)", "{out} × log({0})"),
        "all",
        call=Function(("x", "power"), "x ** power", name="pow", shape="broadcast"),
        script=_worked("power(x, y)", "backToBase(g, x, y)", "backToExponent(g, x, y, out)"),
        subject="The power",
    ),
    "neg": Op("−", "−{0}", ("−1",), "all", script=_worked("-x", "-g")),
    "mm": Op("@", "{0} @ {1}", ("{1}", "{0}")),
    "bmm": Op("@", "{0} @ {1}", ("{1}", "{0}")),
    "mv": Op("@", "{0} @ {1}", ("{1}", "{0}")),
    "matmul": Op(
        "@",
        "{0} @ {1}",
        call=Function(
            ("a", "b"), "a @ b, the product of matrices and vectors", name="matmul", shape="product"
        ),
    ),
    "dot": Op(
        "dot",
        "dot({0}, {1})",
        ("{1}", "{0}"),
        call=Function(
            ("a", "b"), "the sum of the products of two vectors, element by element", shape="dot"
        ),
        subject="The dot product",
    ),
    "addmm": _LINEAR,
    "addmv": _LINEAR,
    "addbmm": _LINEAR,
    "baddbmm": _LINEAR,
    "linear": Op("linear", "linear({0}, {1})", subject="The linear layer"),
    "t": Op(
        "transpose",
        "{0}ᵀ",
        ("1",),
        call=Function(("x",), "the matrix with its rows as columns", shape="transposed", torch="t"),
        subject="The transpose",
    ),
    "transpose": Op("transpose", "{0}ᵀ", ("1",), subject="The transpose"),
    "reciprocal": Op(
        "1 /",
        "1 / {0}",
        ("−1 / {0}²",),
        script=_worked("1 / x", "-g * out * out"),
        subject="The reciprocal",
    ),
    "rsqrt": _function("rsqrt", "−{out}³ / 2"),
    "sum": _function(
        "sum", "1", call=_over("the sum of the elements"), script=_PASSING, subject="The sum"
    ),
    "mean": _function(
        "mean",
        "1 / count",
        call=_over("the sum of the elements divided by their number"),
        script=_PASSING,
        subject="The mean",
    ),
    "prod": _function(
        "prod",
        "{out} / {0}",
        call=_over("the product of the elements"),
        script=_PASSING,
        subject="The product",
    ),
    "linalgvectornorm": _function(
        "norm",
        "{0} / {out}",
        call=_over("the square root of the sum of the squares"),
        script=_worked("Math.abs(x)", "out === 0 ? 0 : x * (g / out)"),
        subject="The norm",
    ),
    "var": _function(
        "var",
        "2 × ({0} − mean({0})) / (count − 1)",
        call=_over(
            "the sum of (x - mean(x)) ** 2 divided by the number of elements less one",
            shape="spread",
        ),
    ),
    "std": _function(
        "std",
        "({0} − mean({0})) / ((count − 1) × {out})",
        call=_over("the square root of var(x)", shape="spread"),
    ),
    "exp": _function(
        "exp", "{out}", call=_each("e ** x"), script=_worked("Math.exp(x)", "g * out")
    ),
    "exp2": _function("exp2", "{out} × log(2)"),
    "expm1": _function(
        "expm1",
        "{out} + 1",
        call=_each("exp(x) - 1, exact near 0"),
        script=_worked("Math.expm1(x)", "g * (out + 1)"),
    ),
    "log": _function(
        "log",
        "1 / {0}",
        call=_each("the natural logarithm"),
        script=_worked("Math.log(x)", "g / x"),
    ),
    "log1p": _function(
        "log1p",
        "1 / (1 + {0})",
        call=_each("log(1 + x), exact near 0"),
        script=_worked("Math.log1p(x)", "g / (x + 1)"),
    ),
    "log2": _function("log2", "1 / ({0} × log(2))"),
    "log10": _function("log10", "1 / ({0} × log(10))"),
    "sqrt": _function(
        "sqrt",
        "1 / (2 × {out})",
        call=_each("the square root"),
        script=_worked("Math.sqrt(x)", "g / (2 * out)"),
    ),
    "sin": _function(
        "sin",
        "cos({0})",
        call=_each("the sine of x in radians"),
        script=_worked("Math.sin(x)", "g * Math.cos(x)"),
    ),
    "cos": _function(
        "cos",
        "−sin({0})",
        call=_each("the cosine of x in radians"),
        script=_worked("Math.cos(x)", "-g * Math.sin(x)"),
    ),
    "tan": _function(
        "tan",
        "1 + {out}²",
        call=_each("the tangent of x in radians"),
        script=_worked("Math.tan(x)", "g * (1 + out * out)"),
    ),
    "asin": _function(
        "asin",
        "1 / sqrt(1 − {0}²)",
        call=_each("the angle in radians whose sine is x"),
        script=_worked("Math.asin(x)", "g / Math.sqrt(1 - x * x)"),
    ),
    "acos": _function(
        "acos",
        "−1 / sqrt(1 − {0}²)",
        call=_each("the angle in radians whose cosine is x"),
        script=_worked("Math.acos(x)", "-g / Math.sqrt(1 - x * x)"),
    ),
    "atan": _function(
        "atan",
        "1 / (1 + {0}²)",
        call=_each("the angle in radians whose tangent is x"),
        script=_worked("Math.atan(x)", "g / (x * x + 1)"),
    ),
    "sinh": _function(
        "sinh",
        "cosh({0})",
        call=_each("the hyperbolic sine"),
        script=_worked("Math.sinh(x)", "g * Math.cosh(x)"),
    ),
    "cosh": _function(
        "cosh",
        "sinh({0})",
        call=_each("the hyperbolic cosine"),
        script=_worked("Math.cosh(x)", "g * Math.sinh(x)"),
    ),
    "tanh": _function(
        "tanh",
        "1 − {out}²",
        call=_each("the hyperbolic tangent"),
        script=_worked("Math.tanh(x)", "g * (1 - out * out)"),
    ),
    "asinh": _function("asinh", "1 / sqrt({0}² + 1)"),
    "acosh": _function("acosh", "1 / sqrt({0}² − 1)"),
    "atanh": _function("atanh", "1 / (1 − {0}²)"),
    "erf": _function(
        "erf",
        "2 / √π × exp(−{0}²)",
        call=_each("the error function"),
        script=_worked("erf(x)", "g * SLOPE_OF_ERF * Math.exp(-x * x)"),
    ),
    "erfc": _function("erfc", "−2 / √π × exp(−{0}²)"),
    "sigmoid": _function(
        "sigmoid",
        "{out} × (1 − {out})",
        call=_each("1 / (1 + exp(-x))"),
        script=_worked("sigmoid(x)", "g * (1 - out) * out"),
    ),
    "logsigmoid": _function("logsigmoid", "1 − exp({out})"),
    "logit": _function("logit", "1 / ({0} × (1 − {0}))"),
    "relu": _function(
        "relu",
        "1 if {0} > 0, else 0",
        call=_each("x where positive, 0 elsewhere"),
        script=_worked("x <= 0 ? 0 : x", "out <= 0 ? 0 : g"),
    ),
    "abs": _function(
        "abs",
        "sign({0})",
        call=_each("the absolute value"),
        script=_worked("Math.abs(x)", "g * Math.sign(x)"),
    ),
    "gelu": _function(
        "gelu",
        "Φ({0}) + {0} × φ({0})",
        call=_each(
            "x times the share of a normal distribution below x", torch="nn.functional.gelu"
        ),
        script=_worked("x * share(x)", "g * (share(x) + x * DENSITY * Math.exp(-x * x / 2))"),
    ),
    "silu": _function(
        "silu",
        "sigmoid({0}) × (1 + {0} − {out})",
        call=_each("x * sigmoid(x)", torch="nn.functional.silu"),
        script=_worked("x / (1 + Math.exp(-x))", "g * sigmoid(x) * (1 + x * (1 - sigmoid(x)))"),
    ),
    "elu": _function(
        "elu",
        "1 if {0} > 0, else {out} + {1}",
        call=_each("x where positive, exp(x) - 1 elsewhere", torch="nn.functional.elu"),
        script=_worked("x > 0 ? x : y * Math.expm1(x)", "x > 0 ? g : g * y * Math.exp(x)"),
    ),
    "softplus": _function(
        "softplus",
        "sigmoid({0})",
        call=_each("log(1 + exp(x))", torch="nn.functional.softplus"),
        script=_worked("x > STEEP ? x : Math.log1p(Math.exp(x))", "x > STEEP ? g : g * rising(x)"),
    ),
    "leakyrelu": _function(
        "leaky_relu",
        "1 if {0} > 0, else 0.01",
        call=_each("x where positive, 0.01 * x elsewhere", torch="nn.functional.leaky_relu"),
        script=_worked("x > 0 ? x : LEAK * x", "x > 0 ? g : LEAK * g"),
    ),
    "softmax": _function(
        "softmax",
        "{out} × (1 − {out})",
        call=_over("exp(x) / sum(exp(x)), along the last axis if none is given", shape="along"),
    ),
    "logsoftmax": _function(
        "log_softmax",
        "1 − exp({out})",
        call=_over("log(softmax(x)), along the last axis if none is given", shape="along"),
    ),
    "logsumexp": _function(
        "logsumexp",
        "exp({0} − {out})",
        call=_over("log(sum(exp(x))), without overflow"),
        script=_worked("x", "g * Math.exp(x - out)"),
    ),
    "amax": _function(
        "max",
        _CHOSEN,
        call=_over("the largest element", axis="named", torch="amax"),
        script=_PASSING,
    ),
    "amin": _function(
        "min",
        _CHOSEN,
        call=_over("the smallest element", axis="named", torch="amin"),
        script=_PASSING,
    ),
    "max": _function("max", _CHOSEN),
    "min": _function("min", _CHOSEN),
    "maximum": _of_two(
        "maximum",
        "1 if {0} > {1}, else 0",
        "1 if {1} > {0}, else 0",
        call=Function(("a", "b"), "the larger of two, element by element", shape="broadcast"),
        script=_worked(
            "Math.max(x, y)", "x === y ? g / 2 : x < y ? 0 : g", "x === y ? g / 2 : y < x ? 0 : g"
        ),
        subject="The maximum",
    ),
    "minimum": _of_two(
        "minimum",
        "1 if {1} > {0}, else 0",
        "1 if {0} > {1}, else 0",
        call=Function(("a", "b"), "the smaller of two, element by element", shape="broadcast"),
        script=_worked(
            "Math.min(x, y)", "x === y ? g / 2 : x > y ? 0 : g", "x === y ? g / 2 : y > x ? 0 : g"
        ),
        subject="The minimum",
    ),
    "atan2": _of_two("atan2", "{1} / ({0}² + {1}²)", "−{0} / ({0}² + {1}²)"),
    "hypot": _of_two("hypot", "{0} / {out}", "{1} / {out}"),
    "logaddexp": _of_two("logaddexp", "exp({0} − {out})", "exp({1} − {out})"),
    "xlogy": _of_two("xlogy", "log({1})", "{0} / {1}"),
    "fmod": _of_two("fmod", "1", "−trunc({0} / {1})"),
    "remainder": _of_two("remainder", "1", "−floor({0} / {1})"),
    "where": _of_three("where", "", "1 if {0}, else 0", "0 if {0}, else 1"),
    "lerp": _of_three("lerp", "1 − {2}", "{2}", "{1} − {0}"),
    "clamp": _of_three(
        "clamp",
        "1 if {1} ≤ {0} ≤ {2}, else 0",
        call=Function(
            ("x", "low", "high"),
            "x, but at least low and at most high, element by element",
            literals=2,
        ),
        script=_worked("clamped(x, y, z)", "x >= y && x <= z ? g : 0"),
    ),
    "maskedfill": _of_three("masked_fill"),
    "addcmul": Op("+", "{0} + {1} × {2}", ("1", "{2}", "{1}"), "all"),
    "addcdiv": Op("+", "{0} + {1} / {2}", ("1", "1 / {2}", "−{1} / {2}²"), "all"),
    "mseloss": Op(
        "mse",
        "mse({0}, {1})",
        ("2 × ({0} − {1}) / count", "2 × ({1} − {0}) / count"),
        call=Function(
            ("a", "b"),
            "the mean of (a - b) ** 2; both have one shape",
            shape="equal",
            torch="nn.functional.mse_loss",
        ),
        script=_worked("(x - y) * (x - y)", "2 * (x - y) * g", "-2 * (x - y) * g"),
    ),
    "nllloss": Op("nll", "nll({0}, {1})"),
    "crossentropy": Op(
        "cross_entropy",
        "cross_entropy({0}, {1})",
        call=Function(
            ("scores", "probabilities"),
            "-sum(probabilities * log_softmax(scores)) of a vector; "
            "the mean over the rows of a matrix",
            shape="classes",
            torch="nn.functional.cross_entropy",
        ),
    ),
    "outer": Op(
        "outer",
        "outer({0}, {1})",
        call=Function(
            ("a", "b"), "the matrix of all products of the elements of two vectors", shape="outer"
        ),
        subject="The outer product",
    ),
    "square": _function("square", call=_each("x ** 2"), subject="The square"),
    "detach": _function(
        "detach",
        call=Function(
            ("x",), "x itself, cut off: no gradient goes back through it", torch="Tensor.detach"
        ),
        script=_PASSING,
    ),
    "no_grad": _function("no_grad", script=_PASSING),
    "inference_mode": _function("inference_mode"),
    "gt": Op(">", "{0} > {1}"),
    "ge": Op("≥", "{0} ≥ {1}"),
    "lt": Op("<", "{0} < {1}"),
    "le": Op("≤", "{0} ≤ {1}"),
    "eq": Op("=", "{0} = {1}"),
    "ne": Op("≠", "{0} ≠ {1}"),
    "clone": _function("clone", "1", script=_PASSING),
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
    "copyslices": Op("slice_scatter", "slice_scatter"),
    "copybackwards": Op("copy", "copy"),
    "copy": Op("copy", "copy"),
    "convolution": Op("conv", "conv", subject="The convolution"),
    "nativebatchnorm": Op("batch_norm", "batch_norm"),
    "nativelayernorm": Op("layer_norm", "layer_norm"),
    "scaleddotproductflashattentionforcpu": Op("attention", "attention({0}, {1}, {2})"),
    "scaleddotproductflashattention": Op("attention", "attention({0}, {1}, {2})"),
    "scaleddotproductefficientattention": Op("attention", "attention({0}, {1}, {2})"),
    "cat": Op("cat", "cat"),
    "stack": Op("stack", "stack"),
}


FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        op.call.name or op.symbol: op.call
        for op in sorted(OPS.values(), key=lambda op: op.call.name or op.symbol if op.call else "")
        if op.call
    }
)
"""The functions that an expression may call, by their names, in the order of the alphabet."""


SUBJECTS = Table("operations", {key: op.subject for key, op in OPS.items() if op.subject})
"""What a sentence calls operations at its beginning whose symbol is a plain word."""


_TORCHS = {
    "CheckpointFunctionBackward": Op("checkpoint", "checkpoint"),
    "CompiledFunctionBackward": Op("compiled function", "compiled function"),
}
"""Functions of torch's own that stand for code of the user's."""


@lru_cache(maxsize=1024)
def find(name: str) -> Op:
    """The row for an operation; one without a row reads as a function of its own name.

    >>> find("CosineSimilarityBackward0").formula, find("MaxPool2DWithIndicesBackward0").formula
    ('cosine_similarity', 'max_pool2d_with_indices')
    >>> find("MulBackward0").symbol, find("MulBackward").symbol
    ('×', 'Mul')
    """
    op = OPS.get(key_of(name)) if not is_function(name) else _TORCHS.get(name)
    if op is not None:
        return op
    if is_function(name):
        return Op(_bare(name), _bare(name))
    if name.startswith(CAST):
        return _function(name)
    bare = re.sub(r"(?<=\w)(?<!_)(?=[A-Z][a-z])", "_", _bare(name)).lower()
    return Op(bare or name, bare or name)


def subject_of(name: str) -> str:
    """What a sentence calls an operation at its beginning.

    >>> subject_of("PowBackward0"), subject_of("MulBackward0"), subject_of("tanh")
    ('The power', '×', 'tanh')
    """
    op = find(name)
    return SUBJECTS.say(key_of(name)) if op.subject else op.symbol


def is_function(name: str) -> bool:
    """Whether an operation is an autograd.Function, which has its class's name: torch numbers its
    own operations.

    >>> is_function("CubeBackward"), is_function("MulBackward0"), is_function("mul")
    (True, False, False)
    """
    return name.endswith("Backward")


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
