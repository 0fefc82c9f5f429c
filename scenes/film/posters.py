"""A film, and a frame of it as PNG to stand where the film does not play."""

from collections import deque
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import av

from graphgen.model.errors import RenderError

from ..video import Progress, render_video
from .reels import Content
from .settings import Quality

__all__ = ["film_with_poster", "last_frame"]


def film_with_poster(
    content: Content,
    path: Path,
    quality: Quality,
    aspect: str,
    jobs: int,
    cache: Path | None,
    on_frames: Callable[[int, int], None],
) -> bytes:
    """Films what a section shows; its last frame as PNG.

    Args:
        content: a picture, or a recorded scene.
        path: of the film; its suffix says the format.
        quality, aspect, jobs, cache: as `graphgen.scenes.video.render_video` takes them.
        on_frames: is told how many frames are done, of how many.

    Returns:
        The last frame, as a PNG file.
    """

    def report(progress: Progress) -> None:
        on_frames(progress.done_frames, progress.total_frames)

    render_video(
        content,
        path,
        quality=quality,
        aspect=aspect,
        jobs=jobs,
        on_progress=report,
        cache=cache,
    )
    return last_frame(path)


def last_frame(path: Path) -> bytes:
    """The last frame of a film.

    Raises:
        RenderError: it has none.
    """
    with av.open(f"file:{path}") as film:
        frames: deque[Any] = deque(film.decode(video=0), maxlen=1)
    if not frames:
        raise RenderError(f"a film with frames: {path.name} has none; render it again")
    content = BytesIO()
    frames[0].to_image().save(content, "PNG")
    return content.getvalue()
