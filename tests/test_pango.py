"""Texts in any script are shaped, not set letter beside letter; what no font has is told."""

import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import graphgen.commands.autoviz as cli
from graphgen.layout.measure import safe
from graphgen.outputs.cairo import bound, drawn
from graphgen.text.pango import installed_families, letters_without_a_font

NOBODYS = "\N{LINEAR B SYLLABLE B008 A}"
"""A letter of a script that nobody here has a font for."""

needs_japanese = pytest.mark.skipif(
    "VL Gothic" not in installed_families(), reason="needs the font VL Gothic"
)
needs_hindi = pytest.mark.skipif(
    "Lohit Devanagari" not in installed_families(), reason="needs the font Lohit Devanagari"
)


def document(text: str, attributes: str = 'text-anchor="middle"') -> str:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 60" width="200" height="60">'
        f'<g font-family="\'DejaVu Sans\', sans-serif" font-size="30"><text x="100" y="40" '
        f'fill="#000000" {attributes}>{text}</text></g></svg>'
    )


def ink(
    text: str, attributes: str = 'text-anchor="middle"'
) -> "np.ndarray[tuple[int, int], np.dtype[np.uint8]]":
    """How dark each pixel is, of shape (120, 400)."""
    with Image.open(BytesIO(drawn(document(text, attributes), 400))) as image:
        return np.asarray(image)[:, :, 3]


def width(text: str) -> int:
    columns = np.flatnonzero(ink(text).any(axis=0))
    return int(columns[-1] - columns[0])


def test_the_anchor_and_the_paint_are_as_the_document_says() -> None:
    middle, start = ink("loss 8"), ink("loss 8", 'text-anchor="start"')
    assert abs(int(np.flatnonzero(middle.any(axis=0)).mean()) - 200) <= 3
    assert np.flatnonzero(start.any(axis=0))[0] >= 200
    assert ink("8", 'opacity="0.5"').max() == pytest.approx(ink("8").max() / 2, abs=1)
    assert ink("8", 'font-weight="bold"').sum() > 1.2 * ink("8").sum()


@needs_japanese
def test_japanese_is_drawn_with_the_font_that_has_it() -> None:
    """Boxes would be alike."""
    assert not np.array_equal(ink("日"), ink("月"))
    assert letters_without_a_font("逆伝播を見る") == ""


@needs_hindi
def test_signs_that_join_are_joined() -> None:
    assert width("\N{DEVANAGARI LETTER KA}\N{DEVANAGARI SIGN VIRAMA}\N{DEVANAGARI LETTER SSA}") < (
        width("\N{DEVANAGARI LETTER KA}") + width("\N{DEVANAGARI LETTER SSA}")
    )


def test_arabic_letters_join() -> None:
    letters = "بيت"
    assert width(letters) < 0.8 * sum(map(width, letters))


def test_hebrew_runs_from_right_to_left() -> None:
    """Its first letter stands at the right: of Alef and Yod, the second is small and high."""
    both = ink("אי")
    columns = np.flatnonzero(both.any(axis=0))
    left, right = both[:, columns[0] : columns[0] + 8], both[:, columns[-1] - 20 : columns[-1]]
    assert np.flatnonzero(left.any(axis=1))[-1] < np.flatnonzero(right.any(axis=1))[-1]


def test_a_pdf_can_be_searched_in_any_script(tmp_path: Path) -> None:
    path = tmp_path / "x.pdf"
    path.write_bytes(bound([document("∂ שלום 8")], "x"))
    said = subprocess.run(
        ["pdftotext", str(path), "-"], capture_output=True, text=True, timeout=60, check=True
    )
    assert {"שלום", "8", "∂"} <= {word.strip("\u202a\u202b\u202c") for word in said.stdout.split()}


def test_what_joins_letters_is_not_taken_out() -> None:
    persian = "می\N{ZERO WIDTH NON-JOINER}خواهم"
    assert safe(persian) == persian
    assert safe("a\N{RIGHT-TO-LEFT OVERRIDE}b") == "a\N{REPLACEMENT CHARACTER}b"


def test_letters_that_no_font_has_are_found_once_each() -> None:
    assert letters_without_a_font(f"a{NOBODYS}b{NOBODYS}\n") == NOBODYS
    assert letters_without_a_font("loss = (a + b) × b  ∂ 8") == ""


def test_a_letter_that_no_font_has_is_a_note(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = ["render", "expr", "a * b", "--set", "a=2", "--set", "b=3", "--title"]
    outputs = ["-o", str(tmp_path / "x.png"), "-o", str(tmp_path / "x.svg")]
    assert cli.main([*said, f"a {NOBODYS}", *outputs]) == 0
    assert f"note: no font that is installed has {NOBODYS}: boxes" in capsys.readouterr().err
    assert cli.main([*said, "products", *outputs]) == 0
    assert capsys.readouterr().err == ""
    assert cli.main([*said, f"a {NOBODYS}", "-o", str(tmp_path / "x.svg")]) == 0
    assert capsys.readouterr().err == ""  # who opens it has fonts of their own


FONTLESS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{0}/none</dir><cachedir>{0}/cache</cachedir></fontconfig>"""


def without_fonts(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command on a machine on which no font is installed."""
    (folder / "none").mkdir(exist_ok=True)
    (folder / "fonts.conf").write_text(FONTLESS.format(folder))
    return subprocess.run(
        [sys.executable, "-m", "graphgen", *arguments],
        env={
            **os.environ,
            "FONTCONFIG_FILE": str(folder / "fonts.conf"),
            "PYTHONPATH": os.pathsep.join(sys.path),
        },
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("suffix", [".png", ".pdf", ".mp4", ".gif"])
def test_without_any_font_nothing_that_needs_one_is_begun(suffix: str, tmp_path: Path) -> None:
    said = ["render", "expr", "a * b", "--set", "a=2", "--set", "b=3", "-o", f"x{suffix}"]
    done = without_fonts(tmp_path, *said)
    assert (done.returncode, done.stdout) == (3, "")
    assert "need a font: none is installed; get one with: sudo apt-get install" in done.stderr
    assert not (tmp_path / f"x{suffix}").exists()


def test_without_any_font_the_doctor_says_so(tmp_path: Path) -> None:
    done = without_fonts(tmp_path, "doctor")
    assert done.returncode == 3
    assert [line.split()[0] for line in done.stdout.splitlines() if " font " in line] == ["missing"]


LECTURE = """
title = "Sums"
[[sections]]
heading = "One {0}"
expr = "a + b"
values = {{ a = 1, b = 2 }}
"""


@pytest.mark.slow
def test_lectures_and_slides_tell_letters_that_no_font_has(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("lecture.toml").write_text(LECTURE.format(NOBODYS))
    building = ["lecture", "build", "lecture.toml", "-o", "x.mp4", "--preview", "-j", "1"]
    for said in (["slides", "lecture.toml", "-o", "x.pdf"], building):
        assert cli.main(said) == 0
        assert f"note: no font that is installed has {NOBODYS}" in capsys.readouterr().err
    assert cli.main(["slides", "lecture.toml", "-o", "x.html"]) == 0
    assert capsys.readouterr().err == ""
