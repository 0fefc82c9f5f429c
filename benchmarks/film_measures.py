"""One measurement of a part of a film, in this process: seconds, processor seconds, memory, bytes.

Manim is imported, the story told and one step drawn before the time begins.
"""

import os
import resource
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from graphgen.scenes.film.crew import Crew
from graphgen.scenes.film.joining import join
from graphgen.scenes.film.processes import clean_start, parallel
from graphgen.scenes.film.producing import Film, Floor
from graphgen.scenes.film.reels import Content, reel_of, scene_class
from graphgen.scenes.film.segments import Segment
from graphgen.scenes.film.settings import encoding_of
from graphgen.scenes.film.shooting import Order, shoot
from graphgen.scenes.film.takes import read_take
from graphgen.scenes.film.verifying import verify

from benchmarks.film_parts import SIZES, frames_in, part_of, read
from graphgen.model.files import put
from graphgen.model.picture import Picture
from graphgen.model.private_folders import private_folder
from graphgen.model.store import Store

__all__ = ["measure"]

Found = dict[str, float]


@dataclass(frozen=True, slots=True)
class Task:
    """A part of a film."""

    content: Content
    film: Film
    part: Sequence[Segment]

    @property
    def before(self) -> "Task":
        """The step before each segment, or else its first."""
        firsts = [max(0, segment.first - 1) for segment in self.part]
        seconds = self.film.reel.seconds
        part = [
            replace(segment, first=first, stop=first + 1, seconds=seconds[first])
            for segment, first in zip(self.part, firsts, strict=True)
        ]
        return replace(self, part=part)

    @property
    def steps(self) -> list[int]:
        """The steps that are played."""
        return [step for segment in self.part for step in segment.steps]

    def orders(self, floor: Floor) -> list[Order]:
        """An order for each segment of the part."""
        return [replace(floor.orders[segment.index], segment=segment) for segment in self.part]


def measure(what: str, name: str, source: Path, size: str) -> Found:
    """Measure a film.

    Args:
        what: "film": stock Manim, its own texts and shapes; "drawing": stock Manim, our scene;
            "one": ours in this process, and the encoder alone; "all": ours on all cores;
            "pixels": how far ours are from stock Manim's.
    """
    import manim  # noqa: F401  the time of importing it is not of interest here

    content, frame = read(name, source), SIZES[size].frame
    reel = reel_of(content, frame)
    part = part_of(reel.seconds, SIZES[size])
    film = Film(reel, frame, encoding_of(".mp4", False, "final", frame))
    task = Task(content, film, part)
    return {"frames": float(frames_in(part, frame)), **_MEASURES[what](task)}


def _timed(work: Callable[[], int]) -> Found:
    """What some work takes, and what it answers: the bytes of a file."""
    start, used = time.perf_counter(), time.process_time()
    size = work()
    seconds, processor = time.perf_counter() - start, time.process_time() - used
    return {"seconds": seconds, "processor": processor, "size": size, "megabytes": _peak()}


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _stock_film(task: Task) -> Found:
    from benchmarks.stock_film import StockFilm

    def kind(steps: Sequence[int]) -> type:
        told = {"picture": task.content, "steps": frozenset(steps)}
        return type("StockFilm", (StockFilm,), told)

    _in_manim(task, kind(task.before.steps[:1]))
    return _in_manim(task, kind(task.steps))


def _stock_drawing(task: Task) -> Found:
    kind = scene_class(task.film.reel.scene)
    told = kind.told_by(task.film.reel.content)
    _in_manim(task, type("Ours", (kind,), {**told, "steps": task.before.steps[:1]}))
    return _in_manim(task, type("Ours", (kind,), {**told, "steps": task.steps}))


def _in_manim(task: Task, kind: Callable[[], Any]) -> Found:
    """Stock Manim as it comes, but for its progress bars and its log."""
    from manim import tempconfig

    frame = task.film.frame
    with tempfile.TemporaryDirectory() as folder:
        settings = {
            "media_dir": folder, "pixel_width": frame.width, "pixel_height": frame.height,
            "frame_rate": frame.rate, "progress_bar": "none", "verbosity": "ERROR",
            "format": "mp4", "notify_outdated_version": False,
        }  # fmt: skip
        scenes = []

        def render() -> int:
            scenes.append(kind())
            scenes[0].render()
            path = scenes[0].renderer.file_writer.movie_file_path
            return int(path.stat().st_size)

        with tempconfig(settings):
            found = _timed(render)
    seconds, processor = getattr(scenes[0], "aside", (0.0, 0.0))
    found["seconds"] -= seconds
    found["processor"] -= processor
    return found


def _one(task: Task) -> Found:
    _rendered(replace(task, part=task.before.part[:1]), 1)
    found = _timed(lambda: _rendered(task, 1))
    alone = _encoder(task)
    return {**found, **{f"encoder {name}": value for name, value in alone.items()}}


def _all(task: Task) -> Found:
    cores = os.cpu_count() or 1
    _wake(cores)
    _rendered(task.before, cores)
    found = _timed(lambda: _rendered(task, cores))
    del found["processor"]  # what other processes use is not known until they end
    return {**found, "megabytes": max(_peaks_of_children(), default=0.0)}


def _rendered(task: Task, jobs: int) -> int:
    """Draw, join, verify and put in place, as `render_video` does it with all of a film."""
    film, frames = task.film, frames_in(task.part, task.film.frame)
    with tempfile.TemporaryDirectory() as place, private_folder() as folder:
        floor = Floor([film], folder, Store(None))
        orders = task.orders(floor)
        floor.draw(orders, Crew(jobs))
        parts = [part for order in orders for part in read_take(floor.place(order)) or ()]
        made, target = folder / "film.mp4", Path(place) / "film.mp4"
        pictures = join(parts, made, film.encoding, film.frame)
        verify(made, frames, film.encoding, film.frame, pictures)
        put(made, target)
        return target.stat().st_size


def _encoder(task: Task) -> Found:
    """The encoder alone: each frame of the part, ready in the encoder's format.

    The frames are drawn meanwhile, by ours; only the encoder's time counts.
    """
    import graphgen.scenes.film.writing as writing
    from graphgen.scenes.fast.encoder import Encoder

    taken = {"seconds": 0.0, "processor": 0.0, "size": 0.0}

    class Timed(writing.FilmWriter):
        def write_planes(self, frame: Any, repeat: int, is_new: bool) -> None:
            start, used = time.perf_counter(), time.process_time()
            if self._encoder is None:
                self._encoder = Encoder(self._folder / "000.mp4", self._recipe)
            for _ in range(repeat):
                self._encoder.write(frame)
            taken["seconds"] += time.perf_counter() - start
            taken["processor"] += time.process_time() - used

    before, writing.FilmWriter = writing.FilmWriter, Timed  # type: ignore[misc]
    try:
        with private_folder() as folder:
            for order in task.orders(Floor([task.film], folder, Store(None))):
                taken["size"] += sum(len(piece.content) for piece in shoot(order).pieces)
    finally:
        writing.FilmWriter = before  # type: ignore[misc]
    return taken


def _wake(cores: int) -> None:
    """Have the worker processes there, with Manim imported, as the other measurements have it."""
    from joblib import delayed

    with clean_start():  # each worker sleeps once: one that is still importing misses the first
        parallel(cores, "list")(delayed(time.sleep)(1) for _ in range(2 * cores))


def _peaks_of_children() -> list[float]:
    """The most memory that each worker has had; nothing where the system doesn't tell."""
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        if int(lines["PPid"]) == os.getpid() and "VmHWM" in lines:
            found.append(int(lines["VmHWM"].split()[0]) / 1024)
    return found


def _pixels(task: Task) -> Found:
    from benchmarks.pixels import compared

    assert isinstance(task.content, Picture)
    return compared(task.content, task.film.frame, task.part[0].steps)


_MEASURES: dict[str, Callable[[Task], Found]] = {
    "film": _stock_film,
    "drawing": _stock_drawing,
    "one": _one,
    "all": _all,
    "pixels": _pixels,
}
