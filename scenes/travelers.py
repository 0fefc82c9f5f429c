"""What travels along a way: an operand's value, a contribution, and what that is made of."""

import numpy as np

from graphgen.model.graph import Array, Cell
from graphgen.text.digits import inline

from .marks import Bundle
from .shapes import Line, along, cut_to, lengths, track
from .stage import Stage

__all__ = ["contribution", "operand", "product"]

_LONGEST = 14
_CLEAR = 1.1
_MOST_OF_A_WAY = 0.6


def operand(stage: Stage, index: int, step: int) -> tuple[Bundle, Line]:
    """An operand's value as a chip, and its way into the operation.

    Args:
        index: of the edge.
        step: the index of the step in which it travels.
    """
    edge, view = stage.story.graph.edges[index], stage.view(step)
    array = stage.story.graph.nodes[edge.source].ports[edge.port].value
    shown = stage.look(step - 1).texts.get(Cell("value", edge.source, edge.port), "")
    line = track(stage.picture.layout.routes[index], view)
    return stage.drawing.chip(_short(shown), stage.theme.forward, line[0], view, array), line


def contribution(stage: Stage, index: int, step: int) -> tuple[Bundle, Line]:
    """A contribution as a chip, and its way back from where it forms."""
    edge, line = stage.story.graph.edges[index], _way_back(stage, index, step)
    text = stage.look(step).texts.get(Cell("contribution", index), "")
    tint = stage.drawing.letters.tint(index)
    chip = stage.drawing.chip(_short(text), tint, line[0], stage.view(step), edge.contribution)
    return chip, _clear_of_card(line, chip)


def product(stage: Stage, index: int, step: int) -> Bundle | None:
    """Slope × gradient from above, where both are numbers, next to the operation."""
    edge = stage.story.graph.edges[index]
    ports = stage.story.graph.nodes[edge.target].ports
    above = ports[0].grad if len(ports) == 1 else None
    if not _is_number(edge.local) or not _is_number(above):
        return None
    text = f"{_bracketed(inline(edge.local))} × {_bracketed(inline(above))}"
    line, tint = _way_back(stage, index, step), stage.drawing.letters.tint(index)
    chip = stage.drawing.chip(text, tint, line[0], stage.view(step))
    chip.move_to(_clear_of_card(line, chip)[0])
    return chip


def _way_back(stage: Stage, index: int, step: int) -> Line:
    return track(stage.picture.layout.routes[index], stage.view(step))[::-1]


def _clear_of_card(line: Line, chip: Bundle) -> Line:
    """The line from where a chip stands clear of the card that it comes from."""
    heading = np.abs(along(line, 0.05) - line[0])
    half = chip.width / 2 if heading[0] >= heading[1] else chip.height / 2
    return cut_to(line, min(half * _CLEAR, lengths(line)[-1] * _MOST_OF_A_WAY), 0.0)


def _short(text: str) -> str:
    """A text short enough to travel: of a large array its shape."""
    is_short = "\t" in text or "\n" not in text or len(text) <= _LONGEST
    return text if is_short else text.split("\n")[0]


def _is_number(array: Array | None) -> bool:
    return array is not None and array.known and array.shape == ()


def _bracketed(text: str) -> str:
    return f"({text})" if text.startswith("−") or " " in text else text
