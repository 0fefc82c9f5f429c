"""Pages of expressions for tests, and every operation that may be applied to single numbers."""

import base64
import gzip
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import graphgen
from graphgen.model.errors import ExpressionError
from graphgen.model.graph import Graph
from graphgen.model.picture import Picture
from graphgen.model.theme import DARK, ThemeName
from graphgen.ops import FUNCTIONS
from graphgen.outputs.page.document import document
from graphgen.outputs.page.views import views_of

__all__ = [
    "PAGE",
    "domain_of",
    "evaluated",
    "graph_of",
    "operations",
    "page_of",
    "sixty_nodes",
    "told_in",
    "written",
]

Values = Mapping[str, Any]

_DOMAINS = {
    "acos": (-0.95, 0.95),
    "asin": (-0.95, 0.95),
    "log": (0.1, 4.0),
    "log1p": (-0.9, 4.0),
    "sqrt": (0.1, 4.0),
    "tan": (-1.4, 1.4),
    "**": (0.1, 3.0),
    "pow": (0.1, 3.0),
}
"""Where an operation has a gradient; elsewhere -3 to 3."""


def graph_of(text: str, values: Values, data: Sequence[str] = ()) -> Graph:
    """What torch makes of an expression."""
    return graphgen.record(graphgen.parse(text), values, data)


def page_of(
    graph: Graph, title: str = "", whole: Graph | None = None, theme: ThemeName | None = None
) -> str:
    """The page of a graph."""
    story = graphgen.tell(graph, title)
    picture = Picture(story, graphgen.place(story, DARK), DARK)
    return document(views_of(picture, whole), theme)


def sixty_nodes() -> Graph:
    """An expression of 8 leaves and 52 operations on two of them each."""
    lines = ["v0 = w0 * w1"]
    for index in range(1, 52):
        sign = "*" if index % 3 == 0 else "-" if index % 3 == 1 else "+"
        lines.append(f"v{index} = v{index - 1} {sign} w{index % 8}")
    values = {f"w{index}": 0.3 + 0.1 * index for index in range(8)}
    return graph_of("\n".join(lines), values)


def told_in(page: str) -> Any:
    """What a page tells its script, unpacked."""
    (text,) = re.findall(r'<script[^>]*class="told">(.*?)</script>', page, re.DOTALL)
    told = json.loads(text)
    if not isinstance(told, str):
        return told
    return json.loads(gzip.decompress(base64.b85decode(told.replace(",", "<").replace(".", "&"))))


PAGE = "document.querySelector('.autoviz').page"
"""A page of ours, in its own script."""


def evaluated(page: Any, body: str, given: Any = None) -> Any:
    """What a script answers; `page` is our page, `given` is passed as JSON."""
    return page.evaluate(f"async (given) => {{ const page = {PAGE}; {body} }}", given)


def written(folder: Path, text: str, values: Values, data: Sequence[str] = ()) -> str:
    """The address of the page of an expression."""
    path = folder / "page.html"
    path.write_text(_page(text, json.dumps(values), tuple(data)), encoding="utf-8")
    return path.as_uri()


@cache
def _page(text: str, values: str, data: tuple[str, ...]) -> str:
    """The page of an expression: many tests look at the same."""
    return page_of(graph_of(text, json.loads(values), data))


def domain_of(text: str) -> tuple[float, float]:
    """From where to where the numbers of an operation are taken."""
    return next((found for name, found in _DOMAINS.items() if name in text), (-3.0, 3.0))


def _applied() -> Iterator[str]:
    """Every function and every operator, on single numbers."""
    for sign in ("+", "-", "*", "/", "**"):
        yield from (f"a {sign} b", f"2 {sign} a + b", f"a {sign} 3 + b")
    yield from ("-a * b", "a ** 0.5 * b", "a ** -1.5 * b", "a * a * b", "a ** 1 * b", "a ** 0 + b")
    for name, function in FUNCTIONS.items():
        arguments = ["a", "b"][: len(function.arguments) - function.literals]
        told = ", ".join(arguments + ["-0.5", "1.5"][: function.literals])
        yield f"{name}({told}) * b"


def _is_possible(text: str) -> bool:
    try:
        graph_of(text, {"a": 0.5, "b": 0.7})
    except ExpressionError:
        return False
    return True


@cache
def operations() -> tuple[str, ...]:
    """Expressions of a and b, one for each operation that takes single numbers."""
    return tuple(filter(_is_possible, _applied()))
