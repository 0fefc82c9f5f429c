"""When garbage is looked for, and that the user's settings come back."""

import gc

import pytest

from graphgen.model import collecting
from graphgen.model.collecting import with_few_collections, without_collection


def test_the_thresholds_come_back_also_when_something_raises() -> None:
    """They are the user's."""
    before = gc.get_threshold()
    inside: list[tuple[int, int, int]] = []

    def fails() -> None:
        with with_few_collections():
            inside.append(gc.get_threshold())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert inside[0][:2] == before[:2]
    assert inside[0][2] > before[2]
    assert gc.get_threshold() == before


def test_thresholds_that_the_user_sets_meanwhile_stay() -> None:
    """What was set inside of the block is meant to last."""
    before = gc.get_threshold()
    try:
        with with_few_collections():
            gc.set_threshold(901, 9, 8)
        assert gc.get_threshold() == (901, 9, 8)
    finally:
        gc.set_threshold(*before)


def test_very_many_new_objects_are_old_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No search looks at them next; the collector is on again."""
    monkeypatch.setattr(collecting, "_MANY", 1_000)
    with without_collection():
        objects: list[list[int]] = [[] for _ in range(2_000)]
    assert gc.isenabled()
    old = set(map(id, gc.get_objects(generation=2)))
    assert all(id(each) in old for each in objects)
    assert gc.get_freeze_count() == 0
