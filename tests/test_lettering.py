"""Lines are set alike everywhere: by the faces of the package, by Typst, or else by Pango."""

from importlib.resources import files

import pytest

from graphgen.text.lettering import Letters, advance, letters, prepare, symbol
from graphgen.text.shaping import CAP_HEIGHT, FACES, Face, missing, outline, shape


def ink(line: Letters) -> tuple[float, float]:
    """From where to where a line has ink, in ems."""
    xs = [mark.x + x for mark in line.marks for contour in symbol(mark.symbol) for x, _ in contour]
    return min(xs), max(xs)


@pytest.mark.parametrize("face", FACES)
def test_all_digits_are_as_wide_as_each_other(face: Face) -> None:
    widths = [shape(digit, face).advance for digit in "0123456789"]
    assert max(widths) - min(widths) < 0.002


def test_digits_stand_on_the_baseline_and_reach_the_height_of_capitals() -> None:
    (contour, *_) = outline("sans", shape("1").glyphs[0].index)
    assert max(y for _, y in contour) == 0.0
    assert min(y for _, y in contour) == pytest.approx(-CAP_HEIGHT, abs=0.001)


@pytest.mark.parametrize("face", FACES)
def test_the_faces_have_what_numbers_and_captions_are_made_of(face: Face) -> None:
    assert missing("0123456789−+×÷·=≈<>≤≥∂√∑∞…–—'’“”()[]→←αβγδθλμπσφωéüñçßж²³", face) == ""


def test_contours_are_closed() -> None:
    for letter in "a8∂ÄЖ":
        for contour in outline("sans", shape(letter).glyphs[0].index):
            assert contour[0] == contour[-1]
            assert len(contour) % 3 == 1


def test_a_line_is_as_wide_as_its_glyphs() -> None:
    line = letters("b gets 5 + 3 = 8")
    left, right = ink(line)
    assert 0.0 <= left < 0.15
    assert line.advance - 0.15 < right <= line.advance
    assert advance("bb") == pytest.approx(2 * advance("b"))


def test_letters_of_other_scripts_come_from_another_font_and_the_rest_from_ours() -> None:
    line = letters("b ∇ 8")
    kinds = [mark.symbol.partition("-")[0] for mark in line.marks]
    assert kinds == ["sans", "sans", "other", "sans", "sans"]
    left, right = ink(line)
    assert right < line.advance
    assert left >= 0.0


def test_a_line_with_letters_from_right_to_left_is_shaped_as_a_whole() -> None:
    assert [mark.symbol[:5] for mark in letters("שלום b").marks] == ["other"]


def test_a_formula_has_its_index_below_the_line_and_its_exponent_above() -> None:
    base, index = letters("x1", "math").marks
    assert base.y == 0.0 < index.y
    assert letters("x²", "math").marks[1].y < 0.0


def test_formulas_that_are_set_together_are_as_if_set_alone() -> None:
    prepare(["p + q", "sqrt(p) / 2"])
    together = letters("sqrt(p) / 2", "math")
    assert [mark.symbol for mark in together.marks][-1] == letters("2", "math").marks[0].symbol
    assert len(together.rules) == 1


def test_what_is_no_formula_is_set_as_words() -> None:
    assert letters("b gets 8", "math").marks == letters("b gets 8").marks


def test_each_face_has_its_licence_beside_it() -> None:
    texts = [
        files("graphgen.text.faces").joinpath(name).read_text(encoding="utf-8")
        for name in ("inter-OFL.txt", "jetbrains-mono-OFL.txt")
    ]
    assert all("SIL OPEN FONT LICENSE" in text.upper() for text in texts)
