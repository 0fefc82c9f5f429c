"""Picture or lesson -> a film: quality, encoder, segments over processes, whole in its place.

from .video import render_video
render_video(content, Path("film.mp4"), quality="l", jobs=2)
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from graphgen.model.errors import MissingPartError, RenderError
from graphgen.model.files import check_place, put
from graphgen.model.private_folders import private_folder
from graphgen.model.store import Store

from .film.crew import Crew
from .film.keeping import Shelf
from .film.producing import Film, Progress, produce
from .film.reels import Content, reel_of
from .film.settings import Encoding, Preset, Quality, encoding_of, frame_of
from .film.wholes import whole

__all__ = ["Progress", "Video", "check_encoder", "full_disk_told", "render_video"]


@dataclass(frozen=True, slots=True)
class Video:
    """A film that was verified and put in its place; width and height in pixels."""

    path: Path
    frames: int
    seconds: float
    width: int
    height: int


def render_video(
    content: Content,
    path: Path,
    *,
    quality: Quality = "h",
    transparent: bool = False,
    jobs: int = 1,
    preset: Preset = "final",
    aspect: str = "16:9",
    on_progress: Callable[[Progress], None] | None = None,
    cache: Path | None = None,
) -> Video:
    """Render the film of a picture, or of a lesson.

    Args:
        content: what it is made of.
        path: where the film goes; .mp4, .webm, .mov or .gif decides how it is encoded.
        quality: l 854x480 at 15 frames a second, m 1280x720 at 30, h 1920x1080, p 2560x1440 and
            k 3840x2160 at 60, as Manim has it; a GIF has 30 at most.
        transparent: without the page behind it (.mov, .webm and .gif).
        jobs: how many processes draw; 0 takes as many as there are cores. The file is the same.
        preset: "draft" is quicker and coarser.
        aspect: width to height.
        on_progress: is told from time to time how far it is, from a thread of its own.
        cache: a folder that keeps finished segments; an unchanged film is only joined.

    Returns:
        Where it is, and how long.

    Raises:
        OutputError: a suffix, quality, aspect or place that can't be.
        MissingPartError: no font, or no encoder.
        RenderError: a step that can't be drawn.
    """
    suffix = path.suffix.lower()
    frame = frame_of(quality, aspect, suffix)
    encoding = encoding_of(suffix, transparent, preset, frame)
    check_place(path)
    check_encoder(encoding)
    film = Film(reel_of(content, frame), frame, encoding, transparent)
    with full_disk_told(), private_folder() as folder:
        store = Store(cache)
        parts = produce([film], folder, Crew(jobs), store, on_progress)[0]
        film_path = folder / f"film.{encoding.container}"
        whole(parts, film_path, [film], Shelf(store))
        put(film_path, path)
    return Video(path, film.frames, film.frames / frame.rate, frame.width, frame.height)


@contextmanager
def full_disk_told() -> Iterator[None]:
    """An OSError on the way (a full disk, a folder that is gone) becomes ours."""
    try:
        yield
    except OSError as error:
        raise RenderError(
            f"room for a film: {error.strerror or error} ({error.filename or 'no file'}); "
            "make room, or set TMPDIR to a folder that has some"
        ) from error


def check_encoder(encoding: Encoding) -> None:
    import av

    for codec in (encoding.codec, "gif") if encoding.container == "gif" else (encoding.codec,):
        try:
            av.codec.Codec(codec, "w")
        except ValueError as error:
            raise MissingPartError(
                f"a .{encoding.container} needs the encoder {codec}: this PyAV has none; "
                "get one with: pip install --only-binary av av"
            ) from error
