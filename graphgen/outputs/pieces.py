"""What a page's drawing asks of a story: which step sends along an edge, and how far aside."""

from graphgen.model.picture import Picture
from graphgen.model.story import Move

__all__ = ["LANE", "step_of"]

LANE = 2.6
"""How far each direction of an edge stands beside its route, in points."""


def step_of(picture: Picture, move: Move) -> dict[int, int]:
    """For each edge in the focus of a step of this move, that step."""
    return {
        edge: k
        for k, step in enumerate(picture.story.steps)
        if step.move == move
        for edge in step.focus.edges
    }
