"""Story -> the same story with the widest numbers that its cells should have room for."""

from dataclasses import replace

from graphgen.layout.measure import width
from graphgen.model.story import Mark, Step, Story
from graphgen.text.slots import filled

__all__ = ["roomy"]

_WIDE = "−0.1234"
_IN_SUM = "12.34"


def roomy(story: Story, slotted: Story | None) -> Story:
    """The story in which every number that can change is at least as wide as common ones."""
    if slotted is None:
        return story
    pairs = zip(story.steps, slotted.steps, strict=True)
    return replace(story, steps=tuple(_step(step, other) for step, other in pairs))


def _step(step: Step, slotted: Step) -> Step:
    pairs = zip(step.marks, slotted.marks, strict=True)
    return replace(step, marks=tuple(_mark(mark, other) for mark, other in pairs))


def _mark(mark: Mark, slotted: Mark) -> Mark:
    sample = _IN_SUM if " " in filled(slotted.text, lambda _: _WIDE) else _WIDE
    wide = filled(slotted.text, lambda _: sample)
    return mark if width(mark.text, 1.0) >= width(wide, 1.0) else replace(mark, text=wide)
