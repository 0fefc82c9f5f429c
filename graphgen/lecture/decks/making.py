"""What a lecture shows -> Deck: each section's picture in steps and page by page."""

from collections.abc import Callable, Collection
from dataclasses import replace

from graphgen.course.lesson_file import is_lesson
from graphgen.course.lesson_file import loads as loads_lesson
from graphgen.course.registry import shown_of
from graphgen.course.scene import Lesson
from graphgen.draw.story_file import loads
from graphgen.lecture.decks.deck import Chapter, Deck, Film, Page, Size
from graphgen.lecture.script import Part, Script
from graphgen.model.languages import ENGLISH
from graphgen.model.picture import Picture
from graphgen.model.theme import ThemeChoice, sized_as, theme_of
from graphgen.model.timeline import Frame, Timeline
from graphgen.outputs.svg import svg, svg_pages
from graphgen.outputs.svg.document import still_svg, timeline_svg

__all__ = ["Content", "Filmed", "chapter_of", "content_of", "deck_of_content", "deck_of_script"]

Content = Picture | Lesson
"""What a section shows."""

Filmed = Callable[[Content, str], Film]
"""Films what a section shows, whose slug it gets; the film lives as long as its caller says."""


def deck_of_script(
    script: Script, films: Collection[str] = (), filmed: Filmed | None = None
) -> Deck:
    """The deck of a lecture.

    Args:
        script: the lecture with its sections recorded.
        films: slugs of the sections that are shown as films.
        filmed: makes the film of a section, where there are any.

    Returns:
        The deck, one chapter for each section.
    """
    size = Size.of(script.aspect)
    chapters = []
    for part in script.parts:
        content, notes = content_of(part.content), _notes(part)
        if filmed is not None and part.slug in films:
            film = filmed(content, part.slug)
            chapters.append(Chapter(part.heading, part.slug, notes, film=film))
        else:
            chapters.append(chapter_of(content, part.heading, part.slug, notes, size))
    return Deck(script.title, tuple(chapters), theme_of(script.theme), size, script.language)


def deck_of_content(
    content: Content, theme: ThemeChoice | None = None, language: str = ENGLISH
) -> Deck:
    """The deck of one story, or of one scene of the course, alone; in its own theme or another.

    Args:
        content: a picture, or a recorded scene.
        theme: None leaves the content's own.
        language: of the texts around it; English by default.

    Returns:
        The deck of one chapter, 16:9.
    """
    content = content if theme is None else _repainted(content, theme)
    size = Size.of("16:9")
    if isinstance(content, Picture):
        title, colors = content.story.title, content.theme
    else:
        title, colors = content.title, theme_of(content.theme)
    chapter = chapter_of(content, title, "story", "", size)
    return Deck(title, (chapter,), colors, size, language)


def _repainted(content: Content, theme: ThemeChoice) -> Content:
    if isinstance(content, Picture):
        return replace(content, theme=sized_as(theme_of(theme), content.theme))
    return replace(content, theme=theme)


def content_of(text: str | bytes) -> Content:
    """What the text of a story file or of a lesson file holds.

    Raises:
        StoryFileError: the text is neither, or of another version.
    """
    return loads_lesson(text) if is_lesson(text) else loads(text)


def chapter_of(content: Content, heading: str, slug: str, notes: str, size: Size) -> Chapter:
    """A section of a deck: what it shows fills the stage of a slide, or the whole of it.

    Args:
        content: a picture, or a recorded scene.
        heading: of its slides.
        slug: names the chapter in addresses.
        notes: for the speaker; "" for none.
        size: of a slide, in pixels.

    Returns:
        The chapter, with a page for each step.
    """
    painted = content if isinstance(content, Picture) else _staged(content, heading, size)
    if isinstance(painted, Timeline):
        pages = (
            Page(still_svg(painted, at), step.caption) for at, step in enumerate(painted.steps)
        )
        steps, poster = timeline_svg(painted, "steps"), painted.poster
        return Chapter(heading, slug, notes, steps, tuple(pages), is_whole=True, poster=poster)
    is_whole = painted.story.title == heading
    stage = size.whole if is_whole else size.stage
    aspect = stage.width / stage.height
    captions = [step.caption for step in painted.story.steps]
    drawn = tuple(map(Page, svg_pages(painted, aspect=aspect), captions))
    steps = svg(painted, "steps", aspect=aspect)
    return Chapter(heading, slug, notes, steps, drawn, is_whole=is_whole)


def _staged(lesson: Lesson, heading: str, size: Size) -> Picture | Timeline:
    """A scene of the course, with the heading in front of its own title."""
    title = lesson.title if lesson.title == heading else f"{heading}: {lesson.title}"
    frame = Frame.like(size.width, size.height)
    drawn = shown_of(replace(lesson, title=title), frame)
    return drawn if isinstance(drawn, Timeline) else shown_of(lesson, frame)


def _notes(part: Part) -> str:
    return "\n\n".join(text for text in (part.notes, part.narration) if text)
