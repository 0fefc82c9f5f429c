"""Contours and surfaces: closed lines where they belong, and what stands before what."""

import math
from itertools import pairwise

import pytest

from graphgen.draw.contours import Place, borderless, contours, levels
from graphgen.draw.elements import box_of
from graphgen.draw.surfaces import Surface, View
from graphgen.model.geometry import Box
from graphgen.model.theme import DARK, LIGHT
from graphgen.model.timeline import Shape

COUNT = 41
XS = [-2.0 + 4.0 * at / (COUNT - 1) for at in range(COUNT)]
BOWL = [[x * x + y * y for x in XS] for y in XS]


def at(place: Place) -> tuple[float, float]:
    return tuple(-2.0 + 4.0 * part / (COUNT - 1) for part in place)  # type: ignore[return-value]


def area(line: list[Place]) -> float:
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(line)) / 2


def test_the_line_of_a_bowl_is_a_circle_around_a_hole() -> None:
    lines = contours(BOWL, 1.0)
    inner = min(lines, key=lambda line: abs(area(line)))
    assert len(lines) == 2
    assert all(math.hypot(*at(place)) == pytest.approx(1.0, abs=0.01) for place in inner)
    assert area(inner) * max((area(line) for line in lines), key=abs) < 0


def test_lines_are_closed_and_what_runs_along_the_border_is_left_out() -> None:
    lines = contours(BOWL, 5.0)
    assert all(line[0] == line[-1] for line in lines)
    pieces = [piece for line in lines for piece in borderless(line, COUNT, COUNT)]
    assert len(pieces) == 4
    for piece in pieces:
        inside = [place for place in piece if all(0 < part < COUNT - 1 for part in place)]
        assert len(inside) >= len(piece) - 2
        radii = [math.hypot(*at(place)) for place in piece]
        assert radii == pytest.approx([math.sqrt(5.0)] * len(piece), abs=0.01)


def test_what_is_not_finite_is_nowhere_above() -> None:
    holed = [[math.nan if abs(x) < 0.3 else 1.0 for x in XS] for _ in XS]
    lines = contours(holed, 0.5)
    assert len(lines) == 2
    assert all(math.isfinite(part) for line in lines for place in line for part in place)


@pytest.mark.parametrize("grid", [[[1.0, 1.0], [1.0, 1.0]], [[math.nan, math.nan]] * 2])
def test_a_plain_has_no_levels(grid: list[list[float]]) -> None:
    assert levels(grid, 5) == []


def test_there_is_as_much_between_two_levels_as_between_two_others() -> None:
    found = levels(BOWL, 7)
    heights = [z for row in BOWL for z in row]
    counts = [sum(a <= z < b for z in heights) for a, b in pairwise(found)]
    assert max(counts) - min(counts) < 0.02 * len(heights)


def surface(turn: float = 30.0, grid: list[list[float]] | None = None) -> Surface:
    return Surface("s", Box(0, 0, 400, 300), XS, XS, grid or BOWL, [1.0, 4.0], DARK, View(turn))


@pytest.mark.parametrize("turn", [-60.0, -10.0, 0.0, 35.0, 100.0, 200.0])
def test_a_surface_with_its_floor_fills_its_box_and_stays_in_it(turn: float) -> None:
    told = surface(turn)
    box = box_of([*told.sheet(), *told.floor()])
    assert box.x >= -1e-6
    assert box.y >= -1e-6
    assert box.x + box.width <= 400 + 1e-6
    assert box.y + box.height <= 300 + 1e-6
    assert max(box.width / 400, box.height / 300) > 0.99


def test_what_is_higher_stands_higher_and_what_is_nearer_lower() -> None:
    told = surface(0.0)
    assert told.at(0, 0, 4)[1] < told.at(0, 0, 0)[1]
    assert told.at(0, -2, 1)[1] > told.at(0, 2, 1)[1]
    assert told.at(-2, 0, 1)[0] < told.at(2, 0, 1)[0]


def test_a_hill_hides_what_is_behind_it() -> None:
    hill = [[8.0 * math.exp(-4 * (x * x + y * y)) for x in XS] for y in XS]
    told = surface(0.0, hill)
    assert told.sees(0.0, 0.0, 8.0)
    assert told.sees(0.0, -1.0, 0.15)
    assert not told.sees(0.0, 0.7, 0.9)
    assert told.sees(1.8, 1.0, 0.0)


@pytest.mark.parametrize("turn", [-40.0, 0.0, 30.0, 75.0, 120.0, 180.0])
def test_far_pieces_are_painted_first(turn: float) -> None:
    flat = surface(turn, [[0.0 for _ in XS] for _ in XS])
    rows: dict[str, list[float]] = {}
    for each in flat.sheet():
        rows.setdefault(each.key.split("/")[2], []).append(box_of([each]).center.y)
    middles = [sum(found) / len(found) for found in rows.values()]
    assert len(middles) == COUNT - 1
    assert middles == sorted(middles)


def test_a_hole_is_left_out() -> None:
    holed = [[math.inf if x > 0 else 1.0 + y for x in XS] for y in XS]
    whole = sum(len(e.form.paths) for e in surface().sheet() if isinstance(e.form, Shape))
    half = sum(len(e.form.paths) for e in surface(30.0, holed).sheet() if isinstance(e.form, Shape))
    assert whole == (COUNT - 1) ** 2
    assert half == whole // 2


def test_both_themes_have_ramps_of_their_own() -> None:
    from graphgen.draw.surfaces import ramp

    assert len({ramp(theme, share) for theme in (DARK, LIGHT) for share in (0.0, 0.5, 1.0)}) == 6
