"""Story -> segments: runs of steps that are drawn on their own, in whatever process has time."""

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["SEGMENT_SECONDS", "Segment", "cut"]

SEGMENT_SECONDS = 3.0
"""About how long a segment is: long enough to repay building its scene, short enough to share."""


@dataclass(frozen=True, slots=True)
class Segment:
    """The steps from `first` up to, not including, `stop`."""

    index: int
    first: int
    stop: int
    seconds: float

    @property
    def steps(self) -> range:
        """Their indices in the story."""
        return range(self.first, self.stop)


def cut(seconds: Sequence[float]) -> tuple[Segment, ...]:
    """Cut a story into segments; how many processes there are plays no part.

    Args:
        seconds: how long each step takes.

    >>> [segment.steps for segment in cut([1.0, 1.0, 1.0, 5.0, 1.0])]
    [range(0, 3), range(3, 4), range(4, 5)]
    """
    segments: list[Segment] = []
    first, length = 0, 0.0
    for stop, duration in enumerate(seconds, start=1):
        length = round(length + duration, 1)
        if length >= SEGMENT_SECONDS or stop == len(seconds):
            segments.append(Segment(len(segments), first, stop, length))
            first, length = stop, 0.0
    return tuple(segments)
