"""Colours: how two of them mix, and in which one is written on another."""

__all__ = ["contrast", "ink_on", "mix"]

_DARK, _LIGHT = "#111416", "#f5f4f2"
_HALF = 0.2
"""The luminance on which dark and light are about equally well read."""


def mix(color: str, other: str, share: float) -> str:
    """A color with so much of another in it.

    A page's own colors, of which only the browser knows the numbers, are left for it to mix.

    Args:
        color, other: "#rrggbb", or a CSS color.
        share: of the other, from 0 to 1; weighted in sRGB.

    Returns:
        The color, "#rrggbb" where both are.

    >>> mix("#000000", "#ffffff", 0.5)
    '#808080'
    >>> mix("var(--page)", "var(--forward)", 0.5)
    'color-mix(in srgb,var(--forward) 50%,var(--page))'
    """
    if not (color.startswith("#") and other.startswith("#")):
        percent = round(100 * share)
        return f"color-mix(in srgb,{other} {percent}%,{color})" if percent else color
    parts = [
        round(
            int(color[at : at + 2], 16) * (1 - share) + int(other[at : at + 2], 16) * share + 1e-9
        )
        for at in (1, 3, 5)
    ]
    return "#" + "".join(f"{part:02x}" for part in parts)


def ink_on(color: str) -> str:
    """Dark or light, whichever is better read on a colour.

    >>> ink_on("#ffffff"), ink_on("#181a1b")
    ('#111416', '#f5f4f2')
    """
    return _DARK if _luminance(color) > _HALF else _LIGHT


def contrast(color: str, other: str) -> float:
    """How well a colour is read on another, from 1 to 21.

    Source: contrast ratio, WCAG 2.2, https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio

    >>> contrast("#ffffff", "#000000"), round(contrast("#777777", "#ffffff"), 2)
    (21.0, 4.48)
    """
    low, high = sorted((_luminance(color), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(color: str) -> float:
    """The relative luminance, from 0 to 1.

    Source: WCAG 2.2, https://www.w3.org/TR/WCAG22/#dfn-relative-luminance
    """
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
