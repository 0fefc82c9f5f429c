"""What is said of a training loop."""

import math

from graphgen.course.scenes.training import Data
from graphgen.text.digits import inline, number

__all__ = ["ended", "stretch", "update", "way"]

_WILD = 1e4
_NAMES = {"sgd": "SGD", "momentum": "SGD with momentum", "rmsprop": "RMSprop", "adam": "Adam"}


def way(data: Data) -> str:
    """How the parameters are changed: "SGD with a learning rate of 0.1"."""
    return f"{_NAMES[data.optimizer]} with a learning rate of {number(data.rate)}"


def update(data: Data) -> str:
    """The first update, with its numbers where there is one number to show."""
    track = data.tracks[0]
    if track.is_norm or len(track.rows[0]) > 1:
        return f"Update: {way(data)} changes every parameter a little."
    before, after = track.rows[0][0], track.rows[data.kept.index(1)][0]
    if data.optimizer != "sgd":
        return f"Update: {way(data)} moves {track.name} to {number(after)}."
    nodes = data.first.story.graph.nodes
    grad = next(node.ports[0].grad for node in nodes if node.name == track.name)
    slope = inline(grad).strip("[]")
    slope = f"({slope})" if slope.startswith("−") else slope
    taken = f"{number(before)} − {number(data.rate)} × {slope}"
    return f"Update: {track.name} becomes {taken} = {number(after)}."


def stretch(data: Data, start: int, end: int) -> str:
    """What the loss does between two of the moments that are shown."""
    first, last = data.shown[start], data.shown[end]
    before, after = (data.losses[data.kept.index(step)] for step in (first, last))
    if not math.isfinite(after):
        return f"At step {last} the loss is {number(after)}: the steps are too large."
    if before == after:
        return f"Steps {first} to {last}: the loss stays {number(after)}."
    word = "falls" if after < before else "rises"
    return f"Steps {first} to {last}: the loss {word} from {number(before)} to {number(after)}."


def ended(data: Data) -> str:
    """What has come of the loop."""
    last, loss = data.kept[-1], data.losses[-1]
    if not loss < _WILD * max(data.losses[0], 1e-300):
        done = f"{last} of {data.wanted}" if last < data.wanted else f"{last}"
        return (
            f"After {done} steps the loss is {number(loss)}: a learning rate of "
            f"{number(data.rate)} is too large."
        )
    if last and all(track.rows[0] == track.rows[-1] for track in data.tracks):
        return f"After {last} steps nothing has moved: the gradient is 0."
    single = [track for track in data.tracks if not track.is_norm and len(track.rows[-1]) == 1]
    learned = [f"{track.name} = {number(track.rows[-1][0])}" for track in single[:4]]
    is_all = len(single) == len(data.tracks) <= 4
    told = f"; {', '.join(learned)}" if is_all else ""
    return f"After {last} steps the loss is {number(loss)}{told}."
