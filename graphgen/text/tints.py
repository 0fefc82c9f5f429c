"""Numbers -> colours: the strip of a large array, the cells of a layer, a field over a plane.

Every output takes the colours of a strip from here. Zero has the page's colour; a positive number
goes towards that of the values or of the gradients, whichever it is one of, and a negative number
towards a third, so that no value ever looks like a gradient.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from graphgen.model.geometry import Box
from graphgen.model.graph import Array, Part
from graphgen.model.theme import Theme
from graphgen.text.digits import summarize
from graphgen.text.mixing import mix

__all__ = ["Tints", "around_zero", "strip_cells"]

_STRONGEST = 0.92
_LIFTED = 0.75
"""Small numbers are made a little stronger than they are, so that they are seen."""
_SHADES = 24
"""So many to either side: where a number hardly changes, its cell stays as it is."""


@dataclass(frozen=True, slots=True)
class Tints:
    """Colours for numbers: the page's halfway between a low end and a high one.

    Attributes:
        low, high: the numbers at both ends; what lies outside is painted as the end.
        below, above: the colours of both ends.
    """

    low: float
    high: float
    below: str
    above: str
    theme: Theme

    def of(self, value: float) -> str:
        """The colour of a number; nan and inf have the colour of alarm."""
        if not math.isfinite(value):
            return self.theme.alarm
        middle, reach = (self.low + self.high) / 2, (self.high - self.low) / 2 or 1.0
        share = max(-1.0, min(1.0, (value - middle) / reach))
        end = self.above if share > 0 else self.below
        strength = round(abs(share) ** _LIFTED * _SHADES) / _SHADES
        return mix(self.theme.page, end, strength * _STRONGEST)


def around_zero(numbers: Sequence[float], above: str, theme: Theme) -> Tints:
    """Colours that are as strong on both sides of zero, for all of these numbers.

    Args:
        numbers: those to be tinted; nan and inf don't widen the scale.
        above: the colour of the largest.
        theme: has the colour of zero.

    Returns:
        The scale, from −m to m for the largest magnitude m; from −1 to 1 where all are zero.
    """
    most = max((abs(number) for number in numbers if math.isfinite(number)), default=0.0) or 1.0
    return Tints(-most, most, theme.shared, above, theme)


def strip_cells(array: Array, part: Part, box: Box, theme: Theme) -> list[tuple[Box, str]]:
    """The strip of an array: the means of equal runs of its elements, each as a cell of colour.

    Args:
        array: any shape; large ones keep means of runs.
        part: what the array is: a "value", or else a gradient.
        box: the room for the whole strip.
        theme: has the colours.

    Returns:
        The cells and their colours, from the left.
    """
    means = summarize(array).strip
    tints = around_zero(means, theme.forward if part == "value" else theme.backward, theme)
    wide = box.width / max(1, len(means))
    return [
        (Box(box.x + at * wide, box.y, wide, box.height), tints.of(mean))
        for at, mean in enumerate(means)
    ]
