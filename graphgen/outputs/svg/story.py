"""Picture -> SVG in every style, through the timeline of its story on a sheet of paper."""

from collections.abc import Iterator

from graphgen.draw.story_timeline import draw_story
from graphgen.model.picture import Picture
from graphgen.model.timeline import Timeline
from graphgen.outputs.options import OneStyle, Options, one_style
from graphgen.outputs.svg.document import still_svg, timeline_svg

__all__ = ["on_paper", "svg", "svg_pages", "write_svg"]

_ROWS_IN_WORDS = 60


def on_paper(picture: Picture, aspect: float | None = None) -> Timeline:
    """The timeline of a picture on a sheet of paper.

    Args:
        aspect: width to height, where the picture is to fill a slide.
    """
    return draw_story(picture.story, picture.layout, picture.theme, aspect=aspect)


def svg(
    picture: Picture,
    style: OneStyle = "still",
    is_transparent: bool = False,
    aspect: float | None = None,
) -> str:
    """The picture as the text of an SVG document.

    Args:
        picture: the one to draw.
        style: "still" for print and slides, "animated" by CSS alone, "steps" for reveal.js.
        is_transparent: leaves out the page's background.
        aspect: width to height, where the picture is to fill a slide.

    Returns:
        A document with a view box, in points, and no size of its own; the same picture always
        gives the same text.
    """
    words = in_words(picture)
    return timeline_svg(on_paper(picture, aspect), style, is_transparent, words)


def svg_pages(
    picture: Picture, is_transparent: bool = False, aspect: float | None = None
) -> Iterator[str]:
    """A document for each step, all of one size: what has been told so far, and the caption.

    Args:
        picture: the one to draw.
        is_transparent: leaves out the page's background.
        aspect: width to height, where the picture is to fill a slide; None for as small as can be.

    Returns:
        The documents, in the order of the steps.
    """
    timeline = on_paper(picture, aspect)
    last = len(timeline.steps) - 1
    for at, step in enumerate(timeline.steps):
        words = step.caption if at < last else f"{step.caption} {in_words(picture)}"
        yield still_svg(timeline, at, is_transparent, words)


def write_svg(picture: Picture, options: Options) -> bytes:
    """The bytes of the document.

    Raises:
        OutputError: a page for each step is wanted, which is more than one document.
    """
    return svg(picture, one_style(options), options.is_transparent).encode()


def in_words(picture: Picture) -> str:
    """The values and the gradients as sentences."""
    rows = picture.story.table
    said = [
        f"{row.name} is {row.value}"
        + (f", its gradient is {row.gradient}: {row.made_of}." if row.gradient else ".")
        for row in rows[:_ROWS_IN_WORDS]
    ]
    if len(rows) > _ROWS_IN_WORDS:
        said.append(f"And {len(rows) - _ROWS_IN_WORDS} more.")
    return " ".join(said)
