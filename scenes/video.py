"""Picture -> a film: quality, encoder, segments spread over processes, a result put in place whole.

    from scenes.video import render_video
    render_video(picture, Path("film.mp4"), quality="l", jobs=2)
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from graphgen.picture import Picture
from scenes.film.joining import join
from scenes.film.places import put, workshop
from scenes.film.settings import Preset, Quality, encoding_of, frame_of
from scenes.film.shooting import shoot
from scenes.film.verifying import verify

__all__ = ["Progress", "Video", "render_video"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a render is, in frames."""

    done_frames: int
    total_frames: int


@dataclass(frozen=True, slots=True)
class Video:
    """A film that was verified and put in its place; width and height in pixels."""

    path: Path
    frames: int
    seconds: float
    width: int
    height: int


def render_video(
    picture: Picture,
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
    """Render the film of a picture.

    Args:
        path: where the film goes; .mp4, .webm, .mov or .gif decides how it is encoded.
        quality: l 854x480 at 15 frames a second, m 1280x720 at 30, h 1920x1080 at 60,
            p 2560x1440 at 60, k 3840x2160 at 60, as Manim has it.
        transparent: without the page behind it (.mov, .webm and .gif).
        jobs: how many processes draw; 0 takes as many as there are cores. The file is the same.
        preset: "draft" is quicker and larger.
        aspect: width to height.
        on_progress: is told from time to time how far it is.
        cache: a folder that keeps finished segments; an unchanged film is only joined.

    Returns:
        Where it is, and how long.

    Raises:
        OutputError: a suffix, quality, aspect or place that can't be.
        MissingPartError: no font, or no encoder.
        RenderError: a step that can't be drawn.
    """
    suffix = path.suffix.lower()
    encoding = encoding_of(suffix, transparent, preset)
    frame = frame_of(quality, aspect, suffix)
    frames = frame.frames(picture.story.seconds)
    told = on_progress or (lambda progress: None)
    told(Progress(0, frames))
    with workshop() as folder:
        parts = shoot(picture, folder, frame, encoding, transparent)
        film = folder / f"film.{encoding.container}"
        count = join(parts, film, encoding, frame)
        verify(film, count, encoding, frame)
        put(film, path)
    told(Progress(count, count))
    return Video(path, count, count / frame.rate, frame.width, frame.height)
