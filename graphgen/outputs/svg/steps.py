"""Timeline -> a drawing in steps: groups that reveal.js shows one after the other, with no script
of ours. Without reveal.js the last keyframe is seen, and it is complete."""

from collections.abc import Sequence
from dataclasses import dataclass

from graphgen.draw.elements import box_of
from graphgen.model.geometry import Box
from graphgen.model.timeline import Element, Shape, Timeline
from graphgen.outputs.elements import clean
from graphgen.outputs.svg.forms import drawn, joined
from graphgen.outputs.svg.spaces import fitted, layers, placed
from graphgen.outputs.svg.spans import VisibilitySpan, step_spans

__all__ = ["rules", "stepped"]

_LINE = 3.0
"""Points around a shape that its line may take."""


def stepped(timeline: Timeline, prefix: str) -> str:
    """Everything in the order in which it is painted, as far as it matters; what comes and goes
    together is one group."""
    rows = [(span.element, span) for span in step_spans(timeline)]
    behind, world, front = (
        "".join(_group(timeline, run, prefix) for run in _gathered([span for _, span in part]))
        for part in layers(timeline, rows)
    )
    world = placed(fitted(timeline), world)
    return f"<style>{rules(prefix)}</style>{behind}{world}{front}"


@dataclass(slots=True)
class _Run:
    """Spans of one time, and the box around them."""

    spans: list[VisibilitySpan]
    boxes: list[Box]

    def hides(self, span: VisibilitySpan, box: Box) -> bool:
        """Whether it is seen at the same time as a span, at the same place."""
        begin, end = self.spans[0].begin, self.spans[0].end
        if (span.end is not None and span.end <= begin) or (end is not None and end <= span.begin):
            return False
        return any(_overlap(each, box) for each in self.boxes)


def _gathered(rows: Sequence[VisibilitySpan]) -> list[list[VisibilitySpan]]:
    """Spans in groups of one time: a span joins an earlier group unless something painted between
    them is seen where it is."""
    runs: list[_Run] = []
    last: dict[tuple[int, int | None], int] = {}
    for span in rows:
        box, time = _box(span.element), (span.begin, span.end)
        at = last.get(time)
        if at is None or any(run.hides(span, box) for run in runs[at + 1 :]):
            last[time] = len(runs)
            runs.append(_Run([span], [box]))
        else:
            runs[at].spans.append(span)
            runs[at].boxes.append(box)
    return [run.spans for run in runs]


def _box(element: Element) -> Box:
    """The box around an element; of nothing where it has no outline at all."""
    form = element.form
    is_empty = isinstance(form, Shape) and not any(form.paths)
    return Box(0.0, 0.0, 0.0, 0.0) if is_empty else box_of([element])


def _overlap(one: Box, other: Box) -> bool:
    return (
        one.x < other.x + other.width + _LINE
        and other.x < one.x + one.width + _LINE
        and one.y < other.y + other.height + _LINE
        and other.y < one.y + one.height + _LINE
    )


def rules(prefix: str) -> str:
    """What is there first is seen in reveal.js; what passes is not seen on paper, where reveal.js
    shows every fragment at once, unless it prints a page for each."""
    paper = f".{prefix}:is(html:not(.print-pdf) .reveal *) .fade-out{{display:none}}"
    return f".{prefix}:is(.reveal *) .{prefix}-0{{opacity:1}}@media print{{{paper}}}"


def _group(timeline: Timeline, run: Sequence[VisibilitySpan], prefix: str) -> str:
    begin, end = run[0].begin, run[0].end
    body = joined(drawn(span.element) for span in run)
    said = ""
    if any(_is_caption(span.element) for span in run):
        chapter = clean(timeline.steps[begin].chapter)
        said = f' data-step="{begin + 1}" data-phase="{chapter}"'
    appears = f' class="fragment" data-fragment-index="{begin}"' if begin else ""
    if end is None:
        return f"<g{appears}{said}>{body}</g>"
    inner = appears or f' class="{prefix}-0"'
    return (
        f'<g class="fragment fade-out" data-fragment-index="{end}">'
        f'<g{inner}{said} opacity="0">{body}</g></g>'
    )


def _is_caption(element: Element) -> bool:
    return element.key.startswith("caption/")
