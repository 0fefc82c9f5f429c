"""Text -> glyphs on a cairo context, shaped by Pango: any script, in whichever fonts there are.

Films are shaped by Pango too (scenes/pen.py), so a text reads alike in both.

Source: https://docs.gtk.org/Pango/ (Layout, unknown glyphs).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import manimpango  # type: ignore[import-untyped]
from cffi import FFI  # type: ignore[import-untyped]

from graphgen.model.libraries import without_compilers
from graphgen.text.curves import Outline, cubic

with without_compilers():
    import cairocffi  # type: ignore[import-untyped]
    import pangocairocffi  # type: ignore[import-untyped]
    import pangocffi  # type: ignore[import-untyped]

__all__ = ["Line", "installed_families", "letters_without_a_font", "outlines", "show"]

_STAND_INS = frozenset({"Monospace", "Sans", "Serif", "System-ui"})
"""Families that Pango lists even where no font is installed."""

_UNITS = 1024
"""Pango's units in one of cairo's."""

_BOLD = 700
_OUTLINED = 100.0
"""The font size in which outlines are taken."""
_MIDDLE, _END = "middle", "end"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text as SVG describes it.

    Attributes:
        families: of fonts, the first that is there is taken for each letter, then any other.
        size: of the font, in the units of the context.
        anchor: "start", "middle" or "end": what of the text stands at its place.
    """

    text: str
    families: str
    size: float
    anchor: str = "start"
    is_bold: bool = False


def installed_families() -> list[str]:
    """The font families of this machine, sorted; without one Pango draws boxes for all letters."""
    return sorted(set(manimpango.list_fonts()) - _STAND_INS)


def show(context: Any, line: Line, x: float, y: float) -> None:
    """Shows a line with its baseline at a height, in the context's own paint.

    Args:
        context: of cairocffi.
        line: its text, font, size and anchor.
        x, y: where its anchor and its baseline stand, in the units of the context.
    """
    layout = _layout(context, line)
    width = layout.get_extents()[1].width / _UNITS
    left = x - width * {_MIDDLE: 0.5, _END: 1.0}.get(line.anchor, 0.0)
    context.move_to(left, y - layout.get_baseline() / _UNITS)
    pangocairocffi.show_layout(context, layout)


def outlines(text: str, is_bold: bool = False) -> tuple[Outline, float]:
    """The contours of a line of text in any script, and its advance, both in ems.

    Args:
        text: without line breaks.

    Returns:
        Contours as `graphgen.text.shaping.outline` gives them, and the advance.
    """
    surface = cairocffi.ImageSurface(cairocffi.FORMAT_A8, 1, 1)
    context = cairocffi.Context(surface)
    layout = _layout(context, Line(text, "sans-serif", _OUTLINED, is_bold=is_bold))
    base = layout.get_baseline() / _UNITS
    pangocairocffi.layout_path(context, layout)
    contours: list[list[tuple[float, float]]] = []
    for kind, points in context.copy_path():
        pairs = [(x / _OUTLINED, (y - base) / _OUTLINED) for x, y in _pairs(points)]
        if kind == cairocffi.PATH_MOVE_TO:
            contours.append(pairs)
        elif kind == cairocffi.PATH_CLOSE_PATH:
            contours[-1] += cubic(contours[-1][-1], [contours[-1][0]])
        else:
            contours[-1] += cubic(contours[-1][-1], pairs)
    closed = tuple(
        tuple((round(x, 5), round(y, 5)) for x, y in contour)
        for contour in contours
        if len(contour) > 1
    )
    return closed, layout.get_extents()[1].width / _UNITS / _OUTLINED


def _pairs(points: Sequence[float]) -> list[tuple[float, float]]:
    return list(zip(points[::2], points[1::2], strict=True))


def letters_without_a_font(text: str, families: str = "sans-serif") -> str:
    """The letters of a text that no installed font has, each once, in the order of the text.

    >>> letters_without_a_font("")
    ''
    """
    pango, surface = _unknown_glyphs(), cairocffi.ImageSurface(cairocffi.FORMAT_A8, 1, 1)
    layout = _layout(cairocffi.Context(surface), Line("", families, 10.0))
    missing = []
    for letter in dict.fromkeys(text):
        layout.text = letter
        if letter.isprintable() and pango.pango_layout_get_unknown_glyphs_count(layout.pointer):
            missing.append(letter)
    return "".join(missing)


def _layout(context: Any, line: Line) -> Any:
    """A layout whose glyphs stand where the outlines say, not where a screen's pixels lie."""
    options = cairocffi.FontOptions(hint_style=cairocffi.HINT_STYLE_NONE)
    options.set_hint_metrics(cairocffi.HINT_METRICS_OFF)
    context.set_font_options(options)
    layout = pangocairocffi.create_layout(context)
    font = pangocffi.FontDescription()
    font.family = line.families
    font.set_absolute_size(line.size * _UNITS)
    if line.is_bold:
        font.weight = _BOLD
    layout.font_description = font
    layout.text = line.text
    return layout


@lru_cache(maxsize=1)
def _unknown_glyphs() -> Any:
    """Pango's library with the one call that pangocffi leaves out."""
    ffi = FFI()
    ffi.include(pangocffi.ffi)
    ffi.cdef("int pango_layout_get_unknown_glyphs_count(PangoLayout *layout);")
    for name in ("libpango-1.0.so.0", "libpango-1.0.dylib", "libpango-1.0-0.dll"):
        try:
            return ffi.dlopen(name)
        except OSError:
            continue
    raise OSError("libpango-1.0 can't be loaded")
