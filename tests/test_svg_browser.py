"""What Chromium shows of a picture: at every moment of the animation, and where nothing moves."""

import json
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import pytest

from graphgen.draw.elements import box_of
from graphgen.model.graph import Graph
from graphgen.model.picture import Picture
from graphgen.model.story import texts_after
from graphgen.model.theme import DARK, LIGHT
from graphgen.outputs.svg import on_paper, svg
from tests.browsing import browser, visit
from tests.graphs import two_paths
from tests.pictures import ZOO, alarm, picture, sixty

__all__ = ["browser"]

pytestmark = [pytest.mark.dot, pytest.mark.browser]

SEEN = """
const all = () => [...document.querySelectorAll('svg text:not(.av-table, .av-table *)')];
const seen = () => all().filter(text => {
  let share = 1;
  for (let e = text; e; e = e.parentElement) {
    const style = getComputedStyle(e);
    if (style.offsetPath && style.offsetPath !== 'none') return false;
    if (style.visibility === 'hidden' || style.display === 'none') return false;
    share *= style.opacity;
  }
  return share > 0.9;
}).map(text => text.textContent);
"""


def run(browser: Any, folder: Path, body: str, script: str, **context: Any) -> Any:
    """What a script on a page answers; it runs while the page is read, when motion begins."""
    page = folder / "page.html"
    told = f"document.getElementById('answer').textContent = JSON.stringify((() => {{{script}}})())"
    page.write_text(
        f"<meta charset='utf-8'><body>{body}<pre id='answer'></pre><script>{SEEN}{told}</script>",
        encoding="utf-8",
    )
    with visit(browser, page.as_uri(), **context) as seen:
        return json.loads(seen.page.text_content("#answer"))


def at_moments(browser: Any, folder: Path, drawn: Picture, moments: list[float]) -> list[list[str]]:
    """The texts that are seen at moments of the animation, in seconds."""
    script = f"""
    return {json.dumps(moments)}.map(t => {{
      document.getAnimations().forEach(a => {{ a.pause(); a.currentTime = t * 1000; }});
      return seen();
    }});"""
    found: list[list[str]] = run(browser, folder, svg(drawn, "animated"), script)
    return found


def ends(drawn: Picture) -> list[float]:
    """A moment just before the end of each step."""
    begins = list(accumulate((step.seconds for step in on_paper(drawn).steps), initial=0.0))
    return [end - 0.02 for _, end in pairwise(begins)]


@pytest.mark.parametrize("graph", [two_paths(), ZOO["data and a cut"]], ids=["paths", "cut"])
def test_the_animation_shows_at_each_step_what_the_story_shows_then(
    graph: Graph, browser: Any, tmp_path: Path
) -> None:
    drawn = picture(graph)
    found = at_moments(browser, tmp_path, drawn, ends(drawn))
    for k, (texts, told) in enumerate(zip(texts_after(drawn.story), found, strict=True)):
        rest = list(told)
        for cell, text in texts.items():
            for part in text.split() if cell.part == "gradient" else [text]:
                assert part in rest, (k, cell, text)
                rest.remove(part)
        gradients = [text for text in told if text.startswith("∂")]
        assert len(gradients) == sum(cell.part == "gradient" for cell in texts)


def test_whoever_acts_is_lit_in_its_step_and_nobody_else(browser: Any, tmp_path: Path) -> None:
    drawn = picture(two_paths())
    script = f"""
    return {json.dumps(ends(drawn))}.map(t => {{
      document.getAnimations().forEach(a => {{ a.pause(); a.currentTime = t * 1000; }});
      const opacity = e => getComputedStyle(e).opacity * (e.closest('g') === e.parentElement
        ? getComputedStyle(e.parentElement).opacity : 1);
      return [...document.querySelectorAll('.av-glow')].filter(e => opacity(e) > 0.5)
        .map(e => [e.getAttribute('x'), e.getAttribute('y')].map(Number)).sort();
    }});"""
    found = run(browser, tmp_path, svg(drawn, "animated"), script)
    for step, lit in zip(on_paper(drawn).steps, found, strict=True):
        boxes = [box_of([e]) for e in step.keyframe if "glow" in e.classes.split()]
        expected = sorted([round(box.x, 1), round(box.y, 1)] for box in boxes)
        assert sorted(lit) == expected, step.caption
    assert sum(map(len, found)) > 5


def test_no_gradient_is_seen_before_the_backward_pass(browser: Any, tmp_path: Path) -> None:
    drawn = picture(sixty())
    moves = [step.move for step in drawn.story.steps]
    moment = ends(drawn)[moves.index("seed") - 1]
    (found,) = at_moments(browser, tmp_path, drawn, [moment])
    assert found
    assert not any(text.startswith("∂") for text in found)


def test_who_wants_no_motion_sees_the_complete_picture(browser: Any, tmp_path: Path) -> None:
    drawn = picture(two_paths())
    script = "return [document.getAnimations().length, seen()];"
    body = svg(drawn, "animated")
    count, found = run(browser, tmp_path, body, script, reduced_motion="reduce")
    assert count == 0
    assert {"∂", "8", "3", "15", "s = a + b"} <= set(found)
    assert not any("sends" in text for text in found)


def test_pictures_on_one_page_leave_each_other_alone(browser: Any, tmp_path: Path) -> None:
    """Each is seen as it is alone, also when the other one is hidden."""
    one, other = (
        svg(picture(two_paths(), DARK), "animated"),
        svg(picture(alarm(), LIGHT), "animated"),
    )
    script = """
    const look = root => [...root.querySelectorAll('*')].map(e => {
      const s = getComputedStyle(e);
      return [s.fill, s.stroke, s.animationName, s.fontSize].join();
    });
    return look(document.querySelectorAll('svg')[%d]);"""
    alone = run(browser, tmp_path, other, script % 0)
    together = run(browser, tmp_path, f'<div style="display:none">{one}</div>{other}', script % 1)
    assert together == alone


def test_a_slide_of_reveal_that_is_not_shown_waits(browser: Any, tmp_path: Path) -> None:
    body = "".join(
        f'<div class="reveal"><section class="{state}">{document}</section></div>'
        for state, document in (
            ("future", svg(picture(two_paths()), "animated")),
            ("present", svg(picture(alarm()), "animated")),
        )
    )
    script = """
    return [...document.querySelectorAll('svg')].map(
      root => document.getAnimations().filter(a => root.contains(a.effect.target)).length);"""
    waiting, playing = run(browser, tmp_path, body, script)
    assert waiting == 0
    assert playing > 10


def test_reveal_sees_the_first_caption_and_nobody_else_does(browser: Any, tmp_path: Path) -> None:
    body = svg(picture(two_paths()), "steps")
    assert not any("Values flow" in text for text in run(browser, tmp_path, body, "return seen();"))
    inside = f'<div class="reveal">{body}</div>'
    assert any("Values flow" in text for text in run(browser, tmp_path, inside, "return seen();"))


# ---- the browser itself


def test_a_quiet_page_complains_about_nothing(browser: Any, tmp_path: Path) -> None:
    page = tmp_path / "quiet.html"
    page.write_text("<p>all is well</p>")
    with visit(browser, page.as_uri()) as seen:
        assert seen.page.inner_text("p") == "all is well"
    assert (seen.complaints, seen.requests) == ([], [page.as_uri()])


def test_errors_warnings_and_requests_are_heard(browser: Any, tmp_path: Path) -> None:
    page = tmp_path / "loud.html"
    page.write_text(
        "<img src='gone.png'><script>console.warn('beware'); throw new Error('broken')</script>"
    )
    with visit(browser, page.as_uri()) as seen:
        seen.page.wait_for_load_state()
    assert {"beware", "broken"} <= set(seen.complaints)
    assert any(address.endswith("gone.png") for address in seen.requests)
