"""The mutants can be made: each of their lines stands once where it is said to stand."""

from collections import Counter

import pytest

from tests.mutants.running import ROOT, Mutant
from tests.mutants.table import MUTANTS

SEEN = ("colour", "direction", "sign", "order", "duration", "visibility", "camera", "class")


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_can_be_made_and_its_tests_are_there(mutant: Mutant) -> None:
    text = (ROOT / mutant.path).read_text(encoding="utf-8")
    assert text.count(mutant.old) == 1
    assert mutant.old != mutant.new
    assert all((ROOT / test).is_file() for test in mutant.tests)


def test_each_kind_of_what_is_seen_has_at_least_two() -> None:
    counts = Counter(mutant.kind for mutant in MUTANTS)
    assert all(counts[kind] >= 2 for kind in SEEN), counts
    assert len(MUTANTS) >= 35
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)
