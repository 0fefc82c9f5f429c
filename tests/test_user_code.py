"""What a name in the user's code may stand for, how packages run, and what --arg hands over."""

import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest
import torch

import graphgen.commands.autoviz as cli
from graphgen.capture.user_code.losses import Address, address_of, graph_at
from graphgen.capture.user_code.passing import as_argument, read_arguments
from graphgen.model.errors import InputError, LossError, RunError
from graphgen.model.graph import Graph

ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(text: str, name: str = "train.py") -> None:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(textwrap.dedent(text))


def grads(graph: Graph) -> dict[str, object]:
    return {n.name: n.ports[0].grad.items for n in graph.nodes if n.name and n.ports[0].grad}


def graph_of_text(text: str, *arguments: str, output: str | None = None) -> Graph:
    address = address_of(text)
    assert address is not None
    return graph_at(address, arguments, None, output)


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = cli.main(arguments)
    output = capsys.readouterr()
    return status, output.out, output.err


# What a name may stand for

KINDS = """
    import functools, math, numpy, torch
    from torch import nn
    model = nn.Linear(2, 1)
    bce = nn.BCELoss()
    total = torch.sum
    biggest = max
    adam = torch.optim.Adam(model.parameters())
    number = 3.0
    words = "loss"
    nothing = None
    array = numpy.ones(3)
    class Net(nn.Module):
        pass
    async def later():
        pass
    def several():
        yield 1
    def forgets():
        torch.ones(())
    def plain():
        return 3.0
"""


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("model", "model is a module, not a loss: it is a Linear of torch's"),
        ("bce", "bce is a module, not a loss: it is a BCELoss.*return bce\\(output, target\\)"),
        ("total", r"total is a built-in function, not a loss: .*return total\(\.\.\.\)"),
        ("torch.sum", r"torch\.sum is a built-in function, not a loss"),
        ("biggest", "biggest is a built-in function, not a loss"),
        ("math.sin", "arguments for math.sin|math.sin is a built-in"),
        ("Net", "Net is a class, not a loss"),
        ("nn.Linear", "nn.Linear is a class, not a loss"),
        ("torch", "torch, a module of Python's"),
        ("adam", "Adam, an optimizer"),
        ("number", "float, a plain number"),
        ("words", "str, a text"),
        ("nothing", "got None"),
        ("array", "ndarray, an array of NumPy's"),
        ("later", "a coroutine"),
        ("several", "a generator"),
        ("forgets", "got None; .*has to return it"),
        ("plain", r"leave out \.item\(\)"),
        ("nn.functional.mse_loss", r"arguments for nn\.functional\.mse_loss.*--arg"),
    ],
)
def test_what_is_no_loss_is_called_what_it_is(
    name: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write(KINDS)
    with pytest.raises((InputError, LossError), match=words):
        graph_of_text(f"train.py:{name}")
    status, out, error = said(capsys, "tree", f"train.py:{name}")
    assert (status, out) == (2, "")
    assert "fault in autoviz" not in error


def test_a_module_that_gets_its_inputs_is_called() -> None:
    write(KINDS)
    graph = graph_of_text(
        "train.py:bce", "tensor([0.5], requires_grad=True)", "tensor([1.0])"
    )  # fmt: skip
    assert graph.nodes[-1].ports[0].value.items == pytest.approx((0.6931471805599453,))
    assert [node.kind for node in graph.nodes][:2] == ["leaf", "data"]


def test_what_torch_raises_of_the_users_arguments_is_theirs() -> None:
    write(KINDS)
    with pytest.raises(RunError, match=r"it raised RuntimeError(.|\n)*mat1 and mat2"):
        graph_of_text("train.py:model", "tensor([1.0, 2.0, 3.0])")
    with pytest.raises(RunError, match="it raised TypeError"):
        graph_of_text("train.py:total", "text", "more", "1")


# Several losses

SEVERAL = """
    import collections, dataclasses, torch
    x = torch.tensor(3.0, requires_grad=True)
    Pair = collections.namedtuple("Pair", "reconstruction divergence")
    @dataclasses.dataclass
    class Output:
        loss: torch.Tensor
        logits: torch.Tensor
    def parts():
        return {"loss": x * x, "parts": {"kl": x * 5}, "accuracy": torch.tensor(0.5), "epoch": 3}
    def pair():
        return x * x, x * 5
    def named():
        return Pair(x * x, x * 5)
    def output():
        return Output(x * x, x * torch.ones(2, 3))
    def one():
        return x * x
    held = {"a": x * x, "b": x * 5}
"""


@pytest.mark.parametrize(
    ("name", "known", "choices"),
    [
        ("parts", "dict with loss, parts.kl;", {"loss": 6.0, "parts.kl": 5.0}),
        ("pair", "tuple with 0, 1;", {"0": 6.0, "1": 5.0}),
        (
            "named",
            "Pair with reconstruction, divergence;",
            {"reconstruction": 6.0, "divergence": 5.0},
        ),
        ("output", r"Output with loss, logits of shape \(2, 3\);", {"loss": 6.0}),
        ("held", "dict with a, b;", {"a": 6.0, "b": 5.0}),
    ],
)
def test_of_several_losses_one_is_chosen_by_name(
    name: str, known: str, choices: dict[str, float]
) -> None:
    write(SEVERAL)
    with pytest.raises(LossError, match=f"{known}.*--output {next(iter(choices))}"):
        graph_of_text(f"train.py:{name}")
    for output, expected in choices.items():
        assert grads(graph_of_text(f"train.py:{name}", output=output))["x"] == (expected,)


def test_an_output_that_is_not_there_is_told_with_those_that_are() -> None:
    write(SEVERAL)
    with pytest.raises(InputError, match=r"got 'los'; did you mean 'loss'\?.*it has: loss, parts"):
        graph_of_text("train.py:parts", output="los")
    with pytest.raises(InputError, match="gives one alone; leave out 'loss'"):
        graph_of_text("train.py:one", output="loss")


def test_the_commands_take_the_name_of_an_output(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(SEVERAL)
    status, tree, _ = said(capsys, "tree", "train.py:parts", "--output", "parts.kl")
    assert (status, "x  value 3  ∂ 5" in tree) == (0, True)
    status, table, _ = said(capsys, "explain", "train.py:pair", "--output", "1")
    assert (status, "15" in table) == (0, True)
    status, text, _ = said(
        capsys, "render", "loss", "train.py:parts", "--output", "loss", "-o", "-", "--format", "txt"
    )
    assert (status, "value 9" in text) == (0, True)
    assert said(capsys, "tree", "a", "--set", "a=1", "--output", "x")[0] == 2
    assert sorted(os.listdir()) == ["train.py"]


@pytest.mark.dot
def test_a_name_with_a_suffix_is_a_file_as_it_was(capsys: pytest.CaptureFixture[str]) -> None:
    write(SEVERAL)
    arguments = ["render", "loss", "train.py:parts", "--output", "loss", "--output", "x.svg"]
    assert said(capsys, *arguments)[0] == 0
    assert said(capsys, "render", "loss", "train.py:one", "--format", "svg", "-o", "plain")[0] == 0
    assert sorted(os.listdir()) == ["plain", "train.py", "x.svg"]


# Packages


def package(folder: str = ".", init: str = "") -> None:
    """pkg, with files that import each other."""
    write(init, f"{folder}/pkg/__init__.py")
    write("import torch\nW = torch.tensor(3.0, requires_grad=True)", f"{folder}/pkg/model.py")
    write("from ..model import W\nfactor = 2.0", f"{folder}/pkg/inner/parts.py")
    write("", f"{folder}/pkg/inner/__init__.py")
    write(
        """
        from .model import W
        from .inner.parts import factor
        whole = W * W * factor
        def loss():
            return W * W * factor
        """,
        f"{folder}/pkg/train.py",
    )
    write("from ..model import W\ndef loss():\n    return W * 7", f"{folder}/pkg/inner/deep.py")


@pytest.mark.parametrize(
    ("text", "slope"),
    [
        ("pkg/train.py:loss", 12.0),
        ("pkg/train.py:whole", 12.0),
        ("./pkg/train.py:loss", 12.0),
        ("pkg.train:loss", 12.0),
        ("pkg.train:whole", 12.0),
        ("pkg/inner/deep.py:loss", 7.0),
        ("pkg.inner.deep:loss", 7.0),
    ],
)
@pytest.mark.parametrize("has_init", [True, False])
def test_relative_imports_work_in_files_and_in_modules(
    text: str, slope: float, has_init: bool
) -> None:
    package()
    if not has_init:
        Path("pkg/__init__.py").unlink()
    before = (sys.path[:], set(sys.modules))
    graph = graph_of_text(text)
    assert grads(graph)["W"] == (slope,)
    assert all(node.ports[0].value.known for node in graph.nodes)
    assert sys.path == before[0]
    assert not [name for name in set(sys.modules) - before[1] if name.startswith("pkg")]
    assert not list(Path().rglob("__pycache__"))


def test_a_package_is_read_anew_each_time_and_by_path_from_elsewhere(tmp_path: Path) -> None:
    package("here")
    package("there")
    write("import torch\nW = torch.tensor(5.0, requires_grad=True)", "there/pkg/model.py")
    for folder, slope in (("here", 12.0), ("there", 20.0), ("here", 12.0)):
        assert grads(graph_of_text(f"{folder}/pkg/train.py:loss"))["W"] == (slope,)


def test_a_package_called_as_one_that_is_loaded_is_the_users() -> None:
    package("tests")
    Path("tests/pkg").rename("tests/tests")
    os.chdir("tests")
    ours = sys.modules["tests"]
    assert grads(graph_of_text("tests/train.py:loss"))["W"] == (12.0,)
    assert sys.modules["tests"] is ours


def test_a_packages_init_may_import_the_file_itself() -> None:
    package(init="from .train import loss")
    assert grads(graph_of_text("pkg/train.py:loss"))["W"] == (12.0,)
    assert grads(graph_of_text("pkg:loss"))["W"] == (12.0,)


def test_a_file_without_relative_imports_runs_as_ever_whatever_its_folder_says() -> None:
    write("raise RuntimeError('imported')", "pkg/__init__.py")
    write("x = 2.0", "pkg/helper.py")
    write(
        """
        import torch, helper
        x = torch.tensor(helper.x, requires_grad=True)
        loss = x * x
        """,
        "pkg/train.py",
    )
    assert grads(graph_of_text("pkg/train.py:loss"))["x"] == (4.0,)


def test_a_file_in_a_package_may_import_the_package_by_its_name() -> None:
    package()
    write("from pkg.model import W\ndef loss():\n    return W * 4", "pkg/absolute.py")
    assert grads(graph_of_text("pkg/absolute.py:loss"))["W"] == (4.0,)
    assert "pkg" not in sys.modules


def test_a_file_needs_no_suffix() -> None:
    write("import torch\nx = torch.tensor(3.0, requires_grad=True)\nloss = x * x", "script")
    assert grads(graph_of_text("script:loss"))["x"] == (6.0,)
    assert grads(graph_of_text("./script:loss"))["x"] == (6.0,)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("train.py", "train.py:compute_loss"),
        ("absent.py", "train.py:compute_loss"),
        ("./script", "train.py:compute_loss"),
        ("torch.nn:Linear", "Linear is a class, not a loss"),
        ("torch:sum", "sum is a built-in function, not a loss"),
        ("torch.nn:Linea", "did you mean 'Linear'"),
        ("absent.module:loss", "found none called 'absent.module'"),
        ("math:sin", "found none called 'math'|built-in"),
        ("pkg.absent:loss", "found none called 'pkg.absent'"),
        ("train:absent", "found no 'absent'"),
    ],
)
def test_what_is_meant_as_a_file_is_told_about_files(
    text: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    package()
    write("import torch\nx = torch.tensor(3.0, requires_grad=True)\nloss = x * x")
    write("loss = 3", "script")
    status, out, error = said(capsys, "tree", text)
    assert (status, out) == (2, "")
    assert re.search(words, error), error


def test_a_name_is_an_expression_also_beside_a_file_of_that_name(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write("x", "a")
    assert said(capsys, "tree", "a * a", "--set", "a=3")[0] == 0
    assert said(capsys, "tree", "a", "--set", "a=3")[0] == 0
    assert "train.py:compute_loss" in said(capsys, "tree", "a")[2]


# What --arg hands over


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tensor([1.0, 2.0])", torch.tensor([1.0, 2.0])),
        ("tensor([[1, 2], [3, 4]])", torch.tensor([[1, 2], [3, 4]])),
        ("torch.tensor(3.5)", torch.tensor(3.5)),
        ("tensor([1, 2], dtype=float64)", torch.tensor([1, 2], dtype=torch.float64)),
        ("tensor([1, 2], dtype=torch.bfloat16)", torch.tensor([1, 2], dtype=torch.bfloat16)),
        ("zeros(2, 3)", torch.zeros(2, 3)),
        ("ones([2, 3])", torch.ones(2, 3)),
        ("arange(4)", torch.arange(4)),
        ("randn(2, 3)", torch.randn(2, 3, generator=torch.Generator().manual_seed(0))),
        ("randint(0, 9, (4,))",
         torch.randint(0, 9, (4,), generator=torch.Generator().manual_seed(0))),
    ],
)  # fmt: skip
def test_a_tensor_is_written_as_torch_writes_it(text: str, expected: torch.Tensor) -> None:
    state = torch.get_rng_state()
    for given in (text, f"x={text}"):
        positional, named = read_arguments([given])
        tensor = as_argument((*positional, *named.values())[0])
        assert tensor.dtype == expected.dtype
        assert torch.equal(tensor, expected)
        assert not tensor.requires_grad
    assert torch.equal(torch.get_rng_state(), state)
    assert as_argument(read_arguments(["ones(2, requires_grad=True)"])[0][0]).requires_grad


def test_tensors_come_from_files_too() -> None:
    torch.save(torch.tensor([1.0, 2.0]), "x.pt")
    np.save("y.npy", np.array([3.0, 4.0]))
    write("""
        import torch
        w = torch.tensor(2.0, requires_grad=True)
        def loss(x, y):
            return (w * x * y).sum()
    """)
    graph = graph_of_text("train.py:loss", "@x.pt", "y=@y.npy")
    assert grads(graph)["w"] == (11.0,)
    assert {node.name for node in graph.nodes} >= {"w", "x", "y"}


class Evil:
    """Whose pickle runs code."""

    def __reduce__(self) -> tuple[object, ...]:
        return (os.mkdir, ("harmed",))


@pytest.mark.parametrize(
    ("argument", "words"),
    [
        ("@absent.pt", "absent.pt can't be read"),
        ("@evil.pt", "evil.pt can't be read"),
        ("@evil.npy", "evil.npy can't be read"),
        ("@many.pt", "many.pt holds dict"),
        ("tensor([1, 2], dtype=float99)", "a tensor as torch.tensor makes it"),
        ("tensor([[1], [2, 3]])", "a tensor as torch.tensor makes it"),
        ("zeros(99999999999999)", "a tensor as torch.zeros makes it"),
        ("tensor(open('x'))", "an argument"),
        ("tensor([1, 2)", "an argument"),
        ("load('x.pt')", "an argument"),
        ("os.system('x')", "an argument"),
        ("tensor(**{'a': 1})", "an argument"),
        ("[1, 2]", "TypeError"),
    ],
)
def test_what_is_no_tensor_is_told_and_runs_nothing(argument: str, words: str) -> None:
    torch.save(Evil(), "evil.pt")
    np.save("evil.npy", np.array([Evil()], dtype=object), allow_pickle=True)
    torch.save({"x": torch.ones(1)}, "many.pt")
    write("import torch\ndef loss(x):\n    return torch.sigmoid(x).sum()\n")
    with pytest.raises((InputError, RunError), match=words):
        graph_of_text("train.py:loss", argument)
    assert not Path("harmed").exists()


def test_an_address_is_told_from_an_expression() -> None:
    assert address_of("pkg.train:Model.loss") == Address("pkg.train", "Model.loss")
    assert address_of("train:loss") == Address("train", "loss")
    for text in ("a * b", "x[1:2]", "a + b: c", "3:loss", "my file:loss", "a:b*c"):
        assert address_of(text) is None


def test_the_shell_runs_a_module_of_the_folder_that_it_is_in() -> None:
    package()
    run = subprocess.run(
        [sys.executable, str(ROOT / "cli.py"), "tree", "pkg.train:loss"],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert (run.returncode, run.stderr) == (0, "")
    assert "W  value 3  ∂ 12" in run.stdout
