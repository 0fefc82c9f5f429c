"""Colours, fonts and sizes, shared by every output. Colours are "#rrggbb", sizes points.

What a theme says ends in attributes, style sheets and programs of other people: here, and nowhere
else, it is made sure that a colour is a colour, a family a name, and a size a size.
"""

import re
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, TypeAlias, get_args

from graphgen.model.kinds import KINDS, Kind, PaintName
from graphgen.model.messages import quoted

__all__ = [
    "DARK",
    "LIGHT",
    "PAINTS",
    "THEMES",
    "Paint",
    "Theme",
    "ThemeChoice",
    "ThemeName",
    "check_color",
    "choice_of",
    "is_own",
    "own_of",
    "paint_of",
    "sized_as",
    "theme_of",
]

ThemeName = Literal["dark", "light"]

_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_OF_A_PAGE = re.compile(r"var\(--[a-z]+(?:-[a-z]+)?\)")
"""A page of ours has the names of its own colours in their place."""
_FAMILY = re.compile(r"\w[\w .+-]{0,79}")
_MOST_FAMILIES = 20
_LARGEST_SIZE = 400.0
_SIZES = ("title_size", "number_size", "contribution_size", "caption_size")


def check_color(name: str, color: Any) -> None:
    """See that a colour is one.

    Args:
        name: what is painted in it, for the message.

    Raises:
        ValueError: it isn't written as "#rrggbb".
    """
    if not (isinstance(color, str) and _COLOR.fullmatch(color)):
        raise ValueError(
            f'{name} as "#rrggbb": got {quoted(color)}; write it with six digits, as in "#56b4e9"'
        )


def _check_colors(painted: Any) -> None:
    """See that every field of a Paint or a Theme that is a colour is one."""
    for field in fields(painted):
        color = getattr(painted, field.name)
        is_of_a_page = isinstance(color, str) and _OF_A_PAGE.fullmatch(color)
        if field.type is str and field.name != "name" and not is_of_a_page:
            check_color(field.name, color)


@dataclass(frozen=True, slots=True)
class Paint:
    """How a card is painted: the colour inside, of its border, and of its title."""

    fill: str
    line: str
    text: str

    def __post_init__(self) -> None:
        _check_colors(self)


@dataclass(frozen=True, slots=True)
class Theme:
    """Every colour, font and size that an output may use.

    Attributes:
        name: "dark" or "light"; of a theme of one's own, the one that it began from.
        page, text, quiet: the background, plain text, and what is not spoken of now.
        leaf, op, loss, data, cut: the cards; constants are painted as data.
        forward, backward: what flows with the values, and what flows with the gradients.
        shared: the accent of a node that several edges use.
        alarm: nan and inf.
        fonts: families, the first that the machine has is taken.
        title_size, number_size, contribution_size, caption_size: points, on the layout's scale.
    """

    name: ThemeName
    page: str
    text: str
    quiet: str
    leaf: Paint
    op: Paint
    loss: Paint
    data: Paint
    cut: Paint
    forward: str
    backward: str
    shared: str
    alarm: str
    fonts: tuple[str, ...] = ("DejaVu Sans", "Verdana", "Segoe UI", "Helvetica", "sans-serif")
    title_size: float = 14.0
    number_size: float = 16.0
    contribution_size: float = 14.0
    caption_size: float = 16.0

    def __post_init__(self) -> None:
        _check_colors(self)
        if not 1 <= len(self.fonts) <= _MOST_FAMILIES:
            raise ValueError(
                f"1 to {_MOST_FAMILIES} families in fonts: got {len(self.fonts)}; "
                'one is enough, as in "sans-serif"'
            )
        for family in self.fonts:
            if not isinstance(family, str) or not _FAMILY.fullmatch(family):
                raise ValueError(
                    "families of letters, digits, spaces and . + - in fonts: "
                    f"got {quoted(family)}; write one as fc-list does"
                )
        for name in _SIZES:
            size = getattr(self, name)
            is_number = isinstance(size, int | float) and not isinstance(size, bool)
            if not is_number or not 1 <= size <= _LARGEST_SIZE:
                raise ValueError(
                    f"{name} from 1 to {_LARGEST_SIZE:g} points: got {quoted(size)}; change it"
                )


ThemeChoice: TypeAlias = Theme | ThemeName
"""A theme, or one of ours by its name: files and keys say "dark" for ours, and the whole of one's
own, which so goes wherever they go."""


DARK = Theme(
    name="dark",
    page="#181a1b",
    text="#e8e6e3",
    quiet="#a8a6a2",
    leaf=Paint("#1e3a5f", "#6b8cae", "#93c5fd"),
    op=Paint("#3d3520", "#b89a5a", "#d4b87a"),
    loss=Paint("#1a3d2e", "#5a9a7a", "#86efac"),
    data=Paint("#232627", "#8a8884", "#c4c2be"),
    cut=Paint("#2b2226", "#cc79a7", "#e3a9c8"),
    forward="#56b4e9",
    backward="#e69f00",
    shared="#cc79a7",
    alarm="#ff7a70",
)

LIGHT = Theme(
    name="light",
    page="#ffffff",
    text="#1e293b",
    quiet="#6b7280",
    leaf=Paint("#dbeafe", "#3b82f6", "#1e40af"),
    op=Paint("#fef3c7", "#f59e0b", "#92400e"),
    loss=Paint("#dcfce7", "#22c55e", "#166534"),
    data=Paint("#f3f4f6", "#9ca3af", "#4b5563"),
    cut=Paint("#fbeaf3", "#a0477a", "#7d2f5c"),
    forward="#0072b2",
    backward="#b34700",
    shared="#a0477a",
    alarm="#b91c1c",
)

PAINTS: tuple[PaintName, ...] = get_args(PaintName)
"""The fields of a theme that are paints."""

THEMES: dict[ThemeName, Theme] = {"dark": DARK, "light": LIGHT}


def theme_of(choice: ThemeChoice) -> Theme:
    """The theme itself.

    >>> theme_of("light").page
    '#ffffff'
    """
    return choice if isinstance(choice, Theme) else THEMES[choice]


def choice_of(theme: Theme) -> ThemeChoice:
    """A theme as files say it: ours by its name.

    >>> choice_of(DARK)
    'dark'
    """
    return theme if is_own(theme) else theme.name


def is_own(theme: Theme) -> bool:
    """Whether it is a theme of a person's own."""
    return theme != THEMES.get(theme.name)


def own_of(theme: Theme) -> Theme | None:
    """A theme whose colours are a person's own, to which a page keeps; None for one in the colours
    of ours: a scene may draw it in other sizes."""
    ours = THEMES.get(theme.name)
    if ours is None:
        return theme
    return None if replace(sized_as(theme, ours), fonts=ours.fonts) == ours else theme


def sized_as(theme: Theme, former: Theme) -> Theme:
    """A theme with the sizes of another, for which the places of a picture were worked out."""
    return replace(theme, **{name: getattr(former, name) for name in _SIZES})


def paint_of(theme: Theme, kind: Kind, is_loss: bool) -> Paint:
    """The paint of a card of this kind; the loss has one of its own.

    Args:
        theme: has the paints.
        kind: of the node.
        is_loss: whether the card is the loss's.

    Returns:
        The colours of its fill, its border and its text.
    """
    paint: Paint = getattr(theme, "loss" if is_loss else KINDS[kind].paint)
    return paint
