"""The scene of engines: three engines compute the same numbers, and what one can't do is told."""

from dataclasses import replace
from typing import Any

import pytest
import torch

from graphgen.capture.recorder import record
from graphgen.course.engines.interpreter import FUNCTIONS, run_on_numbers, run_on_tensors
from graphgen.course.scenes.engines.record import Data, node_grid_of
from graphgen.language.expression import parse
from graphgen.model.errors import AutovizError, InputError
from graphgen.model.timeline import ASPECTS
from tests.seed_cases import Case, cases
from tests.storyboards import board_of, faults, lesson, own_lesson

XOR: dict[str, Any] = {
    "X": [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]],
    "W1": [[0.5, -0.25, 0.75], [0.125, 0.5, -0.5]],
    "b1": [0.0, 0.25, -0.25],
    "W2": [[0.5], [0.25], [-0.75]],
    "T": [[0.0], [1.0], [1.0], [0.0]],
}
NETWORK = "h = tanh(X @ W1 + b1); y = sigmoid(h @ W2); loss = mse(y, T)"


def told(text: str, values: dict[str, Any], data: tuple[str, ...] = ()) -> Data:
    found = lesson("engines", text, values, data).data
    assert isinstance(found, Data)
    return found


@pytest.mark.parametrize("case", [c for c in cases() if c.inputs], ids=lambda case: case.id)
def test_every_case_of_the_course_comes_out_alike(case: Case) -> None:
    data = told(case.program, dict(case.inputs), case.data)
    assert data.difference < 1e-14
    assert data.compared > 0


def test_a_network_on_single_numbers_has_torchs_gradients() -> None:
    data = told(NETWORK, XOR, ("X", "T"))
    leaves = {
        name: torch.tensor(value, dtype=torch.float64, requires_grad=name not in "XT")
        for name, value in XOR.items()
    }
    hidden = torch.tanh(leaves["X"] @ leaves["W1"] + leaves["b1"])
    loss = ((torch.sigmoid(hidden @ leaves["W2"]) - leaves["T"]) ** 2).mean()
    wanted = ["W1", "b1", "W2"]
    slopes = torch.autograd.grad(loss, [leaves[name] for name in wanted])
    for engine in data.engines:
        for name, slope in zip(wanted, slopes, strict=True):
            grad = engine.told[data.names.index(name)].grad
            assert grad is not None
            assert grad.items == pytest.approx(slope.flatten().tolist(), rel=1e-12)
    scalar, array, _ = (len(engine.web.dots) for engine in data.engines)
    assert scalar > 5 * array


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_function_is_torchs_on_both_engines(name: str) -> None:
    calls = {
        "dot": "dot(x, [2, 3])", "matmul": "sum(matmul([[1, 2], [3, 4]], x))",
        "mse": "mse(x, [2, 3])", "pow": "sum(pow(x, 3))",
        "transpose": "sum(transpose([[1, 2], [3, 4]]) @ x)",
    }  # fmt: skip
    program = parse(f"loss = {calls.get(name, f'sum({name}(x))')}")
    values = {"x": [0.5, 0.75]}
    leaf = record(program, values)
    x = next(node for node in leaf.nodes if node.name == "x").ports[0].grad
    assert x is not None
    for run in (run_on_numbers, run_on_tensors):
        assert run(program, values).names["x"].grad.tolist() == pytest.approx(x.items, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "values", "said"),
    [
        ("gelu(x)", {"x": 1.0}, "got gelu; take one of cos"),
        ("x ** y", {"x": 1.0, "y": 2.0}, "a power that is a number"),
        ("sum([x, 1])", {"x": 1.0}, "got one with a name in it"),
        ("exp(x)", {"x": 1e30}, "an engine of Python's own"),
        ("log(x - x)", {"x": 1.0}, "an engine of Python's own"),
        ("sum(x)", {"x": [1.0] * 600}, "at most 500 numbers"),
    ],
)
def test_what_an_engine_cannot_do_is_told(text: str, values: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        told(text, values)


def test_a_program_that_is_none_is_told() -> None:
    with pytest.raises(AutovizError):
        told("(a", {})


@pytest.mark.parametrize("aspect", ASPECTS)
def test_small_large_and_odd_programs_fit(aspect: str) -> None:
    name = "a_name_of_forty_characters_is_a_longname"
    for text, values, data in (
        (NETWORK, XOR, ("X", "T")),
        ("c = a * a", {"a": 1e30}, ()),
        (f"{name} = x * 1e-30; loss = {name} ** 2", {"x": 3.0}, ()),
    ):
        assert faults(board_of(lesson("engines", text, values, data), aspect)) == []


def test_a_web_has_every_node_once_and_its_ways_go_on() -> None:
    web = node_grid_of(record(parse(NETWORK), XOR, ("X", "T")))
    places = {(dot.column, dot.row) for dot in web.dots}
    assert len(places) == len(web.dots)
    assert all(web.dots[a].column < web.dots[b].column for a, b in web.ways)


def test_equal_results_are_said_to_be_so_and_others_not() -> None:
    told = own_lesson("engines")
    captions = [step.caption for step in board_of(told).steps]
    assert "Forward: all three come to 0.1331." in captions
    assert "18 numbers on each engine: all are equal, to the last digit." in captions
    scalar, *others = told.data.engines
    loss = scalar.told[-1]
    odd = replace(loss, value=replace(loss.value, items=(0.5,)))
    engines = (replace(scalar, told=(*scalar.told[:-1], odd)), *others)
    data = replace(told.data, engines=engines, difference=0.25)
    captions = [step.caption for step in board_of(replace(told, data=data)).steps]
    assert "Forward: torch comes to 0.1331, and the others to 0.5 and 0.1331." in captions
    assert "18 numbers on each engine: the largest difference is 0.25." in captions
