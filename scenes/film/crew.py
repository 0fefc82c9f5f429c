"""Orders -> takes: in this process, or spread over fresh ones by joblib.

Inside `joblib.parallel_config(backend="dask")` the same call runs on a cluster.
"""

import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from graphgen.model.errors import RenderError
from graphgen.model.leftovers import deaf_children

from .processes import clean_start, cores, parallel, ready
from .shooting import Order, shoot
from .takes import Take

__all__ = ["Crew", "Deliver", "draws_here", "spread", "workers_for"]

Deliver: TypeAlias = Callable[[Take], None]
"""Is given each take when it is there, in any order, in the thread that asked for it."""


@dataclass(frozen=True, slots=True)
class Crew:
    """Who draws.

    Attributes:
        jobs: processes of this machine; 0 for as many as there are cores and as are worth starting.
        cluster: the address of a dask.distributed scheduler whose workers draw instead.
    """

    jobs: int = 0
    cluster: str = ""


_TRIES = 2

_START = 2.0
"""Seconds until a process has Manim and has built its first scene."""

_LAST = 3
"""So many orders of each process's are given out by their length."""

_PER_FRAME, _PER_PIXEL = 4e-3, 2.2e-9
"""Seconds of one core, roughly: what they decide is whether a second process pays."""


def workers_for(jobs: int, orders: Sequence[Order]) -> int:
    """How many processes draw.

    Args:
        jobs: how many were asked for; 0 for as many as there are cores and as are worth starting.
        orders: what there is to draw.
    """
    if jobs > 0:
        return max(1, min(jobs, len(orders)))
    worth = int(sum(map(_seconds, orders)) / _START)
    return max(1, min(cores(), max(worth, ready()), len(orders)))


def _seconds(order: Order) -> float:
    """About how long one process draws at a segment."""
    frame = order.frame
    each = _PER_FRAME + _PER_PIXEL * frame.width * frame.height
    return frame.frames(order.segment.seconds) * each


def spread(orders: Sequence[Order], crew: Crew, deliver: Deliver) -> None:
    """Have all orders drawn, each take delivered as soon as it is there.

    What a killed worker leaves is drawn once more.

    Args:
        orders: one for each segment.
        crew: how many processes there are, or which cluster.
        deliver: is called with each take, in the order in which they are done.

    Raises:
        RenderError: a segment that killed its worker twice, by its steps.
    """
    if crew.cluster:
        from .cluster import draw_on

        draw_on(crew.cluster, orders, deliver)
        return
    workers = None if _is_elsewhere() else workers_for(crew.jobs, orders)
    if draws_here(crew, orders):
        for order in orders:
            deliver(shoot(order))
        return
    from concurrent.futures.process import BrokenProcessPool  # a film that is kept needs none

    waiting = {order.number: order for order in orders}

    def delivered(take: Take) -> None:
        del waiting[take.number]
        deliver(take)

    for _ in range(_TRIES):
        _clear(waiting.values())
        with suppress(BrokenProcessPool):
            _in_parallel(list(waiting.values()), workers, delivered)
        if not waiting:
            return
    missing = list(waiting.values())
    at_fault = [order for order in missing if Path(order.meter).exists()] or missing
    steps = ", ".join(order.told for order in at_fault)
    raise RenderError(
        f"a film of all steps: the process that drew {steps} was ended twice "
        "(is there enough memory?); take fewer --jobs or a lower -q"
    )


def draws_here(crew: Crew, orders: Sequence[Order]) -> bool:
    """Whether this process itself draws, in which Manim then has its settings."""
    alone = not crew.cluster and not _is_elsewhere()
    return alone and workers_for(crew.jobs, orders) == 1


def _is_elsewhere() -> bool:
    """Whether the person has chosen a backend of joblib's, by `parallel_config`."""
    if "joblib.parallel" not in sys.modules:
        return False
    from joblib.parallel import LokyBackend, get_active_backend

    return not isinstance(get_active_backend()[0], LokyBackend)


def _clear(orders: Iterable[Order]) -> None:
    """Forget how far an earlier try came."""
    for order in orders:
        Path(order.meter).unlink(missing_ok=True)


def _in_parallel(orders: Sequence[Order], workers: int | None, deliver: Deliver) -> None:
    from joblib import delayed
    from joblib.parallel import get_active_backend

    streams = get_active_backend()[0].supports_return_generator
    spreading = parallel(workers, "generator_unordered" if streams else "list")
    with clean_start():
        with deaf_children() if streams else nullcontext():
            takes = spreading(delayed(shoot)(order) for order in _evenly(orders, workers or 1))
        for take in takes:
            deliver(take)


def _evenly(orders: Sequence[Order], workers: int) -> Sequence[Order]:
    """In their order, but of the last few the longest first: nobody then waits for one of them."""
    last = max(0, len(orders) - _LAST * workers)
    return [*orders[:last], *sorted(orders[last:], key=_seconds, reverse=True)]
