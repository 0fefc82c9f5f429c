"""Finite differences know how far they may be off, so no right gradient is ever called wrong."""

import math
import random
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from graphgen.capture.recorder import record
from graphgen.commands.checking import comparisons
from graphgen.language.differences import differences
from graphgen.language.expression import parse
from graphgen.language.syntax import Program
from graphgen.language.values import Value
from graphgen.model.graph import Graph
from graphgen.narration.explanation import Comparison, compare
from tests import strategies

SLOPES = {
    "a * 1e9 + b": ({"a": 1.0, "b": 1.0}, {"a": 1e9, "b": 1.0}),
    "log(a)": ({"a": 1e-8}, {"a": 1e8}),
    "1 / a": ({"a": 1e-100}, {"a": -1e200}),
    "a * b": ({"a": 1e200, "b": 1e-200}, {"a": 1e-200, "b": 1e200}),
    "exp(a)": ({"a": 709.0}, {"a": math.exp(709.0)}),
    "sin(100000000 * a) * 1e-9 + a": ({"a": 1.0}, {"a": 1 + 0.1 * math.cos(1e8)}),
    "sigmoid(a)": ({"a": -700.0}, {"a": math.exp(-700.0)}),
    "log(a - b)": ({"a": 1.0, "b": 1 - 2.0**-20}, {"a": 2.0**20, "b": -(2.0**20)}),
    "(a - b) ** 2": ({"a": 1.0, "b": 1.0}, {"a": 0.0, "b": 0.0}),
    "tanh(a)": ({"a": 1e-300}, {"a": 1.0}),
    "norm([a, b])": ({"a": 1e-9, "b": 0.0}, {"a": 1.0, "b": 0.0}),
}
"""Losses, numbers, and slopes by hand, where a difference of a usual step or of a usual tolerance
is wrong."""

HIDDEN = {
    "relu(a)": {"a": 0.0},
    "relu(a) - relu(-a)": {"a": 0.0},
    "max([a, b])": {"a": 2.0, "b": 2.0},
    "clamp(a, -1, 1)": {"a": 1.0},
    "norm([a, b])": {"a": 0.0, "b": 0.0},
    "std([a, a * 1, a])": {"a": 1.0},
    "abs(a) ** 0.5": {"a": 0.0},
    "sqrt(a)": {"a": 0.0},
    "acos(a)": {"a": 1.0},
    "acos(a) * 2": {"a": 1 - 1e-15},
    "a * 1e18 + b": {"a": 1.0, "b": 1.0},
    "sin(a)": {"a": 1e15},
    "a * a": {"a": 5e-324},
    "a ** 3": {"a": 1e-120},
    "erf(a)": {"a": 6.0},
    "log(1 + a) - a": {"a": 1e-9},
    "(1 - cos(a)) / a ** 2": {"a": 1e-6},
    "exp(a) - exp(a) + b": {"a": 30.0, "b": 1e-9},
    "1e9 + 1e-7 * sin(100000000 * a)": {"a": 1.0},
    "sin(a * b) + 30 * a": {"a": -2.1e7, "b": 7e6},
}
"""Losses of which no difference can tell every slope: kinks, edges, and rounding larger than it."""


CANCELLED = {
    "relu(a) + minimum(a, 0)": 0.0,
    "abs(a) - abs(a)": 0.0,
    "max([a, a])": 1.0,
    "clamp(a, 0, 1) + relu(a - 1) + minimum(a, 0)": 1.0,
    "clamp(a, 0, 1) + minimum(a, 0)": 0.0,
    "abs(abs(a)) - abs(a) + a": 0.0,
    "relu(relu(a)) + minimum(a, 0)": 0.0,
    "maximum(a, 0) + minimum(a, 0)": 0.0,
    "relu(a - 1e8) + minimum(a - 1e8, 0)": 1e8,
    "relu(1e9 * a) + minimum(1e9 * a, 0)": 0.0,
    "1e200 * (relu(a) + minimum(a, 0))": 0.0,
    "1e-200 * (relu(a) + minimum(a, 0))": 0.0,
    "h = a * 1; relu(h) + minimum(h, 0)": 0.0,
    "sqrt(a) * sqrt(a)": 0.0,
    "sqrt(a)": 1e-300,
    "a ** 0.5": 1e-300,
    "a ** 0": 0.0,
    "norm([a, a]) - norm([a, a])": 0.0,
    "asin(sin(a))": 1.5707963267948966,
}
"""Losses with kinks or edges on the way exactly at the point, which the loss itself may not have:
torch's slope is one of many there, and may be none of the loss's."""

BENDING = (
    "relu({})", "abs({})", "leaky_relu({})", "minimum({}, 0)", "clamp({}, 0, 1)", "elu({})",
    "-({})", "({}) * 0.5", "sqrt(({}) ** 2)", "tanh({})", "norm([{}])", "max([{}, 0])",
)  # fmt: skip
JOINING = ("({}) + ({})", "({}) - ({})", "({}) * ({})", "maximum({}, {})", "min([{}, {}])")


def kinked(stream: random.Random, depth: int) -> str:
    """A random expression of a = 1 and b = 0 with many of its kinks exactly there."""
    if depth == 0:
        return stream.choice(("a - 1", "b", "a", "b"))
    if stream.random() < 0.5:
        return stream.choice(BENDING).format(kinked(stream, depth - 1))
    return stream.choice(JOINING).format(kinked(stream, depth - 1), kinked(stream, depth - 1))


def checked(program: Program, values: dict[str, Value]) -> tuple[Graph, list[Comparison]]:
    graph = record(program, values)
    return graph, comparisons(graph, program, values, ())


@pytest.mark.parametrize("text", SLOPES)
def test_a_difference_is_as_near_to_the_slope_as_it_says(text: str) -> None:
    numbers, expected = SLOPES[text]
    found = differences(parse(text), dict(numbers))
    for name, slope in expected.items():
        (difference,) = found[name]
        assert abs(difference.slope - slope) <= difference.error + 1e-9 * abs(slope), name
        assert difference.error <= 1e-4 * max(abs(slope), 1e-4), name
        assert difference.doubt == ""


@pytest.mark.parametrize("text", SLOPES)
def test_every_gradient_is_confirmed_however_the_loss_is_rounded(text: str) -> None:
    _, found = checked(parse(text), dict(SLOPES[text][0]))
    assert [comparison.agrees for comparison in found] == [True] * len(found)


@pytest.mark.parametrize("text", HIDDEN)
def test_what_no_difference_can_tell_is_undecided_and_never_different(text: str) -> None:
    _, found = checked(parse(text), dict(HIDDEN[text]))
    verdicts = [comparison.agrees for comparison in found]
    assert None in verdicts
    assert False not in verdicts
    assert all(bool(comparison.reason) == (comparison.agrees is None) for comparison in found)


@pytest.mark.parametrize("text", CANCELLED)
def test_a_kink_on_the_way_never_makes_a_gradient_different(text: str) -> None:
    _, found = checked(parse(text), {"a": CANCELLED[text]})
    assert False not in [comparison.agrees for comparison in found]


@pytest.mark.parametrize("seed", range(20))
def test_no_program_with_its_kinks_at_the_point_has_a_different_gradient(seed: int) -> None:
    text = f"0 * a + 0 * b + {kinked(random.Random(seed), 3)}"
    _, found = checked(parse(text), {"a": 1.0, "b": 0.0})
    assert False not in [comparison.agrees for comparison in found]


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # each takes long, and none is shorter
)
@given(strategies.programs(), st.integers(-40, 40))
def test_no_gradient_of_torch_is_called_wrong_at_numbers_of_any_size(
    made: strategies.Made, power: int
) -> None:
    values: dict[str, Value] = {name: x * 10.0**power for name, x in made.values.items()}
    _, found = checked(made.program, values)
    assert False not in [comparison.agrees for comparison in found]


@pytest.mark.parametrize("text", SLOPES)
def test_a_wrong_gradient_is_seen(text: str) -> None:
    program, values = parse(text), dict(SLOPES[text][0])
    graph = record(program, values)
    slopes = differences(program, values)
    for index, node in enumerate(graph.nodes):
        grad = node.ports[0].grad
        if node.kind == "leaf" and grad is not None and grad.items != (0.0,):
            wrong = replace(grad, items=tuple(item * 1.001 for item in grad.items or ()))
            port = replace(node.ports[0], grad=wrong)
            nodes = list(graph.nodes)
            nodes[index] = replace(node, ports=(port,))
            verdicts = compare(replace(graph, nodes=tuple(nodes)), slopes)
            assert {found.agrees for found in verdicts if found.node == index} == {False}
