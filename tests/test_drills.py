"""Drills are kept case by case: a run that is broken off goes on, and the page is what they did."""

from pathlib import Path

import pytest

from tests.drills.protocol import Case, Drill
from tests.drills.running import Outcome, all_drills, outcomes_of, page, run


def counted(names: str, tried: list[str], wrong: tuple[str, ...] = ()) -> Drill:
    """A drill of a case for each letter, which notes what was tried."""

    def check(name: str, folder: Path) -> str:
        tried.append(name)
        assert list(folder.iterdir()) == []
        if name == "!":
            raise KeyboardInterrupt
        if name in wrong:
            raise AssertionError(f"{name} is wrong")
        return "held"

    def case(name: str) -> Case:
        return Case(name, lambda folder: check(name, folder))

    return Drill("counting", "Letters.", lambda: map(case, names))


def test_a_drill_that_was_broken_off_goes_on_where_it_was(tmp_path: Path) -> None:
    tried: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        run(counted("ab!", tried), tmp_path, "1")
    assert tried == ["a", "b", "!"]
    tried.clear()
    outcomes = run(counted("abc", tried), tmp_path, "1")
    assert tried == ["c"]
    assert outcomes == [Outcome(name, True, "held") for name in "abc"]


def test_a_line_that_was_cut_off_is_tried_again(tmp_path: Path) -> None:
    tried: list[str] = []
    run(counted("ab", tried), tmp_path, "1")
    file = tmp_path / "counting.jsonl"
    file.write_bytes(file.read_bytes()[:-9])
    run(counted("ab", tried), tmp_path, "1")
    assert tried == ["a", "b", "b"]


def test_outcomes_of_other_code_count_for_nothing(tmp_path: Path) -> None:
    tried: list[str] = []
    run(counted("a", tried), tmp_path, "1")
    run(counted("a", tried), tmp_path, "2")
    assert tried == ["a", "a"]
    assert outcomes_of(tmp_path / "counting.jsonl", "1") == []


def test_what_failed_is_tried_again_and_stands_on_the_page(tmp_path: Path) -> None:
    tried: list[str] = []
    outcomes = run(counted("ab", tried, wrong=("b",)), tmp_path, "1")
    assert outcomes == [Outcome("a", True, "held"), Outcome("b", False, "b is wrong")]
    text = page({"counting": (counted("", []), outcomes)})
    assert "| counting | 2 | 1 | Letters. |" in text
    assert "- counting: 1 held\n  - **failed** b: b is wrong\n" in text
    run(counted("ab", tried), tmp_path, "1")
    assert tried == ["a", "b", "b"]


def test_every_drill_has_cases_with_names_of_their_own_and_one_sentence() -> None:
    for name, drill in all_drills().items():
        assert name == drill.name
        names = [case.name for case in drill.cases()]
        assert names
        assert len(set(names)) == len(names)
        assert drill.sentence[-1] not in ".\n"
        assert "|" not in drill.sentence
