"""Orders -> takes, by the workers of a dask.distributed cluster.

Each worker has autoviz as it is here, and the same font; there need be no disk that all can see.
What a lost worker was drawing the scheduler gives to another one; where there is none, or no
scheduler any more, that is told within seconds, and what was drawn is kept.
"""

import logging
import pickle
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from time import monotonic
from typing import TYPE_CHECKING, Any

from graphgen.model.errors import AutovizError, MissingPartError, RenderError

from .shooting import Order, shoot
from .takes import Take
from .versions import made_by

if TYPE_CHECKING:
    from .crew import Deliver

__all__ = ["draw_on", "shoot_alike"]

_PATIENCE = 8.0
"""Seconds until a scheduler has to answer, and until there has to be a worker, also a new one."""

_LOOK = 0.5
"""Seconds between looks at the cluster while nothing comes of it."""

_CALL = f"__import__({__name__!r}, fromlist=['shoot_alike']).shoot_alike(order, asked)"
"""What workers are asked, as a text: nobody on the way needs autoviz to hand it on."""


def draw_on(address: str, orders: "Sequence[Order]", deliver: "Deliver") -> None:
    """Have orders drawn on a cluster, each take delivered as soon as it is there.

    Args:
        address: of the scheduler, as in tcp://scheduler:8786.
        orders: one for each segment.
        deliver: is called with each take, in the order in which they are done.

    Raises:
        MissingPartError: dask.distributed isn't installed.
        RenderError: no scheduler or no worker answers, or none does any more; a worker has no
            autoviz, another one or another font; or a segment has killed several workers.
    """
    with _client(address) as client:
        cluster = _Cluster(client, address)
        cluster.wait_for_workers()
        asked = made_by()
        done: SimpleQueue[Any] = SimpleQueue()
        # Not by joblib's backend for dask, which waits for ever when a segment kills its workers.
        drawn = [
            client.submit(eval, _CALL, {"order": pickle.dumps(order), "asked": asked}, pure=False)
            for order in orders
        ]
        for future in drawn:
            future.add_done_callback(done.put)
        for _ in drawn:
            future = cluster.next_of(done)
            deliver(pickle.loads(cluster.result_of(future)))
            future.release()


def shoot_alike(order: bytes, asked: str) -> bytes:
    """Draw a segment, on a worker whose pixels are those of whoever asked.

    Args:
        order: what is to be drawn, pickled.
        asked: what draws there, as `made_by` says.

    Returns:
        The take, pickled.
    """
    here = made_by()
    if here != asked:
        pairs = zip(asked.split("\n"), here.split("\n"), strict=False)
        theirs, ours = next((pair for pair in pairs if pair[0] != pair[1]), ("nothing", "more"))
        raise RenderError(
            f"workers with the same autoviz: found {theirs} here and {ours} on one; "
            "install the same on all"
        )
    take: Take = shoot(pickle.loads(order))
    return pickle.dumps(take)


class _Cluster:
    """Waits for what a cluster does, for as long as there are a scheduler and workers.

    Args:
        client: of distributed.
        address: of the scheduler, as the person has given it.
    """

    def __init__(self, client: Any, address: str) -> None:
        self._client, self._address = client, address
        self._alive = monotonic()

    def wait_for_workers(self) -> None:
        """Until there is a worker.

        Raises:
            RenderError: there is none.
        """
        try:
            self._client.wait_for_workers(1, timeout=_PATIENCE)
        except TimeoutError as error:
            raise RenderError(
                f"workers at {self._address}: there is none; "
                f"start some with: dask worker {self._address}"
            ) from error

    def next_of(self, done: "SimpleQueue[Any]") -> Any:
        """The next future that is done.

        Raises:
            RenderError: the cluster is gone.
        """
        while True:
            with suppress(Empty):
                return done.get(timeout=_LOOK)
            self._look()

    def result_of(self, future: Any) -> bytes:
        """What came of a future that is done.

        Raises:
            RenderError: nothing did, or the cluster is gone.
        """
        from distributed import KilledWorker

        while True:
            try:
                content: bytes = future.result(timeout=_LOOK * 4)
            except TimeoutError:  # whoever had it is gone, and it is drawn again
                self._look()
            except AutovizError:
                raise
            except KilledWorker as error:
                raise RenderError(
                    f"a film of all steps: a segment ended several workers ({error}); "
                    "give each more memory, or take a lower -q"
                ) from error
            except Exception as error:
                raise self._told(future, error) from error
            else:
                self._alive = monotonic()
                return content

    def _told(self, future: Any, error: Exception) -> RenderError:
        if future.cancelled():
            return self._gone()
        if isinstance(error, ImportError):
            return RenderError(
                f"workers with the same autoviz: on one it can't be imported ({error}); "
                "install the same on all"
            )
        return RenderError(
            f"a film drawn by {self._address}: a worker failed ({type(error).__name__}: {error}); "
            "see what it says there"
        )

    def _look(self) -> None:
        """See that there are a scheduler and workers, or were a moment ago."""
        if self._client.status != "running":
            raise self._gone()
        try:
            if self._client.sync(self._client.scheduler.ncores, callback_timeout=_PATIENCE / 2):
                self._alive = monotonic()
        except (OSError, TimeoutError) as error:
            raise self._gone() from error
        if monotonic() - self._alive > _PATIENCE:
            raise RenderError(
                f"workers at {self._address}: the last one is gone; start some with: "
                f"dask worker {self._address}, and go on with the same command: what was drawn is "
                "kept"
            )

    def _gone(self) -> RenderError:
        return RenderError(
            f"a scheduler at {self._address}: it is gone; start it again, with workers, and go on "
            "with the same command: what was drawn is kept"
        )


@contextmanager
def _client(address: str) -> "Iterator[Any]":
    try:
        import distributed
    except ImportError as error:
        raise MissingPartError(
            "a cluster needs dask.distributed: it isn't installed; "
            "get it with: pip install 'autoviz-torch[cluster]'"
        ) from error
    with _quiet():
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
            with suppress(OSError, TimeoutError, AssertionError):
                client.close(timeout=_LOOK * 2)


@contextmanager
def _quiet() -> "Iterator[None]":
    """Nothing of what distributed logs of lost connections: what matters is told as an error."""
    names = ("distributed", "asyncio")
    handlers = [(one, one.level) for name in names for one in logging.getLogger(name).handlers]
    for handler, _ in handlers:
        handler.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for handler, level in handlers:
            handler.setLevel(level)


def _quietly_gone(client: Any) -> None:
    """What dask says when one is cleared away that never came to be, as no scheduler answered."""
