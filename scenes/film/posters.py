"""A film -> a frame of it as PNG, to stand where the film does not play."""

from collections import deque
from io import BytesIO
from pathlib import Path
from typing import Any

import av

from graphgen.errors import RenderError

__all__ = ["last_frame"]


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
