"""The colours of numbers: the same in every medium, and no value in the colour of a gradient."""

import math
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace

import pytest
from graphgen.scenes.timeline import Stage

from graphgen import write
from graphgen.draw.builder import TimelineBuilder
from graphgen.draw.graphview import GraphView
from graphgen.draw.paper import paper_of
from graphgen.model.geometry import Box
from graphgen.model.graph import Array, Cell, Graph, Part, Port, Summary
from graphgen.model.picture import Picture
from graphgen.model.story import texts_after
from graphgen.model.theme import DARK, LIGHT, Theme
from graphgen.model.timeline import Frame, Shape
from graphgen.outputs.page.views import views_of
from graphgen.text.mixing import mix
from graphgen.text.tints import around_zero, strip_cells
from tests.filming import HEIGHT, colour_of, parts_of, timeline_in, watched
from tests.pictures import matrices, picture

THEMES = pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
MEANS = (-1.0, -0.5, -0.01, 0.0, 0.01, 0.5, 1.0, math.nan)
BIG = 2
"""The node of `matrices` whose array is too large for numbers."""


def large(means: tuple[float, ...] = MEANS) -> Array:
    return Array((80,), "float64", None, Summary(-1.0, 1.0, 0.1, 5.0, 1, 0, means))


def pictured(theme: Theme) -> Picture:
    graph = matrices()
    nodes = list(graph.nodes)
    nodes[BIG] = replace(nodes[BIG], ports=(Port(large(), large(MEANS[::-1])),))
    return picture(Graph(tuple(nodes), graph.edges), theme)


def expected(part: Part, theme: Theme) -> list[str]:
    means = MEANS if part == "value" else MEANS[::-1]
    return [color for _, color in strip_cells(large(means), part, Box(0, 0, 80, 9), theme)]


_CELL = r'<(?:path|rect) (?:class="(\w+)" )?(?:opacity="(\d+)%" )?d?[^>]*?M?([\d.]+)[^>]*/>'
"""A cell of a strip as the page writes it: its class, its share, and where it begins."""


def in_svg(shown: Picture, part: Part) -> list[str]:
    strip = next(p.strip for p in shown.layout.places if p.cell == Cell(part, BIG))
    assert strip is not None
    sheet = paper_of(shown.story, shown.layout, shown.theme, [shown.story.steps[-1].caption])
    root = ET.fromstring(write(shown, None, "svg", svg_style="still"))
    colors = {}
    for cell in root.iter("{http://www.w3.org/2000/svg}path"):
        if {"av-strip", f"av-{part}"} <= {*(cell.get("class") or "").split()}:
            x, y = map(float, re.findall(r"[\d.]+", cell.get("d") or "")[:2])
            if y == pytest.approx(sheet.top + strip.y, abs=0.1):
                colors[x] = cell.get("fill", "")
    return [colors[x] for x in sorted(colors)]


def in_film(shown: Picture, part: Part) -> list[str]:
    """The colours of the mobjects that stand where the layout has the strip."""
    timeline = timeline_in(shown)
    strip = next(p.strip for p in shown.layout.places if p.cell == Cell(part, BIG))
    assert strip is not None
    painter = Stage(timeline, HEIGHT).painter
    painter.look_through(timeline.steps[-1].transitions[0].camera or timeline.camera)
    corners = ((strip.x, strip.y), (strip.x + strip.width, strip.y + strip.height))
    (left, top, _), (right, bottom, _) = painter.line(corners)
    wide = (right - left) / len(MEANS)
    colors = [shown.theme.page] * len(MEANS)
    for each in parts_of(watched(timeline, 5).stills[-1]):
        low, high = each.points.min(axis=0), each.points.max(axis=0)
        if high[0] - low[0] == pytest.approx(wide, 0.02) and (
            (low[1], high[1]) == pytest.approx((bottom, top), abs=0.01)
        ):
            colors[round((low[0] - left) / wide)] = colour_of(each)
    return colors


def in_scene(shown: Picture, part: Part) -> list[str]:
    frame = Frame.of("16:9")
    view = GraphView(
        TimelineBuilder("", shown.theme, frame),
        shown.story,
        shown.layout,
        Box(0, 0, frame.width, 400),
    )
    *_, texts = texts_after(shown.story)
    elements = view.text(Cell(part, BIG), texts[Cell(part, BIG)])
    cells = [each for each in elements if "/strip/" in each.key]
    assert all(isinstance(each.form, Shape) for each in cells)
    return [each.form.fill for each in cells]


def in_page(shown: Picture, part: Part) -> list[str]:
    strip = next(p.strip for p in shown.layout.places if p.cell == Cell(part, BIG))
    assert strip is not None
    cells = [shown.theme.page] * len(MEANS)
    drawn = re.findall(
        r'<g class="whole" fill="([^"]*)"><path d="([^"]*)"/></g>|'
        r'<g fill="([^"]*)"><path d="([^"]*)"/></g>',
        views_of(shown)[0].painted.svg,
    )
    for fill, path in ((one[0] or one[2], one[1] or one[3]) for one in drawn):
        for x, y, wide in re.findall(r"M([\d.]+) ([\d.]+)[hl]([\d.]+)", path):
            is_cell = float(wide) == pytest.approx(strip.width / len(MEANS), abs=0.2)
            if is_cell and float(y) == pytest.approx(strip.y, abs=0.1):
                at = round((float(x) - strip.x) / strip.width * len(MEANS))
                cells[at] = color_of(fill, shown.theme)
    return cells


def color_of(fill: str, theme: Theme) -> str:
    """The colour of a theme that a page's fill is."""
    mixed = re.fullmatch(r"color-mix\(in srgb,var\(--(\w+)\) (\d+)%,var\(--(\w+)\)\)", fill)
    if mixed is None:
        return str(getattr(theme, fill.removeprefix("var(--").removesuffix(")")))
    one, share, other = mixed.groups()
    return mix(getattr(theme, other), getattr(theme, one), int(share) / 100)


def near(colors: list[str], others: list[str]) -> bool:
    """Whether colours are equal but for the page's whole percents."""
    channels = [
        (int(one[at : at + 2], 16), int(other[at : at + 2], 16))
        for one, other in zip(colors, others, strict=True)
        for at in (1, 3, 5)
    ]
    return all(abs(one - other) <= 2 for one, other in channels)


@pytest.mark.dot
@THEMES
@pytest.mark.parametrize("part", ["value", "gradient"])
@pytest.mark.parametrize("medium", [in_svg, in_film, in_scene, in_page])
def test_a_strip_has_the_same_colours_in_every_medium(
    medium: Callable[[Picture, Part], list[str]], part: Part, theme: Theme
) -> None:
    colors = medium(pictured(theme), part)
    assert near(colors, expected(part, theme)), (colors, expected(part, theme))


@THEMES
def test_no_value_has_the_colour_of_a_gradient(theme: Theme) -> None:
    """Not one of the shades that lead to the gradient's colour, and the other way."""
    numbers = [at / 50 for at in range(-50, 51) if at]
    values, gradients = (around_zero([1.0], end, theme) for end in (theme.forward, theme.backward))
    of_values = {values.of(number) for number in numbers}
    of_rising_gradients = {gradients.of(number) for number in numbers if number > 0.05}
    assert of_values.isdisjoint(of_rising_gradients)
    assert {gradients.of(number) for number in numbers}.isdisjoint(
        {values.of(number) for number in numbers if number > 0.05}
    )


@THEMES
def test_numbers_of_opposite_signs_differ_and_are_as_strong(theme: Theme) -> None:
    tints = around_zero([-2.0, 1.0], theme.forward, theme)
    assert tints.of(0.0) == theme.page
    assert tints.of(1.0) != tints.of(-1.0)
    assert tints.of(2.0) == mix(theme.page, theme.forward, 0.92)
    assert tints.of(-2.0) == mix(theme.page, theme.shared, 0.92)


@THEMES
@pytest.mark.parametrize("odd", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_has_the_colour_of_alarm(odd: float, theme: Theme) -> None:
    assert around_zero([1.0, odd], theme.forward, theme).of(odd) == theme.alarm
    assert around_zero([odd], theme.forward, theme).of(0.5) == around_zero(
        [1.0], theme.forward, theme
    ).of(0.5)
