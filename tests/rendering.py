"""Golden pictures: stories and scenes in files -> SVG -> pixels, and how far apart two of them are.

What is drawn comes from JSON files in tests/goldens/, so that no torch and no layout program has a
part in it. `make goldens` renews the pictures.
"""

import io
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image
from scipy import ndimage

from graphgen.course import lesson_file
from graphgen.course.registry import timeline_of
from graphgen.draw import story_file
from graphgen.model.picture import Picture
from graphgen.model.theme import THEMES, ThemeName
from graphgen.model.timeline import Frame
from graphgen.outputs.svg import svg, svg_pages
from graphgen.outputs.svg.document import timeline_svg

FOLDER = Path(__file__).parent / "goldens"
WIDTH = 400
"""Of every picture, in pixels."""

FARTHEST = 3.5
"""How far two pictures may be apart that look the same, in levels out of 255."""

_BLUR = 4.0
"""The Gaussian's standard deviation, in pixels: within it differences of opposite signs cancel."""

_FINER = 3
"""So many times as large it is drawn first, across and down."""

Pixels = npt.NDArray[np.float64]
"""Of shape (height, width, 3), from 0 to 255."""

PICTURES: Mapping[str, tuple[str, Callable[[Picture], str]]] = {
    "two-paths": ("two-paths", svg),
    "matrices": ("matrices", svg),
    "cut": ("cut", svg),
    "fifteen-nodes": ("fifteen-nodes", svg),
    "backward-step": ("two-paths", lambda picture: list(svg_pages(picture))[first_send(picture)]),
}
"""Name -> the story it is of, and how it is drawn."""

SCENES = ("accumulate",)
"""Scenes of the course, each at the step that its poster shows."""

NAMES = (*PICTURES, *SCENES)


def first_send(picture: Picture) -> int:
    """The first step in which a contribution travels."""
    return next(at for at, step in enumerate(picture.story.steps) if step.move == "send")


def document(name: str, theme: ThemeName) -> str:
    """The SVG of a golden picture."""
    if name in SCENES:
        lesson = lesson_file.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
        return timeline_svg(timeline_of(replace(lesson, theme=theme), Frame.of("16:9")))
    source, draw = PICTURES[name]
    picture = story_file.loads((FOLDER / f"{source}.json").read_text(encoding="utf-8"))
    return draw(replace(picture, theme=THEMES[theme]))


def golden(name: str, theme: ThemeName) -> Path:
    """Where a golden picture lies."""
    return FOLDER / f"{name}-{theme}.png"


def image_of(drawn: str) -> Any:
    """An SVG as an image, WIDTH pixels wide, by resvg, which looks at few places of a pixel: it
    draws larger, and each pixel is the mean of many."""
    resvg = pytest.importorskip("resvg_py")
    large = bytes(resvg.svg_to_bytes(svg_string=drawn, width=WIDTH * _FINER))
    return Image.open(io.BytesIO(large)).convert("RGB").reduce(_FINER)


def png_of(drawn: str) -> bytes:
    """The bytes of an SVG's image."""
    stream = io.BytesIO()
    image_of(drawn).save(stream, "png", optimize=True)
    return stream.getvalue()


def pixels_in(png: bytes) -> Pixels:
    """The pixels of a PNG."""
    return pixels_of(Image.open(io.BytesIO(png)).convert("RGB"))


def pixels_of(image: Any) -> Pixels:
    """The pixels of an image."""
    return np.asarray(image, dtype=np.float64)


def apart(one: Pixels, other: Pixels) -> Pixels:
    """How far two pictures are apart around each pixel: their difference, blurred.

    A line that is a hair aside is darker here and lighter there, which a blur cancels out; a line
    that is missing is not there anywhere.

    Args:
        one, other: of one shape.

    Returns:
        Of shape (height, width), in levels out of 255.
    """
    blurred = ndimage.gaussian_filter(one - other, (_BLUR, _BLUR, 0.0), mode="nearest")
    levels: Pixels = np.abs(blurred).max(axis=2)
    return levels


def distance(one: Pixels, other: Pixels) -> float:
    """How far two pictures are apart where they differ most; infinite where their sizes do."""
    return float(apart(one, other).max()) if one.shape == other.shape else float("inf")


def keep_difference(name: str, drawn: bytes, expected: bytes, folder: Path) -> None:
    """Write a new picture, and where it differs: the more, the whiter."""
    (folder / f"{name}.png").write_bytes(drawn)
    (folder / f"{name}-expected.png").write_bytes(expected)
    one, other = pixels_in(drawn), pixels_in(expected)
    if one.shape == other.shape:
        levels = np.clip(apart(one, other) * 255 / (8 * FARTHEST), 0, 255).astype(np.uint8)
        Image.fromarray(levels).save(folder / f"{name}-difference.png")
