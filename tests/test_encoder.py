"""Frames -> a file: what is shown again is not encoded again, and decodes to the same picture."""

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import av.logging
import numpy as np
import pytest
from graphgen.scenes.fast.echoes import NUMBERS, echo_of, number_of, numbered
from graphgen.scenes.fast.encoder import Encoder, Recipe
from graphgen.scenes.film.settings import encoding_of, frame_of

SIZE = (96, 64)
SHOWN = [1, 1, 40, 1, 3 * NUMBERS, 1, 1, 700, 1, 2] + [1, 1, 3] * 5 + [20, 1]
"""How often each picture is shown: across the end of the numbers, and past a whole picture."""


def recipe(preset: str = "final", **changes: str) -> Recipe:
    encoding = encoding_of(".mp4", False, preset, frame_of("l", "16:9", ".mp4"))
    options = tuple({**dict(encoding.options), **changes}.items())
    return Recipe("mp4", "libx264", "yuv420p", *SIZE, Fraction(30), options)


def picture(number: int) -> av.VideoFrame:
    """A page with a card that stands elsewhere in each picture."""
    pixels = np.full((SIZE[1], SIZE[0], 3), 24, np.uint8)
    pixels[8 : 8 + 24, 3 * number : 3 * number + 15] = (200, 120, 40)
    return av.VideoFrame.from_ndarray(pixels, format="rgb24").reformat(format="yuv420p")


def film(path: Path, made_by: Recipe, is_told: bool) -> Path:
    """The pictures, each as often as it is shown.

    Args:
        is_told: whether the encoder is told which of them are new.
    """
    encoder = Encoder(path, made_by)
    for number, times in enumerate(SHOWN):
        for time in range(times):
            encoder.write(picture(number), is_new=time == 0 or not is_told)
    return encoder.finish()


def decoded(path: Path) -> list[np.ndarray]:
    with av.logging.Capture() as said, av.open(str(path)) as source:
        found = [frame.to_ndarray(format="gray") for frame in source.decode(video=0)]
    assert said == []
    return found


@pytest.mark.parametrize("preset", ["draft", "final"])
@pytest.mark.parametrize("most", [600, 20], ids=lambda most: f"a whole picture after {most}")
def test_a_picture_shown_again_decodes_to_the_same_picture(
    tmp_path: Path, preset: str, most: int
) -> None:
    settings = dict(recipe(preset).options)["x264-params"].replace("keyint=600", f"keyint={most}")
    av.logging.set_level(av.logging.WARNING)
    made_by = recipe(preset, **{"x264-params": settings})
    assert echo_of(made_by) is not None
    shown = decoded(film(tmp_path / "film.mp4", made_by, is_told=True))
    av.logging.set_level(None)
    starts = np.cumsum([0, *SHOWN])
    assert len(shown) == starts[-1]
    for number, (start, stop) in enumerate(pairwise(starts)):
        assert all(np.array_equal(frame, shown[start]) for frame in shown[start:stop])
        drawn = picture(number).to_ndarray(format="gray").astype(int)
        assert abs(shown[start].astype(int) - drawn).mean() < 3


def test_times_are_even_and_each_picture_has_its_packet(tmp_path: Path) -> None:
    path = film(tmp_path / "film.mp4", recipe(), is_told=True)
    with av.open(str(path)) as source:
        stream = source.streams.video[0]
        times = [packet.pts * stream.time_base * 30 for packet in source.demux() if packet.size]
        length = stream.duration * stream.time_base * 30
    assert times == list(range(sum(SHOWN)))
    assert length == sum(SHOWN)


def test_what_is_shown_again_takes_next_to_no_room(tmp_path: Path) -> None:
    told = film(tmp_path / "told.mp4", recipe(), is_told=True).stat().st_size
    encoded = film(tmp_path / "encoded.mp4", recipe(), is_told=False).stat().st_size
    assert told <= encoded


def test_an_encoder_that_looks_ahead_encodes_every_picture(tmp_path: Path) -> None:
    ahead = recipe(**{"x264-params": "bframes=3"})
    assert echo_of(ahead) is None
    assert len(decoded(film(tmp_path / "film.mp4", ahead, is_told=True))) == sum(SHOWN)


def test_only_the_number_of_a_repeating_packet_changes() -> None:
    echo = echo_of(recipe())
    assert echo is not None
    assert [number_of(numbered(echo, number)) for number in range(NUMBERS)] == list(range(NUMBERS))
    assert numbered(numbered(echo, 9), number_of(echo) or 0) == echo


@pytest.mark.parametrize("packet", [b"", b"\0\0\0\1\x65\x88\x84", b"\0\0\0\1\x41\x9a\x20"])
def test_what_is_no_such_packet_has_no_number(packet: bytes) -> None:
    assert number_of(packet) is None
