"""Subtitles and transcripts as text, read back; chapters and a soft track in a film."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
import srt as srt_reader
from graphgen.scenes.fast.encoder import Encoder, Recipe
from graphgen.scenes.film.dressing import Chapter, Dressing, verify_dressing
from graphgen.scenes.film.joining import Part, join
from graphgen.scenes.film.settings import encoding_of, frame_of

from graphgen.lecture.subtitles import Cue, Told, srt, transcript, vtt, wrapped
from graphgen.model.errors import RenderError

LONG = (
    "× sends 5 to b: its slope is s = 5, times 1 from above, which is what comes along that edge."
)
CUES = (
    Cue(0.0, 1.6, "Values flow forward."),
    Cue(1.6, 3.4, "a < b & c"),
    Cue(3.4, 3601.0, LONG, "Look at the edge."),
)


def test_srt_says_each_cue_at_its_time() -> None:
    found = list(srt_reader.parse(srt(CUES)))
    assert [(cue.start.total_seconds(), cue.end.total_seconds()) for cue in found] == [
        (cue.start, cue.end) for cue in CUES
    ]
    assert [cue.content.replace("\n", " ") for cue in found] == [cue.text for cue in CUES]


def test_vtt_begins_as_it_must_and_holds_no_markup() -> None:
    text = vtt(CUES)
    assert text.startswith("WEBVTT\n\n00:00:00.000 --> 00:00:01.600\nValues flow forward.\n\n")
    assert "a &lt; b &amp; c" in text
    assert "--> 01:00:01.000" in text


def test_lines_of_a_subtitle_are_short() -> None:
    assert max(map(len, wrapped(LONG).split("\n"))) <= 42
    assert wrapped(LONG).split() == LONG.split()


def test_a_transcript_has_headings_narration_steps_and_notes() -> None:
    heading = Cue(60.0, 62.4, "2. Two paths")
    told = Told(2, "Two_paths", (heading, Cue(62.4, 64.0, "a *= b", "Why?")), "Said.", "One\nTwo")
    text = transcript("Gradients", [told])
    assert text.startswith("# Gradients\n")
    for line in (
        "## 2. Two\\_paths (1:00)", "Said.", "- 1:02 a \\*= b Why?", "> One", "> Two"
    ):  # fmt: skip
        assert line in text.split("\n")


def test_a_joined_film_has_its_title_chapters_and_subtitles(tmp_path: Path) -> None:
    frame = frame_of("l", "16:9", ".mp4")
    encoding = encoding_of(".mp4", False, "draft", frame)
    parts = [_part(tmp_path / f"{number}.mp4", frame.rate * 2, number) for number in range(2)]
    chapters = (Chapter("1. One ×", 0.0, 2.0), Chapter("2. Two", 2.0, 4.0))
    cues = (Cue(0.0, 0.6, "First"), Cue(0.6, 2.0, LONG), Cue(2.4, 4.0, "Last"))
    dressing = Dressing("A lecture", chapters, cues, "pt-BR")
    film = tmp_path / "film.mp4"
    join(parts, film, encoding, frame, dressing)
    verify_dressing(film, dressing)
    content = film.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")
    with av.open(str(film)) as found:
        assert found.metadata["title"] == "A lecture"
        (stream,) = found.streams.subtitles
        assert (stream.codec_context.name, stream.language) == ("mov_text", "por")
        said = [
            (float(packet.pts * stream.time_base), float(packet.duration * stream.time_base))
            for packet in found.demux(stream)
            if packet.size > 2
        ]
    assert said == [(0.0, 0.6), (0.6, 1.4), (2.4, 1.6)]
    wrong = Dressing("A lecture", chapters[:1], cues)
    with pytest.raises(RenderError, match="chapters"):
        verify_dressing(film, wrong)
    with pytest.raises(RenderError, match="subtitles"):
        verify_dressing(film, Dressing("A lecture", chapters, cues[:2]))


def _part(path: Path, frames: int, shade: int) -> Part:
    """A film of one colour."""
    frame = frame_of("l", "16:9", ".mp4")
    encoding = encoding_of(".mp4", False, "draft", frame)
    recipe = Recipe(
        "mp4", encoding.codec, encoding.pixels, frame.width, frame.height,
        Fraction(frame.rate), encoding.options,
    )  # fmt: skip
    encoder = Encoder(path, recipe)
    picture = np.full((frame.height, frame.width, 3), 100 * shade, np.uint8)
    encoder.write(
        av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format="yuv420p"), frames
    )
    return Part(encoder.finish(), frames)
