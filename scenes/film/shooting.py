"""Draws one segment of a film with Manim: what a worker process does.

A worker gets what the film is made of as JSON and needs neither torch nor Graphviz.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from graphgen.errors import AutovizError, RenderError
from scenes.film.joining import Part
from scenes.film.reels import scene_class
from scenes.film.segments import Segment
from scenes.film.settings import Encoding, Frame
from scenes.film.studio import studio
from scenes.film.takes import write_take

__all__ = ["CONTENT", "Order", "bases_of", "check_camera", "shoot"]

CONTENT = "content.json"
"""The file of a workshop that holds what its film is made of."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be drawn, and where it goes.

    Attributes:
        scene, page: as a Reel has them.
        caption: of the segment's first step.
        workshop: the folder that holds the content, and gets a folder for each segment.
    """

    scene: str
    segment: Segment
    frame: Frame
    encoding: Encoding
    transparent: bool
    workshop: str
    page: str = "#000000"
    caption: str = ""

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
    container = first.encoding.part
    with studio(media, first.frame, first.page, first.transparent, container):
        for order in orders:
            order.folder.mkdir(exist_ok=True)
            write_take(order.folder, _drawn(order))


def _drawn(order: Order) -> Sequence[Part]:
    """The parts of a segment; whatever goes wrong is told with its steps."""
    shared = _shared(order.workshop, order.scene)
    try:
        return _draw(order, shared)
    except (AutovizError, OSError):
        raise
    except Exception as error:
        raise RenderError(
            f"a film of {_told(order)}: it couldn't be drawn "
            f"({type(error).__name__}: {error}); render another -q or report it"
        ) from error


class _Shared:
    """What the segments of one film have in common in this process: texts, outlines, cards.

    Args:
        kind: the scene's class.
        content: what the film is made of.
    """

    def __init__(self, kind: Any, content: str) -> None:
        self.kind = kind
        self.told: dict[str, Any] = kind.told_by(content)
        self._stages: dict[Any, Any] = {}

    def attributes(self, segment: Segment) -> dict[str, Any]:
        """The class attributes of the scene that draws a segment."""
        told = {**self.told, "steps": segment.steps}
        if hasattr(self.kind, "stage"):
            told["stage"] = self._stage_of(self.kind)
        return told

    def _stage_of(self, kind: Any) -> Callable[[Any], Any]:
        """A scene's method `stage` that makes it for the first scene only."""

        def stage(scene: Any) -> Any:
            if kind not in self._stages:
                self._stages[kind] = kind.stage(scene)
            return self._stages[kind]

        return stage


@lru_cache(maxsize=1)
def _shared(workshop: str, scene: str) -> _Shared:
    return _Shared(scene_class(scene), (Path(workshop) / CONTENT).read_text(encoding="utf-8"))


def _draw(order: Order, shared: _Shared) -> Sequence[Part]:
    from scenes.fast.renderer import FastRenderer
    from scenes.film.writing import FilmWriter

    kind = shared.kind
    shown = type(kind.__name__, bases_of(kind), shared.attributes(order.segment))
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


def _told(order: Order) -> str:
    """The steps of a segment as a person knows them."""
    segment = order.segment
    until = f" to {segment.stop}" if segment.stop > segment.first + 1 else ""
    return f"step {segment.first + 1}{until} ({order.caption!r})"
