"""Every scene of the course: it fits in every frame, tells what torch says, and is saved whole."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import click
import pytest
from graphgen.scenes.course import scene_class

from graphgen.commands.scene_group import SceneGroup
from graphgen.course import scenes
from graphgen.course.lesson_file import dumps, loads
from graphgen.course.registry import (
    lesson_of,
    request_of,
    scene_names,
    scene_of,
    timeline_of,
)
from graphgen.model.errors import InputError, StoryFileError
from graphgen.model.timeline import ASPECTS, Frame
from tests.storyboards import BOARDS, board_of, faults, lesson, own_lesson


@pytest.mark.parametrize("aspect", ASPECTS)
@pytest.mark.parametrize("scene", BOARDS)
def test_nothing_overlaps_is_clipped_or_too_small(scene: str, aspect: str) -> None:
    assert faults(board_of(own_lesson(scene), aspect)) == []


@pytest.mark.parametrize("scene", scene_names())
def test_a_saved_lesson_is_the_same_lesson(scene: str) -> None:
    told = own_lesson(scene)
    assert loads(dumps(told)) == told


@pytest.mark.parametrize("scene", BOARDS)
def test_every_step_has_a_sentence_and_takes_a_multiple_of_a_fifth_of_a_second(scene: str) -> None:
    timeline = board_of(own_lesson(scene))
    assert all(step.caption.strip() for step in timeline.steps)
    beats = [beat.seconds for step in timeline.steps for beat in step.transitions]
    assert beats
    assert all(abs(seconds * 5 - round(seconds * 5)) < 1e-9 for seconds in beats)
    assert timeline.seconds <= 180


@pytest.mark.parametrize("scene", BOARDS)
def test_both_themes_tell_the_same(scene: str) -> None:
    dark, light = (board_of(own_lesson(scene, theme)) for theme in ("dark", "light"))
    assert [step.caption for step in dark.steps] == [step.caption for step in light.steps]
    assert dark.theme.page != light.theme.page


@pytest.mark.parametrize("scene", scene_names())
def test_a_scene_has_examples_that_name_it(scene: str) -> None:
    kind = scene_of(scene)
    assert kind.name == scene
    assert kind.examples
    assert all(example.startswith(scene) for example in kind.examples)


def test_a_scene_that_runs_its_program_again_and_again_takes_none_in_a_file() -> None:
    with pytest.raises(InputError, match="or take one of backprop, accumulate, merge, stops"):
        lesson("descent", "train.py:loss")


NEW_SCENE = """
from dataclasses import dataclass

from graphgen.course.scene import Request, Scene
from graphgen.draw.builder import TimelineBuilder
from graphgen.model.theme import Theme
from graphgen.model.timeline import Frame, Timeline


@dataclass(frozen=True, slots=True)
class Data:
    height: float


def record(request: Request) -> Data:
    return Data(float(request.values["h"]))


def title(data: Data) -> str:
    return f"From {data.height} m"


def draw(data: Data, title: str, theme: Theme, frame: Frame) -> Timeline:
    builder = TimelineBuilder(title, theme, frame)
    builder.step("It falls.")
    builder.animate(1.0)
    return builder.build()


SCENE = Scene(
    name="free-fall",
    order=15,
    summary="A ball falls.",
    program="",
    values={"h": 20.0},
    examples=("free-fall -o free-fall.mp4",),
    takes="a height",
    recorded=Data,
    record=record,
    title=title,
    draw=draw,
)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose modules are scenes of the course, too."""
    monkeypatch.setattr(scenes, "__path__", [*scenes.__path__, str(tmp_path)])
    monkeypatch.delitem(sys.modules, f"{scenes.__name__}.free_fall", raising=False)
    return tmp_path


def test_a_new_scene_is_one_file(folder: Path) -> None:
    (folder / "free_fall.py").write_text(NEW_SCENE)
    assert scene_names()[:3] == ("tangent", "free-fall", "chain-rule")
    lesson = lesson_of("free-fall", request_of("free-fall", values={"h": 5.0}))
    assert loads(dumps(lesson)) == lesson
    assert timeline_of(lesson, Frame.of("16:9")).title == "From 5.0 m"
    assert scene_class("free-fall").recorded().data.height == 20.0
    assert scene_class("free-fall").__name__ == "FreeFallScene"
    context = click.Context(SceneGroup(lambda *_: None))
    assert "free-fall" in context.command.list_commands(context)
    command = context.command.get_command(context, "free-fall")
    assert "A ball falls." in command.get_help(context)


def test_a_file_that_is_no_scene_is_an_error_of_ours(folder: Path) -> None:
    (folder / "free_fall.py").write_text(NEW_SCENE.replace('"free-fall"', '"fall"'))
    with pytest.raises(TypeError, match=r"SCENE, the Scene 'free-fall', in .*free_fall"):
        scene_of("free-fall")


def test_the_scenes_are_loaded_one_by_one() -> None:
    script = (
        "import sys\nfrom graphgen.course.registry import modules, scene_of\n"
        "assert len(modules()) >= 14\nscene_of('tangent')\n"
        "print(*[name for name in sys.modules if name.startswith('graphgen.course.scenes.')])"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert said.stdout.split() == ["graphgen.course.scenes.tangent"], said.stderr


def test_an_unknown_scene_is_told_with_the_nearest() -> None:
    with pytest.raises(InputError, match="did you mean 'tangent'"):
        scene_of("tangant")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"autoviz_lesson": 3}',
        '{"autoviz_lesson": 2}',
        '{"autoviz_lesson": 1, "scene": "tangent"}',
    ],
)
def test_what_is_no_lesson_file_is_an_error(text: str) -> None:
    with pytest.raises(StoryFileError):
        loads(text)


COURSE = Path(scenes.__file__).parent.parent
WORDED = [
    file
    for file in sorted(COURSE.rglob("*.py"))
    if "\nSENTENCES = " in file.read_text(encoding="utf-8")
]
"""The files whose sentences stand in a table."""


def parts_of(node: ast.AST) -> Iterator[ast.AST]:
    """A node and all that is in it, but for what is asked of a table of sentences."""
    called = getattr(node.func, "attr", "") if isinstance(node, ast.Call) else ""
    if called in ("say", "_of_uses"):
        return
    yield node
    for child in ast.iter_child_nodes(node):
        yield from parts_of(child)


def glued(code: str) -> list[str]:
    """The captions and narrations, or parts of one, that a timeline is given as they stand in the
    code; its second argument is a step's chapter."""
    return [
        ast.unparse(part)
        for call in ast.walk(ast.parse(code))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
        if call.func.attr in ("open", "step")
        for argument in (*call.args[:1], *call.args[2:], *(each.value for each in call.keywords))
        for part in parts_of(argument)
        if isinstance(part, ast.JoinedStr)
        or (isinstance(part, ast.Constant) and str(part.value).endswith((".", "?", ":")))
    ]


@pytest.mark.parametrize("file", WORDED, ids=lambda file: file.stem)
def test_a_scene_says_what_its_table_says(file: Path) -> None:
    assert glued(file.read_text(encoding="utf-8")) == []


def test_a_sentence_outside_a_table_would_be_seen() -> None:
    assert len(WORDED) >= 8
    assert glued('builder.step("It falls.", "values")') == ["'It falls.'"]
    assert glued('builder.step(say("x"), narration=f"{a} falls")') == ["f'{a} falls'"]
    assert glued('builder.step(SENTENCES.say("falls", name=a), "values")') == []


@pytest.mark.parametrize("file", WORDED, ids=lambda file: file.stem)
def test_every_sentence_of_a_table_is_said_somewhere(file: Path) -> None:
    """A key may be put together: its beginning stands before a brace, as in f"sent {noun}", or each
    of its words stands in the code."""
    parts = file.relative_to(COURSE.parent.parent).with_suffix("").parts
    table = import_module(".".join(parts).removesuffix(".__init__")).SENTENCES
    code = re.sub(r"\nSENTENCES = \w+\(.*?\n\)\n", "\n", file.read_text("utf-8"), flags=re.DOTALL)
    unsaid = [
        key
        for key in table.templates
        if f'"{key}"' not in code
        and not any(f'"{key[:end]}{{' in code for end in range(3, len(key)))
        and not all(word in code for word in re.findall(r"\w+", key))
    ]
    assert unsaid == []
