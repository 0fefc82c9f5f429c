"""Pieces -> a drawing in steps: groups that reveal.js shows one after the other, with no script of
ours. Without reveal.js every group that stays is seen, and the picture is complete."""

from collections.abc import Iterator, Sequence
from html import escape

from graphgen.outputs.elements import group
from graphgen.outputs.paper import Paper
from graphgen.outputs.pieces import Piece, placed
from graphgen.picture import Picture
from graphgen.placing.measure import safe
from graphgen.story import Chapter, Step

__all__ = ["stepped"]

_PHASES: dict[Chapter, str] = {
    "opening": "forward",
    "forward": "forward",
    "backward": "backward",
    "closing": "backward",
}
_GHOST = "0.3"


def stepped(picture: Picture, sheet: Paper, found: Sequence[Piece], prefix: str) -> str:
    """What is there from the start; then for each step what it brings, and what later steps take.

    A text that a later step replaces stands in two groups: the outer one fades out with that step,
    the inner one fades in with its own and is invisible wherever no reveal.js shows it.
    """
    ghosts = (piece for piece in found if piece.role == "lane" and piece.begin)
    first = f"@media screen{{.{prefix}:is(.reveal *) .{prefix}-0{{opacity:1}}}}"
    body = [
        f"<style>{first}</style>",
        placed(sheet, ((piece, piece.body) for piece in found if _is_ground(piece))),
        placed(sheet, ((piece, group(piece.body, opacity=_GHOST)) for piece in ghosts)),
    ]
    for k, step in enumerate(picture.story.steps):
        own = [piece for piece in found if piece.begin == k and not _is_ground(piece)]
        stays = placed(sheet, ((piece, piece.body) for piece in own if piece.end is None))
        body.append(_step_group(picture, k, step, stays))
        passing = (piece for piece in own if piece.end is not None)
        body.extend(
            _passing(piece, placed(sheet, [(piece, piece.body)]), prefix) for piece in passing
        )
    return "".join(body)


def _is_ground(piece: Piece) -> bool:
    return piece.begin == 0 and piece.end is None


def _step_group(picture: Picture, k: int, step: Step, body: str) -> str:
    """What a step brings for good."""
    fragment = f' class="fragment" data-fragment-index="{k}"' if k else ""
    nodes = escape(safe(", ".join(_acting(picture, step))))
    return (
        f'<g{fragment} data-step="{k + 1}" data-phase="{_PHASES[step.chapter]}" '
        f'data-node="{nodes}">{body}</g>'
    )


def _acting(picture: Picture, step: Step) -> Iterator[str]:
    """The names of the nodes whose value or gradient a step writes, else of those that act."""
    written = [
        mark.cell.index for mark in step.marks if mark.cell.part in ("value", "gradient")
    ] or step.focus.nodes
    yield from (picture.story.names[index] for index in dict.fromkeys(written))


def _passing(piece: Piece, body: str, prefix: str) -> str:
    """What one step brings and another takes away; what is there first is seen in reveal.js."""
    appears = f'class="fragment" data-fragment-index="{piece.begin}"'
    if not piece.begin:
        appears = f'class="{prefix}-0"'
    inner = f'<g {appears} opacity="0">{body}</g>'
    return f'<g class="fragment fade-out" data-fragment-index="{piece.end}">{inner}</g>'
