"""Modules are still found by the names that they had, and are loaded once."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from graphgen.draw.elements import circle
from graphgen.model.theme import DARK

ROOT = Path(__file__).parent.parent

OLD_AND_NEW = [
    ("graphgen.graph", "graphgen.model.graph"),
    ("graphgen.storyboard.charts", "graphgen.draw.charts"),
    ("graphgen.lessons.lesson_file", "graphgen.course.lesson_file"),
    ("graphgen.lessons.tangent", "graphgen.course.scenes.tangent"),
    ("graphgen.course.scratch.scalar", "graphgen.course.engines.scalar"),
    ("graphgen.lessons.walks", "graphgen.course.trajectories"),
    ("graphgen.lessons.touching", "graphgen.course.scenes.tangent"),
    ("graphgen.runs.sampling", "graphgen.course.sampling"),
    ("graphgen.expression", "graphgen.language.expression"),
]


@pytest.mark.parametrize(("old", "new"), OLD_AND_NEW)
@pytest.mark.parametrize("first", [0, 1])
def test_an_old_name_gives_the_module_itself_and_warns(old: str, new: str, first: int) -> None:
    names = [old, new][:: 1 if first == 0 else -1]
    script = (
        f"import sys, {names[0]}, {names[1]}\n"
        f"assert sys.modules[{old!r}] is sys.modules[{new!r}]\n"
        f"assert {new}.__spec__.name == {new!r}, {new}.__spec__\n"
        f"assert {new}.__name__ == {new!r}\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "always", "-c", script],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert f"DeprecationWarning: {old} is now {new}" in done.stderr


def test_a_name_that_never_was_is_not_found() -> None:
    with pytest.raises(ModuleNotFoundError, match=r"graphgen\.nothing"):
        __import__("graphgen.nothing")


def test_the_builder_and_its_types_have_their_former_names() -> None:
    with pytest.warns(DeprecationWarning, match=r"TimelineBuilder"):
        making = importlib.reload(importlib.import_module("graphgen.draw.making"))
    with pytest.warns(DeprecationWarning, match=r"graphgen\.model\.timeline"):
        board = importlib.reload(importlib.import_module("graphgen.draw.board"))
    maker = making.Maker("A ball", DARK, board.Size.of("16:9"))
    maker.step("It lies here.")
    maker.put(circle("ball", 480, 270, 20, fill=DARK.forward))
    maker.beat(1.0)
    maker.drop("ball")
    maker.beat(2.0, ease="even")
    (step,) = maker.board().steps
    assert step.transitions[0].keyframe[0].key == "ball"
    assert step.transitions[1].easing == "linear"
    assert not any(element.key == "ball" for element in step.keyframe)
