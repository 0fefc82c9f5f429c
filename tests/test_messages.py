"""What reaches a terminal: messages have an end, and no name in them steers the terminal."""

import io
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphgen.commands.autoviz import main
from graphgen.commands.progress import Meter
from graphgen.commands.saying import say
from graphgen.model.errors import (
    AutovizError,
    ExpressionError,
    InputError,
    LectureError,
    LossError,
    MissingPartError,
    OutputError,
    RenderError,
    RunError,
    StoryFileError,
)
from graphgen.model.messages import LONGEST_MESSAGE, printable, quoted, shortened

STEERING = "a\x1b[2J\u202egpj\x07\r\udc80.exe"
ESCAPED = "a\\x1b[2J\\u202egpj\\x07\\r\\udc80.exe"


class Terminal(io.StringIO):
    """Standard output or standard error where a person watches."""

    def isatty(self) -> bool:
        return True


@given(st.text())
def test_what_is_printable_holds_nothing_that_steers(text: str) -> None:
    told = printable(text)
    assert all(c.isprintable() or c == "\n" for c in told)
    assert printable(told) == told
    assert told == text or not text.replace("\n", "").isprintable()


@given(st.text(), st.integers(20, 600))
def test_what_is_shortened_keeps_its_start_and_its_end(text: str, most: int) -> None:
    told = shortened(text, most)
    assert len(told) <= most
    assert told == text or (text.startswith(told.split("…")[0]) and text.endswith(told[-5:]))


@pytest.mark.parametrize(
    "error",
    [
        AutovizError,
        InputError,
        LossError,
        StoryFileError,
        OutputError,
        MissingPartError,
        RenderError,
        RunError,
        lambda message: ExpressionError(message, "x" * 9000 + "\n" + "y" * 9000, 2, 8000),
        lambda message: LectureError(message, "x" * 9000, "f" * 90, 1),
    ],
)
def test_no_message_is_longer_than_messages_are_or_steers(error: type[AutovizError]) -> None:
    told = str(error(f"a name: got {STEERING}{'n' * 9000}; take it out"))
    assert len(told) == LONGEST_MESSAGE
    assert told.startswith(f"a name: got {ESCAPED}")
    assert all(c.isprintable() or c == "\n" for c in told)
    assert str(error("a name: got none; give one")).startswith("a name: got none; give one")


def test_the_place_in_an_expression_stays_where_the_message_is_cut() -> None:
    told = str(ExpressionError("m" * 9000, "a + b", 1, 3))
    assert told.endswith("\n  line 1, column 3\n    a + b\n      ^")


def test_a_number_of_any_length_is_quoted() -> None:
    assert quoted(16**9000) == "a whole number of thousands of digits"
    assert quoted([16**9000]) == "a whole number of thousands of digits"
    assert quoted({"a": 1}) == "{'a': 1}"


@pytest.mark.parametrize(
    "arguments",
    [
        ["render", "story", f"{STEERING}.json"],
        ["render", "story", "absent.json", "-o", f"{STEERING}.svg"],
        ["render", "expr", "a", "--set", "a=1", "-o", f"/dev/null/{STEERING}/x.svg"],
        ["render", "scene", STEERING],
        ["render", STEERING],
        ["tree", STEERING],
        ["tree", "a", "--set", f"a={STEERING}"],
        ["tree", "a", "--set", f"{STEERING}=1"],
        ["tree", f"{STEERING}.py:loss"],
        ["lecture", "build", f"{STEERING}.toml"],
        ["lecture", "join", STEERING],
        ["slides", f"{STEERING}.toml"],
        ["cache", "--limit", STEERING],
        [STEERING],
        ["n" * 9000],
        [f"--{STEERING}"],
    ],
)
def test_no_name_steers_the_terminal(
    arguments: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    told = capsys.readouterr().err
    assert all(c.isprintable() or c == "\n" for c in told), told
    assert "Error: " in told
    assert len(told.split("Error: ")[1]) <= LONGEST_MESSAGE + 1


def test_a_path_is_printed_as_it_is_for_programs_and_escaped_for_people(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    say(Path("a\u202egpj.exe"))
    assert capsys.readouterr().out == "a\u202egpj.exe\n"
    monkeypatch.setattr(sys, "stdout", Terminal())
    say(Path(STEERING))
    assert sys.stdout.getvalue() == f"{ESCAPED}\n"  # type: ignore[attr-defined]


def test_a_heading_is_no_markup_and_steers_nothing_in_the_bar(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setenv("TERM", "dumb")
    meter = Meter()
    meter.report("[red]telling[/nothing] \u202eb\x1b]0;owned\x07")
    meter.show()
    meter.hide()
    told = sys.stderr.getvalue()  # type: ignore[attr-defined]
    assert "\u202e" not in told
    assert "]0;owned\x07" not in told
