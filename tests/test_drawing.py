"""What stands in a film's frame between steps, read from its mobjects: legible, whole, in order."""

from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from graphgen.scenes.pen import Label
from manim import Mobject, VMobject

from graphgen.model.geometry import Box, Direction
from graphgen.model.graph import Cell
from graphgen.model.picture import Picture
from graphgen.model.story import texts_after
from graphgen.model.theme import DARK, LIGHT, Theme
from graphgen.model.timeline import Frame
from graphgen.text.digits import grid
from tests.filming import HEIGHT, colour_of, parts_of, timeline_in, watched
from tests.graphs import square_by_product, two_paths
from tests.pictures import alarm, data_and_cut, matrices, picture

pytestmark = pytest.mark.dot

ALL = {
    "two paths": two_paths,
    "a * a": square_by_product,
    "data and cut": data_and_cut,
    "inf and nan": alarm,
    "matrices": matrices,
}
SHAPES = ("16:9", "9:16", "1:1")


def stills(shown: Picture, aspect: str = "16:9") -> list[list[Mobject]]:
    """What stands in the frame after each step."""
    return watched(timeline_in(shown, aspect), 5).stills


def labels(mobjects: Sequence[Mobject]) -> list[Label]:
    """Every text that is seen."""
    parts = (part for part in parts_of(mobjects) if isinstance(part, Label))
    return [part for part in parts if part.fill_rgbas[0][3] > 0.02]


def box_of(mobject: VMobject) -> Box:
    """Where the ink of a mobject stands, in points of the frame's middle, y down."""
    low, high = mobject.points.min(axis=0), mobject.points.max(axis=0)
    return Box(float(low[0]), float(-high[1]), float(high[0] - low[0]), float(high[1] - low[1]))


def overlaps(one: Box, other: Box, slack: float = 0.01) -> bool:
    """Whether two boxes share more than a hair."""
    return (
        one.x + one.width > other.x + slack
        and other.x + other.width > one.x + slack
        and one.y + one.height > other.y + slack
        and other.y + other.height > one.y + slack
    )


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("aspect", SHAPES)
@pytest.mark.parametrize("direction", ["lr", "tb"])
def test_nothing_overlaps_and_nothing_leaves_the_frame_at_any_step(
    name: str, aspect: str, direction: Direction
) -> None:
    shown = picture(ALL[name](), DARK, direction, "loss = (a + b) * b; twice = 2 * loss")
    timeline = timeline_in(shown, aspect)
    if any(each.camera for step in timeline.steps[:-1] for each in step.transitions):
        pytest.skip("the camera shows a part: what leaves the frame is elsewhere")
    unit = HEIGHT / timeline.frame.height
    across, down = timeline.frame.width * unit / 2, HEIGHT / 2
    for step, mobjects in enumerate(stills(shown, aspect)):
        seen = labels(mobjects)
        boxes = [box_of(label) for label in seen]
        for label, box in zip(seen, boxes, strict=True):
            assert -across < box.x, label.text
            assert box.x + box.width < across, label.text
            assert -down < box.y, label.text
            assert box.y + box.height < down, label.text
        for at, one in enumerate(boxes):
            for other in range(at):
                assert not overlaps(one, boxes[other]), (step, seen[at].text, seen[other].text)


@pytest.mark.parametrize("aspect", SHAPES)
def test_every_text_of_the_demo_is_at_least_24_pixels_of_1080(aspect: str) -> None:
    shown = picture(two_paths(), title="c = (a + b) * b")
    frame = Frame.of(aspect)
    smallest = frame.smallest * HEIGHT / frame.height
    for step, mobjects in enumerate(stills(shown, aspect)):
        for label in labels(mobjects):
            assert label.size >= 0.92 * smallest, (step, label.text)


@pytest.mark.parametrize("name", ALL)
def test_every_cell_shows_the_text_of_the_story(name: str) -> None:
    shown = picture(ALL[name]())
    for mobjects, texts in zip(stills(shown), texts_after(shown.story), strict=True):
        seen = [label.text.strip(" ∂+") for label in labels(mobjects)]
        for cell, text in texts.items():
            if cell.part in ("value", "gradient"):
                for word in words(text):
                    assert word in seen or word in " ".join(seen), (cell, word, seen)


def words(text: str) -> Iterator[str]:
    """The words of a cell."""
    return (word for row in grid(text) for entry in row for word in entry.split(" + "))


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_nan_and_inf_are_written_in_the_color_of_alarm(theme: Theme) -> None:
    shown = picture(alarm(), theme)
    loud = [label for label in labels(stills(shown)[-1]) if label.text in ("inf", "nan", "−inf")]
    assert loud
    assert {colour_of(label) for label in loud} == {theme.alarm}


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("name", ALL)
def test_texts_have_a_contrast_of_four_and_a_half_to_what_is_behind(
    name: str, theme: Theme
) -> None:
    """At the end of the story, when nothing is dimmed."""
    parts = parts_of(stills(picture(ALL[name](), theme))[-1])
    for at, label in enumerate(parts):
        if not isinstance(label, Label) or label.fill_rgbas[0][3] < 0.02:
            continue
        x, y, _ = label.get_center()
        behind = theme.page
        for part in parts[:at]:
            low, high = part.points.min(axis=0), part.points.max(axis=0)
            is_under = low[0] < x < high[0] and low[1] < y < high[1]
            if is_under and not isinstance(part, Label) and part.fill_rgbas[0][3] > 0.9:
                behind = colour_of(part)
        assert contrast(colour_of(label), behind) >= 4.5, (label.text, behind)


def contrast(one: str, other: str) -> float:
    """The contrast of two colors by WCAG 2."""
    bright, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(color: str) -> float:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))


def test_contributions_that_wait_stand_side_by_side_each_in_the_tint_of_its_path() -> None:
    shown = picture(two_paths())
    before = next(i for i, step in enumerate(shown.story.steps) if step.move == "sum") - 1
    still = labels(stills(shown)[before])
    card = next(label for label in still if label.text.startswith("b"))
    x, y, _ = card.get_center()
    below = [label for label in still if abs(label.get_center()[0] - x) < 1.0 and label.get_y() < y]
    five = next(label for label in below if label.text == "5")
    three = next(label for label in below if label.text == "3" and colour_of(label) != DARK.text)
    assert box_of(five).x + box_of(five).width < box_of(three).x
    assert five.get_y() == pytest.approx(three.get_y(), abs=0.02)
    assert colour_of(five) != colour_of(three)
    assert Cell("gradient", 1) in list(texts_after(shown.story))[-1]


def test_kinds_of_cards_differ_in_the_shape_of_their_borders() -> None:
    """A leaf's border is one line, that of data is in dashes."""
    shown = picture(data_and_cut())
    timeline = timeline_in(shown)
    keyframe = {e.key: e for e in timeline.steps[-1].keyframe}
    nodes = shown.story.graph.nodes
    drawn = {
        kind: [
            e for key, e in keyframe.items()
            if f"/node/{next(n for n, node in enumerate(nodes) if node.kind == kind)}/" in key
            and "border" in e.classes
        ]
        for kind in ("leaf", "data")
    }  # fmt: skip
    assert drawn["leaf"]
    assert drawn["data"]
    assert not any(e.form.dash for e in drawn["leaf"])  # type: ignore[union-attr]
    assert any(e.form.dash for e in drawn["data"])  # type: ignore[union-attr]
