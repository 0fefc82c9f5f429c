"""A network layer by layer: what is shown is torch's, and what is no chain of layers is told."""

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from graphgen.course.lesson_file import dumps, loads
from graphgen.course.registry import scene_of
from graphgen.course.scene import Lesson
from graphgen.course.scenes.network.step import default_network, step_of
from graphgen.model.errors import InputError, RunError
from graphgen.model.timeline import Text
from graphgen.text.digits import number
from tests.storyboards import board_of, faults, lesson, own_lesson

X = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
T = [[0.0], [1.0], [1.0], [0.0]]


def told(text: str = "", values: dict[str, Any] | None = None, **options: Any) -> Lesson:
    return lesson("network", text, {"x": X, "target": T} if values is None else values, **options)


def test_every_number_is_torchs_own() -> None:
    data = told(lr=0.5).data
    model = default_network(0)
    outputs = [torch.tensor(X, dtype=torch.float64)]
    for part in model:  # type: ignore[attr-defined]
        outputs.append(part(outputs[-1]))
    loss = ((outputs[-1] - torch.tensor(T, dtype=torch.float64)) ** 2).mean()
    parameters = list(model.parameters())
    slopes = torch.autograd.grad(loss, [*outputs[1:], *parameters])
    assert data.losses[0] == pytest.approx(loss.item(), rel=1e-12)
    for layer, output, slope in zip(data.layers, outputs[1:], slopes, strict=False):
        assert layer.output.rows == tuple(map(tuple, output.tolist()))
        assert layer.slope.norm == pytest.approx(slope.norm().item(), rel=1e-12)
    found = [part for layer in data.layers for part in layer.parameters]
    for part, leaf, slope in zip(found, parameters, slopes[4:], strict=True):
        rows = (leaf - 0.5 * slope).reshape(1, -1) if leaf.dim() < 2 else leaf - 0.5 * slope
        assert part.after.rows == tuple(map(tuple, rows.tolist()))
    assert data.losses[1] < data.losses[0]


def test_a_network_of_ones_own_is_shown_and_left_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "net.py"
    file.write_text(
        "from torch import nn\n"
        "class Net(nn.Module):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.body = nn.Sequential(nn.Linear(3, 5), nn.ReLU(inplace=True))\n"
        "        self.head = nn.Linear(5, 2)\n"
        "    def forward(self, x):\n"
        "        return self.head(self.body(x))\n"
        "model = Net()\n"
    )
    for name in ("model", "Net"):
        data = told(f"{file}:{name}", {}, loss="cross-entropy").data
        assert [layer.path for layer in data.layers] == ["body.0", "body.1", "head"]
        assert data.layers[0].detail == "3 → 5"
        assert data.layers[1].output.low == 0.0
        assert data.input.shape == (4, 3)
    model = nn.Sequential(nn.Linear(2, 1))
    before = model[0].weight.detach().clone()
    step_of(model, torch.ones(1, 2), None, "mse", "sgd", 1.0, 0)
    assert torch.equal(model[0].weight, before)
    assert model[0].weight.grad is None


def test_the_persons_random_numbers_go_on_as_if_nothing_had_been() -> None:
    torch.manual_seed(7)
    expected = torch.rand(1)
    torch.manual_seed(7)
    told()
    assert torch.equal(torch.rand(1), expected)


class Between(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.one, self.two = nn.Linear(2, 2), nn.Linear(2, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.two(torch.relu(self.one(x)))  # type: ignore[no-any-return]


class After(Between):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.two(self.one(x)) * 2  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (Between(), r"between one \(Linear\) and two \(Linear\) something else happens"),
        (After(), r"after two \(Linear\) something else"),
        (nn.Sequential(nn.LSTM(2, 3)), "layers that take one tensor and give one"),
        (nn.Sequential(nn.Tanh()), "parameters that take a gradient"),
    ],
)
def test_what_is_no_chain_of_layers_is_told_with_its_place(model: nn.Module, said: str) -> None:
    with pytest.raises(InputError, match=said):
        step_of(model, torch.ones(4, 2), None, "mse", "sgd", 0.1, 0)


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("model = 3\n", InputError, "got int"),
        ("from torch import nn\nmodel = nn.Conv2d(1, 1, 3)\n", InputError, "begins with Conv2d"),
        ("other = 1\n", InputError, "found no 'model'"),
        ("model = 1 / 0\n", RunError, "a network from"),
    ],
)
def test_a_file_without_a_network_is_told(
    tmp_path: Path, text: str, error: type[Exception], said: str
) -> None:
    (tmp_path / "net.py").write_text(text)
    with pytest.raises(error, match=said):
        told(f"{tmp_path / 'net.py'}:model", {})


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"x": X, "target": [[1.0]]}, "target of the output's shape"),
        ({"y": 1.0}, "values for x and target"),
    ],
)
def test_values_that_do_not_fit_are_told(values: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        told("", values)


DEEP = (
    "from torch import nn\n"
    "model = nn.Sequential(*[nn.Sequential(nn.Linear(9, 9), nn.LayerNorm(9), nn.GELU())"
    " for _ in range(4)])\n"
)
ODD = (
    "import torch\nfrom torch import nn\nmodel = nn.Sequential(nn.Linear(1, 1), nn.Linear(1, 1))\n"
)


@pytest.mark.parametrize("aspect", ["16:9", "1:1"])
def test_deep_wide_and_odd_networks_fit_in_every_frame(tmp_path: Path, aspect: str) -> None:
    (tmp_path / "deep.py").write_text(DEEP)
    (tmp_path / "odd.py").write_text(ODD)
    assert faults(board_of(told(f"{tmp_path / 'deep.py'}:model", {}), aspect)) == []
    odd = {"x": [[1e30], [1e-30]]}
    assert faults(board_of(told(f"{tmp_path / 'odd.py'}:model", odd), aspect)) == []


def test_a_step_that_is_too_large_still_has_a_file_and_a_picture() -> None:
    large = told(lr=1e300, optimizer="adam")
    assert loads(dumps(large)).scene == "network"
    assert faults(board_of(large)) == []


def test_the_scene_offers_the_losses_that_there_are() -> None:
    from graphgen.course.scenes.network.step import LOSSES

    offered = next(o.choices for o in scene_of("network").options if o.name == "loss")
    assert set(offered) == set(LOSSES)


def test_the_new_loss_stands_beside_new_outputs_and_no_old_gradient() -> None:
    told = own_lesson("network")
    keys = {element.key for element in board_of(told).steps[-1].keyframe}
    assert not [key for key in keys if "/slope" in key or key.startswith("net/back")]
    texts = _numbers_of(told)
    last = told.data.outputs_after[-1]
    for row, (value,) in enumerate(last.rows):
        assert texts[f"net/{len(told.data.layers)}/value/{row}/0/n"] == number(round(value, 2))
    assert last.rows != told.data.layers[-1].output.rows


def _numbers_of(told: Lesson) -> dict[str, str]:
    return {
        element.key: element.form.text
        for element in board_of(told).steps[-1].keyframe
        if isinstance(element.form, Text)
    }


def test_outputs_after_the_step_are_torchs() -> None:
    model = default_network(0)
    x = torch.tensor([[0.0, 1.0], [1.0, 1.0]], dtype=torch.float64)
    target = torch.tensor([[1.0], [0.0]], dtype=torch.float64)
    done = step_of(model, x, target, "mse", "sgd", 0.5, 0)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    torch.nn.functional.mse_loss(model(x), target).backward()  # type: ignore[no-untyped-call]
    optimizer.step()
    value = x
    for layer, sheet in zip(model.children(), done.outputs_after, strict=True):
        value = layer(value)
        assert sheet.rows[0] == pytest.approx(tuple(value[0].tolist()), rel=1e-12)


def test_a_file_without_outputs_after_the_step_shows_none_beside_the_new_loss() -> None:
    told = own_lesson("network")
    old = replace(told, data=replace(told.data, outputs_after=()))
    assert not [
        key for key in _numbers_of(old) if "/value/" in key and not key.startswith("net/0/")
    ]


def test_a_loss_that_is_no_number_is_not_said_to_stay() -> None:
    told = own_lesson("network")
    gone = replace(told, data=replace(told.data, losses=(0.5, math.nan)))
    assert board_of(gone).steps[-1].caption.endswith("the loss is no number any more.")
