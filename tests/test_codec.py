"""Files that anybody may have changed: each part is of its kind and fits, or it is told."""

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from graphgen.scenes.lecture import edition
from graphgen.scenes.lecture.edition import Edition

from graphgen.commands.autoviz import main
from graphgen.course import lesson_file
from graphgen.course.registry import lesson_of, request_of
from graphgen.draw.story_file import dumps, loads
from graphgen.lecture import cards, script
from graphgen.lecture.script import Part, Script
from graphgen.model.codec import read_json, structured
from graphgen.model.errors import AutovizError, StoryFileError
from graphgen.model.store import Store
from graphgen.model.theme import DARK, LIGHT, Paint, Theme
from tests.drills.mutations import DRILL
from tests.drills.running import run
from tests.graphs import two_paths
from tests.pictures import picture

pytestmark = pytest.mark.dot

MARKUP = '#fff"/><script>alert(1)</script><g x="'


@cache
def story() -> str:
    return dumps(picture(two_paths()))


@cache
def scene(name: str) -> str:
    return lesson_file.dumps(lesson_of(name, request_of(name)))


def changed(text: str, way: str, value: Any) -> str:
    """A text in JSON with another value at the end of a way such as "story.steps.0.seconds"."""
    body = json.loads(text)
    *parts, last = (int(part) if part.isdigit() else part for part in way.split("."))
    place = body
    for part in parts:
        place = place[part]
    place[last] = value(place[last]) if callable(value) else value
    return json.dumps(body)


@pytest.mark.parametrize(
    ("way", "value", "said"),
    [
        ("theme", [], "story file.theme"),
        ("theme.forward", MARKUP, 'forward as "#rrggbb"'),
        ("theme.leaf.fill", "red", 'fill as "#rrggbb"'),
        ("theme.leaf", "#ffffff", "story file.theme.leaf"),
        ("theme.fonts", [], "1 to 20 families"),
        ("theme.fonts", "Arial", "a list: got 'Arial'"),
        ("theme.fonts.0", "x'; src: url(//a)", "families of letters"),
        ("theme.title_size", 1e300, "title_size from 1 to 400"),
        ("theme.title_size", "nan", "title_size from 1 to 400"),
        ("theme.name", "blue", "theme.name"),
        ("layout.width", 1e300, "a size above 0"),
        ("layout.width", "nan", "a size above 0"),
        ("layout.boxes.0.x", "nan", "boxes within"),
        ("layout.boxes.0.width", -1, "boxes within"),
        ("layout.places.0.box.height", "inf", "boxes within"),
        ("layout.places.0.size", 0, "texts of 0 to"),
        ("layout.routes.0.points.1.y", "-inf", "routes within"),
        ("layout.boxes", lambda boxes: boxes[1:], "one box for each node"),
        ("story.names", lambda names: names * 2, "one name for each node"),
        ("story.title", 3, "a text: got 3"),
        ("story.title", "x" * 100_001, "a text of up to 100,000 letters"),
        ("story.title", "\ud800", "half a letter"),
        ("story.steps", {}, "a list: got {}"),
        ("story.steps.0.seconds", 10**400, "a number up to 1.8e308"),
        ("story.steps.0.seconds", True, "a number: got True"),
        ("story.table.0.node", "0", "a whole number: got '0'"),
        ("story.table.0.node", 2**70, "a whole number of 64 bits"),
        ("story.graph.loss_port", 1, "an output of the last node"),
        ("story.graph.edges.0.port", 7, "edges from outputs that there are"),
        ("story.graph.edges.0.slot", -1, "operands from 0 on"),
        ("story.graph.nodes.0.ports", [], "at least one output for each node"),
        ("story.graph.nodes.0.ports.0.value", 3, "a tensor: got 3"),
        ("story.graph.nodes.0.ports.0.value.shape", [-1], "a shape of up to 64 axes"),
        ("story.graph.nodes.0.ports.0.value.items", [1.0] * 65, "up to 64 elements"),
        ("story.graph.nodes.0.ports.0.value.items", [[1.0]], "two parts: got 1"),
        ("story.graph.nodes.0.ports.0.grad.shape", [1], "the shape of their values"),
    ],
)
def test_a_changed_story_is_refused_with_its_place(way: str, value: Any, said: str) -> None:
    with pytest.raises(StoryFileError) as caught:
        loads(changed(story(), way, value))
    assert said in str(caught.value)
    assert len(str(caught.value)) <= 500


@pytest.mark.parametrize(
    ("name", "way", "value", "said"),
    [
        ("tangent", "theme", ["dark"], "lesson file.theme"),
        ("tangent", "data.curve.ys", lambda ys: ys[1:], "xs, ys and slopes of a curve"),
        ("tangent", "data.curve.xs.3", "nan", "finite numbers for places on a curve"),
        ("tangent", "data.curve.xs", lambda xs: xs[::-1], "rising numbers"),
        ("tangent", "data.secants", [], "1 to 8 secants"),
        ("chain-rule", "data.links", lambda links: links[:1], "2 to 9 links"),
        ("backprop", "data.wide.boxes", [], "one box for each node"),
        ("accumulate", "data.leaf", 99, "the leaf from 0 to"),
        ("accumulate", "data.whole", 3, "lesson file.data.whole"),
        ("merge", "data.whole.tall.width", "nan", "a size above 0"),
        ("merge", "data.lean.story.graph.notes", ["x"], "pictures of one graph"),
        ("broadcast", "data.repeated.value.items", [], "elements and shape"),
        ("broadcast", "data.repeated.shares.shape", [1], "elements and shape"),
        ("stops", "data.cuts", [99], "cuts from 0 to"),
        ("zero-grad", "data.passes.0.sent", [], "sent, kept, forgets and zeroes"),
        ("zero-grad", "data.losses", [3], "a text: got 3"),
        ("descent", "data.verdicts", [], "rates and verdicts of one length"),
        ("descent", "data.walk.points.1", [1, 2], "places and slopes of a walk"),
        ("surface", "data.zs", lambda zs: zs[1:], "rows and heights"),
        ("surface", "data.zs.0", [], "columns and heights"),
        ("surface", "data.names", ["a"], "a list of 2: got 1"),
        ("slopes", "data.functions", [], "1 to"),
        ("slopes", "data.stacks.0.grads", [], "functions and rows of layers"),
        ("training", "data.losses", lambda losses: losses[1:], "moments of one length"),
        ("training", "data.optimizer", MARKUP, "an optimizer out of"),
        ("training", "data.shown", [5000], "a shown moment"),
        ("network", "data.input.rows", [], "rows of a sheet"),
        ("network", "data.layers", [], "layers"),
        ("engines", "data.engines", [], "engines of one length"),
        ("engines", "data.engines.0.web.ways", [[0, 99]], "nodes from 0 to"),
        ("engines", "captions", [[1, "a", "b"]], "a list of 2: got 3"),
    ],
)  # fmt: skip
def test_a_changed_scene_is_refused_with_its_place(
    name: str, way: str, value: Any, said: str
) -> None:
    text = scene(name)
    with pytest.raises(StoryFileError) as caught:
        lesson_file.loads(changed(text, way, value))
    assert said in str(caught.value), str(caught.value)
    assert len(str(caught.value)) <= 500


def lecture() -> Script:
    parts = (Part(1, "One", "one", story()), Part(2, "Two", "two", scene("chain-rule")))
    return Script("A lecture", "dark", "16:9", 2, parts)


@pytest.mark.parametrize(
    ("way", "value", "said"),
    [
        ("parts.0.slug", "x/../../../PWNED", "a slug of words and hyphens"),
        ("parts.0.slug", "..", "a slug of words and hyphens"),
        ("parts.0.slug", "", "a slug of words and hyphens"),
        ("parts.0.slug", "a\0b", "a slug of words and hyphens"),
        ("parts.0.slug", "a" * 81, "a slug of words and hyphens"),
        ("parts.1.slug", "one", "a slug of its own"),
        ("parts.0.number", "1", "a whole number: got '1'"),
        ("parts.0.number", 3, "rising numbers"),
        ("parts.0.heading", "a\nb", "on one line"),
        ("parts.0.content", 3, "a text: got 3"),
        ("parts.0.notes", "x" * 20_001, "up to 20,000 letters"),
        ("parts", [], "rising numbers"),
        ("aspect", "9:1", "width to height"),
        ("aspect", 3, "a text: got 3"),
        ("theme", "blue", "theme"),
        ("title", "\x1b[2J", "can be printed"),
        ("count", 10**9, "rising numbers"),
        ("autoviz_script", 2, "of version 1: got 2"),
    ],
)
def test_a_changed_script_is_refused_with_its_place(way: str, value: Any, said: str) -> None:
    text = script.dumps(lecture())
    assert script.loads(text) == lecture()
    with pytest.raises(StoryFileError) as caught:
        script.loads(changed(text, way, value))
    assert said in str(caught.value), str(caught.value)


def test_a_share_never_writes_outside_of_its_places(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A plan whose slug leads out of the folder is refused before anything is put anywhere."""
    whole = edition.dumps(Edition(lecture(), "l", "draft"))
    inside = changed(json.loads(whole)["script"], "parts.0.slug", "x/../../../PWNED")
    plan = tmp_path / "plan.json"
    plan.write_text(changed(whole, "script", inside))
    Store(tmp_path / "a" / "b" / "shares" / "shard-1-of-1").keep("plan", [plan])
    before = sorted(tmp_path.rglob("*"))
    out = tmp_path / "a" / "b" / "film.mp4"
    assert main(["lecture", "join", str(tmp_path / "a" / "b" / "shares"), "-o", str(out)]) == 2
    assert "a slug of words and hyphens" in capsys.readouterr().err
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("way", "value", "said"),
    [
        ("number", "2", "a whole number"),
        ("number", 8, "a section of up to 200: got 8 of 7"),
        ("heading", 3, "a text: got 3"),
        ("theme", "blue", "theme"),
    ],
)
def test_a_changed_card_is_refused_with_its_place(way: str, value: Any, said: str) -> None:
    card = cards.Card(2, 7, "Two paths", "A lecture", "dark")
    assert cards.loads(cards.dumps(card)) == card
    with pytest.raises(StoryFileError) as caught:
        cards.loads(changed(cards.dumps(card), way, value))
    assert said in str(caught.value)


def test_a_changed_edition_is_refused_with_its_place() -> None:
    whole = edition.dumps(Edition(lecture(), "l", "draft"))
    for way, value in (("quality", "z"), ("preset", None), ("script", {}), ("autoviz_edition", 0)):
        with pytest.raises(StoryFileError):
            edition.loads(changed(whole, way, value))


def _bad_themes() -> Iterator[Callable[[], object]]:
    yield lambda: Paint("#ffffff", "#000000", "white")
    yield lambda: Theme(**{**_fields(DARK), "page": "#12345"})
    yield lambda: Theme(**{**_fields(DARK), "page": "#123456\n"})
    yield lambda: Theme(**{**_fields(DARK), "alarm": "var(--x);color:red"})
    yield lambda: Theme(**{**_fields(DARK), "fonts": ('a"b',)})
    yield lambda: Theme(**{**_fields(DARK), "fonts": ("a\\b",)})
    yield lambda: Theme(**{**_fields(DARK), "caption_size": 0.0})


def _fields(theme: Theme) -> dict[str, Any]:
    return {name: getattr(theme, name) for name in Theme.__slots__}


@pytest.mark.parametrize("make", list(_bad_themes()))
def test_no_theme_holds_anything_but_colors_families_and_sizes(
    make: Callable[[], object],
) -> None:
    with pytest.raises(ValueError, match="got"):
        make()


def test_families_of_every_script_are_families() -> None:
    families = ("ＭＳ ゴシック", "Noto Sans CJK JP", "Iosevka-Term", "C059", "Ubuntu Mono 0.8")
    assert Theme(**{**_fields(LIGHT), "fonts": families}).fonts == families


def test_numbers_that_json_has_not_are_refused() -> None:
    for text in ("NaN", "[Infinity]", "[" * 100_000, "9" * 5000, b"\xff", ""):
        with pytest.raises(StoryFileError, match="a story file is JSON"):
            read_json(text, "a story file", "write it again")
    with pytest.raises(StoryFileError, match="a whole thing"):
        structured([], Theme, "thing", "write it again")
    assert issubclass(StoryFileError, AutovizError)


def test_files_that_were_changed_at_random_end_well_or_in_a_message(tmp_path: Path) -> None:
    """A part of the drill; all 2,400 are in `make drills`."""
    outcomes = run(DRILL, tmp_path, "now", slice(None, None, 25))
    assert [outcome for outcome in outcomes if not outcome.passed] == []
    assert {outcome.outcome for outcome in outcomes} == {"read", "refused"}
