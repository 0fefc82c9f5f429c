"""What is said of one step of a network's training."""

import math

from graphgen.course.lessons.sheet_view import shape_words
from graphgen.course.runs.results import Layer, Sheet
from graphgen.course.scenes.network import Data
from graphgen.text.digits import number

__all__ = ["count", "kept", "loss_words", "numbers", "update"]


def count(sheet: Sheet) -> int:
    """How many numbers a tensor has."""
    return math.prod(sheet.shape)


def numbers(sheet: Sheet) -> str:
    """ "4 × 8 numbers from −0.9 to 0.98"."""
    if count(sheet) == 1:
        return number(sheet.low)
    return f"{shape_words(sheet)} numbers from {number(sheet.low)} to {number(sheet.high)}"


def kept(layer: Layer) -> str:
    """What a layer keeps of the gradient for its parameters."""
    norms = [
        f"{part.name.rpartition('.')[2]} gets norm {number(part.slope.norm)}"
        for part in layer.parameters[:2]
    ]
    return f"; {', '.join(norms)}" if norms else ""


def loss_words(loss: str) -> str:
    """What a sentence calls a loss."""
    return {"mse": "mean squared error"}.get(loss, loss.replace("-", " "))


def update(data: Data, layer: Layer) -> str:
    """What an update does to a layer's first number."""
    part = layer.parameters[0]
    before, slope, after = (s.rows[0][0] for s in (part.before, part.slope, part.after))
    name = f"{part.name.rpartition('.')[2]}[0]"
    if len(part.before.shape) > 1:
        name += "[0]"
    if data.optimizer != "sgd":
        return f"{data.optimizer} moves {name} of {layer.kind} to {number(after)}"
    told = f"({number(slope)})" if slope < 0 else number(slope)
    return f"{name} becomes {number(before)} − {number(data.rate)} × {told} = {number(after)}"
