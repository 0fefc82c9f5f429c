"""A deck's own texts fit their slides, however long and however many."""

import pytest

from graphgen.layout.measure import LINE, width
from graphgen.lecture.decks.deck import HEADING, Chapter, Deck, Size
from graphgen.lecture.decks.fitting import heading_of, title_slide
from graphgen.model.theme import DARK

LONG = "A heading that is much too long for one line of a slide and has to be broken or shrunk"
SIZES = [Size.of(aspect) for aspect in ("16:9", "4:3", "9:16")]


def deck(title: str, headings: list[str], size: Size = SIZES[0]) -> Deck:
    chapters = tuple(Chapter(text, f"s{at}", "") for at, text in enumerate(headings))
    return Deck(title, chapters, DARK, size)


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("count", [0, 1, 7, 14, 30])
@pytest.mark.parametrize("title", ["Slopes", LONG, LONG * 2])
def test_the_title_slide_holds_its_title_and_its_list(size: Size, count: int, title: str) -> None:
    found = title_slide(deck(title, [f"Section {at}, with words" for at in range(count)], size))
    assert found.height <= size.height
    assert found.width <= size.width
    assert all(width(line, found.title.size) <= size.stage.width for line in found.title.lines)
    assert len(found.listed) == count
    assert found.title.size >= 36
    assert found.size >= 16  # 2.2% of 720


def test_few_sections_stand_below_each_other_and_many_beside() -> None:
    headings = [f"Section {at}" for at in range(24)]
    assert title_slide(deck("Slopes", headings[:7])).columns == 1
    assert title_slide(deck("Slopes", headings)).columns == 2


def test_a_deck_of_one_story_lists_nothing() -> None:
    assert title_slide(deck("Two paths", ["Two paths"])).listed == ()


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("text", ["Two paths", LONG, "word" * 40])
def test_a_heading_fits_above_its_picture(size: Size, text: str) -> None:
    found = heading_of(text, size)
    assert len(found.lines) * found.size * LINE <= HEADING + 1
    assert all(width(line, found.size) <= size.stage.width for line in found.lines)
    assert found.size >= 24


def test_a_heading_is_cut_only_where_it_cannot_be_broken() -> None:
    assert heading_of("Two paths", SIZES[0]).size == 38
    assert " ".join(heading_of(LONG, SIZES[0]).lines) == LONG
    assert heading_of(LONG * 9, SIZES[0]).lines[-1].endswith("…")
