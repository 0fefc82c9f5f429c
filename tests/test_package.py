"""The built wheel: what is in it, and that it works elsewhere, among files of the same names."""

import os
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from importlib.metadata import distributions, packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.test_imports import imports_of

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
START = "autoviz_torch.py"
"""What starts the command: the only module of ours beside the two packages."""

SUFFIXES = {".py", ".pyi", ".typed", ".js", ".css", ".html"}
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this tree; the build tool is the pinned one, nothing is fetched."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [*PIP, "wheel", "--no-deps", "--no-build-isolation", "-w", str(folder), str(ROOT)]
    subprocess.run(command, check=True, timeout=120)
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def autoviz(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command as the wheel installs it, in an environment of its own.

    Its other packages are those of this environment, by a .pth file: what that environment installs
    in editable form, such as this tree, does not come along.
    """
    home = tmp_path_factory.mktemp("environment")
    venv.create(home, with_pip=False, symlinks=True)
    python = home / "bin" / "python"
    command = [*PIP, "--python", str(python), "install", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(command, check=True, timeout=120)
    (packages,) = (home / "lib").glob("python3*/site-packages")
    (packages / "others.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    return home / "bin" / "autoviz"


@pytest.fixture
def crowded(tmp_path: Path) -> Path:
    """A lecturer's folder with files that are called like ours, and a torch.py for good measure."""
    poison = "raise RuntimeError('a file of somebody else was imported')\n"
    (tmp_path / "graphgen").mkdir()
    for name in ("scenes.py", "cli.py", "graphgen/__init__.py", "torch.py", "click.py"):
        (tmp_path / name).write_text(poison)
    return tmp_path


def run(command: list[str], folder: Path, pythonpath: str = "") -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    env.update({"PYTHONPATH": pythonpath} if pythonpath else {})
    return subprocess.run(
        command, cwd=folder, env=env, capture_output=True, text=True, timeout=240, check=False
    )


def test_the_wheel_holds_the_two_packages_and_the_command_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    ours = [name for name in names if ".dist-info/" not in name]
    strangers = [n for n in ours if not n.startswith(("graphgen/", "scenes/")) and n != START]
    assert strangers == []
    vendored = {"graphgen/lecture/decks/reveal/LICENSE", "graphgen/lecture/decks/reveal/README.md"}
    assert vendored <= set(ours)
    faces = {n for n in ours if n.startswith("graphgen/text/faces/") and not n.endswith(".py")}
    assert {Path(n).name for n in faces} == {
        "sans.otf", "sans-bold.otf", "mono.ttf", "inter-OFL.txt", "jetbrains-mono-OFL.txt"
    }  # fmt: skip
    assert {Path(n).suffix for n in set(ours) - vendored - faces} <= SUFFIXES
    assert {START, "graphgen/py.typed", "scenes/py.typed"} <= set(ours)
    here = {
        str(p.relative_to(ROOT)) for r in ("graphgen", "scenes") for p in (ROOT / r).rglob("*.py")
    }
    assert here <= set(ours)


def test_the_wheel_has_its_licence_and_its_command(wheel: Path) -> None:
    assert wheel.name.startswith("autoviz_torch-")
    archive = zipfile.ZipFile(wheel)
    texts = {Path(n).name: archive.read(n).decode() for n in archive.namelist() if "info/" in n}
    assert "MIT License" in texts["LICENSE"]
    assert "License-Expression: MIT" in texts["METADATA"]
    assert "autoviz = autoviz_torch:main" in texts["entry_points.txt"]


def test_the_installed_command_says_its_version(autoviz: Path, tmp_path: Path) -> None:
    done = run([str(autoviz), "--version"], tmp_path)
    assert done.stdout == f"autoviz, version {PROJECT['version']}\n"


@pytest.mark.dot
@pytest.mark.slow
def test_it_works_in_a_folder_with_files_of_the_same_names(autoviz: Path, crowded: Path) -> None:
    """Also in the processes that draw the film."""
    expression = ["render", "expr", "c = (a + b) * b", "--set", "a=2", "--set", "b=3"]
    options = ["-q", "l", "--seconds-per-step", "0.2", "--jobs", "2"]
    outputs = ["-o", "x.svg", "-o", "x.json", "-o", "x.mp4"]
    done = run([str(autoviz), *expression, *options, *outputs], crowded)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split() == ["x.svg", "x.json", "x.mp4"]
    again = run([str(autoviz), "render", "story", "x.json", "-o", "y.svg"], crowded)
    assert (again.returncode, again.stderr) == (0, "")
    assert (crowded / "x.svg").read_bytes() == (crowded / "y.svg").read_bytes()


def test_a_file_of_the_same_name_would_be_noticed(autoviz: Path, crowded: Path) -> None:
    """The test above can fail: Python itself, started there, takes the stranger's file."""
    python = autoviz.parent / "python"
    done = run([str(python), "-c", "import scenes"], crowded)
    assert "somebody else" in done.stderr


def test_the_installed_packages_are_those_of_the_wheel(autoviz: Path, tmp_path: Path) -> None:
    python = autoviz.parent / "python"
    script = (
        "import autoviz_torch, graphgen, graphgen.scenes.video as video\n"
        "print(autoviz_torch.__file__, graphgen.__file__, video.__file__)\n"
        "import cli"
    )
    done = run([str(python), "-c", script], tmp_path)
    places = done.stdout.split()
    assert len(places) == 3
    assert all(place.startswith(str(autoviz.parent.parent)) for place in places)
    assert "No module named 'cli'" in done.stderr


# One identity: the command never runs a user's module for ours

TREE = ["tree", "a*a", "--set", "a=3"]
LISTED = "loss = a × a  value 9  ∂ 1\n"


@pytest.fixture(params=["scenes.py cli.py autoviz.py", "scenes/__init__.py", "graphgen.py"])
def namesake(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A folder with files that are called like something of ours, and say so if they run."""
    for name in str(request.param).split():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("print('somebody else', __name__)\n")
    return tmp_path


@pytest.mark.parametrize("pythonpath", ["", "."])
def test_the_command_is_ours_beside_files_of_the_same_names(
    autoviz: Path, namesake: Path, pythonpath: str
) -> None:
    done = run([str(autoviz), *TREE], namesake, pythonpath)
    assert (done.returncode, done.stdout[: len(LISTED)]) == (0, LISTED)
    is_in_the_way = pythonpath and (namesake / "graphgen.py").exists()
    assert ("is not autoviz's graphgen" in done.stderr) == bool(is_in_the_way)
    assert "somebody else" not in done.stdout + done.stderr


@pytest.mark.parametrize("pythonpath", ["", "."])
def test_python_m_graphgen_is_the_command(autoviz: Path, namesake: Path, pythonpath: str) -> None:
    python = autoviz.parent / "python"
    done = run([str(python), "-m", "graphgen", *TREE], namesake, pythonpath)
    if (namesake / "graphgen.py").exists():  # Python itself takes theirs, before a line of ours
        assert done.stdout == "somebody else __main__\n"
    else:
        assert (done.returncode, done.stdout[: len(LISTED)], done.stderr) == (0, LISTED, "")


@pytest.mark.parametrize("command", [["cli.py"], ["-m", "graphgen"], ["-m", "autoviz_torch"]])
def test_a_checkout_has_the_same_command(command: list[str]) -> None:
    done = run([sys.executable, *command, *TREE], ROOT)
    assert (done.returncode, done.stdout[: len(LISTED)], done.stderr) == (0, LISTED, "")


MINE = """
from graphgen.scenes import BackpropScene, TangentScene
class Mine(BackpropScene):
    pass
print(BackpropScene.__module__, TangentScene.__module__)
"""


@pytest.mark.slow
@pytest.mark.parametrize("pythonpath", ["", "."])
def test_a_scene_of_the_users_finds_ours_under_manim(
    autoviz: Path, namesake: Path, pythonpath: str
) -> None:
    if (namesake / "graphgen.py").exists():
        pytest.skip("Python itself takes theirs, before a line of ours")
    (namesake / "mine.py").write_text(MINE)
    python = autoviz.parent / "python"
    command = [str(python), "-m", "manim", "-ql", "--dry_run", "mine.py", "Nobody"]
    done = run(command, namesake, pythonpath)
    assert "graphgen.scenes.backprop graphgen.scenes.course" in done.stdout
    assert "somebody else" not in done.stdout


def test_the_old_name_of_the_scenes_warns_and_loads_nothing_twice(
    autoviz: Path, tmp_path: Path
) -> None:
    script = (
        "import sys, scenes, graphgen.scenes\n"
        "assert scenes.BackpropScene is graphgen.scenes.BackpropScene\n"
        "print(*[name for name in sys.modules if name.startswith('scenes.')])\n"
        "import scenes.backprop"
    )
    done = run([str(autoviz.parent / "python"), "-W", "always", "-c", script], tmp_path)
    assert done.stdout == "\n"
    assert "DeprecationWarning: scenes is now graphgen.scenes" in done.stderr
    assert "No module named 'scenes.backprop'" in done.stderr


def _pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pins = [line.split(";")[0].strip() for line in lines if "==" in line]
    return {
        name.lower().replace("_", "-"): version for name, version in (p.split("==") for p in pins)
    }


def test_every_package_that_is_asked_for_is_pinned_within_its_range() -> None:
    pins = _pins()
    extras = PROJECT["optional-dependencies"].values()
    asked = [*PROJECT["dependencies"], *(part for extra in extras for part in extra)]
    for text in asked:
        wanted = Requirement(text)
        if wanted.name == PROJECT["name"]:
            continue
        assert wanted.name.lower() in pins, f"{wanted.name} has no pin"
        assert wanted.specifier.contains(pins[wanted.name.lower()]), text


def test_the_pins_are_what_this_environment_has() -> None:
    """What is tested is what the set-up installs."""
    found = distributions(path=[sysconfig.get_path("purelib")])  # some packages carry others
    installed = {d.name.lower().replace("_", "-"): d.version.split("+")[0] for d in found}
    different = {
        name: (version, installed[name])
        for name, version in _pins().items()
        if name in installed and installed[name] != version
    }
    assert different == {}


def test_whatever_the_tests_and_examples_import_is_pinned() -> None:
    """A package that only happens to be there is missing in a fresh clone."""
    files = [file for room in ("tests", "examples") for file in (ROOT / room).rglob("*.py")]
    own = {"graphgen", "scenes", "cli", "tests", "examples", "benchmarks", "tools", "pip"}
    known = {*sys.stdlib_module_names, *own, *(file.stem for file in files)}
    names = {name.split(".")[0] for file in files for name in imports_of(file.read_text())}
    homes = packages_distributions()
    pins = _pins()
    absent = [
        name
        for name in sorted(names - known)
        if not any(home.lower().replace("_", "-") in pins for home in homes.get(name, ()))
    ]
    assert absent == []


def test_pillow_stays_below_13_as_manim_needs() -> None:
    assert int(_pins()["pillow"].split(".")[0]) < 13


def test_torch_is_pinned_and_met_by_its_range() -> None:
    wanted = next(Requirement(text) for text in PROJECT["dependencies"] if text.startswith("torch"))
    assert _pins()["torch"] == "2.13.0"
    assert wanted.specifier.contains("2.13.0")
