"""Recipe -> the packet that says "as before", so that a picture shown again isn't encoded again.

Of a picture that is the one before, x264 writes a slice with every block skipped. For one size and
quantizer it is always the same slice but for its number, so it is made once; what the encoder
writes after it is counted on. Decoders see nothing but ordinary pictures.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

import av

from .recipe import Recipe

__all__ = ["NUMBERS", "echo_of", "number_of", "numbered"]

NUMBERS = 16
"""Pictures are numbered from 0 to 15, over and over, and from 0 at each that stands alone."""

_SLICE = b"\0\0\0\1\x41"
"""A start code, and the head of a slice that builds on earlier pictures and is built on."""

_BEGINS = 0b1001_1010 << 8
_SAME = 0b1111_1110 << 8
"""A slice's first bits: its first block is the picture's, it is of kind P, in the first setting."""

_AT = 5
"""So many bits of the slice's first two bytes stand behind the number."""

_SMALL, _ROUND = 64, NUMBERS + 2


@lru_cache(maxsize=8)
def echo_of(recipe: Recipe) -> bytes | None:
    """The packet that repeats a picture; None where an encoder looks ahead or writes otherwise.

    Source: skipped macroblocks, ITU-T H.264, 7.3.4 (mb_skip_run).
    """
    if recipe.codec != "libx264" or recipe.pixels != "yuv420p":
        return None
    small = _flat(replace(recipe, width=_SMALL, height=_SMALL), _ROUND)
    if [number_of(packet) for packet in small[1:]] != [at % NUMBERS for at in range(1, _ROUND)]:
        return None
    return _flat(recipe, 2)[1]


def number_of(packet: bytes) -> int | None:
    """The number of the picture in a packet; None where it is more than one such slice."""
    head = int.from_bytes(packet[len(_SLICE) : len(_SLICE) + 2], "big")
    is_one = packet.startswith(_SLICE) and head & _SAME == _BEGINS & _SAME
    # Bits behind the number that are not all zero: whatever it is, no start code comes about.
    if not is_one or not head & ((1 << _AT) - 1) or b"\0\0\1" in packet[len(_SLICE) :]:
        return None
    return head >> _AT & (NUMBERS - 1)


def numbered(packet: bytes, number: int) -> bytes:
    """A packet that has a number, with another one."""
    start = len(_SLICE)
    head = int.from_bytes(packet[start : start + 2], "big")
    head = head & ~((NUMBERS - 1) << _AT) | number << _AT
    return packet[:start] + head.to_bytes(2, "big") + packet[start + 2 :]


def _flat(recipe: Recipe, count: int) -> Sequence[bytes]:
    """The packets of a picture of one color, shown so often; b"" where none comes at once."""
    encoder: Any = av.CodecContext.create(recipe.codec, "w")
    encoder.width, encoder.height, encoder.pix_fmt = recipe.width, recipe.height, recipe.pixels
    encoder.framerate, encoder.time_base = recipe.rate, 1 / recipe.rate
    encoder.options = dict(recipe.options)
    frame = av.VideoFrame(recipe.width, recipe.height, recipe.pixels)
    for plane in frame.planes:
        plane.update(bytes([128]) * plane.buffer_size)
    pictures = []
    for at in range(count):
        frame.pts = at
        pictures.append(b"".join(map(bytes, encoder.encode(frame))))
    return pictures
