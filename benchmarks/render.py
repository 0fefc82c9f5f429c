"""How fast films are made, beside stock Manim and beside the encoder alone.

    python benchmarks/render.py                       the whole table, about an hour
    python benchmarks/render.py --nodes 12 --quality l --seconds 8 --runs 1

Each measurement is a process of its own, begun when Manim is imported and the story told. The table
goes to docs/speed.md.
"""

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from graphgen.layout import place  # noqa: E402
from graphgen.picture import Picture  # noqa: E402
from graphgen.story_file import dumps, loads  # noqa: E402
from graphgen.telling import tell  # noqa: E402
from graphgen.theme import DARK  # noqa: E402
from scenes.film.settings import Frame, encoding_of, frame_of  # noqa: E402
from tests.graphs import sum_of_products  # noqa: E402

PAGE = ROOT / "docs" / "speed.md"
SHAPES = {12: (5, 4), 60: (13, 24), 200: (21, 90)}
"""For each number of nodes: how many leaves, and how many products of two of them are summed."""

CAPTURED = 120
COMPARED = 4.5
"""Seconds of a film that are compared pixel by pixel."""


def picture_of(nodes: int, seconds: float) -> Picture:
    """A sum of products, told for so many seconds from its beginning."""
    leaves, products = SHAPES[nodes]
    pairs = [(k % leaves, (k * 3 + k // leaves + 1) % leaves) for k in range(products)]
    story = tell(sum_of_products(pairs, [1 + k % 3 for k in range(leaves)]))
    assert len(story.graph.nodes) == nodes, len(story.graph.nodes)
    layout = place(story, DARK)
    steps, passed = [], 0.0
    for step in story.steps:
        passed += step.seconds
        if steps and passed > seconds:
            break
        steps.append(step)
    return Picture(replace(story, steps=tuple(steps)), layout, DARK)


def in_manim(picture: Picture, frame: Frame, scene: Callable[[], Any]) -> int:
    """Stock Manim as it comes, but for its progress bars and its log."""
    from manim import tempconfig

    with tempfile.TemporaryDirectory() as folder:
        settings = {
            "media_dir": folder, "pixel_width": frame.width, "pixel_height": frame.height,
            "frame_rate": frame.rate, "progress_bar": "none", "verbosity": "ERROR",
            "format": "mp4",
        }  # fmt: skip
        with tempconfig(settings):
            made = scene()
            made.render()
            path = made.renderer.file_writer.movie_file_path
            return int(path.stat().st_size)


def stock_film(picture: Picture, frame: Frame) -> int:
    from benchmarks.stock_film import StockFilm

    return in_manim(picture, frame, type("StockFilm", (StockFilm,), {"picture": picture}))


def stock_drawing(picture: Picture, frame: Frame) -> int:
    from scenes.backprop import BackpropScene

    return in_manim(picture, frame, type("Ours", (BackpropScene,), {"picture": picture}))


def ours(jobs: int) -> Callable[[Picture, Frame], int]:
    def render(picture: Picture, frame: Frame) -> int:
        import scenes.video as video

        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / "film.mp4"
            letter = next(q for q in "lmhpk" if frame_of(q, "16:9", ".mp4").width == frame.width)
            video.render_video(picture, target, quality=letter, jobs=jobs)  # type: ignore[arg-type]
            return target.stat().st_size

    return render


def encoder(picture: Picture, frame: Frame) -> Callable[[], int]:
    """Prepares converted frames; what it returns encodes them, as often as the film has frames."""
    import numpy as np

    from scenes.fast.planes import Planes
    from scenes.film.writing import FilmWriter

    kept: list[list[Any]] = []

    class Keeping(FilmWriter):
        def write_planes(self, frame: Any, repeat: int, is_new: bool) -> None:
            planes = [np.frombuffer(plane, np.uint8).copy() for plane in frame.planes]
            for _ in range(min(repeat, CAPTURED - len(kept))):
                kept.append(planes)

    import scenes.film.writing

    scenes.film.writing.FilmWriter = Keeping  # type: ignore[misc]
    ours(1)
    _draw_into(picture, frame)
    scenes.film.writing.FilmWriter = FilmWriter  # type: ignore[misc]
    planes = Planes(frame.width, frame.height, "yuv420p", "itu709")
    views = [np.frombuffer(plane, np.uint8) for plane in planes.frame.planes]

    def run() -> int:
        from fractions import Fraction

        from scenes.fast.encoder import Encoder, Recipe

        encoding = encoding_of(".mp4", False, "final", frame)
        recipe = Recipe(
            "mp4", encoding.codec, encoding.pixels, frame.width, frame.height,
            Fraction(frame.rate), encoding.options, "itu709",
        )  # fmt: skip
        with tempfile.TemporaryDirectory() as folder:
            made = Encoder(Path(folder) / "film.mp4", recipe)
            for number in range(frame.frames(picture.story.seconds)):
                for view, plane in zip(views, kept[number % len(kept)], strict=True):
                    view[...] = plane
                made.write(planes.frame)
            return made.finish().stat().st_size

    return run


def _draw_into(picture: Picture, frame: Frame) -> None:
    from scenes.film.producing import Film, orders_of
    from scenes.film.reels import reel_of
    from scenes.film.shooting import shoot

    film = Film(reel_of(picture, frame), frame, encoding_of(".mp4", False, "final", frame))
    with tempfile.TemporaryDirectory() as folder:
        orders = orders_of([film], Path(folder))
        shoot(orders[len(orders) // 2])


def measure(what: str, story: Path, quality: str) -> dict[str, float]:
    """One measurement, in this process: seconds, processor seconds, memory, bytes."""
    import manim  # noqa: F401  the time of importing it is not of interest here

    picture = loads(story.read_bytes())
    frame = frame_of(quality, "16:9", ".mp4")
    prepared: Callable[[], int]
    if what == "pixels":
        from benchmarks.pixels import compared

        return compared(picture, frame)
    if what == "encoder":
        prepared = encoder(picture, frame)
    else:
        work = {"film": stock_film, "drawing": stock_drawing, "one": ours(1), "all": ours(0)}[what]
        prepared = lambda: work(picture, frame)  # noqa: E731
    if what == "all":
        _wake()
    start, used = time.perf_counter(), _processor()
    size = prepared()
    seconds, processor = time.perf_counter() - start, _processor() - used
    return {
        "frames": frame.frames(picture.story.seconds),
        "seconds": seconds,
        "processor": processor,
        "size": size,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _wake() -> None:
    """Have the worker processes there, with Manim imported, as the other measurements have it."""
    from joblib import Parallel, delayed

    cores = os.cpu_count() or 1
    Parallel(n_jobs=cores, batch_size=1, pre_dispatch="all", max_nbytes=None)(
        delayed(_import_manim)() for _ in range(cores)
    )


def _import_manim() -> None:
    import manim  # noqa: F401

    time.sleep(1)  # so that each worker gets one of these


def _processor() -> float:
    return time.process_time()


STOCK = ("film", "drawing")
NAMES = {
    "film": "stock Manim, its own Text and shapes",
    "drawing": "stock Manim, our scene",
    "one": "ours, one process",
    "all": "ours, all cores",
    "encoder": "the encoder alone",
}


def table(args: argparse.Namespace) -> list[str]:
    lines = [
        "| nodes | quality | what | frames | frames a second | times the first "
        "| frames a processor second | MB | kB |",
        "| ---: | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    with tempfile.TemporaryDirectory() as folder:
        for nodes in args.nodes:
            picture = picture_of(nodes, args.seconds)
            story = Path(folder) / f"{nodes}.json"
            story.write_text(dumps(picture))
            for quality in args.quality:
                lines += rows(nodes, story, quality, args)
    return lines


def rows(nodes: int, story: Path, quality: str, args: argparse.Namespace) -> list[str]:
    found, first = [], 0.0
    for what in args.what:
        times = args.stock_runs or args.runs if what in STOCK else args.runs
        runs = [spawn(what, story, quality) for _ in range(times)]
        good = [run for run in runs if run]
        if not good:
            found.append(f"| {nodes} | {quality} | {NAMES[what]} | failed ||||||")
            continue
        middle = {key: statistics.median(run[key] for run in good) for key in good[0]}
        rate = middle["frames"] / middle["seconds"]
        first = first or rate
        own = what != "all"  # what other processes use is not known until they end
        each = f"{middle['frames'] / middle['processor']:.0f}" if own else ""
        memory = f"{middle['megabytes']:.0f}" if own else ""
        found.append(
            f"| {nodes} | {quality} | {NAMES[what]} | {middle['frames']:.0f} | {rate:.0f} "
            f"| {rate / first:.1f} | {each} | {memory} | {middle['size'] / 1000:.0f} |"
        )
        print(found[-1], file=sys.stderr, flush=True)
    return found


def same_pictures(args: argparse.Namespace) -> list[str]:
    """A line for each number of nodes: how far our pixels are from stock Manim's at 1080p."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for nodes in args.nodes:
            story = Path(folder) / f"{nodes}.json"
            story.write_text(dumps(picture_of(nodes, COMPARED)))
            seen = spawn("pixels", story, "h")
            if seen:
                found.append(
                    f"{nodes} nodes at 1080p60, the first {seen['frames']:.0f} frames: no pixel "
                    f"differs from stock Manim's by more than {seen['worst']:.0f} of 255 levels."
                )
    return found


def spawn(what: str, story: Path, quality: str) -> dict[str, float]:
    command = [sys.executable, __file__, "--measure", what, str(story), quality]
    made = subprocess.run(command, capture_output=True, text=True, timeout=3600, cwd=ROOT)
    if made.returncode:
        print(made.stderr[-2000:], file=sys.stderr)
        return {}
    found: dict[str, float] = json.loads(made.stdout.splitlines()[-1])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, nargs="+", default=[12, 60, 200])
    parser.add_argument("--quality", nargs="+", default=["l", "m", "h"])
    parser.add_argument("--what", nargs="+", default=list(NAMES))
    parser.add_argument("--seconds", type=float, default=1e9, help="only the film's beginning")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--stock-runs", type=int, help="of stock Manim, which takes longest")
    parser.add_argument("--measure", nargs=3, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.measure:
        what, story, quality = args.measure
        print(json.dumps(measure(what, Path(story), quality)))
        return
    before = os.getloadavg()[1]
    lines = [*table(args), "", *same_pictures(args)]
    note(args, lines, before, os.getloadavg()[1])


def note(args: argparse.Namespace, lines: list[str], before: float, after: float) -> None:
    """Put the table between its marks in docs/speed.md."""
    begin, end = "<!-- begin: benchmarks/render.py -->", "<!-- end -->"
    length = "whole films" if args.seconds > 1e8 else f"the first {args.seconds:g} s of each film"
    about = (
        f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, {platform.machine()}, Python "
        f"{platform.python_version()}; {length}; medians of {args.runs}"
        f"{f' (stock Manim: {args.stock_runs})' if args.stock_runs else ''}; load from everything "
        f"on the machine {before:.1f} before and {after:.1f} after."
    )
    text = PAGE.read_text() if PAGE.exists() else f"# How fast films are made\n\n{begin}\n{end}\n"
    head, rest = text.split(begin, 1)
    tail = rest.split(end, 1)[1]
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text("\n".join([head + begin, about, "", *lines, end + tail]))


if __name__ == "__main__":
    main()
