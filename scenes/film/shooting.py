"""Draws one segment of a film with Manim: what a worker process does.

A worker gets an order, plain data and text, and gives back a take, plain data and bytes: it may
stand on another machine, and needs neither torch nor Graphviz.
"""

import ctypes
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from graphgen.model.errors import AutovizError, RenderError
from graphgen.model.private_folders import private_folder

from .joining import Part
from .reels import Reel, scene_class
from .segments import Segment
from .settings import Encoding, Frame
from .studio import studio
from .takes import Piece, Take

__all__ = ["Order", "bases_of", "check_camera", "shoot"]


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be drawn.

    Attributes:
        number: of this segment among all that are wanted.
        meter: the path of a file that gets a byte for each frame, where there is its folder.
        film: what the person calls this film, in front of its steps; "" where there is one only.
    """

    number: int
    reel: Reel
    segment: Segment
    frame: Frame
    encoding: Encoding
    transparent: bool
    meter: str
    film: str = ""

    @property
    def frames(self) -> int:
        """How many frames the segment has."""
        return self.frame.frames(self.segment.seconds)

    @property
    def told(self) -> str:
        """Its steps as a person knows them."""
        segment = self.segment
        until = f" to {segment.stop}" if segment.stop > segment.first + 1 else ""
        return f"{self.film}step {segment.first + 1}{until}"


def shoot(order: Order) -> Take:
    """Draw a segment.

    Raises:
        RenderError: a step that can't be drawn, by its number and caption.
    """
    reel = order.reel
    with private_folder(_near(order)) as folder:
        media = folder / "media"
        media.mkdir()
        with studio(media, order.frame, reel.page, order.transparent, order.encoding.part):
            parts = _drawn(order, folder)
        pieces = (Piece(part.frames, part.repeat, part.path.read_bytes()) for part in parts)
        take = Take(order.number, tuple(pieces))
    _give_back()
    return take


def _near(order: Order) -> Path | None:
    """The private folder of whoever asked, which goes with all in it; None on another machine."""
    folder = Path(order.meter).parent
    return folder if folder.is_dir() else None


def _give_back() -> None:
    """Give the system the memory that is free again: glibc keeps it, and takes more beside it."""
    if sys.platform == "linux" and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)):
        trim(0)


def _drawn(order: Order, folder: Path) -> Sequence[Part]:
    """The parts of a segment; whatever goes wrong is told with its steps."""
    try:
        return _draw(order, folder)
    except (AutovizError, OSError):
        raise
    except Exception as error:
        caption = order.reel.captions[order.segment.first]
        raise RenderError(
            f"a film of {order.told} ({caption!r}): it couldn't be drawn "
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
        own = {**self.told, "steps": segment.steps}
        if hasattr(self.kind, "stage"):
            own["stage"] = self._stage_of(self.kind)
        return own

    def _stage_of(self, kind: Any) -> Callable[[Any], Any]:
        """A scene's method `stage` that makes it for the first scene only."""

        def stage(scene: Any) -> Any:
            if kind not in self._stages:
                self._stages[kind] = kind.stage(scene)
            return self._stages[kind]

        return stage


@lru_cache(maxsize=2)
def _shared(scene: str, content: str, frame: Frame) -> _Shared:
    return _Shared(scene_class(scene), content)


def _draw(order: Order, folder: Path) -> Sequence[Part]:
    from ..fast.renderer import FastRenderer
    from .writing import FilmWriter

    shared = _shared(order.reel.scene, order.reel.content, order.frame)
    kind = shared.kind
    scene_class = type(kind.__name__, bases_of(kind), shared.attributes(order.segment))
    with _meter(Path(order.meter)) as on_frames:
        writer = partial(FilmWriter, recipe=_recipe(order), folder=folder, on_frames=on_frames)
        scene = scene_class(renderer=FastRenderer(writer))
        check_camera(scene.renderer.camera, order.frame)
        scene.render()
        parts: Sequence[Part] = scene.renderer.file_writer.parts
        scene.renderer.release()
        return parts


def bases_of(kind: Any) -> tuple[Any, ...]:
    """What a scene with the fast renderer inherits from; one that has it already needs no more."""
    from ..fast.mixin import Fast

    return (kind,) if issubclass(kind, Fast) else (Fast, kind)


def check_camera(camera: Any, frame: Frame) -> None:
    """That nobody has changed Manim's settings meanwhile."""
    wanted = (frame.width, frame.height, frame.rate)
    settings = (camera.pixel_width, camera.pixel_height, camera.frame_rate)
    if settings != wanted:
        raise RenderError(
            f"a camera of width, height and frames a second {wanted}: got {settings}; "
            "render when nothing else in this process sets Manim's config"
        )


def _recipe(order: Order) -> Any:
    from ..fast.encoder import Recipe

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
    if not path.parent.is_dir():  # whoever watches stands on another machine
        yield lambda frames: None
        return
    with path.open("wb", buffering=0) as file:
        yield lambda frames: file.write(bytes(frames))
