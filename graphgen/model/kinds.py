"""What each kind of node is, in one table: how it is drawn, what it does with gradients, and how
it is told.

Everyone who draws or tells a node asks its row here. A new kind is its name in `Kind` and its row
in `KINDS`; tests/test_kinds.py holds that every kind has a row, and that no other place decides by
the names of kinds. Why a node is of its kind is for `capture` to say.
"""

from dataclasses import dataclass
from typing import Literal

__all__ = ["COMMON", "KINDS", "Border", "Kind", "KindStyle", "PaintName"]

Kind = Literal["leaf", "data", "constant", "op", "cut"]
Border = Literal["solid", "dashed", "dotted"]
PaintName = Literal["leaf", "op", "loss", "data", "cut"]
"""The fields of a Theme that are paints of cards. The loss has its own, whichever kind it is of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KindStyle:
    """What a kind of node is for whoever draws or tells it.

    Attributes:
        paint: which paint of the theme its card has.
        corner: the radius of its card's corners, in points; a torn card's is that of the light
            around it.
        border: of its card; the loss has a second one, whichever kind it is of.
        is_torn: whether its card is torn where the gradient would go on.
        dot_style: Graphviz's style of its node.
        letter: what a page's script calls it; the script only asks which sliders are of data.
        takes_gradient: whether a gradient comes to it.
        accumulates_gradient: whether gradients end in it and are added up, as in a leaf's `.grad`.
        stops_gradient: whether a gradient ends at it that would have gone on.
        has_slider: whether a page can set its number, where no operation has made it.
        is_literal: whether it is a number of the program's own text: its value is its name, it has
            no line in the closing table, and no page changes it.
        word: what captions call one that has no name.
        plural: what captions call several.
        title: on the card of one that no operation has made, with a place for its {name}; a
            literal has no name.
        one, many: the sentence that gives such ones their values, of one and of several of them,
            with a place for their {names}; "" of kinds that it leaves out.
    """

    paint: PaintName
    corner: float
    border: Border = "solid"
    is_torn: bool = False
    dot_style: str
    letter: str
    takes_gradient: bool = False
    accumulates_gradient: bool = False
    stops_gradient: bool = False
    has_slider: bool = False
    is_literal: bool = False
    word: str
    plural: str
    title: str = "{name}"
    one: str = ""
    many: str = ""


KINDS: dict[Kind, KindStyle] = {
    "leaf": KindStyle(
        paint="leaf",
        corner=16.0,
        dot_style="rounded,filled",
        letter="l",
        takes_gradient=True,
        accumulates_gradient=True,
        has_slider=True,
        word="leaf",
        plural="leaves",
        one="{names} is a leaf: it gets a gradient.",
        many="{names} are leaves: each gets a gradient.",
    ),
    "data": KindStyle(
        paint="data",
        corner=2.0,
        border="dashed",
        dot_style="dashed,filled",
        letter="d",
        has_slider=True,
        word="data",
        plural="data",
        title="{name} · data",
        one="{names} is data: it gets no gradient.",
        many="{names} are data: they get no gradient.",
    ),
    "constant": KindStyle(
        paint="data",
        corner=2.0,
        border="dotted",
        dot_style="dotted,filled",
        letter="c",
        is_literal=True,
        word="constant",
        plural="constants",
        title="constant",
    ),
    "op": KindStyle(
        paint="op",
        corner=5.0,
        dot_style="filled",
        letter="o",
        takes_gradient=True,
        word="op",
        plural="operations",
    ),
    "cut": KindStyle(
        paint="cut",
        corner=5.0,
        is_torn=True,
        dot_style="diagonals,filled",
        letter="c",
        stops_gradient=True,
        word="cut",
        plural="cuts",
    ),
}
"""Every kind, in the order in which the first caption speaks of them."""

COMMON: Kind = "op"
"""The kind of most nodes: a page says once, in its style sheet, what their cards have in common."""
