"""Lecture files: what they say, and what is said about those that are wrong."""

import tomllib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from time import process_time

import pytest

import graphgen.commands.autoviz as cli
from graphgen.course.registry import timeline_of
from graphgen.course.scene import Lesson
from graphgen.course.scenes.tangent import SCENE
from graphgen.lecture.example import example
from graphgen.lecture.model import (
    ExpressionSource,
    Lecture,
    LossSource,
    SceneSource,
    Section,
    Style,
    slug_of,
)
from graphgen.lecture.reading import read_lecture, read_lecture_file
from graphgen.lecture.showing import section_content
from graphgen.model.errors import InputError, LectureError, RunError
from graphgen.model.picture import Picture
from graphgen.model.timeline import Frame, Text
from graphgen.model.toml_lines import line_of, lines_of

WHOLE = '''
title = "All keys"
theme = "light"
quality = "l"
aspect = "4:3"

[[sections]]
heading = "Two paths"
expr = "c = (a + b) * b"
values = { a = 2, b = 3.5 }
data = ["a"]
title = "Another title"
names = "autograd"
direction = "tb"
seconds_per_step = 0.4
captions = { 2 = "Here it begins." }
narration = """
Said
aloud."""
notes = "Stop here."

[[sections]]
heading = "A loss"
loss = "train.py:compute_loss"
args = [3, [1, 2], "adam"]
output = "parts.0"
depth = 2
unfold = ["layers.0"]
most = 30

[[sections]]
heading = "A scene"
scene = "tangent"
expr = "y = sin(x) * k"
values = { k = 2 }
options = { from = -1 }
'''


def test_every_key_reaches_the_lecture() -> None:
    first = Section(
        "Two paths",
        ExpressionSource("c = (a + b) * b", (("a", 2.0), ("b", 3.5)), ("a",)),
        Style("Another title", "autograd", "tb", 0.4),
        ((2, "Here it begins."),),
        "Said\naloud.",
        "Stop here.",
        7,
    )
    second = Section(
        "A loss",
        LossSource("train.py:compute_loss", (3, (1, 2), "adam"), output="parts.0"),
        Style(depth=2, unfold=("layers.0",), most=30),
        line=22,
    )
    third = Section(
        "A scene",
        SceneSource("tangent", "y = sin(x) * k", (("k", 2.0),), (), (("from", -1),)),
        line=31,
    )
    expected = Lecture("All keys", (first, second, third), "light", "l", "4:3")
    assert read_lecture(WHOLE) == expected


def test_the_example_is_a_lecture_of_seven_sections() -> None:
    lecture = read_lecture(example("lecture.toml"))
    assert len(lecture.sections) == 7
    assert all(section.narration for section in lecture.sections)


def test_a_name_of_its_own_for_each_section() -> None:
    text = "".join(
        f'[[sections]]\nheading = "{h}"\nscene = "tangent"\n' for h in ("A b!", "a B", "¿?")
    )
    assert read_lecture(f'title = "x"\n{text}').slugs == ("a-b", "a-b-2", "section")
    assert slug_of("Grüße: " + "x" * 100) == f"grusse-{'x' * 53}"


def test_values_flow_along_the_longer_side() -> None:
    assert Lecture("x", (), aspect="16:9").direction == "lr"
    assert Lecture("x", (), aspect="9:16").direction == "tb"


SECOND = '[[sections]]\nheading = "k"\n'
START = 'title = "x"\n[[sections]]\nheading = "h"\nexpr = "c = a * b"\nvalues = { a = 1, b = 2 }\n'


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('title = "x"\ntitle = "y"\n', 2, "TOML"),
        ('title = "x\n', 1, "TOML"),
        ("title = [\n1,\n", 2, "TOML"),
        ("", 1, "a title for the lecture"),
        ('title = "x"\n', 1, "begin each one with [[sections]]"),
        ('title = "x"\nsections = 3\n', 2, "got 3"),
        ('title = "x"\nsections = [3]\n', 2, "got 3"),
        ('title = "x"\n[[section]]\nheading = "h"\n', 2, "did you mean 'sections'?"),
        ('title = "x"\n\n# why\ntheme = "drak"\n', 4, "one of dark, light, or a theme file"),
        ('title = "x"\nthema = "dark"\n', 2, "did you mean 'theme'?"),
        ('title = "x"\nheading = "h"\n', 2, "write it below [[sections]]"),
        ("title = 3\n", 1, "got 3"),
        ('title = "x"\nquality = "hd"\n', 2, "one of l, m, h, p, k"),
        ('title = "x"\naspect = "16/9"\n', 2, "width to height"),
        ('title = "x"\naspect = "9:1"\n', 2, "up to 4 to 1"),
        (START + 'headng = "y"\n', 6, "did you mean 'heading'?"),
        (START + "set = { a = 1 }\n", 6, "did you mean 'values'?"),
        (START + 'data = "a"\n', 6, "a list of names"),
        (START + 'data = [\n  "z",\n]\n', 4, "'z' as data"),
        (START + 'loss = "f.py:g"\n', 6, "got expr and loss"),
        (START + "args = [1]\n", 6, "args goes with loss: got it with expr"),
        (START + "seconds_per_step = 100\n", 6, "from 0.2 to 60"),
        (START + "seconds_per_step = nan\n", 6, "from 0.2 to 60"),
        (START + "depth = 1.5\n", 6, "a whole number"),
        (START + "most = true\n", 6, "a whole number"),
        (START + "captions = { first = 'x' }\n", 6, "a sentence for each number"),
        (START + '\n[sections.captions]\n2 = ""\n', 7, "something in it"),
        (START + '[[sections]]\nexpr = "a"\n', 6, "a heading for each section"),
        (START + SECOND, 6, "one of expr, loss, scene"),
        (START + 'output = "kl"\n', 6, "output goes with loss: got it with expr"),
        (START + SECOND + 'loss = "a.py:f"\noutput = true\n', 9, "output is a text"),
        (START + SECOND + 'loss = "train.py"\n', 8, "a file and a name"),
        (START + SECOND + 'expr = "a +"\n', 8, "column 4"),
        (START + SECOND + 'expr = "a * q"\n', 8, "write values = { a = 1, q = 1 }"),
        (START + SECOND + 'scene = "tagnent"\n', 8, "did you mean 'tangent'?"),
        (START + SECOND + 'scene = "tangent"\noptions = { frm = 1 }\n', 9, "did you mean 'from'?"),
        (START + SECOND + 'scene = "tangent"\noptions = { from = "a" }\n', 9, "from is a number"),
        (START + SECOND + 'scene = "tangent"\nexpr = "y ="\n', 9, "column"),
        (START + SECOND + 'scene = "tangent"\nexpr = "x"\nloss = "a.py:f"\n', 10, "got both"),
        (START + SECOND + 'scene = "tangent"\nmost = 20\n', 9, "most goes with expr or loss"),
        (START + SECOND + 'expr = "a"\nvalues = { a = [1, [2]] }\n', 9, "values: a:"),
        (START + SECOND + 'expr = "a"\nvalues = { a = "1" }\n', 9, "got str"),
        (START + SECOND + 'expr = "a"\nvalues = { a = 1, z = 2 }\n', 8, "'z'"),
        (START + SECOND + 'scene = "tangent"\noptions = { d = 1979-05-27 }\n', 9, "texts"),
        (START + f"depth = {'9' * 5000}\n", 6, "a number of thousands of digits"),
        (START + f"depth = 0x{'f' * 5000}\n", 6, "got a whole number of thousands of digits"),
        (START + SECOND + f'expr = "a"\nvalues = {{ a = 0x{"f" * 5000} }}\n', 9, "finite"),
        (START + SECOND + f'expr = "sum(a)"\nvalues = {{ a = [{"1," * 10001}] }}\n', 9, "10,000"),
        ('title = "x"\n' + "a." * 41 + "b = 1\n", 2, "at most 40 parts"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_in_one_message_with_its_line(
    text: str, line: int, words: str
) -> None:
    with pytest.raises(LectureError) as caught:
        read_lecture(text, Path("course/lecture.toml"))
    assert (caught.value.line, words in str(caught.value)) == (line, True), str(caught.value)
    shown = text.split("\n")[line - 1][:76]
    assert f"course/lecture.toml, line {line}\n    {shown}" in str(caught.value)
    assert len(str(caught.value)) <= 500


def _seconds(text: str) -> float:
    """The fewest processor seconds that reading a text takes."""
    times = []
    for _ in range(2):
        begin = process_time()
        with suppress(LectureError):
            read_lecture(text)
        times.append(process_time() - begin)
    return min(times)


GROWING: dict[str, Callable[[int], str]] = {
    "sections": lambda size: 'title = "x"\n' + "".join(
        f'[[sections]]\nheading = "h {index}"\nscene = "tangent"\nnarration = """\n'
        + "A line of words.\n" * (size // 2000) + '"""\n' for index in range(100)
    ),
    "a wrong key at the end": lambda size: START + "# why\n" * (size // 6) + "zz = 1\n",
    "captions": lambda size: START + "[sections.captions]\n"
    + "".join(f'{number} = "Here."\n' for number in range(1, min(size // 13, 99_999))),
    "lists": lambda size: START + f"args = [{'[1, [2]], ' * (size // 10)}]\n",
    "parts of a key": lambda size: 'title = "x"\n' + "a." * (size // 2) + "b = 1\n",
    "texts without end": lambda size: 'title = """' + '\\"""' * (size // 4),
    "brackets": lambda size: START + "args = " + "[" * size,
}  # fmt: skip


@pytest.mark.parametrize("kind", GROWING)
def test_ten_times_the_text_takes_about_ten_times_as_long(kind: str) -> None:
    """Forty leaves room for noise; work that grows with the square takes a hundred times."""
    small, large = (GROWING[kind](size) for size in (100_000, 1_000_000))
    assert len(large) > 9 * len(small) - 10_000
    assert _seconds(large) < 40 * _seconds(small) + 0.1


@pytest.mark.parametrize(
    "text",
    [
        WHOLE,
        example("lecture.toml"),
        'a."b.c".d = 1\n\n[x]\ny = {z = [\n{w = 1}]}\n[[x.k]]\nq=1\n[[x.k]]\nq=2\n[x.k.r]\ns=3\n',
        '"\\u0061" = "#"\n\'b\' = \'\'\'\n[c]\n\'\'\' # d = 1\nc = """"x"""""\nd = 1\n',
    ],
)
def test_the_line_of_every_key_is_the_first_that_brings_it(text: str) -> None:
    """By tomllib alone: the shortest beginning of whole lines in which a key is there."""
    lines = text.split("\n")
    first: dict[tuple[str | int, ...], int] = {}
    whole, body = 0, {}
    for count in range(1, len(lines) + 1):
        with suppress(tomllib.TOMLDecodeError):
            body = tomllib.loads("\n".join(lines[:count]))
            blank = next(
                at for at in range(whole, count)
                if at == count - 1 or (lines[at].strip() and not lines[at].startswith("#"))
            )  # fmt: skip
            for way in _ways(body):
                first.setdefault(way, blank + 1)
            whole = count
    index = lines_of(text)
    assert {way: line_of(index, way) for way in first} == first
    assert list(_ways(body)) == list(_ways(tomllib.loads(text)))


def _ways(body: object, way: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The ways to everything in a TOML's values."""
    items = (
        body.items()
        if isinstance(body, dict)
        else enumerate(body)
        if isinstance(body, list)
        else ()
    )
    for key, value in items:
        yield (*way, key)
        yield from _ways(value, (*way, key))


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    film = tmp_path / "lecture.mp4"
    film.write_bytes(b"\0\0\0 ftyp")
    for path in (tmp_path, tmp_path / "absent.toml", "a\0b", "/dev/zero", film):
        with pytest.raises(InputError, match="lecture file"):
            read_lecture_file(path)


def test_a_line_is_found_behind_texts_and_lists_of_many_lines() -> None:
    text = '# x\na = """\nb = 1\n"""\nb = [\n 1,\n\n 2]\n[t]\nc.d = 1\n'
    assert [
        line_of(lines_of(text), way) for way in (("a",), ("b",), ("b", 1), ("t", "c", "d"))
    ] == [
        2,
        5,
        5,
        10,
    ]


@pytest.mark.dot
def test_a_section_shows_its_expression_with_its_own_words(tmp_path: Path) -> None:
    lecture = read_lecture(START.replace('title = "x"', 'title = "x"\ntheme = "light"')
                           + 'captions = { 2 = "Here." }\n')  # fmt: skip
    picture = section_content(lecture, lecture.sections[0])
    assert picture.theme.name == "light"
    assert picture.story.title == "c = a × b"
    assert [step.caption for step in picture.story.steps].index("Here.") == 1
    assert picture.story.graph.nodes[-1].ports[0].value.items == (2.0,)


@pytest.mark.dot
def test_a_loss_is_looked_for_beside_the_lecture_file(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(
        "import torch\n\n\ndef f(sizes, rate):\n    assert isinstance(sizes, list)\n"
        "    return torch.tensor(rate, requires_grad=True) * sum(sizes)\n"
    )
    text = 'title = "x"\n[[sections]]\nheading = "h"\nloss = "train.py:f"\nargs = '
    lecture = read_lecture(text + "{ sizes = [1, 2], rate = 0.5 }", tmp_path / "lecture.toml")
    story = section_content(lecture, lecture.sections[0]).story
    assert story.graph.nodes[-1].ports[0].value.items == (1.5,)
    wrong = read_lecture(text + "[3, 0.5]", tmp_path / "lecture.toml")
    with pytest.raises(RunError, match=r"AssertionError[^$]*in section 1, 'h' \(.*, line 2\)"):
        section_content(wrong, wrong.sections[0])


@pytest.mark.dot
def test_a_section_says_which_of_several_losses_it_shows(tmp_path: Path) -> None:
    (tmp_path / "vae.py").write_text(
        "import torch\n\nx = torch.tensor(3.0, requires_grad=True)\n\n\n"
        'def named():\n    return {"rec": x * x, "kl": x * 5}\n\n\n'
        "def placed():\n    return x * x, x * 5\n"
    )
    text = 'title = "x"\n[[sections]]\nheading = "h"\nloss = "vae.py:'

    def value_of(rest: str) -> object:
        lecture = read_lecture(text + rest, tmp_path / "lecture.toml")
        story = section_content(lecture, lecture.sections[0]).story
        return story.graph.nodes[-1].ports[0].value.items

    assert value_of('named"\noutput = "kl"') == (15.0,)
    assert value_of('placed"\noutput = 0') == value_of('placed"\noutput = "0"') == (9.0,)
    with pytest.raises(InputError, match='take one, as with output = "rec"\n  in section 1'):
        value_of('named"')
    with pytest.raises(InputError, match="got 'k'; did you mean 'kl'"):
        value_of('named"\noutput = "k"')


@pytest.mark.dot
def test_a_scene_of_several_losses_names_no_key_that_it_has_not(tmp_path: Path) -> None:
    (tmp_path / "vae.py").write_text(
        "import torch\n\n\ndef losses():\n    x = torch.tensor(3.0, requires_grad=True)\n"
        '    return {"rec": x * x, "kl": x * 5}\n'
    )
    text = 'title = "x"\n[[sections]]\nheading = "h"\nscene = "backprop"\nloss = "vae.py:losses"'
    lecture = read_lecture(text, tmp_path / "lecture.toml")
    with pytest.raises(InputError, match="name a function that returns rec alone"):
        section_content(lecture, lecture.sections[0])


@pytest.mark.dot
def test_a_scene_gets_what_the_lecture_says_and_else_its_own() -> None:
    text = START + SECOND + 'scene = "tangent"\n'
    own = section_content(*_last(text))
    assert isinstance(own, Lesson)
    assert own.data.at == SCENE.values["x"]
    changed = text + 'expr = "y = x ** 2"\ncaptions = { 1 = "Here." }\ntitle = "T"\n'
    told = section_content(*_last(changed))
    assert isinstance(told, Lesson)
    assert (told.data.value, told.title, told.theme) == (told.data.at**2, "T", "dark")
    timeline = timeline_of(told, Frame.of("16:9"))
    assert timeline.steps[0].caption == "Here."
    words = {e.form.text for e in timeline.steps[0].keyframe if isinstance(e.form, Text)}
    assert "Here." in words
    main = 'scene = "backprop"\nexpr = "a * a"\nvalues = { a = 3 }\ncaptions = { 2 = "There." }\n'
    picture = section_content(*_last(START + SECOND + main))
    assert isinstance(picture, Picture)
    assert picture.story.steps[1].caption == "There."


def _last(text: str) -> tuple[Lecture, Section]:
    lecture = read_lecture(text)
    return lecture, lecture.sections[-1]


@pytest.mark.dot
def test_a_caption_for_a_step_that_is_not_there_is_told() -> None:
    lecture = read_lecture(START + 'captions = { 99 = "Here." }\n')
    with pytest.raises(LectureError, match="got one of step 99"):
        section_content(lecture, lecture.sections[0])


@pytest.mark.parametrize(
    ("file", "build"),
    [
        ("lecture.toml", "lecture build lecture.toml -o lecture.mp4"),
        ("course.toml", "lecture build course.toml -o course.mp4"),
        ("week 3/it's.toml", """lecture build 'week 3/it'"'"'s.toml' -o 'it'"'"'s.mp4'"""),
        ("two\nlines.toml", r"lecture build 'two\nlines.toml' -o 'two\nlines.mp4'"),
    ],
)
def test_a_new_lecture_file_speaks_of_itself(
    file: str, build: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["lecture", "new", file]) == 0
    text = Path(file).read_text()
    assert f"autoviz {build}\n" in text
    assert ("lecture.toml" in text) == (file == "lecture.toml")
    assert len(read_lecture_file(file).sections) == 7


def test_a_new_lecture_file_never_takes_the_place_of_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["lecture", "new"]) == 0
    assert capsys.readouterr().out == "lecture.toml\n"
    assert read_lecture_file("lecture.toml") == read_lecture(example("lecture.toml"))
    Path("lecture.toml").write_text("mine")
    assert cli.main(["lecture", "new"]) == 2
    assert Path("lecture.toml").read_text() == "mine"
    assert "--force" in capsys.readouterr().err
    assert cli.main(["lecture", "new", "--force"]) == 0
    assert Path("lecture.toml").read_text() == example("lecture.toml")
