"""The imports of every file, held to the project's rooms: who may know whom."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

FORBIDDEN = {
    "graphgen": {"scenes", "cli", "manim"},
    "scenes": {
        "cli",
        "torch",
        "graphgen.capture",
        "graphgen.course.sampling",
        "graphgen.course.scenes.network.step",
        "graphgen.course.scenes.training.examples",
        "graphgen.course.scenes.training.loop",
        "graphgen.language.evaluate",
        "graphgen.commands",
    },
    "autoviz_torch.py": {"torch", "manim"},
    "cli.py": {"torch", "manim"},
}
"""What no file in a room may import, at its top or anywhere inside."""

TORCH_ROOMS = (
    "graphgen/language/differences.py",
    "graphgen/language/evaluate.py",
    "graphgen/language/machine.py",
    "graphgen/language/operations.py",
    "graphgen/capture/",
    "graphgen/course/sampling.py",
    "graphgen/course/scenes/network/step.py",
    "graphgen/course/scenes/training/examples.py",
    "graphgen/course/scenes/training/loop.py",
)
"""The only files that may import torch at their top."""

PURE = (
    "model/graph",
    "model/kinds",
    "model/story",
    "model/geometry",
    "model/theme",
    "model/picture",
    "model/errors",
    "text/digits",
    "language/syntax",
    "language/tokens",
)
"""Plain data and text: these know the standard library and graphgen."""


def imports_of(text: str, is_top_only: bool = False) -> Iterator[str]:
    """The dotted names that a file's text imports, typing-only ones left out."""
    waiting: list[ast.AST] = [ast.parse(text)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            yield from (a.value for a in node.args if _is_text(a))
        if not (is_top_only and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)):
            waiting.extend(ast.iter_child_nodes(node))


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def broken(text: str, forbidden: set[str], is_top_only: bool = False) -> list[str]:
    """The imports in a text that a rule forbids."""
    return sorted(
        name
        for name in imports_of(text, is_top_only)
        if any(name == word or name.startswith(f"{word}.") for word in forbidden)
    )


def files_of(room: str) -> list[Path]:
    place = ROOT / room
    return [place] if place.is_file() else sorted(place.rglob("*.py"))


@pytest.mark.parametrize("room", FORBIDDEN)
def test_no_file_imports_what_its_room_must_not_know(room: str) -> None:
    found = {str(file): broken(file.read_text(), FORBIDDEN[room]) for file in files_of(room)}
    assert found, f"no files in {room}"
    assert {file: names for file, names in found.items() if names} == {}


def test_only_the_commands_know_the_films() -> None:
    """Everything else of graphgen runs without Manim; a saved story is filmed by whoever has it."""
    users = {
        file.relative_to(ROOT).parts[1]
        for file in files_of("graphgen")
        if broken(file.read_text(), {"graphgen.scenes"})
    }
    assert users == {"commands"}


def test_the_scenes_import_within_themselves_relatively() -> None:
    """So that they are loaded under one name, graphgen.scenes."""
    within = {
        str(f): broken(f.read_text(), {"scenes", "graphgen.scenes"}) for f in files_of("scenes")
    }
    alias = str(ROOT / "scenes" / "__init__.py")
    assert {file: names for file, names in within.items() if names} == {alias: ["graphgen.scenes"]}


def test_torch_is_imported_at_the_top_of_its_own_rooms_only() -> None:
    found = {
        str(file.relative_to(ROOT)): broken(file.read_text(), {"torch"}, is_top_only=True)
        for file in files_of("graphgen")
    }
    assert any(names for names in found.values())
    strangers = [file for file, names in found.items() if names]
    assert [file for file in strangers if not file.startswith(TORCH_ROOMS)] == []


@pytest.mark.parametrize("module", PURE)
def test_plain_data_knows_the_standard_library_and_graphgen_only(module: str) -> None:
    known = {*sys.stdlib_module_names, "graphgen"}
    names = imports_of((ROOT / "graphgen" / f"{module}.py").read_text())
    assert [name for name in names if name.split(".")[0] not in known] == []


@pytest.mark.parametrize(
    "text",
    [
        "import manim",
        "from manim import Scene",
        "def f():\n    from scenes.video import render_video",
        "from importlib import import_module\nimport_module('manim.scene')",
        "if True:\n    import cli",
    ],
)
def test_a_file_that_breaks_a_rule_is_found(text: str) -> None:
    assert broken(text, FORBIDDEN["graphgen"])


def test_a_name_that_only_looks_like_a_forbidden_one_is_no_fault() -> None:
    text = "import manimpango, scenesque\nfrom graphgen.layouts import place\n"
    assert broken(text, FORBIDDEN["graphgen"] | FORBIDDEN["scenes"]) == []


def test_an_import_for_types_alone_is_no_fault() -> None:
    assert broken("if TYPE_CHECKING:\n    import torch\n", {"torch"}) == []


HELP = "from graphgen.commands.autoviz import autoviz\ntry: autoviz"
HEAVY = {"torch", "manim", "numpy", "graphviz", "rich", "av", "cairosvg", "joblib"}


@pytest.mark.parametrize(
    "statement",
    [
        "import graphgen",
        "import graphgen; graphgen.parse; graphgen.Graph; graphgen.tell; graphgen.place",
        "import autoviz_torch",
        f"{HELP}(['--help'])\nexcept SystemExit: pass",
        f"{HELP}(['render', 'expr', '--help'])\nexcept SystemExit: pass",
    ],
)
def test_nothing_heavy_is_loaded_before_it_is_needed(statement: str) -> None:
    script = f"{statement}\nimport sys; print('LOADED', *sys.modules)"
    said = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    loaded = said.stdout.split("LOADED")[-1].split()
    assert HEAVY & set(loaded) == set()


def test_a_heavy_import_would_be_seen() -> None:
    """The test above can fail: numpy is seen when something imports it."""
    script = "import numpy, sys; print('LOADED', *sys.modules)"
    said = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True
    )
    assert HEAVY & set(said.stdout.split())


LAYERS = (
    "model", "text", "ops", "language", "capture", "folding", "narration", "layout", "draw",
    "course", "outputs", "lecture", "scenes", "front", "commands",
)  # fmt: skip
"""The folders of graphgen in their order. A file imports from its own layer and those before it;
graphgen/__init__.py attaches later layers' methods and stands apart."""

APART = {"__init__", "__main__", "renamed"}
LAYER_OF = {name: at for at, name in enumerate(LAYERS)}


def parts_imported(text: str, package: str) -> Iterator[str]:
    """The modules and folders of graphgen that a file imports: at its top, in functions, and for
    types alone.

    Args:
        package: of the file, with dots.
    """
    for node in ast.walk(ast.parse(text)):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1]
            base = ".".join(filter(None, [*(above if node.level else []), node.module]))
            names = [f"{base}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            names = [a.value for a in node.args if _is_text(a)]  # type: ignore[attr-defined]
        for name in names:
            first, _, rest = name.partition(".")
            if first == "graphgen" and rest.partition(".")[0] in LAYER_OF:
                yield rest.partition(".")[0]


def upward(text: str, part: str, package: str) -> list[str]:
    """What a file imports from layers after its own.

    Args:
        part: the module or folder of graphgen that the file is, or lies in.
    """
    return sorted(
        {each for each in parts_imported(text, package) if LAYER_OF[each] > LAYER_OF[part]}
    )


def files_in_layers() -> Iterator[tuple[Path, str, str]]:
    """Every file of graphgen and scenes, the part of graphgen that it belongs to, its package."""
    for file in (*files_of("graphgen"), *files_of("scenes")):
        way = file.relative_to(ROOT).with_suffix("").parts
        inside = way[1:] if way[0] == "graphgen" else way
        if inside[0] not in APART:
            package = ".".join(("graphgen", *inside[:-1]))
            yield file, inside[0], package


def test_every_module_has_a_layer() -> None:
    parts = {part for _, part, _ in files_in_layers()}
    assert parts == set(LAYERS)


def test_a_file_imports_from_its_own_layer_and_those_before_it() -> None:
    found = {
        str(file.relative_to(ROOT)): upward(file.read_text(), part, package)
        for file, part, package in files_in_layers()
    }
    assert {file: parts for file, parts in found.items() if parts} == {}


@pytest.mark.parametrize(
    ("text", "part", "package", "parts"),
    [
        ("from graphgen.front.notebook import html_of", "model", "graphgen.model", ["front"]),
        ("def f():\n    from graphgen.commands.exits import run", "front", "graphgen.front",
         ["commands"]),
        ("if TYPE_CHECKING:\n    from graphgen.narration import telling", "model",
         "graphgen.model", ["narration"]),
        ("from importlib import import_module\nimport_module('graphgen.scenes.video')", "outputs",
         "graphgen.outputs", ["scenes"]),
        ("import graphgen.course.registry", "draw", "graphgen.draw", ["course"]),
        ("from .. import curves", "course", "graphgen.course.scenes", []),
        ("from ...commands import exits", "course", "graphgen.course.scenes", ["commands"]),
        ("from graphgen import front", "model", "graphgen.model", ["front"]),
        ("from graphgen.model.graph import Graph", "front", "graphgen.front", []),
    ],
)  # fmt: skip
def test_an_import_from_a_later_layer_would_be_seen(
    text: str, part: str, package: str, parts: list[str]
) -> None:
    assert upward(text, part, package) == parts
