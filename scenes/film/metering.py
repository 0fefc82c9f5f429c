"""How far several processes are, read off the lengths of their meters while they work."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

__all__ = ["metered"]

_SECONDS = 0.1


@contextmanager
def metered(meters: Sequence[Path], tell: Callable[[int], None]) -> Iterator[None]:
    """While this context lasts, tell the sum of all meters whenever it has grown."""
    over = Event()

    def watch() -> None:
        last = -1
        while True:
            now = sum(_length(meter) for meter in meters)
            if now > last:
                tell(now)
                last = now
            if over.wait(_SECONDS):
                return

    thread = Thread(target=watch, name="autoviz-progress", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _length(meter: Path) -> int:
    try:
        return meter.stat().st_size
    except OSError:
        return 0
