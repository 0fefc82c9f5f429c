"""A page as text: complete, small, the same each time, and what it lets in."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor
from torch.nn import functional

import graphgen
from graphgen import recording
from graphgen.model.graph import Graph
from graphgen.model.story import texts_after
from graphgen.narration.telling import tell
from graphgen.outputs.page import levels
from graphgen.outputs.page.assets import hash_of, operations, script, style
from graphgen.outputs.page.data import telling_of, told
from graphgen.outputs.page.levels import levels_of
from graphgen.outputs.page.slotting import slotted
from graphgen.text.slots import filled, mark
from tests.graphs import node, two_paths
from tests.pages import graph_of, page_of, sixty_nodes
from tests.pictures import ZOO, picture

pytestmark = pytest.mark.dot


def test_a_page_of_sixty_nodes_is_small() -> None:
    graph = sixty_nodes()
    assert (len(graph.nodes), len(graph.edges)) == (60, 104)
    assert len(page_of(graph).encode()) < 150_000


def test_the_same_graph_is_always_the_same_page() -> None:
    assert page_of(two_paths()) == page_of(two_paths())


@pytest.mark.parametrize("name", ZOO)
def test_without_its_script_the_page_shows_all_values_and_gradients(name: str) -> None:
    drawn = picture(ZOO[name])
    text = page_of(ZOO[name])
    shown = re.sub(r"<[^>]*>", "\n", text[text.index("<svg") : text.index("</svg>")])
    *_, last = texts_after(drawn.story)
    for cell, words in last.items():
        for part in re.split(r"[\n\t]", words):
            assert part in shown.split("\n"), (cell, part)
    gradients = sum(cell.part == "gradient" for cell in last)
    assert shown.split("\n").count("∂") == gradients


def test_the_policy_allows_the_one_script_and_the_one_style_and_nothing_else() -> None:
    text = page_of(two_paths())
    code = re.findall(r'<script type="module">(.*?)</script>', text, re.DOTALL)
    look = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', text)
    assert (len(code), len(look)) == (1, 1)
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules == {
        "default-src": "'none'",
        "script-src": hash_of(code[0]),
        "style-src": hash_of(look[0]),
        "base-uri": "'none'",
        "form-action": "'none'",
    }


def test_nothing_in_a_page_leads_outside_or_has_an_id() -> None:
    text = page_of(sixty_nodes())
    assert re.findall(r"https?://[^\s\"']*", text) == ["http://www.w3.org/2000/svg"] * 2
    elements = re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
    assert not re.search(r"\s(id|style|on\w+|href|src)=", elements)


def test_the_script_has_no_comments_and_no_imports() -> None:
    assert "import " not in script()
    assert "graphgen/text/digits.py" not in script()
    assert "/*" not in style()


def test_every_module_stands_in_the_package_by_itself() -> None:
    """What a page joins are real modules: each imports what it uses."""
    folder = Path(levels.__file__).parent / "assets"
    for path in folder.glob("*.js"):
        text = path.read_text(encoding="utf-8")
        for names, other in re.findall(r'import \{ ([^}]*) \} from "\./(\w+)\.js"', text):
            exported = (folder / f"{other}.js").read_text(encoding="utf-8")
            for name in names.split(", "):
                pattern = rf"export (async )?(function|class|const) {name}\b"
                assert re.search(pattern, exported), (path.name, name)


def test_joined_modules_have_no_name_twice() -> None:
    """They share one scope: a name that two of them declare would keep the page from starting."""
    folder = Path(levels.__file__).parent / "assets"
    declared = r"^(?:export )?(?:async )?(?:function|class|const|let) (?:(\w+)|\[(\w+), (\w+)\])"
    names = [
        name
        for path in folder.glob("*.js")
        for names in re.findall(declared, path.read_text(encoding="utf-8"), re.MULTILINE)
        for name in filter(None, names)
    ]
    assert {name for name in names if names.count(name) > 1} == set()


@pytest.mark.parametrize(
    ("text", "values", "why"),
    [
        ("sum(x)", {"x": [1.0, 2.0]}, "and x is an array"),
        ("a * sum(x)", {"a": 2.0, "x": [1.0, 2.0]}, "and x is an array"),
        ("a * b", {"a": 2.0, "b": 3.0}, ""),
    ],
)
def test_a_page_without_sliders_says_why(text: str, values: dict[str, object], why: str) -> None:
    telling = telling_of(tell(graph_of(text, values)))
    assert telling.why.endswith(f"{why}." if why else "")
    assert (told(telling)["tape"] is None) == bool(why)


def test_an_operation_that_the_script_has_not_is_named() -> None:
    plain = two_paths()
    last = replace(plain.nodes[3], op="LgammaBackward0")
    telling = telling_of(tell(Graph((*plain.nodes[:3], last), plain.edges)))
    assert telling.why == ("No sliders here: c is made by lgamma, which this page doesn't compute.")


@pytest.mark.parametrize(
    ("function", "symbol"),
    [
        (lambda a, b: torch.add(a, b, alpha=2), "+"),
        (lambda a, b: functional.leaky_relu(a, 0.2) * b, "leaky_relu"),
        (lambda a, b: functional.softplus(a, beta=2.0) * b, "softplus"),
        (lambda a, b: functional.gelu(a, approximate="tanh") * b, "gelu"),
        (lambda a, b: torch.clamp(a, min=-0.5) * b, "clamp"),
        (lambda a, b: torch.div(a, b, rounding_mode="floor") + b, "/"),
    ],
)
def test_an_operation_with_a_setting_that_the_script_has_not_is_named(
    function: Callable[[Tensor, Tensor], Tensor], symbol: str
) -> None:
    """The sliders would work out another function: leaky_relu with the usual slope, say."""
    a, b = (torch.tensor(each, dtype=torch.float64, requires_grad=True) for each in (-0.7, 0.4))
    with recording() as tape:
        loss = function(a, b)
    why = telling_of(tell(tape.graph(loss))).why
    assert f"is made by {symbol} with a setting of its own, which this page" in why


@pytest.mark.parametrize("value", [-0.7, 0.7])
@pytest.mark.parametrize("is_recorded", [True, False])
@pytest.mark.parametrize(
    ("function", "setting", "symbol"),
    [
        (functional.leaky_relu, 0.2, "leaky_relu"),
        (functional.softplus, 2.0, "softplus"),
    ],
)
def test_a_setting_is_known_on_both_sides_of_a_kink(
    function: Callable[..., Tensor], setting: float, symbol: str, is_recorded: bool, value: float
) -> None:
    """Where leaky_relu's operand is positive, its slope alone doesn't tell: the slider goes on."""

    def reason(*settings: float) -> str:
        a = torch.tensor(value, dtype=torch.float64, requires_grad=True)
        with recording() as tape:
            loss = function(a, *settings) * a
        return telling_of(tell(tape.graph(loss) if is_recorded else graphgen.graph_of(loss))).why

    assert f"is made by {symbol} with a setting of its own, which this page" in reason(setting)
    assert reason() == ""


def test_a_value_that_is_not_known_is_named() -> None:
    plain = two_paths()
    port = plain.nodes[0].ports[0]
    unknown = replace(plain.nodes[0], ports=(replace(port, value=replace(port.value, items=None)),))
    telling = telling_of(tell(Graph((unknown, *plain.nodes[1:]), plain.edges)))
    assert telling.why.endswith("and a has one that isn't.")


def test_a_story_in_other_words_has_no_sliders() -> None:
    story = tell(two_paths())
    steps = (replace(story.steps[0], caption="In other words."), *story.steps[1:])
    telling = telling_of(replace(story, steps=steps))
    assert telling.slotted is None
    assert "another version" in telling.why


@pytest.mark.parametrize("naming", ["math", "autograd"])
def test_a_story_of_slots_filled_with_its_numbers_is_the_story(naming: str) -> None:
    graph = two_paths()
    story, template = tell(graph, "", naming), telling_of(tell(graph, "", naming)).slotted
    assert template is not None
    found = {"v": "value", "g": "grad"}

    def number_at(key: str) -> str:
        index = int(key[1:])
        if key[0] in found:
            array = getattr(graph.nodes[index].ports[0], found[key[0]])
        else:
            edge = graph.edges[index]
            array = edge.contribution if key[0] == "c" else edge.local
        return graphgen.text.digits.number(array.items[0])

    told_steps = [filled(step.caption, number_at) for step in template.steps]
    assert told_steps == [step.caption for step in story.steps]
    assert mark("v2") in template.steps[2].caption


def test_marks_in_peoples_names_are_taken_out() -> None:
    hostile = Graph((node("leaf", f"a{mark('v9')}", 1.0, 1.0),), ())
    assert "\ue010" not in slotted(hostile).nodes[0].name
    text = json.dumps(told(telling_of(tell(hostile))))
    assert "v9" not in re.findall(r"\\ue010\W?(\w+)\\ue011", text)


def test_every_operation_of_the_script_has_a_row_in_the_table_of_words() -> None:
    assert {"mul", "pow", "gelu", "linalgvectornorm", "detach", "no_grad"} <= operations()


def test_a_graph_that_is_not_folded_has_one_level() -> None:
    assert [level.name for level in levels_of(two_paths(), two_paths())] == ["folded"]
    assert [level.name for level in levels_of(two_paths(), None)] == ["folded"]


def test_what_a_page_cannot_hold_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = graph_of("\n".join(["a0 = x * y", *(f"a{i} = a{i - 1} * x" for i in range(1, 80))]),
                     {"x": 1.0, "y": 1.0})  # fmt: skip
    small = graphgen.fold(whole)
    assert len(small.nodes) < len(whole.nodes)
    found = levels_of(small, whole)
    assert found[-1].name == f"all {len(whole.nodes)} nodes"
    assert set(found[0].inner.values()) == {len(found) - 1}
    monkeypatch.setattr(levels, "MOST_NODES", 10)
    assert [level.name for level in levels_of(small, whole)] == ["folded"]
    assert "be opened here" in page_of(small, whole=whole)


def test_a_story_in_autograds_names_is_told_on_in_them() -> None:
    graph = graph_of("sum(x * x)", {"x": [1.0, 2.0]})
    telling = telling_of(tell(graph, "", "autograd"))
    assert telling.naming == "autograd"
    assert "SumBackward0 sends" in json.dumps(told(telling))


def test_a_story_file_with_another_table_makes_a_page() -> None:
    story = tell(two_paths())
    short = replace(story, table=(story.table[1], story.table[1]))
    assert [row["node"] for row in told(telling_of(short))["rows"]] == [1, 1]


def test_a_label_keeps_its_spaces() -> None:
    plain = two_paths()
    spaced = replace(plain.nodes[0], name="x2 -3")
    assert ">x2 -3<" in page_of(Graph((spaced, *plain.nodes[1:]), plain.edges))
