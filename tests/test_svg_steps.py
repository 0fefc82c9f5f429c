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
    groups = [element for element in root.iter() if element.get("data-step")]
    return sorted(groups, key=lambda group: int(group.get("data-step") or 0))


@pytest.mark.parametrize("name", ZOO)
def test_each_step_has_one_group(name: str) -> None:
    drawn = picture(ZOO[name])
    groups = steps_of(ET.fromstring(svg(drawn, "steps")))
    count = len(drawn.story.steps)
    assert [group.get("data-step") for group in groups] == [str(k + 1) for k in range(count)]
    for k, group in enumerate(groups[1:], 1):
        assert group.get("class") == "fragment"
        assert group.get("data-fragment-index") == str(k)


def test_groups_say_their_phase() -> None:
    drawn = picture(two_paths())
    groups = steps_of(ET.fromstring(svg(drawn, "steps")))
    assert [group.get("data-phase") for group in groups] == [
        step.chapter for step in drawn.story.steps
    ]


def test_reveal_shows_at_each_step_what_the_story_shows_then() -> None:
    drawn = picture(two_paths())
    root = ET.fromstring(svg(drawn, "steps"))
    for k, (step, texts) in enumerate(
        zip(drawn.story.steps, texts_after(drawn.story), strict=True)
    ):
        found = [text.removeprefix("∂ ") for text in seen_at(root, k)]
        for cell, text in texts.items():
            parts = text.split() if cell.part == "gradient" else [text]
            assert {*parts} <= {*found}, (k, cell)
        assert step.caption.split()[0] in " ".join(found)
    gradients = [[t for t in seen_at(root, k) if t.startswith("∂ ")] for k in (-1, 0)]
    assert gradients == [[], []]


def test_a_waiting_sum_is_seen_in_its_own_steps_only() -> None:
    drawn = picture(two_paths())
    root = ET.fromstring(svg(drawn, "steps"))
    seen = ["+" in list(seen_at(root, k)) for k in range(len(drawn.story.steps))]
    told = [any(text == "5 + 3" for text in texts.values()) for texts in texts_after(drawn.story)]
    assert seen == told
    assert any(seen)
