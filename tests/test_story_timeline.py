"""A story as a timeline: what is seen of it at each step, read on plain data."""

import math
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphgen import record
from graphgen.draw.cameras import cameras_of, projected
from graphgen.draw.classes import CLASSES
from graphgen.draw.elements import box_of, overlap, text_box
from graphgen.draw.paper import paper_of
from graphgen.draw.story_timeline import beats_of, draw_story
from graphgen.layout import place
from graphgen.layout.measure import spots
from graphgen.model.geometry import Box
from graphgen.model.graph import Cell, Graph
from graphgen.model.picture import Picture
from graphgen.model.story import Step, texts_after
from graphgen.model.theme import DARK, LIGHT
from graphgen.model.timeline import Element, Frame, Keyframe, Motion, Shape, Text, Timeline
from graphgen.narration.telling import arrivals
from graphgen.text.digits import number
from graphgen.text.tints import strip_cells
from tests.pictures import ZOO, picture, sixty
from tests.storyboards import BOARDS, board_of, faults, own_lesson
from tests.strategies import Made, programs

pytestmark = pytest.mark.dot

FRAMES = {"paper": None, "wide": Frame.of("16:9"), "tall": Frame.of("9:16")}
every_graph = pytest.mark.parametrize("name", ZOO)
every_frame = pytest.mark.parametrize("frame", FRAMES)
NEURON = "n = w1 * x1 + w2 * x2 + b; o = tanh(n); loss = (o - t) ** 2"
AT_NEURON = {"w1": -3.0, "x1": 2.0, "w2": 1.0, "x2": 0.5, "b": 6.88, "t": 0.5}


@cache
def shown_in(name: str) -> Picture:
    """The picture of a graph out of ZOO, of the neuron, or of sixty nodes."""
    if name == "neuron":
        return picture(record(NEURON, AT_NEURON, ("x1", "x2", "t")), title=NEURON)
    return picture(sixty() if name == "sixty" else ZOO[name])


@cache
def drawn(name: str, frame: str = "wide") -> Timeline:
    """Its timeline."""
    shown = shown_in(name)
    return draw_story(shown.story, shown.layout, shown.theme, FRAMES[frame])


def classes(element: Element) -> set[str]:
    return set(element.classes.split())


def letters(keyframe: Keyframe, cell: Cell) -> list[str]:
    """What a cell shows, entry by entry, without the sign."""
    key = f"graph/node/{cell.index}/{cell.part}/{cell.port}"
    if cell.part == "contribution":
        key = f"graph/edge/{cell.index}/pill"
    return [
        element.form.text
        for element in keyframe
        if re.fullmatch(rf"{key}/\d+", element.key) and isinstance(element.form, Text)
    ]


def entries(shown: str) -> list[str]:
    """The entries of a cell's text."""
    return [spot.text for spot in spots(shown, 1.0)] or [""]


def is_said(read: list[str], shown: str) -> bool:
    """Whether what can be read is a text, or the beginning of one that is too long."""
    return len(read) == len(entries(shown)) and all(
        one == other or (one.endswith("…") and other.startswith(one[:-1].rstrip()))
        for one, other in zip(read, entries(shown), strict=True)
    )


def traveling(timeline: Timeline, at: int, graph: Graph) -> Iterator[tuple[int, Motion]]:
    """What travels along edges in a step, each with its edge: a value, or a contribution, which is
    known by what it becomes."""
    into = arrivals(graph)
    for transition in timeline.steps[at].transitions:
        for motion in transition.motions:
            element = motion.elements[0]
            if "chip" not in classes(element):
                continue
            if match := re.match(r"graph/chip/(\d+)", element.key):
                yield int(match[1]), motion
            elif match := re.match(r"graph/node/(\d+)/gradient/(\d+)(?:/part/(\d+))?", element.key):
                yield into[int(match[1]), int(match[2])][int(match[3] or 0)], motion


# What is said


def check_texts(shown: Picture, timeline: Timeline) -> None:
    """See that at the end of each step every cell shows what the story has written, but for
    gradients that are still being added up, and that at the end all do."""
    places = {place.cell for place in shown.layout.places}
    for texts, step in zip(texts_after(shown.story), timeline.steps, strict=True):
        is_last = step is timeline.steps[-1]
        for cell, text in texts.items():
            if cell in places and (is_last or cell.part in ("title", "value", "contribution")):
                assert is_said(letters(step.keyframe, cell), text), (step.caption, cell)


@every_graph
@every_frame
def test_each_cell_shows_what_the_story_has_written(name: str, frame: str) -> None:
    check_texts(shown_in(name), drawn(name, frame))


@settings(max_examples=6, deadline=None)
@given(programs(), st.sampled_from(list(FRAMES)))
def test_of_any_program_the_last_texts_are_the_graphs_numbers(made: Made, frame: str) -> None:
    shown = picture(record(made.program, made.values))
    timeline = draw_story(shown.story, shown.layout, shown.theme, FRAMES[frame])
    check_texts(shown, timeline)
    check_shares(timeline)
    check_camera(shown, timeline)


@every_graph
@pytest.mark.parametrize("frame", ["paper", "wide"])
def test_each_step_of_the_story_is_a_step_with_its_caption(name: str, frame: str) -> None:
    story, timeline = shown_in(name).story, drawn(name, frame)
    assert [step.caption for step in timeline.steps] == [step.caption for step in story.steps]
    for step, seen in zip(story.steps, timeline.steps, strict=True):
        words = " ".join(
            e.form.text
            for e in seen.keyframe
            if "caption" in classes(e) and isinstance(e.form, Text)
        )
        assert words.split() == step.caption.split()
        assert seen.seconds >= step.seconds


def test_a_film_ends_on_the_sum_of_the_shared_leaf_and_paper_on_the_table() -> None:
    film, paper = drawn("two paths"), drawn("two paths", "paper")
    total = [e.form.text for e in film.steps[-1].keyframe if "total" in classes(e)]  # type: ignore[union-attr]
    assert total == ["∂c/∂b = 5 + 3 = 8"]
    table = [e.form.text for e in paper.steps[-1].keyframe if "table" in classes(e)]  # type: ignore[union-attr]
    assert "5 via c = s × b, plus 3 via s = a + b, is 8" in table
    assert not any("table" in classes(e) for e in film.steps[-1].keyframe)
    assert {film.poster, paper.poster} == {len(film.steps) - 1}


@pytest.mark.parametrize("frame", ["wide", "tall"])
def test_at_the_end_the_graph_is_as_large_as_it_was_and_the_sum_stands_where_it_is_free(
    frame: str,
) -> None:
    timeline, form = drawn("two paths", frame), FRAMES[frame]
    assert form is not None
    scales = [camera.scale for _, _, camera in cameras_of(timeline) if camera is not None]
    assert scales[-1] >= 0.9 * max(scales)
    *_, (_, last, camera) = cameras_of(timeline)
    seen = projected(last.keyframe, camera, form)
    (total,) = [box_of([e]) for e in seen if "total" in classes(e)]
    world = [box_of([e]) for e in seen if e.key.startswith("graph/")]
    assert total.height >= 0.03 * min(form.width, form.height)
    assert not any(overlap(total, box) for box in world)
    assert total.x >= form.stage.x
    assert total.x + total.width <= form.stage.x + form.stage.width


def test_the_formulas_letters_fly_to_the_leaves_and_become_their_titles() -> None:
    program = "c = (a + b) * b"
    own = picture(record(program, {"a": 2.0, "b": 3.0}), title=program)
    timeline = draw_story(own.story, own.layout, own.theme, FRAMES["wide"])
    transitions = timeline.steps[0].transitions
    flying = [(each, motion) for each in transitions for motion in each.motions]
    words = [motion.elements[0].form.text for _, motion in flying]  # type: ignore[union-attr]
    assert words == ["a", "b", "b"]
    (formula,) = [e.form for e in transitions[-1].keyframe if e.key == "title/0"]
    assert isinstance(formula, Text)
    camera = timeline.camera
    assert camera is not None
    for transition, motion in flying:
        after = {element.key: element for element in transition.keyframe}
        goal = after[motion.elements[0].key].form
        assert isinstance(goal, Text)
        assert motion.path[-1] == (goal.x, goal.y)
        x, y = camera.project(*motion.path[0], timeline.frame)
        start = text_box(formula)
        assert start.x < x < start.x + start.width
        assert abs(y - formula.y) < 0.1
    starts = [motion.path[0][0] for _, motion in flying]
    assert starts == sorted(set(starts))
    assert all(
        any(element.key.startswith("graph/") for element in each.keyframe)
        for each in transitions[1:]
    )


# What moves


@every_graph
@pytest.mark.parametrize("frame", ["paper", "wide"])
def test_values_travel_forward_and_contributions_back_in_the_storys_order(
    name: str, frame: str
) -> None:
    shown, timeline = shown_in(name), drawn(name, frame)
    graph, boxes = shown.story.graph, cards(timeline)
    for at, step in enumerate(shown.story.steps):
        own = [*traveling(timeline, at, graph)]
        moves = step.move in ("compute", "send")
        assert [edge for edge, _ in own] == (list(step.focus.edges)[:5] if moves else [])
        for edge, motion in own:
            source, target = boxes[graph.edges[edge].source], boxes[graph.edges[edge].target]
            goal, origin = (source, target) if step.move == "send" else (target, source)
            assert away(motion.path[-1], goal) <= 6.0 < away(motion.path[0], goal) + 6.0
            assert away(motion.path[-1], origin) > away(motion.path[0], origin)
            if step.move == "send":  # nor does it go a part of the way in the other direction
                nearest = min(away(point, origin) for point in motion.path)
                assert nearest >= away(motion.path[0], origin) - 8.0
            assert 0.0 <= motion.start < motion.end <= 1.0


@every_graph
def test_a_number_lands_as_what_stands_there_at_the_end(name: str) -> None:
    timeline = drawn(name)
    for step in timeline.steps:
        for transition in step.transitions:
            after = {element.key: element for element in transition.keyframe}
            for motion in (each for each in transition.motions if each.ends_visible):
                assert {each.key for each in motion.elements} <= transition.landing
                there = box_of([after[each.key] for each in motion.elements]).center
                assert abs(there.x - motion.path[-1][0]) + abs(there.y - motion.path[-1][1]) < 2.0
                words = [e.form.text for e in motion.elements if isinstance(e.form, Text)]
                stands = [after[e.key].form for e in motion.elements if isinstance(e.form, Text)]
                assert words == [form.text for form in stands if isinstance(form, Text)]


@every_graph
@every_frame
def test_no_plate_stands_without_its_number_or_covers_one_that_stays(name: str, frame: str) -> None:
    timeline = drawn(name, frame)
    before: Keyframe = ()
    chips = 0
    for step in timeline.steps:
        for transition in step.transitions:
            pictures = [transition.keyframe, *(motion.elements for motion in transition.motions)]
            for picture_ in pictures:
                keys = {e.key for e in picture_ if isinstance(e.form, Text)}
                for plate in (e for e in picture_ if re.search(r"graph/.*/plate$", e.key)):
                    stem = plate.key.removesuffix("plate")
                    chip = re.sub(r"/node/.*|/chip/.*", "", stem)
                    own = any(key.startswith(stem) for key in keys)
                    factors = "product" in classes(plate) and any(
                        key.startswith(f"{chip}/chip/") for key in keys
                    )
                    assert own or factors, (step.caption, plate.key)
                    chips += 1
            after = {element.key: element for element in transition.keyframe}
            for plate in before:
                if plate.key.endswith("/plate") and plate.key not in after:
                    stay = after.get(f"{plate.key.removesuffix('plate')}0")
                    assert stay is None or stay.layer > plate.layer, (step.caption, plate.key)
            before = transition.keyframe
    assert chips


@pytest.mark.parametrize("name", ["two paths", "a product with itself", "data and a cut"])
def test_a_product_is_seen_before_its_contribution_travels(name: str) -> None:
    shown, timeline = shown_in(name), drawn(name)
    sent = 0
    for at, step in enumerate(shown.story.steps):
        factors = factors_of(shown.story.graph, step)
        if factors is None:
            continue
        transitions = timeline.steps[at].transitions
        first = next(
            number
            for number, each in enumerate(transitions)
            if any("chip" in classes(motion.elements[0]) for motion in each.motions)
        )
        words = [product_in(each.keyframe) for each in transitions]
        assert words[0] == factors
        assert first > 0
        assert words[first] == []
        sent += 1
    assert sent


def factors_of(graph: Graph, step: Step) -> list[float] | None:
    """The slope and the gradient from above of a step that sends one number."""
    if step.move != "send" or len(step.focus.edges) != 1:
        return None
    edge = graph.edges[step.focus.edges[0]]
    above = graph.nodes[edge.target].ports[0].grad
    if edge.local is None or above is None or edge.local.shape or above.shape:
        return None
    return [edge.local.items[0], above.items[0]]  # type: ignore[index, list-item]


def product_in(keyframe: Keyframe) -> list[float]:
    """The factors that are shown."""
    return [
        float(e.form.text.strip("()").replace("−", "-"))
        for e in keyframe
        if {"product"} <= classes(e) and "sign" not in classes(e) and isinstance(e.form, Text)
    ]


def test_two_contributions_wait_side_by_side_slide_together_and_become_their_sum() -> None:
    timeline = drawn("two paths")
    (at,) = [n for n, step in enumerate(shown_in("two paths").story.steps) if step.move == "sum"]
    gradient = re.compile(r"graph/node/1/gradient/0/")

    def seen(keyframe: Keyframe) -> tuple[list[str], set[tuple[float, ...]]]:
        own = [element for element in keyframe if gradient.match(element.key)]
        plates = [box_of([e]) for e in own if isinstance(e.form, Shape)]
        words = [e.form.text for e in own if isinstance(e.form, Text)]
        return words, {(box.x, box.width) for box in plates}

    before = seen(timeline.steps[at - 1].keyframe)
    assert before[0] == ["∂", "5", "+", "3"]
    assert len(before[1]) == 2
    looks = [seen(transition.keyframe) for transition in timeline.steps[at].transitions]
    assert ["∂", "5", "+", "3"] in [words for words, plates in looks if len(plates) == 1]
    assert looks[-1] == (["∂", "8"], set())


def test_of_many_contributions_the_card_shows_the_running_total() -> None:
    shown = picture(record("y = a * a + a * 2 + exp(a) + sin(a)", {"a": 1.5}))
    timeline = draw_story(shown.story, shown.layout, shown.theme)
    graph, cell = shown.story.graph, Cell("gradient", 0)
    into = [graph.edges[edge].contribution for edge in arrivals(graph)[0, 0]]
    parts = [share.items[0] for share in into if share is not None and share.items is not None]
    totals = [float(number(math.fsum(parts[:k + 1])).replace("−", "-"))  # type: ignore[arg-type]
              for k in range(len(parts))]  # fmt: skip
    read = [letters(step.keyframe, cell) for step in timeline.steps]
    seen = [float(words[0].replace("−", "-")) for words in read if words]
    assert len(parts) == 5
    assert list(dict.fromkeys(seen)) == totals
    (at,) = [n for n, step in enumerate(shown.story.steps) if step.move == "sum"]
    joining = [m for each in timeline.steps[at].transitions for m in each.motions]
    assert len(joining) == 1


# Who is bright


@every_graph
@every_frame
def test_whoever_acts_is_active_in_its_step_and_nobody_else(name: str, frame: str) -> None:
    story, timeline = shown_in(name).story, drawn(name, frame)
    for step, shown in zip(story.steps, timeline.steps, strict=True):
        if step.move in ("open", "close"):
            continue
        sources = {story.graph.edges[edge].source for edge in step.focus.edges}
        allowed = {*step.focus.nodes} | (sources if step.move == "send" else set())
        active = {
            int(match[1])
            for element in shown.keyframe
            if "active" in classes(element)
            and (match := re.match(r"graph/node/(\d+)", element.key))
        }
        assert {*step.focus.nodes} <= active <= allowed
        edges = {
            int(match[1])
            for element in shown.keyframe
            if "active" in classes(element)
            and (match := re.match(r"graph/edge/(\d+)", element.key))
        }
        assert edges == (set() if step.move == "stop" else {*step.focus.edges})


@every_graph
def test_each_path_has_its_own_class_and_its_own_tint(name: str) -> None:
    graph, timeline = shown_in(name).story.graph, drawn(name)
    last = {element.key: element for element in timeline.steps[-1].keyframe}
    for edges in arrivals(graph).values():
        lanes = [last[f"graph/edge/{edge}/back"] for edge in edges]
        tints = [lane.form.line for lane in lanes if isinstance(lane.form, Shape)]
        assert len({*tints}) == min(4, len(edges))
        paths = [sorted(each for each in classes(lane) if "path-" in each) for lane in lanes]
        numbers = [[f"path-{at % 4 + 1}"] for at in range(len(edges))]
        assert paths == (numbers if len(edges) > 1 else [[]])


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_a_strip_has_the_colours_that_every_strip_has(theme: object) -> None:
    story = shown_in("matrices").story
    assert theme in (DARK, LIGHT)
    own = DARK if theme == DARK else LIGHT
    layout = place(story, own)
    timeline = draw_story(story, layout, own)
    big = next(at for at, node in enumerate(story.graph.nodes) if node.name == "big")
    port = story.graph.nodes[big].ports[0]
    for part, array in (("value", port.value), ("gradient", port.grad)):
        key = f"graph/node/{big}/{part}/0/strip/"
        colors = [
            e.form.fill
            for e in timeline.steps[-1].keyframe
            if e.key.startswith(key) and isinstance(e.form, Shape)
        ]
        assert array is not None
        expected = strip_cells(array, part, Box(0, 0, 1, 1), own)  # type: ignore[arg-type]
        assert colors == [color for _, color in expected]


@every_graph
def test_forward_lanes_are_solid_and_backward_lanes_are_dashed(name: str) -> None:
    for element in drawn(name).steps[-1].keyframe:
        if "edge" in classes(element) and not classes(element) & {"head", "bar"}:
            assert isinstance(element.form, Shape)
            assert bool(element.form.dash) == ("backward" in classes(element))


# The camera


def check_camera(shown: Picture, timeline: Timeline) -> None:
    """See that the camera moves while nothing else does, seldom, and has who acts in its view."""
    frame, story = timeline.frame, shown.story
    started, passed, was_moving = -10.0, 0.0, False
    before: Keyframe = timeline.first
    for at, transition, camera in cameras_of(timeline):
        if transition.camera is not None:
            assert not transition.motions
            assert transition.seconds in (1.0, 1.2)
            assert world(transition.keyframe) == world(before)
            if not was_moving:
                assert passed - started >= 2.9 or at == len(story.steps) - 1
                started = passed
        elif camera is not None and story.steps[at].focus.nodes:
            check_view(shown, at, camera.seen(frame), camera.scale, timeline)
        was_moving, before = transition.camera is not None, transition.keyframe
        passed = round(passed + transition.seconds, 1)


def check_view(shown: Picture, at: int, view: Box, scale: float, timeline: Timeline) -> None:
    """See that who is named in a step is inside and legible, or that all is inside."""
    layout = shown.layout
    node = shown.story.steps[at].focus.nodes[0]
    smallest = min(place.size for place in layout.places)
    is_legible = scale * smallest >= timeline.frame.smallest - 0.01
    is_whole = view.width >= layout.width - 0.5 and view.height >= layout.height - 0.5
    assert is_inside(layout.boxes[node], view)
    assert is_legible or is_whole or scale * smallest >= 0.6 * timeline.frame.smallest


def is_inside(box: Box, view: Box) -> bool:
    return (
        box.x >= view.x - 0.5
        and box.y >= view.y - 0.5
        and box.x + box.width <= view.x + view.width + 0.5
        and box.y + box.height <= view.y + view.height + 0.5
    )


def world(keyframe: Keyframe) -> list[Element]:
    return [element for element in keyframe if element.space == "world"]


@pytest.mark.parametrize("name", [*ZOO, "neuron", "sixty"])
@pytest.mark.parametrize("frame", ["wide", "tall"])
def test_the_camera_moves_seldom_and_has_who_acts_in_its_view(name: str, frame: str) -> None:
    check_camera(shown_in(name), drawn(name, frame))


def test_a_picture_that_is_legible_as_a_whole_is_held_still_to_the_end() -> None:
    assert not [at for at, each, _ in cameras_of(drawn("two paths")) if each.camera]


def test_the_smallest_story_lasts_24_to_32_seconds() -> None:
    assert 24.0 <= drawn("two paths").seconds <= 32.0


def test_where_the_camera_goes_near_the_bands_have_the_page_behind_them() -> None:
    plates = {e.key: e for e in drawn("neuron").steps[3].keyframe if "plate" in classes(e)}
    assert plates.keys() == {"plate/title", "plate/caption"}
    assert {plate.space for plate in plates.values()} == {"frame"}
    texts = [e for e in drawn("neuron").steps[3].keyframe if "caption" in classes(e)]
    assert all(text.layer > plate.layer for text in texts for plate in plates.values())


def test_on_paper_no_camera_moves_and_the_sheet_is_as_large_as_its_picture() -> None:
    shown, timeline = shown_in("two paths"), drawn("two paths", "paper")
    captions = [step.caption for step in shown.story.steps]
    paper = paper_of(shown.story, shown.layout, shown.theme, captions)
    assert timeline.camera is None
    assert all(camera is None for _, _, camera in cameras_of(timeline))
    assert timeline.frame == paper.frame
    box = box_of([e for e in timeline.steps[-1].keyframe if e.key == "graph/node/0/shell"])
    assert box.x == pytest.approx(paper.left + shown.layout.boxes[0].x)


# How it looks


@pytest.mark.parametrize("name", ["two paths", "a product with itself", "neuron", "matrices"])
@every_frame
def test_nothing_overlaps_and_nothing_is_clipped(name: str, frame: str) -> None:
    timeline = drawn(name, frame)
    steps = []
    for index, step in enumerate(timeline.steps):
        seen = [
            replace(transition, keyframe=shown_by(transition.keyframe, timeline, camera))
            for at, transition, camera in cameras_of(timeline)
            if at == index and not transition.camera
        ]
        steps.append(replace(step, transitions=tuple(seen)))
    is_small = frame != "paper" and name in ("neuron", "matrices")
    told = faults(replace(timeline, steps=tuple(steps)))
    assert [fault for fault in told if not (is_small and "too small" in fault)] == []


def shown_by(keyframe: Keyframe, timeline: Timeline, camera: object) -> Keyframe:
    """What is within the stage through a camera, and the bands."""
    frame, stage = timeline.frame, timeline.frame.stage
    seen = projected(keyframe, camera, frame)  # type: ignore[arg-type]
    if camera is None:
        return seen
    return tuple(e for e in seen if e.space == "frame" or is_inside(box_of([e]), stage))


@every_graph
@pytest.mark.parametrize("frame", ["paper", "wide"])
def test_no_frame_is_empty(name: str, frame: str) -> None:
    timeline = drawn(name, frame)
    assert timeline.first
    for step in timeline.steps:
        assert all(transition.keyframe for transition in step.transitions)
    for step in timeline.steps[1:]:
        for transition in step.transitions:
            assert len(cards_in(transition.keyframe)) == len(cards(timeline))


@every_graph
@pytest.mark.parametrize("frame", ["paper", "wide"])
def test_every_element_says_what_it_is(name: str, frame: str) -> None:
    for step in drawn(name, frame).steps:
        for transition in step.transitions:
            moving = [each for motion in transition.motions for each in motion.elements]
            for element in (*transition.keyframe, *moving):
                assert element.classes, element.key
                assert classes(element) <= CLASSES.keys(), element.key


@pytest.mark.parametrize("scene", BOARDS)
def test_classes_of_a_scene_are_known(scene: str) -> None:
    for step in board_of(own_lesson(scene)).steps:
        for element in step.keyframe:
            assert classes(element) <= CLASSES.keys(), element.key


@pytest.mark.parametrize(
    ("scene", "expected"), [("tangent", "chart"), ("zero-grad", "code"), ("broadcast", "grid")]
)
def test_a_widget_of_a_scene_says_what_it_is(scene: str, expected: str) -> None:
    keyframes = [step.keyframe for step in board_of(own_lesson(scene)).steps]
    assert any(expected in classes(element) for keyframe in keyframes for element in keyframe)


def check_shares(timeline: Timeline) -> None:
    """See that what doesn't change is the same object in the next keyframe."""
    keyframes = [each.keyframe for step in timeline.steps for each in step.transitions]
    for one, other in pairwise(keyframes):
        known = {element.key: element for element in one}
        for element in other:
            same = known.get(element.key)
            assert same is element or same != element or is_band(element), element.key


def is_band(element: Element) -> bool:
    return element.space == "frame"


@every_graph
@pytest.mark.parametrize("frame", ["paper", "wide"])
def test_keyframes_share_what_does_not_change(name: str, frame: str) -> None:
    check_shares(drawn(name, frame))


def test_a_picture_of_sixty_nodes_changes_little_from_keyframe_to_keyframe() -> None:
    keyframes = [each.keyframe for step in drawn("sixty").steps for each in step.transitions]
    distinct = {id(element) for keyframe in keyframes for element in keyframe}
    assert len(distinct) < 8 * len(keyframes[-1])


# How long


def test_the_parts_of_a_step_take_its_time_or_what_they_need() -> None:
    step = shown_in("two paths").story.steps[-3]
    assert beats_of(replace(step, move="compute", seconds=1.0)) == {
        "light": 0.2, "travel": 0.6, "answer": 0.4, "rest": 0.0,
    }  # fmt: skip
    for seconds in (0.2, 0.6, 1.0, 3.0):
        beats = beats_of(replace(step, move="send", seconds=seconds))
        assert sum(beats.values()) >= seconds - 0.01


def test_two_paths_takes_about_half_a_minute_and_a_story_of_sixty_nodes_two() -> None:
    assert 24.0 <= drawn("two paths").seconds <= 32.0
    assert drawn("sixty").seconds <= 125.0


def cards(timeline: Timeline) -> dict[int, Box]:
    return cards_in(timeline.steps[-1].keyframe)


def cards_in(keyframe: Keyframe) -> dict[int, Box]:
    """Where each card stands, by the index of its node."""
    matches = ((re.fullmatch(r"graph/node/(\d+)/shell", e.key), e) for e in keyframe)
    return {int(match[1]): box_of([element]) for match, element in matches if match}


def away(point: tuple[float, float], box: Box) -> float:
    """How far a point is from a box; 0 inside."""
    x, y = abs(point[0] - box.center.x), abs(point[1] - box.center.y)
    return float(max(x - box.width / 2, y - box.height / 2, 0.0))
