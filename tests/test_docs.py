"""The README and the pages of docs/ do what they say: examples are run, links lead somewhere.

In a `console` block the lines after "$ " are run, all of a page in one folder, and what stands
below them is what they print. Films are rendered small and short. A `python` block is run.
"""

import ast
import importlib.util
import io
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from types import ModuleType

import pytest

import graphgen.commands.autoviz as cli
import graphgen.scenes
from graphgen.outputs.formats import FILMS

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FENCED = re.compile(r"^(```+).*?^\1$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#]+?)(#[^)]*)?\)")
SMALL = "-q l --seconds-per-step 0.2 --jobs 1"


def blocks(page: Path, language: str) -> list[str]:
    found = BLOCK.findall(page.read_text(encoding="utf-8"))
    return [text for name, text in found if name == language]


def examples(page: Path) -> Iterator[tuple[str, str]]:
    """Each command of a page, and what the page says that it prints; "" says nothing."""
    for block in blocks(page, "console"):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            yield command, output


def files(page: Path) -> dict[str, str]:
    """The files that a page shows, by name."""
    shown = [*blocks(page, "python"), *blocks(page, "toml")]
    found = ((re.match(r"# (\w+\.\w+)\n", text), text) for text in shown)
    return {match[1]: text for match, text in found if match}


def small(command: str) -> str:
    """The command with films small and short: a test of the words needs no more."""
    is_film = command.startswith("autoviz render") and any(
        word.endswith(FILMS) for word in shlex.split(command)
    )
    return f"{command} {SMALL}" if is_film else command


def run(command: str) -> tuple[int, str]:
    """The status of a command and all that it prints: in this process where no shell is needed."""
    words = shlex.shlex(command, posix=True, punctuation_chars=True)
    words.whitespace_split = True
    name, *arguments = words
    if name != "autoviz" or any(set(word) <= set("|<>&;") for word in arguments):
        return _shell(command)
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        status = cli.main(arguments)
    return status, said.getvalue()


def _shell(command: str) -> tuple[int, str]:
    tools = Path("bin")
    tools.mkdir(exist_ok=True)
    script = tools / "autoviz"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{ROOT / "cli.py"}" "$@"\n')
    script.chmod(0o755)
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        env={**os.environ, "PATH": f"{tools.resolve()}{os.pathsep}{os.environ['PATH']}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=240,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.mark.dot
@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_does_what_it_says(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its commands print what stands below them, and its Python runs on what they have made."""
    monkeypatch.chdir(tmp_path)
    for name, text in files(page).items():
        Path(name).write_text(text)
    for command, output in examples(page):
        status, said = run(small(command))
        wanted = 2 if output.startswith("Error: ") else 0
        assert (status, command, said) == (wanted, command, output or said)
    names: dict[str, object] = {"__name__": page.stem}
    for block in blocks(page, "python"):
        exec(compile(block, str(page), "exec"), names)


@pytest.mark.parametrize("page", [*PAGES, *DECISIONS], ids=lambda page: page.name)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    text = FENCED.sub("", page.read_text(encoding="utf-8"))  # an example links what it makes
    links = [link for link, _ in LINK.findall(text)]
    absent = [link for link in links if ":" not in link and not (page.parent / link).exists()]
    assert absent == []


def test_decisions_are_numbered_one_after_the_other_as_their_files_are() -> None:
    numbers = [int(page.name[:4]) for page in DECISIONS]
    assert numbers == list(range(1, len(DECISIONS) + 1))
    headings = [page.read_text(encoding="utf-8").partition(" ")[2] for page in DECISIONS]
    assert [int(heading.partition(". ")[0]) for heading in headings] == numbers


def test_the_examples_are_found() -> None:
    """The tests above can fail: there are examples with output, and blocks of Python."""
    found = list(examples(ROOT / "README.md"))
    assert sum(bool(output) for _, output in found) >= 3
    assert len(blocks(ROOT / "README.md", "python")) >= 2


def test_a_film_of_a_page_is_rendered_small() -> None:
    assert SMALL in small('autoviz render expr "a" -o x.mp4')
    assert SMALL not in small('autoviz render expr "a" -o x.svg')


def test_the_readme_begins_with_the_two_commands_that_a_newcomer_needs() -> None:
    first = blocks(ROOT / "README.md", "sh")[0].split("\n")
    assert [line.split("#")[0].strip() for line in first if line] == ["make demo", "make test"]


def test_every_target_of_make_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    texts = [page.read_text(encoding="utf-8") for page in PAGES]
    named = {name for text in texts for name in re.findall(r"`?\bmake ([a-z-]+)`", text)}
    assert named
    assert named <= targets


def reference() -> ModuleType:
    """tools/commands.py."""
    spec = importlib.util.spec_from_file_location("commands", ROOT / "tools" / "commands.py")
    assert spec is not None
    assert spec.loader is not None
    commands = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(commands)
    return commands


@pytest.mark.parametrize("what", ["page", "scenes", "stub"])
def test_the_reference_is_what_commands_and_scenes_say_today(what: str) -> None:
    tool = reference()
    path = {"page": tool.PAGE, "scenes": tool.SCENES, "stub": tool.STUB}[what]
    assert path.read_text(encoding="utf-8") == getattr(tool, what)()


def test_the_stub_has_every_name_of_the_scenes() -> None:
    tree = ast.parse(reference().STUB.read_text(encoding="utf-8"))
    classes = {each.name for each in tree.body if isinstance(each, ast.ClassDef)}
    imports = [each for each in tree.body if isinstance(each, ast.ImportFrom)]
    imported = {name.name for each in imports for name in each.names}
    assert classes | imported == set(graphgen.scenes.__all__)
