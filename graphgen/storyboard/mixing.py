"""Colours: how two of them mix."""

__all__ = ["mix"]


def mix(color: str, other: str, share: float) -> str:
    """A color with so much of another in it.

    >>> mix("#000000", "#ffffff", 0.5)
    '#808080'
    """
    parts = [
        round(
            int(color[at : at + 2], 16) * (1 - share) + int(other[at : at + 2], 16) * share + 1e-9
        )
        for at in (1, 3, 5)
    ]
    return "#" + "".join(f"{part:02x}" for part in parts)
