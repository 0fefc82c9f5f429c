"""What Chromium shows of a picture: at every moment of the animation, and where nothing moves."""

import html
import json
import re
import shutil
import subprocess
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import pytest

from graphgen.graph import Graph
from graphgen.outputs.svg import svg
from graphgen.picture import Picture
from graphgen.story import texts_after
from graphgen.theme import DARK, LIGHT
from tests.graphs import two_paths
from tests.pictures import ZOO, alarm, picture, sixty

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "chrome"))), None)

pytestmark = [
    pytest.mark.dot,
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium isn't installed"),
]

SEEN = """
const all = () => [...document.querySelectorAll('svg text:not([text-anchor=start] *)')];
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


def run(folder: Path, body: str, script: str, *flags: str) -> Any:
    """What a script on a page answers."""
    page = folder / "page.html"
    told = f"document.getElementById('answer').textContent = JSON.stringify((() => {{{script}}})())"
    page.write_text(
        f"<meta charset='utf-8'><body>{body}<pre id='answer'></pre><script>{SEEN}{told}</script>",
        encoding="utf-8",
    )
    done = subprocess.run(
        [
            str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", *flags,
            f"--user-data-dir={folder / 'profile'}", "--dump-dom", page.as_uri(),
        ],
        capture_output=True,
        timeout=60,
        check=True,
    )  # fmt: skip
    found = re.search(r'<pre id="answer">(.*?)</pre>', done.stdout.decode(), re.DOTALL)
    assert found is not None
    return json.loads(html.unescape(found[1]))


def at_moments(folder: Path, drawn: Picture, moments: list[float]) -> list[list[str]]:
    """The texts that are seen at moments of the animation, in seconds."""
    script = f"""
    return {json.dumps(moments)}.map(t => {{
      document.getAnimations().forEach(a => {{ a.pause(); a.currentTime = t * 1000; }});
      return seen();
    }});"""
    found: list[list[str]] = run(folder, svg(drawn, "animated"), script)
    return found


def ends(drawn: Picture) -> list[float]:
    """A moment near the end of each step."""
    begins = list(accumulate((step.seconds for step in drawn.story.steps), initial=0.0))
    return [begin + 0.95 * (end - begin) for begin, end in pairwise(begins)]


@pytest.mark.parametrize("graph", [two_paths(), ZOO["data and a cut"]], ids=["paths", "cut"])
def test_the_animation_shows_at_each_step_what_the_story_shows_then(
    graph: Graph, tmp_path: Path
) -> None:
    drawn = picture(graph)
    found = at_moments(tmp_path, drawn, ends(drawn))
    for k, (texts, told) in enumerate(zip(texts_after(drawn.story), found, strict=True)):
        rest = list(told)
        waiting = " ".join(told).replace("∂ ", "")
        for cell, text in texts.items():
            prefixed = f"∂ {text}" if cell.part == "gradient" else text
            if prefixed in rest:
                rest.remove(prefixed)
            else:
                assert text in waiting, (k, cell, text)
        gradients = [text for text in told if text.startswith("∂")]
        assert len(gradients) == sum(cell.part == "gradient" for cell in texts)


def test_no_gradient_is_seen_before_the_backward_pass(tmp_path: Path) -> None:
    drawn = picture(sixty())
    moves = [step.move for step in drawn.story.steps]
    moment = ends(drawn)[moves.index("seed") - 1]
    (found,) = at_moments(tmp_path, drawn, [moment])
    assert found
    assert not any(text.startswith("∂") for text in found)


def test_who_wants_no_motion_sees_the_complete_picture(tmp_path: Path) -> None:
    drawn = picture(two_paths())
    script = "return [document.getAnimations().length, seen()];"
    body = svg(drawn, "animated")
    count, found = run(tmp_path, body, script, "--force-prefers-reduced-motion")
    assert count == 0
    assert {"∂ 8", "∂ 3", "15", "s = a + b"} <= set(found)
    assert not any("sends" in text for text in found)


def test_pictures_on_one_page_leave_each_other_alone(tmp_path: Path) -> None:
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
    alone = run(tmp_path, other, script % 0)
    together = run(tmp_path, f'<div style="display:none">{one}</div>{other}', script % 1)
    assert together == alone


def test_a_slide_of_reveal_that_is_not_shown_waits(tmp_path: Path) -> None:
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
    waiting, playing = run(tmp_path, body, script)
    assert waiting == 0
    assert playing > 10


def test_reveal_sees_the_first_caption_and_nobody_else_does(tmp_path: Path) -> None:
    body = svg(picture(two_paths()), "steps")
    assert not any("Values flow" in text for text in run(tmp_path, body, "return seen();"))
    inside = f'<div class="reveal">{body}</div>'
    assert any("Values flow" in text for text in run(tmp_path, inside, "return seen();"))
