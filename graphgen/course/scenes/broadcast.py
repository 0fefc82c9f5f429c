"""Broadcasting: an operand that torch repeats, as a bias in every row, gets the sum of what all its
uses get."""

from collections import Counter
from dataclasses import dataclass
from math import prod

from graphgen.course.runs.results import Numbers, Repeated
from graphgen.course.scene import Option, Request, Scene
from graphgen.language.expression import parse
from graphgen.language.titles import title_of
from graphgen.model.errors import InputError
from graphgen.model.theme import Theme
from graphgen.model.timeline import Frame, Timeline
from graphgen.text.digits import number, shape

__all__ = ["SCENE", "Data", "Sheet", "draw", "record", "title"]

_MOST = 4096


@dataclass(frozen=True, slots=True)
class Data:
    """A program with an operand that is repeated, by torch in float64.

    Attributes:
        program: as mathematics is written.
    """

    program: str
    repeated: Repeated


def record(request: Request) -> Data:
    """What torch gives for the program.

    Raises:
        InputError: nothing is repeated, or not what is wanted, or it is too large.
    """
    from graphgen.course.runs.broadcasts import broadcasts

    program = parse(request.text)
    found = broadcasts(program, request.values, request.data)
    wanted = request.options.get("name") or ""
    chosen = [each for each in found if wanted in ("", each.source)]
    if not chosen:
        what = f"{wanted!r} as an operand" if wanted else "an operand"
        others = ", ".join(dict.fromkeys(each.source for each in found if each.source))
        raise InputError(
            f"{what} that takes a gradient and is repeated to fit the other's shape: got "
            f"{others or 'none'}; give it fewer rows or numbers than the other, as in "
            '"sum(x + b)" with x of 3 × 4 and b of 4 numbers'
        )
    size = prod(chosen[0].outcome.shape)
    if size > _MOST:
        raise InputError(f"at most {_MOST} numbers to show: got {size}; give smaller values")
    return Data(title_of(program), chosen[0])


def title(data: Data) -> str:
    """The program."""
    return data.program


def draw(data: Data, title: str, theme: Theme, frame: Frame) -> Timeline:
    """The operand spreads over the rows; its gradient's rows slide into one."""
    from graphgen.course.lessons.spreading import Spreading

    return Spreading(data.repeated, title, theme, frame).timeline()


@dataclass(frozen=True, slots=True)
class Sheet:
    """How an operation's tensors are laid out in rows and columns.

    Two axes at most stand as they are; of more axes each row is one use of all of the source.

    Attributes:
        rows, columns: of the result.
        is_tall, is_broad: whether the source is repeated down the rows, and along the columns.
        at: for each element of the result, row by row, its place in the tensor.
        used: for each of them the source's element.
    """

    rows: int
    columns: int
    is_tall: bool
    is_broad: bool
    at: tuple[int, ...]
    used: tuple[int, ...]

    @classmethod
    def of(cls, source: tuple[int, ...], result: tuple[int, ...]) -> "Sheet":
        """For a source of one shape that is repeated to another."""
        used = _uses(source, result)
        if len(result) <= 2:
            rows, columns = (1, 1, *result)[-2:]
            own = (1, 1, *source)[-2:]
            order = tuple(range(rows * columns))
            return cls(rows, columns, own[0] < rows, own[1] < columns, order, used)
        counts, placed = Counter[int](), {}
        for at, element in enumerate(used):
            placed[counts[element], element] = at
            counts[element] += 1
        rows, columns = counts[0], len(counts)
        cells = [(row, column) for row in range(rows) for column in range(columns)]
        order = tuple(placed[cell] for cell in cells)
        return cls(rows, columns, True, columns == 0, order, tuple(column for _, column in cells))

    def texts(self, numbers: Numbers) -> tuple[tuple[str, ...], ...]:
        """The numbers of a tensor of the result's shape, in rows."""
        told = [number(numbers.items[at]) for at in self.at]
        return tuple(
            tuple(told[row * self.columns : (row + 1) * self.columns]) for row in range(self.rows)
        )

    def spread(self, numbers: Numbers) -> tuple[tuple[str, ...], ...]:
        """The numbers of a tensor that is repeated as the source is, in rows."""
        told = [number(numbers.items[at]) for at in self.used]
        return tuple(
            tuple(told[row * self.columns : (row + 1) * self.columns]) for row in range(self.rows)
        )

    @property
    def uses(self) -> str:
        """What is added: "3 rows"."""
        if self.is_tall and self.is_broad:
            return f"{self.rows * self.columns} uses"
        return f"{self.rows} rows" if self.is_tall else f"{self.columns} columns"


def shape_told(numbers: Numbers) -> str:
    """A shape as it stands beside a name: "3 × 4", "4 numbers", "1 number"."""
    return shape(numbers.shape)


def _uses(source: tuple[int, ...], result: tuple[int, ...]) -> tuple[int, ...]:
    """For each element of the result, row-major, which element of the source it uses."""
    padded = (1,) * (len(result) - len(source)) + source
    found = []
    for at in range(prod(result)):
        rest, index, step = at, 0, 1
        for size, own in zip(reversed(result), reversed(padded), strict=True):
            rest, here = divmod(rest, size)
            if own > 1:
                index += here * step
            step *= own
        found.append(index)
    return tuple(found)


SCENE = Scene(
    name="broadcast",
    order=60,
    summary="A bias that is used in every row gets the sum over the rows.",
    program="y = x + b; loss = sum(y)",
    values={
        "x": ((1.0, 2.0, 3.0, 4.0), (5.0, 6.0, 7.0, 8.0), (9.0, 10.0, 11.0, 12.0)),
        "b": (0.1, 0.2, 0.3, 0.4),
    },
    data=("x",),
    examples=(
        'broadcast "y = x + b; loss = sum(y)" --set "x=[[1,2,3,4],[5,6,7,8],[9,10,11,12]]" '
        '--set "b=[0.1,0.2,0.3,0.4]" --data x -o broadcast.mp4',
        'broadcast "loss = mean((x * w - 1) ** 2)" --set "x=[[1,2],[3,4]]" --set w=2 --name w '
        "-o scale.svg",
    ),
    options=(
        Option("name", "text", "", "The operand to look at; else the first that is repeated."),
    ),
    takes="a program that broadcasts an input",
    recorded=Data,
    record=record,
    title=title,
    draw=draw,
)
