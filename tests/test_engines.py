"""Objects of from-scratch engines become the same Graph that torch's losses do."""

import math
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from micrograd.engine import Value as MicroValue  # type: ignore[import-untyped]

from graphgen.capture.engines import graph_of_engine, is_engine
from graphgen.course.engines.scalar import Value
from graphgen.course.engines.tensor import Tensor
from graphgen.model.errors import InputError
from graphgen.model.graph import Graph
from graphgen.ops import find


def grads(graph: Graph) -> dict[str, Any]:
    """For each named node its gradient's elements; a scalar as a number."""
    found = {}
    for node in graph.nodes:
        grad = node.ports[0].grad
        items = None if grad is None else grad.items
        found[node.name] = items[0] if items is not None and len(items) == 1 else items
    return found


def contributions(graph: Graph, name: str) -> list[Any]:
    """What arrives at a node, by the order of its uses."""
    arrays = [e.contribution for e in graph.edges if graph.nodes[e.source].name == name]
    return [array.items[0] for array in arrays if array is not None and array.items]


@pytest.mark.parametrize("value_of", [MicroValue, Value])
def test_two_paths_have_the_hand_worked_numbers(value_of: Callable[[float], Any]) -> None:
    a, b = value_of(2.0), value_of(3.0)
    s = a + b
    c = s * b
    graph = graph_of_engine(c, {"a": a, "b": b, "s": s, "c": c})
    assert grads(graph) == {"a": 3.0, "b": 8.0, "s": 3.0, "c": 1.0}
    assert contributions(graph, "b") == [3.0, 5.0]
    assert [node.op for node in graph.nodes] == ["", "", "add", "mul"]
    assert [[e.source for e in graph.edges if e.target == 3]] == [[2, 1]]


@pytest.mark.parametrize("value_of", [MicroValue, Value])
def test_a_product_with_itself_keeps_two_edges(value_of: Callable[[float], Any]) -> None:
    a = value_of(3.0)
    graph = graph_of_engine(a * a, {"a": a})
    assert contributions(graph, "a") == [3.0, 3.0]
    assert grads(graph)["a"] == 6.0
    assert [edge.slot for edge in graph.edges] == [0, 1]


def test_shares_of_one_operand_that_differ_are_told_apart() -> None:
    a = Value(2.0, label="a")
    graph = graph_of_engine(a / a)
    assert contributions(graph, "a") == [0.5, -0.5]


def test_the_order_of_a_sets_operands_is_that_of_the_program() -> None:
    for _ in range(20):
        a, b = MicroValue(2.0), MicroValue(2.0)
        graph = graph_of_engine(b * a, {"a": a, "b": b})
        assert [node.name for node in graph.nodes[:2]] == ["b", "a"]


def test_microgrands_own_readme_agrees_with_its_backward() -> None:
    a, b = MicroValue(-4.0), MicroValue(2.0)
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + (b + a).relu()
    d += 3 * d + (b - a).relu()
    e = c - d
    f = e**2
    g = f / 2.0
    g += 10.0 / f
    found = grads(graph_of_engine(g, {"a": a, "b": b}))
    assert (a.grad, b.grad) == (0, 0)
    g.backward()
    assert found["a"] == pytest.approx(a.grad, rel=1e-14)
    assert found["b"] == pytest.approx(b.grad, rel=1e-14)
    assert (round(a.grad, 4), round(b.grad, 4)) == (138.8338, 645.5773)


def test_every_scalar_operation_agrees_with_torch() -> None:
    def program(a: Any, b: Any, relu: Any, tanh: Any, exp: Any, log: Any) -> Any:
        s = a * b - b / a + (2 - a) * 3 + 1 / b
        return tanh(s) ** 2 + relu(-s) + relu(s) + exp(a - b) + log(b) ** 3 - (-a)

    a, b = Value(1.5, label="a"), Value(2.5, label="b")
    ours = graph_of_engine(program(a, b, Value.relu, Value.tanh, Value.exp, Value.log))
    x, y = (torch.tensor(n, dtype=torch.float64, requires_grad=True) for n in (1.5, 2.5))
    loss = program(x, y, torch.relu, torch.tanh, torch.exp, torch.log)
    expected = torch.autograd.grad(loss, (x, y))
    assert grads(ours)["a"] == pytest.approx(float(expected[0]), rel=1e-13)
    assert grads(ours)["b"] == pytest.approx(float(expected[1]), rel=1e-13)
    assert ours.nodes[-1].ports[0].value.items == pytest.approx((loss.item(),))


def test_every_tensor_operation_agrees_with_torch() -> None:
    shapes = {"A": (3, 4), "B": (4, 2), "c": (2,), "d": (3, 1)}
    numbers = numpy.random.default_rng(3)
    arrays = {name: numbers.normal(size=shape) for name, shape in shapes.items()}

    def program(t: Any) -> Any:
        h = (t["A"] @ t["B"] + t["c"]).tanh() * t["d"]
        return ((h - t["c"]).relu().sum(1) * h.mean(1)).mean() + (h * h).sum()

    ours = graph_of_engine(program({n: Tensor(array, n) for n, array in arrays.items()}))
    theirs = {n: torch.tensor(array, requires_grad=True) for n, array in arrays.items()}
    expected = torch.autograd.grad(program(theirs), list(theirs.values()))
    for name, grad in zip(theirs, expected, strict=True):
        assert grads(ours)[name] == pytest.approx(grad.reshape(-1).tolist(), rel=1e-12)


@given(st.lists(st.tuples(st.sampled_from("+-*/t"), st.integers(0, 9), st.integers(0, 9)),
                min_size=1, max_size=15))  # fmt: skip
def test_contributions_add_up_to_the_gradient(made: list[tuple[str, int, int]]) -> None:
    values = [Value(0.5, label="x"), Value(-1.25, label="y")]
    for op, i, j in made:
        a, b = values[i % len(values)], values[j % len(values)]
        safe = b * b + 1
        values.append({"+": a + b, "-": a - b, "*": a * b, "/": a / safe, "t": a.tanh()}[op])
    graph = graph_of_engine(values[-1])
    for index, node in enumerate(graph.nodes[:-1]):
        shares = [e.contribution for e in graph.edges if e.source == index]
        total = math.fsum(float(s.items[0].real) for s in shares if s is not None and s.items)
        if node.kind != "constant":
            grad = node.ports[0].grad
            assert grad is not None
            assert grad.items is not None
            assert grad.items[0] == pytest.approx(total, rel=1e-9, abs=1e-9)


def test_local_derivatives_times_the_gradient_are_the_contributions() -> None:
    x = Value(0.5, label="x")
    graph = graph_of_engine((x.exp() * x + 3).tanh() ** 2)
    for edge in graph.edges:
        grad = graph.nodes[edge.target].ports[0].grad
        if edge.local is None or edge.contribution is None or grad is None:
            continue
        assert edge.local.items
        assert edge.contribution.items
        assert grad.items
        worked = edge.local.items[0] * grad.items[0]
        assert worked == pytest.approx(edge.contribution.items[0], rel=1e-12)


def test_an_exponent_is_an_operand_so_that_the_power_can_be_read() -> None:
    x = MicroValue(2.0)
    graph = graph_of_engine(x**3, {"x": x})
    assert [node.kind for node in graph.nodes] == ["leaf", "constant", "op"]
    assert graph.nodes[1].ports[0].value.items == (3.0,)
    assert grads(graph)["x"] == 12.0
    assert find(graph.nodes[2].op).symbol == "power"


def test_looking_changes_no_gradient_of_the_users() -> None:
    a = Tensor([1.0, 2.0], "a")
    loss = (a * a).sum()
    loss.backward()
    loss.backward()
    held, before = a.grad, a.grad.copy()
    graph = graph_of_engine(loss)
    assert a.grad is held
    assert numpy.array_equal(a.grad, before)
    assert grads(graph)["a"] == (2.0, 4.0)


def test_gradients_are_put_back_when_a_backward_fails() -> None:
    a = Value(2.0, label="a")
    b = a * 3
    a.grad, b.grad = 7.0, 8.0

    def broken() -> None:
        a.grad += 1
        raise ZeroDivisionError("mine")

    b._backward = broken
    with pytest.raises(InputError, match=r"that of mul raised ZeroDivisionError: mine"):
        graph_of_engine(b + a)
    assert (a.grad, b.grad) == (7.0, 8.0)


def test_a_gradient_that_a_closure_adds_elsewhere_is_put_back_too() -> None:
    a, hidden = Value(2.0, label="a"), Value(5.0, label="hidden")
    out = Value(10.0, (a,), "secret")

    def send() -> None:
        a.grad += hidden.data * out.grad
        hidden.grad += a.data * out.grad

    out._backward = send
    assert grads(graph_of_engine(out))["a"] == 5.0
    assert hidden.grad == 0.0


def test_a_shared_operand_that_cannot_be_told_apart_is_one_use_and_said() -> None:
    a = Value(3.0, label="a")
    pair = [a, a]
    out = Value(9.0, (a, a), "*")

    def send() -> None:
        for one, other in (pair, pair[::-1]):
            one.grad += other.data * out.grad

    out._backward = send
    graph = graph_of_engine(out)
    assert contributions(graph, "a") == [6.0]
    assert len(graph.edges) == 1
    assert "mul uses an operand more than once" in graph.notes[0]


def test_a_set_that_lost_a_use_is_told_of() -> None:
    a = Value(3.0, label="a")
    out = Value(9.0, op="*")
    out._prev = {a}  # type: ignore[assignment]

    class Back:
        def __call__(self) -> None:
            a.grad += 6.0 * out.grad

    out._backward = Back()
    graph = graph_of_engine(out)
    assert contributions(graph, "a") == [6.0]
    assert "mul uses an operand more than once" in graph.notes[0]


def test_a_number_that_became_a_leaf_is_called_by_it() -> None:
    graph = graph_of_engine(MicroValue(2.5) * 2 + MicroValue(0.123456))
    assert [node.name for node in graph.nodes if node.kind == "leaf"] == ["2.5", "2", ""]


def test_data_takes_no_gradient() -> None:
    x, w = Tensor([1.0, 2.0], "x", requires_grad=False), Tensor([3.0, 4.0], "w")
    graph = graph_of_engine((x * w).sum())
    kinds = {node.name: node.kind for node in graph.nodes if node.name}
    assert kinds == {"x": "data", "w": "leaf"}
    assert grads(graph)["x"] is None
    assert grads(graph)["w"] == (1.0, 2.0)


class Local:
    """An engine that keeps local derivatives in place of a backward, without a _op."""

    __slots__ = ("_children", "_local_grads", "data", "grad")

    def __init__(self, data: float, children: Any = (), local_grads: Any = ()) -> None:
        self.data, self.grad = data, 0
        self._children, self._local_grads = children, local_grads

    def __mul__(self, other: "Local") -> "Local":
        return Local(self.data * other.data, (self, other), (other.data, self.data))


class Answering:
    """An engine whose functions take the gradient and answer with one for each operand."""

    def __init__(self, value: Any, parents: Any = (), vjp: Any = None, op: str = "") -> None:
        self.value, self.grad, self.parents, self.vjp, self.op = value, None, parents, vjp, op

    def __mul__(self, other: "Answering") -> "Answering":
        def vjp(g: Any) -> Any:
            return g * other.value, g * self.value

        return Answering(self.value * other.value, [self, other], vjp, "mul")

    def __add__(self, number: float) -> "Answering":
        return Answering(self.value + number, [self, number], lambda g: (g, g), "+")


def test_an_engine_of_local_derivatives_is_read() -> None:
    a, b = Local(2.0), Local(3.0)
    graph = graph_of_engine(a * b * b, {"a": a, "b": b})
    assert (grads(graph)["a"], grads(graph)["b"]) == (9.0, 12.0)
    assert contributions(graph, "b") == [6.0, 6.0]


def test_an_engine_that_answers_with_gradients_is_read() -> None:
    a = Answering(numpy.float64(3.0))
    graph = graph_of_engine(a * a + 1.5, {"a": a})
    assert grads(graph)["a"] == 6.0
    assert contributions(graph, "a") == [3.0, 3.0]
    assert [node.kind for node in graph.nodes] == ["leaf", "op", "constant", "op"]
    assert a.grad is None


def test_twenty_thousand_deep_is_read() -> None:
    x = Value(0.0, label="x")
    y = x
    for _ in range(20_000):
        y = y + x
    graph = graph_of_engine(y)
    assert len(graph.nodes) == 20_001
    assert grads(graph)["x"] == 20_001.0


def test_a_large_array_keeps_its_summary() -> None:
    numbers = numpy.linspace(-1.0, 2.0, 90)
    numbers[7] = math.nan
    graph = graph_of_engine((Tensor(numbers, "x") * 2).sum())
    summary = graph.nodes[0].ports[0].value.summary
    assert summary is not None
    assert (summary.minimum, summary.maximum, summary.nan) == (-1.0, 2.0, 1)
    assert summary.mean == pytest.approx(numpy.nanmean(numbers))
    assert len(summary.strip) == 15


def _cycle() -> Value:
    a = Value(1.0, label="a")
    b = a + 1
    a._prev = (b,)
    return b


def _without_backward() -> Value:
    out = Value(1.0) + 1
    out._backward = None  # type: ignore[assignment]
    return out


def _with_a_wide_share() -> Tensor:
    b = Tensor([1.0], "b")
    out = Tensor([1.0, 1.0])
    out.parents, out.op = (b,), "add"

    def send() -> None:
        b.grad = b.grad + out.grad

    out._backward = send
    return out.sum()


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (lambda: 3.0, r"must be an object of an autograd engine.*: got float"),
        (lambda: torch.ones(1, requires_grad=True), r"autograd engine.*: got Tensor"),
        (_cycle, r"must be without cycles: 'a' is made from"),
        (lambda: Tensor([1.0, 2.0]) * 2, r"must be a scalar: got shape \(2,\); reduce it"),
        (lambda: Value("three"), r"must be a number or a NumPy array of numbers: got str"),  # type: ignore[arg-type]
        (_without_backward, r"must keep how its gradient goes back \(_backward\): got None"),
        (_with_a_wide_share, r"to its operand b must have the operand's shape \(1,\): got \(2,\)"),
        (lambda: Tensor(1.0, requires_grad=False) + 1, r"loss must take a gradient"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(
    made: Callable[[], Any], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        graph_of_engine(made())


def test_only_an_engines_objects_look_like_one() -> None:
    assert is_engine(MicroValue(1.0))
    assert is_engine(Tensor(1.0))
    assert is_engine(Local(1.0))
    others = (1.0, "x", None, numpy.ones(2), torch.ones(2, requires_grad=True), MicroValue)
    assert not any(map(is_engine, others))


def test_a_scalar_engine_is_read_without_torch_or_numpy() -> None:
    code = (
        "import sys; from micrograd.engine import Value; "
        "from graphgen.capture.engines import graph_of_engine as g; g(Value(2.0) * Value(3.0)); "
        "print([name for name in ('torch', 'numpy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "[]", done.stderr
