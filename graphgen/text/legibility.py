"""Theme of a person's own -> sentences about texts of it that are hard to read."""

from collections.abc import Iterator
from dataclasses import fields

from graphgen.model.theme import Paint, Theme, ThemeChoice, is_own, theme_of
from graphgen.text.mixing import contrast

__all__ = ["LEAST_CONTRAST", "theme_notes"]

LEAST_CONTRAST = 4.5
"""Of texts that aren't large: WCAG 2.2, success criterion 1.4.3 (level AA)."""

_ON_THE_PAGE = ("text", "quiet", "forward", "backward", "alarm")
_ON_A_CARD = ("text", "backward", "alarm")
"""Values, gradients, and either where it is nan or inf."""

_MOST = 5


def theme_notes(choice: ThemeChoice) -> tuple[str, ...]:
    """A sentence for each text that stands out too little from what it is written on, the worst
    first; of one of our themes there is none.

    >>> from dataclasses import replace
    >>> from graphgen.model.theme import LIGHT
    >>> theme_notes(replace(LIGHT, quiet="#999999"))
    ('quiet #999999 on page #ffffff has a contrast of 2.8 : 1; below 4.5 : 1 it is hard to read',)
    """
    theme = theme_of(choice)
    if not is_own(theme):
        return ()
    weak = sorted(
        (ratio, contrast) for ratio, contrast in _contrasts(theme) if ratio < LEAST_CONTRAST
    )
    notes = [_sentence(ratio, contrast) for ratio, contrast in weak[:_MOST]]
    more = len(weak) - len(notes)
    return (*notes, f"{more} more pairs of the theme's colours are as hard to read") if more > 0 \
        else tuple(notes)  # fmt: skip


def _sentence(ratio: float, told: str) -> str:
    least = f"{LEAST_CONTRAST:g} : 1"
    # rounded down, so that none reads as the least
    return (
        f"{told} has a contrast of {int(ratio * 10) / 10:g} : 1; below {least} it is hard to read"
    )


def _contrasts(theme: Theme) -> Iterator[tuple[float, str]]:
    """The contrast of each text, and what is written on what."""
    for over, under in _pairs(theme):
        (one, color), (other, ground) = over, under
        if color.startswith("#") and ground.startswith("#"):
            yield contrast(color, ground), f"{one} {color} on {other} {ground}"


def _pairs(theme: Theme) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    for name in _ON_THE_PAGE:
        yield (name, getattr(theme, name)), ("page", theme.page)
    for field in fields(Theme):
        paint = getattr(theme, field.name)
        if isinstance(paint, Paint):
            ground = (f"{field.name}.fill", paint.fill)
            yield (f"{field.name}.text", paint.text), ground
            yield from (((name, getattr(theme, name)), ground) for name in _ON_A_CARD)
