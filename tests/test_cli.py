"""The command line as a shell sees it: what it prints where, what it writes, how it ends."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import av
import click
import pytest
from click.testing import CliRunner

import graphgen.commands.autoviz as cli
from graphgen.commands.arguments import apart
from graphgen.language.expression import parse
from graphgen.language.titles import title_of

ROOT = Path(__file__).parent.parent
TWO_PATHS = ["c = (a + b) * b", "--set", "a=2", "--set", "b=3"]


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.chdir(tmp_path)
    yield
    signal.signal(signal.SIGTERM, before)


class Ended:
    """What a command said and how it ended."""

    def __init__(self, out: str, err: str, status: int) -> None:
        self.out, self.err, self.status = out, err, status


SQUARE = "import torch\na = torch.tensor(2.0, requires_grad=True)\nloss = a * a\n"


def autoviz(*arguments: str, capture: pytest.CaptureFixture[str]) -> Ended:
    """Runs the command in this process."""
    capture.readouterr()
    status = cli.main(list(arguments))
    said = capture.readouterr()
    assert "Traceback" not in said.out + said.err
    assert "fault in autoviz itself" not in said.err
    return Ended(said.out, said.err, status)


def shell(
    *arguments: str,
    stdin: bytes = b"",
    env: dict[str, str] | None = None,
    python: Sequence[str] = (),
) -> Ended:
    """Runs the command in a process of its own."""
    done = subprocess.run(
        [sys.executable, *python, str(ROOT / "cli.py"), *arguments],
        input=stdin,
        capture_output=True,
        env={**os.environ, **(env or {})},
        timeout=120,
        check=False,
    )
    assert b"Traceback" not in done.stderr
    return Ended(done.stdout.decode(), done.stderr.decode(), done.returncode)


# What is printed


def test_the_tree_lists_the_loss_first_and_a_shared_leaf_once_in_full(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ended = autoviz("tree", *TWO_PATHS, capture=capsys)
    assert ended.status == 0
    lines = ended.out.splitlines()
    assert "value 15" in lines[0]
    assert [line for line in lines if "b  value 3  ∂ 8" in line] != []
    assert ended.out.count("∂ 8") == 1


def test_ids_show_that_a_leaf_listed_twice_is_one(capsys: pytest.CaptureFixture[str]) -> None:
    ended = autoviz("tree", *TWO_PATHS, "--ids", capture=capsys)
    leaves = [line.split("── ")[1] for line in ended.out.splitlines() if "] b" in line]
    assert len(leaves) == 2
    assert len({leaf.split()[0] for leaf in leaves}) == 1


def test_autograd_names_are_those_of_torch(capsys: pytest.CaptureFixture[str]) -> None:
    ended = autoviz("tree", *TWO_PATHS, "--names", "autograd", capture=capsys)
    assert "AddBackward0" in ended.out
    assert "MulBackward0" in ended.out


def test_explain_tells_how_the_gradient_of_b_is_made_up(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = "s = a + b; c = s * b"
    ended = autoviz("explain", text, "--set", "a=2", "--set", "b=3", capture=capsys)
    assert ended.status == 0
    assert "5 via c = s × b, plus 3 via s = a + b, is 8" in ended.out


def test_check_compares_every_gradient_also_that_of_an_unnamed_operation(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ended = autoviz("explain", *TWO_PATHS, "--check", capture=capsys)
    assert ended.status == 0
    assert ended.out.count("agrees with its finite difference") == 4


@pytest.mark.parametrize(
    ("text", "values", "words"),
    [
        ("relu(a)", ("a=0",), "the loss has a kink here"),
        ("sqrt(a)", ("a=0",), "the loss is no finite number beside this point"),
        (
            "a * 1e18 + b",
            ("a=1", "b=1"),
            "rounding, a kink on the way, or how the loss bends, hides the slope",
        ),
        ("relu(a) + minimum(a, 0)", ("a=0",), "rounding, a kink on the way"),
    ],
)
def test_check_says_what_it_cannot_decide_and_ends_well(
    text: str, values: tuple[str, ...], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [part for value in values for part in ("--set", value)]
    ended = autoviz("explain", text, *given, "--check", capture=capsys)
    assert ended.status == 0
    assert f"(can't be decided by its finite difference: {words}" in ended.out
    assert "DIFFERS" not in ended.out
    rows = autoviz("explain", text, *given, "--check", "--json", capture=capsys)
    undecided = [row for row in map(json.loads, rows.out.splitlines()) if "undecided" in row]
    assert undecided
    assert all(row["agrees"] is None for row in undecided)


def test_check_tells_rounding_of_the_loss_from_a_wrong_gradient(
    capsys: pytest.CaptureFixture[str],
) -> None:
    given = ("--set", "a=1", "--set", "b=1")
    ended = autoviz("explain", "a * 1e9 + b", *given, "--check", capture=capsys)
    assert ended.status == 0
    assert ended.out.count("agrees with its finite difference") == 4


def test_numbers_whose_sum_is_too_large_on_the_way_are_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    given = "x=[9e307, 9e307, 9e307, 1, 2, 3]"
    ended = autoviz("explain", "sum(x * 0.1)", "--set", given, capture=capsys)
    assert ended.status == 0
    assert "6 numbers, 1 to 9e307, mean 4.5e307" in ended.out


def test_explain_as_json_has_the_contributions_one_by_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ended = autoviz("explain", *TWO_PATHS, "--json", "--check", capture=capsys)
    rows = {row["name"]: row for row in map(json.loads, ended.out.splitlines())}
    assert rows["b"]["gradient"] == "8"
    assert rows["b"]["parts"] == ["5", "3"]
    assert rows["b"]["agrees"] is True


def test_an_infinite_value_is_a_warning_and_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    ended = autoviz("tree", "9**9**9 * a", "--set", "a=1", capture=capsys)
    assert ended.status == 0
    assert "∞" in ended.out or "inf" in ended.out
    assert "note:" in ended.err


# Where an expression comes from


@pytest.mark.parametrize("text", ["-a*b", "-a", "--a*b", "-o*q", "-q-o", "-.5*a*b", "-(a)*b"])
def test_an_expression_may_begin_with_a_minus_sign(
    text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    names = [name for name in "aboq" if name in text]
    values = [part for name in names for part in ("--set", f"{name}=2")]
    assert autoviz("tree", text, *values, capture=capsys).status == 0


def test_options_stay_options_beside_such_an_expression() -> None:
    parameters: list[click.Parameter] = [
        click.Argument(["text"]),
        click.Option(["-o"]),
        click.Option(["-q"]),
        click.Option(["--ids"], is_flag=True),
    ]
    given = ["--ids", "-a*b", "-ox.svg", "-ql", "-o", "-", "--typo"]
    expected = ["--ids", "-ox.svg", "-ql", "-o", "-", "--typo", "--", "-a*b"]
    assert apart(given, parameters) == expected


def test_an_expression_is_read_from_standard_input() -> None:
    ended = shell("tree", "-", "--set", "a=2", stdin=b"y = a * a\n")
    assert ended.status == 0
    assert "value 4" in ended.out


def test_an_expression_is_read_from_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "net.txt").write_text("h = a * a\ny = h + 1\n")
    ended = autoviz("tree", "--file", "net.txt", "--set", "a=2", capture=capsys)
    assert "value 5" in ended.out


@pytest.mark.parametrize(
    "arguments",
    [
        ["tree"],
        ["tree", "a", "--file", "x.txt"],
        ["tree", "--file", "absent.txt"],
        ["tree", "--file", "."],
        ["tree", "--file", "/dev/zero"],
        ["tree", "a", "b"],
        ["tree", "a +", "--set", "a=1"],
        ["tree", "a"],
        ["tree", "a * b", "--set", "a=1", "--set", "a=2", "--set", "b=1"],
        ["tree", "a", "--set", "a=nan"],
        ["tree", "a", "--set", "a"],
        ["tree", "a", "--set", "a=1", "--set", "unused=1"],
        ["tree", "a", "--set", "a=[1,2]"],
        ["tree", "a.grad", "--set", "a=1"],
        ["tree", "__import__('os')"],
        ["tree", "a", "--set", "a=1", "--data", "z"],
        ["tree", "\ud800", "--set", "a=1"],
        ["render", "story", "absent.json"],
        ["render", "story", "."],
        ["render", "expr", "a", "--set", "a=1", "--seconds-per-step", "nan"],
        ["render", "expr", "a", "--set", "a=1", "--quality", "x"],
        ["render", "expr", "a", "--set", "a=1", "--jobs", "-1"],
        ["nonsense"],
        ["--nonsense"],
    ],
)
def test_wrong_input_ends_with_one_message_and_status_2(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = autoviz(*arguments, capture=capsys)
    assert ended.status == 2
    assert ended.err.count("Error: ") == 1
    assert ended.out == ""
    assert list(tmp_path.iterdir()) == []


# What is written


@pytest.mark.dot
def test_one_run_writes_every_still_format(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ["x.svg", "x.dot", "x.png", "x.pdf", "x.json", "x.txt"]
    outputs = [part for name in names for part in ("-o", name)]
    ended = autoviz("render", "expr", *TWO_PATHS, *outputs, capture=capsys)
    assert ended.status == 0
    assert ended.out.split() == names
    begins = {
        "x.svg": b"<svg",
        "x.dot": b"digraph",
        "x.png": b"\x89PNG",
        "x.pdf": b"%PDF",
        "x.json": b'{"autoviz"',
    }
    for name, start in begins.items():
        assert start in (tmp_path / name).read_bytes()[:100]


@pytest.mark.dot
def test_standard_output_gets_the_format_that_was_asked_for(
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    ended = shell("render", "expr", *TWO_PATHS, "-o", "-", "--format", "dot")
    assert ended.status == 0
    assert ended.out.startswith("digraph")


@pytest.mark.dot
def test_json_tells_one_object_per_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ended = autoviz(
        "render", "expr", *TWO_PATHS, "-o", "x.svg", "-o", "x.txt", "--json", capture=capsys
    )
    told = [json.loads(line) for line in ended.out.splitlines()]
    assert [one["path"] for one in told] == ["x.svg", "x.txt"]
    assert [one["format"] for one in told] == ["svg", "txt"]
    assert told[0]["bytes"] == (tmp_path / "x.svg").stat().st_size


@pytest.mark.dot
def test_quiet_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    ended = autoviz("render", "expr", *TWO_PATHS, "-o", "x.svg", "--quiet", capture=capsys)
    assert (ended.status, ended.out, ended.err) == (0, "", "")


@pytest.mark.dot
def test_the_three_kinds_of_svg_differ(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    texts = set()
    for kind in ("still", "animated", "steps"):
        autoviz("render", "expr", *TWO_PATHS, "-o", "x.svg", "--svg", kind, capture=capsys)
        texts.add((tmp_path / "x.svg").read_text())
    assert len(texts) == 3
    assert sum("@keyframes" in text for text in texts) == 1
    assert sum("fragment" in text for text in texts) == 1


@pytest.mark.dot
def test_pages_are_a_pdf_or_files_with_numbers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["render", "expr", "--svg", "pages", "-o", "x.svg"]
    ended = autoviz(*command, *TWO_PATHS, "-o", "x.pdf", capture=capsys)
    assert ended.status == 0
    told = ended.out.splitlines()
    assert told == [*(f"x-{k:03}.svg" for k in range(1, len(told))), "x.pdf"]
    assert sorted(told) == sorted(path.name for path in tmp_path.iterdir())
    shorter = autoviz(*command, "a * b", "--set", "a=1", "--set", "b=2", capture=capsys)
    assert len(shorter.out.splitlines()) < len(told) - 1
    assert "note: x-008.svg is of an earlier, longer story" in shorter.err


@pytest.mark.dot
def test_a_scene_has_pages_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["render", "scene", "accumulate", "--svg", "pages", "-o", "x.svg", "-o", "x.pdf"]
    told = autoviz(*command, capture=capsys).out.splitlines()
    assert told == [*(f"x-{k:03}.svg" for k in range(1, len(told))), "x.pdf"]
    assert len({(tmp_path / name).read_text() for name in told[:-1]}) == len(told) - 1 > 5


@pytest.mark.parametrize("format", ["svg", "png"])
def test_files_with_numbers_need_a_name(format: str, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["render", "expr", *TWO_PATHS, "--svg", "pages", "-o", "-", "--format", format]
    ended = autoviz(*command, capture=capsys)
    assert ended.status == 2
    assert "give -o a name" in ended.err


@pytest.mark.dot
@pytest.mark.slow
def test_every_writer_makes_the_folder_of_its_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ["a/x.svg", "b/c/x.png", "d/x.pdf", "e/x.json", "f/x.txt", "g/x.dot", "h/x.html"]
    outputs = [part for name in [*names, "i/x.mp4"] for part in ("-o", name)]
    fast = ["-q", "l", "--seconds-per-step", "0.2"]
    ended = autoviz("render", "expr", *TWO_PATHS, *fast, *outputs, capture=capsys)
    assert ended.out.split() == [*names, "i/x.mp4"]
    pages = ["--svg", "pages", "-o", "j/x.svg"]
    assert autoviz("render", "expr", *TWO_PATHS, *pages, capture=capsys).status == 0
    for command in (["render", "scene", "merge", "-o", "k/x.svg"], ["lecture", "new", "l/x.toml"],
                    ["slides", "e/x.json", "-o", "m/x.html"]):  # fmt: skip
        assert autoviz(*command, capture=capsys).status == 0
    assert sorted(place.name for place in tmp_path.iterdir()) == list("abdefghijklm")


@pytest.mark.dot
@pytest.mark.parametrize(
    ("options", "direction"),
    [
        (["--aspect", "9:16"], "tb"),
        (["--aspect", "9:16", "--direction", "lr"], "lr"),
        (["--aspect", "1:1"], "lr"),
        ([], "lr"),
    ],
)
def test_values_flow_down_in_a_frame_that_is_higher_than_wide(
    options: list[str], direction: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "loss.py").write_text(SQUARE)
    for command in (["render", "expr", *TWO_PATHS], ["render", "loss", "loss.py:loss"]):
        autoviz(*command, *options, "-o", "x.json", capture=capsys)
        body = json.loads((tmp_path / "x.json").read_text())
        assert body["layout"]["direction"] == direction


@pytest.mark.parametrize(
    "aspect", ["16/9", "0:9", "9:0", "5:1", "x", "16:9:1", "-1:2", "1e9:1", ""]
)
@pytest.mark.parametrize(
    "command", [["expr", *TWO_PATHS], ["scene", "tangent"], ["story", "x.json"], ["loss", "x.py:l"]]
)
def test_an_aspect_that_can_not_be_is_told_whatever_is_written(
    command: list[str], aspect: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = autoviz("render", *command, "-o", "x.svg", "--aspect", aspect, capture=capsys)
    assert ended.status == 2
    assert "an aspect is width to height, up to 4 to 1" in ended.err


@pytest.mark.dot
@pytest.mark.slow
@pytest.mark.parametrize("command", [["expr", "a * a", "--set", "a=2"], ["loss", "loss.py:loss"]])
def test_the_film_of_an_expression_and_of_a_loss_has_the_aspect(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "loss.py").write_text(SQUARE)
    options = ["--aspect", "9:16", "-q", "l", "--seconds-per-step", "0.2", "-o", "x.mp4"]
    autoviz("render", *command, *options, capture=capsys)
    with av.open(str(tmp_path / "x.mp4")) as film:
        stream = film.streams.video[0]
        assert (stream.width, stream.height) == (480, 854)


@pytest.mark.dot
def test_theme_direction_and_title_reach_the_picture(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--theme", "light", "--direction", "tb", "--title", "Two ways to b"]
    autoviz("render", "expr", *TWO_PATHS, *options, "-o", "x.json", capture=capsys)
    body = json.loads((tmp_path / "x.json").read_text())
    assert body["theme"]["name"] == "light"
    assert body["layout"]["direction"] == "tb"
    assert body["story"]["title"] == "Two ways to b"


@pytest.mark.dot
def test_a_saved_story_gives_the_same_svg_without_torch(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    autoviz("render", "expr", *TWO_PATHS, "-o", "x.json", "-o", "x.svg", capture=capsys)
    poison = tmp_path / "poison"
    poison.mkdir()
    (poison / "torch.py").write_text("raise RuntimeError('torch was imported')\n")
    ended = shell("render", "story", "x.json", "-o", "y.svg", env={"PYTHONPATH": str(poison)})
    assert ended.status == 0
    assert (tmp_path / "y.svg").read_bytes() == (tmp_path / "x.svg").read_bytes()


@pytest.mark.parametrize(
    ("outputs", "word"),
    [
        (["-o", "x.mp5"], "did you mean '.mp4'"),
        (["-o", "folder"], "is a folder"),
        (["-o", "/dev/null/x.svg"], "is no folder"),
        (["-o", "absent/x.mp5"], "did you mean '.mp4'"),
        (["-o", "x.svg", "-o", "folder"], "is a folder"),
        (["-o", "x.svg", "-o", "./x.svg"], "twice"),
        (["-o", "-"], "--format"),
        (["-o", "x.mp4", "--transparent"], "transparent"),
        (["-o", "-", "--format", "svg", "--json"], "--json"),
        (["-o", ""], "name of a file"),
        (["-o", "x" * 300 + ".svg"], "can't be"),
    ],
)
def test_a_place_that_cannot_be_is_found_before_anything_is_computed(
    outputs: list[str], word: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    (tmp_path / "folder").mkdir()
    monkeypatch.setattr("graphgen.commands.stages.recorded", _never)
    ended = autoviz("render", "expr", *TWO_PATHS, *outputs, capture=capsys)
    assert ended.status == 2
    assert word in ended.err
    assert [place.name for place in tmp_path.iterdir()] == ["folder"]


def _never(*arguments: object) -> None:
    raise AssertionError("something was computed")


@pytest.mark.parametrize("outputs", [["-o", "x.svg"], ["-o", "x.mp4"], []])
def test_a_missing_dot_is_told_before_anything_is_computed(
    outputs: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("graphgen.commands.stages.recorded", _never)
    ended = autoviz("render", "expr", *TWO_PATHS, *outputs, capture=capsys)
    assert ended.status == 3
    assert "apt-get install graphviz" in ended.err
    assert list(tmp_path.iterdir()) == []


def test_a_missing_font_is_told_before_anything_is_computed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("manimpango.list_fonts", list)
    monkeypatch.setattr("graphgen.commands.stages.recorded", _never)
    ended = autoviz("render", "expr", *TWO_PATHS, "-o", "x.mp4", capture=capsys)
    assert ended.status == 3
    assert "fonts-dejavu-core" in ended.err
    assert list(tmp_path.iterdir()) == []


def test_dot_source_needs_no_dot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert autoviz("render", "expr", *TWO_PATHS, "-o", "x.dot", capture=capsys).status == 0
    assert (tmp_path / "x.dot").read_text().startswith("digraph")


@pytest.mark.dot
@pytest.mark.slow
def test_without_a_place_the_film_goes_to_media(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--preset", "draft", "--seconds-per-step", "0.2", "--jobs", "1"]
    ended = autoviz("render", "expr", *TWO_PATHS, *options, capture=capsys)
    assert ended.status == 0
    assert ended.out == "media/c.mp4\n"
    with av.open(str(tmp_path / "media" / "c.mp4")) as film:
        assert film.streams.video[0].height == 480


@pytest.mark.dot
def test_preview_opens_what_was_written(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("click.launch", lambda path: opened.append(path) or 0)
    autoviz("render", "expr", *TWO_PATHS, "-o", "x.svg", "--preview", capture=capsys)
    assert opened == ["x.svg"]


# How it ends


def test_a_reader_that_goes_away_ends_it_quietly() -> None:
    command = f"{sys.executable} {ROOT / 'cli.py'} tree 'a*b' --set a=1 --set b=2 | true"
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stderr == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_behind_standard_output_is_told() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, str(ROOT / "cli.py"), "tree", "a*a", "--set", "a=1"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.startswith("Error: ")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_it_with_its_own_status_and_no_traceback(number: int, status: int) -> None:
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "cli.py"), "tree", "-", "--set", "a=1"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    time.sleep(1.5)  # until it waits for its input
    process.send_signal(number)
    _, err = process.communicate(timeout=30)
    assert process.returncode == status
    assert b"Traceback" not in err


def test_a_working_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    script = (
        f"mkdir gone && cd gone && rmdir ../gone && exec '{sys.executable}' '{ROOT / 'cli.py'}'"
    )
    done = subprocess.run(
        ["sh", "-c", f"{script} tree 'a * a' --set a=3"],
        cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Error: a folder to work in: the one that you are in is gone")
    assert len(done.stderr.splitlines()) == 1


def test_a_terminal_without_the_signs_gets_them_spelled() -> None:
    ended = shell("tree", *TWO_PATHS, env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert ended.status == 0
    assert "value 15" in ended.out


def test_no_bar_is_drawn_where_nobody_watches() -> None:
    ended = shell("tree", *TWO_PATHS)
    assert ended.err == ""


def test_a_fault_of_ours_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("graphgen.commands.stages.read", lambda source: 1 / 0)
    status = cli.main(["tree", "a"])
    said = capsys.readouterr().err
    assert status == 1
    assert "ZeroDivisionError" in said
    assert len(said.splitlines()) == 1


# What is said about it


def _commands(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from _commands(inner, (*path, name))


@pytest.mark.parametrize("path", list(_commands(cli.autoviz)), ids=" ".join)
def test_every_command_has_help_with_an_example(path: tuple[str, ...]) -> None:
    told = CliRunner().invoke(cli.autoviz, [*path, "--help"])
    assert told.exit_code == 0
    assert "Example" in told.output
    assert told.output.count("autoviz ") >= 2


@pytest.mark.parametrize("name", ["bash", "zsh", "fish"])
def test_completion_prints_a_script_for_the_shell(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = autoviz("completion", name, capture=capsys)
    assert ended.status == 0
    assert "_AUTOVIZ_COMPLETE" in ended.out


def test_the_completion_knows_the_commands() -> None:
    ended = shell(
        env={"_AUTOVIZ_COMPLETE": "bash_complete", "COMP_WORDS": "autoviz ren", "COMP_CWORD": "1"}
    )
    assert "render" in ended.out


def test_the_doctor_names_what_is_missing_and_the_command_that_mends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    ended = autoviz("doctor", capture=capsys)
    assert ended.status == 3
    line = next(line for line in ended.out.splitlines() if " dot " in line)
    assert line.startswith("missing")
    assert "sudo apt-get install graphviz" in line


@pytest.mark.dot
def test_the_doctor_is_content_with_a_whole_system(capsys: pytest.CaptureFixture[str]) -> None:
    ended = autoviz("doctor", capture=capsys)
    assert ended.status == 0
    assert "missing" not in ended.out


# The title


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("a = x*y; b = x**2; z = a + b", "a = x × y; b = x²; z = a + b"),
        ("relu(x + y)", "relu(x + y)"),
        (
            "h = tanh(w * x + b * x + y * x + x * x * x); loss = mse(h * w, y)",
            "loss = mse(h × w, y)",
        ),
    ],
)
def test_the_title_is_the_whole_program_where_it_is_short(text: str, title: str) -> None:
    assert title_of(parse(text)) == title


def test_a_title_is_never_longer_than_there_is_room() -> None:
    for text in ("z = " + " + ".join(f"x{i}" for i in range(200)), "+".join("x" * 300)):
        assert len(title_of(parse(text))) <= 64


def test_a_scene_that_was_recorded_is_shown_again_without_torch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    scene = ["render", "scene", "tangent", "--svg", "still", "-o"]
    first, again, other = (str(tmp_path / f"{name}.svg") for name in ("first", "again", "other"))
    assert autoviz(*scene, first, capture=capsys).status == 0
    monkeypatch.setattr("graphgen.commands.courses.lesson_of", None)
    assert autoviz(*scene, again, capture=capsys).status == 0
    assert Path(again).read_bytes() == Path(first).read_bytes()
    assert cli.main([*scene, other, "--from", "-1"]) == 1  # nobody has asked for that before


def test_an_expression_that_was_filmed_is_filmed_again_without_torch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    options = ["-q", "l", "--seconds-per-step", "0.2", "--jobs", "1", "-o"]
    square = ["render", "expr", "a * a", "--set"]
    first, again, other = (str(tmp_path / f"{name}.mp4") for name in ("first", "again", "other"))
    assert autoviz(*square, "a=3", *options, first, capture=capsys).status == 0
    monkeypatch.setattr("graphgen.commands.stages.recorded", None)
    assert autoviz(*square, "a=3", *options, again, capture=capsys).status == 0
    assert Path(again).read_bytes() == Path(first).read_bytes()
    assert cli.main([*square, "a=4", *options, other]) == 1  # nobody has asked for that before


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (["rendr"], "render"),
        (["render", "scene", "tangnt"], "tangent"),
        (["lecture", "biuld"], "build"),
    ],
)
def test_a_command_that_is_none_names_the_one_that_was_meant(
    words: list[str], meant: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = autoviz(*words, capture=capsys)
    assert ended.status == 2
    assert f"No such command {words[-1]!r}; did you mean {meant!r}?" in ended.err


@pytest.mark.parametrize(
    ("suffix", "word"), [(".dot", "got '.dot'"), (".avi", "did you mean '.mp4'")]
)
def test_a_scene_refuses_a_suffix_before_anything_is_computed(
    suffix: str, word: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graphgen.commands.courses.lesson_of", _never)
    ended = autoviz("render", "scene", "tangent", "-o", f"x{suffix}", capture=capsys)
    assert (ended.status, word in ended.err) == (2, True)
