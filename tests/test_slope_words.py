"""The words of every slope, evaluated at the operands, against the number that autograd has."""

import math
from collections.abc import Callable, Iterator

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from graphgen import Graph, parse, record, recording, tell
from graphgen.language.expression import FUNCTIONS
from graphgen.language.values import Value
from graphgen.model.graph import Array, Edge, incoming
from graphgen.ops import OPS, find, key_of
from graphgen.ops.slope_words import slope_value

CALLS = {
    "clamp": ["clamp(a, 0, 1)", "clamp(a, 0.9, 1)"],
    "cross_entropy": ["cross_entropy(x, y)"],
    "dot": ["dot(x, y)"],
    "log_softmax": ["sum(log_softmax(x) * y)"],
    "matmul": ["matmul(x, y)", "sum(matmul(M, N))", "sum(matmul(M, u))"],
    "max": ["max(x)", "max(a)"],
    "min": ["min(x)", "min(a)"],
    "outer": ["sum(outer(u, w) * N)"],
    "softmax": ["sum(softmax(x) * y)"],
    "std": ["std(x)"],
    "transpose": ["sum(transpose(M))"],
    "var": ["var(x)"],
}
"""How a function is called where single numbers won't do, or more than one call says more."""

OPERATORS = [
    "a + b",
    "a - b",
    "a * b",
    "a / b",
    "a ** b",
    "a ** 2",
    "2 ** a",
    "-a",
    "1 / a",
    "3 - a",
]

PLACES: list[dict[str, Value]] = [
    {"a": 0.7, "b": 0.4, "x": [0.5, -1.5, 2.0], "y": [0.2, 0.3, 0.5]},
    {"a": 0.3, "b": 0.8, "x": [-0.5, 0.25, 0.75], "y": [0.6, 0.1, 0.3]},
]
SINGLE: dict[str, Value] = {"M": [[0.6]], "N": [[0.4]], "u": [0.9], "w": [-0.7]}


def calls_of(name: str) -> list[str]:
    """Expressions that call a function of the language."""
    arguments = ", ".join("ab"[: len(FUNCTIONS[name].arguments)])
    plain = [f"{name}({arguments})"]
    if len(FUNCTIONS[name].arguments) == 1 and name not in ("acos", "asin"):
        plain += [f"{name}(-3 * a)"] if name not in ("log", "log1p", "sqrt") else []
    return CALLS.get(name, plain)


def graph_of_text(text: str, values: dict[str, Value]) -> Graph:
    program = parse(text)
    return record(program, {name: ({**values, **SINGLE})[name] for name in program.inputs})


def items(array: Array | None) -> list[float]:
    assert array is not None
    assert array.items is not None
    return [item for item in array.items if isinstance(item, int | float)]


def checked(graph: Graph) -> set[str]:
    """The operations whose words were evaluated; each word agrees with the local derivative."""
    operands = incoming(graph)
    keys = set()
    for edge in graph.edges:
        if edge.local is not None:
            row = operands[edge.target]
            keys.add(_check(graph, edge, [graph.edges[index] for index in row]))
    return keys


def _check(graph: Graph, edge: Edge, row: list[Edge]) -> str:
    op = graph.nodes[edge.target].op
    assert edge.slot < len(find(op).slopes), f"{op} has no words for operand {edge.slot}"
    words = find(op).slopes[edge.slot]
    assert words, f"{op} has no words for operand {edge.slot}"
    values = [items(graph.nodes[each.source].ports[each.port].value) for each in row]
    out = items(graph.nodes[edge.target].ports[0].value)
    own = values[edge.slot]
    for at, slope in enumerate(_shared(edge.local, len(own), len(out))):
        numbers = [each[at % len(each)] for each in values]
        worked = slope_value(words, numbers, out[at % len(out)], _mean_of(own), len(own))
        assert worked == pytest.approx(slope, rel=1e-9, abs=1e-12), f"{op}: {words} at {numbers}"
    return key_of(op)


def _mean_of(numbers: list[float]) -> Callable[[float], float]:
    return lambda _: sum(numbers) / len(numbers)


def _shared(local: Array | None, count: int, made: int) -> list[float]:
    """From each element of the operand to the element of the result that is made of it."""
    numbers = items(local)
    if made == 1:
        return numbers
    assert made == count, "a result that is neither one number nor one for each element"
    return numbers[:: count + 1]


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if name != "detach"])
@pytest.mark.parametrize("values", PLACES)
def test_a_function_s_slope_words_come_to_its_local_derivative(
    name: str, values: dict[str, Value]
) -> None:
    for text in calls_of(name):
        assert checked(graph_of_text(text, values)), f"{text} has no local derivative"


@pytest.mark.parametrize("text", OPERATORS)
@pytest.mark.parametrize("values", PLACES)
def test_an_operator_s_slope_words_come_to_its_local_derivative(
    text: str, values: dict[str, Value]
) -> None:
    assert checked(graph_of_text(text, values))


def test_a_detached_value_has_no_slope_to_put_into_words() -> None:
    graph = graph_of_text("detach(a) * a", PLACES[0])
    (cut,) = [index for index, node in enumerate(graph.nodes) if node.kind == "cut"]
    (edge,) = [edge for edge in graph.edges if edge.target == cut]
    assert (edge.local, edge.contribution) == (None, None)


IN_TORCH: dict[str, Callable[..., Tensor]] = {
    "acosh": lambda a, b: torch.acosh(a + 1),
    "addcdiv": torch.addcdiv,
    "addcmul": torch.addcmul,
    "asinh": lambda a, b: torch.asinh(a),
    "atan2": lambda a, b: torch.atan2(a, b),
    "atanh": lambda a, b: torch.atanh(a),
    "bmm": lambda a, b: torch.bmm(a.view(1, 1, 1), b.view(1, 1, 1)).squeeze(),
    "clone": lambda a, b: a.clone(),
    "erfc": lambda a, b: torch.erfc(a),
    "exp2": lambda a, b: torch.exp2(a),
    "fmod": lambda a, b: torch.fmod(a + 3, b),
    "hypot": lambda a, b: torch.hypot(a, b),
    "lerp": torch.lerp,
    "log10": lambda a, b: torch.log10(a),
    "log2": lambda a, b: torch.log2(a),
    "logaddexp": lambda a, b: torch.logaddexp(a, b),
    "logit": lambda a, b: torch.logit(a),
    "logsigmoid": lambda a, b: functional.logsigmoid(a),
    "max": lambda a, b: torch.max(a),
    "min": lambda a, b: torch.min(a),
    "mm": lambda a, b: torch.mm(a.view(1, 1), b.view(1, 1)).squeeze(),
    "mv": lambda a, b: torch.mv(a.view(1, 1), b.view(1)).squeeze(),
    "permute": lambda a, b: a.view(1, 1).permute(1, 0).squeeze(),
    "reciprocal": lambda a, b: torch.reciprocal(a),
    "remainder": lambda a, b: torch.remainder(a + 3, b),
    "rsqrt": lambda a, b: torch.rsqrt(a),
    "squeeze": lambda a, b: a.unsqueeze(0).squeeze(0),
    "tocopy": lambda a, b: a.to(torch.float32),
    "transpose": lambda a, b: a.view(1, 1).transpose(0, 1).squeeze(),
    "unsqueeze": lambda a, b: a.unsqueeze(0).squeeze(),
    "where": lambda a, b: torch.where(a > b, a, b),
    "xlogy": torch.xlogy,
}
"""Operators with words that no function of the language is made of."""


def recorded(function: Callable[..., Tensor], *numbers: float) -> Graph:
    leaves = [torch.tensor(each, dtype=torch.float64, requires_grad=True) for each in numbers]
    with recording() as tape:
        loss = function(*leaves)
    return tape.graph(loss)


@pytest.mark.parametrize("numbers", [(0.7, 0.4), (0.3, 0.8)])
@pytest.mark.parametrize("key", IN_TORCH)
def test_an_operator_of_torch_has_slope_words_that_come_to_its_derivative(
    key: str, numbers: tuple[float, float]
) -> None:
    third = [0.3] if key in ("addcdiv", "addcmul", "lerp") else []
    assert key in checked(recorded(IN_TORCH[key], *numbers, *third))


def _exercised() -> Iterator[str]:
    texts = [text for name in FUNCTIONS if name != "detach" for text in calls_of(name)]
    for text in (*texts, *OPERATORS):
        yield from checked(graph_of_text(text, PLACES[0]))
    yield from IN_TORCH


def test_every_row_with_slope_words_is_evaluated_here() -> None:
    assert {key for key, op in OPS.items() if any(op.slopes)} - set(_exercised()) == set()


@pytest.mark.parametrize(
    ("key", "wrong"), [("tanh", "1 + {out}²"), ("tan", "1 − {out}²"), ("hypot", "{1} / {out}")]
)
def test_wrong_words_would_be_noticed(key: str, wrong: str) -> None:
    """The tests above can fail: what a slip of the pen makes of a row is another number."""
    graph = recorded(getattr(torch, key), 0.7, *([0.4] if key == "hypot" else []))
    edge = graph.edges[0]
    values = [items(graph.nodes[each.source].ports[0].value)[0] for each in graph.edges]
    (slope,) = items(edge.local)
    out = items(graph.nodes[-1].ports[0].value)[0]
    assert slope_value(find(key).slopes[0], values, out) == pytest.approx(slope)
    assert slope_value(wrong, values, out) != pytest.approx(slope, rel=1e-3)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("norm(a)", "The norm sends 1 to a: its slope is a / loss = 1"),
        ("erf(a)", "erf sends 0.6913 to a: its slope is 2 / √π × exp(−a²) = 0.6913"),
        ("prod(a)", "The product sends 1 to a: its slope is loss / a = 1"),
        ("atan(a)", "atan sends 0.6711 to a: its slope is 1 / (1 + a²) = 0.6711"),
        ("relu(a)", "relu sends 1 to a: its slope is 1 (1 if a > 0, else 0)"),
        ("mse(a, 0.5)", "mse sends 0.4 to a: its slope is 2 × (a − 0.5) = 0.4"),
        ("elu(-a)", "elu sends 0.4966 to −a: its slope is 0.4966 (1 if (−a) > 0, else loss + 1)"),
        ("clamp(a, 0, 1)", "clamp sends 1 to a: its slope is 1 (1 if 0 ≤ a ≤ 1, else 0)"),
    ],
)
def test_a_caption_says_the_slope_in_words(text: str, reason: str) -> None:
    captions = [step.caption for step in tell(graph_of_text(f"loss = {text}", PLACES[0])).steps]
    assert f"{reason}, times 1 from above." in captions


@pytest.mark.parametrize(
    ("function", "untrue"),
    [
        (lambda a: torch.add(1.0, a, alpha=2), "1 = 2"),
        (lambda a: functional.softplus(a, beta=3), "sigmoid"),
        (lambda a: functional.leaky_relu(-a, 0.2), "0.01"),
        (lambda a: functional.leaky_relu(a, 0.2), "0.01"),
        (lambda a: functional.gelu(a, approximate="tanh"), "Φ"),
        (lambda a: torch.addcmul(a, a, a, value=-3), "is a = "),
        (lambda a: torch.div(a * 5, 2.0, rounding_mode="floor"), "1 / 2"),
        (lambda a: torch.maximum(a, a * 1), "else 0"),
    ],
)
def test_words_that_do_not_come_to_the_number_are_not_said(
    function: Callable[..., Tensor], untrue: str
) -> None:
    story = tell(recorded(function, 0.7))
    captions = [step.caption for step in story.steps if " sends " in step.caption]
    assert captions
    assert not [each for each in captions if untrue in each]


def test_words_without_a_value_come_to_nan() -> None:
    assert math.isnan(slope_value("1 / {0}", [0.0], math.inf))
    assert math.isnan(slope_value("{out} × log({0})", [-1.0], 1.0))
    assert math.isnan(slope_value("{1} × {0} ^ ({1} − 1)", [-1.0, 0.5], math.nan))
