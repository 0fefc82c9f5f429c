"""Orders -> takes, by the workers of a dask.distributed cluster.

Each worker has autoviz as it is here, and the same font; there need be no disk that all can see.
What a lost worker was drawing the scheduler gives to another one.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from graphgen.errors import MissingPartError, RenderError

from .shooting import Order, shoot
from .takes import Take
from .versions import made_by

if TYPE_CHECKING:
    from .crew import Deliver

__all__ = ["draw_on"]

_PATIENCE = 20
"""Seconds until a scheduler has to answer, and to have a worker."""


def draw_on(address: str, orders: "Sequence[Order]", deliver: "Deliver") -> None:
    """Have orders drawn on a cluster, each take delivered as soon as it is there.

    Args:
        address: of the scheduler, as in tcp://scheduler:8786.

    Raises:
        MissingPartError: dask.distributed isn't installed.
        RenderError: no scheduler or no worker answers, a worker has another autoviz or font, or a
            segment has killed several workers.
    """
    with _client(address) as client, _faults_told(address):
        import distributed

        client.wait_for_workers(1, timeout=_PATIENCE)
        asked = made_by()
        # Not by joblib's backend for dask, which waits for ever when a segment kills its workers.
        drawn = [client.submit(_shoot_alike, order, asked, pure=False) for order in orders]
        completed: Any = distributed.as_completed
        for future in completed(drawn, loop=client.loop):
            deliver(future.result())
            future.release()


def _shoot_alike(order: Order, asked: str) -> Take:
    """Draw a segment, on a worker whose pixels are those of whoever asked."""
    here = made_by()
    if here != asked:
        pairs = zip(asked.split("\n"), here.split("\n"), strict=False)
        theirs, ours = next((pair for pair in pairs if pair[0] != pair[1]), ("nothing", "more"))
        raise RenderError(
            f"workers with the same autoviz: found {theirs} here and {ours} on one; "
            "install the same on all"
        )
    return shoot(order)


@contextmanager
def _client(address: str) -> "Iterator[Any]":
    try:
        import distributed
    except ImportError as error:
        raise MissingPartError(
            "a cluster needs dask.distributed: it isn't installed; "
            "get it with: pip install 'autoviz-torch[cluster]'"
        ) from error
    try:
        connect: Any = type("Client", (distributed.Client,), {"__del__": _quietly_gone})
        client = connect(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise RenderError(
            f"a scheduler at {address}: none answers; start one with: dask scheduler"
        ) from error
    try:
        yield client
    finally:
        client.close()


def _quietly_gone(client: Any) -> None:
    """What dask says when one is cleared away that never came to be, as no scheduler answered."""


@contextmanager
def _faults_told(address: str) -> "Iterator[None]":
    from distributed import KilledWorker

    try:
        yield
    except TimeoutError as error:  # before anything was asked of a worker
        raise RenderError(
            f"workers at {address}: there is none; start some with: dask worker {address}"
        ) from error
    except KilledWorker as error:
        raise RenderError(
            f"a film of all steps: a segment ended several workers ({error}); "
            "give each more memory, or take a lower -q"
        ) from error
