"""What came of walks down a surface, in sentences."""

from collections.abc import Sequence

from graphgen.course.lessons.walks import crossings, in_words
from graphgen.course.runs.results import Walk
from graphgen.text.digits import number

__all__ = ["TITLES", "crossed", "outcome"]

TITLES = {"sgd": "SGD", "momentum": "momentum", "rmsprop": "RMSProp", "adam": "Adam"}
"""What each optimizer is called."""


def crossed(walk: Walk, names: Sequence[str], result: str, count: int) -> str:
    """Whether a walk's first steps go to and fro.

    Args:
        names: of the two that move; result: what the height is called.
        count: how many steps are spoken of.
    """
    if not any(any(gradient) for gradient in walk.gradients):
        return "The gradient is 0 here: nothing moves."
    seen = walk.gradients[: count + 1]
    turns = [crossings([gradient[axis] for gradient in seen]) for axis in range(len(names))]
    most = max(turns)
    if most >= max(2, count // 2):
        return (
            f"The slope along {names[turns.index(most)]} changes its sign {most} times in "
            f"{in_words(count)}: it goes to and fro across the valley, and slowly along it."
        )
    first, last = number(walk.values[0]), number(walk.values[count])
    return f"{in_words(count).capitalize()} take {result} from {first} to {last}."


def outcome(walks: Sequence[Walk], result: str) -> str:
    """Who came how far.

    Args:
        result: what the height is called.
    """
    finite = [walk for walk in walks if walk.is_finite]
    gone = [TITLES[walk.optimizer] for walk in walks if not walk.is_finite]
    if not finite:
        return "All of them have left the numbers: with these rates descent diverges."
    if not any(any(gradient) for walk in walks for gradient in walk.gradients):
        return "The gradient is 0 everywhere here: nothing moves."
    best = min(finite, key=lambda walk: walk.values[-1])
    told = f"After {in_words(best.steps)} {TITLES[best.optimizer]} is"
    told += f"{' lowest,' if len(walks) > 1 else ''} at {result} = {number(best.values[-1])}"
    if best.values[-1] > best.values[0]:
        return f"{told}, higher than at the start: these rates are too large."
    return f"{told}; {' and '.join(gone)} diverged." if gone else f"{told}."
