"""What a page works out as its sliders move: torch's numbers, and the story's words."""

import math
import random
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import graphgen
from graphgen.draw.story_timeline import draw_story
from graphgen.model.graph import Array
from graphgen.model.story import Story
from graphgen.model.theme import DARK
from graphgen.model.timeline import Frame, Text
from graphgen.outputs.page.assets import script
from graphgen.outputs.page.data import telling_of, told
from graphgen.text.digits import number
from tests.browsing import browser, until, visit
from tests.pages import PAGE, domain_of, evaluated, graph_of, operations, written

__all__ = ["browser"]

pytestmark = [pytest.mark.dot, pytest.mark.browser]


@pytest.fixture(scope="module")
def page(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Any page with sliders."""
    folder = tmp_path_factory.mktemp("page")
    with visit(browser, written(folder, "a * b", {"a": 2.0, "b": 3.0})) as seen:
        until(seen.page, f"{PAGE}?.picture")
        yield seen.page


def plain(value: float) -> float | str:
    """A number as JSON can carry it to JavaScript's Number()."""
    told = {math.inf: "Infinity", -math.inf: "-Infinity"}
    return "NaN" if math.isnan(value) else told.get(value, value)


def bits(source: random.Random) -> float:
    found: float = struct.unpack("d", struct.pack("Q", source.getrandbits(64)))[0]
    return found


def test_numbers_are_rounded_as_python_rounds_them(page: Any) -> None:
    """Any double, decimals, halves of every size, and the odd ones."""
    source = random.Random(7)
    numbers = [0.0, -0.0, math.inf, -math.inf, math.nan, 5e-324, 1.7976931348623157e308]
    numbers += [9999.5, 999999.5, 10.125, 10.135, 1000.5, 1001.5, 99995.0, 0.00099995]
    for _ in range(5000):
        numbers.append(bits(source))
        numbers.append(round(source.uniform(-1, 1) * 10 ** source.randint(-8, 8), 6))
        numbers.append(source.randint(-4_000_000, 4_000_000) / 2 ** source.randint(0, 12))
    found = page.evaluate(
        f"(given) => {{ {script()}; return given.map(x => number(Number(x))); }}",
        list(map(plain, numbers)),
    )
    wrong = [(x, number(x), text) for x, text in zip(numbers, found, strict=True)]
    assert [case for case in wrong if case[1] != case[2]] == []


RUN = """
const {tape, edges, names} = given.view;
const made = new page.tape.constructor({...tape, edges});
return [made.isFaithful(), given.points.map((point) => {
  tape.sliders.forEach((node) => { made.given[node] = point[names[node]]; });
  const {values, grads, shares, slopes} = made.run();
  return [values, grads, shares, slopes, made.differences().map((one) => one && one.agrees)];
})];"""


def apart(ours: Any, array: Array | None) -> float:
    """How far a number of the page is from torch's, relative to the larger of 1 and either."""
    if array is None or array.items is None:
        return 0.0
    theirs = array.items[0]
    return float(abs(ours - theirs) / max(1.0, abs(ours), abs(theirs)))


def test_every_operation_agrees_with_torch_at_random_points(page: Any) -> None:
    source = random.Random(11)
    names = {text.split("(")[0] for text in operations()}
    assert {"gelu", "erf", "clamp", "mse", "maximum", "softplus", "norm", "detach"} <= names
    for text in operations():
        graph = graph_of(text, {"a": 0.5, "b": 0.7})
        view = told(telling_of(graphgen.tell(graph)))
        assert view["tape"] is not None, (text, view["why"])
        low, high = domain_of(text)
        points = [{n: source.uniform(low, high) for n in "ab"} for _ in range(3)]
        is_faithful, found = evaluated(page, RUN, {"view": view, "points": points})
        assert is_faithful, text
        for point, (values, grads, shares, slopes, agree) in zip(points, found, strict=True):
            theirs = graph_of(text, point)
            for index, node in enumerate(theirs.nodes):
                assert apart(values[index], node.ports[0].value) < 1e-12, (text, point, index)
                assert apart(grads[index], node.ports[0].grad) < 1e-12, (text, point, index)
            for index, edge in enumerate(theirs.edges):
                if edge.contribution is not None:
                    assert apart(shares[index], edge.contribution) < 1e-12, (text, point)
                    assert apart(slopes[index], edge.local) < 1e-12, (text, point)
            assert False not in agree, (text, point, "finite differences")


@pytest.mark.parametrize(
    ("text", "point", "agreeing"),
    [
        ("a * 1e9 + b", {"a": 1.0, "b": 1.0}, 3),
        ("relu(a) * b", {"a": 0.0, "b": 1.0}, 2),
        ("a * b", {"a": 2.0, "b": 3.0}, 3),
    ],
)
def test_the_check_never_calls_rounding_or_a_kink_a_difference(
    page: Any, text: str, point: dict[str, float], agreeing: int
) -> None:
    view = told(telling_of(graphgen.tell(graph_of(text, point))))
    _, ((*_, agree),) = evaluated(page, RUN, {"view": view, "points": [point]})
    assert False not in agree
    assert agree.count(True) >= agreeing


# ---- words

READ = """
page.tape.given = page.tape.given.map((number, node) => given[page.view.names[node]] ?? number);
page.refresh();
page.refreshTable();
const steps = page.view.steps.map((_, step) => {
  page.go(step, false);
  const texts = [...page.find("svg").querySelectorAll("text[data-key]:not([visibility])")];
  const shown = texts.map((text) => [text.dataset.key, text.textContent]);
  return [page.find(".caption").textContent, shown];
});
const rows = [...page.find("tbody").children].map(
  (line) => [...line.children].map((cell) => cell.textContent));
return [steps, rows];"""


def texts_of(story: Story) -> list[dict[str, str]]:
    """For each step the texts that a story's timeline shows of its graph."""
    frame = Frame.of("16:9")
    timeline = draw_story(story, graphgen.place(story, DARK), DARK, frame)
    return [
        {
            element.key: element.form.text
            for element in step.keyframe
            if isinstance(element.form, Text) and element.space == "world"
        }
        for step in timeline.steps
    ]


WORDED = {
    "s = a + b; c = s * b": "ab",
    "c = a ** b - b": "ab",
    "c = (a - b) ** 2 / (a * b)": "ab",
    "h = tanh(a * x + b); e = h - t; e ** 2 + 0.1 * a ** 2": "abxt",
    "p = a * b; q = p + a + b + p * a; q * -b": "ab",
    "-a * relu(b) + clamp(a, -1, 1)": "ab",
    "u = sin(a) + exp(b); v = u * a + u * b + u * u; w = v / u + sqrt(square(v)); "
    "log1p(square(w)) + sigmoid(u) * silu(v) - 2 ** a": "ab",
}


@pytest.mark.parametrize("text", WORDED)
def test_at_other_numbers_the_page_says_what_the_story_of_them_says(
    text: str, browser: Any, tmp_path: Path
) -> None:
    """Captions, cells and table: fractions, whole numbers, negative ones, ones and zeros."""
    names = WORDED[text]
    start = {name: 0.25 + index for index, name in enumerate(names)}
    source = random.Random(3)
    choices = [1.0, 2.0, 3.0, -1.0, -2.5, 0.5, 12345.678, -0.00001234, 0.0]
    points = [{name: source.choice(choices) for name in names} for _ in range(2)]
    points += [{name: source.uniform(-3, 3) for name in names}]
    with visit(browser, written(tmp_path, text, start)) as seen:
        until(seen.page, f"{PAGE}?.picture")
        for point in points:
            steps, rows = evaluated(seen.page, READ, point)
            story = graphgen.tell(graph_of(text, point))
            for (caption, shown), step, texts in zip(
                steps, story.steps, texts_of(story), strict=True
            ):
                assert caption == step.caption, point
                assert {key: text for key, text in shown if text} == texts, (point, caption)
            told_rows = [[r.name, r.value, r.gradient, r.made_of] for r in story.table]
            assert rows == told_rows, point
    assert seen.complaints == []
