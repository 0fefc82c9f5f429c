"""Pictures look as they did when somebody last looked at them; `make goldens` renews them.

What may differ is antialiasing. What must not get through is shown here too: colours that changed
sides, a border without its dashes, a tint of another path, a text that is missing.
"""

import re
from functools import cache
from itertools import cycle
from pathlib import Path

import pytest

from graphgen.model.theme import DARK, THEMES, Theme, ThemeName
from graphgen.text.tints import around_zero
from tests.rendering import (
    FARTHEST,
    NAMES,
    WIDTH,
    Pixels,
    distance,
    document,
    golden,
    image_of,
    keep_difference,
    pixels_in,
    pixels_of,
    png_of,
)

every_theme = pytest.mark.parametrize("theme", THEMES)
every_picture = pytest.mark.parametrize("name", NAMES)

_TEXT = re.compile(
    r'<text(?![^>]*fill="none")[^>]*>[^<]*</text>'
    r'|<g transform="[^"]*scale[^"]*">(?:<use [^>]*/>|<path [^>]*/>)+</g>'
)
"""A text that is painted, or the letters of a formula."""
_DASHED_CARD = re.compile(r'(<rect[^>]*?) stroke-dasharray="[^"]*"')


@cache
def pixels(drawn: str) -> Pixels:
    """What a document looks like."""
    return pixels_of(image_of(drawn))


def change(before: str, after: str) -> float:
    """How far apart two documents look."""
    return distance(pixels(before), pixels_of(image_of(after)))


@every_theme
@every_picture
def test_a_picture_looks_as_it_did(name: str, theme: ThemeName, tmp_path: Path) -> None:
    drawn, expected = document(name, theme), golden(name, theme).read_bytes()
    far = distance(pixels(drawn), pixels_in(expected))
    if far > FARTHEST:
        keep_difference(f"{name}-{theme}", png_of(drawn), expected, tmp_path)
    assert far <= FARTHEST, (
        f"{name}-{theme} looks as it did: got {far:.1f} levels apart, of {FARTHEST:g} at most; the "
        f"new picture and the difference lie in {tmp_path}; renew it with make goldens"
    )


@every_theme
@every_picture
def test_a_golden_picture_is_small(name: str, theme: ThemeName) -> None:
    assert golden(name, theme).stat().st_size < 40_000


@every_picture
def test_a_tenth_of_a_pixel_is_not_noticed(name: str) -> None:
    before = document(name, "dark")
    wide, high = re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', before)[0]
    aside = 0.1 * float(wide) / WIDTH
    after = before.replace('viewBox="0 0 ', f'viewBox="{aside:.4f} {aside:.4f} ', 1)
    page = f'<rect x="-9" y="-9" width="{wide}9" height="{high}9"'
    after = after.replace('<rect width="100%" height="100%"', page, 1)
    assert page in after
    assert 0 < change(before, after) <= FARTHEST


def signs_exchanged(drawn: str, theme: Theme) -> str:
    """A document whose strips have the colours of positive and negative numbers exchanged."""
    others = {}
    for end in (theme.forward, theme.backward):
        tints = around_zero([1.0], end, theme)
        for at in range(1, 101):
            plus, minus = tints.of(at / 100), tints.of(-at / 100)
            others |= {plus: minus, minus: plus}
    return re.sub(
        r'(av-strip[^>]*? fill=")(#\w+)', lambda cell: cell[1] + others.get(cell[2], cell[2]), drawn
    )


@every_theme
def test_colours_of_a_strip_that_changed_sides_are_noticed(theme: ThemeName) -> None:
    before = document("matrices", theme)
    after = signs_exchanged(before, THEMES[theme])
    assert after != before
    assert change(before, after) > FARTHEST


@every_theme
def test_a_border_without_its_dashes_is_noticed(theme: ThemeName) -> None:
    before = document("cut", theme)
    dashed = [*_DASHED_CARD.finditer(before)]
    assert len(dashed) == 2  # the data and the constant
    for border in dashed:
        after = before[: border.start()] + border[1] + before[border.end() :]
        assert change(before, after) > FARTHEST


@pytest.mark.parametrize("name", ["two-paths", "cut", "accumulate"])
def test_a_line_in_the_tint_of_another_is_noticed(name: str) -> None:
    before = document(name, "dark")
    lines = [*re.finditer(f'stroke="{DARK.backward}"', before)]
    for line, other in zip(lines[::4], cycle((DARK.shared, DARK.forward)), strict=False):
        after = f'{before[: line.start()]}stroke="{other}"{before[line.end() :]}'
        assert change(before, after) > FARTHEST, before[line.start() - 200 : line.end()]
    assert lines


@pytest.mark.parametrize("name", [name for name in NAMES if name != "fifteen-nodes"])
def test_a_text_that_is_missing_is_noticed(name: str) -> None:
    """The shortest of all, and others; those of fifteen nodes are too small to be read."""
    before = document(name, "dark")
    texts = sorted(_TEXT.finditer(before), key=lambda text: len(text[0]))
    for text in texts[:: len(texts) // 2]:
        after = before[: text.start()] + before[text.end() :]
        assert change(before, after) > FARTHEST, text[0]


def test_what_failed_is_kept_where_the_message_says(tmp_path: Path) -> None:
    before = document("cut", "dark")
    drawn, expected = png_of(_TEXT.sub("", before)), png_of(before)
    keep_difference("cut-dark", drawn, expected, tmp_path)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["cut-dark-difference.png", "cut-dark-expected.png", "cut-dark.png"]
    assert pixels_in((tmp_path / "cut-dark-difference.png").read_bytes()).max() == 255
