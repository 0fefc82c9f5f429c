"""What an element of a timeline is: the names that it may have as its classes.

A medium writes them beside the attributes that paint the element, each with "av-" before it, so
that a style sheet, a script or a test can find it: `.av-edge.av-backward.av-active`.
"""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from graphgen.model.kinds import KINDS
from graphgen.model.timeline import Element, Space

__all__ = ["CLASSES", "MOST_PATHS", "classed", "drawn_as", "path_class"]

Asked = ParamSpec("Asked")
Drawn = TypeVar("Drawn")

MOST_PATHS = 4
"""So many paths into one node have tints of their own; then they begin again."""

CLASSES: dict[str, str] = {
    "node": "part of a card: its face, its border, its light",
    "edge": "part of an edge: its line, its head",
    **{kind: f"of a node of this kind: {style.word}" for kind, style in KINDS.items()},
    "loss": "of the loss, beside what kind it is of",
    "forward": "goes with the values",
    "backward": "goes with the gradients",
    "active": "acts in this step",
    "done": "something has gone along it",
    "glow": "the light around a card that acts",
    "border": "the border of a card",
    "head": "the head of an arrow",
    "bar": "a bar across an edge: no gradient comes through",
    "label": "the name on a card, or how it was made",
    "value": "the number, or numbers, that a node has",
    "gradient": "the gradient of a node, or what has come of it",
    "contribution": "what comes back along one edge",
    "product": "the slope times the gradient from above",
    "chip": "a number on a plate: on its way, or waiting to be added",
    "sign": "a sign beside numbers: ∂, ×, +",
    "strip": "the colours of a large array",
    "paths": "how many paths have come back to a node",
    **{f"path-{n}": f"of path {n} into a node that several come back to" for n in range(1, 5)},
    "plate": "the page behind words",
    "title": "the title",
    "chapter": "which way what we see flows",
    "progress": "how far we are",
    "caption": "the sentence that says what happens",
    "key": "what the two kinds of lines mean",
    "table": "how each gradient is made up",
    "total": "the sum that the story comes to",
    "chart": "part of a chart: axes, curves, points",
    "grid": "part of a grid of numbers or colours",
    "code": "part of a program's text",
    "tree": "part of a tree",
}
"""Every class and what has it."""


def path_class(number: int | None) -> str:
    """The class of a path into a node that several come back to.

    Args:
        number: counted from 0 as they come; None where it is the only one.

    >>> path_class(1), path_class(None), path_class(4)
    (' path-2', '', ' path-1')
    """
    return "" if number is None else f" path-{number % MOST_PATHS + 1}"


def classed(elements: Iterable[Element], classes: str, space: Space | None = None) -> list[Element]:
    """The same elements with these classes.

    Args:
        elements: are left as they are.
        classes: with spaces between.
        space: where they are, if not where they were.

    Returns:
        New elements, in the same order.
    """
    return [
        Element(each.key, each.form, each.layer, each.enter, classes, space or each.space)
        for each in elements
    ]


def drawn_as(classes: str) -> Callable[[Callable[Asked, Drawn]], Callable[Asked, Drawn]]:
    """What a function draws, an element or several, has these classes where it has none yet.

    Args:
        classes: with spaces between.
    """

    def decorate(draw: Callable[Asked, Drawn]) -> Callable[Asked, Drawn]:
        @wraps(draw)
        def drawing(*args: Asked.args, **options: Asked.kwargs) -> Drawn:
            drawn: Any = draw(*args, **options)
            if isinstance(drawn, Element):
                return cast(Drawn, _named(drawn, classes))
            return cast(Drawn, type(drawn)(_named(each, classes) for each in drawn))

        return drawing

    return decorate


def _named(element: Element, classes: str) -> Element:
    return element if element.classes else classed([element], classes)[0]
