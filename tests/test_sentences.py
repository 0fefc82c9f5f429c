"""Every sentence of a story is one template of the catalogue, and another language is a table."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter, ascii_letters

import pytest
import torch
from hypothesis import given, settings
from torch import nn

import graphgen
from graphgen.capture.recorder import record
from graphgen.language.expression import parse
from graphgen.model.graph import Graph
from graphgen.model.kinds import KINDS
from graphgen.model.story import Story
from graphgen.narration.explanation import explain
from graphgen.narration.telling import tell
from graphgen.ops import SUBJECTS, find, subject_of
from graphgen.outputs.page.assets import beside, frame
from graphgen.outputs.page.document import document
from graphgen.outputs.page.slotting import hindrance
from graphgen.outputs.page.views import views_of
from graphgen.text.catalogue import LISTS, ByNumber, Language, Table, Template, speaking
from graphgen.text.digits import inline
from graphgen.text.sentences import KIND_WORDS, STORY, TABLES
from tests.graphs import graphs, two_paths
from tests.pages import told_in
from tests.pictures import data_and_cut, picture
from tests.strategies import Made, programs

ROOT = Path(__file__).parent.parent
ALL = (LISTS, SUBJECTS, *TABLES)
KEYS = {key for table in TABLES for key in table.templates}

WORDED = (
    *sorted((ROOT / "graphgen/narration").glob("*.py")),
    *(
        ROOT / "graphgen/folding" / f"{name}.py"
        for name in ("__init__", "gathering", "repeats", "sequence")
    ),
    *(
        ROOT / "graphgen/outputs/page" / f"{name}.py"
        for name in ("data", "document", "levels", "slotting", "views")
    ),
)
"""Files that say something of a story, and so hold no words themselves."""


# ---- where words stand


def texts_in(tree: ast.AST) -> Iterator[str]:
    """The texts of a program but its docstrings, its error messages and the keys of sentences."""
    for node in ast.walk(tree):
        for child in ast.iter_child_nodes(node):
            is_docstring = isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)
            if is_docstring or isinstance(child, ast.Raise):
                child.__dict__.clear()
                child._fields = ()  # type: ignore[attr-defined]
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def sentences_in(code: str) -> list[str]:
    """The texts in a program that read as a sentence or as a part of one."""
    found = (
        text
        for text in texts_in(ast.parse(code))
        if text not in KEYS and not text.startswith("(?P<")
    )
    return [text for text in found if is_worded(text)]


def is_worded(text: str) -> bool:
    words = re.findall(r"[A-Za-z]+", re.sub(r"<[^<>]*>|[\w-]+=\"", "", text))
    is_ended = bool(re.search(r"[a-z]\.$", text))
    return (len(words) > 2 and " " in text) or (is_ended and " " in text)


_MARKUP = re.compile(r"<!doctype|<meta|default-src|base-uri|<script|autoviz\.|document\.")


@pytest.mark.parametrize("file", WORDED, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_what_tells_holds_no_sentence(file: Path) -> None:
    found = sentences_in(file.read_text(encoding="utf-8"))
    assert [text for text in found if not _MARKUP.search(text)] == []


@pytest.mark.parametrize(
    "code",
    [
        'caption = f"{name} adds up its {count} paths"',
        'caption = name + " sends a share"',
        'caption = "It is over."',
        'caption = {"x": ["a sentence in a table"]}',
    ],
)
def test_a_sentence_in_code_would_be_seen(code: str) -> None:
    assert sentences_in(code)


def used_in(code: str) -> Iterator[str]:
    """Patterns of the keys that a program uses: every text, and what f-strings can come to."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield re.escape(node.value)
        is_said = isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".say")
        if isinstance(node, ast.Call) and is_said and isinstance(node.args[0], ast.JoinedStr):
            parts = node.args[0].values
            yield "".join(
                re.escape(p.value) if isinstance(p, ast.Constant) else ".+" for p in parts
            )


def test_every_template_is_used() -> None:
    own = ROOT / "graphgen/text/sentences.py"
    code = [f for f in (ROOT / "graphgen").rglob("*.py") if f != own]
    users = [text for f in code if "text.sentences" in (text := f.read_text("utf-8"))]
    used = {pattern for text in users for pattern in used_in(text)}
    used |= {*frame().get_identifiers(), *beside().get_identifiers()}
    unused = {key for key in KEYS if not any(re.fullmatch(pattern, key) for pattern in used)}
    assert unused <= set(KINDS)  # a kind's own word is asked for by the kind


def test_a_key_stands_in_one_table_only_by_its_name() -> None:
    assert len({table.name for table in ALL}) == len(ALL)


# ---- what is said


def pattern_of(template: Template) -> str:
    """A regular expression of all that a template can say."""
    if isinstance(template, ByNumber):
        return "|".join(pattern_of(form) for form in (template.one, template.many) if form)
    parts = Formatter().parse(template)
    return "".join(re.escape(text) + (".+" if name else "") for text, name, _, _ in parts)


def said_by(table: Table, *beginnings: str) -> re.Pattern[str]:
    """All that the templates can say whose keys begin so."""
    keys = [key for key in table.templates if key.startswith(beginnings)]
    return re.compile("|".join(f"(?:{pattern_of(table.templates[key])})" for key in keys))


GIVEN = "|".join(
    pattern_of(template) for key, template in KIND_WORDS.templates.items() if key.endswith("given")
)
SAID = {
    "open": said_by(STORY, "opening"),
    "place": re.compile(f"(?:{GIVEN}|only constants)(?: (?:{GIVEN}))*"),
    "seed": said_by(STORY, "seed"),
    "send": said_by(STORY, "sent", "several sent"),
    "sum": said_by(STORY, "summed", "not the sum"),
    "stop": said_by(STORY, "stopped"),
    "close": said_by(STORY, "closing"),
}
"""What the caption of each kind of step is made by; a computation's is its equation."""


@given(programs())
@settings(max_examples=60)
def test_each_caption_of_a_program_is_a_template_with_its_places_filled(made: Made) -> None:
    graph = record(made.program, made.values)
    for step in tell(graph).steps:
        if step.move == "compute":
            value = inline(graph.nodes[step.focus.nodes[0]].ports[0].value)
            assert step.caption.endswith(f" = {value}.") or len(step.focus.nodes) > 1
        else:
            assert SAID[step.move].fullmatch(
                step.caption.partition("here is one. ")[2] or step.caption
            )
        assert not re.search(r"\{|\}|  |\.\.|, ,|: \.| None|\?|\+ −", step.caption)


@given(graphs())
@settings(max_examples=40)
def test_what_a_caption_says_is_the_graphs_own(graph: Graph) -> None:
    """The caption of each single contribution names its number, its operand and its slope."""
    story = tell(graph)
    for step in story.steps:
        if step.move != "send" or len(step.focus.edges) > 1:
            continue
        edge = graph.edges[step.focus.edges[0]]
        assert edge.contribution is not None
        name = story.names[edge.source]
        share = inline(edge.contribution)
        start = f"{subject_of(graph.nodes[edge.target].op)} sends {share} to {name}: its slope is "
        assert step.caption.startswith(start)
        above = graph.nodes[edge.target].ports[0].grad
        assert step.caption.endswith(f", times {inline(above)} from above.")


# ---- another language

OTHER = str.maketrans(ascii_letters, "".join(chr(ord(c) - 0x41 + 0xFF21) for c in ascii_letters))
BACK = {other: ours for ours, other in OTHER.items()}


def marked_up(template: Template) -> Template:
    """A template in a pretend language: ours in wide letters."""
    if isinstance(template, ByNumber):
        one, many = (str(marked_up(form)) for form in (template.one, template.many))
        return ByNumber(template.place, one, many)
    return "".join(
        text.translate(OTHER) + (f"{{{name}{f':{spec}' if spec else ''}}}" if name else "")
        for text, name, spec, _ in Formatter().parse(template)
    )


def language_of(*tables: Table) -> Language:
    return Language(
        {f"{t.name}.{key}": marked_up(one) for t in tables for key, one in t.templates.items()}
    )


PRETEND = language_of(*ALL)


def block() -> Graph:
    """A loss of several modules with a parameter that isn't used, folded."""
    torch.manual_seed(1)
    model = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 1))
    whole = nn.ModuleDict({"used": model, "idle": nn.Linear(2, 2)})
    with graphgen.recording(whole) as recording:
        loss = model(torch.randn(16, 4)).pow(2).mean()
        return graphgen.fold(recording.graph(loss), 1)


def power() -> Graph:
    program = parse("h = relu(W @ x + b); loss = sum(h ** 2) + mean(W) / detach(c) - log(0 * c)")
    values = {"W": [[1.0, -2.0], [0.5, 3.0]], "x": [1.0, 2.0], "b": 0.5, "c": 3.0}
    return record(program, values, ("x",))


def many() -> Graph:
    return record(
        parse(
            "; ".join(f"y{n} = sin(x) * {n}; z{n} = y{n} + x" for n in range(8))
            + "; loss = "
            + " + ".join(f"z{n}" for n in range(8))
        ),
        {"x": 1.0},
    )


def said_of(graph: Graph, story: Story) -> list[str]:
    cells = [mark.text for step in story.steps for mark in step.marks]
    captions = [step.caption for step in story.steps]
    return [*captions, *cells, *explain(story).splitlines(), *graph.notes, hindrance(story)]


@pytest.mark.parametrize("made", [block, power, many, data_and_cut])
def test_a_story_in_another_language_is_wholly_from_its_table(made: object) -> None:
    assert callable(made)
    graph = made()
    ours = said_of(graph, tell(graph))
    with speaking(PRETEND):
        graph = made()
        theirs = said_of(graph, tell(graph))
    assert [text.translate(BACK) for text in theirs] == ours
    written = " ".join(f"{node.name} {node.label} {find(node.op).symbol}" for node in graph.nodes)
    own = {*re.findall(r"[A-Za-z]+", written), *re.findall("[a-z]+", " ".join(graph_words(graph)))}
    left = {word for text in theirs for word in re.findall(r"[A-Za-z]{2,}", text)}
    assert left <= own


def graph_words(graph: Graph) -> Iterator[str]:
    """What torch and its users call things, in every language."""
    yield "loss nan inf"
    for node in graph.nodes:
        yield from (*find(node.op).slopes, node.scope, node.op)
    yield from re.findall(r"\b[a-z]+\.(?:weight|bias)|(?<=: )\w+", " ".join(graph.notes))


def test_a_word_that_no_table_holds_would_be_seen() -> None:
    """A language without one of the tables leaves English words in a story."""
    graph = data_and_cut()
    with speaking(language_of(*(table for table in ALL if table is not STORY))):
        captions = [step.caption for step in tell(graph).steps]
    assert "Values flow forward; gradients flow back." in captions


def test_a_page_in_another_language_has_no_words_of_ours() -> None:
    """Nor have its scripts: what they write is told them."""
    with speaking(PRETEND):
        page = document(views_of(picture(two_paths())))
    body = page[page.index("<body>") : page.index('<script type="module">')]
    told = told_in(body)
    texts = re.findall(r">([^<>]+)<", re.sub("<script.*?</script>", "", body))
    texts += re.findall(r'(?:aria-label|title)="([^"]*)"', body)
    texts += [re.sub(r"\{\w+\}", "", text) for text in told["words"].values()]
    words = {word for text in texts for word in re.findall(r"[A-Za-z]{2,}", text)}
    assert words == {"paths"}  # on the card of b; its drawing is not the page's own
    assert "\uff33\uff54\uff45\uff50\uff53" in body  # "Steps"


@pytest.mark.parametrize(
    "name", ["page", "explaining", "captions", "timeline", "camera", "hearing"]
)
def test_a_pages_script_has_no_words(name: str) -> None:
    script = (ROOT / f"graphgen/outputs/page/assets/{name}.js").read_text("utf-8")
    plain = re.sub(r"//.*", "", script)
    texts = re.findall(r'"([^"\n]*)"|`([^`]*)`', plain)
    prose = [
        text for pair in texts for text in pair if re.search(r"[a-z]{2,} [a-z]{2,} [a-z]", text)
    ]
    assert prose == []
