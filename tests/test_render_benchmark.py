"""The benchmark of films: what it measures, and that a run which was broken off goes on."""

from pathlib import Path

import pytest

from benchmarks import film_parts, film_tables, render

KEY = ("12", "l", "one")


def test_what_was_found_is_kept_for_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[render.Key] = []

    def found(key: render.Key, folder: Path) -> dict[str, float]:
        asked.append(key)
        return {"seconds": 1.0, "others": 0.0}

    monkeypatch.setattr(render, "watched", found)
    render.run(render.Kept(tmp_path / "kept"), [KEY], 2, 1)
    with (tmp_path / "kept").open("a") as file:
        file.write('["broken o\n')
    render.run(render.Kept(tmp_path / "kept"), [KEY, ("12", "l", "all")], 2, 1)
    assert asked == [KEY, KEY, ("12", "l", "all"), ("12", "l", "all")]


def test_what_always_comes_to_the_same_is_measured_once() -> None:
    assert render.times(KEY, 3) == 3
    assert render.times(("12", "h", "pixels"), 3) == 1


def test_a_part_is_spread_over_the_film() -> None:
    part = film_parts.part_of([3.0] * 8, film_parts.SIZES["h"])
    assert [segment.first for segment in part] == [2, 6]
    (segment,) = film_parts.part_of([1.0] * 9, film_parts.SIZES["course"])
    assert (segment.first, segment.stop, segment.seconds) == (3, 5, 2.0)


def test_a_table_has_ratios_and_the_encoders_share() -> None:
    stock = {"frames": 100.0, "seconds": 10.0, "processor": 20.0, "size": 3000.0, "megabytes": 9.0}
    ours = {**stock, "seconds": 2.0, "processor": 2.0, "encoder seconds": 1.0}
    ours |= {"encoder processor": 1.5, "encoder size": 1000.0}
    lines = film_tables.film_tables({("12", "l", "film"): [stock] * 3, KEY: [ours]})
    assert lines[4:] == [
        "| 12 | 480p15 | stock Manim, its own Text and shapes | 100 | 10 | 1.0 | 5 |  | 9 | 3 |",
        "| 12 | 480p15 | ours, one process (1) | 100 | 50 | 5.0 | 50 | 0.75 | 9 | 3 |",
        "| 12 | 480p15 | the encoder alone (1) | 100 | 100 | 10.0 | 67 |  |  | 1 |",
    ]
