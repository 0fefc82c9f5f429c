"""The collection of garbage, and when not to look for any."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["with_few_collections", "without_collection"]

_MANY = 500_000
"""So many new objects, half a second's search, count as old at once."""

_SELDOM = 100
"""So many searches among younger objects come before one among the old; usually ten."""


@contextmanager
def without_collection() -> Iterator[None]:
    """No search for garbage where very many objects are made and next to none is dropped: it
    would look at all of them again and again. Serves as a decorator, too.

    >>> with without_collection():
    ...     gc.isenabled()
    False
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            if gc.get_count()[0] > _MANY and not gc.get_freeze_count():
                gc.freeze()
                gc.unfreeze()  # they are of the oldest generation now
            gc.enable()


@contextmanager
def with_few_collections() -> Iterator[None]:
    """Searches among old objects a tenth as often, where the user's own program runs while very
    many objects are made and kept; what is young is searched as ever."""
    before = gc.get_threshold()
    ours = (*before[:2], max(before[2], _SELDOM))
    gc.set_threshold(*ours)
    try:
        yield
    finally:
        if gc.get_threshold() == ours:
            gc.set_threshold(*before)
