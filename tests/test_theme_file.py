"""A theme of a person's own: what its file may hold, what is said of faults, and where it shows."""

import json
import re
import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path

import av
import pytest
from click.testing import CliRunner, Result

import graphgen
from graphgen.commands.autoviz import autoviz
from graphgen.course import lesson_file
from graphgen.course.registry import lesson_of, request_of
from graphgen.draw import story_file
from graphgen.lecture import cards, script
from graphgen.lecture.reading import read_lecture_file
from graphgen.model.errors import InputError, LectureError, StoryFileError, ThemeError
from graphgen.model.theme import DARK, LIGHT, Theme, choice_of, own_of, theme_of
from graphgen.model.theme_file import BASE, ROLES, read_theme, theme_in
from graphgen.text.legibility import theme_notes
from graphgen.text.mixing import contrast

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "theme.toml"
TWO_WAYS = ("c = (a + b) * b", "--set", "a=2", "--set", "b=3")
PAGE = "#102030"
MINE = f"""base = "dark"
page = "{PAGE}"
forward = "#7fd1b9"
fonts = ["Inter", "sans-serif"]
title_size = 15

[leaf]
fill = "#16323a"
"""


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A theme file, in a folder of its own."""
    path = tmp_path / "looks" / "mine.toml"
    path.parent.mkdir()
    path.write_text(MINE)
    return path


def run(*arguments: object, fails: bool = False) -> Result:
    """A command that does well, or that is refused."""
    outcome = CliRunner().invoke(autoviz, list(map(str, arguments)))
    assert (outcome.exception is not None) == fails, outcome.output
    return outcome


# What a file says


def test_what_a_file_says_is_changed_and_the_rest_is_the_base() -> None:
    wanted = replace(
        DARK,
        page=PAGE,
        forward="#7fd1b9",
        fonts=("Inter", "sans-serif"),
        title_size=15.0,
        leaf=replace(DARK.leaf, fill="#16323a"),
    )
    assert theme_in(MINE) == wanted


@pytest.mark.parametrize(("text", "theme"), [("", DARK), ('base = "light"', LIGHT)])
def test_a_file_that_changes_nothing_is_its_base(text: str, theme: Theme) -> None:
    assert theme_in(text) == theme
    assert choice_of(theme_in(text)) == theme.name


def test_every_role_of_a_theme_can_be_said() -> None:
    said = {field.name for field in fields(Theme)} - {"name"}
    assert set(ROLES) == said
    lines = [f'base = "dark"\nfonts = {list(LIGHT.fonts)}\n']
    tables = []
    for role in ROLES:
        value = getattr(LIGHT, role)
        if isinstance(value, str | float):
            lines.append(f"{role} = {json.dumps(value)}\n")
        elif role != "fonts":
            parts = "".join(f'{p} = "{getattr(value, p)}"\n' for p in ("fill", "line", "text"))
            tables.append(f"[{role}]\n{parts}")
    assert replace(theme_in("".join(lines + tables)), name="light") == LIGHT


def test_the_guide_lists_every_role_in_the_order_of_themes() -> None:
    guide = (ROOT / "docs" / "guide.md").read_text()
    section = guide.split("### A theme of your own")[1].split("\n### ")[0]
    assert tuple(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == (BASE, *ROLES)
    assert theme_in(section.split("```toml\n")[1].split("```")[0]).page == "#101418"


def test_the_example_is_read_and_is_legible() -> None:
    theme = read_theme(EXAMPLE)
    assert theme.page == "#101418"
    assert theme_notes(theme) == ()


HOSTILE = [
    ('page = "red"', "page as \"#rrggbb\": got 'red'", 1),
    ('page = "#fff"', 'page as "#rrggbb"', 1),
    ('page = "var(--page)"', 'page as "#rrggbb"', 1),
    ('page = "#101418;}body{x:y"', 'page as "#rrggbb"', 1),
    ("page = 3", 'page as "#rrggbb": got 3', 1),
    ("[page]\nfill = '#000000'", 'page as "#rrggbb": got {', 1),
    ('\nbase = "blue"', "base out of dark, light: got 'blue'", 2),
    ("base = [1]", "base out of dark, light: got [1]", 1),
    ('leaf = "#101418"', "leaf as a table of fill, line, text: got '#101418'; write [leaf]", 1),
    ('[leaf]\nfill = "blue"', "leaf.fill as \"#rrggbb\": got 'blue'", 2),
    ('[leaf]\nfil = "#000000"', "a key of leaf: got 'fil'; did you mean 'fill'?", 2),
    ('[leaf]\nborder = "#000000"', "did you mean 'line'?", 2),
    ('# mine\nforwards = "#000000"', "got 'forwards'; did you mean 'forward'?", 2),
    ('background = "#000000"', "did you mean 'page'?", 1),
    ('name = "dark"', "did you mean 'base'?", 1),
    ('fonts = "Inter"', "fonts as a list of families: got 'Inter'", 1),
    ("fonts = []", "1 to 20 families in fonts: got 0", 1),
    ('fonts = ["x;}</style>"]', "families of letters", 1),
    ("fonts = [1]", "families of letters", 1),
    ("title_size = 0", "title_size from 1 to 400 points: got 0", 1),
    ("title_size = true", "title_size from 1 to 400 points: got True", 1),
    ("title_size = nan", "title_size from 1 to 400 points", 1),
    ("title_size = inf", "title_size from 1 to 400 points", 1),
    ("title_size = 99999999999", "title_size from 1 to 400 points", 1),
    ('title_size = "14"', "title_size from 1 to 400 points", 1),
    ('page = "#101418"\npage = ', "a theme file in TOML", 2),
    ("page", "a theme file in TOML", 1),
    (f"title_size = {'9' * 5000}", "a number of thousands of digits", 1),
    (f"{'a.' * 60}a = 1", "a key of at most 40 parts", 1),
]


@pytest.mark.parametrize(("text", "told", "line"), HOSTILE)
def test_every_fault_is_told_with_its_line(text: str, told: str, line: int) -> None:
    with pytest.raises(ThemeError) as caught:
        theme_in(text, Path("mine.toml"))
    assert told in str(caught.value)
    assert f"mine.toml, line {line}\n" in str(caught.value)
    assert len(str(caught.value)) <= 500


def test_lists_in_lists_in_lists_are_told() -> None:
    with pytest.raises(ThemeError, match="lists in lists in lists"):
        theme_in(f"fonts = {'[' * 5000}{']' * 5000}")


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    empty = tmp_path / "zeros.toml"
    empty.write_bytes(b"\0" * 10)
    large = tmp_path / "large.toml"
    large.write_bytes(b"#" * 100_001)
    for path, told in [
        (tmp_path / "none.toml", "can't be read (No such file or directory)"),
        (tmp_path, "can't be read (Is a directory)"),
        (empty, "is no text"),
        (large, "a theme file up to 100 kB"),
    ]:
        with pytest.raises(InputError, match=re.escape(told)):
            read_theme(path)


def test_texts_that_stand_out_too_little_are_noted_the_worst_first() -> None:
    theme = replace(DARK, page="#808080", quiet="#808080", backward="#333333")
    notes = theme_notes(theme)
    assert notes[0].startswith("quiet #808080 on page #808080 has a contrast of 1 : 1;")
    assert len(notes) == 6  # five, and how many more
    assert theme_notes("dark") == theme_notes("light") == ()


def test_contrast_is_as_wcag_has_it() -> None:
    # by hand: ((0x77 / 255 + 0.055) / 1.055) ** 2.4 = 0.18447..., (1 + 0.05) / (0.18447 + 0.05)
    grey = ((0x77 / 255 + 0.055) / 1.055) ** 2.4
    assert contrast("#777777", "#ffffff") == pytest.approx(1.05 / (grey + 0.05), rel=1e-12)
    assert contrast("#ffffff", "#777777") == contrast("#777777", "#ffffff")
    assert contrast("#ff0000", "#000000") == pytest.approx((0.2126 + 0.05) / 0.05, rel=1e-12)


# Where it shows


def test_pictures_and_stories_keep_the_theme(mine: Path, tmp_path: Path) -> None:
    names = [tmp_path / f"two.{suffix}" for suffix in ("svg", "json", "html")]
    asked = [part for name in names for part in ("-o", name)]
    run("render", "expr", *TWO_WAYS, "--theme", mine, *asked, "--svg", "still")
    svg, story, page = (name.read_text() for name in names)
    assert f'<rect width="100%" height="100%" fill="{PAGE}"/>' in svg
    assert "Inter" in svg
    assert story_file.loads(story).theme == read_theme(mine)
    mine.unlink()  # the story has it
    again, other = tmp_path / "again.svg", tmp_path / "other.html"
    run("render", "story", names[1], "-o", again, "-o", other, "--svg", "still")
    assert again.read_text() == svg
    for text in (page, other.read_text()):
        assert f"--page:{PAGE};" in text
        assert "light-dark(" not in text
        assert 'data-theme="dark"' in text


def test_a_page_in_one_of_our_themes_still_has_both(tmp_path: Path) -> None:
    page = tmp_path / "two.html"
    run("render", "expr", *TWO_WAYS, "--theme", "light", "-o", page)
    assert "--page:light-dark(#ffffff,#181a1b)" in page.read_text()


def test_a_theme_of_ours_in_other_sizes_has_no_colours_of_its_own() -> None:
    # as the scene training draws it
    assert own_of(replace(LIGHT, title_size=9.0, fonts=("Inter",))) is None
    assert own_of(theme_in(MINE)) == theme_in(MINE)


def test_python_takes_a_path_and_a_theme(mine: Path) -> None:
    program = graphgen.parse("c = (a + b) * b")
    graph = graphgen.record(program, {"a": 2.0, "b": 3.0})
    theme = read_theme(mine)
    texts = {
        graphgen.write(graph, None, "svg", "still", theme=each) for each in (mine, str(mine), theme)
    }
    assert len(texts) == 1
    assert PAGE.encode() in texts.pop()
    story = graphgen.tell(graph)
    assert graphgen.place(story, str(mine)) == graphgen.place(story, theme)


def test_two_files_of_one_name_are_not_taken_for_each_other(mine: Path, tmp_path: Path) -> None:
    story, other = tmp_path / "story.json", "#203040"
    run("render", "expr", *TWO_WAYS, "--theme", mine, "-o", story)
    mine.write_text(MINE.replace(PAGE, other))
    run("render", "expr", *TWO_WAYS, "--theme", mine, "-o", story)
    assert story_file.loads(story.read_text()).theme.page == other


def test_a_scene_keeps_the_theme(mine: Path, tmp_path: Path) -> None:
    names = [tmp_path / f"tangent.{suffix}" for suffix in ("svg", "json", "html")]
    asked = [part for name in names for part in ("-o", name)]
    run("render", "scene", "tangent", "--theme", mine, *asked, "--svg", "still")
    svg, lesson, page = (name.read_text() for name in names)
    assert f'fill="{PAGE}"/>' in svg
    assert lesson_file.loads(lesson).theme == read_theme(mine)
    assert f"--page:{PAGE};" in page
    again = tmp_path / "again.svg"
    run("render", "story", names[1], "-o", again, "--svg", "still")
    assert again.read_text() == svg


def test_lessons_scripts_and_cards_say_our_themes_by_name_and_others_whole() -> None:
    lesson = lesson_of("tangent", request_of("tangent"))
    text = lesson_file.dumps(lesson)
    assert json.loads(text)["theme"] == "dark"
    own = theme_in(MINE)
    told = lesson_file.loads(lesson_file.dumps(replace(lesson, theme=own)))
    assert told.theme == own
    for choice in ("dark", own):
        part = script.Part(1, "One", "one", text)
        lecture = script.Script("T", choice, "16:9", 1, (part,))
        assert script.loads(script.dumps(lecture)) == lecture
        card = cards.Card(1, 1, "One", "T", choice)
        assert cards.loads(cards.dumps(card)) == card


@pytest.mark.parametrize("theme", ["blue", 3, None, {}, {"name": "dark"}, []])
def test_a_lesson_file_with_another_theme_is_refused(theme: object) -> None:
    body = json.loads(lesson_file.dumps(lesson_of("tangent", request_of("tangent"))))
    with pytest.raises(StoryFileError, match="lesson file"):
        lesson_file.loads(json.dumps({**body, "theme": theme}))


LECTURE = """title = "Two ways"
theme = "mine.toml"
[[sections]]
heading = "b is used twice"
expr = "c = (a + b) * b"
values = { a = 2, b = 3 }
[[sections]]
heading = "A slope"
scene = "tangent"
"""


def test_a_lecture_looks_for_its_theme_beside_it_and_its_deck_is_in_it(
    mine: Path, tmp_path: Path
) -> None:
    lecture, deck = mine.with_name("lecture.toml"), tmp_path / "deck.html"
    lecture.write_text(LECTURE)
    assert theme_of(read_lecture_file(lecture).theme) == read_theme(mine)
    run("slides", lecture, "-o", deck)
    text = deck.read_text()
    assert text.count(PAGE) >= 3  # the slides, the picture and the scene
    assert DARK.page not in text
    run("slides", lecture, "--theme", "light", "-o", deck)
    assert PAGE not in deck.read_text()


def test_a_fault_in_a_lecture_s_theme_is_told_with_both_files(mine: Path) -> None:
    lecture = mine.with_name("lecture.toml")
    lecture.write_text(LECTURE)
    mine.write_text('page = "red"')
    with pytest.raises(LectureError) as caught:
        read_lecture_file(lecture)
    assert "mine.toml, line 1" in str(caught.value)
    assert "lecture.toml, line 2" in str(caught.value)
    lecture.write_text(LECTURE.replace("mine.toml", "mine.yaml"))
    with pytest.raises(LectureError, match=r"one of dark, light, or a theme file"):
        read_lecture_file(lecture)


def test_the_command_line_tells_what_a_theme_may_be_and_what_is_hard_to_read(
    mine: Path, tmp_path: Path
) -> None:
    picture = tmp_path / "two.svg"
    told = run("render", "expr", *TWO_WAYS, "--theme", "ligth", "-o", picture, fails=True)
    assert "did you mean 'light'?" in told.output
    mine.write_text(f"{MINE.replace(PAGE, '#767676')}")
    told = run("render", "expr", *TWO_WAYS, "--theme", mine, "-o", picture)
    assert "note: quiet #a8a6a2 on page #767676 has a contrast of " in told.stderr
    assert picture.exists()
    quiet = run("render", "expr", *TWO_WAYS, "--theme", mine, "-o", picture, "--quiet")
    assert quiet.stderr == ""


@pytest.mark.parametrize("content", [("expr", *TWO_WAYS), ("scene", "tangent")])
def test_a_film_is_on_the_page_of_the_theme(
    content: tuple[str, ...], mine: Path, tmp_path: Path
) -> None:
    film = tmp_path / "two.mp4"
    done = subprocess.run(
        [sys.executable, "-m", "autoviz_torch", "render", *content, "--theme", mine, "-o", film,
         "-q", "l", "--preset", "draft", "--quiet", "-j", "1"],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    with av.open(str(film)) as opened:
        first = next(opened.decode(video=0)).to_ndarray(format="rgb24")
    wanted = [int(PAGE[at : at + 2], 16) for at in (1, 3, 5)]
    assert abs(first[3, 3].astype(int) - wanted).max() <= 4
