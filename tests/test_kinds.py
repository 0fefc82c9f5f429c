"""The table of the kinds of nodes: each has its row, and no other place decides by their names."""

import ast
import re
from collections.abc import Iterator
from dataclasses import FrozenInstanceError, fields, replace
from pathlib import Path
from typing import get_args

import pytest

from graphgen.draw.cardparts import shell
from graphgen.layout.dot import source
from graphgen.model.geometry import Box
from graphgen.model.kinds import COMMON, KINDS, Kind, PaintName
from graphgen.model.theme import DARK, LIGHT, PAINTS, Paint, Theme, paint_of
from graphgen.narration.telling import tell
from graphgen.outputs.cardart import DASHES
from tests.pictures import data_and_cut

ROOT = Path(__file__).parent.parent
NAMES = frozenset(get_args(Kind))
TABLE = "graphgen/model/kinds.py"
READERS = ("graphgen/capture/", "graphgen/folding/")
"""How a graph is read and shrunk: here it is decided which kind a node is of."""
ALLOWED = {
    "graphgen/outputs/page/assets/explaining.js": ['view.kinds[node] === "d"'],
    "graphgen/outputs/page/assets/page.css": [".data", ".data"],
}
"""The few places elsewhere that may: a slider of data is called so, and has the paint of data."""


def decisions(text: str) -> Iterator[str]:
    """What in a file of Python decides by the names of kinds, as it is written.

    That is a comparison with a name or with a few of them, the asking for a name's beginning, a
    table that has at least two of them as its keys, a case of a match, and a kind's own letters.
    """
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Compare(left=left, comparators=others):
                is_one = any(map(_are_kinds, (left, *others)))
            case ast.Call(func=ast.Attribute(attr="startswith"), args=[argument, *_]):
                is_one = _are_kinds(argument)
            case ast.Dict(keys=keys):
                is_one = sum(key is not None and _are_kinds(key) for key in keys) > 1
            case ast.MatchValue(value=value):
                is_one = _are_kinds(value)
            case ast.Subscript(value=ast.Attribute(attr="kind")):
                is_one = True
            case _:
                is_one = False
        if is_one:
            yield ast.unparse(node)


def _are_kinds(node: ast.expr) -> bool:
    """Whether an expression is the name of a kind, or several and nothing else."""
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return bool(node.elts) and all(map(_are_kinds, node.elts))
    return isinstance(node, ast.Constant) and node.value in NAMES


def decisions_in_assets(text: str) -> Iterator[str]:
    """What in a style sheet or a script decides by kinds: a rule for one, a question for one."""
    names = "|".join(NAMES)
    yield from (found.group() for found in re.finditer(rf"\.(?:{names})\b(?=[^;{{}}]*\{{)", text))
    yield from (found.group() for found in re.finditer(r'\w+\.kinds\[\w+\] [!=]== "\w"', text))


def files(*suffixes: str) -> Iterator[Path]:
    for folder in ("graphgen", "scenes", "tools", "benchmarks"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in suffixes:
                yield path


def test_every_kind_has_a_row() -> None:
    assert set(KINDS) == NAMES
    assert COMMON in KINDS


def test_every_paint_of_a_theme_can_be_named_and_every_one_named_is_a_themes() -> None:
    is_paint = [field.name for field in fields(Theme) if field.type in (Paint, "Paint")]
    assert list(PAINTS) == list(get_args(PaintName)) == is_paint
    for kind, row in KINDS.items():
        assert paint_of(DARK, kind, is_loss=False) is getattr(DARK, row.paint)
        assert paint_of(LIGHT, kind, is_loss=True) is LIGHT.loss


def test_a_row_is_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        KINDS["leaf"].corner = 1.0  # type: ignore[misc]


def test_what_gradients_do_at_a_kind_has_no_contradictions() -> None:
    for kind, row in KINDS.items():
        assert not (row.stops_gradient and row.takes_gradient), kind
        assert row.takes_gradient or not row.accumulates_gradient, kind
        assert not (row.is_literal and (row.has_slider or row.takes_gradient)), kind
        assert bool(row.one) == bool(row.many), kind


def test_no_two_kinds_look_alike_without_their_colors() -> None:
    looks = {(row.corner, row.border, row.is_torn) for row in KINDS.values()}
    assert len(looks) == len(KINDS)
    assert len({row.dot_style for row in KINDS.values()}) == len(KINDS)
    assert {row.border for row in KINDS.values()} == {"solid", *DASHES}


def test_a_page_asks_by_its_letter_for_data_alone() -> None:
    script = (ROOT / "graphgen/outputs/page/assets/explaining.js").read_text("utf-8")
    asked = set(re.findall(r'\.kinds\[\w+\] === "(\w)"', script))
    assert asked == {KINDS["data"].letter}
    assert [kind for kind, row in KINDS.items() if row.letter in asked] == ["data"]


@pytest.mark.parametrize("kind", sorted(NAMES))
def test_a_card_and_dot_follow_the_row(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    box = Box(0.0, 0.0, 80.0, 40.0)
    graph = data_and_cut()
    mine = graph.nodes[0]
    assert mine.kind == "data"
    other = replace(KINDS[kind], paint="cut", corner=9.0, border="solid", dot_style="invis")
    monkeypatch.setitem(KINDS, kind, replace(other, is_torn=False))  # type: ignore[misc]
    solid = shell("k", box, kind, False, DARK)
    monkeypatch.setitem(KINDS, kind, replace(other, is_torn=True))  # type: ignore[misc]
    assert shell("k", box, kind, False, DARK) != solid
    lone = replace(graph, nodes=(replace(mine, kind=kind), *graph.nodes[1:]))
    (line,) = (line for line in source(tell(lone)).splitlines() if line.startswith("\tn0 ["))
    assert 'style="invis"' in line
    assert LIGHT.cut.line in line


def test_no_other_place_decides_by_the_names_of_kinds() -> None:
    decided: dict[str, list[str]] = {}
    for path in files(".py"):
        name = path.relative_to(ROOT).as_posix()
        if name != TABLE and not name.startswith(READERS):
            decided[name] = list(decisions(path.read_text("utf-8")))
    for path in files(".css", ".js"):
        if "reveal" not in path.parts:
            name = path.relative_to(ROOT).as_posix()
            decided[name] = list(decisions_in_assets(path.read_text("utf-8")))
    assert {name: lines for name, lines in decided.items() if lines} == ALLOWED


@pytest.mark.parametrize(
    "text",
    [
        "node.kind == 'leaf'",
        "kind not in ('data', 'constant')",
        "'cut' != kind",
        "{'leaf': 1, 'op': 2}",
        "look.startswith('op')",
        "letters = node.kind[0]",
        "match kind:\n    case 'cut': pass",
    ],
)
def test_a_place_that_decides_is_noticed(text: str) -> None:
    assert list(decisions(text))


@pytest.mark.parametrize("text", [".leaf { rx: 1px; }", ".a > .cut:hover { rx: 1px; }"])
def test_a_rule_for_a_kind_in_a_style_sheet_is_noticed(text: str) -> None:
    assert list(decisions_in_assets(text))


@pytest.mark.parametrize("text", ["kind == 'loss'", "part in ('title', 'data')", "{'data': body}"])
def test_other_words_are_not_taken_for_kinds(text: str) -> None:
    assert not list(decisions(text))
