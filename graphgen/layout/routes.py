"""The geometry of routes: reading splines, joining, spreading, measuring and shifting them."""

import math
from collections.abc import Iterator, Sequence

from graphgen.model.geometry import Box, Direction, Point, Route
from graphgen.model.graph import Graph

__all__ = [
    "beside",
    "joined",
    "moved",
    "route_of",
    "spread",
    "straight",
]

_LANE = 16.0
_CORNER = 12.0


def route_of(text: str, height: float) -> Route:
    """The route of a spline as dot writes it, "x,y x,y ...", y turned to grow down."""
    numbers = [pair.split(",")[-2:] for pair in text.split(";")[0].split()]
    return Route(tuple(Point(float(x), height - float(y)) for x, y in numbers))


def straight(start: Point, end: Point) -> Route:
    """A straight way."""
    return Route((start, _between(start, end, 1 / 3), _between(start, end, 2 / 3), end))


def joined(first: Route, second: Route) -> Route:
    """One route after the other, with a straight way between them."""
    gap = straight(first.points[-1], second.points[0])
    return Route(first.points + gap.points[1:] + second.points[1:])


def moved(route: Route, x: float, y: float) -> Route:
    """The route shifted, in points.

    Args:
        route: in points.
        x, y: what it is shifted by, in points.

    Returns:
        A new route, rounded to hundredths of a point.
    """
    return Route(tuple(Point(round(p.x + x, 2), round(p.y + y, 2)) for p in route.points))


def curves_of(route: Route) -> Iterator[tuple[Point, Point, Point, Point]]:
    """The cubic curves of a route, each as a start, two handles and an end."""
    points = route.points
    for index in range(0, len(points) - 1, 3):
        yield points[index], points[index + 1], points[index + 2], points[index + 3]


def beside(route: Route, distance: float) -> Route:
    """A route at a distance to the right of this one, seen along it (below it, going right)."""
    shifted: list[Point] = []
    for curve in curves_of(route):
        first, last = _normal(curve[0], curve[1], curve[3]), _normal(curve[2], curve[3], curve[0])
        ends = (first, first, last, last)
        moved_curve = [
            Point(round(p.x + n.x * distance, 2), round(p.y + n.y * distance, 2))
            for p, n in zip(curve, ends, strict=True)
        ]
        shifted.extend(moved_curve if not shifted else moved_curve[1:])
    return Route(tuple(shifted))


def spread(
    graph: Graph, boxes: Sequence[Box], routes: Sequence[Route], direction: Direction
) -> list[Route]:
    """The routes with their ends side by side along the borders of their cards, each as near as it
    can be to where it goes or comes from, so that no two cross close to a card.

    Args:
        graph: whose edges run along the routes.
        boxes: of the cards, in points.
        routes: one for each edge, in points.
        direction: values flow "lr" (to the right) or "tb" (down).

    Returns:
        The routes, in the same order.
    """
    flat = [box if direction == "lr" else _turned_box(box) for box in boxes]
    turned = [_turned(route, direction) for route in routes]
    columns = _columns(flat)
    starts = _by_card([edge.source for edge in graph.edges], len(boxes))
    _spread_side(turned, starts, flat, [right for _, right in columns])
    turned = [_reversed(route) for route in turned]
    ends = _by_card([edge.target for edge in graph.edges], len(boxes))
    _spread_side(turned, ends, flat, [left for left, _ in columns])
    return [_turned(_reversed(route), direction) for route in turned]


def _columns(boxes: Sequence[Box]) -> list[tuple[float, float]]:
    """For each card, where the column of cards begins and ends in which it stands."""
    ends: dict[int, tuple[float, float]] = {}
    for box in boxes:
        left, right = ends.get(round(box.center.x), (box.x, box.x + box.width))
        ends[round(box.center.x)] = (min(left, box.x), max(right, box.x + box.width))
    return [ends[round(box.center.x)] for box in boxes]


def _by_card(cards: Sequence[int], count: int) -> list[list[int]]:
    edges_of: list[list[int]] = [[] for _ in range(count)]
    for index, card in enumerate(cards):
        edges_of[card].append(index)
    return edges_of


def _spread_side(
    turned: list[Route], own: Sequence[list[int]], boxes: Sequence[Box], outs: Sequence[float]
) -> None:
    """Moves the starts of the routes at each card, in place; each goes level as far as outs."""
    for box, indices, out in zip(boxes, own, outs, strict=True):
        indices.sort(key=lambda index: (turned[index].points[3].y, _slope(turned[index]), index))
        wanted = [turned[index].points[3].y for index in indices]
        ends = _apart(wanted, box.y + _CORNER, box.y + box.height - _CORNER)
        for index, y in zip(indices, ends, strict=True):
            turned[index] = _starting_at(turned[index], y, out)


def _turned_box(box: Box) -> Box:
    return Box(box.y, box.x, box.height, box.width)


def _reversed(route: Route) -> Route:
    return Route(route.points[::-1])


def _turned(route: Route, direction: Direction) -> Route:
    """A route as it would be if values flowed to the right; doing it twice undoes it."""
    if direction == "lr":
        return route
    return Route(tuple(Point(point.y, point.x) for point in route.points))


def _apart(wanted: Sequence[float], low: float, high: float) -> list[float]:
    """Sorted positions between low and high, near the wanted ones and a lane apart if they can."""
    step = min(_LANE, (high - low) / max(1, len(wanted) - 1))
    positions: list[float] = []
    for position in wanted:
        least = positions[-1] + step if positions else low
        positions.append(max(least, min(position, high)))
    limit = high
    for index in range(len(positions) - 1, -1, -1):
        positions[index] = min(positions[index], limit)
        limit = positions[index] - step
    return positions


def _starting_at(route: Route, y: float, out: float) -> Route:
    """The route from another height of its source, leaving it level, at least as far as out, so
    that it passes the wider cards of the column before it turns."""
    first, _, second, end, *rest = route.points
    start = Point(first.x, y)
    is_long = abs(out - start.x) > 1.5 and (out - start.x) * (end.x - out) > 0
    lead = straight(start, Point(out, y)).points[:-1] if is_long else ()
    turn = Point(out, y) if is_long else start
    reach = (end.x - turn.x) * 0.5
    if rest and abs(rest[0].y - end.y) < 0.01:  # goes on level, so it may arrive level
        second = Point(end.x - reach, end.y)
    return Route((*lead, turn, Point(turn.x + reach, y), second, end, *rest))


def _slope(route: Route) -> float:
    """How steeply the route's first curve turns to the right-hand side of the flow."""
    start, end = route.points[0], route.points[3]
    return math.atan2(end.y - start.y, max(abs(end.x - start.x), 0.1))


def _normal(start: Point, end: Point, other: Point) -> Point:
    """The unit vector to the right of the way from start to end; other helps if they are one."""
    x, y = end.x - start.x, end.y - start.y
    if math.hypot(x, y) < 1e-6:
        x, y = other.x - start.x, other.y - start.y
    size = math.hypot(x, y) or 1.0
    return Point(-y / size, x / size)


def _between(start: Point, end: Point, share: float) -> Point:
    return Point(start.x + (end.x - start.x) * share, start.y + (end.y - start.y) * share)
