"""Widths come from a table, and no text is wider in the font itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphgen.layout.measure import LINE, extent, fitted, safe, spots, width, wrapped
from graphgen.text.digits import number

TEXTS = (
    "c = (a + b) × b",
    "−0.0123e−9",
    "∂ 5 + 3 − 2",
    "x² + σ(w₁·h) → 3",
    "“Größe” — 2 × 70",
    "WWW...iii",
)


@pytest.mark.parametrize("text", TEXTS)
def test_the_table_agrees_with_the_font(text: str) -> None:
    fonts = pytest.importorskip("PIL.ImageFont")
    try:
        font = fonts.truetype("DejaVuSans.ttf", 1000)
    except OSError:
        pytest.skip("DejaVu Sans isn't installed")
    real = sum(font.getlength(character) for character in text)
    assert real <= width(text, 1000) + 1 <= real * 1.02 + 2


def test_what_the_table_does_not_know_counts_as_wide() -> None:
    fonts = pytest.importorskip("PIL.ImageFont")
    font = fonts.truetype("DejaVuSans.ttf", 1000)
    for character in "ŁЖאع∮⊕ﬁ":
        assert width(character, 1000) >= font.getlength(character)
    assert width("漢", 10) >= 10


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_as_wide_as_its_digits(value: float) -> None:
    assert 0 < width(number(value), 10) < 10 * 12


def test_a_grid_is_as_wide_as_its_widest_entries_and_as_high_as_its_rows() -> None:
    room = extent("1\t−22.5\n333\t4", 10)
    assert room.width > width("333", 10) + width("−22.5", 10)
    assert room.height == 2 * 10 * LINE


def test_entries_of_a_column_stand_below_each_other_and_inside() -> None:
    text = "1\t−22.5\n333\t4"
    found = {spot.text: spot for spot in spots(text, 10)}
    assert found["1"].x == found["333"].x < found["−22.5"].x == found["4"].x
    assert found["1"].y < found["333"].y
    assert found["4"].x + width("−22.5", 10) / 2 <= extent(text, 10).width / 2


@given(st.text(max_size=60), st.floats(12, 200))
def test_what_is_fitted_has_room(text: str, room: float) -> None:
    shown = fitted(text.replace("\n", " "), 10, room)
    assert width(shown, 10) <= room + 0.01
    assert shown == safe(text.replace("\n", " ")) or shown.endswith("…")


@given(st.lists(st.text("abcdefgh", min_size=1, max_size=9), max_size=20), st.integers(1, 3))
def test_what_is_wrapped_keeps_its_words_in_order(words: list[str], lines: int) -> None:
    found = wrapped(" ".join(words), 10, 120, lines)
    assert len(found) <= lines
    assert all(width(line, 10) <= 120 for line in found)
    told = " ".join(found)
    assert told == " ".join(words) or told.endswith("…")


def test_a_caption_of_two_lines_has_no_lonely_word() -> None:
    one, other = wrapped("one two three four five six seven eight", 10, 190, 2)
    assert abs(width(one, 10) - width(other, 10)) < 60


def test_nothing_invisible_is_left() -> None:
    assert safe("a\0b\x1bc\u202ed\ud800e") == "a\ufffdb\ufffdc\ufffdd\ufffde"
    assert safe("rows\nand\tcolumns") == "rows\nand\tcolumns"
    assert len(safe("x" * 20_000)) == 4_001


def test_a_calculation_is_broken_before_its_equals_sign_and_then_between_its_terms() -> None:
    told = "w becomes 0.3 − 0.5 × 0.4967 = 0.05165."
    assert wrapped(told, 10.0, 145.0, 3) == ("w becomes", "0.3 − 0.5 × 0.4967", "= 0.05165.")
    assert wrapped("0.3 − 0.5 × 0.4967", 10.0, 90.0, 3) == ("0.3", "− 0.5 × 0.4967")
