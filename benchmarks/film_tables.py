"""What was measured of films -> lines of Markdown."""

import statistics
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from benchmarks.film_parts import SHAPES, SIZES
from benchmarks.film_shell import COMMANDS
from graphgen.course.registry import scene_names

__all__ = ["Key", "Results", "Runs", "film_tables"]

Key = tuple[str, str, str]
"""Film, size, and what was measured; of a command its name, "shell" and ""."""

Runs = Sequence[Mapping[str, float]]
Results = Mapping[Key, Runs]

_TOLD = {
    "film": "stock Manim, its own Text and shapes",
    "drawing": "stock Manim, our scene",
    "one": "ours, one process",
    "all": "ours, all cores",
    "encoder": "the encoder alone",
}


def film_tables(results: Results) -> list[str]:
    """All tables that there are results for, each after its heading."""
    made = (
        ("Films of graphs", _GRAPHS, _graph_rows(results)),
        ("Scenes of the course", _COURSE, _course_rows(results)),
        ("Whole films", _WHOLE, _whole_rows(results)),
        ("From the shell", _SHELL, _shell_rows(results)),
        ("Pixels", _PIXELS, _pixel_rows(results)),
    )
    lines: list[str] = []
    for heading, columns, rows in made:
        found = list(rows)
        if found:
            lines += ["", f"### {heading}", "", *_table(columns, found)]
    return lines[1:]


FEW = 3
"""Of fewer runs the table says how many they were."""

_GRAPHS = (
    "nodes", "size", "what", "frames", "frames a second", "times the first",
    "frames a processor second", "of the encoder", "MB", "kB",
)  # fmt: skip
_COURSE = (
    "scene", "size", "frames", "stock Manim: frames a processor second", "ours", "times",
    "of the encoder", "MB",
)  # fmt: skip
_WHOLE = (
    "nodes", "size", "frames", "one process: frames a second", "all cores", "times",
    "of the encoder", "MB", "MB of a worker",
)  # fmt: skip
_SHELL = ("command", "seconds", "processor seconds")
_PIXELS = ("nodes", "size", "frames", "largest difference to stock Manim's, of 255 levels")


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    rule = ["---" if name in ("size", "what", "scene", "command") else "---:" for name in columns]
    return [f"| {' | '.join(row)} |" for row in (columns, rule, *rows)]


def _middle(runs: Runs, name: str) -> float:
    """The median of what several runs found; nan where none did."""
    found = [run[name] for run in runs if name in run]
    return statistics.median(found) if found else float("nan")


def _number(value: float, digits: int = 0) -> str:
    return "" if value != value else f"{value:.{digits}f}"


def _split(results: Results, film: str, size: str) -> dict[str, dict[str, float]]:
    """The medians of each thing measured of a film in a size; the encoder's as one of its own."""
    found: dict[str, dict[str, float]] = {}
    for what in ("film", "drawing", "one", "all"):
        runs = results.get((film, size, what), ())
        names = dict.fromkeys(name for run in runs for name in run)
        for name in names:
            owner, _, own = name.rpartition(" ")
            found.setdefault(owner or what, {})[own] = _middle(runs, name)
    if "encoder" in found:
        found["encoder"]["frames"] = found["one"]["frames"]
    return found


def _few(told: str, results: Results, *keys: Key) -> str:
    """What is told, and how many runs there were of it where they are few."""
    runs = min(len(results.get(key, ())) for key in keys)
    return f"{told} ({runs})" if 0 < runs < FEW else told


def _rate(found: Mapping[str, float], unit: str) -> float:
    return found["frames"] / found[unit] if unit in found else float("nan")


def _share(found: Mapping[str, Mapping[str, float]]) -> float:
    """How near ours is to the encoder alone, on one core."""
    if "encoder" not in found:
        return float("nan")
    return found["encoder"]["processor"] / found["one"]["processor"]


def _graph_rows(results: Results) -> Iterator[list[str]]:
    for film in SHAPES:
        for size in ("l", "m", "h", "k"):
            found = _split(results, film, size)
            first = _rate(found["film"], "seconds") if "film" in found else float("nan")
            for what, told in _TOLD.items():
                if what in found:
                    each, share = found[what], _share(found) if what == "one" else float("nan")
                    yield [
                        film,
                        SIZES[size].told,
                        _few(told, results, (film, size, "one" if what == "encoder" else what)),
                        _number(each["frames"]),
                        _number(_rate(each, "seconds")),
                        _number(_rate(each, "seconds") / first, 1),
                        _number(_rate(each, "processor")),
                        _number(share, 2),
                        _number(each.get("megabytes", float("nan"))),
                        _number(each["size"] / 1000),
                    ]


def _course_rows(results: Results) -> Iterator[list[str]]:
    for scene in scene_names():
        found = _split(results, scene, "course")
        if "one" in found and "drawing" in found:
            stock, ours = (_rate(found[what], "processor") for what in ("drawing", "one"))
            yield [
                _few(scene, results, (scene, "course", "drawing"), (scene, "course", "one")),
                SIZES["course"].told,
                _number(found["one"]["frames"]),
                _number(stock),
                _number(ours),
                _number(ours / stock, 1),
                _number(_share(found), 2),
                _number(found["one"]["megabytes"]),
            ]


def _whole_rows(results: Results) -> Iterator[list[str]]:
    for film in SHAPES:
        found = _split(results, film, "whole")
        if "one" in found and "all" in found:
            one, both = (_rate(found[what], "seconds") for what in ("one", "all"))
            yield [
                _few(film, results, (film, "whole", "one"), (film, "whole", "all")),
                SIZES["whole"].told,
                _number(found["one"]["frames"]),
                _number(one),
                _number(both),
                _number(both / one, 2),
                _number(_share(found), 2),
                _number(found["one"]["megabytes"]),
                _number(found["all"]["megabytes"]),
            ]


def _shell_rows(results: Results) -> Iterator[list[str]]:
    for name, told in COMMANDS.items():
        runs = results.get((name, "shell", ""), ())
        if runs:
            told = f"`{told}`" if " -" in told and "," not in told else told
            told = _few(told, results, (name, "shell", ""))
            yield [told, *(_number(_middle(runs, unit), 1) for unit in ("seconds", "processor"))]


def _pixel_rows(results: Results) -> Iterator[list[str]]:
    for film in SHAPES:
        runs: Any = results.get((film, "h", "pixels"), ())
        if runs:
            yield [
                film,
                SIZES["h"].told,
                _number(_middle(runs, "frames")),
                _number(max(run["worst"] for run in runs)),
            ]
