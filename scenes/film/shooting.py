"""Draws one segment of a story with Manim: what a worker process does.

A worker gets the story as JSON and needs neither torch nor Graphviz.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache, partial
from importlib import import_module
from pathlib import Path
from typing import Any

from graphgen.errors import AutovizError, RenderError
from graphgen.picture import Picture
from graphgen.story_file import loads
from scenes.film.joining import Part
from scenes.film.segments import Segment
from scenes.film.settings import Encoding, Frame
from scenes.film.studio import studio
from scenes.film.takes import write_take

__all__ = ["STORY", "Order", "bases_of", "check_camera", "shoot"]

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


def shoot(*orders: Order) -> None:
    """Draw segments of one film, each into its folder, with a note of its parts.

    Raises:
        RenderError: a step that can't be drawn, by its number and caption.
    """
    first = orders[0]
    media = Path(first.workshop) / f"media-{os.getpid()}"
    media.mkdir(exist_ok=True)
    page, container = _shared(first.workshop).picture.theme.page, first.encoding.part
    with studio(media, first.frame, page, first.transparent, container):
        for order in orders:
            order.folder.mkdir(exist_ok=True)
            write_take(order.folder, _drawn(order))


def _drawn(order: Order) -> Sequence[Part]:
    """The parts of a segment; whatever goes wrong is told with its steps."""
    shared = _shared(order.workshop)
    try:
        return _draw(order, shared)
    except (AutovizError, OSError):
        raise
    except Exception as error:
        raise RenderError(
            f"a film of {_told(shared.picture, order.segment)}: it couldn't be drawn "
            f"({type(error).__name__}: {error}); render another -q or report it"
        ) from error


class _Shared:
    """What the segments of one film have in common in this process: texts, outlines, cards.

    Args:
        picture: the film's.
    """

    def __init__(self, picture: Picture) -> None:
        self.picture = picture
        self._stages: dict[Any, Any] = {}

    def stage_of(self, kind: Any) -> Callable[[Any], Any]:
        """A scene's method `stage` that makes it for the first scene only."""

        def stage(scene: Any) -> Any:
            if kind not in self._stages:
                self._stages[kind] = kind.stage(scene)
            return self._stages[kind]

        return stage


@lru_cache(maxsize=1)
def _shared(workshop: str) -> _Shared:
    return _Shared(loads((Path(workshop) / STORY).read_bytes()))


def _draw(order: Order, shared: _Shared) -> Sequence[Part]:
    from scenes.fast.renderer import FastRenderer
    from scenes.film.writing import FilmWriter

    module, name = order.scene.split(":")
    kind = getattr(import_module(module), name)
    told: dict[str, Any] = {"picture": shared.picture, "steps": order.segment.steps}
    if hasattr(kind, "stage"):
        told["stage"] = shared.stage_of(kind)
    shown = type(name, bases_of(kind), told)
    with _meter(order.meter) as on_frames:
        writer = partial(
            FilmWriter, recipe=_recipe(order), folder=order.folder, on_frames=on_frames
        )
        scene = shown(renderer=FastRenderer(writer))
        check_camera(scene.renderer.camera, order.frame)
        scene.render()
        parts: Sequence[Part] = scene.renderer.file_writer.parts
        scene.renderer.release()
        return parts


def bases_of(kind: Any) -> tuple[Any, ...]:
    """What a scene with the fast renderer inherits from; one that has it already needs no more."""
    from scenes.fast.mixin import Fast

    return (kind,) if issubclass(kind, Fast) else (Fast, kind)


def check_camera(camera: Any, frame: Frame) -> None:
    """That nobody has changed Manim's settings meanwhile."""
    wanted = (frame.width, frame.height, frame.rate)
    found = (camera.pixel_width, camera.pixel_height, camera.frame_rate)
    if found != wanted:
        raise RenderError(
            f"a camera of width, height and frames a second {wanted}: got {found}; "
            "render when nothing else in this process sets Manim's config"
        )


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
