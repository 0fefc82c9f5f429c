"""Timeline -> a page that steps and plays: its drawing, in the frame of the film."""

from graphgen.model.languages import ENGLISH
from graphgen.model.theme import own_of
from graphgen.model.timeline import Timeline
from graphgen.outputs.elements import clean
from graphgen.outputs.page.assets import style
from graphgen.outputs.page.document import framed, whole
from graphgen.outputs.page.frames import frames_of
from graphgen.outputs.page.keyframes import painted

__all__ = ["scene_page"]


def scene_page(timeline: Timeline, language: str = ENGLISH) -> str:
    """The text of a page: one file, whose policy allows its one script and its one style sheet.

    Args:
        timeline: in its own theme, which is that of the page.
        language: the tag of what is said in it.
    """
    drawing = painted(frames_of(timeline))
    view_data = {
        "title": timeline.title,
        "size": (timeline.frame.width, timeline.frame.height),
        "steps": [
            {"h": step.chapter, "c": step.caption, "n": step.narration} for step in timeline.steps
        ],
        "timeline": drawing.told,
        "cards": [],
        "inner": {},
        "news": [],
    }
    body = framed(
        timeline.title,
        drawing,
        timeline.steps[0].caption,
        [view_data],
        kind="scene",
        asked=f' data-theme="{clean(timeline.theme.name)}"',
    )
    look = style("scene", theme=own_of(timeline.theme))
    return whole(timeline.title, body, look, language)
