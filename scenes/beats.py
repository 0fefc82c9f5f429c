"""Step -> beats: how the time of a step is shared out, so that its parts add up to it exactly."""

from graphgen.model.story import Move

__all__ = ["Beats", "divide", "frame_at", "frames_of"]

Beats = dict[str, int]
"""How many units, or how many frames, each beat takes, in the order of time."""

UNIT = 0.2
"""Seconds; every step of a story takes a multiple of it."""

_BEATS: dict[Move, Beats] = {
    "open": {"title": 3, "answer": 4, "rest": 2},
    "place": {"light": 1, "answer": 3, "rest": 3, "quiet": 1},
    "compute": {"light": 1, "travel": 3, "answer": 2, "rest": 1, "quiet": 1},
    "seed": {"light": 1, "answer": 2, "rest": 2, "quiet": 1},
    "send": {"light": 1, "form": 2, "travel": 3, "answer": 2, "rest": 1, "quiet": 1},
    "sum": {"light": 1, "hold": 3, "slide": 3, "answer": 2, "rest": 3, "quiet": 1},
    "stop": {"light": 1, "answer": 2, "rest": 2, "quiet": 1},
    "close": {"answer": 5, "rest": 8},
}
"""For each move its beats in the order of time, and how many units each would like to have."""

_FIRST_SERVED = (
    "travel",
    "slide",
    "answer",
    "pan",
    "quiet",
    "light",
    "hold",
    "title",
    "form",
    "rest",
)
"""A view that changes at once is a cut that nobody follows: rather, the actors are bright there."""

_PAN = 3


def divide(seconds: float, move: Move, pans: bool = False) -> Beats:
    """The units of 0.2 s that each beat of a step gets; what no beat wants is rest.

    >>> divide(1.6, "compute")
    {'light': 1, 'travel': 3, 'answer': 2, 'rest': 1, 'quiet': 1}
    >>> divide(1.0, "send")
    {'light': 1, 'form': 1, 'travel': 1, 'answer': 1, 'rest': 0, 'quiet': 1}
    >>> divide(0.8, "compute", pans=True)
    {'pan': 1, 'light': 0, 'travel': 1, 'answer': 1, 'rest': 0, 'quiet': 1}
    """
    wanted = {"pan": _PAN, **_BEATS[move]} if pans else _BEATS[move]
    found = dict.fromkeys(wanted, 0)
    left = max(1, round(seconds / UNIT))
    while left and any(found[beat] < wanted[beat] for beat in wanted):
        for beat in _FIRST_SERVED:
            if left and found.get(beat, 0) < wanted.get(beat, 0):
                found[beat] += 1
                left -= 1
    found["rest"] += left
    return found


def frame_at(seconds: float, frame_rate: float) -> int:
    """The number of the frame that is shown first at a time of the film."""
    return round(seconds * frame_rate)


def frames_of(units: Beats, start: float, seconds: float, frame_rate: float) -> Beats:
    """The frames of each beat: whole numbers that add up to the step's, at any frame rate.

    Args:
        units: as `divide` answers.
        start: when the step starts, in seconds of the film.
        seconds: how long the step takes.

    >>> frames_of({"travel": 2, "rest": 1}, 0.0, 0.6, 24)
    {'travel': 10, 'rest': 4}
    """
    unit = seconds / max(1, sum(units.values()))
    found: Beats = {}
    passed, last = 0, frame_at(start, frame_rate)
    for beat, count in units.items():
        passed += count
        frame = frame_at(start + passed * unit, frame_rate)
        found[beat], last = frame - last, frame
    return found
