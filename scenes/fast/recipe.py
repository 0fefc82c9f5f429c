"""How frames are encoded, as plain data."""

from dataclasses import dataclass
from fractions import Fraction

__all__ = ["Recipe"]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How frames are encoded, in FFmpeg's words.

    Attributes:
        colours: how RGB becomes YUV, "itu601" or "itu709"; the latter is noted in the file.
    """

    container: str
    codec: str
    pixels: str
    width: int
    height: int
    rate: Fraction
    options: tuple[tuple[str, str], ...]
    colours: str = "itu601"
