"""Every scene of the course: it fits in every frame, tells what torch says, and is saved whole."""

from pathlib import Path

import pytest

from graphgen.course import lessons
from graphgen.course.lessons.catalogue import SCENES, kind_of
from graphgen.course.lessons.lesson_file import dumps, loads
from graphgen.model.errors import InputError, StoryFileError
from graphgen.model.timeline import ASPECTS
from tests.storyboards import BOARDS, board_of, faults, lesson, own_lesson


@pytest.mark.parametrize("aspect", ASPECTS)
@pytest.mark.parametrize("scene", BOARDS)
def test_nothing_overlaps_is_clipped_or_too_small(scene: str, aspect: str) -> None:
    assert faults(board_of(own_lesson(scene), aspect)) == []


@pytest.mark.parametrize("scene", SCENES)
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


@pytest.mark.parametrize("scene", SCENES)
def test_a_scene_has_examples_that_name_it(scene: str) -> None:
    kind = kind_of(scene)
    assert kind.name == scene
    assert kind.examples
    assert all(example.startswith(scene) for example in kind.examples)


def test_a_scene_that_runs_its_program_again_and_again_takes_none_in_a_file() -> None:
    with pytest.raises(InputError, match="or take one of backprop, accumulate, merge, stops"):
        lesson("descent", "train.py:loss")


def test_every_module_that_is_a_scene_is_among_the_scenes() -> None:
    folder = Path(lessons.__file__).parent
    found = {
        file.stem.replace("_", "-")
        for file in folder.glob("*.py")
        if "\nKIND = Kind(" in file.read_text(encoding="utf-8")
    }
    assert found == set(SCENES)


def test_an_unknown_scene_is_told_with_the_nearest() -> None:
    with pytest.raises(InputError, match="did you mean 'tangent'"):
        kind_of("tangant")


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
