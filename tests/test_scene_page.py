"""A scene of the course as a page: it steps, it plays, and it shows what the film shows."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from graphgen.course.registry import lesson_of, request_of, scene_names, timeline_of
from graphgen.model.theme import ThemeName
from graphgen.model.timeline import Element, Frame, Text, Timeline
from graphgen.outputs.boards.page import scene_page
from graphgen.outputs.boards.writing import write_lesson
from graphgen.outputs.options import Options
from graphgen.outputs.page.assets import hash_of
from tests.browsing import CHROMIUM, browser, until, visit
from tests.pages import PAGE

__all__ = ["browser"]

DRAWN = [name for name in scene_names() if name != "backprop"]
"""Backprop's page is that of its picture, with sliders; see test_page."""

needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="Chromium isn't installed")


@cache
def timeline(name: str, theme: ThemeName = "dark") -> Timeline:
    return timeline_of(lesson_of(name, request_of(name, theme=theme)), Frame.of("16:9"))


def address(folder: Path, name: str, theme: ThemeName = "dark") -> str:
    path = folder / "page.html"
    path.write_text(scene_page(timeline(name, theme)), encoding="utf-8")
    return path.as_uri()


@pytest.mark.parametrize("name", ["tangent", "merge"])
def test_a_page_allows_its_own_script_and_style_alone(name: str) -> None:
    page = scene_page(timeline(name))
    policy = re.findall(r'Content-Security-Policy" content="([^"]+)"', page)[0]
    (code,) = re.findall(r'<script type="module">(.*?)</script>', page, re.DOTALL)
    (look,) = re.findall(r"<style[^>]*>(.*?)</style>", page, re.DOTALL)
    assert hash_of(code) in policy
    assert hash_of(look) in policy
    assert " style=" not in page
    assert "unsafe" not in policy
    assert page == scene_page(timeline(name))


def test_a_page_bears_its_language_and_its_theme() -> None:
    lesson = lesson_of("tangent", request_of("tangent", theme="light"))
    page = write_lesson(lesson, None, ".html", Options(language="pt-BR")).decode()
    assert '<html lang="pt-BR">' in page
    assert 'data-theme="light"' in page


@pytest.mark.parametrize("title", ["</script><script>alert(1)</script>", '"><img src=x onerror=1>'])
def test_a_title_stays_text(title: str) -> None:
    lesson = lesson_of("tangent", request_of("tangent", title=title))
    page = write_lesson(lesson, None, ".html", Options()).decode()
    assert title not in page
    assert page.count("<script") == 2
    assert "<img" not in page


def test_the_main_scene_is_the_page_of_its_picture() -> None:
    lesson = lesson_of("backprop", request_of("backprop"))
    page = write_lesson(lesson, None, ".html", Options()).decode()
    assert 'class="sliders"' in page


SHOWN = """() => {
  const texts = [];
  for (const text of document.querySelectorAll(".stage svg text")) {
    let seen = 1;
    for (let at = text; at && at.tagName !== "svg"; at = at.parentElement) {
      seen *= Number(getComputedStyle(at).opacity);
      if (getComputedStyle(at).visibility === "hidden") seen = 0;
    }
    if (seen > 0.01) texts.push(text.textContent);
  }
  return texts.sort();
}"""
COUNT = "() => document.querySelector('.count').textContent"


def texts_of(shown: Timeline, step: int) -> list[str]:
    forms = (element.form for element in shown.steps[step].keyframe)
    return [each.text for each in forms if isinstance(each, Text) and each.opacity > 0.01]


def words(texts: list[str]) -> list[str]:
    return sorted(" ".join(text.split()) for text in texts if text.strip())


@pytest.mark.browser
@needs_browser
@pytest.mark.parametrize("name", DRAWN)
def test_every_step_shows_the_texts_of_its_still(name: str, browser: Any, tmp_path: Path) -> None:
    shown = timeline(name)
    with visit(browser, address(tmp_path, name), reduced_motion="reduce") as seen:
        for step in range(len(shown.steps)):
            assert seen.page.evaluate(COUNT) == f"{step + 1} / {len(shown.steps)}"
            assert words(seen.page.evaluate(SHOWN)) == words(texts_of(shown, step)), step
            seen.page.evaluate(
                "(step) => { const scrub = document.querySelector('.scrub'); scrub.value = step;"
                "scrub.dispatchEvent(new Event('input')); }",
                min(step + 1, len(shown.steps) - 1),
            )
    assert seen.complaints == []
    assert len(seen.requests) == 1


@pytest.mark.browser
@needs_browser
def test_a_page_plays_to_its_end_and_stops(browser: Any, tmp_path: Path) -> None:
    with visit(browser, address(tmp_path, "tangent")) as seen:
        page, last = seen.page, len(timeline("tangent").steps)
        page.keyboard.press("End")
        page.keyboard.press("ArrowLeft")
        page.keyboard.press(" ")
        assert page.get_attribute(".play", "aria-label") == "pause"
        until(page, "document.querySelector('.play').ariaLabel === 'play'")
        assert page.evaluate(COUNT) == f"{last} / {last}"
        assert words(page.evaluate(SHOWN)) == words(texts_of(timeline("tangent"), last - 1))
    assert seen.complaints == []


@pytest.mark.browser
@needs_browser
def test_a_step_forward_moves_and_a_step_back_is_there_at_once(
    browser: Any, tmp_path: Path
) -> None:
    running = f"() => {PAGE}.picture.isRunning"
    with visit(browser, address(tmp_path, "tangent")) as seen:
        page = seen.page
        page.keyboard.press("ArrowRight")
        assert page.evaluate(running)
        page.keyboard.press("ArrowRight")  # the step after it begins where this one would end
        assert page.evaluate(running)
        assert page.evaluate(COUNT).startswith("3 /")
        page.keyboard.press("ArrowLeft")
        assert not page.evaluate(running)
        assert words(page.evaluate(SHOWN)) == words(texts_of(timeline("tangent"), 1))


HALFWAY = f"""([frame, share]) => {{
  const {{picture}} = {PAGE};
  picture.tween(frame, share);
  return picture.movers.map(({{element}}) => element.getAttribute("transform"));
}}"""


@pytest.mark.browser
@needs_browser
def test_what_moves_is_half_way_at_half_of_its_time(browser: Any, tmp_path: Path) -> None:
    """Of a motion between two places the middle; and the picture after it is the step's own."""
    shown = timeline("accumulate")
    frames = [each for step in shown.steps for each in step.transitions]
    frame, motion = next(
        (frame, each.motions[0])
        for frame, each in enumerate(frames, 1)
        if each.motions and len(each.motions[0].path) == 2
    )
    (x1, y1), (x2, y2) = motion.path
    last = len(shown.steps) - 1
    with visit(browser, address(tmp_path, "accumulate"), reduced_motion="reduce") as seen:
        share = (motion.start + motion.end) / 2
        (place, *_) = seen.page.evaluate(HALFWAY, [frame, share])
        x, y = map(float, re.findall(r"-?[\d.]+", place))
        assert (x, y) == pytest.approx(((x1 + x2) / 2, (y1 + y2) / 2), abs=0.2)
        seen.page.evaluate(f"() => {PAGE}.go({last}, false)")
        assert words(seen.page.evaluate(SHOWN)) == words(texts_of(shown, last))


@pytest.mark.browser
@needs_browser
def test_where_motion_is_not_wanted_a_step_is_there_at_once(browser: Any, tmp_path: Path) -> None:
    with visit(browser, address(tmp_path, "tangent"), reduced_motion="reduce") as seen:
        seen.page.keyboard.press("ArrowRight")
        assert words(seen.page.evaluate(SHOWN)) == words(texts_of(timeline("tangent"), 1))
        assert seen.page.evaluate("() => document.querySelector('.live[role]').textContent") == (
            timeline("tangent").steps[1].caption
        )


@pytest.mark.browser
@needs_browser
def test_without_scripts_the_last_still_is_complete(browser: Any, tmp_path: Path) -> None:
    shown = timeline("tangent")
    with visit(browser, address(tmp_path, "tangent"), java_script_enabled=False) as seen:
        visible = seen.page.locator(".stage svg text").all_text_contents()
        assert words(visible) == words(texts_of(shown, len(shown.steps) - 1))


PAINTS = f"""() => {{
  const found = {{}};
  for (const {{element, isHidden}} of {PAGE}.picture.tracks) {{
    if (isHidden || getComputedStyle(element).visibility === "hidden") continue;
    const {{fill, stroke, strokeWidth, opacity}} = getComputedStyle(element);
    found[element.dataset.key] = [fill, stroke, parseFloat(strokeWidth), Number(opacity),
      element.getAttribute("class")];
  }}
  return found;
}}"""


def rgb(color: str) -> str:
    """A colour as a browser says it."""
    if not color:
        return "none"
    red, green, blue = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgb({red}, {green}, {blue})"


def painted_as(element: Element) -> list[Any]:
    """What a browser is to say of an element: fill, stroke, its width, opacity and classes."""
    form = element.form
    classes = " ".join(f"av-{name}" for name in element.classes.split()) or None
    if isinstance(form, Text):
        return [rgb(form.ink), "none", 1.0, form.opacity, classes]
    width = form.width if form.line else 1.0
    return [rgb(form.fill), rgb(form.line), width, form.opacity, classes]


@pytest.mark.browser
@needs_browser
@pytest.mark.parametrize("name", ["accumulate", "tangent", "stops"])
def test_every_step_has_the_elements_and_the_colors_of_its_keyframe(
    name: str, browser: Any, tmp_path: Path
) -> None:
    """Law 4, for a page: keys, fills, lines, opacities and classes."""
    shown = timeline(name)
    with visit(browser, address(tmp_path, name), reduced_motion="reduce") as seen:
        for number, step in enumerate(shown.steps):
            seen.page.evaluate(f"() => {PAGE}.go({number}, false)")
            found = seen.page.evaluate(PAINTS)
            wanted = {element.key: painted_as(element) for element in step.keyframe}
            assert found.keys() == wanted.keys(), number
            for key, look in wanted.items():
                assert found[key][:2] == look[:2], (number, key)
                assert found[key][2:4] == pytest.approx(look[2:4], abs=0.06), (number, key)
                assert found[key][4] == look[4], (number, key)
