"""Pieces -> a picture for each step, all on one paper, as the pages of a talk turn."""

from collections.abc import Iterator, Sequence

from graphgen.outputs.elements import group
from graphgen.outputs.paper import Paper
from graphgen.outputs.pieces import Piece, placed

__all__ = ["GHOST", "turned"]

GHOST = "0.3"
"""How much is seen of a lane that nothing has come along yet."""


def turned(sheet: Paper, found: Sequence[Piece], count: int) -> Iterator[str]:
    """For each of so many steps, the elements of all that is seen in it."""
    for step in range(count):
        yield placed(sheet, ((piece, _shown(piece, step)) for piece in found))


def _shown(piece: Piece, step: int) -> str:
    if piece.begin <= step and (piece.end is None or step < piece.end):
        return piece.body
    is_ahead = piece.role == "lane" and step < piece.begin
    return group(piece.body, opacity=GHOST) if is_ahead else ""
