"""Draws one segment of a story with Manim: what a worker process does.

A worker gets the story as JSON and needs neither torch nor Graphviz.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from graphgen.errors import AutovizError, RenderError
from graphgen.picture import Picture
from graphgen.story_file import loads
from scenes.film.segments import Segment
from scenes.film.settings import Encoding, Frame
from scenes.film.studio import studio
from scenes.film.takes import write_take

__all__ = ["STORY", "Order", "shoot"]

STORY = "story.json"


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be drawn, and where it goes.

    Attributes:
        scene: "module:Class" of a scene that has the class attributes picture and steps.
        workshop: the folder that holds the story, and gets a folder for each segment.
    """

    scene: str
    segment: Segment
    frame: Frame
    encoding: Encoding
    transparent: bool
    workshop: str

    @property
    def folder(self) -> Path:
        """Where the segment's parts go."""
        return Path(self.workshop) / f"segment-{self.segment.index:05}"

    @property
    def meter(self) -> Path:
        """A file with as many bytes as frames of the segment are done."""
        return self.folder.with_suffix(".frames")


def shoot(order: Order) -> None:
    """Draw a segment and note its parts in its folder.

    Raises:
        RenderError: a step that can't be drawn, by its number and caption.
    """
    home = Path(order.workshop)
    picture = loads((home / STORY).read_bytes())
    media = home / f"media-{os.getpid()}"
    media.mkdir(exist_ok=True)
    order.folder.mkdir(exist_ok=True)
    try:
        page, container = picture.theme.page, order.encoding.part
        with studio(media, order.frame, page, order.transparent, container):
            parts = _draw(order, picture)
    except AutovizError:
        raise
    except Exception as error:
        raise RenderError(
            f"a film of {_told(picture, order.segment)}: it couldn't be drawn "
            f"({type(error).__name__}: {error}); render another -q or report it"
        ) from error
    write_take(order.folder, parts)


def _draw(order: Order, picture: Picture) -> Any:
    from scenes.fast.mixin import Fast
    from scenes.fast.renderer import FastRenderer
    from scenes.film.writing import FilmWriter

    module, name = order.scene.split(":")
    kind = getattr(import_module(module), name)
    shown = type(name, (Fast, kind), {"picture": picture, "steps": order.segment.steps})
    with _meter(order.meter) as on_frames:
        writer = partial(
            FilmWriter, recipe=_recipe(order), folder=order.folder, on_frames=on_frames
        )
        scene = shown(renderer=FastRenderer(writer))
        scene.render()
        return scene.renderer.file_writer.parts


def _recipe(order: Order) -> Any:
    from scenes.fast.encoder import Recipe

    encoding, frame = order.encoding, order.frame
    return Recipe(
        encoding.part,
        encoding.codec,
        encoding.pixels,
        frame.width,
        frame.height,
        Fraction(frame.rate),
        encoding.options,
        "itu709",
    )


@contextmanager
def _meter(path: Path) -> Iterator[Any]:
    """Something to tell of frames, which others read off the length of a file."""
    with path.open("wb", buffering=0) as file:
        yield lambda frames: file.write(bytes(frames))


def _told(picture: Picture, segment: Segment) -> str:
    """The steps of a segment as a person knows them."""
    first = picture.story.steps[segment.first]
    until = f" to {segment.stop}" if segment.stop > segment.first + 1 else ""
    return f"step {segment.first + 1}{until} ({first.caption!r})"
