"""Parts of a film -> one file, without encoding again; a GIF is painted from its own palette."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from hashlib import blake2b
from pathlib import Path
from typing import Any

import av

from .dressing import Dressing, SubtitleTrack, dress
from .gif import paint_gif
from .settings import Encoding, Frame

__all__ = ["Fingerprint", "Part", "join"]


@dataclass(frozen=True, slots=True)
class Part:
    """A file of so many frames that stands in the film so many times in a row."""

    path: Path
    frames: int
    repeat: int = 1


def join(
    parts: Sequence[Part],
    target: Path,
    encoding: Encoding,
    frame: Frame,
    dressing: Dressing | None = None,
) -> str:
    """Join the parts to a file that begins with its index.

    Args:
        parts: files of one encoding, in the order of the film, each with how often it is repeated.
        target: a plain path of our own: FFmpeg opens it a second time to move the index.
        encoding: the container and codec.
        frame: the size in pixels, and the rate in frames per second.
        dressing: title, chapters and subtitles of an MP4.

    Returns:
        What all pictures, as the encoder gave them, are known by together; "" for a GIF, which is
        encoded here.
    """
    if encoding.container == "gif":
        paint_gif([path for path, _ in _in_order(parts)], target, frame)
        return ""
    return _join_packets(parts, target, encoding, frame, dressing)


class Fingerprint:
    """What pictures in a row are known by, as they are encoded."""

    def __init__(self) -> None:
        self._hash = blake2b(digest_size=20)

    def update(self, packet: Any) -> None:
        """Add the next picture."""
        self._hash.update(packet.size.to_bytes(8, "big"))
        self._hash.update(packet)

    @property
    def text(self) -> str:
        """Of all pictures so far."""
        return self._hash.hexdigest()


def _open_for_writing(target: Path, container: str) -> Any:
    options = {"movflags": "+faststart"} if container in ("mp4", "mov") else {}
    return av.open(f"file:{target}", "w", format=container, options=options)


def _join_packets(
    parts: Sequence[Part],
    target: Path,
    encoding: Encoding,
    frame: Frame,
    dressing: Dressing | None,
) -> str:
    tick, known = Fraction(1, frame.rate), Fingerprint()
    count = 0
    with _open_for_writing(target, encoding.container) as output:
        stream: Any = None
        track: SubtitleTrack | None = None
        for path, frames in _in_order(parts):
            with av.open(f"file:{path}") as source:
                video: Any = source.streams.video[0]
                if stream is None:
                    stream = output.add_stream_from_template(video)
                    stream.time_base = tick
                    track = dress(output, dressing) if dressing else None
                if track is not None:
                    track.until(count / frame.rate)
                scale = video.time_base / tick
                for packet in _packets(source, video):
                    known.update(packet)
                    packet.pts = round(packet.pts * scale) + count
                    packet.dts = round(packet.dts * scale) + count
                    packet.duration = 1
                    packet.time_base = tick
                    packet.stream = stream
                    output.mux(packet)
            count += frames
        if track is not None:
            track.until(math.inf)
    return known.text


def _packets(source: Any, stream: Any) -> Iterator[Any]:
    """What is in a file; not the empty packets that end it."""
    return (packet for packet in source.demux(stream) if packet.size)


def _in_order(parts: Sequence[Part]) -> Iterator[tuple[Path, int]]:
    for part in parts:
        for _ in range(part.repeat):
            yield part.path, part.frames
