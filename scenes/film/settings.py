"""Quality, aspect, suffix and preset -> the size of a film and how it is encoded. Tables only."""

from dataclasses import dataclass
from typing import Literal

from graphgen.model.errors import OutputError
from graphgen.model.geometry import asked_sides
from graphgen.model.timeline import Frame as TimelineFrame
from graphgen.outputs.formats import FILMS, FORMATS

__all__ = ["Encoding", "Frame", "Preset", "Quality", "encoding_of", "frame_of", "quality_of"]

Quality = Literal["l", "m", "h", "p", "k"]
Preset = Literal["draft", "preview", "final"]

_SHORT_SIDE = 8.0
"""Of a frame, in Manim's units."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The size of a frame in pixels, and how many there are in a second."""

    width: int
    height: int
    rate: int

    def frames(self, seconds: float) -> int:
        """How many frames a film of so many seconds has."""
        return round(seconds * self.rate)

    @property
    def units(self) -> tuple[float, float]:
        """Width and height in Manim's units: its own at 16:9, else the shorter side is as long."""
        if self.width * 9 // 16 in (self.height, self.height - 1, self.height + 1):
            return _SHORT_SIDE * 16 / 9, _SHORT_SIDE
        short = min(self.width, self.height)
        return _SHORT_SIDE * self.width / short, _SHORT_SIDE * self.height / short

    @property
    def shape(self) -> TimelineFrame:
        """The frame of the timeline that is drawn for it: as its scene has it."""
        return TimelineFrame.like(*self.units)


@dataclass(frozen=True, slots=True)
class Encoding:
    """How frames become a file.

    Attributes:
        container: of the file that the person gets.
        part: of the files that are joined to it; the container, except for GIF.
        codec, pixels, options: as FFmpeg names them.
    """

    container: str
    part: str
    codec: str
    pixels: str
    options: tuple[tuple[str, str], ...]


_SIZES: dict[str, tuple[int, int, int]] = {
    "l": (854, 480, 15),
    "m": (1280, 720, 30),
    "h": (1920, 1080, 60),
    "p": (2560, 1440, 60),
    "k": (3840, 2160, 60),
}
"""Width at 16:9, height, frames a second: what Manim's -q means."""

FASTEST_GIF = 30
"""GIF counts hundredths of a second, and browsers slow down what is shorter than two of them."""


def frame_of(quality: str, aspect: str, suffix: str) -> Frame:
    """The size of a film.

    Args:
        quality: one of Manim's letters; it gives the length of the shorter side in pixels.
        aspect: "16:9", "4:3", "1:1", "9:16", ...: width to height.
        suffix: ".gif" can't be faster than FASTEST_GIF.

    Returns:
        Width and height in pixels, even, and the rate in frames per second.

    Raises:
        OutputError: no such quality, or no such aspect.
    """
    if quality not in _SIZES:
        raise OutputError(f"a quality is one of {', '.join(_SIZES)}: got {quality!r}; take h")
    wide, short, rate = _SIZES[quality]
    across, down = asked_sides(aspect)
    rate = min(rate, FASTEST_GIF) if suffix == ".gif" else rate
    if (across, down) == (16, 9):
        return Frame(wide, short, rate)
    long = 2 * round(short * max(across, down) / min(across, down) / 2)
    return Frame(long, short, rate) if across >= down else Frame(short, long, rate)


_STILL = "bframes=0:rc-lookahead=0:mbtree=0:scenecut=0:weightp=0:aq-mode=0:keyint=600:force-cfr=1"
"""Nothing looks ahead: most of a frame is the frame before, and is skipped at once."""

_TEXT = "cabac=1:8x8dct=1:partitions=i8x8,i4x4:deblock=1,0,0"
"""What makes letters and lines small and clean for little time."""

_COARSE, _FINE = ((0, 26), (700, 29), (1000, 31)), ((0, 20), (700, 23), (1000, 26))
"""From which height on which quantizer: small letters need a finer one to stay the same."""

_PRESETS: dict[str, tuple[Quality, str, tuple[tuple[int, int], ...]]] = {
    "draft": ("l", _STILL, _COARSE),
    "preview": ("m", f"{_STILL}:{_TEXT}", _FINE),
    "final": ("h", f"{_STILL}:{_TEXT}", _FINE),
}
"""For each preset the quality that it has where none is asked for, and how x264 encodes."""


def quality_of(preset: str) -> Quality:
    """The quality of a film of which only the preset is said.

    Raises:
        OutputError: no such preset.
    """
    return _preset(preset)[0]


def _preset(preset: str) -> tuple[Quality, str, tuple[tuple[int, int], ...]]:
    if preset not in _PRESETS:
        raise OutputError(f"a preset is one of {', '.join(_PRESETS)}: got {preset!r}; take final")
    return _PRESETS[preset]


def _h264(preset: str, frame: Frame) -> tuple[tuple[str, str], ...]:
    short, (_, parameters, table) = min(frame.width, frame.height), _preset(preset)
    coarseness = [quantizer for height, quantizer in table if short >= height][-1]
    return (
        ("preset", "ultrafast"),
        ("qp", str(coarseness)),
        ("threads", "1"),
        ("x264-params", parameters),
    )


_VP9 = (
    ("deadline", "realtime"),
    ("cpu-used", "8"),
    ("row-mt", "1"),
    ("crf", "31"),
    ("b", "0"),
    ("threads", "1"),
)


def encoding_of(suffix: str, transparent: bool, preset: str, frame: Frame) -> Encoding:
    """How a film with this suffix is encoded.

    Args:
        suffix: of the file, such as ".mp4".
        transparent: whether the page is left out.
        preset: "draft", "preview" or "final": how coarsely H.264 is quantized.
        frame: the size in pixels, and the rate in frames per second.

    Returns:
        Container, codec, pixel format and the codec's options.

    Raises:
        OutputError: no film has this suffix, or none with a transparent page, or no such preset.
    """
    format = FORMATS.get(suffix)
    encoded = None
    if format is not None:
        encoded = format.clear_film if transparent else format.film
    if encoded is None:
        kind = "a transparent film" if transparent else "a film"
        films = [name for name in FILMS if not transparent or FORMATS[name].clear_film]
        raise OutputError(f"{kind} ends in {', '.join(films)}: got {suffix or 'no suffix'!r}")
    _preset(preset)
    options = {"libx264": _h264(preset, frame), "libvpx-vp9": _VP9, "qtrle": ()}[encoded.codec]
    return Encoding(encoded.container, encoded.part, encoded.codec, encoded.pixels, options)
