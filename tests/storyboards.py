"""What the tests ask of every storyboard: nothing overlaps, nothing is clipped, all can be read."""

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from graphgen.course.registry import lesson_of, scene_names, scene_of, timeline_of
from graphgen.course.scene import Lesson, Request
from graphgen.draw.builder import TimelineBuilder
from graphgen.draw.elements import circle, line, text, text_box
from graphgen.model.geometry import Box
from graphgen.model.theme import DARK, ThemeName
from graphgen.model.timeline import Frame, Keyframe, Text, Timeline

BOARDS = tuple(scene for scene in scene_names() if scene != "backprop")
"""Every scene that is told as a storyboard; the main scene has films and outputs of its own."""

_RECORDED: dict[str, Lesson] = {}
"""By what was asked; every frame's shape is drawn from the same lesson."""

_ALLOWED = 1.5
"""Points by which the boxes of two texts may touch: a descender below, an accent above."""


@cache
def own_lesson(scene: str, theme: ThemeName = "dark") -> Lesson:
    """The lesson that a scene tells when nothing is asked for."""
    kind = scene_of(scene)
    return lesson(scene, kind.program, kind.values, kind.data, theme=theme)


def lesson(
    scene: str,
    text: str,
    values: Mapping[str, Any] | None = None,
    data: tuple[str, ...] = (),
    theme: ThemeName = "dark",
    **options: Any,
) -> Lesson:
    """What a scene records for a program, once in a session; options by name, "_" for "-"."""
    chosen = {option.name: option.default for option in scene_of(scene).options}
    given = {name.strip("_").replace("_", "-"): value for name, value in options.items()}
    assert given.keys() <= chosen.keys(), given.keys() - chosen.keys()
    request = Request(text, values or {}, data, {**chosen, **given}, theme=theme)
    known = repr((scene, request))
    if known not in _RECORDED:
        _RECORDED[known] = lesson_of(scene, request)
    return _RECORDED[known]


def board_of(told: Lesson, aspect: str = "16:9") -> Timeline:
    """Its storyboard in a frame."""
    return timeline_of(told, Frame.of(aspect))


def rolling() -> Timeline:
    """A ball comes, rolls to the right, leaves as a line is drawn, and is back."""
    builder = TimelineBuilder("A ball", DARK, Frame.of("16:9"))
    builder.step("It comes.")
    builder.add(circle("ball", 240, 270, 40, fill=DARK.forward))
    builder.animate(0.6)
    builder.step("It rolls.")
    builder.add(circle("ball", 720, 270, 40, fill=DARK.forward))
    builder.add(text("n", "1", 480, 120, 40, DARK.text))
    builder.animate(0.8)
    builder.step("It is gone, and a line is drawn.")
    builder.remove("ball", "n")
    builder.add(line("way", [(100, 400), (860, 400)], DARK.backward, 12.0, enter="draw"))
    builder.animate(0.8)
    builder.step("It is back.")
    builder.add(circle("ball", 720, 270, 40, fill=DARK.forward))
    builder.animate(0.6)
    return builder.build()


def faults(timeline: Timeline) -> list[str]:
    """All that is wrong with how a storyboard looks, each with its step; none is well."""
    found, known = [], dict[str, Text]()
    for number, step in enumerate(timeline.steps, start=1):
        for beat in step.transitions:
            told = [*_faults_of(beat.keyframe, timeline.frame, known)]
            found += [f"step {number} ({step.caption!r}): {fault}" for fault in told]
            known = dict(_texts(beat.keyframe))
    return list(dict.fromkeys(found))


def texts_of(still: Keyframe) -> list[str]:
    """What can be read in a still."""
    return [e.form.text for e in still if isinstance(e.form, Text) and e.form.text]


def _texts(still: Keyframe) -> Iterator[tuple[str, Text]]:
    return ((e.key, e.form) for e in still if isinstance(e.form, Text) and e.form.text.strip())


def _faults_of(still: Keyframe, frame: Frame, known: Mapping[str, Text]) -> Iterator[str]:
    """What is wrong in a still; what stood there just so before it has been looked at."""
    keys = [element.key for element in still]
    yield from (f"the key {key!r} twice" for key, count in Counter(keys).items() if count > 1)
    texts = [*_texts(still)]
    boxes = {key: text_box(form) for key, form in texts if form.opacity > 0.02}
    texts = [(key, form) for key, form in texts if known.get(key) != form]
    for key, form in texts:
        box = text_box(form)
        if box.x < -0.5 or box.y < -0.5 or box.x + box.width > frame.width + 0.5:
            yield f"{key} {form.text!r} leaves the frame"
        if box.y + box.height > frame.height + 0.5:
            yield f"{key} {form.text!r} leaves the frame below"
        if form.size < frame.smallest - 0.01:
            yield f"{key} {form.text!r} is too small: {form.size:.1f} of {frame.smallest:.1f}"
    for one in [key for key, _ in texts if key in boxes]:
        a = boxes.pop(one)
        for other, b in boxes.items():
            if _overlap(a, b) > _ALLOWED:
                yield f"{one} overlaps {other}"


def _overlap(a: Box, b: Box) -> float:
    across = min(a.x + a.width, b.x + b.width) - max(a.x, b.x)
    down = min(a.y + a.height, b.y + b.height) - max(a.y, b.y)
    return min(across, down)
