"""Lectures as films: what comes of one, and what is drawn again when."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import av
import pytest
import srt
from graphgen.scenes.film import producing
from graphgen.scenes.film.crew import Crew
from graphgen.scenes.lecture.building import Sections, build
from graphgen.scenes.lecture.doors import build as build_asked
from graphgen.scenes.lecture.edition import Edition, dumps, loads
from graphgen.scenes.lecture.memory import Built
from graphgen.scenes.lecture.places import check_target
from graphgen.scenes.lecture.plans import Plan, plan_of
from graphgen.scenes.lecture.shards import Shard, shard_of
from PIL import Image

import graphgen.commands.autoviz as cli
from graphgen.commands.building import Building
from graphgen.commands.lecturing import chosen_sections
from graphgen.lecture.reading import read_lecture
from graphgen.lecture.script import Script
from graphgen.lecture.scripting import script_of
from graphgen.model.errors import InputError, OutputError, StoryFileError
from graphgen.model.store import Store

ROOT = Path(__file__).parent.parent

LECTURE = """
title = "Two sections"
quality = "l"

[[sections]]
heading = "Two paths"
expr = "c = (a + b) * b"
values = { a = 2, b = 3 }
seconds_per_step = 0.2
narration = "b is used twice."
notes = "Ask first."

[[sections]]
heading = "A cut"
scene = "stops"
captions = { 2 = "One cut." }

[[sections]]
heading = "Chain"
expr = "y = x ** 2"
values = { x = 2 }
seconds_per_step = 0.2
"""
SHORT = LECTURE.replace('scene = "stops"\ncaptions = { 2 = "One cut." }',
                        'expr = "a * a"\nvalues = { a = 1 }\nseconds_per_step = 0.2')  # fmt: skip


def script(text: str, store: Store, chosen: list[int] | None = None) -> Script:
    return script_of(read_lecture(text), store, chosen)


def plan(text: str, store: Store, chosen: list[int] | None = None) -> Plan:
    return plan_of(Edition(script(text, store, chosen), "l", "draft"))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(tmp_path_factory.mktemp("store"))


@pytest.fixture(scope="module")
def whole(store: Store) -> Plan:
    return plan(LECTURE, store)


@pytest.fixture(scope="module")
def seen() -> list[Sections]:
    """How far it was, while the lecture was built."""
    return []


@pytest.fixture(scope="module")
def built(
    whole: Plan, store: Store, seen: list[Sections], tmp_path_factory: pytest.TempPathFactory
) -> Built:
    """A lecture at 480p, drawn by one process."""
    path = tmp_path_factory.mktemp("built") / "course.mp4"
    return build(whole, path, Crew(1), store, seen.append)


pytestmark = pytest.mark.dot


def test_a_lecture_leaves_its_film_texts_poster_and_clips(built: Built) -> None:
    folder = built.files[0].parent
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert found == {str(path.relative_to(folder)) for path in built.files}
    assert found == {
        "course.mp4",
        "course.srt",
        "course.vtt",
        "course.md",
        "course.html",
        "course.png",
        "course-sections/01-two-paths.mp4",
        "course-sections/02-a-cut.mp4",
        "course-sections/03-chain.mp4",
    }


def test_the_film_decodes_to_its_frames_with_a_chapter_for_each_section(
    built: Built, whole: Plan
) -> None:
    content = built.files[0].read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")
    with av.open(str(built.files[0])) as film:
        stream = film.streams.video[0]
        assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
        chapters = film.chapters()
        frames = sum(1 for _ in film.decode(stream))
    assert frames == whole.frames
    assert built.seconds == pytest.approx(frames / 15)
    titles = [chapter["metadata"]["title"] for chapter in chapters]
    assert titles == ["1. Two paths", "2. A cut", "3. Chain"]
    assert chapters[0]["start"] == 0
    assert [c["end"] for c in chapters[:-1]] == [c["start"] for c in chapters[1:]]
    assert float(chapters[-1]["end"] * chapters[-1]["time_base"]) == pytest.approx(built.seconds)


def test_subtitles_follow_the_captions_from_the_first_frame_to_the_last(built: Built) -> None:
    cues = list(srt.parse(built.files[1].read_text()))
    assert cues[0].start.total_seconds() == 0
    assert all(a.end == b.start for a, b in pairwise(cues))
    assert cues[-1].end.total_seconds() == pytest.approx(built.seconds)
    said = [cue.content.replace("\n", " ") for cue in cues]
    assert said[0] == "1. Two paths"
    assert "× sends 5 to b: its slope is a + b = 5, times 1 from above." in said
    assert "One cut." in said
    with av.open(str(built.files[0])) as film:
        packets = [bytes(p)[2:].decode() for p in film.demux(subtitles=0) if p.size > 2]
    assert [text.replace("\n", " ") for text in packets] == said


def test_the_transcript_tells_narration_steps_and_notes(built: Built, whole: Plan) -> None:
    text = built.files[3].read_text()
    assert text.startswith("# Two sections\n\n## 1. Two paths (0:00)\n\nb is used twice.\n")
    assert "> Ask first." in text
    assert "\n## 2. A cut (" in text
    said = [words for words in whole.films[3].reel.narrations if words]  # beside its captions
    assert said
    assert all(words in text.replace("\\", "") for words in said)


def test_the_slides_are_those_of_the_film(built: Built) -> None:
    deck = built.files[5].read_text()
    headings = ("Two paths", "A cut", "Chain")
    assert all(f">{heading}</h2>" in deck for heading in headings)
    assert "<p>Ask first.</p><p>b is used twice.</p>" in deck
    assert "One cut." in deck


def test_the_poster_is_the_frame_of_the_picture_with_a_sum(built: Built, whole: Plan) -> None:
    assert whole.poster == 1
    with Image.open(built.files[4]) as poster:
        assert poster.size == (854, 480)
        shown = poster.convert("L").resize((85, 48))
    with av.open(str(built.files[6])) as clip:
        *_, last = clip.decode(video=0)
    likeness = last.to_image().convert("L").resize((85, 48))
    assert max(abs(a - b) for a, b in zip(shown.tobytes(), likeness.tobytes(), strict=True)) <= 2


def test_each_clip_is_its_part_of_the_film(built: Built, whole: Plan) -> None:
    lengths = []
    for path in built.files[6:]:
        with av.open(str(path)) as clip:
            lengths.append(sum(1 for _ in clip.decode(video=0)))
            assert len(clip.chapters()) == 1
    films = [film.frames for film in whole.films]
    assert lengths == [a + b for a, b in zip(films[::2], films[1::2], strict=True)]


def test_an_unchanged_lecture_is_left_as_it_is(
    built: Built, whole: Plan, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = [path.stat().st_mtime_ns for path in built.files]
    monkeypatch.setattr(producing, "spread", _forbidden)
    asked = Building(None, (), "l", None, None, True, 1, "", False, True)
    again = build_asked(whole.script, built.files[0], asked, store.folder, _forbidden)
    assert (again.is_new, again.files, again.drawn) == (False, built.files, 0)
    assert again.seconds == built.seconds
    assert build(whole, built.files[0], Crew(1), store).drawn == 0
    assert [path.stat().st_mtime_ns for path in built.files] == before


def test_a_file_that_is_gone_or_damaged_is_put_back_without_drawing(
    built: Built, whole: Plan, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(producing, "spread", _forbidden)
    wanted = [path.read_bytes() for path in built.files]
    built.files[1].unlink()
    built.files[6].write_bytes(b"broken")
    assert build(whole, built.files[0], Crew(1), store).is_new
    assert [path.read_bytes() for path in built.files] == wanted


def _forbidden(*_: object) -> None:
    raise AssertionError("something was drawn")


def test_only_the_section_that_changed_is_drawn_again(
    built: Built, whole: Plan, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []
    spread = producing.spread

    def noting(orders, crew, deliver):  # type: ignore[no-untyped-def]
        drawn.extend(order.told for order in orders)
        spread(orders, crew, deliver)

    monkeypatch.setattr(producing, "spread", noting)
    words = LECTURE.replace("b is used twice.", "b is used two times.")
    build(plan(words, store), built.files[0], Crew(1), store)
    assert drawn == []
    assert "b is used two times." in built.files[3].read_text()
    changed = LECTURE.replace('"Chain"', '"Chain"\ncaptions = { 3 = "Here." }')
    again = build(plan(changed, store), built.files[0], Crew(1), store)
    assert {told.split(",")[0] for told in drawn} == {"section 3 (Chain)"}
    assert again.drawn == sum(film.frames for film in whole.films[5:])
    build(whole, built.files[0], Crew(1), store)


@pytest.mark.usefixtures("built")
def test_a_section_that_is_gone_takes_its_clip_along(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    build(plan(LECTURE, store), path, Crew(1), store)
    own = path.with_name("a-sections") / "mine.mp4"
    own.write_bytes(b"mine")
    build(plan(LECTURE, store, [0]), path, Crew(1), store)
    names = ["01-two-paths.mp4", "02-a-cut.mp4", "03-chain.mp4", "mine.mp4"]
    assert sorted(found.name for found in own.parent.iterdir()) == names
    renamed = LECTURE.replace('"Chain"', '"A square"')
    build(plan(renamed, store), path, Crew(1), store)
    names[2] = "03-a-square.mp4"
    assert sorted(found.name for found in own.parent.iterdir()) == names


def test_progress_counts_frames_and_sections(
    built: Built, whole: Plan, seen: list[Sections]
) -> None:
    assert [at.done_frames for at in seen] == sorted(at.done_frames for at in seen)
    assert (seen[0].done_frames, seen[0].done) == (0, 0)
    assert (seen[-1].done_frames, seen[-1].done) == (whole.frames, 3)
    assert {(at.total_frames, at.total) for at in seen} == {(built.drawn, 3)}


def test_a_plan_is_text_that_can_be_read_back(whole: Plan) -> None:
    assert plan_of(loads(dumps(whole.edition))) == whole
    for text in ("", "{}", "[]", '{"autoviz_edition": 1}'):
        with pytest.raises(StoryFileError):
            loads(text)


def test_sections_are_chosen_by_number_name_or_heading() -> None:
    lecture = read_lecture(LECTURE)
    assert chosen_sections(lecture, ()) == (0, 1, 2)
    assert chosen_sections(lecture, ("3", "two-paths", "Two paths")) == (0, 2)
    with pytest.raises(InputError, match="did you mean 'two-paths'"):
        chosen_sections(lecture, ("two-path",))
    titled = read_lecture(LECTURE.replace("Two paths", "Logistic regression"))
    with pytest.raises(InputError, match="did you mean 'Logistic regression'"):
        chosen_sections(titled, ("logistc",))


@pytest.mark.parametrize("name", ["a.mov", "a"])
def test_a_place_that_cannot_be_is_said_first(tmp_path: Path, name: str) -> None:
    with pytest.raises(OutputError):
        check_target(tmp_path / name)


# On the command line


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with a short lecture, and a cache of its own."""
    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "lecture.toml").write_text(SHORT)
    yield tmp_path
    signal.signal(signal.SIGTERM, before)


def autoviz(*arguments: str, capture: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    capture.readouterr()
    status = cli.main(list(arguments))
    said = capture.readouterr()
    assert "fault in autoviz itself" not in said.err
    return status, said.out, said.err


def test_the_command_builds_tells_its_files_and_then_nothing_changes(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ("lecture", "build", "-o", "a.mp4", "--preview", "--only", "chain", "-j", "1")
    status, out, err = autoviz(*command, capture=capsys)
    assert (status, out.split()[0], len(out.split())) == (0, "a.mp4", 7), err
    assert "frames drawn" in err
    lines = err.splitlines()  # no terminal: a line for each section that is told, and is filmed
    assert [line.startswith("section ") for line in lines].count(True) == 1
    assert "1 of 1 sections filmed" in lines, err
    status, again, err = autoviz(*command, capture=capsys)
    assert (status, again) == (0, out)
    assert "nothing has changed" in err
    status, out, err = autoviz(*command, "--theme", "light", "--quiet", capture=capsys)
    assert (status, out, err) == (0, "", "")
    with av.open("a.mp4") as film:
        light = next(film.decode(video=0)).to_ndarray(format="gray")
    assert light[2, 2] > 250


@pytest.mark.slow
def test_a_build_takes_another_aspect_than_the_files(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["lecture", "build", "-o", "out/a.mp4", "--preview", "--only", "3", "-j", "1"]
    assert autoviz(*command, "--aspect", "9:16", capture=capsys)[0] == 0
    with av.open("out/a.mp4") as film:
        assert (film.streams.video[0].width, film.streams.video[0].height) == (480, 854)
    assert autoviz(*command, "--aspect", "9:99", capture=capsys)[0] == 2


def test_an_unchanged_build_needs_no_torch(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["lecture", "build", "-o", "a.mp4", "--preview", "--only", "3", "-j", "1"]
    assert autoviz(*asked, capture=capsys)[0] == 0
    (course / "poison").mkdir()
    for name in ("torch", "manim"):
        (course / "poison" / f"{name}.py").write_text("raise RuntimeError('it was imported')\n")
    env = {**os.environ, "PYTHONPATH": str(course / "poison")}
    for name in ("a.mp4", "./a.mp4"):
        again = [name if word == "a.mp4" else word for word in asked]
        command = [sys.executable, str(ROOT / "cli.py"), *again]
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60)
        said = r"section 3, Chain\n0:0\d long; nothing has changed\n"
        assert done.returncode == 0
        assert re.fullmatch(said, done.stderr)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["build", "absent.toml"], "autoviz lecture new"),
        (["build", "-o", "a.mov"], ".mp4"),
        (["build", "-o", "a.mp4", "--only", "pats"], "two-paths"),
        (["build", "-o", "a.mp4", "--shard", "4/3"], "3/16"),
        (["build", "-o", "a.mp4", "--shard", "1/3", "--cluster", "tcp://x:1"], "take one"),
        (["join", "absent", "-o", "a.mp4"], "absent"),
        (["join", ".", "-o", "a.mp4"], "--shard"),
    ],
)
def test_wrong_input_ends_with_one_message_and_status_2(
    course: Path, arguments: list[str], word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = autoviz("lecture", *arguments, capture=capsys)
    assert (status, out, err.count("Error: "), word in err) == (2, "", 1, True), err


def test_the_cache_tells_its_size_and_lets_go(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = Store(course / "cache" / "autoviz" / "films")
    (course / "x").write_bytes(bytes(5_000))
    kept.keep("a", [course / "x"])
    _, out, _ = autoviz("cache", capture=capsys)
    assert out.startswith(f"{kept.folder}\n1 entries, 5.1")  # with the key that it knows
    assert out.endswith("of at most 1 GB\n")
    assert autoviz("cache", "--limit", "1kB", capture=capsys)[1].endswith(
        "0 entries, 0 B of at most 1 kB\n"
    )
    kept.keep("b", [course / "x"])
    assert "0 entries" in autoviz("cache", "--clear", capture=capsys)[1]
    assert autoviz("cache", "--limit", "much", capture=capsys)[0] == 2


# Broken off, and shared out


KILLED = """
import os, signal, sys
from graphgen.scenes.film.producing import Floor
deliver, kept = Floor._deliver, []
def delivering(floor, take):
    deliver(floor, take)
    kept.append(take)
    if len(kept) == 2:
        os.kill(os.getpid(), signal.SIGKILL)
Floor._deliver = delivering
import graphgen.commands.autoviz as cli
cli.main(sys.argv[1:])
"""
"""Builds, and is killed when two takes are kept."""


def test_a_build_that_was_killed_goes_on_where_it_stopped(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["lecture", "build", "-o", "a.mp4", "--preview", "--only", "1", "-j"]
    kept = course / "cache" / "autoviz" / "films"
    command = [sys.executable, "-c", KILLED, *asked, "2"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True, env=env) as p:
        assert p.wait(timeout=300) == -signal.SIGKILL
    _wait(lambda: _session(p.pid) == [])  # no worker outlives it
    assert _takes(kept) == 2
    assert not (course / "a.mp4").exists()
    _, _, err = autoviz(*asked, "1", capture=capsys)
    films = plan(SHORT, Store(kept), [0]).films
    told = int(err.split("; ")[1].split()[0].replace(",", ""))
    assert 0 < told < sum(film.frames for film in films)
    assert _takes(kept) == sum(len(film.segments) for film in films) > 2


def _takes(kept: Path) -> int:
    """How many takes are kept, without those that a killed worker was about to keep."""
    return sum(not note.parent.suffix for note in kept.glob("*/take.json"))


def _session(number: int) -> list[str]:
    """The processes of a session."""
    listed = subprocess.run(["ps", "-o", "pid=", "-s", str(number)], capture_output=True, text=True)
    return listed.stdout.split()


def _wait(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + 120
    while not is_so():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.02)


def test_shares_are_whole_and_of_about_the_same_length(whole: Plan, tmp_path: Path) -> None:
    orders = producing.orders_of(whole.films, tmp_path)
    for count in (1, 2, 3, 7, 100):
        shares = [Shard(number + 1, count).orders(orders) for number in range(count)]
        assert [order.number for share in shares for order in share] == list(range(len(orders)))
        frames = [sum(order.frames for order in share) for share in shares]
        longest = max(order.frames for order in orders)
        assert max(frames) - sum(frames) / count <= longest
    for text in ("0/3", "4/3", "3", "a/b", "1/100000", "1/3/4", "-1/3"):
        with pytest.raises(InputError, match="3/16"):
            shard_of(text)


def test_shares_drawn_apart_join_to_the_very_same_lecture(
    course: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ("lecture", "build", "--preview", "-j", "1", "--only", "3")
    share = (*asked, "-o", "shares", "--shard")
    status, out, err = autoviz(*share, "1/2", capture=capsys)
    assert (status, out) == (0, f"{Path('shares/shard-1-of-2')}\n"), err
    status, out, err = autoviz("lecture", "join", "shares", "-o", "b.mp4", capture=capsys)
    assert (status, "again --shard 2/2" in err) == (2, True)
    assert autoviz(*share, "2/2", capture=capsys)[0] == 0
    monkeypatch.setattr(producing, "spread", _forbidden)
    assert autoviz(*share, "1/2", capture=capsys)[0] == 0
    monkeypatch.setenv("XDG_CACHE_HOME", str(course / "elsewhere"))
    assert autoviz("lecture", "join", "shares", "-o", "b.mp4", capture=capsys)[0] == 0
    monkeypatch.setenv("XDG_CACHE_HOME", str(course / "cache"))
    assert autoviz(*asked, "-o", "a.mp4", capture=capsys)[0] == 0
    assert Path("a.mp4").read_bytes() == Path("b.mp4").read_bytes()
    damaged = next(Path("shares/shard-2-of-2").glob("*/000.mp4"))
    damaged.write_bytes(damaged.read_bytes()[:-10])
    assert (
        "again --shard 2/2"
        in autoviz("lecture", "join", "shares", "-o", "b.mp4", capture=capsys)[2]
    )


def test_shares_of_different_lectures_are_told_apart(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    share = ("lecture", "build", "--preview", "-j", "1", "-o", "shares", "--only", "3", "--shard")
    assert autoviz(*share, "1/2", capture=capsys)[0] == 0
    Path("lecture.toml").write_text(SHORT.replace("x = 2", "x = 3"))
    assert autoviz(*share, "2/2", capture=capsys)[0] == 0
    status, _, err = autoviz("lecture", "join", "shares", "-o", "b.mp4", capture=capsys)
    assert (status, "of another one" in err) == (2, True)


def test_takes_of_shares_in_each_others_places_are_refused(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    share = ("lecture", "build", "--preview", "-j", "1", "-o", "shares", "--only", "3", "--shard")
    for number in ("1/2", "2/2"):
        assert autoviz(*share, number, capture=capsys)[0] == 0
    one, two = (next(Path("shares").glob(f"shard-{n}-of-2/0*")) for n in (1, 2))
    for old, new in ((one, Path("x")), (two, one), (Path("x"), two)):
        old.rename(new)
    status, _, err = autoviz("lecture", "join", "shares", "-o", "b.mp4", capture=capsys)
    assert (status, "again --shard 1/2, 2/2" in err) == (2, True)
    Path("shares/shard-1-of-99999999").mkdir()
    assert autoviz("lecture", "join", "shares", "-o", "b.mp4", capture=capsys)[1:] == ("", err)
