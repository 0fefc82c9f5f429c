"""Picture -> for each step a light around who acts in it, for outputs that show one step at a time
and have no motion to tell it by."""

from collections.abc import Iterator

from graphgen.layout.routes import beside
from graphgen.model.geometry import Route
from graphgen.model.picture import Picture
from graphgen.model.story import Step
from graphgen.outputs import cardart
from graphgen.outputs.elements import number, path, plain_color

__all__ = ["halos"]

_WIDTH = 9.0
_STRENGTH = "0.4"


def halos(picture: Picture, aside: float) -> Iterator[tuple[int, str]]:
    """Each step in which somebody acts, and the elements around them, on the layout's scale.

    Args:
        aside: how far each direction of an edge stands beside its route, in points.
    """
    for k, step in enumerate(picture.story.steps):
        body = _along(picture, step, aside) + _around(picture, step)
        if body:
            color = _color(picture, step)
            yield k, f'<g stroke="{plain_color(color)}">{body}</g>'


def _color(picture: Picture, step: Step) -> str:
    theme = picture.theme
    return theme.forward if step.chapter in ("opening", "forward") else theme.backward


def _around(picture: Picture, step: Step) -> str:
    nodes = [*step.focus.nodes]
    if step.move == "send":
        nodes += (picture.story.graph.edges[edge].source for edge in step.focus.edges)
    return "".join(cardart.glow(picture.layout.boxes[node]) for node in dict.fromkeys(nodes))


def _along(picture: Picture, step: Step, aside: float) -> str:
    """A broad light line along each edge that acts, in the direction's own lane."""
    if not step.focus.edges or step.move == "sum":
        return ""
    side = aside if step.move == "send" else -aside
    ways = (_lane(picture, edge, side) for edge in step.focus.edges)
    lines = "".join(f'<path d="{path(way)}"/>' for way in ways)
    return f'<g stroke-width="{number(_WIDTH)}" stroke-opacity="{_STRENGTH}">{lines}</g>'


def _lane(picture: Picture, edge: int, side: float) -> Route:
    has_two = picture.story.graph.edges[edge].contribution is not None
    route = picture.layout.routes[edge]
    return beside(route, side) if has_two else route
