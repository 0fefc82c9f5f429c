"""Pieces -> a drawing in steps: groups that reveal.js shows one after the other, with no script of
ours. Without reveal.js every group that stays is seen, and the picture is complete."""

from collections.abc import Iterator, Sequence
from html import escape

from graphgen.layout.measure import safe
from graphgen.model.picture import Picture
from graphgen.model.story import Chapter, Step
from graphgen.outputs.elements import group
from graphgen.outputs.paper import Paper
from graphgen.outputs.pieces import Piece, placed
from graphgen.outputs.turning import GHOST

__all__ = ["rules", "stepped"]

_PHASES: dict[Chapter, str] = {
    "opening": "forward",
    "forward": "forward",
    "backward": "backward",
    "closing": "backward",
}


def stepped(picture: Picture, sheet: Paper, found: Sequence[Piece], prefix: str) -> str:
    """What is there from the start; then for each step what it brings, and what later steps take.

    A text that a later step replaces stands in two groups: the outer one fades out with that step,
    the inner one fades in with its own and is invisible wherever no reveal.js shows it.
    """
    ghosts = (piece for piece in found if piece.role == "lane" and piece.begin)
    body = [
        f"<style>{rules(prefix)}</style>",
        placed(sheet, ((piece, piece.body) for piece in found if _is_ground(piece))),
        placed(sheet, ((piece, group(piece.body, opacity=GHOST)) for piece in ghosts)),
        *(_passing(sheet, [piece], prefix) for piece in found if piece.role == "halo"),
    ]
    for k, step in enumerate(picture.story.steps):
        own = [piece for piece in found if piece.begin == k and not _is_behind(piece)]
        stays = placed(sheet, ((piece, piece.body) for piece in own if piece.end is None))
        body.append(_step_group(picture, k, step, stays))
        body.append(_passing(sheet, own, prefix))
    return "".join(body)


def rules(prefix: str) -> str:
    """What is there first is seen in reveal.js; what passes is not seen on paper, where reveal.js
    shows every fragment at once, unless it prints a page for each."""
    paper = f".{prefix}:is(html:not(.print-pdf) .reveal *) .fade-out{{display:none}}"
    return f".{prefix}:is(.reveal *) .{prefix}-0{{opacity:1}}@media print{{{paper}}}"


def _is_ground(piece: Piece) -> bool:
    return piece.begin == 0 and piece.end is None


def _is_behind(piece: Piece) -> bool:
    return _is_ground(piece) or piece.role == "halo"


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


def _passing(sheet: Paper, own: Sequence[Piece], prefix: str) -> str:
    """What one step brings and others take away; what is there first is seen in reveal.js."""
    found = []
    for end in dict.fromkeys(piece.end for piece in own if piece.end is not None):
        gone = [piece for piece in own if piece.end == end]
        appears = f'class="fragment" data-fragment-index="{gone[0].begin}"'
        if not gone[0].begin:
            appears = f'class="{prefix}-0"'
        body = placed(sheet, ((piece, piece.body) for piece in gone))
        inner = f'<g {appears} opacity="0">{body}</g>'
        found.append(f'<g class="fragment fade-out" data-fragment-index="{end}">{inner}</g>')
    return "".join(found)
