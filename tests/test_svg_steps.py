"""The SVG in steps: one group for each step, which reveal.js shows one after the other."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator

import pytest

from graphgen.model.story import texts_after
from graphgen.outputs.svg import svg
from tests.graphs import two_paths
from tests.pictures import ZOO, picture

pytestmark = pytest.mark.dot


def seen_at(root: ET.Element, index: int) -> Iterator[str]:
    """The texts that reveal.js shows when all fragments up to an index are visible."""
    for element in root:
        words = (element.get("class") or "").split()
        if "fragment" in words:
            is_visible = int(element.get("data-fragment-index", "-1")) <= index
            if is_visible == ("fade-out" in words):
                continue
        elif element.get("opacity") == "0" and not words:  # a class of ours is for reveal.js
            continue
        if element.tag.endswith("}text") and element.text:
            yield element.text
        yield from seen_at(element, index)


def steps_of(root: ET.Element) -> list[ET.Element]:
    return [element for element in root.iter() if element.get("data-step")]


@pytest.mark.parametrize("name", ZOO)
def test_each_step_has_one_group_in_order(name: str) -> None:
    drawn = picture(ZOO[name])
    groups = steps_of(ET.fromstring(svg(drawn, "steps")))
    count = len(drawn.story.steps)
    assert [group.get("data-step") for group in groups] == [str(k + 1) for k in range(count)]
    fragments = groups[1:]
    assert all(group.get("class") == "fragment" for group in fragments)
    assert [group.get("data-fragment-index") for group in fragments] == [
        str(k) for k in range(1, count)
    ]


def test_groups_say_their_phase_and_whose_they_are() -> None:
    drawn = picture(two_paths())
    groups = steps_of(ET.fromstring(svg(drawn, "steps")))
    moves = [step.move for step in drawn.story.steps]
    told = [(group.get("data-phase"), group.get("data-node")) for group in groups]
    assert told[moves.index("compute")] == ("forward", "s")
    assert told[moves.index("seed")] == ("backward", "c")
    assert told[moves.index("sum")] == ("backward", "b")


def test_reveal_shows_at_each_step_what_the_story_shows_then() -> None:
    drawn = picture(two_paths())
    root = ET.fromstring(svg(drawn, "steps"))
    for k, (step, texts) in enumerate(
        zip(drawn.story.steps, texts_after(drawn.story), strict=True)
    ):
        found = [text.removeprefix("∂ ") for text in seen_at(root, k)]
        for cell, text in texts.items():
            assert text in found, (k, cell)
        assert step.caption.split()[0] in " ".join(found)
    gradients = [[t for t in seen_at(root, k) if t.startswith("∂ ")] for k in (-1, 0)]
    assert gradients == [[], []]


def test_a_waiting_sum_is_seen_in_its_own_steps_only() -> None:
    drawn = picture(two_paths())
    root = ET.fromstring(svg(drawn, "steps"))
    seen = ["∂ 5 + 3" in list(seen_at(root, k)) for k in range(len(drawn.story.steps))]
    told = [any(text == "5 + 3" for text in texts.values()) for texts in texts_after(drawn.story)]
    assert seen == told
    assert any(seen)
