"""Looks at a finished film before it is put in place."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import av

from graphgen.model.errors import RenderError

from .joining import Fingerprint
from .settings import Encoding, Frame

__all__ = ["verify"]


def verify(
    path: Path,
    frames: int,
    encoding: Encoding,
    frame: Frame,
    known_by: str = "",
    *,
    was_decoded: bool = False,
) -> None:
    """Check that a film has its frames at even distances, its size, and decodes to its end.

    Every picture is read and is, byte for byte, the one that the encoder gave; decoded are the
    first and everything after the last that stands alone, to see that a player finds what it takes
    to decode them.

    Args:
        path: of the film.
        frames: how many it must have.
        encoding: the container, codec and pixel format that it must have.
        frame: its size in pixels, and its rate in frames per second.
        known_by: what `join` has answered.
        was_decoded: whether these pictures were decoded to the end once; then they aren't again.

    Raises:
        RenderError: it is not what it should be.
    """
    try:
        with av.open(f"file:{path}") as film:
            stream = film.streams.video[0]
            stream.thread_type = "AUTO"
            _expect("size", (stream.width, stream.height), (frame.width, frame.height))
            times, pictures = _read(film, stream, frame)
            _expect("pictures", pictures, known_by or pictures)
            _expect("number of frames", len(times), frames)
            if encoding.container != "gif":  # which counts hundredths of a second
                _expect("times of frames", times, list(range(frames)))
            if not was_decoded:
                _expect("decoded end", _decoded_end(film, stream, encoding, frames), True)
    except (av.error.FFmpegError, IndexError) as error:
        raise RenderError(f"a whole film: {error}; render it again") from error
    if encoding.container in ("mp4", "mov"):
        _expect("index before the pictures", _index_first(path), True)


def _expect(what: str, found: object, wanted: object) -> None:
    if found != wanted:
        raise RenderError(
            f"a film whose {what} is {_short(wanted)}: got {_short(found)}; render it again"
        )


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) < 60 else f"{text[:57]}..."


def _read(film: Any, stream: Any, frame: Frame) -> tuple[list[int], str]:
    """When each frame is shown, counted in frames, in order; and what all are known by."""
    scale, times, known = Fraction(stream.time_base) * frame.rate, [], Fingerprint()
    for packet in film.demux(stream):
        if packet.size:
            times.append(round(packet.pts * scale))
            known.update(packet)
    return sorted(times), known.text


def _decoded_end(film: Any, stream: Any, encoding: Encoding, frames: int) -> bool:
    """Whether the last frames come out of the decoder, up to the very last."""
    if encoding.container == "gif":
        film.seek(0)
        return sum(1 for _ in film.decode(stream)) == frames
    first = next(_decoded_from(film, stream, 0), None)
    end = round((frames - 1) / stream.average_rate / stream.time_base)
    times = [picture.pts for picture in _decoded_from(film, stream, end)]
    if first is None or not times:
        return False
    return bool(round(times[-1] * stream.time_base * stream.average_rate) == frames - 1)


def _decoded_from(film: Any, stream: Any, time: int) -> Any:
    """Decoded pictures from the last one that stands alone before a time, to the end."""
    film.seek(time, stream=stream)
    return film.decode(stream)


def _index_first(path: Path) -> bool:
    """Whether an MP4's index (moov) stands before its pictures (mdat)."""
    with path.open("rb") as file:
        while len(head := file.read(8)) == 8:
            size, kind = int.from_bytes(head[:4], "big"), head[4:]
            if kind in (b"moov", b"mdat"):
                return kind == b"moov"
            if size == 1:
                size = int.from_bytes(file.read(8), "big") - 8
            file.seek(size - 8, 1)
    return False
