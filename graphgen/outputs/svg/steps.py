"""Timeline -> a drawing in steps: groups that reveal.js shows one after the other, with no script
of ours. Without reveal.js the last keyframe is seen, and it is complete."""

from itertools import groupby

from graphgen.model.timeline import Timeline
from graphgen.outputs.elements import clean
from graphgen.outputs.svg.forms import drawn, joined
from graphgen.outputs.svg.spaces import fitted, layers, placed
from graphgen.outputs.svg.spans import VisibilitySpan, step_spans

__all__ = ["rules", "stepped"]


def stepped(timeline: Timeline, prefix: str) -> str:
    """Everything in the order in which it is painted; neighbours that come and go together are one
    group."""
    rows = [(span.element, span) for span in step_spans(timeline)]
    behind, world, front = (
        "".join(
            _group(timeline, [*run], prefix)
            for _, run in groupby(
                (span for _, span in part), key=lambda each: (each.begin, each.end)
            )
        )
        for part in layers(timeline, rows)
    )
    world = placed(fitted(timeline), world)
    return f"<style>{rules(prefix)}</style>{behind}{world}{front}"


def rules(prefix: str) -> str:
    """What is there first is seen in reveal.js; what passes is not seen on paper, where reveal.js
    shows every fragment at once, unless it prints a page for each."""
    paper = f".{prefix}:is(html:not(.print-pdf) .reveal *) .fade-out{{display:none}}"
    return f".{prefix}:is(.reveal *) .{prefix}-0{{opacity:1}}@media print{{{paper}}}"


def _group(timeline: Timeline, run: list[VisibilitySpan], prefix: str) -> str:
    begin, end = run[0].begin, run[0].end
    body = joined([drawn(span.element) for span in run])
    chapter = clean(timeline.steps[begin].chapter)
    said = f'data-step="{begin + 1}" data-phase="{chapter}"'
    appears = f'class="fragment" data-fragment-index="{begin}" ' if begin else ""
    if end is None:
        return f"<g {appears}{said}>{body}</g>"
    inner = appears or f'class="{prefix}-0" '
    return (
        f'<g class="fragment fade-out" data-fragment-index="{end}">'
        f'<g {inner}{said} opacity="0">{body}</g></g>'
    )
