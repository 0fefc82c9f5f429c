"""What scenes show is read back from pictures of 1080 lines, as a viewer reads it: by tesseract."""

import os
import re
import subprocess
from pathlib import Path

import numpy as np
import pytest
from graphgen.scenes.course import EnginesScene
from manim import tempconfig
from PIL import Image

from graphgen.model.theme import ThemeName
from graphgen.outputs.boards.writing import write_lesson
from graphgen.outputs.options import Options
from tests.filming import Keeping, settings
from tests.storyboards import lesson, own_lesson

pytestmark = [pytest.mark.ocr, pytest.mark.slow]

SIGNS = str.maketrans({"—": "-", "−": "-", "–": "-", "×": "x", "°": "", "?": "", "²": ""})
"""What tesseract takes for each other."""


def read(picture: Path) -> set[str]:
    """The words and numbers in a picture."""
    done = subprocess.run(
        ["tesseract", str(picture), "-", "--psm", "11"],
        env={**os.environ, "OMP_THREAD_LIMIT": "1"}, capture_output=True, text=True, timeout=120,
        check=True,
    )  # fmt: skip
    return set(re.findall(r"[\w.-]*\w", done.stdout.translate(SIGNS)))


def missing(words: list[str], found: set[str]) -> list[str]:
    return [word for word in words if word.translate(SIGNS) not in found]


@pytest.mark.parametrize(
    ("scene", "theme", "words"),
    [
        ("descent", "dark", ["2.678", "2.597", "2.497", "1.771", "4.608", "slope", "lowest"]),
        ("training", "dark", ["0.4594", "0.1797", "target", "loss", "parameters", "steps"]),
        ("network", "light", ["Linear", "Tanh", "weight", "bias", "gradients", "-0.26", "norm"]),
    ],
)
def test_a_posters_numbers_and_names_can_be_read(
    scene: str, theme: ThemeName, words: list[str], tmp_path: Path
) -> None:
    told = own_lesson(scene, theme)
    path = tmp_path / "poster.png"
    write_lesson(told, path, ".png", Options(), "16:9")
    with Image.open(path) as picture:
        assert min(picture.size) == 1080
    found = read(path)
    lost = missing(words, found)
    assert len(lost) <= len(words) // 6, (lost, sorted(found))


def test_what_is_not_in_a_picture_is_not_read_from_it(tmp_path: Path) -> None:
    """The tests above can fail: another program's numbers aren't found."""
    told = lesson("tangent", "y = x ** 2", {"x": 1.0})
    write_lesson(told, tmp_path / "other.png", ".png", Options(), "16:9")
    assert missing(["2.678", "parameters"], read(tmp_path / "other.png")) == ["2.678", "parameters"]


def test_a_frame_of_a_film_can_be_read(tmp_path: Path) -> None:
    told = own_lesson("engines")
    with tempconfig(settings(tmp_path, (1920, 1080), 1)):
        renderer = Keeping()
        shown = type("Shown", (EnginesScene,), {"lesson": told, "steps": range(4, 5)})
        shown(renderer=renderer).render()
    frame = np.asarray(renderer.kept[-1])[..., :3]
    Image.fromarray(frame).save(tmp_path / "frame.png")
    words = ["scalar", "array", "engine", "torch", "value", "gradient", "0.6351", "-0.4353"]
    lost = missing(words, read(tmp_path / "frame.png"))
    assert len(lost) <= 1, lost
