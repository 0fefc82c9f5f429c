"""A film -> slides for manim-slides: a clip of each step, the same backwards, and its JSON file.

    slides/NAME.json
    slides/files/NAME/001.mp4, 001_reversed.mp4, ...

These are the places where manim-slides itself puts them, so that `manim-slides convert NAME` and
`manim-slides present NAME` find them. Captions stand in the frames, not in its notes: those are
Markdown, which reads more in people's names than a name.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from fractions import Fraction
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import av

from graphgen.model.errors import OutputError, RenderError
from graphgen.model.files import put
from graphgen.model.private_folders import private_folder

from .reels import Content, reel_of
from .settings import Frame

__all__ = ["write_slides"]

_CHUNK = 24
"""Frames that are held at once to be turned around: the clips have a key frame for each chunk."""

_LOOK = {"preset": "veryfast", "crf": "17", "bf": "0", "g": str(_CHUNK), "threads": "1"}


def write_slides(
    content: Content, film: Path, on_step: Callable[[int], None] = lambda done: None
) -> Path:
    """Writes the slides of a film beside it.

    Args:
        content: what the film was made of.
        film: a file that any program can play; opaque.
        on_step: is told how many steps are done.

    Returns:
        The JSON file. Old clips of this name are gone once the new ones are all there.

    Raises:
        OutputError: the place can't be written.
        RenderError: the film is shorter than what it tells.
    """
    try:
        return _written(content, film, on_step)
    except OSError as error:
        raise OutputError(
            f"a place for slides beside {film}: {error.filename or 'it'} can't be written "
            f"({error.strerror or error}); choose another with -o"
        ) from error


def _written(content: Content, film: Path, on_step: Callable[[int], None]) -> Path:
    home = film.parent / "slides"
    clips = home / "files" / film.stem
    clips.parent.mkdir(parents=True, exist_ok=True)
    with private_folder(clips.parent, ".autoviz-") as folder:
        making = folder / "clips"
        making.mkdir()
        frame = _frame_of(film)
        reel = reel_of(content, frame)
        names = list(_cut(film, reel.seconds, frame, making, on_step))
        about = {
            "slides": [_slide(film.stem, name) for name in names],
            "resolution": [frame.width, frame.height],
            "background_color": reel.page,
        }
        note = making / "slides.json"
        note.write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")
        target = home / f"{film.stem}.json"
        put(note, target)
        note.unlink()
        _swap(making, clips)
        return target


def _slide(stem: str, name: str) -> dict[str, str]:
    """The two clips of a slide, as seen from the folder that holds `slides`."""
    place = f"slides/files/{stem}/{name}"
    return {"file": f"{place}.mp4", "rev_file": f"{place}_reversed.mp4"}


def _frame_of(film: Path) -> Frame:
    with av.open(f"file:{film}") as opened:
        stream = opened.streams.video[0]
        rate = stream.average_rate or stream.base_rate or 0
        return Frame(stream.width, stream.height, round(rate))


def _cut(
    film: Path, seconds: Sequence[float], frame: Frame, folder: Path, on_step: Callable[[int], None]
) -> Iterator[str]:
    """The names of the clips that are made, step by step."""
    ends = [frame.frames(round(end, 1)) for end in accumulate(seconds, initial=0.0)]
    with av.open(f"file:{film}") as opened:
        frames = opened.decode(video=0)
        for number, (begin, end) in enumerate(pairwise(ends), 1):
            on_step(number - 1)
            name = f"{number:03}"
            clip = (next(frames, None) for _ in range(end - begin))
            count = _write(folder / f"{name}.mp4", clip, frame)
            if count < end - begin:
                raise RenderError(
                    f"a film of {ends[-1]} frames: it ends at {begin + count}; render it again"
                )
            _write(
                folder / f"{name}_reversed.mp4", _backwards(folder / f"{name}.mp4", count), frame
            )
            yield name


def _write(path: Path, frames: Iterator[Any], size: Frame) -> int:
    """Writes a clip; how many frames it has. None among the frames ends it."""
    count = 0
    with av.open(f"file:{path}", "w", format="mp4", options={"movflags": "+faststart"}) as output:
        stream: Any = output.add_stream("libx264", size.rate, options=_LOOK)
        stream.width, stream.height, stream.pix_fmt = size.width, size.height, "yuv420p"
        for each in frames:
            if each is None:
                break
            each.pts, each.time_base = count, Fraction(1, size.rate)
            each.pict_type = av.video.frame.PictureType.NONE
            output.mux(stream.encode(each))
            count += 1
        output.mux(stream.encode())
    return count


def _backwards(clip: Path, count: int) -> Iterator[Any]:
    """The frames of a clip from the last to the first, a chunk at a time."""
    with av.open(f"file:{clip}") as opened:
        stream: Any = opened.streams.video[0]
        rate = stream.average_rate
        for begin in reversed(range(0, count, _CHUNK)):
            opened.seek(round(begin / (rate * stream.time_base)), stream=stream)
            held: list[Any] = []
            for frame in opened.decode(stream):
                at = round(frame.pts * stream.time_base * rate)
                if at >= min(begin + _CHUNK, count):
                    break
                if at >= begin:
                    held.append(frame)
            yield from reversed(held)


def _swap(made: Path, target: Path) -> None:
    """The new folder in the place of the old one, which goes with the private folder."""
    with suppress(FileNotFoundError):
        target.rename(made.with_name("old"))
    made.rename(target)
