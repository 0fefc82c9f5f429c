"""The main scene: an ordinary Manim scene that a user subclasses."""

import os
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest
from manim import Dot

import graphgen.scenes as scenes
from graphgen.draw.story_file import dumps, loads
from graphgen.model.errors import InputError
from graphgen.model.theme import DARK, LIGHT, Theme
from graphgen.scenes import BackpropScene
from tests.filming import film, timeline_in
from tests.graphs import two_paths
from tests.pictures import picture

pytestmark = pytest.mark.dot

ROOT = Path(__file__).parent.parent


def test_the_scene_loads_when_it_is_first_asked_for() -> None:
    code = (
        "import sys, graphgen.scenes; assert 'manim' not in sys.modules;"
        "graphgen.scenes.BackpropScene"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=60)
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        scenes.Nothing  # noqa: B018
    assert "BackpropScene" in dir(scenes)


def test_a_scene_without_a_picture_says_how_to_give_it_one() -> None:
    with pytest.raises(InputError, match="needs a program or a picture: it has none"):
        BackpropScene().stage()


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("size", [(256, 144), (144, 256), (144, 144)])
def test_the_first_frame_says_something_and_the_last_holds(
    theme: Theme, size: tuple[int, int], tmp_path: Path
) -> None:
    kept = film(picture(two_paths(), theme), tmp_path, size=size, rate=10).kept
    page = np.array([int(theme.page[at : at + 2], 16) for at in (1, 3, 5)])
    assert (np.abs(kept[0][:, :, :3].astype(int) - page).sum(axis=2) > 60).sum() > 40
    assert np.array_equal(kept[0][0, 0, :3], page)
    last = len(kept) - next(
        at for at in range(len(kept) - 1, 0, -1) if not np.array_equal(kept[at], kept[-1])
    )
    assert last >= 1.5 * 10


def test_a_story_file_makes_the_same_film(tmp_path: Path) -> None:
    shown = picture(two_paths())
    again = loads(dumps(shown))
    steps = range(8, 10)
    first = film(shown, tmp_path, steps, rate=5).kept
    second = film(again, tmp_path, steps, rate=5).kept
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))


@pytest.mark.slow
@pytest.mark.parametrize(("name", "extra"), [("TwoPaths", 0.0), ("TwoPathsAndWhy", 4.6)])
def test_the_stock_manim_command_renders_the_example(
    name: str, extra: float, tmp_path: Path
) -> None:
    command = [
        sys.executable, "-m", "manim", "render", "-ql", "--progress_bar", "none",
        "--media_dir", str(tmp_path), str(ROOT / "examples" / "film.py"), name,
    ]  # fmt: skip
    done = subprocess.run(
        command, cwd=ROOT, env=_with_root(), capture_output=True, text=True, timeout=240
    )
    assert done.returncode == 0, done.stderr[-2000:]
    (made,) = tmp_path.rglob(f"{name}.mp4")
    with av.open(str(made)) as container:
        frames = sum(1 for _ in container.decode(video=0))
    seconds = timeline_in(picture(two_paths())).seconds + extra
    assert frames == round(seconds * 15)


def _with_root() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def test_what_a_user_put_there_before_stays(tmp_path: Path) -> None:
    steps = range(1, 2)
    plain = film(picture(two_paths()), tmp_path, steps, rate=5).kept
    marked = film(picture(two_paths()), tmp_path, steps, rate=5, bases=(Marked,)).kept
    differing = [np.abs(a.astype(int) - b).max() > 100 for a, b in zip(plain, marked, strict=True)]
    assert all(differing)


class Marked(BackpropScene):
    """A scene of a user's, with a mark in its corner."""

    def construct(self) -> None:
        """Put a mark there, then play the story."""
        self.add(Dot([-6.9, -3.8, 0.0], radius=0.15))
        super().construct()
