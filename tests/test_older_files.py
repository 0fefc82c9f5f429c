"""Story and lesson files of version 1, as an older autoviz wrote them: they are read and drawn,
and what they have not is not known."""

import json
from pathlib import Path

import pytest

from graphgen.commands.autoviz import main
from graphgen.course import lesson_file
from graphgen.draw import story_file
from graphgen.model.errors import StoryFileError

FILES = sorted((Path(__file__).parent / "data").glob("*_1_*.json"))
STORIES = [path for path in FILES if path.name.startswith("story")]
LESSONS = [path for path in FILES if path.name.startswith("lesson")]


def names(paths: list[Path]) -> list[str]:
    return [path.stem for path in paths]


def test_there_are_files_of_both_kinds() -> None:
    assert len(STORIES) >= 2
    assert len(LESSONS) >= 2


@pytest.mark.parametrize("path", STORIES, ids=names(STORIES))
def test_a_story_of_version_1_is_read_and_written_as_version_2(path: Path) -> None:
    text = path.read_text()
    picture = story_file.loads(text)
    again = json.loads(story_file.dumps(picture))
    assert again.pop("autoviz") == 2
    assert again == {k: v for k, v in json.loads(text).items() if k != "autoviz"}
    assert story_file.loads(story_file.dumps(picture)) == picture


@pytest.mark.parametrize("path", LESSONS, ids=names(LESSONS))
def test_a_lesson_of_version_1_is_read_and_written_as_version_2(path: Path) -> None:
    text = path.read_text()
    lesson = lesson_file.loads(text)
    again = json.loads(lesson_file.dumps(lesson))
    assert again.pop("autoviz_lesson") == 2
    older = json.loads(text)
    assert older.pop("autoviz_lesson") == 1
    data, older_data = again.pop("data"), older.pop("data")
    assert {key: data[key] for key in older_data} == older_data  # a scene may tell more today
    assert again == older


def test_what_version_1_has_not_is_not_known() -> None:
    [path] = [path for path in STORIES if "tensors" in path.name]
    graph = story_file.loads(path.read_text()).story.graph
    arrays = [port.value for node in graph.nodes for port in node.ports]
    large = [array for array in arrays if array.summary is not None]
    assert large
    for array in large:
        assert array.summary is not None
        assert array.summary.strip
        assert (array.summary.zeros, array.summary.grid, array.summary.histogram) == (None,) * 3
        assert array.share_of_zeros is None


@pytest.mark.parametrize("path", FILES, ids=names(FILES))
@pytest.mark.parametrize("suffix", ["svg", "html"])
def test_a_file_of_version_1_is_drawn(path: Path, suffix: str, tmp_path: Path) -> None:
    out = tmp_path / f"picture.{suffix}"
    assert main(["render", "story", str(path), "-o", str(out)]) == 0
    assert "<svg" in out.read_text()


def test_a_file_of_a_newer_version_says_so() -> None:
    with pytest.raises(StoryFileError, match="version 1 or 2: got 3, which a newer autoviz wrote"):
        story_file.loads('{"autoviz": 3}')
    with pytest.raises(StoryFileError, match="version 1 or 2: got 3, which a newer autoviz wrote"):
        lesson_file.loads('{"autoviz_lesson": 3}')
