"""Parts of a film -> a GIF with a palette of its own, in two passes of one frame at a time."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import Any

import av

from .settings import Frame

__all__ = ["paint_gif"]


def paint_gif(files: Sequence[Path], target: Path, frame: Frame) -> int:
    """Write the GIF.

    Args:
        files: in the order of the film; one that is held stands there several times.
        target: the path of the GIF.
        frame: its size in pixels, and its rate in frames per second.

    Returns:
        How many frames were put in.

    Source: FFmpeg's filters palettegen and paletteuse.
    """
    tick = Fraction(1, frame.rate)
    palette = _palette(tuple(dict.fromkeys(files)), frame)
    # PyAV's buffers don't keep their graph alive, and crash without it.
    graph, pictures, painted = _painter(palette, frame)
    with av.open(f"file:{target}", "w", format="gif") as output:
        stream: Any = output.add_stream("gif", rate=frame.rate)
        stream.width, stream.height, stream.pix_fmt = frame.width, frame.height, "pal8"
        count = 0
        for picture in chain(_frames(files), (None,)):
            pictures.push(picture)
            for ready in _pulled(painted):
                ready.pts, ready.time_base = count, tick
                output.mux(stream.encode(ready))
                count += 1
        output.mux(stream.encode(None))
    del graph
    return count


def _frames(files: Sequence[Path]) -> Iterator[Any]:
    count = 0
    for path in files:
        with av.open(f"file:{path}") as source:
            for picture in source.decode(video=0):
                picture.pts = count
                count += 1
                yield picture


def _palette(files: Sequence[Path], frame: Frame) -> Any:
    """The 256 colours that serve best what changes from frame to frame."""
    graph = av.filter.Graph()
    source = _buffer(graph, frame.width, frame.height, "argb", frame)
    maker, sink = graph.add("palettegen", "stats_mode=diff"), graph.add("buffersink")
    source.link_to(maker)
    maker.link_to(sink)
    graph.configure()
    for picture in chain(_frames(files), (None,)):
        source.push(picture)
    palette: Any = sink.pull()
    palette.pts = 0
    return palette


def _painter(palette: Any, frame: Frame) -> tuple[Any, Any, Any]:
    """A graph, where frames are pushed in, and where they come out in the palette's colours.

    No dithering: its dots would change all over the page, and a GIF stores what changes.
    """
    graph = av.filter.Graph()
    pictures = _buffer(graph, frame.width, frame.height, "argb", frame)
    colours = _buffer(graph, palette.width, palette.height, palette.format.name, frame)
    use, sink = graph.add("paletteuse", "dither=none:diff_mode=rectangle"), graph.add("buffersink")
    pictures.link_to(use, 0, 0)
    colours.link_to(use, 0, 1)
    use.link_to(sink)
    graph.configure()
    colours.push(palette)
    colours.push(None)
    return graph, pictures, sink


def _buffer(graph: Any, width: int, height: int, pixels: str, frame: Frame) -> Any:
    return graph.add_buffer(
        width=width, height=height, format=pixels, time_base=Fraction(1, frame.rate)
    )


def _pulled(sink: Any) -> Iterator[Any]:
    while True:
        try:
            yield sink.pull()
        except (av.error.BlockingIOError, av.error.EOFError):
            return
