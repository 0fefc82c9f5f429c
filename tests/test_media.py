"""Every medium made from one timeline shows the same at the end of each step: the same elements,
texts, colours, widths, classes and so the same that act.

What a keyframe says is read back from the SVG in three styles, from a page's DOM, from the
mobjects of a film and from its frames.
"""

import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from graphgen.scenes.playing import frame_at
from graphgen.scenes.timeline import Stage

from graphgen.draw.story_timeline import draw_story
from graphgen.model.picture import Picture
from graphgen.model.theme import THEMES, ThemeName
from graphgen.model.timeline import Camera, Element, Frame, Shape, Text, Timeline
from graphgen.outputs.boards.page import scene_page
from graphgen.outputs.page.document import document
from graphgen.outputs.page.views import views_of
from graphgen.outputs.svg import on_paper
from graphgen.outputs.svg.document import still_svg, timeline_svg
from tests.browsing import browser, until, visit
from tests.filming import HEIGHT, film, parts_of, timeline_in, watched
from tests.pages import PAGE
from tests.pictures import ZOO, picture
from tests.storyboards import board_of, own_lesson

__all__ = ["browser"]

pytestmark = pytest.mark.dot

STORIES = ("two paths", "matrices", "data and a cut", "nan and inf")
SCENES = ("merge", "tangent")
NAMES = (*STORIES, *SCENES)
THEME_NAMES: tuple[ThemeName, ...] = ("dark", "light")

media = pytest.mark.parametrize("name", NAMES)
themes = pytest.mark.parametrize("theme", THEME_NAMES)


@dataclass(frozen=True)
class Look:
    """What can be seen of an element, wherever it stands.

    Attributes:
        text: what it says; "" of a shape.
        fill, line: "#rrggbb", or "".
        width: of its line, in points.
        opacity: from 0 to 1.
        classes: what it is, "active" where it acts.
    """

    text: str
    fill: str
    line: str
    width: float
    opacity: float
    classes: frozenset[str] = frozenset()


Looks = Counter[Look]


def look_of(element: Element) -> Look:
    """What a keyframe says of an element."""
    form, classes = element.form, frozenset(element.classes.split())
    opacity = round(form.opacity, 2)
    if isinstance(form, Text):
        return Look(form.text, form.ink, "", 0.0, opacity, classes)
    width = float(f"{form.width:.2g}") if form.line else 0.0
    return Look("", form.fill, form.line, width, opacity, classes)


def looks_of(elements: Iterable[Element]) -> Looks:
    """What a keyframe says of those of its elements that can be seen at all."""
    seen = (look_of(element) for element in elements)
    return Counter(look for look in seen if look.opacity > 0 and (look.fill or look.line))


@cache
def picture_of(name: str, theme: ThemeName) -> Picture:
    return picture(ZOO[name], THEMES[theme], title=name)


@cache
def timeline_of(name: str, theme: ThemeName) -> Timeline:
    """A story on paper, or a scene in its frame."""
    if name in SCENES:
        return board_of(own_lesson(name, theme))
    return on_paper(picture_of(name, theme))


# ---- what of the stories is looked at


@themes
def test_the_stories_hold_what_media_could_show_differently(theme: ThemeName) -> None:
    """Else the tests below would pass over a colour that none of their stories has."""
    looks = Looks()
    for name in NAMES:
        for step in timeline_of(name, theme).steps:
            looks += looks_of(step.keyframe)
    classes = set[str]().union(*(look.classes for look in looks))
    assert {"active", "glow", "border", "strip", "path-1", "path-2", "cut", "data"} <= classes
    assert {"forward", "backward", "contribution", "gradient", "caption", "chart"} <= classes
    own = THEMES[theme]
    inks = {look.fill for look in looks if look.text} | {look.line for look in looks}
    assert {own.text, own.alarm, own.forward, own.backward} <= inks
    assert {look.opacity for look in looks} > {1.0}


# ---- SVG, as it is written


@dataclass
class Paint:
    """What a group says for what is in it."""

    fill: str = ""
    line: str = ""
    width: float = 0.0
    opacity: float = 1.0
    classes: frozenset[str] = frozenset()

    def within(self, element: ET.Element) -> "Paint":
        """The same in an element of it."""
        colours = [
            "" if given == "none" else given or inherited
            for given, inherited in (
                (element.get("fill"), self.fill),
                (element.get("stroke"), self.line),
            )
        ]
        width = float(element.get("stroke-width", self.width))
        names = (element.get("class") or "").split()
        classes = frozenset(each[3:] for each in names if each.startswith("av-"))
        opacity = self.opacity * float(element.get("opacity", 1.0))
        return Paint(*colours, width, opacity, classes or self.classes)


def drawn_in(root: ET.Element, paint: Paint, step: int | None = None) -> Iterator[Look]:
    """The elements of an SVG; with a step those that reveal.js shows when all fragments up to it
    are visible."""
    for element in root:
        names = (element.get("class") or "").split()
        within = paint.within(element)
        if step is not None and "fragment" in names:
            is_visible = int(element.get("data-fragment-index", "-1")) <= step
            if is_visible == ("fade-out" in names):
                continue
        if step is not None and element.tag.endswith("}g") and element.get("opacity") == "0":
            if not names:
                continue  # a group of no fragment, and of no class that reveal.js' rule shows
            within = replace(within, opacity=paint.opacity)
        if element.get("width") == "100%" or element.tag.endswith("}defs"):
            continue  # the page behind everything, and the outlines of letters
        words = [part.text for part in element if part.get("fill") == "none" and part.text]
        if element.tag.rpartition("}")[2] in ("path", "rect", "text") or words:
            width = within.width if within.line else 0.0
            opacity = round(within.opacity, 2)
            text = words[0] if words else element.text or ""
            yield Look(text, within.fill, within.line, width, opacity, within.classes)
        if not words:  # the letters of a formula, and its plain text, are one thing
            yield from drawn_in(element, within, step)


def seen_in(svg: str, step: int | None = None) -> Looks:
    looks = drawn_in(ET.fromstring(svg), Paint(), step)
    return Counter(look for look in looks if look.opacity > 0 and (look.fill or look.line))


@media
@themes
def test_the_still_of_each_step_shows_its_keyframe(name: str, theme: ThemeName) -> None:
    timeline = timeline_of(name, theme)
    for at, step in enumerate(timeline.steps):
        assert seen_in(still_svg(timeline, at)) == looks_of(step.keyframe), step.caption


@media
@themes
def test_the_steps_of_a_slide_show_their_keyframes(name: str, theme: ThemeName) -> None:
    timeline = timeline_of(name, theme)
    document = timeline_svg(timeline, "steps")
    for at, step in enumerate(timeline.steps):
        assert seen_in(document, at) == looks_of(step.keyframe), step.caption


# ---- SVG that plays, and pages: what Chromium shows

_SEEN = """
const looks = [...document.querySelectorAll(which)].map(element => {
  let [opacity, isTraveling] = [1, false];
  for (let each = element; each && each.tagName !== 'svg'; each = each.parentElement) {
    const style = getComputedStyle(each);
    isTraveling ||= Boolean(style.offsetPath) && style.offsetPath !== 'none';
    opacity *= style.opacity;
  }
  const { fill, stroke, strokeWidth, visibility, strokeDasharray } = getComputedStyle(element);
  if (visibility === 'hidden' || opacity < 0.005) return null;
  const classed = element.closest('[class*="av-"]');
  const own = [...(classed ? classed.classList : [])].filter(each => each.startsWith('av-'));
  const isShape = ['path', 'rect'].includes(element.tagName);
  return [element.dataset.key ?? '', isShape ? '' : element.textContent,
    fill, stroke, parseFloat(strokeWidth), opacity, own.map(each => each.slice(3)), isTraveling];
}).filter(Boolean);
"""


def colour(computed: str) -> str:
    """A computed colour as a theme has it.

    >>> colour("rgb(86, 180, 233)"), colour("color(srgb 1 0.2 0)"), colour("none")
    ('#56b4e9', '#ff3300', '')
    """
    whole = 255 if computed.startswith("color(srgb") else 1
    channels = [whole * float(each) for each in re.findall(r"[\d.]+", computed)]
    return "#" + "".join(f"{round(each):02x}" for each in channels[:3]) if channels else ""


def look_in_browser(row: list[Any]) -> tuple[str, Look]:
    """The key of an element, where its document has it, and what Chromium shows of it."""
    key, text, fill, line, width, opacity, classes, _ = row
    line = colour(line)
    width = float(f"{width:.2g}") if line else 0.0
    return key, Look(text, colour(fill), line, width, round(opacity, 2), frozenset(classes))


def unclassed(looks: Looks) -> Looks:
    """Looks as they are painted, without any class."""
    return Counter(replace(look, classes=frozenset()) for look in looks.elements())


MIXED = 3
"""A page mixes colours out of its theme's: levels out of 255 by which they may be rounded."""


def near(look: Look, expected: Look) -> Look:
    """A look, with the colours that are expected where its own are as near as rounding is."""
    fill, line = (
        other if one and other and _far(one, other) <= MIXED else one
        for one, other in ((look.fill, expected.fill), (look.line, expected.line))
    )
    return replace(look, fill=fill, line=line)


def _far(one: str, other: str) -> int:
    a, b = (bytes.fromhex(each[1:]) for each in (one, other))
    return max(abs(x - y) for x, y in zip(a, b, strict=True))


@pytest.mark.browser
@media
@themes
def test_what_plays_shows_at_the_end_of_each_step_its_keyframe(
    name: str, theme: ThemeName, browser: Any, tmp_path: Path
) -> None:
    timeline = timeline_of(name, theme)
    page = tmp_path / "page.html"
    page.write_text(f"<meta charset='utf-8'><body>{timeline_svg(timeline, 'animated')}", "utf-8")
    ends = list(accumulate(step.seconds for step in timeline.steps))
    with visit(browser, page.as_uri()) as seen:
        states = seen.page.evaluate(
            f"""(ends) => {{
              const formula = 'g:has(> text[fill="none"])';
              const which = `svg path:not(defs *, ${{formula}} *), svg ${{formula}},
                svg rect:not([width="100%"]), svg text:not([fill="none"])`;
              return ends.map(end => {{
                for (const each of document.getAnimations()) {{
                  each.pause();
                  each.currentTime = 1000 * end - 1;
                }}
                {_SEEN}
                return looks;
              }});
            }}""",
            ends,
        )
    for step, rows in zip(timeline.steps, states, strict=True):
        standing, traveling = (
            Counter(look_in_browser(row)[1] for row in rows if row[-1] is is_traveling)
            for is_traveling in (False, True)
        )
        expected = unclassed(looks_of(step.keyframe))
        assert unclassed(standing) - expected == Looks(), step.caption
        # What arrives as the step ends is a passenger still, and looks like what it becomes.
        landing = step.transitions[-1].landing
        arriving = unclassed(looks_of(e for e in step.keyframe if e.key in landing))
        missing = expected - unclassed(standing)
        assert missing <= arriving & unclassed(traveling), step.caption
    assert standing == looks_of(timeline.steps[-1].keyframe)  # classes are those at last


@pytest.mark.browser
@media
@themes
def test_a_page_shows_at_each_step_its_keyframe(
    name: str, theme: ThemeName, browser: Any, tmp_path: Path
) -> None:
    """By keys: an element is the same one in the timeline and in the page."""
    if name in SCENES:
        timeline = timeline_of(name, theme)
        text = scene_page(timeline)
    else:
        views = views_of(picture_of(name, theme))
        placed = views[0].picture  # with the places that the page has
        timeline = draw_story(placed.story, placed.layout, THEMES[theme], Frame.of("16:9"))
        text = document(views, theme)
    page = tmp_path / "page.html"
    page.write_text(text, encoding="utf-8")
    with visit(browser, page.as_uri(), reduced_motion="reduce") as seen:
        until(seen.page, f"{PAGE}?.picture" if name in STORIES else PAGE)
        for at, step in enumerate(timeline.steps):
            rows = seen.page.evaluate(
                f"""(step) => {{
                  const scrub = document.querySelector('.scrub');
                  scrub.value = step;
                  scrub.dispatchEvent(new Event('input'));
                  const which = '.stage svg [data-key]';
                  {_SEEN}
                  return looks;
                }}""",
                at,
            )
            by_key = dict(map(look_in_browser, rows))
            assert len(by_key) == len(rows)
            elements = [e for e in step.keyframe if name in SCENES or e.space == "world"]
            expected = {e.key: look_of(e) for e in elements if looks_of([e])}
            assert by_key.keys() == expected.keys(), step.caption
            shown = {key: near(look, expected[key]) for key, look in by_key.items()}
            assert shown == expected, step.caption
    assert seen.complaints == []


# ---- films


def film_timeline(name: str, theme: ThemeName) -> Timeline:
    if name in SCENES:
        return timeline_of(name, theme)
    return timeline_in(picture_of(name, theme))


def cameras(timeline: Timeline) -> list[Camera | None]:
    """Where the camera is at the end of each step."""
    moves = ([each.camera for each in step.transitions] for step in timeline.steps)
    found, camera = [], timeline.camera
    for own in moves:
        camera = next((each for each in reversed(own) if each is not None), camera)
        found.append(camera)
    return found


def in_hex(rgba: Any) -> str:
    return "#" + "".join(f"{round(255 * each):02x}" for each in rgba[:3]) if rgba[3] else ""


def look_of_mobject(part: Any, unit: float) -> Look:
    """What Manim would paint of a mobject.

    Args:
        unit: of Manim's lengths for each point of the world.
    """
    fill, line = part.fill_rgbas[0], part.stroke_rgbas[0]
    opacity = round(float(max(fill[3], line[3])), 2)
    colours = in_hex(fill), in_hex(line)
    width = float(f"{part.stroke_width / 100 / unit:.2g}") if colours[1] else 0.0
    return Look(getattr(part, "text", ""), *colours, width, opacity)


@media
@themes
def test_the_mobjects_at_the_end_of_each_step_are_its_keyframe(name: str, theme: ThemeName) -> None:
    timeline = film_timeline(name, theme)
    stills = watched(timeline, 10).stills
    painter = Stage(timeline, HEIGHT).painter
    for step, still, camera in zip(timeline.steps, stills, cameras(timeline), strict=True):
        area = painter.seen(camera)
        standing = [e for e in step.keyframe if painter.is_seen(e, area) and _has_outline(e)]
        unit = painter.unit * (camera.scale if camera else 1.0)
        painted = (look_of_mobject(part, unit) for part in parts_of(still))
        shown = Counter(look for look in painted if look.opacity > 0)
        assert shown == unclassed(looks_of(standing)), step.caption


def _has_outline(element: Element) -> bool:
    form = element.form
    if isinstance(form, Text):
        return bool(form.text.strip())
    return any(len(path) > 1 for path in form.paths)


PROBED = ("strip", "border", "edge")
"""Classes of what is looked up in frames."""

BRIGHT = 24
"""Levels out of 255: a pixel that is so near has a colour, and doesn't mix it with another."""


def places_of(element: Element, camera: Camera, frame: Frame) -> list[tuple[float, float]]:
    """Places in the film where an element is painted: corners of a line, the middle of an area."""
    form = element.form
    assert isinstance(form, Shape)
    if form.fill:
        xs, ys = zip(*(point for path in form.paths for point in path), strict=True)
        places = [((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2)]
    else:
        places = [point for path in form.paths for point in path[:: 3 if form.is_curved else 1]]
    return [camera.project(x, y, frame) for x, y in places]


@themes
@pytest.mark.parametrize("name", ["two paths", "matrices"])
def test_frames_have_the_colours_of_borders_edges_and_strips(
    name: str, theme: ThemeName, tmp_path: Path
) -> None:
    """Looked up at places, in the first frame after each step, in which nothing has begun yet."""
    timeline, rate = film_timeline(name, theme), 5
    frames = film(picture_of(name, theme), tmp_path, size=(854, 480), rate=rate).kept
    ends = [frame_at(end, rate) for end in accumulate(step.seconds for step in timeline.steps)]
    probed = Counter[str]()
    for step, end, camera in zip(timeline.steps, ends, cameras(timeline), strict=True):
        pixels = frames[min(end, len(frames) - 1)][:, :, :3].astype(int)
        assert camera is not None
        for element in step.keyframe:
            form, classes = element.form, element.classes.split()
            kind = next((each for each in PROBED if each in classes), "")
            if not (kind and isinstance(form, Shape)) or "head" in classes:
                continue
            if form.line and form.width * camera.scale < timeline.frame.height / len(pixels):
                continue  # thinner than a pixel: no pixel has its colour
            colour = np.array([*bytes.fromhex((form.fill or form.line)[1:])])
            page = np.array([*bytes.fromhex(timeline.theme.page[1:])])
            colour = colour * form.opacity + page * (1 - form.opacity)
            places = places_of(element, camera, timeline.frame)
            farthest = [distance_at(pixels, place, colour, timeline.frame) for place in places]
            assert min(farthest) < BRIGHT, (step.caption, element.key)
            probed[kind] += 1
    assert probed.keys() == set(PROBED) - (set() if name == "matrices" else {"strip"})
    assert min(probed.values()) > 5


def distance_at(pixels: Any, place: tuple[float, float], colour: Any, frame: Frame) -> float:
    """How far the nearest of the pixels around a place is from a colour, in levels out of 255."""
    scale = len(pixels) / frame.height
    x, y = (int(each * scale) for each in place)
    around = pixels[max(0, y - 1) : y + 2, max(0, x - 1) : x + 2]
    return float(np.abs(around - colour).max(axis=2).min())
