"""Programs computed by torch, against printed numbers, plain Python and finite differences."""

import math
import subprocess
import sys

import pytest
import torch
from hypothesis import HealthCheck, given, settings

from graphgen.language.differences import Difference, differences
from graphgen.language.evaluate import FUNCTIONS, MAXIMUM_ELEMENTS, Run, run
from graphgen.language.expression import FUNCTIONS as TABLE
from graphgen.language.expression import parse
from graphgen.language.values import Value
from graphgen.model.errors import AutovizError, ExpressionError, InputError
from tests import strategies
from tests.seed_cases import Case, agrees, cases

every_case = pytest.mark.parametrize("case", cases(), ids=lambda case: case.id)


def gradients(found: Run) -> dict[str, torch.Tensor]:
    """By autograd, for every name that takes one."""
    wanted = {name: tensor for name, tensor in found.names if tensor.requires_grad}
    slopes = torch.autograd.grad(found.loss, list(wanted.values()), allow_unused=True)
    return {name: slope for name, slope in zip(wanted, slopes, strict=True) if slope is not None}


def tensor(slopes: tuple[Difference, ...], like: torch.Tensor) -> torch.Tensor:
    return torch.tensor([each.slope for each in slopes], dtype=like.dtype).reshape(like.shape)


def computed(text: str, **values: Value) -> float:
    return run(parse(text), values).loss.item()


@every_case
def test_a_case_has_the_values_that_are_printed(case: Case) -> None:
    found = dict(run(parse(case.program), case.inputs, case.data).names)
    for name, printed in case.values.items():
        assert agrees(printed, found[name].tolist()), (name, printed, found[name])


@every_case
def test_a_case_has_the_gradients_that_are_printed(case: Case) -> None:
    found = gradients(run(parse(case.program), case.inputs, case.data))
    for name, printed in case.grads.items():
        assert agrees(printed, found[name].tolist()), (name, printed, found[name])
    assert not set(case.data) & set(found)


@every_case
def test_a_case_agrees_with_its_finite_differences(case: Case) -> None:
    found = gradients(run(parse(case.program), case.inputs, case.data))
    differing = differences(parse(case.program), case.inputs, case.data)
    assert found.keys() == differing.keys()
    for name, slopes in differing.items():
        torch.testing.assert_close(tensor(slopes, found[name]), found[name], rtol=1e-6, atol=1e-7)


def test_the_printed_numbers_are_compared_to_their_last_place() -> None:
    assert agrees([0.3, [0.16666667]], [0.30000000000000004, [1 / 6]])
    assert not agrees(0.3, 0.36)
    assert not agrees([1.0], [[1.0]])
    assert not agrees([1.0], [1.0, 1.0])


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(strategies.programs())
def test_torch_and_plain_python_agree_on_random_programs(made: strategies.Made) -> None:
    found = run(made.program, made.values)
    expected = strategies.by_hand(made.program, made.values)
    assert {name: tensor.item() for name, tensor in found.names} == pytest.approx(
        {name: value for name, value in expected.items() if name}, rel=1e-9, abs=1e-12, nan_ok=True
    )
    assert found.loss.item() == pytest.approx(list(expected.values())[-1], rel=1e-9, abs=1e-12)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(strategies.programs())
def test_autograd_and_finite_differences_agree_on_random_programs(made: strategies.Made) -> None:
    found = gradients(run(made.program, made.values))
    differing = differences(made.program, made.values)
    for name, (slope,) in differing.items():
        ours = found.get(name, torch.zeros(())).item()
        near = 1e-6 * abs(slope.slope) + 4 * (slope.error + slope.rounding)
        assert abs(ours - slope.slope) <= near or slope.doubt or math.isinf(near)


def test_the_expression_table_and_the_torch_table_name_the_same_functions() -> None:
    assert TABLE.keys() == FUNCTIONS.keys()


X = [0.5, 0.25, 2.0]
Y = [1.5, -1.0, 0.75]
M = [[1.0, 2.0, 3.0], [3.0, 5.0, 4.0]]


def sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


BY_HAND = {
    "abs(-a)": 0.7,
    "acos(a)": math.acos(0.7),
    "asin(a)": math.asin(0.7),
    "atan(a)": math.atan(0.7),
    "clamp(a, -1, 0.5)": 0.5,
    "cos(a)": math.cos(0.7),
    "cosh(a)": math.cosh(0.7),
    "cross_entropy(x, [0, 1, 0])": -0.25 + math.log(sum(math.exp(v) for v in X)),
    "detach(a) * a": 0.49,
    "dot(x, y)": 0.75 - 0.25 + 1.5,
    "elu(-a)": math.expm1(-0.7),
    "erf(a)": math.erf(0.7),
    "exp(a)": math.exp(0.7),
    "expm1(a)": math.expm1(0.7),
    "gelu(a)": 0.7 * 0.5 * (1 + math.erf(0.7 / math.sqrt(2))),
    "leaky_relu(-a)": -0.007,
    "log(a)": math.log(0.7),
    "log1p(a)": math.log1p(0.7),
    "sum(log_softmax(x))": sum(X) - 3 * math.log(sum(math.exp(v) for v in X)),
    "logsumexp(x)": math.log(sum(math.exp(v) for v in X)),
    "matmul(x, y)": 2.0,
    "max(x)": 2.0,
    "sum(max(M, axis=0))": 12.0,
    "sum(maximum(x, y))": 1.5 + 0.25 + 2.0,
    "maximum(a, 1)": 1.0,
    "mean(x)": 2.75 / 3,
    "min(x)": 0.25,
    "sum(min(M, axis=1))": 4.0,
    "sum(minimum(x, y))": 0.5 - 1.0 + 0.75,
    "mse(x, y)": (1.0 + 1.5625 + 1.5625) / 3,
    "norm(x)": math.sqrt(4.3125),
    "sum(outer(x, y))": 2.75 * 1.25,
    "pow(a, 3)": 0.343,
    "prod(x)": 0.25,
    "sum(prod(M, axis=0) * [1, 0, 0])": 3.0,
    "[1, 2] @ M @ x": 7.0 * 0.5 + 12.0 * 0.25 + 11.0 * 2.0,
    "relu(-a) + relu(a)": 0.7,
    "sigmoid(a)": sigmoid(0.7),
    "silu(a)": 0.7 * sigmoid(0.7),
    "sin(a)": math.sin(0.7),
    "sinh(a)": math.sinh(0.7),
    "sum(softmax(x) * [1, 0, 0])": math.exp(0.5) / sum(math.exp(v) for v in X),
    "softplus(a)": math.log1p(math.exp(0.7)),
    "sqrt(a)": math.sqrt(0.7),
    "square(a)": 0.49,
    "std(x)": math.sqrt(sum((v - 2.75 / 3) ** 2 for v in X) / 2),
    "sum(M)": 18.0,
    "sum(sum(M, 0) * [1, 0, 0])": 4.0,
    "sum(sum(M, axis=-1) * [1, 0])": 6.0,
    "tan(a)": math.tan(0.7),
    "tanh(a)": math.tanh(0.7),
    "sum(transpose(M) @ [1, 0])": 6.0,
    "var(x)": sum((v - 2.75 / 3) ** 2 for v in X) / 2,
}


@pytest.mark.parametrize("text", BY_HAND)
def test_a_function_computes_what_its_formula_says(text: str) -> None:
    given_values: dict[str, Value] = {"a": 0.7, "x": X, "y": Y, "M": M}
    program = parse(text)
    found = run(program, {name: given_values[name] for name in program.inputs})
    assert found.loss.item() == pytest.approx(BY_HAND[text], rel=1e-12)
    assert found.loss.dtype == torch.float64


@pytest.mark.parametrize("text", BY_HAND)
def test_a_function_s_gradient_agrees_with_finite_differences(text: str) -> None:
    given_values: dict[str, Value] = {"a": 0.7, "x": X, "y": Y, "M": M}
    program = parse(text)
    values = {name: given_values[name] for name in program.inputs}
    found = gradients(run(program, values))
    for name, slopes in differences(program, values).items():
        torch.testing.assert_close(tensor(slopes, found[name]), found[name], rtol=1e-6, atol=1e-8)


def test_every_function_is_computed_in_some_test() -> None:
    assert {name for name in FUNCTIONS if not any(f"{name}(" in text for text in BY_HAND)} == set()


def test_a_power_with_a_number_is_one_operation_on_one_operand() -> None:
    found = run(parse("c = a ** 2"), {"a": 3.0})
    node = found.loss.grad_fn
    assert node is not None
    assert node.name() == "PowBackward0"
    assert [step[0].name() for step in node.next_functions if step[0]] == [
        "torch::autograd::AccumulateGrad"
    ]


def test_a_number_over_a_tensor_is_one_division() -> None:
    node = run(parse("3 / a"), {"a": 2.0}).loss.grad_fn
    assert node is not None
    assert node.name() == "DivBackward0"


def test_labels_are_the_operations_in_the_order_of_evaluation() -> None:
    found = run(parse("s = (a+b)  ; c = -s*b**2 + [1,2]@[a,3]"), {"a": 2.0, "b": 3.0})
    assert [label for label, _ in found.labels] == [
        "a + b",
        "-s",
        "b ** 2",
        "-s * b ** 2",
        "[a, 3]",
        "[1, 2] @ [a, 3]",
        "-s * b ** 2 + [1, 2] @ [a, 3]",
    ]
    assert [tensor.tolist() for _, tensor in found.labels] == [5, -5, 9, -45, [2, 3], 8, -37]


def test_names_are_those_of_inputs_and_of_statements() -> None:
    found = run(parse("k = 3; s = k * a; s + b"), {"b": 1.0, "a": 2.0})
    assert [(name, tensor.item()) for name, tensor in found.names] == [
        ("a", 2), ("b", 1), ("k", 3), ("s", 6),
    ]  # fmt: skip
    assert list(found.inputs) == ["a", "b"]
    assert not dict(found.names)["k"].requires_grad


def test_what_is_written_out_only_is_worked_out_at_once_and_has_no_label() -> None:
    found = run(parse("sum(a * -softmax([0, 0]) * 2 ** 3)"), {"a": 3.0})
    assert [label for label, _ in found.labels] == [
        "a * -softmax([0, 0])",
        "a * -softmax([0, 0]) * 2 ** 3",
        "sum(a * -softmax([0, 0]) * 2 ** 3)",
    ]
    assert found.loss.item() == -24


@pytest.mark.parametrize("text", ["max([a, b])", "maximum(a, b)", "min([a, b])", "minimum(a, b)"])
def test_the_largest_share_the_gradient_equally(text: str) -> None:
    found = gradients(run(parse(text), {"a": 2.0, "b": 2.0}))
    assert [found["a"].item(), found["b"].item()] == [0.5, 0.5]


@pytest.mark.parametrize("text", ["abs(a)", "relu(a)"])
def test_a_corner_has_slope_zero(text: str) -> None:
    assert gradients(run(parse(text), {"a": 0.0}))["a"].item() == 0


def test_data_takes_no_gradient() -> None:
    found = run(parse("w * x"), {"w": 2.0, "x": 3.0}, data=["x"])
    assert {name: tensor.requires_grad for name, tensor in found.inputs.items()} == {
        "w": True,
        "x": False,
    }


def test_overflow_is_infinite_and_no_error() -> None:
    assert computed("9**9**9 * a", a=2.0) == math.inf
    assert computed("-9**9**9 * a", a=2.0) == -math.inf
    assert computed("1 / 0 * a", a=2.0) == math.inf
    assert computed("exp(a)", a=1e4) == math.inf
    assert math.isnan(computed("(-8) ** (1 / 3) * a", a=1.0))
    assert math.isnan(computed("log(-a)", a=1.0))


def test_float64_and_the_cpu_whatever_the_defaults_are() -> None:
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float32)
    try:
        with torch.no_grad(), torch.device("meta"):
            found = run(parse("a * [1, 2] @ [3, 4] + 0.1"), {"a": 0.1})
    finally:
        torch.set_default_dtype(before)
    assert found.loss.item() == 0.1 * 3 + 0.2 * 4 + 0.1
    assert found.loss.requires_grad


def test_gradients_come_whatever_mode_the_caller_is_in() -> None:
    for mode in (torch.no_grad(), torch.inference_mode()):
        with mode:
            found = run(parse("a * a"), {"a": 3.0})
        assert gradients(found)["a"].item() == 6.0


def test_a_detach_lets_no_gradient_through_in_both_ways_of_asking() -> None:
    program = parse("d = detach(a); c = d * a")
    assert gradients(run(program, {"a": 3.0}))["a"].item() == 3.0
    assert differences(program, {"a": 3.0})["a"][0].slope == pytest.approx(3.0)
    assert "d" not in differences(program, {"a": 3.0})


def test_a_name_for_another_name_is_the_same_tensor() -> None:
    names = dict(run(parse("b = a; c = b * a"), {"a": 3.0}).names)
    assert names["a"] is names["b"]
    assert differences(parse("b = a; c = b * a"), {"a": 3.0}).keys() == {"a", "c"}


WRONG = {
    "x * 2": ("loss must be one number: got shape (3,)", 1, 3),
    "s = sum(x)\nc = x + [1, 2] * s": ("x + [1, 2] * s needs two shapes that fit", 2, 7),
    "M @ M": ("M @ M needs the last axis of the left as long", 1, 3),
    "a @ a": ("use * for a single number", 1, 3),
    "sum(x, axis=2)": ("its only axis is 0", 1, 1),
    "sum(a, 0)": ("a single number has no axes", 1, 1),
    "sum(M, -3)": ("its axes are 0 to 1", 1, 1),
    "dot(a, a)": ("two vectors of one length", 1, 1),
    "dot(x, M)": ("two vectors of one length: got (3,) and (2, 3)", 1, 1),
    "1 + softmax(a)": ("a vector or a matrix: got a single number", 1, 5),
    "transpose(x)": ("transpose(x) needs a matrix: got shape (3,)", 1, 1),
    "outer(a, x)": ("two vectors", 1, 1),
    "mse(x, M)": ("mse(x, M) needs two equal shapes: got (3,) and (2, 3)", 1, 1),
    "cross_entropy(a, a)": ("a vector or a matrix of scores", 1, 1),
    "cross_entropy(x, [1, 0])": ("two equal shapes", 1, 1),
    "var(a)": ("at least two numbers", 1, 1),
    "[a, x] @ x": ("items of one shape: got () first and (3,) at place 2", 1, 1),
    "[[1, 2], [3]] @ x": ("items of one shape: got (2,) first and (1,) at place 2", 1, 1),
    "[[[[[[[a]]]]]]]": ("at most 6 lists", 1, 1),
    "detach(a)": ("a loss that depends on an input", 1, 1),
    "sum(T @ x)": ("lists of at most two levels", 1, 7),
}


@pytest.mark.parametrize("text", WRONG)
def test_what_does_not_fit_is_told_with_its_place(text: str) -> None:
    values: dict[str, Value] = {"a": 2.0, "x": X, "M": M, "T": [[[1.0, 2.0, 3.0]]]}
    program = parse(text)
    with pytest.raises(ExpressionError) as caught:
        run(program, {name: values[name] for name in program.inputs})
    message, line, column = WRONG[text]
    assert message in caught.value.message
    assert (caught.value.line, caught.value.column) == (line, column)
    assert caught.value.message.count(": got") == 1


def test_too_much_is_refused_before_it_is_computed() -> None:
    long = [1.0] * 10_000
    with pytest.raises(ExpressionError, match=f"at most {MAXIMUM_ELEMENTS:,} numbers in all"):
        run(parse("sum(outer(x, x))"), {"x": long})
    square = [[1.0] * 100] * 100
    deep = "; ".join(f"M{i + 1} = M{i} @ M{i}" for i in range(600)) + "; sum(M600)"
    with pytest.raises(ExpressionError, match="at most"):
        run(parse(deep), {"M0": square})
    wide = "c = sum(outer(x, x) @ outer(x, x))"
    with pytest.raises(ExpressionError, match="numbers to go through"):
        run(parse(wide), {"x": long[:800]})
    with pytest.raises(InputError, match="operations to check"):
        differences(parse("sum(x * x)"), {"x": long})


def test_a_value_that_is_none_is_refused() -> None:
    program = parse("c = a * b")
    ring: list[object] = []
    ring.append(ring)
    for wrong in (math.nan, math.inf, 10**400, True, "2", None, [], [[1.0], [1.0, 2.0]], ring):
        with pytest.raises(InputError, match=r"^a: "):
            run(program, {"a": wrong, "b": 1.0})  # type: ignore[dict-item]


def test_a_program_of_the_largest_size_is_computed_quickly_and_kept_small() -> None:
    program = parse("+".join(["a"] * 2_000))
    found = run(program, {"a": 1.0})
    assert found.loss.item() == 2_000
    assert sum(len(label) for label, _ in found.labels) < 400 * 2_000


def test_a_fault_is_always_one_of_ours() -> None:
    for text in WRONG:
        with pytest.raises(AutovizError):
            run(parse(text), {})


HEAVY = """
import resource, time
from graphgen.model.errors import AutovizError
from graphgen.language.evaluate import run
from graphgen.language.expression import parse
ones = "[" + ",".join(["1"] * 1_200) + "]"
long, grown = [1.0] * 10_000, [0.01] * 100
run(parse("a * a"), {"a": 1.0})
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
slowest = 0.0
for text, values in (
    ("sum(outer(x, x))", {"x": long}),
    ("sum(outer(x, x) @ outer(x, x))", {"x": long[:790]}),
    (f"a * sum(outer({ones}, {ones}))", {"a": 1.0}),
    ("+".join(["sin(a)"] * 900), {"a": 1.0}),
    ("9**9**9**9**9 * a", {"a": 1.0}),
    ("; ".join(["M0 = outer(x, x)", *(f"M{i + 1} = M{i} @ M{i}" for i in range(300)), "M300"]),
     {"x": grown}),
):
    start = time.process_time()
    try:
        run(parse(text), values)
    except AutovizError:
        pass
    slowest = max(slowest, time.process_time() - start)
print(slowest, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
"""


def test_the_heaviest_programs_take_little_time_and_memory() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", HEAVY], capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 0, ended.stderr
    seconds, megabytes = map(float, ended.stdout.split())
    assert seconds < 5  # 0.8 s on a busy machine
    assert megabytes < 400
