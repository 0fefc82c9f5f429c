"""The gallery and the page of the scenes have every scene, and their commands do what they say."""

import importlib.util
import re
import shlex
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner

from graphgen.commands.autoviz import autoviz
from graphgen.commands.courses import scene_command
from graphgen.course.registry import all_scenes, scene_names, scene_of

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "scenes.md"
MOST = 8_000_000


def gallery() -> ModuleType:
    spec = importlib.util.spec_from_file_location("gallery", ROOT / "tools" / "gallery.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def commands(page: Path) -> list[str]:
    """The commands of a page about scenes, but not those that are run elsewhere."""
    blocks = re.findall(r"^```sh\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line]


def test_every_scene_is_in_the_gallery_with_a_poster_and_a_picture_that_plays() -> None:
    shown = {asked.split()[0]: name for name, asked, _ in gallery().shown()}
    assert shown.keys() == set(scene_names())
    for name, _, _ in gallery().shown():
        played = (ROOT / "media" / "gallery" / f"{name}.svg").read_text("utf-8")
        assert "@keyframes" in played
        poster = (ROOT / "media" / "gallery" / f"{name}.png").read_bytes()
        assert poster.startswith(b"\x89PNG")


def test_the_gallery_is_light_enough_for_a_repository() -> None:
    files = [*(ROOT / "media" / "gallery").iterdir()]
    assert 0 < sum(file.stat().st_size for file in files) < MOST
    assert max(file.stat().st_size for file in files) < MOST / 4


def test_the_gallerys_page_is_what_the_tool_writes() -> None:
    assert (ROOT / "docs" / "gallery.md").read_text("utf-8") == gallery().page()


def test_the_gallerys_commands_are_commands() -> None:
    found = commands(ROOT / "docs" / "gallery.md")
    assert len(found) >= len(scene_names())
    for words in map(shlex.split, found):
        assert words[:3] == ["autoviz", "render", "scene"]
        scene_command(scene_of(words[3]), lambda *_: None).make_context(words[3], words[4:])


def test_every_example_of_a_scenes_help_is_a_command() -> None:
    for kind in all_scenes():
        for example in kind.examples:
            name, *words = shlex.split(example)
            scene_command(kind, lambda *_: None).make_context(name, words)


def test_the_page_names_every_scene_and_every_class() -> None:
    text = PAGE.read_text("utf-8")
    for name in scene_names():
        words = f"{name.replace('-', ' ').title().replace(' ', '')}Scene"
        assert re.search(rf"^\| `{name}` \|.*`{words}` \|$", text, re.MULTILINE)
        assert f"\nautoviz render scene {name} " in text


@pytest.mark.dot
@pytest.mark.slow
def test_the_commands_of_the_page_make_what_they_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = PAGE.read_text("utf-8")
    (network,) = re.findall(r"^```python\n(# net.py\n.*?)^```$", text, re.MULTILINE | re.DOTALL)
    Path("net.py").write_text(network)
    for command in commands(PAGE):
        words = shlex.split(command)
        done = CliRunner().invoke(autoviz, [*words[1:], "--svg", "still"])
        assert done.exit_code == 0, (command, done.output, done.exception)
        assert Path(words[-1]).stat().st_size > 0
