"""Scripts: what was told is told again only when something that it came from has changed."""

from pathlib import Path

import pytest

from graphgen.lecture import scripting
from graphgen.lecture.reading import read_lecture
from graphgen.lecture.script import Script, dumps, loads
from graphgen.lecture.scripting import script_of
from graphgen.model.errors import StoryFileError
from graphgen.model.store import Store

LECTURE = """
title = "Two"
[[sections]]
heading = "First"
expr = "c = a * b"
values = { a = 1, b = 2 }
[[sections]]
heading = "Second"
loss = "train.py:f"
args = { rate = 0.5 }
notes = "Why?"
"""

TRAIN = """
from pathlib import Path
import torch
import helper
w = torch.tensor(2.0, requires_grad=True)
def f(rate):
    Path("runs.txt").open("a").write("x")
    return w * rate * helper.SCALE * float((Path(__file__).parent / "data.txt").read_text())
"""


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "train.py").write_text(TRAIN)
    (tmp_path / "helper.py").write_text("SCALE = 3.0\n")
    (tmp_path / "data.txt").write_text("1.0")


def build(text: str = LECTURE, chosen: list[int] | None = None, is_fresh: bool = False) -> Script:
    lecture = read_lecture(text, Path("lecture.toml"))
    return script_of(lecture, Store(Path("store")), chosen, is_fresh=is_fresh)


def runs() -> int:
    return len(Path("runs.txt").read_text())


@pytest.mark.dot
def test_a_script_is_text_that_can_be_read_back() -> None:
    script = build()
    assert loads(dumps(script)) == script
    assert [(part.number, part.slug, part.notes) for part in script.parts] == [
        (1, "first", ""),
        (2, "second", "Why?"),
    ]
    assert [part.number for part in build(chosen=[1]).parts] == [2]
    for text in ("", "{}", "[]", '{"autoviz_script": 0}', '{"autoviz_script": 1}'):
        with pytest.raises(StoryFileError):
            loads(text)


@pytest.mark.dot
def test_an_unchanged_section_is_not_told_again(monkeypatch: pytest.MonkeyPatch) -> None:
    first = build()
    monkeypatch.setattr(scripting, "section_text", _forbidden)
    assert build() == first
    changed = LECTURE.replace("First", "Else").replace("Why?", "How?")
    assert [part.content for part in build(changed).parts] == [p.content for p in first.parts]
    for changed in (
        LECTURE.replace("b = 2", "b = 3"),
        'theme = "light"' + LECTURE,
        'aspect = "9:16"' + LECTURE,
        LECTURE.replace("rate = 0.5", "rate = 0.6"),
        LECTURE.replace('heading = "First"', 'heading = "First"\ncaptions = { 1 = "New." }'),
    ):
        with pytest.raises(AssertionError):
            build(changed)


def _forbidden(*_: object) -> None:
    raise AssertionError("something was told")


@pytest.mark.dot
def test_a_loss_is_run_again_when_a_file_that_it_read_has_changed() -> None:
    build()
    build()
    assert runs() == 1
    for count, (name, content) in enumerate(
        {
            "data.txt": "2.0",
            "helper.py": "SCALE = 30.0\n",
            "train.py": TRAIN.replace("2.0", "20.0"),
        }.items(),
        start=2,
    ):
        Path(name).write_text(content)
        build()
        assert (name, runs()) == (name, count)
    Path("unread.txt").write_text("new")
    build()
    assert runs() == 4
    build(is_fresh=True)
    assert runs() == 5


@pytest.mark.dot
def test_a_damaged_entry_is_told_again() -> None:
    first = build()
    for file in Path("store").rglob("content.json"):
        file.write_text("{}")
    assert build() == first
