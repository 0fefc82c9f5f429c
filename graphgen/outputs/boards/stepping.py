"""Timeline -> a drawing in steps: groups that reveal.js shows one after the other, with no script
of ours. Without reveal.js the last still is seen, and it is complete."""

from html import escape

from graphgen.layout.measure import safe
from graphgen.model.timeline import Timeline
from graphgen.outputs.boards.lives import Life, step_lives
from graphgen.outputs.boards.marks import mark
from graphgen.outputs.stepping import rules

__all__ = ["stepped"]


def stepped(timeline: Timeline, prefix: str) -> str:
    """Everything in the order in which it is painted; neighbours that come and go together are one
    group."""
    body = [f"<style>{rules(prefix)}</style>"]
    run: list[Life] = []
    for life in step_lives(timeline):
        if run and (life.begin, life.end) != (run[0].begin, run[0].end):
            body.append(_group(timeline, run, prefix))
            run = []
        run.append(life)
    body.append(_group(timeline, run, prefix) if run else "")
    return "".join(body)


def _group(timeline: Timeline, run: list[Life], prefix: str) -> str:
    begin, end = run[0].begin, run[0].end
    body = "".join(mark(life.element.form) for life in run)
    chapter = escape(safe(timeline.steps[begin].chapter))
    told = f'data-step="{begin + 1}" data-phase="{chapter}"'
    appears = f'class="fragment" data-fragment-index="{begin}"' if begin else ""
    if end is None:
        return f"<g {appears} {told}>{body}</g>" if begin else f"<g {told}>{body}</g>"
    inner = appears or f'class="{prefix}-0"'
    return (
        f'<g class="fragment fade-out" data-fragment-index="{end}">'
        f'<g {inner} {told} opacity="0">{body}</g></g>'
    )
