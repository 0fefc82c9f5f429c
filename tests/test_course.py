"""The scenes of the course as classes of Manim's: each tells the lesson that its class asks for."""

import os
import subprocess
import sys
from pathlib import Path

import av
import pytest
from manim import tempconfig

import graphgen.scenes as scenes
from graphgen.course.registry import lesson_of, request_of, scene_names, timeline_of
from graphgen.model.errors import InputError
from graphgen.model.picture import Picture
from graphgen.model.timeline import Frame
from graphgen.scenes import BackpropScene, CourseScene, TangentScene
from tests.filming import settings

ROOT = Path(__file__).parent.parent


class Cubic(TangentScene):
    program = "y = x ** 3 - 3 * x"
    values = {"x": 1.5}
    options = {"from": -2.5, "to": 2.5}
    theme = "light"


class Mistaken(TangentScene):
    options = {"form": 1.0}


class Paths(BackpropScene):
    program = "s = a + b; c = s * b"
    values = {"a": 2.0, "b": 3.0}


def test_every_scene_of_the_course_has_a_class_that_is_named_after_it() -> None:
    for name in scene_names():
        words = f"{name.replace('-', ' ').title().replace(' ', '')}Scene"
        assert getattr(scenes, words).scene == name
        assert words in dir(scenes)


def test_a_scene_tells_its_classs_program(tmp_path: Path) -> None:
    with tempconfig(settings(tmp_path, (128, 72), 5)):
        timeline = Cubic().stage().timeline
    request = request_of(
        "tangent", "y = x ** 3 - 3 * x", {"x": 1.5}, (), {"from": -2.5, "to": 2.5}, "", "light"
    )
    assert timeline == timeline_of(lesson_of("tangent", request), Frame.of("16:9"))


def test_a_class_that_says_nothing_tells_the_scenes_own_example() -> None:
    assert scenes.DescentScene.recorded().title == scenes.DescentScene().told().title


def test_a_lesson_goes_before_a_program() -> None:
    saved = Cubic.recorded()
    kept = type("Kept", (TangentScene,), {"lesson": saved, "program": "no program ("})
    assert issubclass(kept, CourseScene)
    assert kept().told() is saved


def test_an_option_that_isnt_there_is_told_with_the_nearest() -> None:
    with pytest.raises(InputError, match="got 'form'; did you mean 'from'"):
        Mistaken().told()


@pytest.mark.dot
def test_the_main_scene_takes_a_program_too(tmp_path: Path) -> None:
    with tempconfig(settings(tmp_path, (128, 72), 5)):
        stage = Paths().stage()
    assert stage.story.graph.nodes[-1].ports[0].value.items == (15.0,)
    assert isinstance(Paths().picture_in(Frame.of("9:16")), Picture)


@pytest.mark.slow
def test_the_stock_manim_command_renders_the_examples_first_scene(tmp_path: Path) -> None:
    command = [
        sys.executable, "-m", "manim", "render", "-r", "128,72", "--fps", "2", "--progress_bar",
        "none", "--media_dir", str(tmp_path), str(ROOT / "examples" / "course.py"), "Wave",
    ]  # fmt: skip
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True,
        text=True, timeout=240,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    (made,) = tmp_path.rglob("Wave.mp4")
    with av.open(str(made)) as container:
        assert sum(1 for _ in container.decode(video=0)) > 20


def test_the_other_examples_can_be_told() -> None:
    from examples.course import Line, Valley

    assert Valley.recorded().scene == "descent"
    assert Line.recorded().data.losses[-1] < 0.1
