"""Every kind of file that is read, changed at random in ways that a seed fixes.

A case changes one to three places of a file that autoviz wrote: another type, another length, a
huge number, brackets within brackets, letters that steer, a part left out, two parts exchanged, a
text broken off. Then a command reads it and writes something of it. It ends well, or with one
message of at most 500 characters that says what is wrong; and nothing that was written is nan.
"""

import io
import json
import random
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import cache, partial
from itertools import cycle, islice
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from graphgen.scenes.lecture import edition
from graphgen.scenes.lecture.edition import Edition

from graphgen.commands.autoviz import main
from graphgen.course import lesson_file
from graphgen.course.registry import lesson_of, request_of, scene_names
from graphgen.draw.story_file import dumps as dumps_story
from graphgen.lecture import cards, script
from graphgen.lecture.decks.making import deck_of_script
from graphgen.lecture.example import example
from graphgen.lecture.reading import read_lecture_file
from graphgen.lecture.script import Part, Script
from graphgen.model.errors import AutovizError, InputError
from graphgen.model.messages import LONGEST_MESSAGE
from graphgen.model.store import Store
from graphgen.model.theme import LIGHT
from graphgen.model.timeline import Frame
from tests.drills.protocol import Case, Drill
from tests.graphs import two_paths
from tests.pictures import alarm, data_and_cut, matrices, picture

__all__ = ["COUNT", "DRILL", "KINDS", "changed", "original"]

COUNT = 2_400

Changing = Callable[[random.Random, str], str]
Reading = Callable[[random.Random, Path], None]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file.

    Attributes:
        original: a text of it as autoviz writes it, or as people do.
        changed: a text, changed in a place or some.
        read: reads a file of it and writes something of it; raises AutovizError where it is wrong.
        suffix: of its name.
    """

    original: Callable[[], str]
    changed: Changing
    read: Reading
    suffix: str = ".json"


def changed(name: str, seed: str) -> str:
    """The text of a kind of file, changed as a seed says."""
    kind = KINDS[name]
    return kind.changed(random.Random(seed), original(name))


@cache
def original(name: str) -> str:
    """The text of a kind of file as autoviz writes it."""
    return KINDS[name].original()


def _check(name: str, seed: str, folder: Path) -> str:
    kind, file = KINDS[name], folder / f"file{KINDS[name].suffix}"
    file.write_bytes(changed(name, seed).encode(errors="surrogatepass"))
    try:
        kind.read(random.Random(seed), file)
    except AutovizError as error:
        refusal = error
    else:
        return "read"
    _check_message(str(refusal), refusal.exit_status)
    return "refused"


def _check_message(message: str, status: int) -> None:
    assert status == 2, f"status {status}: {message}"
    assert 20 < len(message) <= LONGEST_MESSAGE, f"{len(message)} characters: {message}"
    assert all(c.isprintable() or c == "\n" for c in message), repr(message)


# Changes


def _json_changed(chance: random.Random, text: str) -> str:
    """A text in JSON with one to three places changed, or broken as a text."""
    if chance.random() < 0.1:
        return _text_changed(chance, text)
    body = json.loads(text)
    changes = _CHANGES if chance.random() < 0.4 else (_alter_mildly,)
    for _ in range(chance.choice((1, 1, 2, 3))):
        place = _place(chance, body)
        if place is not None:
            chance.choice(changes)(chance, *place)
    return json.dumps(body).replace('"LONG"', "9" * 5000).replace('"DEEP"', "[" * 3000)


def _place(chance: random.Random, body: Any) -> tuple[Any, Any] | None:
    """A list or an object somewhere inside, and a key of it."""
    place = None
    while isinstance(body, dict | list) and body:
        key = chance.choice(list(body) if isinstance(body, dict) else range(len(body)))
        place = body, key
        if chance.random() < 0.15:
            break
        body = body[key]
    return place


def _leave_out(chance: random.Random, parent: Any, key: Any) -> None:
    del parent[key]


def _replace(chance: random.Random, parent: Any, key: Any) -> None:
    parent[key] = chance.choice(_ODD)


def _alter(chance: random.Random, parent: Any, key: Any) -> None:
    """Another value of the same type."""
    value = parent[key]
    if isinstance(value, bool):
        parent[key] = not value
    elif isinstance(value, int | float):
        parent[key] = chance.choice(_NUMBERS)(value if abs(value) < 2**63 else 1)
    elif isinstance(value, str):
        parent[key] = chance.choice(_TEXTS)(value)
    elif isinstance(value, list):
        parent[key] = chance.choice(_LISTS)(value)
    else:
        parent[key] = {}


def _alter_mildly(chance: random.Random, parent: Any, key: Any) -> None:
    """Another value of the same type, such as a reader must have reasons to refuse."""
    value = parent[key]
    if isinstance(value, bool):
        parent[key] = not value
    elif isinstance(value, int):
        parent[key] = chance.choice((0, 1, 2, value + 1, max(0, value - 1), -1))
    elif isinstance(value, float):
        parent[key] = chance.choice((0.0, -value, value * 1.5, value * 1e12, value * 1e-12, "nan"))
    elif isinstance(value, str):
        parent[key] = chance.choice((value * 2, value[:1], f"{value}\u202e", "<b>", "dark", "0"))
    elif isinstance(value, list):
        parent[key] = chance.choice((value[1:], value[:-1], value * 2, value[::-1], value[:1], []))


def _exchange(chance: random.Random, parent: Any, key: Any) -> None:
    other = chance.choice(list(parent) if isinstance(parent, dict) else range(len(parent)))
    parent[key], parent[other] = parent[other], parent[key]


def _turn_into_text(chance: random.Random, parent: Any, key: Any) -> None:
    parent[key] = json.dumps(parent[key])


_CHANGES = (_leave_out, _replace, _alter, _alter, _exchange, _turn_into_text)
_ODD: tuple[Any, ...] = (
    None, True, 0, -1, 1, 99999, 2**63, 10**400, 1e300, -1e300, 1e-320, "nan", "inf", "-inf", "",
    "LONG", "DEEP", [], {}, [[]], [1], [None], {"a": 1}, "x" * 100_000, "\u202e\x00\x1b[2J",
    "\ud800", '"/><script>alert(1)</script>', "a\nb\tc\r", ["x"] * 2000,
)  # fmt: skip
_NUMBERS: tuple[Callable[[Any], Any], ...] = (
    lambda x: -x, lambda x: x + 1, lambda x: x - 1, lambda x: x * 1e300, lambda x: x * 10**9,
    lambda x: x * 1e-300, lambda x: str(x), lambda x: x + 0.5, lambda _: 2**70, lambda _: "nan",
    lambda _: "inf",
)  # fmt: skip
_TEXTS: tuple[Callable[[str], Any], ...] = (
    lambda text: text[: len(text) // 2], lambda text: text * 50, lambda text: f"{text}\u202e",
    lambda text: f'{text}"/><script>alert(1)</script>', lambda text: list(text), lambda _: "",
    lambda text: f"{text}\n{text}", lambda text: text.upper(), lambda text: f"../../{text}",
    lambda text: f"{text}\0",
)  # fmt: skip
_LISTS: tuple[Callable[[list[Any]], Any], ...] = (
    lambda items: items[1:], lambda items: items[:-1], lambda items: items * 2,
    lambda items: items[::-1], lambda items: items[:1], lambda _: [],
    lambda items: [*items, None], lambda items: [items],
    lambda items: dict(enumerate(items[:9])), lambda items: items * 300,
)  # fmt: skip


def _text_changed(chance: random.Random, text: str) -> str:
    """A text that was broken off, torn, or filled with something."""
    at, other = chance.randrange(len(text) + 1), chance.randrange(len(text) + 1)
    return chance.choice(
        (
            text[:at],
            text[at:],
            text[:at] + text[other:],
            text[:at] + "[" * 100_000 + text[at:],
            text[:at] + "9" * 5_000 + text[at:],
            text[:at]
            + chance.choice(("\0", "\ufeff", "\u202e", '"', "\ud800", "}", ","))
            + text[at:],
            re.sub(r"\d+", lambda match: match[0] * chance.choice((1, 1, 1, 9)), text),
        )
    )


def _toml_changed(chance: random.Random, text: str) -> str:
    if chance.random() < 0.2:
        return _text_changed(chance, text)
    lines = text.split("\n")
    for _ in range(chance.choice((1, 1, 2, 3))):
        at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        key = lines[at].partition("=")[0]
        lines[at] = chance.choice(
            (
                "", lines[other], f"{lines[at]}\n{lines[at]}", f"{key}= {chance.choice(_ODD_TOML)}",
                f"{key}= {chance.choice(_ODD_TOML)}", f"{key}x{lines[at][len(key):]}",
                f"{chance.choice(_KEYS)} = {chance.choice(_ODD_TOML)}", f"[{key.strip() or 'a'}]",
            )
        )  # fmt: skip
    return "\n".join(lines)


_KEYS = (
    "title", "heading", "theme", "quality", "aspect", "expr", "values", "data", "loss", "args",
    "scene", "options", "names", "direction", "seconds_per_step", "depth", "unfold", "most",
    "captions", "narration", "notes", "sections", "\u202e", '"\\u202e"', "a.b.c",
)  # fmt: skip
_ODD_TOML = (
    "1", "-1", "0", "1e400", "nan", "inf", "true", '""', "[]", "{}", "[[]]", "{ a = 1 }", '"x"',
    "9" * 5000, f"0x{'f' * 5000}", "[" * 2000 + "]" * 2000, '"\\u202e\\u0000"', "1979-05-27",
    '"""\nx\ny"""', "[1, 2]", '["x"]', '"tangent"', '"a * b"', "{ a = 1, b = [1, 2] }", "1e300",
    f'"{"x" * 30_000}"', '"<script>alert(1)</script>"', '"train.py:loss"', "{ 1 = 'x' }",
    '"16:9"', '"0:0"', "07:32:00", "'''a'''", "2", "{ from = 1e308, to = -1e308 }", '"dark"',
)  # fmt: skip


def _script_changed(chance: random.Random, text: str) -> str:
    """A script, or the story or scene in one of its parts."""
    if chance.random() < 0.6:
        return _json_changed(chance, text)
    body = json.loads(text)
    part = chance.choice(body["parts"])
    part["content"] = _json_changed(chance, part["content"])
    return json.dumps(body)


def _edition_changed(chance: random.Random, text: str) -> str:
    if chance.random() < 0.3:
        return _json_changed(chance, text)
    body = json.loads(text)
    body["script"] = _script_changed(chance, body["script"])
    return json.dumps(body)


def _theme_changed(chance: random.Random, text: str) -> str:
    """A story whose theme alone is changed."""
    body = json.loads(text)
    body["theme"] = json.loads(_json_changed(_Steady(chance), json.dumps(body["theme"])))
    return json.dumps(body)


class _Steady(random.Random):
    """Chance that never breaks a text, so that it stays JSON."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__(chance.getrandbits(64))

    def random(self) -> float:
        """At least 0.15, so that a place is looked for to the end."""
        return 0.15 + 0.85 * super().random()


# Reading


def _run(*arguments: object) -> None:
    """A command to its end; raises where it has ended with a message."""
    said = io.StringIO()
    with redirect_stderr(said), redirect_stdout(io.StringIO()):
        status = main([str(argument) for argument in arguments])
    told = said.getvalue()
    assert status in (0, 2), f"status {status}: {told}"
    if status:
        _, _, message = told.partition("Error: ")
        assert "fault in autoviz" not in told, told
        assert len(message.rstrip("\n")) <= LONGEST_MESSAGE, message
        raise InputError(message.rstrip("\n"))


def _render(chance: random.Random, file: Path) -> None:
    """Writes something of a story or a scene."""
    suffix, *others = chance.choice(
        (
            (".svg",), (".svg", "--svg", "still"), (".svg", "--svg", "steps"), (".html",),
            (".png",), (".txt",), (".json",), (".dot",), (".html", "slides"), (".pdf", "slides"),
        )
    )  # fmt: skip
    target = file.with_name(f"out{suffix}")
    if "slides" in others:
        _run("slides", file, "-o", target)
    else:
        _run("render", "story", file, "-o", target, *others)
    _check_written(target)


def _render_scene(chance: random.Random, file: Path) -> None:
    suffix, *others = chance.choice(
        ((".svg",), (".svg", "--svg", "still"), (".svg", "--svg", "steps"), (".html", "slides"))
    )
    target = file.with_name(f"out{suffix}")
    aspect = chance.choice(("16:9", "4:3", "9:16"))
    if "slides" in others:
        _run("slides", file, "-o", target)
    else:
        _run("render", "story", file, "-o", target, "--aspect", aspect, *others)
    _check_written(target)


def _check_written(target: Path) -> None:
    content = target.read_bytes()
    if target.suffix == ".svg":
        for element in ElementTree.fromstring(content).iter():
            _check_numbers(element.attrib)
    if target.suffix == ".json":
        json.loads(content)


def _check_numbers(attributes: Mapping[str, str]) -> None:
    """Positions and sizes are numbers that a browser can draw."""
    for name in _POSITIONS & attributes.keys():
        for word in re.findall(r"[-+.\w]+", attributes[name]):
            for number in re.findall(r"nan|inf|[-+]?\d[\d.]*(?:e[-+]?\d+)?", word):
                assert abs(float(number)) < 1e8, f"{name}={attributes[name][:80]}"


_POSITIONS = {
    "x", "y", "width", "height", "rx", "cx", "cy", "r", "d", "points", "viewBox", "transform",
    "font-size", "stroke-width", "opacity",
}  # fmt: skip


def _read_lecture(chance: random.Random, file: Path) -> None:
    read_lecture_file(file)


def _draw_card(chance: random.Random, file: Path) -> None:
    card = cards.loads(_text_of(file))
    cards.storyboard(card, Frame.of(chance.choice(("16:9", "9:16"))))


def _make_deck(chance: random.Random, file: Path) -> None:
    deck_of_script(script.loads(_text_of(file)))


def _join(chance: random.Random, file: Path) -> None:
    """What a share says it is a share of; there are no takes in it, so that joining ends."""
    folder = file.with_name("shares")
    plan = file.with_name("plan.json")
    plan.write_bytes(file.read_bytes())
    Store(folder / "shard-1-of-1").keep("plan", [plan])
    _run("lecture", "join", folder, "-o", file.with_name("film.mp4"))


def _text_of(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace")


# Kinds


def _lesson(name: str) -> str:
    return lesson_file.dumps(lesson_of(name, request_of(name)))


def _script() -> Script:
    contents = (("Two paths", original("story")), ("A slope", original("scene tangent")))
    parts = (
        Part(number, heading, f"part-{number}", content, "Said aloud.", "Stop here.")
        for number, (heading, content) in enumerate(contents, 1)
    )
    return Script("A lecture", "dark", "16:9", 2, tuple(parts))


KINDS: Mapping[str, Kind] = {
    "story": Kind(lambda: dumps_story(picture(two_paths())), _json_changed, _render),
    "story of matrices": Kind(lambda: dumps_story(picture(matrices())), _json_changed, _render),
    "story with a cut": Kind(lambda: dumps_story(picture(data_and_cut())), _json_changed, _render),
    "story with nan": Kind(lambda: dumps_story(picture(alarm())), _json_changed, _render),
    "theme": Kind(lambda: dumps_story(picture(two_paths(), LIGHT)), _theme_changed, _render),
    "lecture": Kind(lambda: example("lecture.toml"), _toml_changed, _read_lecture, ".toml"),
    "card": Kind(
        lambda: cards.dumps(cards.Card(2, 7, "Two paths", "A lecture", "dark")),
        _json_changed,
        _draw_card,
    ),
    "script": Kind(lambda: script.dumps(_script()), _script_changed, _make_deck),
    "share": Kind(
        lambda: edition.dumps(Edition(_script(), "l", "draft")), _edition_changed, _join
    ),
    **{
        f"scene {name}": Kind(partial(_lesson, name), _json_changed, _render_scene)
        for name in scene_names()
    },
}  # fmt: skip


def cases() -> Iterator[Case]:
    """Each kind in turn, with seeds that are names."""
    for number, name in enumerate(islice(cycle(KINDS), COUNT), 1):
        seed = f"{name} {number}"
        yield Case(seed, partial(_check, name, seed))


DRILL = Drill(
    "mutations",
    "A story, scene, lecture, share or theme is changed at random (types, lengths, huge numbers, "
    "brackets, letters that steer, parts left out or exchanged); it is read, and drawn without a "
    "nan, or refused in one message of at most 500 characters",
    cases,
)
