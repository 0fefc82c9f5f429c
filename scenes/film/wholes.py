"""Parts -> one file that was looked at."""

from collections.abc import Sequence
from pathlib import Path

from .dressing import Dressing
from .joining import Part, join
from .keeping import Shelf
from .producing import Film
from .verifying import verify

__all__ = ["whole"]


def whole(
    parts: Sequence[Part],
    target: Path,
    films: Sequence[Film],
    shelf: Shelf,
    dressing: Dressing | None = None,
) -> None:
    """Join the parts of films that follow each other, and verify the file.

    Pictures that were decoded to their end once aren't decoded again; those of a GIF are not known.

    Args:
        parts: of all films, in order.
        target: in a private folder.
        films: of one size and encoding.
        shelf: knows what was decoded.
        dressing: title, chapters and subtitles of an MP4.

    Raises:
        RenderError: the file is not what it should be.
    """
    encoding, frame = films[0].encoding, films[0].frame
    pictures = join(parts, target, encoding, frame, dressing)
    was_decoded = bool(pictures) and shelf.has_decoded(pictures, target.with_suffix(".seen"))
    frames = sum(film.frames for film in films)
    verify(target, frames, encoding, frame, pictures, was_decoded=was_decoded)
    if pictures and not was_decoded:
        shelf.keep_decoded(pictures)
