"""Each node has the name that its author would use, and captions speak of what was read."""

import functools
import re
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 (as everybody calls it)
from torch.utils.checkpoint import checkpoint

from graphgen.capture.recorder import recording
from graphgen.folding import fold
from graphgen.model.graph import Graph
from graphgen.narration.telling import tell


def leaf(value: object) -> Tensor:
    return torch.tensor(value, dtype=torch.float64, requires_grad=True)


def recorded(make: Callable[[], Tensor]) -> Graph:
    with recording() as tape:
        return tape.graph_among(make(), {})


def values(graph: Graph) -> dict[str, float]:
    """The first number of each output that has a name."""
    named = {}
    for node in graph.nodes:
        for port in node.ports:
            name = port.name if len(node.ports) > 1 else node.name
            if name and port.value.items:
                assert name not in named, f"two nodes are called {name}"
                named[name] = float(port.value.items[0].real)
    return named


def labels(graph: Graph) -> dict[str, str]:
    return {node.name: node.label for node in graph.nodes if node.name and node.label}


def test_a_name_that_is_bound_again_is_told_apart() -> None:
    def make() -> Tensor:
        a = leaf(2.0)
        h = a * 3
        y = h + 1
        h = y * 2
        z = h * y
        return z  # noqa: RET504 (a loss with a name)

    graph = recorded(make)
    assert values(graph) == {"a": 2.0, "h": 6.0, "y": 7.0, "h₂": 14.0, "z": 98.0}
    assert labels(graph) == {"h": "a * 3", "y": "h + 1", "h₂": "y * 2", "z": "h₂ * y"}


def test_each_turn_of_a_loop_binds_anew() -> None:
    def make() -> Tensor:
        h = leaf(2.0)
        for _ in range(2):
            h = h * 3
            h += 1
        return h

    graph = recorded(make)
    assert values(graph) == {"h": 2.0, "h₂": 6.0, "h₃": 7.0, "h₄": 21.0, "h₅": 22.0}
    assert labels(graph)["h₅"] == "h₄ + 1"


def test_a_users_h2_is_another_name_than_the_second_h() -> None:
    def make() -> Tensor:
        h = leaf(2.0)
        h2 = h * 5
        h = h2 + 1
        return h * h2

    assert values(recorded(make)) == {"h": 2.0, "h2": 10.0, "h₂": 11.0}


def test_calls_and_tuples_name_what_they_give() -> None:
    def make() -> Tensor:
        a = leaf([1.0, 2.0])
        h = F.relu(a)
        hard = F.mse_loss(h, h.detach() * 2)
        mu, logvar = h * 2, h + 1
        return (hard + mu + logvar).sum()

    assert {"h": 1.0, "hard": 2.5, "mu": 2.0, "logvar": 2.0}.items() <= values(
        recorded(make)
    ).items()


def test_what_a_function_returns_is_called_as_its_caller_does() -> None:
    def split(x: Tensor) -> tuple[Tensor, Tensor]:
        left = x * 2
        return left, x + 1

    def wrapped(x: Tensor) -> tuple[Tensor, Tensor]:
        return split(x)

    def make() -> Tensor:
        a = leaf(3.0)
        first, second = wrapped(a)
        both = wrapped(first)
        return first * second * both[0] * both[1]

    graph = recorded(make)
    expected = {"a": 3.0, "first": 6.0, "second": 4.0, "both[0]": 12.0, "both[1]": 7.0}
    assert values(graph) == expected
    assert labels(graph)["second"] == "a + 1"


def test_leaves_in_lists_dicts_and_objects_are_called_by_their_place() -> None:
    class Holder:
        def __init__(self) -> None:
            self.w = leaf(7.0)

        def scaled(self, x: Tensor) -> Tensor:
            return x * self.w

    def make() -> Tensor:
        ps = [leaf(1.0), leaf(2.0)]
        params = {"w": leaf(3.0), "b": leaf(4.0)}
        total = leaf(0.5)
        for p in ps:
            total = total + p * p
        for value in params.values():
            total = total + value
        total = total + sum(p * 2 for p in ps)
        return Holder().scaled(total)

    graph = recorded(make)
    assert {
        "ps[0]": 1.0, "ps[1]": 2.0, "params['w']": 3.0, "params['b']": 4.0, "w": 7.0, "total": 0.5,
    }.items() <= values(graph).items()  # fmt: skip
    assert labels(graph)["total₂"] == "total + ps[0] * ps[0]"
    assert any(node.label == "ps[1] * 2" for node in graph.nodes)


def test_what_a_call_makes_on_its_way_has_not_the_name_of_its_result() -> None:
    def make() -> Tensor:
        xs = [leaf(2.0), leaf(3.0), leaf(4.0)]
        total = sum(x * x for x in xs)
        product = functools.reduce(lambda u, v: u * v, xs)
        greatest = functools.reduce(torch.maximum, xs)
        loss = total + product + greatest
        return loss  # noqa: RET504 (a loss with a name)

    graph = recorded(make)
    assert values(graph) == {
        "xs[0]": 2.0, "xs[1]": 3.0, "xs[2]": 4.0,
        "total": 29.0, "product": 24.0, "greatest": 4.0, "loss": 57.0,
    }  # fmt: skip


def test_what_a_list_gathers_is_called_by_its_place_there() -> None:
    def make() -> Tensor:
        xs = [leaf(2.0), leaf(3.0)]
        squares = list(map(torch.square, xs))
        cubes = tuple(x * x * x for x in xs)
        loss = squares[0] * squares[1] + cubes[0] * cubes[1]
        return loss  # noqa: RET504 (a loss with a name)

    graph = recorded(make)
    assert values(graph) == {
        "xs[0]": 2.0, "xs[1]": 3.0, "squares[0]": 4.0, "squares[1]": 9.0,
        "cubes[0]": 8.0, "cubes[1]": 27.0, "loss": 252.0,
    }  # fmt: skip
    assert not any("map" in label for label in labels(graph).values())


def test_a_whole_is_not_said_to_equal_what_is_added_to_its_part() -> None:
    def make() -> Tensor:
        x = leaf([1.0, 2.0])
        y = x * 1
        y[0] += x[1]
        return y.sum()

    captions = [step.caption for step in tell(recorded(make)).steps]
    assert any(caption.endswith("= [3, 2].") for caption in captions)
    assert not any("+ x[1] = [" in caption for caption in captions)


def test_a_loop_that_comes_again_keeps_the_names_of_its_earlier_turns() -> None:
    def doubled(x: Tensor) -> Tensor:
        y = x * 2
        return y  # noqa: RET504 (a name of a function's own)

    def make() -> Tensor:
        h = leaf(1.0)
        hs = []
        for _ in range(2):
            h = doubled(h) + 1
            hs.append(h)
        s = hs[0]
        for x in hs:
            s = torch.mul(s, x)
        return s + h

    named = values(recorded(make))
    assert named["s"] == 9.0
    assert named["s₂"] == 63.0
    assert {name for name, value in named.items() if value == 2.0} == {"y"}


def test_outputs_of_one_operation_have_names_of_their_own() -> None:
    def make() -> Tensor:
        a, b = leaf([2.0, 3.0]).unbind()
        return a * b

    graph = recorded(make)
    assert values(graph) == {"a": 2.0, "b": 3.0}
    assert graph.nodes[-1].label == "a * b"


def test_the_indices_of_a_maximum_take_no_name_away() -> None:
    def make() -> Tensor:
        x = leaf([1.0, 5.0])
        most, place = x.max(dim=0)
        return most * (place + 2)

    assert values(recorded(make))["most"] == 5.0


def test_several_modules_are_told_apart_by_their_variables() -> None:
    def make() -> Tensor:
        student, teacher = nn.Linear(2, 2), nn.Linear(2, 2)
        x = torch.ones(3, 2)
        guess = student(x)
        aim = teacher(x)
        return F.mse_loss(guess, aim)

    graph = recorded(make)
    named = {node.name for node in graph.nodes}
    assert {"student.weight", "student.bias", "teacher.weight", "teacher.bias"} <= named
    assert {"guess", "aim", "x"} <= named


def test_one_module_keeps_its_own_paths() -> None:
    def make() -> Tensor:
        net = nn.Sequential(nn.Linear(2, 2), nn.Tanh(), nn.Linear(2, 1))
        unused = nn.Linear(2, 2)
        assert unused is not net
        return net(torch.ones(3, 2)).sum()

    named = {node.name for node in recorded(make).nodes}
    assert {"0.weight", "0.bias", "2.weight", "2.bias"} <= named


def test_modules_of_a_network_that_is_given_are_not_called_by_the_parameter() -> None:
    def loss_of(net: nn.Module, x: Tensor) -> Tensor:
        out: Tensor = net(x)
        return out.sum()

    def make() -> Tensor:
        online, target = nn.Linear(2, 1), nn.Linear(2, 1)
        x = torch.ones(1, 2)
        return loss_of(online, x) + loss_of(target, x)

    named = {node.name for node in recorded(make).nodes}
    assert {"online.weight", "target.weight", "online.bias", "target.bias"} <= named


class Cube(torch.autograd.Function):
    @staticmethod
    def forward(ctx: object, x: Tensor) -> Tensor:
        return x * x * x

    @staticmethod
    def backward(ctx: object, grad: Tensor) -> Tensor:
        return grad * 12


def test_a_function_of_the_users_is_called_by_its_class_and_its_inside_by_nothing() -> None:
    def make() -> Tensor:
        a = leaf(2.0)
        cube = Cube.apply(a)
        return cube * Cube.apply(cube)

    graph = recorded(make)
    titles = [mark.text for mark in tell(graph).steps[0].marks]
    assert titles[:3] == ["a", "cube = Cube(a)", "Cube(cube)"]
    assert not any("x" in re.findall(r"\w+", title) for title in titles)


@pytest.mark.parametrize("is_reentrant", [True, False])
def test_a_checkpoint_is_called_as_its_result(is_reentrant: bool) -> None:
    def block(x: Tensor) -> Tensor:
        return (x * 2).tanh()

    def make() -> Tensor:
        a = leaf(0.0)
        h = checkpoint(block, a, use_reentrant=is_reentrant)
        assert isinstance(h, Tensor)
        return h * 3

    graph = recorded(make)
    assert {"a": 0.0, "h": 0.0}.items() <= values(graph).items()
    assert graph.nodes[-1].label == "h * 3"


def test_a_caption_that_would_speak_of_another_node_speaks_of_operands() -> None:
    def scaled(w: float, x: Tensor) -> Tensor:
        return x * w

    def make() -> Tensor:
        w, a = leaf(3.0), leaf(2.0)
        b = scaled(5.0, a)
        return w * b

    graph = recorded(make)
    titles = [mark.text for mark in tell(graph).steps[0].marks]
    assert "b = a × 5" in titles


def test_a_text_may_be_longer_than_its_line() -> None:
    def make() -> Tensor:
        a = leaf([1.0, 2.0])
        h = torch.clamp(
            a,  # what is clamped
            min=0.0,
        )
        return h.sum()

    assert labels(recorded(make))["h"] == "torch.clamp(a, min=0.0)"


def test_nothing_that_is_called_first_keeps_a_name_of_the_result() -> None:
    """A linear layer transposes its weight first, a loss of torch's expands its operands."""

    def make() -> Tensor:
        x, w = leaf([[1.0, 2.0]]), leaf([[3.0, 4.0]])
        h = F.linear(x, w)
        k = h @ w
        return k.sum()

    assert values(recorded(make)) == {"x": 1.0, "w": 3.0, "h": 11.0, "k": 33.0}


def test_a_graph_that_nobody_watched_tells_modules_and_lists_apart() -> None:
    from graphgen import graph_of

    first, second = nn.Linear(1, 1), nn.Linear(1, 1)
    ps = [leaf(1.0), leaf(2.0)]
    x = torch.ones(1, 1)
    loss = (first(x) * second(x)).sum() * ps[0] * ps[1]
    named = {node.name for node in graph_of(loss).nodes}
    assert {"first.weight", "second.weight", "ps[0]", "ps[1]"} <= named


def titles(graph: Graph) -> list[str]:
    return [mark.text for mark in tell(graph).steps[0].marks]


def test_no_two_nodes_of_a_picture_read_the_same() -> None:
    """Neither operations that are written alike, nor modules that ran several times."""

    def cells() -> Tensor:
        cell = nn.GRUCell(2, 2)
        h = torch.zeros(1, 2)
        for _ in range(3):
            h = cell(torch.ones(1, 2), h)
        return h.sum()

    def alike() -> Tensor:
        a = leaf([1.0, 2.0])
        return (a * 2).sum() + (a * 2).sum() * (a.exp() + a.exp()).sum()

    for graph in (recorded(alike), fold(recorded(cells), depth=1), recorded(cells)):
        told = tell(graph)
        shown = [
            title
            for title, node in zip(titles(graph), graph.nodes, strict=True)
            if node.kind != "constant"
        ]
        rows = [row.name for row in told.table]
        assert len(set(shown)) == len(shown)
        assert len(set(rows)) == len(rows)


def test_how_often_a_module_ran_is_not_written_as_a_product() -> None:
    def make() -> Tensor:
        layers = nn.Sequential(*(nn.Linear(2, 2) for _ in range(40)))
        return layers(torch.ones(1, 2)).sum()

    names = [node.name for node in fold(recorded(make), most=10).nodes]
    assert "0–39 (40 times)" in names
    assert not any("×" in name for name in names)


def test_outputs_are_told_by_their_names() -> None:
    def make() -> Tensor:
        a, b = leaf([2.0, 3.0]).unbind()
        return a * b

    story = tell(recorded(make))
    assert [(row.name, row.value, row.gradient) for row in story.table[1:3]] == [
        ("a", "2", "3"), ("b", "3", "2"),
    ]  # fmt: skip
    captions = [step.caption for step in story.steps]
    assert "a, b = leaf([…]).unbind() = 2, 3." in captions
    assert "× sends 2 to b: its slope is a = 2, times 1 from above." in captions


def test_a_function_of_the_users_that_has_the_name_of_torchs_keeps_its_own() -> None:
    class Mul(torch.autograd.Function):
        @staticmethod
        def forward(ctx: object, x: Tensor, y: Tensor) -> Tensor:
            return x + y

        @staticmethod
        def backward(ctx: object, grad: Tensor) -> tuple[Tensor, Tensor]:
            return grad, grad

    def make() -> Tensor:
        a, b = leaf(2.0), leaf(3.0)
        return Mul.apply(a, b) * 2

    story = tell(recorded(make))
    assert "Mul(a, b)" in [mark.text for mark in story.steps[0].marks]
    assert any(step.caption.startswith("Mul sends 2 to a") for step in story.steps)
    assert not any("× sends 2 to a" in step.caption for step in story.steps)
