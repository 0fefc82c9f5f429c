"""The recipes of docs/slides.md, each run by the tool that it is for."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from graphgen.model.picture import Picture
from graphgen.model.theme import LIGHT
from graphgen.outputs import write, write_pages
from graphgen.outputs.svg import svg_pages
from tests.browsing import browser, until, visit
from tests.decks import seen_texts, words
from tests.graphs import two_paths
from tests.pictures import picture

__all__ = ["browser"]

pytestmark = [pytest.mark.dot, pytest.mark.slow]

PAGE = Path(__file__).parent.parent / "docs" / "slides.md"
STILL = {"reduced_motion": "reduce"}


@pytest.fixture(scope="module")
def drawn() -> Picture:
    return picture(two_paths(), LIGHT, title="s = a + b; c = s × b")


@pytest.fixture
def folder(drawn: Picture, tmp_path: Path) -> Path:
    """The files that the recipes use, and reveal.js where npm would put it."""
    for name, style in (("steps", "steps"), ("moving", "animated"), ("still", "still")):
        write(drawn, tmp_path / f"{name}.svg", svg_style=style)  # type: ignore[arg-type]
    write_pages(drawn, tmp_path / "steps.pdf")
    home = tmp_path / "node_modules" / "reveal.js"
    vendored = files("graphgen.lecture.decks") / "reveal"
    for target, source in (
        ("dist/reveal.js", "reveal.js"),
        ("dist/reveal.css", "reveal.css"),
        ("dist/reset.css", ""),
        ("dist/theme/white.css", ""),
        ("plugin/notes/notes.js", "notes.js"),
        ("plugin/search/search.js", ""),
        ("plugin/zoom/zoom.js", ""),
    ):
        place = home / target
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text((vendored / source).read_text() if source else "")
    for name in ("Search", "Zoom"):
        plugin = home / "plugin" / name.lower() / f"{name.lower()}.js"
        plugin.write_text(f"window.Reveal{name} = () => ({{ id: '{name.lower()}' }});")
    return tmp_path


def recipe(heading: str, language: str) -> str:
    """The block of a language below a heading of the page."""
    part = PAGE.read_text(encoding="utf-8").split(f"\n### {heading}\n")[1].split("\n### ")[0]
    found = re.findall(r"^(`{3,})(\w+)\n(.*?)^\1$", part, re.MULTILINE | re.DOTALL)
    return next(text for _, name, text in found if name == language)


def run(command: list[str], folder: Path) -> str:
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def steps_through(browser: Any, path: Path, drawn: Picture, before: int) -> None:
    """The slide after so many presses of a key steps through the story; nobody asks the network."""
    with visit(browser, path.as_uri(), **STILL) as seen:
        until(seen.page, "Reveal.isReady()")
        for _ in range(before):
            seen.page.keyboard.press("ArrowRight")
        for at, page in enumerate(svg_pages(drawn)):
            if at:
                seen.page.keyboard.press("ArrowRight")
            seen.page.wait_for_timeout(300)  # a plain reveal.js fades, whatever is asked for
            assert seen_texts(seen.page) == words(page)
    assert seen.complaints == []
    assert all(address.startswith("file:") for address in seen.requests)


@pytest.mark.browser
def test_reveal(browser: Any, folder: Path, drawn: Picture) -> None:
    page, place = recipe("reveal.js", "html"), "<!-- the text of steps.svg -->"
    assert place in page
    path = folder / "talk.html"
    path.write_text(page.replace(place, (folder / "steps.svg").read_text()))
    steps_through(browser, path, drawn, before=0)
    prints_complete(browser, path, drawn)


def prints_complete(browser: Any, path: Path, drawn: Picture) -> None:
    """reveal.js prints every fragment at once; what only passes stays away."""
    reader = shutil.which("pdftotext") or pytest.skip("pdftotext isn't installed")
    with visit(browser, path.as_uri()) as seen:
        until(seen.page, "Reveal.isReady()")
        seen.page.pdf(path=path.with_suffix(".pdf"))
    text = run([reader, "-layout", "talk.pdf", "-"], path.parent)
    steps = [step.caption for step in drawn.story.steps]
    assert [caption for caption in steps if caption.split(":")[0] in text] == steps[-1:]
    assert "is 8" in text
    assert "5 + 3" not in text


@pytest.mark.browser
def test_pandoc(browser: Any, folder: Path, drawn: Picture) -> None:
    pypandoc = pytest.importorskip("pypandoc")
    (folder / "talk.md").write_text(recipe("pandoc", "markdown"))
    command = recipe("pandoc", "sh").split()
    assert command[0] == "pandoc"
    here = ["-V", "revealjs-url=node_modules/reveal.js", "-V", "theme=white"]
    said = run([pypandoc.get_pandoc_path(), *command[1:], *here], folder)
    assert said == ""
    steps_through(browser, folder / "talk.html", drawn, before=1)


def cell() -> str:
    (code,) = re.findall(r"```{python}\n(.*?)```", recipe("Quarto", "markdown"), re.DOTALL)
    return code


@pytest.mark.parametrize("code", [cell(), recipe("Jupyter", "python")], ids=["Quarto", "Jupyter"])
def test_a_cell_shows_the_file_inline(
    code: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As nbconvert writes a notebook that has shown it, as a page and as slides."""
    shells = pytest.importorskip("IPython.core.interactiveshell")
    formats, nbconvert = pytest.importorskip("nbformat.v4"), pytest.importorskip("nbconvert")
    monkeypatch.chdir(folder)
    shell = shells.InteractiveShell()
    shown = shell.run_cell(code, store_history=False).result
    data, _ = shell.display_formatter.format(shown)
    output = formats.new_output("execute_result", data=data, execution_count=1)
    book = formats.new_notebook(cells=[formats.new_code_cell(code, outputs=[output])])
    for kind in (nbconvert.HTMLExporter, nbconvert.SlidesExporter):
        document, _ = kind().from_notebook_node(book)
        assert '<g class="fragment" data-fragment-index="1"' in document


@pytest.mark.browser
def test_mkdocs(browser: Any, folder: Path) -> None:
    pytest.importorskip("mkdocs")
    docs = folder / "docs"
    docs.mkdir()
    (docs / "index.md").write_text(recipe("MkDocs", "markdown"))
    shutil.copy(folder / "moving.svg", docs)
    (folder / "mkdocs.yml").write_text("site_name: Gradients\nplugins: []\n")
    run([sys.executable, "-m", "mkdocs", "build", "--strict"], folder)
    shows_the_picture(browser, folder / "site" / "index.html")


@pytest.mark.browser
def test_sphinx(browser: Any, folder: Path) -> None:
    pytest.importorskip("sphinx")
    (folder / "index.rst").write_text(recipe("Sphinx", "rst"))
    (folder / "conf.py").write_text("exclude_patterns = ['node_modules']\n")
    run([sys.executable, "-m", "sphinx", "-W", "-q", "-b", "html", ".", "site"], folder)
    shows_the_picture(browser, folder / "site" / "index.html")


def shows_the_picture(browser: Any, path: Path) -> None:
    """The image is there and drawn, and has its words for those who don't see it."""
    with visit(browser, path.as_uri()) as seen:
        image = "document.querySelector('img[src$=\"moving.svg\"]')"
        until(seen.page, f"{image}.complete && {image}.naturalWidth > 100")
        assert "two paths" in seen.page.evaluate(f"{image}.alt")


def test_beamer(folder: Path) -> None:
    latex = shutil.which("pdflatex") or pytest.skip("LaTeX isn't installed")
    reader = shutil.which("pdftotext") or pytest.skip("pdftotext isn't installed")
    (folder / "talk.tex").write_text(recipe("Beamer", "latex"))
    run([latex, "-interaction=nonstopmode", "talk.tex"], folder)
    pages = run([reader, "talk.pdf", "-"], folder).split("\f")[:-1]
    assert len(pages) == len(list(svg_pages(picture(two_paths()))))
    assert "8" not in "".join(pages[:-2])
    assert "is 8" in pages[-1]


def names() -> Iterator[str]:
    yield from re.findall(r"^### (\S+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)


def test_every_recipe_that_was_asked_for_is_there() -> None:
    wanted = "reveal.js pandoc Quarto Marp Beamer PowerPoint Jupyter MkDocs Sphinx"
    assert set(wanted.split()) <= set(names())


def test_the_files_of_marp_are_made(folder: Path, drawn: Picture) -> None:
    """Marp itself is no part of the set-up: its pictures are looked for."""
    write_pages(drawn, folder / "steps.svg")
    for name in re.findall(r"\]\((\S+)\)", recipe("Marp", "markdown")):
        assert (folder / name).exists()
