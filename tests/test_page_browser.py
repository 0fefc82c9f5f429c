"""A page in a real browser: it steps, plays, explains, prints, and lets nothing in or out."""

import html
import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

import graphgen
from graphgen.draw.story_timeline import draw_story
from graphgen.layout.measure import safe
from graphgen.model.graph import Graph
from graphgen.model.story import texts_after
from graphgen.model.theme import ThemeName, theme_of
from graphgen.model.timeline import Frame, Text
from tests.browsing import browser, until, visit, work_of
from tests.graphs import chain, edge, node, two_paths
from tests.pages import PAGE, evaluated, graph_of, page_of, written
from tests.pictures import HOSTILE

__all__ = ["browser"]

pytestmark = [pytest.mark.dot, pytest.mark.browser]

GRADIENT = "[data-key='graph/node/1/gradient/0/0']"
CONTRIBUTION = "[data-key='graph/edge/3/pill/0']"

TWO_PATHS = ("s = a + b; c = s * b", {"a": 2.0, "b": 3.0})


@pytest.fixture
def page(browser: Any, tmp_path: Path) -> Iterator[Any]:
    """The page of two paths, without motion; it must not complain."""
    with visit(browser, written(tmp_path, *TWO_PATHS), reduced_motion="reduce") as seen:
        until(seen.page, f"{PAGE}?.picture")
        yield seen.page
    assert seen.complaints == []


# ---- steps


def step(page: Any) -> str:
    found: str = page.inner_text(".count")
    return found


def test_steps_go_by_keys_by_buttons_and_by_the_scrubber(page: Any) -> None:
    story = graphgen.tell(graph_of(*TWO_PATHS))
    captions = [one.caption for one in story.steps]
    last = len(captions)
    keys = page.keyboard.press
    for press, wanted in (
        (lambda: None, 1),
        (lambda: keys("ArrowRight"), 2),
        (lambda: keys("ArrowRight"), 3),
        (lambda: keys("ArrowLeft"), 2),
        (lambda: keys("End"), last),
        (lambda: keys("ArrowRight"), last),
        (lambda: keys("Home"), 1),
        (lambda: keys("ArrowLeft"), 1),
        (lambda: page.click(".next"), 2),
        (lambda: page.click(".last"), last),
        (lambda: page.click(".steps .former"), last - 1),
        (lambda: page.click(".first"), 1),
        (lambda: page.fill(".scrub", "6"), 7),
        (lambda: keys("ArrowRight"), 8),
    ):
        press()
        assert step(page) == f"{wanted} / {last}"
        assert page.inner_text(".caption") == captions[wanted - 1]
        assert page.text_content(".live") == captions[wanted - 1]


def test_play_goes_to_the_end_and_stops_there(page: Any) -> None:
    evaluated(page, "page.view.timeline.frames.fill(0.01);")
    page.keyboard.press("Space")
    until(page, f"{PAGE}.step === {PAGE}.last")
    assert page.get_attribute(".play", "aria-label") == "play"
    page.keyboard.press("Space")  # from the end it begins again
    until(page, f"{PAGE}.step === {PAGE}.last && !{PAGE}.isPlaying")


def test_a_key_pauses_what_plays(page: Any) -> None:
    evaluated(page, "page.view.timeline.frames.fill(60);")
    page.click(".play")
    assert page.get_attribute(".play", "aria-label") == "pause"
    page.keyboard.press("ArrowRight")
    assert page.get_attribute(".play", "aria-label") == "play"


# ---- sliders and explanations


def test_a_slider_moves_everything_and_the_button_takes_it_back(page: Any) -> None:
    page.keyboard.press("End")
    page.fill(".sliders input[type=number] >> nth=0", "-4")
    row = page.locator("tbody tr", has=page.locator("th", has_text="b"))
    until(page, "document.querySelector('table').textContent.includes('−1 via')")
    assert row.inner_text().split("\t") == [
        "b",
        "3",
        "2",
        "−1 via c = s × b, plus 3 via s = a + b, is 2",
    ]
    assert page.locator(CONTRIBUTION).text_content() == "−1"
    page.click(".reset")
    until(
        page, "[...document.querySelectorAll('td.gradient')].some((one) => one.textContent === '8')"
    )
    assert row.inner_text().split("\t")[2] == "8"
    page.focus(".sliders input[type=range] >> nth=0")
    page.keyboard.press("ArrowRight")  # the slider's own key, not a step
    assert step(page) == "11 / 11"
    assert page.input_value(".sliders input[type=number] >> nth=0") == "2.01"


RANGES = """
return [...page.root.querySelectorAll(".sliders input[type=range]")].map(
  ({min, max, step, value}) => [min, max, step, value].map(Number));"""


def test_every_number_has_a_slider_with_room_on_both_sides(browser: Any, tmp_path: Path) -> None:
    """Also 0, which is no part of anything, and the smallest and the largest ones."""
    values = {"a": 0.0, "b": -0.3, "c": 5e-324, "d": 1e308, "e": 7.0}
    with visit(browser, written(tmp_path, "a * b + c + d * 0 + e", values)) as seen:
        until(seen.page, f"{PAGE}?.picture")
        ranges = dict(zip(values, evaluated(seen.page, RANGES), strict=True))
        for name, (low, high, pace, value) in ranges.items():
            assert low == -high, name
            assert 0 < pace <= high / 100, name
            assert value == pytest.approx(min(values[name], high), abs=pace), name
        assert [ranges[name][1] for name in "abe"] == [5, 1, 20]
        seen.page.focus(".sliders input[type=range] >> nth=0")
        for _ in range(3):
            seen.page.keyboard.press("ArrowLeft")
        assert seen.page.input_value(".sliders input[type=number] >> nth=0") == "-0.03"
    assert seen.complaints == []


# ---- links


def moved_page(page: Any) -> list[str]:
    """What the number of each slider is, and the step."""
    numbers = page.locator(".sliders input[type=number]").all()
    return [*(one.input_value() for one in numbers), step(page)]


def test_a_reload_keeps_what_was_moved_and_the_step(browser: Any, tmp_path: Path) -> None:
    with visit(browser, written(tmp_path, *TWO_PATHS), reduced_motion="reduce") as seen:
        page = seen.page
        until(page, f"{PAGE}?.picture")
        assert "#" not in page.url
        page.fill(".sliders input[type=number] >> nth=0", "-4.25")
        page.click(".last")
        until(page, "location.hash === '#set.a=-4.25&step=11'")
        page.reload()
        until(page, f"{PAGE}?.step === 10")
        assert moved_page(page) == ["-4.25", "3", "11 / 11"]
        assert page.text_content(GRADIENT) == "1.75"  # a + 2 b
        page.click(".reset")
        page.click(".first")
        until(page, "location.href.indexOf('#') < 0")
    assert seen.complaints == []


def test_a_link_that_is_pasted_into_an_open_page_is_followed(page: Any) -> None:
    page.evaluate("location.hash = 'set.b=1e2&step=3'")
    until(page, f"{PAGE}.step === 2")
    assert moved_page(page) == ["2", "100", "3 / 11"]
    page.evaluate("location.hash = 'set.a=.5'")  # what it doesn't tell is as it was
    until(page, f"{PAGE}.tape.given[0] === 0.5")
    assert moved_page(page)[:2] == ["0.5", "3"]


HOSTILE_LINKS = (
    "set.a=<img src=x onerror=window.spoilt=1>&step=<script>",
    "set.a=1;window.spoilt=1&set.b=alert(1)",
    "set.a=NaN&set.b=Infinity&step=-1",
    "set.a=1e999&set.b=0x10&step=1.5",
    "set.__proto__=1&set.constructor=2&__proto__=3&set.toString=4",
    "javascript:window.spoilt=1",
    "%",
    "%ff%00&set.%a=1&=&&&==",
    "set.a=" + "9" * 400,
    "set.a=2&" * 40_000,
    "step=" + "9" * 40,
    "step=0",
)


@pytest.mark.parametrize("link", HOSTILE_LINKS, ids=lambda link: link[:30])
def test_a_hostile_link_changes_nothing(link: str, browser: Any, tmp_path: Path) -> None:
    address = f"{written(tmp_path, *TWO_PATHS)}#{link}"
    with visit(browser, address, reduced_motion="reduce") as seen:
        until(seen.page, f"{PAGE}?.picture")
        assert moved_page(seen.page) == ["2", "3", "1 / 11"]
        assert seen.page.evaluate("window.spoilt") is None
        seen.page.keyboard.press("End")
        assert seen.page.text_content(GRADIENT) == "8"
    assert seen.complaints == []
    assert len(seen.requests) == 1


def test_the_right_parts_of_a_link_count_whatever_the_others_are(
    browser: Any, tmp_path: Path
) -> None:
    address = f"{written(tmp_path, *TWO_PATHS)}#set.a=nan&set.z=3&x&set.b=-1.5e-2&step=999999"
    with visit(browser, address, reduced_motion="reduce") as seen:
        until(seen.page, f"{PAGE}?.picture")
        assert moved_page(seen.page) == ["2", "-0.015", "11 / 11"]
    assert seen.complaints == []


def test_leaves_of_one_name_are_told_apart_in_a_link(browser: Any, tmp_path: Path) -> None:
    plain = two_paths()
    other = replace(plain.nodes[1], name=plain.nodes[0].name)
    path = tmp_path / "twins.html"
    path.write_text(page_of(Graph((plain.nodes[0], other, *plain.nodes[2:]), plain.edges)))
    with visit(browser, path.as_uri(), reduced_motion="reduce") as seen:
        until(seen.page, f"{PAGE}?.picture")
        seen.page.fill(".sliders input[type=number] >> nth=1", "7")
        until(seen.page, "location.hash.length > 1")
        seen.page.reload()
        until(seen.page, f"{PAGE}?.picture")
        assert moved_page(seen.page)[:2] == ["2", "7"]
    assert seen.complaints == []


def test_in_a_frame_without_an_address_the_page_works_as_well(browser: Any, tmp_path: Path) -> None:
    """As notebooks and course sites embed it: srcdoc, and a sandbox."""
    text = html.escape(page_of(two_paths()))
    outer = tmp_path / "outer.html"
    outer.write_text(
        f'<meta charset="utf-8"><iframe width=900 height=700 srcdoc="{text}"></iframe>'
        f'<iframe width=900 height=700 sandbox="allow-scripts" srcdoc="{text}"></iframe>'
    )
    with visit(browser, outer.as_uri(), reduced_motion="reduce") as seen:
        for frame in seen.page.frames[1:]:
            until(frame, f"{PAGE}?.picture")
            frame.click(".next")
            frame.page.wait_for_timeout(600)
            assert frame.inner_text(".count") == "2 / 11"
    assert seen.complaints == []


def test_pointing_at_a_card_tells_how_its_gradient_is_made_up(page: Any) -> None:
    page.hover("[data-n='1']")
    told = page.inner_text(".how")
    for text in ("b = 3 ∂ 8", "× sends 5 to b: its slope is s = 5, times 1 from above.",
                 "+ sends 3 to b: its slope is 1, times 3 from above.",
                 "b adds up its 2 paths: 5 + 3 = 8."):  # fmt: skip
        assert text in told
    assert page.locator("tr.now th").inner_text() == "b"


def test_finite_differences_stand_beside_the_gradients(page: Any) -> None:
    page.click(".check")
    found = page.locator("td.check").all_inner_texts()
    assert found == ["3 ✓ agrees", "8 ✓ agrees", "3 ✓ agrees", "1 ✓ agrees"]


def test_a_gradient_that_differs_from_its_difference_is_told_so(page: Any) -> None:
    """The test above can fail: a wrong slope is found."""
    wrong = """
    const {values, grads, shares, slopes} = page.tape.run();
    page.tape.run = () => ({values, shares, slopes, grads: grads.map((g) => g + 1)});
    page.check();"""
    evaluated(page, wrong)
    assert "✗ differs" in page.inner_text("table")


FOCUSED = """
const here = document.activeElement;
const hasRing = here === document.body || getComputedStyle(here).outlineStyle !== "none";
return [here.className.baseVal ?? here.className, here.type ?? "", hasRing];"""


def test_the_keyboard_alone_reaches_everything(page: Any) -> None:
    """From one Tab to the next: theme, the graph's cards, buttons, scrubber, sliders, check."""
    met = []
    for _ in range(24):
        page.keyboard.press("Tab")
        met.append(evaluated(page, FOCUSED))
    names = [name.split()[0] if name else kind for name, kind, _ in met]
    for wanted in ("theme", "card", "closer", "fit", "first", "play", "last", "scrub", "range",
                   "number", "reset", "check"):  # fmt: skip
        assert wanted in names, (wanted, names)
    assert all(ring for *_, ring in met)


def test_cards_are_gone_through_with_up_and_down_and_say_what_they_show(page: Any) -> None:
    page.keyboard.press("End")
    page.focus("[data-n='0']")
    labels = []
    for _ in range(4):
        labels.append(page.evaluate("document.activeElement.getAttribute('aria-label')"))
        page.keyboard.press("ArrowDown")
    assert labels == [
        "a, 2, ∂ 3",
        "b, 3, ∂ 8, 2 paths",
        "s = a + b, 5, ∂ 3",
        "c = s × b, 15, ∂ 1",
    ]
    page.keyboard.press("ArrowLeft")  # the story's, from a card too
    assert step(page) == "10 / 11"


def test_what_a_card_of_an_array_says_is_told_apart(browser: Any, tmp_path: Path) -> None:
    text, values = "loss = sum(W * W * b)", {"W": [[0.5, -1.25]] * 8, "b": 2.0}
    with visit(browser, written(tmp_path, text, values), reduced_motion="reduce") as seen:
        until(seen.page, f"{PAGE}?.picture")
        seen.page.keyboard.press("End")
        for card in seen.page.locator("[data-n]").all():
            label = card.get_attribute("aria-label").replace("∂ ", "∂, ").split(", ")
            node = card.get_attribute("data-n")
            own = seen.page.locator(f"text[data-key^='graph/node/{node}/']:not([visibility])")
            assert sorted(label) == sorted(own.all_text_contents()), label
        parts = seen.page.locator("[data-n='0']").get_attribute("aria-label").split(", ")
        assert {"W", "8 × 2", "−1.25 to 0.5"} <= set(parts)
    assert seen.complaints == []


def test_a_slider_of_data_is_called_by_its_name_and_what_it_is(
    browser: Any, tmp_path: Path
) -> None:
    with visit(browser, written(tmp_path, "x * w", {"x": 1.0, "w": 2.0}, ["x"])) as seen:
        until(seen.page, f"{PAGE}?.picture")
        assert seen.page.locator(".slider.data > span").text_content() == "x data"


def test_a_screen_reader_finds_names_and_roles(page: Any) -> None:
    assert page.get_by_role("button", name="play").count() == 1
    assert page.get_by_role("slider", name="Step").get_attribute("aria-valuetext") == (
        "step 1 of 11, opening"
    )
    assert page.get_by_role("slider", name="a", exact=True).get_attribute("aria-valuetext") == "2"
    assert page.locator("[aria-live=polite]").count() == 1
    controls = "[...page.root.querySelectorAll('button, input, select')]"
    nameless = "(one) => !one.getAttribute('aria-label') && !one.textContent.trim()"
    assert evaluated(page, f"return {controls}.filter({nameless}).length;") == 0


# ---- safe, printed, light and dark


def test_the_page_asks_for_nothing_and_says_nothing(browser: Any, tmp_path: Path) -> None:
    address = written(tmp_path, *TWO_PATHS)
    with visit(browser, address, offline=True) as seen:
        until(seen.page, f"{PAGE}?.picture")
        for key in ("ArrowRight", "End", "Home", "Space", "ArrowRight", "+", "0"):
            seen.page.keyboard.press(key)
    assert (seen.complaints, seen.requests) == ([], [address])


def test_its_policy_lets_no_other_script_run(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "open.html"
    text = page_of(graph_of(*TWO_PATHS))
    spoilt = "<img src=x onerror='window.spoilt=1'><script>window.spoilt=2</script>"
    path.write_text(text.replace("</main>", f"</main>{spoilt}"), encoding="utf-8")
    with visit(browser, path.as_uri()) as seen:
        until(seen.page, f"{PAGE}?.picture")
        assert seen.page.evaluate("window.spoilt") is None
        blocked = "fetch('http://127.0.0.1:9/').then(() => 1, () => 2)"
        assert seen.page.evaluate(blocked) == 2
    assert sum("Content Security Policy" in text for text in seen.complaints) >= 3


def hostile() -> Graph:
    """A sum of leaves, each called by a name that wants to be more than text."""
    leaves = tuple(node("leaf", name, 1.0, 1.0) for name in HOSTILE)
    ops = [node("op", f"{HOSTILE[0]} {i}", i + 2.0, 1.0, "AddBackward0", name)
           for i, name in enumerate(HOSTILE[1:])]  # fmt: skip
    count = len(leaves)
    edges = []
    for i in range(len(ops)):
        edges.append(edge(count + i - 1 if i else 0, count + i, 0, 1.0, 1.0))
        edges.append(edge(i + 1, count + i, 1, 1.0, 1.0))
    return Graph((*leaves, *ops), tuple(edges))


def test_names_stay_text_everywhere(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "hostile.html"
    path.write_text(page_of(hostile(), title="".join(HOSTILE)), encoding="utf-8")
    with visit(browser, path.as_uri()) as seen:
        until(seen.page, f"{PAGE}?.picture")
        evaluated(seen.page, "page.view.steps.forEach((_, step) => page.go(step));")
        evaluated(seen.page, "page.explain(12); page.check(); page.moved(0, 2); page.print();")
        counts = "[...document.querySelectorAll('script, img, a, foreignObject')].length"
        assert seen.page.evaluate(counts) == 2
        told = seen.page.text_content("table")
        assert all(safe(name)[:12] in told for name in HOSTILE)
    assert seen.complaints == []
    assert seen.requests == [path.as_uri()]


def test_printed_the_page_is_complete(browser: Any, tmp_path: Path) -> None:
    with visit(browser, written(tmp_path, *TWO_PATHS), color_scheme="dark") as seen:
        until(seen.page, f"{PAGE}?.picture")
        seen.page.keyboard.press("ArrowRight")
        content = seen.page.pdf()
        assert step(seen.page) == "2 / 11"
    printed = tmp_path / "page.pdf"
    printed.write_bytes(content)
    told = subprocess.run(["pdftotext", "-layout", printed, "-"], capture_output=True, check=True)
    text = told.stdout.decode()
    for wanted in ("c=s×b", "∂3", "∂8", "∂1", "15", "2 paths",
                   "5 via c = s × b, plus 3 via s = a + b, is 8",
                   "where the gradient starts"):  # fmt: skip
        assert wanted in text, wanted


@pytest.mark.parametrize("system", ["dark", "light"])
def test_the_page_follows_the_system_unless_a_theme_was_asked_for(
    system: str, browser: Any, tmp_path: Path
) -> None:
    pages = {"dark": "rgb(24, 26, 27)", "light": "rgb(255, 255, 255)"}
    color = "getComputedStyle(document.querySelector('.autoviz')).backgroundColor"
    other = {"dark": "light", "light": "dark"}[system]
    with visit(browser, written(tmp_path, *TWO_PATHS), color_scheme=system) as seen:
        assert seen.page.evaluate(color) == pages[system]
        seen.page.click(".theme")
        assert seen.page.evaluate(color) == pages[other]
    asked = tmp_path / "asked.html"
    asked.write_text(page_of(graph_of(*TWO_PATHS), theme=other), encoding="utf-8")
    with visit(browser, asked.as_uri(), color_scheme=system) as seen:
        assert seen.page.evaluate(color) == pages[other]


def test_who_wants_no_motion_gets_none(browser: Any, tmp_path: Path) -> None:
    address = written(tmp_path, *TWO_PATHS)
    counts = []
    for motion in ("reduce", "no-preference"):
        with visit(browser, address, reduced_motion=motion) as seen:
            until(seen.page, f"{PAGE}?.picture")
            for _ in range(3):
                seen.page.keyboard.press("ArrowRight")
            counts.append(seen.page.evaluate(f"{PAGE}.picture.isRunning"))
    assert counts == [False, True]


# ---- large ones, and small windows


def test_what_has_no_sliders_says_why_and_steps(browser: Any, tmp_path: Path) -> None:
    text = "sum(relu(W @ x)) * a"
    values = {"W": [[1.0, -2.0], [3.0, 4.0]], "x": [1.0, 2.0], "a": 2.0}
    with visit(browser, written(tmp_path, text, values), reduced_motion="reduce") as seen:
        until(seen.page, f"{PAGE}?.picture")
        assert "and W is an array" in seen.page.inner_text(".why")
        assert seen.page.locator(".sliders input").count() == 0
        story = graphgen.tell(graph_of(text, values))
        for told, texts in zip(story.steps, texts_after(story), strict=True):
            assert seen.page.inner_text(".caption") == told.caption
            gradients = sum(cell.part == "gradient" for cell in texts)
            shown = (
                "[...document.querySelectorAll('[data-key$=\"/sign\"]:not([visibility])')].length"
            )
            assert seen.page.evaluate(shown) == gradients
            seen.page.keyboard.press("ArrowRight")
    assert seen.complaints == []


def test_numbers_that_the_page_finds_otherwise_are_shown_as_they_were_found(
    browser: Any, tmp_path: Path
) -> None:
    plain = two_paths()
    wrong = node("op", "c", 16.0, 1.0, "MulBackward0", "s * b")
    graph = Graph((*plain.nodes[:3], wrong), plain.edges)
    path = tmp_path / "wrong.html"
    path.write_text(page_of(graph), encoding="utf-8")
    with visit(browser, path.as_uri(), reduced_motion="reduce") as seen:
        until(seen.page, f"{PAGE}?.picture")
        assert "differs from what torch found" in seen.page.inner_text(".why")
        assert seen.page.locator(".sliders input").count() == 0
        for told in graphgen.tell(graph).steps:
            assert seen.page.inner_text(".caption") == told.caption
            seen.page.keyboard.press("ArrowRight")
        assert "16" in seen.page.text_content("svg")
    assert seen.complaints == []


def test_a_narrow_window_gets_the_picture_that_goes_down(browser: Any, tmp_path: Path) -> None:
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    with visit(browser, written(tmp_path, *TWO_PATHS), **phone) as seen:
        until(seen.page, f"{PAGE}?.picture")
        size = seen.page.evaluate(f"{PAGE}.view.size")
        assert size[1] > size[0]
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= 390
        seen.page.fill(".sliders input[type=number] >> nth=0", "5")
        seen.page.select_option("select.views", "0")  # what was moved stays
        seen.page.click(".last")
        assert seen.page.text_content(GRADIENT) == "11"
    assert seen.complaints == []


NARROW = """
const box = (name) => page.find(name).getBoundingClientRect();
page.root.parentElement.style.width = `${given}px`;
for (let frame = 0; frame < 20; frame += 1) await new Promise(requestAnimationFrame);
const root = page.root.getBoundingClientRect();
return {
  scrub: box(".scrub").width,
  outside: [...page.root.querySelectorAll("button, input, output, .stage")].filter((one) => {
    const {left, right, width} = one.getBoundingClientRect();
    return width > 0 && (left < root.left - 0.5 || right > root.right + 0.5);
  }).length,
  isBelow: box("aside").top >= box(".band").bottom,
  isDown: page.view.isDown,
};"""


@pytest.mark.parametrize(
    ("width", "is_below"), [(280, True), (360, True), (700, True), (900, False), (1200, False)]
)
def test_the_layout_follows_its_container_and_not_the_window(
    width: int, is_below: bool, browser: Any, tmp_path: Path
) -> None:
    """As beside a sidebar: the window is wide, the place of the page is not."""
    with visit(browser, written(tmp_path, *TWO_PATHS), reduced_motion="reduce") as seen:
        until(seen.page, f"{PAGE}?.picture")
        found = evaluated(seen.page, NARROW, width)
        assert found["scrub"] >= 120
        assert (found["outside"], found["isBelow"]) == (0, is_below)
        assert found["isDown"] == (width <= 360)
        assert evaluated(seen.page, NARROW, 1200)["isBelow"] is False  # and back again
    assert seen.complaints == []


def test_a_view_that_the_reader_chose_stays_whatever_the_width(page: Any) -> None:
    page.select_option("select.views", "0")
    assert evaluated(page, NARROW, 360)["isDown"] is False


def deep_graph() -> Graph:
    torch.manual_seed(0)
    model = torch.nn.Sequential(*(torch.nn.Linear(2, 2) for _ in range(40)))
    with graphgen.recording(model) as tape:
        loss = model(torch.ones(1, 2)).sum()
    return tape.graph(loss)


def test_folded_modules_open_and_close(browser: Any, tmp_path: Path) -> None:
    whole = deep_graph()
    small = graphgen.fold(whole, depth=1)
    path = tmp_path / "deep.html"
    path.write_text(page_of(small, whole=whole), encoding="utf-8")
    with visit(browser, path.as_uri(), reduced_motion="reduce") as seen:
        until(seen.page, f"{PAGE}?.picture")
        assert seen.page.locator(".badge").count() >= 1
        inner = seen.page.evaluate(f"Object.keys({PAGE}.view.inner)[0]")
        seen.page.focus(f"[data-n='{inner}']")
        seen.page.keyboard.press("Enter")
        until(seen.page, f"{PAGE}.index > 0")
        assert len(seen.page.locator("[data-n]").all()) > len(small.nodes)
        seen.page.keyboard.press("Escape")
        until(seen.page, f"{PAGE}.index === 0")
        assert len(seen.page.locator("[data-n]").all()) == len(small.nodes)
    assert seen.complaints == []


PAN = """
let count = 0;
const {top, left, width, height} = page.find(".stage").getBoundingClientRect();
const at = (type, x, y, more = {}) => page.find(".paper svg").dispatchEvent(new PointerEvent(type,
  {bubbles: true, pointerId: 1, clientX: left + x, clientY: top + y, ...more}));
page.find(".stage").setPointerCapture = () => {};
const before = page.camera.scale;
at("pointerdown", width / 2, height / 2);
await new Promise((done) => {
  const frame = () => {
    count += 1;
    const turn = count / 10;
    at("pointermove", width / 2 + 200 * Math.sin(turn), height / 2 + 100 * Math.cos(turn));
    if (count % 8 === 0) page.camera.zoom(1.1);
    if (count < 30) requestAnimationFrame(frame); else done();
  };
  requestAnimationFrame(frame);
});
at("pointerup", 0, 0);
return page.camera.scale / before;"""


def test_two_thousand_nodes_pan_and_zoom_with_little_work(browser: Any, tmp_path: Path) -> None:
    """Processor time of the page's thread, which doesn't tell what else the machine does."""
    path = tmp_path / "large.html"
    path.write_text(page_of(chain(2000)), encoding="utf-8")
    with visit(browser, path.as_uri()) as seen:
        until(seen.page, f"{PAGE}?.picture")
        assert seen.page.locator("[data-n]").count() == 2001
        session = seen.page.context.new_cdp_session(seen.page)
        session.send("Performance.enable", {"timeDomain": "threadTicks"})
        before = work_of(session)
        assert evaluated(seen.page, PAN) == pytest.approx(1.1**3)
        milliseconds = (work_of(session) - before) / 30 * 1000
    assert milliseconds < 1000 / 60
    assert seen.complaints == []


def test_a_pinch_and_the_wheel_zoom_about_where_they_are(page: Any) -> None:
    scale = f"{PAGE}.camera.scale"
    before = page.evaluate(scale)
    page.hover(".stage", position={"x": 200, "y": 100})
    page.keyboard.down("Control")
    page.mouse.wheel(0, -200)
    page.keyboard.up("Control")
    until(page, f"{scale} > {before} * 1.5")
    page.keyboard.press("0")
    assert page.evaluate(scale) == pytest.approx(before)


# ---- what it shows is the timeline's

PAINTS = """
const found = {};
for (const element of page.find(".paper svg").querySelectorAll("[data-key]:not([visibility])")) {
  const {fill, stroke} = getComputedStyle(element);
  const text = element.matches("text") ? element.textContent : "";
  found[element.dataset.key] = [fill, stroke, text, element.classList.contains("av-active")];
}
return found;"""


def channels(color: str) -> list[float]:
    """Red, green and blue of a colour as a theme or as a browser says it, from 0 to 255."""
    if color.startswith("#"):
        return [float(int(color[at : at + 2], 16)) for at in (1, 3, 5)]
    numbers = [float(each) for each in re.findall(r"[\d.]+", color.removeprefix("color(srgb"))]
    return [255 * each for each in numbers] if color.startswith("color(") else numbers


@pytest.mark.parametrize("name", ["dark", "light"])
def test_each_step_shows_the_texts_colors_and_actors_of_the_timeline(
    name: ThemeName, browser: Any, tmp_path: Path
) -> None:
    """Law 4: what the browser makes of the page's own colours is what the theme's would be."""
    theme = theme_of(name)
    story = graphgen.tell(graph_of(*TWO_PATHS))
    timeline = draw_story(story, graphgen.place(story, theme), theme, Frame.of("16:9"))
    address = written(tmp_path, *TWO_PATHS)
    with visit(browser, address, color_scheme=name, reduced_motion="reduce") as seen:
        until(seen.page, f"{PAGE}?.picture")
        for number, told in enumerate(timeline.steps):
            evaluated(seen.page, f"page.go({number}, false);")
            found = evaluated(seen.page, PAINTS)
            wanted = {each.key: each for each in told.keyframe if each.space == "world"}
            assert found.keys() == wanted.keys(), number
            for key, element in wanted.items():
                fill, line, text, is_active = found[key]
                form = element.form
                ink, edge = (form.ink, "") if isinstance(form, Text) else (form.fill, form.line)
                for ours, theirs in ((fill, ink), (line, edge)):
                    expected = channels(theirs) if theirs else []
                    assert channels(ours) == pytest.approx(expected, abs=2), (number, key, ours)
                assert text == (form.text if isinstance(form, Text) else ""), (number, key)
                assert is_active == ("active" in element.classes.split()), (number, key)
    assert seen.complaints == []
