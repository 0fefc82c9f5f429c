"""A formula in the title's band -> copies of its letters, on their way to leaves' cards."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from graphgen.draw.builder import MOST_MOTIONS
from graphgen.layout.measure import width
from graphgen.model.timeline import Camera, Element, Frame, Motion, Text
from graphgen.text.lettering import advance

__all__ = ["letters_to_cards"]

_LAG = 0.1
"""How far apart letters set out, as a share of the time of all."""


def letters_to_cards(
    formula: Sequence[Element], titles: Mapping[int, Element], camera: Camera, frame: Frame
) -> list[Motion]:
    """Copies of a formula's letters fly to the cards that they name; the formula stays.

    A letter that is written twice comes from both places, and is one on its card.

    Args:
        formula: a text for each line, in the space of the frame.
        titles: for each leaf the text on its card, in the space of the world.
        camera: looks at the world.
        frame: the picture, in points.

    Returns:
        At most five motions in the space of the world, each ending as the title of a card.
    """
    # each leaf's first letter goes before any second one, so that no card waits for its name
    nth: dict[int, int] = {}
    found = []
    for node, form in _letters(formula, titles):
        nth[node] = nth.get(node, -1) + 1
        found.append((nth[node], node, form))
    chosen = sorted(found, key=lambda each: each[0])[:MOST_MOTIONS]
    motions = []
    for at, (_, node, form) in enumerate(chosen):
        title, middle = titles[node], frame.stage.center
        x = camera.center.x + (form.x - middle.x) / camera.scale
        y = camera.center.y + (form.y - middle.y) / camera.scale
        copy = replace(title, form=replace(form, x=x, y=y, size=form.size / camera.scale))
        goal = title.form
        assert isinstance(goal, Text)
        motions.append(
            Motion((copy,), ((x, y), (goal.x, goal.y)), at * _LAG,
                   1.0 - (len(chosen) - 1 - at) * _LAG, ends_visible=True, starts_visible=True)
        )  # fmt: skip
    return motions


def _letters(
    formula: Sequence[Element], titles: Mapping[int, Element]
) -> Iterator[tuple[int, Text]]:
    """Each place in a formula where a leaf's title is written, as a text of its own."""
    nodes = {
        title.form.text: node for node, title in titles.items() if isinstance(title.form, Text)
    }
    for line in formula:
        form = line.form
        if not isinstance(form, Text) or not nodes:
            continue
        plain = width(form.text, form.size)
        whole = advance(form.text, "math") * form.size if form.is_formula else plain
        left, share = form.x - (form.align + 1) / 2 * whole, whole / plain
        names = "|".join(re.escape(name) for name in sorted(nodes, key=len, reverse=True))
        for match in re.finditer(rf"(?<!\w)(?:{names})(?!\w)", form.text):
            before = width(form.text[: match.start()], form.size)
            # A formula is narrower than its plain text: about here is the letter in it.
            x = left + (before + width(match[0], form.size) / 2) * share
            yield nodes[match[0]], replace(form, text=match[0], x=x, align=0)
