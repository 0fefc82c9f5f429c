"""A loss in a file of the user's: what is run, what is read, and what is left as it was."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

import graphgen.commands.autoviz as cli
from graphgen.capture.user_code.losses import Address, address_of, graph_at
from graphgen.capture.user_code.passing import read_arguments
from graphgen.model.errors import AutovizError, InputError, LossError, RunError
from graphgen.model.graph import Graph

ROOT = Path(__file__).parent.parent

TRAIN = """
    import torch
    from torch import nn

    a = torch.tensor(2.0, requires_grad=True)
    b = torch.tensor(3.0, requires_grad=True)
    whole = (a + b) * b

    def compute_loss(scale=1, *, shift=0.0):
        s = a + b
        return s * b * scale + shift

    def many():
        torch.manual_seed(0)
        model = nn.Sequential(*(nn.Linear(2, 2) for _ in range(40)))
        return model(torch.ones(1, 2)).sum()
"""


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.chdir(tmp_path)
    yield
    signal.signal(signal.SIGTERM, before)


def write(text: str, name: str = "train.py") -> str:
    Path(name).write_text(textwrap.dedent(text))
    return name


def graph(name: str, *arguments: str, file: str = "train.py") -> Graph:
    return graph_at(Address(file, name), arguments)


def grads(found: Graph) -> dict[str, object]:
    return {n.name: n.ports[0].grad.items for n in found.nodes if n.name and n.ports[0].grad}


def shell(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "cli.py"), *arguments],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


# What is read


def test_a_function_runs_under_the_recorder_and_its_variables_name_the_nodes() -> None:
    write(TRAIN)
    found = graph("compute_loss")
    assert grads(found) == {"a": (3.0,), "b": (8.0,), "s": (3.0,)}
    assert all(node.ports[0].value.known for node in found.nodes)
    assert found.nodes[-1].source.startswith("train.py:")


def test_a_variable_that_holds_the_loss_is_read_with_every_value() -> None:
    write(TRAIN)
    found = graph("whole")
    assert grads(found) == {"a": (3.0,), "b": (8.0,), "whole": (1.0,)}
    assert all(node.ports[0].value.known for node in found.nodes)


def test_parameters_are_called_as_in_the_model_of_the_file() -> None:
    write("""
        import torch
        class Model(torch.nn.Module):
            def __init__(self):
                super().__init__()
                self.inner = torch.nn.Linear(2, 1)
            def loss(self):
                return self.inner(torch.ones(2)).sum()
        model = Model()
    """)
    assert set(grads(graph("model.loss"))) >= {"inner.weight", "inner.bias"}


def test_arguments_come_by_place_and_by_name() -> None:
    write(TRAIN)
    assert graph("compute_loss", "-2", "shift=0.5").nodes[-1].ports[0].value.items == (-29.5,)


def test_an_engines_loss_is_read_without_torch(tmp_path: Path) -> None:
    (tmp_path / "engine.py").write_text((ROOT / "graphgen/course/engines/scalar.py").read_text())
    poison = tmp_path / "torch.py"
    poison.write_text("raise RuntimeError('it was imported')\n")
    write("""
        from engine import Value
        a, b = Value(2.0), Value(3.0)
        def loss():
            return (a + b) * b
    """)
    done = shell("tree", "train.py:loss")
    assert (done.returncode, done.stderr) == (0, "")
    assert "b  value 3  ∂ 8" in done.stdout


def test_the_file_and_its_neighbors_may_be_called_as_ours_are() -> None:
    for name in ("scenes.py", "cli.py", "helper.py", "autoviz_torch.py"):
        write("def times(x, y):\n    return x * y\n", name)
    text = """
        import torch, scenes, cli, helper
        w = torch.tensor(3.0, requires_grad=True)
        def loss():
            return cli.times(scenes.times(helper.times(w, w), w), 1)
    """
    for name in ("train.py", "graphgen.py"):
        write(text, name)
        assert grads(graph("loss", file=name)) == {"w": (27.0,)}


def test_our_scenes_are_ours_after_the_user_imported_theirs() -> None:
    write("def times(x, y):\n    return x * y\n", "scenes.py")
    write("import scenes\n" + textwrap.dedent(TRAIN) + "loss = scenes.times(a, b)\n")
    assert grads(graph("loss"))["a"] == (3.0,)
    assert "scenes" not in sys.modules
    assert str(import_module("graphgen.scenes").__file__).startswith(str(ROOT))


@pytest.mark.parametrize("name", ["graphgen/__init__.py", "graphgen.py"])
def test_a_graphgen_of_the_users_that_ours_would_hide_is_told(name: str) -> None:
    Path(name).parent.mkdir(exist_ok=True)
    write("VALUE = 3.0", name)
    write("import graphgen\n" + textwrap.dedent(TRAIN) + "loss = a * b\n")
    with pytest.raises(InputError, match=r"train.py imports graphgen, and graphgen.* rename yours"):
        graph("loss")


def test_a_graphgen_of_the_users_that_nobody_imports_is_no_fault() -> None:
    write("VALUE = 3.0", "graphgen.py")
    write(textwrap.dedent(TRAIN) + "loss = a * b\n")
    assert grads(graph("loss"))["a"] == (3.0,)


# What is left as it was


def test_paths_modules_arguments_and_folder_are_afterwards_what_they_were() -> None:
    write("VALUE = 3.0", "neighbor.py")
    write("""
        import os, sys, torch, neighbor
        sys.path.append("somewhere")
        sys.argv.append("more")
        os.chdir("/")
        w = torch.tensor(neighbor.VALUE, requires_grad=True)
        loss = w * w
    """)
    before = (sys.path[:], sys.argv[:], os.getcwd(), set(sys.modules))
    assert grads(graph("loss")) == {"w": (6.0,), "loss": (1.0,)}
    assert (sys.path, sys.argv, os.getcwd()) == before[:3]
    assert not {"neighbor", "train"} & (set(sys.modules) - before[3])
    assert sorted(os.listdir()) == ["neighbor.py", "train.py"]


def test_a_file_is_read_anew_each_time() -> None:
    for value in (2.0, 3.0):
        write(f"import torch\nw = torch.tensor({value}, requires_grad=True)\nloss = w * w\n")
        assert grads(graph("loss"))["w"] == (2 * value,)


def test_what_the_user_prints_is_kept_apart() -> None:
    write("""
        import os, torch
        print("at import")
        os.system("echo from elsewhere")
        w = torch.tensor(3.0, requires_grad=True)
        def loss():
            print("in the function")
            return w * w
        if __name__ == "__main__":
            print("as a script")
    """)
    done = shell("render", "loss", "train.py:loss", "-o", "-", "--format", "txt")
    assert done.returncode == 0
    assert done.stdout == "loss = w × w  value 9  ∂ 1\n├── w  value 3  ∂ 6\n└── w\n"
    assert {"at import", "from elsewhere", "in the function"} == set(done.stderr.split("\n")) - {""}


# What goes wrong


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("raise ValueError('no data')", ["ValueError: no data", "line 2, in loss"]),
        ("return 1 / 0", ["ZeroDivisionError"]),
        ("return torch.zeros(2) @ torch.zeros(3)", ["RuntimeError", "line 2"]),
        ("return loss()", ["RecursionError"]),
        ("raise SystemExit(3)", ["sys.exit(3)", "__main__"]),
        ("import absent", ["ModuleNotFoundError"]),
        ("raise type('Odd', (Exception,), {'__str__': lambda s: 1 / 0})", ["Odd"]),
    ],
)
def test_what_the_users_code_raises_is_told_with_its_place(
    body: str, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    Path("train.py").write_text(f"def loss(*given):\n    {body}\nimport torch\n")
    assert cli.main(["tree", "train.py:loss"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("Error: a loss from train.py:loss: ")
    assert [word for word in words if word not in said] == []
    assert "Traceback" not in said
    assert "graphgen" not in said


def test_a_file_that_is_no_python_is_told_with_its_line() -> None:
    write("x = = 1\n")
    with pytest.raises(RunError, match=r"line 1\n(.|\n)*SyntaxError: invalid syntax"):
        graph("loss")


def test_a_fault_in_the_users_backward_is_theirs() -> None:
    write("""
        import torch
        class Odd(torch.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                return x * 2
            @staticmethod
            def backward(ctx, grad):
                raise KeyError("mine")
        def loss():
            return Odd.apply(torch.ones((), requires_grad=True))
    """)
    with pytest.raises(RunError, match="KeyError: 'mine'"):
        graph("loss")


@pytest.mark.parametrize(
    ("name", "arguments", "kind", "words"),
    [
        ("compute_los", (), InputError, "did you mean 'compute_loss'"),
        ("nothing", (), InputError, "it has: a, b, compute_loss, many, whole"),
        ("compute_loss", ("1", "2"), InputError, "scale=1, \\*, shift=0.0"),
        ("compute_loss", ("sift=2",), InputError, "sift"),
        ("compute_loss", ("shift=1", "shift=2"), InputError, "two for shift"),
        ("compute_loss", ("[1,",), InputError, "an argument"),
        ("whole", ("1",), InputError, "is none"),
        ("torch.pi", (), LossError, "got float"),
        ("torch.zeros", ("3",), LossError, "require grad"),
    ],
)
def test_what_is_no_loss_or_no_argument_is_told(
    name: str, arguments: tuple[str, ...], kind: type[Exception], words: str
) -> None:
    write(TRAIN)
    with pytest.raises(kind, match=words):
        graph(name, *arguments)


def test_a_seed_is_where_the_gradient_of_more_than_one_number_begins() -> None:
    write("import torch\nx = torch.tensor([1.0, 2.0], requires_grad=True)\nmany = x ** 2\n")
    for text, expected in [("1", (2.0, 4.0)), ("[10, 0.5]", (20.0, 2.0))]:
        made = graph_at(Address("train.py", "many"), (), text)
        assert made.nodes[0].ports[0].grad is not None
        assert made.nodes[0].ports[0].grad.items == expected
    for text in ("[1, 2, 3]", "one", "[[1], 2]"):
        with pytest.raises(AutovizError, match="seed"):
            graph_at(Address("train.py", "many"), (), text)


@pytest.mark.parametrize(
    "arguments",
    [
        ["render", "loss", "train.py", "-o", "x.svg"],
        ["tree", "a", "--set", "a=1", "--seed", "1"],
        ["render", "loss", "absent.py:loss", "-o", "x.svg"],
        ["tree", "absent.py:loss"],
        ["tree", "train.py:whole", "--set", "a=1"],
        ["tree", "train.py:whole", "--data", "a"],
        ["explain", "train.py:whole", "--check"],
        ["tree", "a", "--set", "a=1", "--arg", "1"],
        ["tree", "train.py:many", "--unfold", "absent"],
        ["tree", "train.py:many", "--depth", "0"],
    ],
)
def test_wrong_use_ends_with_one_message_and_status_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    write(TRAIN)
    assert cli.main(arguments) == 2
    said = capsys.readouterr()
    assert said.err.count("Error: ") == 1
    assert said.out == ""
    assert os.listdir() == ["train.py"]


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_while_the_users_code_runs_ends_it(number: int, status: int) -> None:
    write("def loss():\n    open('began', 'w').close()\n    while True:\n        pass\n")
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "cli.py"), "tree", "train.py:loss"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    until = time.monotonic() + 60
    while not Path("began").exists() and time.monotonic() < until:
        time.sleep(0.05)
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (status, "")
    assert "Traceback" not in err


def test_texts_of_arguments() -> None:
    given = ["2", "-1.5", "[[1, 2], [3, 4]]", "'a b'", "adam", "./data.csv"]
    assert read_arguments(given) == (
        (2, -1.5, [[1, 2], [3, 4]], "a b", "adam", "./data.csv"),
        {},
    )
    assert read_arguments(["x=None", "flag=True", "up=inf"])[1] == {
        "x": None,
        "flag": True,
        "up": float("inf"),
    }


@pytest.mark.parametrize("text", ["", "[" * 9999, "1 2", "__import__('os')", "a b", "9" * 9999])
def test_what_is_no_argument_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="an argument"):
        read_arguments([text])


def test_an_expression_is_no_address() -> None:
    assert address_of("c = (a + b) * b") is None
    assert address_of("my folder/train.py:Model.loss") == Address(
        "my folder/train.py", "Model.loss"
    )


# How much is shown


def test_a_large_graph_is_folded_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    write(TRAIN)
    assert cli.main(["tree", "train.py:many"]) == 0
    said = capsys.readouterr()
    assert "note: Folded from" in said.err
    assert len(said.out.splitlines()) <= 61


def test_more_is_shown_when_more_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    write(TRAIN)
    assert cli.main(["tree", "train.py:many", "--most", "1000"]) == 0
    said = capsys.readouterr()
    assert "Folded" not in said.err
    assert len(said.out.splitlines()) > 120


def test_a_large_expression_is_folded_too(capsys: pytest.CaptureFixture[str]) -> None:
    text = "; ".join(["x0 = a * b", *(f"x{i} = tanh(x{i - 1} + a)" for i in range(1, 60))])
    assert cli.main(["tree", text, "--set", "a=1", "--set", "b=2"]) == 0
    assert "note: Folded from" in capsys.readouterr().err


def test_a_text_too_deep_to_be_written_anew_is_no_fault() -> None:
    """Its h is bound again, so the text of the sum is written with the name of the binding."""
    deep = " + ".join(["h"] * 900)
    write(
        "import torch\na = torch.tensor(1.0, requires_grad=True)\n"
        f"h = a * 2\nh = h * 3\nloss = {deep}\n"
    )
    assert grads(graph("loss"))["a"] == (5400.0,)
