"""What moves goes the way of its data: values forward, contributions back, and each in its time.

Read on plain data: storyboards and the keyframes of SVGs; tests/test_playing.py has films.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import accumulate, pairwise

import pytest
import torch

from graphgen import record
from graphgen.draw.builder import TimelineBuilder
from graphgen.draw.elements import box_of
from graphgen.draw.graphview import GraphView
from graphgen.model.geometry import Box
from graphgen.model.graph import Graph
from graphgen.model.picture import Picture
from graphgen.model.story import Step
from graphgen.model.timeline import Frame, Motion, Text, Timeline, Transition
from graphgen.narration.telling import arrivals
from graphgen.outputs.svg import on_paper
from graphgen.outputs.svg.document import timeline_svg
from tests.pictures import ZOO, picture
from tests.storyboards import board_of, own_lesson

pytestmark = pytest.mark.dot

every_graph = pytest.mark.parametrize("name", ZOO)

NEAR = 6.0
"""Points from a card within which a way begins or ends at it."""

Keyframe = tuple[float, Mapping[str, str]]
"""A time in percent, and the declarations that hold then."""


@cache
def shown_in(name: str) -> Picture:
    """The picture of a graph out of ZOO."""
    return picture(ZOO[name])


def board_for(shown: Picture) -> Timeline:
    """A storyboard with a step for each of a story's."""
    frame = Frame.of("16:9")
    builder = TimelineBuilder("", shown.theme, frame)
    view = GraphView(builder, shown.story, shown.layout, frame.stage)
    for at, step in enumerate(shown.story.steps):
        builder.step(step.caption)
        view.play(at)
    return builder.build()


@cache
def board_in(name: str) -> Timeline:
    """The storyboard of a graph out of ZOO."""
    return board_for(shown_in(name))


def cards(timeline: Timeline) -> dict[int, Box]:
    """Where each card of a graph stands, by the index of its node."""
    matches = (
        (re.fullmatch(r"graph/node/(\d+)/shell", e.key), e) for e in timeline.steps[-1].keyframe
    )
    return {int(match[1]): box_of([element]) for match, element in matches if match}


def chips(beat: Transition, graph: Graph) -> Iterator[tuple[int, Motion]]:
    """What travels along edges in a beat, each with the index of its edge: a value, or a
    contribution, which is known by what it becomes."""
    into = arrivals(graph)
    for motion in beat.motions:
        element = motion.elements[0]
        if "chip" not in element.classes.split():
            continue
        if match := re.match(r"graph/chip/(\d+)", element.key):
            yield int(match[1]), motion
        elif match := re.match(r"graph/node/(\d+)/gradient/(\d+)(?:/part/(\d+))?", element.key):
            yield into[int(match[1]), int(match[2])][int(match[3] or 0)], motion


def away(point: Sequence[float], box: Box) -> float:
    """How far a point is from a box; 0 inside."""
    x, y = point[0] - box.center.x, point[1] - box.center.y
    return math.hypot(max(abs(x) - box.width / 2, 0.0), max(abs(y) - box.height / 2, 0.0))


def check_way(path: Sequence[Sequence[float]], source: Box, target: Box, is_back: bool) -> None:
    """See that a way leads from its source to its target, or back: from where a contribution
    stands on the way, to the source."""
    first, last = path[0], path[-1]
    goal, origin = (source, target) if is_back else (target, source)
    assert away(last, goal) <= NEAR
    assert away(first, goal) > away(last, goal)
    assert away(last, origin) > away(first, origin)
    if not is_back:
        assert away(first, origin) <= NEAR


# Storyboards


@every_graph
def test_values_travel_to_their_operation_and_contributions_back_to_their_source(name: str) -> None:
    story, timeline = shown_in(name).story, board_in(name)
    boxes = cards(timeline)
    for step, shown in zip(story.steps, timeline.steps, strict=True):
        traveling = [each for beat in shown.transitions for each in chips(beat, story.graph)]
        moves = step.move in ("compute", "send")
        assert [edge for edge, _ in traveling] == (list(step.focus.edges) if moves else [])
        for index, motion in traveling:
            edge = story.graph.edges[index]
            source, target = boxes[edge.source], boxes[edge.target]
            check_way(motion.path, source, target, step.move == "send")


def test_in_a_scene_too_values_travel_forward_and_contributions_back() -> None:
    lesson = own_lesson("accumulate")
    timeline, graph = board_of(lesson), lesson.data.whole.story.graph
    boxes, directions = cards(timeline), set()
    for step in timeline.steps:
        for index, motion in (each for beat in step.transitions for each in chips(beat, graph)):
            edge, is_back = graph.edges[index], step.chapter == "gradients"
            check_way(motion.path, boxes[edge.source], boxes[edge.target], is_back)
            directions.add(is_back)
    assert directions == {False, True}


@every_graph
def test_a_traveler_sets_off_before_it_arrives(name: str) -> None:
    motions = [
        t for step in board_in(name).steps for beat in step.transitions for t in beat.motions
    ]
    assert motions
    for motion in motions:
        assert 0.0 <= motion.start < motion.end <= 1.0
        assert motion.path[0] != motion.path[-1]


@every_graph
def test_whoever_acts_is_bright_in_every_beat_of_its_step_and_nobody_else(name: str) -> None:
    story, timeline = shown_in(name).story, board_in(name)
    for step, shown in zip(story.steps, timeline.steps, strict=True):
        sources = {story.graph.edges[edge].source for edge in step.focus.edges}
        for beat in shown.transitions:
            bright = bright_in(beat)
            reached = sources if step.move == "send" and beat is shown.transitions[-1] else set()
            assert bright == {*step.focus.nodes} | reached, step.caption


def bright_in(beat: Transition) -> set[int]:
    """The nodes that have a bright ring at the end of a beat."""
    matches = (re.fullmatch(r"graph/node/(\d+)/glow", element.key) for element in beat.keyframe)
    return {int(match[1]) for match in matches if match}


def factors(graph: Graph, step: Step) -> tuple[float, float] | None:
    """The slope and the gradient from above of a step that sends one number."""
    if step.move != "send" or len(step.focus.edges) != 1:
        return None
    edge = graph.edges[step.focus.edges[0]]
    above = graph.nodes[edge.target].ports[0].grad
    if edge.local is None or above is None or edge.local.shape or above.shape:
        return None
    return edge.local.items[0], above.items[0]  # type: ignore[index]


def product_of(words: str) -> tuple[float, ...]:
    """The numbers in "5 × (−1)"."""
    return tuple(float(part.strip("()").replace("−", "-")) for part in words.split(" × "))


@pytest.mark.parametrize("name", ["two paths", "a product with itself", "data and a cut"])
def test_slope_times_above_is_shown_before_its_contribution_travels(name: str) -> None:
    story, timeline = shown_in(name).story, board_in(name)
    sent = 0
    for step, shown in zip(story.steps, timeline.steps, strict=True):
        expected = factors(story.graph, step)
        if expected is None:
            continue
        words = [products_in(beat) for beat in shown.transitions]
        travels = [bool([*chips(beat, story.graph)]) for beat in shown.transitions].index(True)
        assert [product_of(each) for each in words[0]] == [expected]
        assert travels > 0
        assert words[travels] == []
        sent += 1
    assert sent


def products_in(beat: Transition) -> list[str]:
    """The products that are shown at the end of a beat: the texts of its factors, together."""
    forms = [e.form for e in beat.keyframe if "product" in e.classes.split()]
    words = " ".join(form.text for form in forms if isinstance(form, Text))
    return [words] if words else []


# The SVG that moves


def keyframes_in(document: str) -> dict[str, list[Keyframe]]:
    """The keyframes of each class, in the order of their times, as a browser takes them."""
    rules = re.findall(r"@keyframes ([\w-]+)\{((?:[^{}]*\{[^{}]*\})*)\}", document)
    return {
        name: sorted(
            (
                (float(time.rstrip("%")), dict(each.split(":", 1) for each in told.split(";")))
                for times, told in re.findall(r"([^{}]+)\{([^{}]*)\}", body)
                for time in times.split(",")
            ),
            key=lambda keyframe: keyframe[0],
        )
        for name, body in rules
    }


def at_time(keyframes: Sequence[Keyframe], name: str, time: float) -> float:
    """A property at a time in percent."""
    known = [(when, float(told[name].rstrip("%"))) for when, told in keyframes if name in told]
    for (begin, one), (end, other) in pairwise(known):
        if begin <= time <= end:
            return one + (other - one) * (time - begin) / ((end - begin) or 1.0)
    raise AssertionError(f"{name} at {time}% is not told")


def check_journey(keyframes: Sequence[Keyframe], begin: float, end: float, is_back: bool) -> None:
    """See that something is seen where it sets off, goes one way, is seen where it arrives, and
    is on its way between two times."""
    seen = [
        (time, float(told["offset-distance"].rstrip("%")))
        for time, told in keyframes
        if told["opacity"] == "1"
    ]
    first, last = (100.0, 0.0) if is_back else (0.0, 100.0)
    assert [place for _, place in seen] == [first, last]
    assert begin - 0.06 <= seen[0][0] < seen[-1][0] <= end + 0.06
    assert keyframes[0][1] == {"opacity": "0", "offset-distance": f"{first:g}%"}
    assert keyframes[-1][1] == {"opacity": "0", "offset-distance": f"{last:g}%"}


@pytest.mark.parametrize("name", ["accumulate", *ZOO])
def test_an_svg_sends_its_travelers_along_their_paths_in_their_beats(name: str) -> None:
    timeline = on_paper(shown_in(name)) if name in ZOO else board_of(own_lesson(name))
    document = timeline_svg(timeline, "animated")
    keyframes = keyframes_in(document)
    seconds = float(re.findall(r"animation-duration:([\d.]+)s", document)[0])
    paths = dict(re.findall(r"\.([\w-]+)\{offset:path\('([^']+)", document))
    groups = re.findall(r'<g class="([\w-]+) ([\w-]+-r\d+)">', document)
    beats = [beat for step in timeline.steps for beat in step.transitions]
    begins = [*accumulate((beat.seconds for beat in beats), initial=0.0)]
    expected = [
        (100 * begins[at] / seconds, 100 * begins[at + 1] / seconds, motion)
        for at, beat in enumerate(beats)
        for motion in beat.motions
    ]
    for (begin, end, motion), (named, line) in zip(expected, groups, strict=True):
        check_journey(keyframes[named], begin, end, is_back=False)
        first = [float(each) for each in re.findall(r"-?[\d.]+", paths[line])[:2]]
        assert first == pytest.approx(motion.path[0], abs=0.51)


# Every medium


def test_contributions_arrive_in_autograds_order() -> None:
    """What torch's own backward pass does, noted by hooks on the operations that use x."""
    x, y = (torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in (2.0, 3.0))
    uses = {"MulBackward0": x * y, "PowBackward0": x**2, "SinBackward0": torch.sin(x)}
    order: list[str] = []
    for name, tensor in uses.items():
        tensor.grad_fn.register_hook(lambda *_, name=name: order.append(name))  # type: ignore[union-attr]
    a, b, c = uses.values()
    ((a + b) * c).backward()
    graph = record("a = x * y; b = x ** 2; c = sin(x); z = (a + b) * c", {"x": 2.0, "y": 3.0})
    leaf = next(at for at, node in enumerate(graph.nodes) if node.name == "x")
    shown = picture(graph)
    timeline = board_for(shown)

    def into_x(edges: Sequence[int]) -> list[str]:
        ends = [graph.edges[edge] for edge in edges]
        return [graph.nodes[edge.target].op for edge in ends if edge.source == leaf]

    sends = [(at, step) for at, step in enumerate(shown.story.steps) if step.move == "send"]
    in_story = [edge for _, step in sends for edge in step.focus.edges]
    in_board = [
        edge
        for at, _ in sends
        for beat in timeline.steps[at].transitions
        for edge, _ in chips(beat, graph)
    ]
    assert len(order) == 3
    assert into_x(in_story) == order
    assert into_x(in_board) == order
    column = next(row.parts for row in shown.story.table if row.name == "x")
    slopes = {"MulBackward0": y * torch.sin(x), "PowBackward0": 2 * x * torch.sin(x),
              "SinBackward0": torch.cos(x) * (a + b)}  # fmt: skip
    assert [float(part.replace("−", "-")) for part in column] == pytest.approx(
        [slopes[name].item() for name in order], rel=1e-3
    )


def test_the_sliding_tangent_says_the_slope_that_it_has() -> None:
    """y = 0.5 (x − 3)²: at each place the slope is x − 3, and what falls is told as negative."""
    lesson = own_lesson("tangent")
    step = next(s for s in board_of(lesson).steps if s.caption.startswith("Slide"))
    curve, signs = lesson.data.curve, set()
    for beat in step.transitions:
        elements = {element.key: element for element in beat.keyframe}
        (path,) = elements["curve/line"].form.paths
        share = (box_of([elements["curve/here"]]).center.x - path[0][0]) / (
            path[-1][0] - path[0][0]
        )
        x = curve.xs[0] + share * (curve.xs[-1] - curve.xs[0])
        words = elements["curve/told"].form.text
        slope = float(words.removeprefix("slope ").replace("−", "-"))
        assert slope == pytest.approx(x - 3.0, abs=0.01)
        (tangent,) = elements["curve/tangent"].form.paths
        (x1, y1), (x2, y2) = tangent[0], tangent[-1]
        if abs(slope) > 0.05:
            assert ((y1 - y2) * (x2 - x1) > 0) == (slope > 0)
            signs.add(slope > 0)
    assert signs == {False, True}
