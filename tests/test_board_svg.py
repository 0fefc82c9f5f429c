"""Storyboards as SVG: complete as they stand, in every style, and each with names of its own."""

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import pytest

from graphgen.draw.builder import TimelineBuilder
from graphgen.draw.elements import circle, text
from graphgen.model.errors import OutputError
from graphgen.model.geometry import Point
from graphgen.model.theme import DARK
from graphgen.model.timeline import Camera, Element, Frame, Keyframe, Motion, Timeline
from graphgen.outputs import write
from graphgen.outputs.boards.writing import write_lesson
from graphgen.outputs.formats import LESSONS
from graphgen.outputs.options import Options, SvgStyle
from graphgen.outputs.svg.document import still_svg, timeline_svg
from graphgen.outputs.svg.spans import spans, step_spans
from graphgen.outputs.transcript import transcript
from tests.graphs import two_paths
from tests.pictures import picture
from tests.storyboards import own_lesson, texts_of

STYLES: tuple[SvgStyle, ...] = ("still", "animated", "steps")
_SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def timeline() -> Timeline:
    builder = TimelineBuilder("A ball </text><script>alert(1)</script>", DARK, Frame.of("16:9"))
    builder.step("It lies here & there.")
    builder.add(
        circle("ball", 100, 200, 10, DARK.forward), text("n", "first", 300, 300, 20, "#fff")
    )
    builder.animate(1.0)
    builder.step("It goes.")
    builder.add(
        circle("ball", 200, 200, 10, DARK.forward), text("n", "second", 300, 300, 20, "#fff")
    )
    builder.animate(1.0)
    builder.step("It rests.")
    builder.animate(0.6)
    return builder.build()


def visible(document: str) -> list[str]:
    """The texts that a program which knows neither style sheets nor scripts shows."""
    found: list[str] = []

    def walk(element: ElementTree.Element) -> None:
        if element.get("opacity") == "0" or element.get("visibility") == "hidden":
            return
        if element.tag == f"{_SVG}text":
            found.append("".join(element.itertext()))
        for inner in element:
            walk(inner)

    walk(ElementTree.fromstring(document))
    return found


def styles_of(document: str) -> str:
    """The style sheets of a document."""
    return "".join(re.findall(r"<style>(.*?)</style>", document))


@pytest.mark.parametrize("style", STYLES)
def test_the_base_state_is_the_last_still_and_nothing_else(
    timeline: Timeline, style: SvgStyle
) -> None:
    assert sorted(visible(timeline_svg(timeline, style))) == sorted(
        texts_of(timeline.steps[-1].keyframe)
    )


@pytest.mark.parametrize("style", STYLES)
def test_no_script_and_no_markup_of_a_persons(timeline: Timeline, style: SvgStyle) -> None:
    document = timeline_svg(timeline, style)
    tags = {element.tag.removeprefix(_SVG) for element in ElementTree.fromstring(document).iter()}
    assert tags <= {"svg", "title", "desc", "rect", "g", "path", "text", "style"}
    assert not re.search(r"\son\w+=", document.replace("alert(1)", ""))


@pytest.mark.parametrize("style", STYLES)
def test_the_same_storyboard_gives_the_same_text(timeline: Timeline, style: SvgStyle) -> None:
    assert timeline_svg(timeline, style) == timeline_svg(timeline, style)


def test_every_selector_and_keyframe_has_the_documents_own_prefix(timeline: Timeline) -> None:
    document = timeline_svg(timeline, "animated")
    prefix = ElementTree.fromstring(document).get("class") or ""
    assert prefix
    rules = re.sub(r"@keyframes \S+?{(?:[^{}]*{[^{}]*})*}", "", styles_of(document))
    selectors = re.findall(r"(?:^|[{}])([^{}@]+)(?={)", rules)
    assert len(selectors) > 3
    assert all(each.startswith(f".{prefix}") for each in selectors)
    assert all(name.startswith(prefix) for name in re.findall(r"@keyframes (\S+?){", document))


def test_motion_stands_behind_the_wish_for_it(timeline: Timeline) -> None:
    style = styles_of(timeline_svg(timeline, "animated"))
    assert style.startswith("@media screen and (prefers-reduced-motion:no-preference){")


def test_what_moves_by_its_place_alone_is_one_element(timeline: Timeline) -> None:
    root = ElementTree.fromstring(timeline_svg(timeline, "animated"))
    balls = [e for e in root.iter(f"{_SVG}rect") if e.get("fill") == DARK.forward]
    assert len(balls) == 1
    rows = [span for span in spans(timeline) if span.element.key == "ball"]
    assert [(row.begin, row.end) for row in rows] == [(1, 2), (2, None)]


CLASSES = "edge backward path-2 active"


@pytest.fixture(scope="module")
def traveling() -> Timeline:
    """A world of two parts far from each other; the camera goes from one to the other, and a number
    with it, which becomes the one that stands there."""
    frame = Frame.of("16:9")
    builder = TimelineBuilder("From there to here", DARK, frame)

    def number(x: float, size: float) -> Element:
        element = text("graph/number", "5", x, 500, size, DARK.text)
        return replace(element, classes=CLASSES)

    far = [circle(f"graph/{x}", x, 500, 60, DARK.forward) for x in (0, 3000)]
    builder.look(Camera(Point(0.0, 500.0), 1.5))
    builder.step("It is there.")
    builder.add(far, number(0, 30))
    builder.animate(1.0)
    builder.step("It goes.")
    builder.look(Camera(Point(3000.0, 500.0), 1.5))
    builder.add(number(3000, 60))
    way = ((0.0, 500.0), (3000.0, 500.0))
    builder.animate(
        1.0, [Motion((number(0, 30),), way, 0.1, 0.9, ends_visible=True, starts_visible=True)]
    )
    made = builder.build()
    steps = tuple(
        replace(
            step,
            transitions=tuple(
                replace(each, keyframe=in_spaces(each.keyframe)) for each in step.transitions
            ),
        )
        for step in made.steps
    )
    return replace(made, steps=steps, first=in_spaces(made.first))


def in_spaces(keyframe: Keyframe) -> Keyframe:
    """The graph in the world, and the bands in the frame."""
    return tuple(
        replace(each, space="world" if each.key.startswith("graph/") else "frame")
        for each in keyframe
    )


@pytest.mark.parametrize("style", STYLES)
def test_what_an_element_is_stands_beside_its_look(traveling: Timeline, style: SvgStyle) -> None:
    document = timeline_svg(traveling, style)
    (number,) = [
        e for e in ElementTree.fromstring(document).iter(f"{_SVG}text")
        if "av-edge" in (e.get("class") or "") and e.get("font-size") == "60"
    ]  # fmt: skip
    assert [n for n in (number.get("class") or "").split() if n.startswith("av-")] == [
        f"av-{name}" for name in CLASSES.split()
    ]
    assert number.get("fill") == DARK.text
    assert "av-" not in styles_of(document)


def test_no_rule_of_ours_reaches_an_element_that_only_has_plain_classes(
    traveling: Timeline,
) -> None:
    document = timeline_svg(traveling, "animated")
    prefix = ElementTree.fromstring(document).get("class") or ""
    assert f"[class*={prefix}-]" in styles_of(document)
    assert "[class]" not in styles_of(document)


@pytest.mark.parametrize("style", STYLES)
def test_without_motion_the_whole_world_is_on_the_stage(
    traveling: Timeline, style: SvgStyle
) -> None:
    root, stage = ElementTree.fromstring(timeline_svg(traveling, style)), traveling.frame.stage
    (world,) = [e for e in root.iter(f"{_SVG}g") if e.get("transform")]
    told = re.fullmatch(r"translate\((\S+) (\S+)\) scale\((\S+)\)", world.get("transform") or "")
    assert told is not None
    x, y, scale = map(float, told.groups())
    for left, right in [(-60.0, 60.0), (2940.0, 3060.0)]:
        assert stage.x <= left * scale + x < right * scale + x <= stage.x + stage.width
    assert stage.y <= 440.0 * scale + y < 560.0 * scale + y <= stage.y + stage.height
    inside = {e.text for e in world.iter(f"{_SVG}text")}
    assert "5" in inside
    assert not inside & {traveling.title, "It goes."}


def test_the_camera_moves_behind_the_window_of_the_stage(traveling: Timeline) -> None:
    document = timeline_svg(traveling, "animated")
    stage = traveling.frame.stage
    (window,) = [*ElementTree.fromstring(document).iter(f"{_SVG}svg")][1:]
    assert float(window.get("width") or 0) == pytest.approx(stage.width, abs=0.1)
    (world,) = window
    name = (world.get("class") or "").split()[-1]
    (keys,) = re.findall(rf"@keyframes {name}{{((?:[^{{}}]*{{[^{{}}]*}})*)}}", document)
    places = re.findall(r"scale\((\S+?)\) translate\((\S+?)px,(\S+?)px\)", keys)
    assert places == [("1.5", "0", "-500"), ("1.5", "-3000", "-500")]
    for style in ("still", "steps"):
        assert (
            len([*ElementTree.fromstring(timeline_svg(traveling, style)).iter(f"{_SVG}svg")]) == 1
        )


def test_a_number_that_arrives_is_seen_in_its_place_as_it_arrives_and_not_before(
    traveling: Timeline,
) -> None:
    document = timeline_svg(traveling, "animated")
    number = next(
        e for e in ElementTree.fromstring(document).iter(f"{_SVG}text")
        if e.get("font-size") == "60" and e.get("class")
    )  # fmt: skip
    name = (number.get("class") or "").split()[-1]
    (keys,) = re.findall(rf"@keyframes {name}{{((?:[^{{}}]*{{[^{{}}]*}})*)}}", document)
    arrives = 100 * (1.0 + 0.9) / (2.0 + 4.0)
    times = {
        value: [float(each) for each in times.replace("%", "").split(",")]
        for times, value in re.findall(r"([^{}]+){opacity:(\d)}", keys)
    }
    assert max(times["0"]) == pytest.approx(arrives - 0.02, abs=0.011)
    assert min(times["1"]) == pytest.approx(arrives, abs=0.011)


def test_fragments_count_the_steps(timeline: Timeline) -> None:
    document = timeline_svg(timeline, "steps")
    indices = {int(found) for found in re.findall(r'data-fragment-index="(\d+)"', document)}
    assert indices == {1, 2}
    assert {span.begin for span in step_spans(timeline)} == {0, 1, 2}


def test_a_still_shows_the_step_that_is_asked_for(timeline: Timeline) -> None:
    assert "first" in visible(still_svg(timeline, 0))
    assert "second" in visible(still_svg(timeline, 1))


def test_a_transcript_has_every_sentence(timeline: Timeline) -> None:
    lines = transcript(timeline).splitlines()
    assert lines[0].startswith("# A ball ")
    assert "<script>" not in lines[0]
    assert [line for line in lines if line[:1].isdigit()] == [
        "1. It lies here \\& there.",
        "2. It goes.",
        "3. It rests.",
    ]


@pytest.mark.dot
def test_a_transcript_of_a_story_has_a_heading_for_each_chapter() -> None:
    drawn = picture(two_paths())
    lines = write(drawn, None, "md").decode().splitlines()
    assert lines[0] == "# c = s × b"
    assert [line for line in lines if line.startswith("## ")] == [
        "## Opening",
        "## Forward",
        "## Backward",
        "## Closing",
    ]
    captions = [step.caption for step in drawn.story.steps]
    assert [line.partition(". ")[2] for line in lines if line[:1].isdigit()] == captions


@pytest.mark.parametrize("suffix", [suffix for suffix in LESSONS if suffix not in (".dot", ".txt")])
def test_a_lesson_is_written_as_everything(suffix: str) -> None:
    heads = {
        ".svg": b"<svg",
        ".html": b"<!doctype html>",
        ".png": b"\x89PNG",
        ".pdf": b"%PDF",
        ".json": b'{"autoviz_lesson"',
        ".md": b"# y = ",
    }
    assert write_lesson(own_lesson("tangent"), None, suffix, Options()).startswith(heads[suffix])


def test_a_scene_without_a_graph_has_no_dot_and_its_text_is_a_transcript_once_more() -> None:
    with pytest.raises(OutputError, match="the scene tangent shows other things"):
        write_lesson(own_lesson("tangent"), None, ".dot", Options())
    with pytest.warns(DeprecationWarning, match="a transcript is now .md"):
        text = write_lesson(own_lesson("tangent"), None, ".txt", Options())
    assert text == write_lesson(own_lesson("tangent"), None, ".md", Options())


@pytest.mark.dot
def test_the_main_scene_is_written_as_its_graph() -> None:
    dot, tree = (
        write_lesson(own_lesson("backprop"), None, suffix, Options()) for suffix in (".dot", ".txt")
    )
    assert dot.startswith(b"digraph")
    assert "├── " in tree.decode()
