"""Array -> short text: the one place that rounds.

A text for the picture has its rows separated by newlines and, where it is a grid, its columns by
tabs, so that an output which can draw a grid splits it with `grid`:

    >>> from graphgen.model.graph import Array
    >>> text(Array((2, 2), "float64", (1.0, 2.0, 3.0, -0.25)))
    '1\\t2\\n3\\t−0.25'
    >>> inline(Array((2, 2), "float64", (1.0, 2.0, 3.0, -0.25)))
    '[[1, 2], [3, −0.25]]'
"""

import cmath
import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace

from graphgen.model.arithmetic import magnitude, mean, norm
from graphgen.model.graph import MAXIMUM_RUNS, Array, Number, Summary
from graphgen.text.catalogue import listed
from graphgen.text.sentences import NUMBERS
from graphgen.text.slots import Slot, mark

__all__ = [
    "DIGITS",
    "LARGEST_WHOLE",
    "UNKNOWN",
    "Spread",
    "brief",
    "flattened",
    "grid",
    "inline",
    "is_large",
    "is_loud",
    "is_small",
    "norm_of",
    "number",
    "shape",
    "spread_of",
    "summarize",
    "terse",
    "text",
]

UNKNOWN = "?"
"""What is shown for a number that is not known."""

DIGITS = 4
"""Significant digits of every number that is shown, also of those that a page works out."""

LARGEST_WHOLE = 1e6
"""Below it whole parts are never cut."""

_LARGEST_GRID = 3
_OF_NUMBERS = ("range", "mean")
_OF_MAGNITUDES = ("magnitudes", "mean of magnitudes")


def number(value: Number) -> str:
    """A number to DIGITS significant digits, with a true minus sign and never "-0".

    Whole parts below a million are never cut: 12345.6 is "12346", not "12350".

    >>> number(8.0), number(-0.0), number(0.30000000000000004), number(-2e-9), number(1234567.0)
    ('8', '0', '0.3', '−2e−9', '1.235e6')
    >>> number(math.inf), number(math.nan), number(1 - 2j)
    ('inf', 'nan', '1 − 2i')
    """
    if type(value) is not float:
        if isinstance(value, complex):
            return _complex(value)
        if isinstance(value, Slot):
            return mark(value.key)
    is_whole = 10**DIGITS <= abs(value) < LARGEST_WHOLE - 0.5
    plain = f"{value:.0f}" if is_whole else f"{value:.{DIGITS}g}"
    if "e" in plain:
        mantissa, exponent = plain.split("e")
        plain = f"{mantissa}e{int(exponent)}"
    return "0" if plain == "-0" else plain.replace("-", "−")


def text(array: Array) -> str:
    """The text of an array on the picture: a number, a grid up to 3 × 3, or its shape and range,
    of many complex numbers that of their magnitudes.
    A vector stands as a column, as in mathematics: pictures are long enough as it is.

    >>> text(Array((), "float64"))
    '?'
    >>> text(Array((4,), "complex64", (1.0, 1j, 3 - 4j, -1.0)))
    '4 numbers\\nmagnitudes 1 to 5\\ntheir mean 2'
    >>> text(Array((70,), "float64", None, Summary(-1.0, 2.0, 0.5, 9.0, 0, 1)))
    '70 numbers\\n−1 to 2\\nmean 0.5\\n1 inf'
    """
    if not array.known:
        return UNKNOWN if array.shape == () else f"{UNKNOWN}\n{shape(array.shape)}"
    if array.items is not None and is_small(array.shape):
        columns = array.shape[1] if len(array.shape) == 2 else 1
        texts = [number(item) for item in array.items]
        return "\n".join("\t".join(texts[i : i + columns]) for i in range(0, len(texts), columns))
    return _range(array)


def brief(array: Array) -> str:
    """The text of an array where there is little room: as `text`, but a large one's norm alone.

    >>> brief(Array((70,), "float64", None, Summary(-1.0, 2.0, 0.5, 9.0, 0, 0)))
    'norm 9'
    """
    return norm_of(array) if is_large(array) else text(array)


def is_large(array: Array) -> bool:
    """Whether an array is known, as elements or by its summary, and has too many to show each."""
    is_shown = array.items is not None and is_small(array.shape)
    return array.known and array.count > 0 and not is_shown


def norm_of(array: Array) -> str:
    """How large an array is whose elements, or whose summary, are known.

    >>> norm_of(Array((2,), "float64", (3.0, -4.0)))
    'norm 5'
    """
    summary = array.summary or _without_strip(array)
    odd = [word for word, count in (("nan", summary.nan), ("inf", summary.inf)) if count]
    return NUMBERS.say("norm", norm=listed(odd) if odd else _measure(summary.norm))


def inline(array: Array | None) -> str:
    """The same numbers on one line, for captions, tables and alt text.

    >>> inline(Array((3,), "float64", (0.1, 0.2, 0.3)))
    '[0.1, 0.2, 0.3]'
    >>> inline(None)
    '?'
    """
    return UNKNOWN if array is None else flattened(array, text(array))


def flattened(array: Array, shown: str) -> str:
    """The text of an array, as `text` or `brief` made it, on one line.

    >>> flattened(Array((2,), "float64", (1.0, 2.0)), "1\\n2")
    '[1, 2]'
    """
    if array.items is None or not is_small(array.shape):
        return shown.replace("\n", ", ")
    if array.shape == ():
        return shown
    rows = grid(shown)
    if len(array.shape) == 1:
        return f"[{', '.join(row[0] for row in rows)}]"
    lines = [f"[{', '.join(row)}]" for row in rows]
    return f"[{', '.join(lines)}]"


def terse(array: Array | None) -> str:
    """As `inline`, but a large array's norm alone, as a contribution's place on the picture shows.

    >>> terse(Array((70,), "float64", None, Summary(-1.0, 2.0, 0.5, 9.0, 0, 0)))
    'norm 9'
    """
    return UNKNOWN if array is None else flattened(array, brief(array))


def grid(shown: str) -> tuple[tuple[str, ...], ...]:
    """The rows and columns of a text made by `text`.

    >>> grid("1\\t2\\n3\\t4")
    (('1', '2'), ('3', '4'))
    """
    return tuple(tuple(row.split("\t")) for row in shown.split("\n"))


def shape(dimensions: tuple[int, ...]) -> str:
    """A shape in words.

    >>> shape(()), shape((3,)), shape((2, 3))
    ('1 number', '3 numbers', '2 × 3')
    """
    if len(dimensions) > 1:
        return " × ".join(map(str, dimensions))
    return NUMBERS.say("count", count=math.prod(dimensions))


def summarize(array: Array) -> Summary:
    """The summary of an array whose elements, or whose summary, are known; of complex elements
    the magnitudes are taken.

    Raises:
        ValueError: nothing is known of the elements.
    """
    if array.summary is not None:
        return array.summary
    numbers = _magnitudes(array)
    run = max(1, math.ceil(len(numbers) / MAXIMUM_RUNS))
    means = tuple(_mean(numbers[i : i + run]) for i in range(0, len(numbers), run))
    return replace(_without_strip(array), strip=means)


def is_loud(array: Array | None) -> bool:
    """Whether an array holds nan or inf, which every output shows in the colour of alarm."""
    if array is None:
        return False
    if array.items is not None:
        return not all(map(cmath.isfinite, array.items))
    return array.summary is not None and array.summary.nan + array.summary.inf > 0


def is_small(dimensions: tuple[int, ...]) -> bool:
    """Whether an array of this shape is shown in numbers: a scalar, or a grid up to 3 × 3."""
    return len(dimensions) <= 2 and all(0 < size <= _LARGEST_GRID for size in dimensions)


def _magnitudes(array: Array) -> Sequence[float]:
    """The elements as they are, or their magnitudes where they are complex."""
    if array.items is None:
        raise ValueError("summarize an array whose elements are known: got one that isn't")
    if _is_complex(array):
        return [magnitude(item) for item in array.items]
    return [float(item.real) for item in array.items]


def _without_strip(array: Array) -> Summary:
    """What is told of elements in words; their strip of means takes longer than all else."""
    numbers, items = _magnitudes(array), array.items or ()
    nan = inf = 0
    if not all(map(cmath.isfinite, items)):
        nan = sum(map(cmath.isnan, items))
        inf = sum(map(cmath.isinf, items)) - sum(cmath.isinf(x) and cmath.isnan(x) for x in items)
        numbers = [x for x, item in zip(numbers, items, strict=True) if cmath.isfinite(item)]
    return Summary(
        minimum=min(numbers, default=math.nan),
        maximum=max(numbers, default=math.nan),
        mean=mean(numbers) if numbers else math.nan,
        norm=norm(items),
        nan=nan,
        inf=inf,
        minus_inf=sum(item == -math.inf for item in items),
    )


@dataclass(frozen=True, slots=True)
class Spread:
    """The texts that tell how the elements of an array lie.

    Attributes:
        shape: "16 × 8", or "8 numbers".
        least, most, mean: of the finite elements, or of their magnitudes; "" where there are none.
        odd: how many elements are nan, inf or −inf: "1 nan, 2 inf"; "" where none is.
        is_of_magnitudes: whether the elements are complex.
    """

    shape: str
    least: str
    most: str
    mean: str
    odd: str
    is_of_magnitudes: bool


def spread_of(array: Array) -> Spread:
    """How the elements of an array lie, of which the elements or a summary are known.

    >>> spread_of(Array((2,), "float64", (1.0, math.inf))).odd
    '1 inf'
    """
    summary = array.summary or _without_strip(array)
    is_known = not math.isnan(summary.mean)
    values = (summary.minimum, summary.maximum, summary.mean)
    least, most, middle = [_measure(value) if is_known else "" for value in values]
    odd = ", ".join(f"{count} {word}" for count, word in summary.odd)
    return Spread(shape(array.shape), least, most, middle, odd, _is_complex(array))


def _range(array: Array) -> str:
    spread = spread_of(array)
    lines = [spread.shape]
    if spread.mean:
        ends, middle = _OF_MAGNITUDES if spread.is_of_magnitudes else _OF_NUMBERS
        lines.append(NUMBERS.say(ends, least=spread.least, most=spread.most))
        lines.append(NUMBERS.say(middle, mean=spread.mean))
    return "\n".join([*lines, spread.odd] if spread.odd else lines)


def _is_complex(array: Array) -> bool:
    return array.dtype.startswith("complex")


def _measure(value: float) -> str:
    """A number that finite elements gave: where it is inf, it is larger than a float can hold."""
    if value == math.inf:
        return NUMBERS.say("over", number=number(sys.float_info.max))
    return number(value)


def _complex(value: complex) -> str:
    if value.imag == 0:
        return number(value.real)
    sign = "−" if math.copysign(1, value.imag) < 0 else "+"
    size = number(abs(value.imag))
    return (
        f"{sign.strip('+')}{size}i" if value.real == 0 else f"{number(value.real)} {sign} {size}i"
    )


def _mean(numbers: Sequence[float]) -> float:
    value = mean(numbers)  # that of finite numbers is finite, any other is not
    return value if math.isfinite(value) else math.nan
