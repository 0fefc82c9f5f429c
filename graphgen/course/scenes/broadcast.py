"""Broadcasting: an operand that torch repeats, as a bias in every row, gets the sum of what all its
uses get."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

from graphgen.course.checks import check_lengths, check_one_of, check_range
from graphgen.course.scene import Option, Request, Scene
from graphgen.draw.builder import MOST_MOTIONS, TimelineBuilder
from graphgen.draw.elements import arrow
from graphgen.draw.grids import Grid, thinned
from graphgen.draw.labels import sentence
from graphgen.draw.rooms import columns, rows
from graphgen.language.expression import parse
from graphgen.language.syntax import Program
from graphgen.language.titles import title_of
from graphgen.language.values import Value
from graphgen.model.errors import InputError
from graphgen.model.geometry import Box
from graphgen.model.theme import Theme
from graphgen.model.timeline import Element, Frame, Motion, Timeline
from graphgen.ops import SUBJECTS
from graphgen.text.catalogue import Table
from graphgen.text.digits import number, shape
from graphgen.text.formulas import pretty

if TYPE_CHECKING:
    from torch import Tensor
    from torch.overrides import TorchFunctionMode

__all__ = ["SCENE", "Data", "Numbers", "Repeated", "Sheet", "draw", "record", "title"]

SENTENCES = Table(
    "broadcast",
    {
        "question": ("Two operands of different shapes: which gradient does the smaller one get?"),
        "shapes": "{other} is {against}, {source} is only {shape}.",
        "shape": "{name} is {shape}.",
        "repeated rows": "So {source} is repeated: all {count:,} rows use the same numbers.",
        "repeated columns": "So {source} is repeated: all {count:,} columns use the same numbers.",
        "repeated uses": "So {source} is repeated: all {count:,} uses have the same numbers.",
        "one copy": "Torch keeps one copy; it only reads it again for each use.",
        "gradient": "The gradient of {name} has its shape: {shape}.",
        "sent rows": (
            "{operation} sends it back, as it is: each of the {count:,} rows has its own share."
        ),
        "sent columns": (
            "{operation} sends it back, as it is: each of the {count:,} columns has its own share."
        ),
        "sent uses": (
            "{operation} sends it back, as it is: each of the {count:,} uses has its own share."
        ),
        "sent by slope rows": (
            "{operation} sends it back, times its slope: each of the {count:,} rows has its own "
            "share."
        ),
        "sent by slope columns": (
            "{operation} sends it back, times its slope: each of the {count:,} columns has its "
            "own share."
        ),
        "sent by slope uses": (
            "{operation} sends it back, times its slope: each of the {count:,} uses has its own "
            "share."
        ),
        "added rows": (
            "But {source} is one thing that was used again and again: its {count:,} rows are added."
        ),
        "added columns": (
            "But {source} is one thing that was used again and again: its {count:,} columns are "
            "added."
        ),
        "added uses": (
            "But {source} is one thing that was used again and again: its {count:,} uses are added."
        ),
        "sum rows": (
            "{gradient} is the sum over the {count:,} rows, and has the shape of {source}: {shape}."
        ),
        "sum columns": (
            "{gradient} is the sum over the {count:,} columns, and has the shape of {source}: "
            "{shape}."
        ),
        "sum uses": (
            "{gradient} is the sum over the {count:,} uses, and has the shape of {source}: {shape}."
        ),
        "operand": "operand",
        "other operand": "other",
        "result": "result",
    },
)


_MOST, _LONGEST_AXIS = 4096, 2**40
_HEAD, _SIGN = 19.0, 28.0
_FEW = 6
_SYMBOLS = {"add": "+", "sub": "−", "mul": "×", "div": "/", "pow": "power"}
_ELEMENTWISE = ("add", "sub", "mul", "div", "pow", "maximum", "minimum")


@dataclass(frozen=True, slots=True)
class Numbers:
    """A tensor: its shape and its elements, row-major."""

    shape: tuple[int, ...]
    items: tuple[float, ...]

    def __post_init__(self) -> None:
        for length in self.shape:
            check_range("an axis", length, 0, _LONGEST_AXIS)
        check_lengths(f"elements and shape {self.shape}", self.items, range(prod(self.shape)))


@dataclass(frozen=True, slots=True)
class Repeated:
    """An operation of two operands, one of which is repeated.

    Attributes:
        op: its symbol.
        source, other, result: what they are called; "" where they have no name.
        value, against, outcome: their values; against is None where the other is a plain number.
        above: the gradient of the result; shares: what each use of the source gets.
        total: the shares added up, of the source's shape.
    """

    op: str
    source: str
    other: str
    result: str
    value: Numbers
    against: Numbers | None
    outcome: Numbers
    above: Numbers
    shares: Numbers
    total: Numbers

    def __post_init__(self) -> None:
        shape = self.outcome.shape
        for each in (self.above, self.shares):
            check_one_of("a shape", each.shape, (shape,))
        check_one_of("the shape of the sum", self.total.shape, (self.value.shape,))
        for each in (self.value, *([] if self.against is None else [self.against])):
            padded = (1,) * (len(shape) - len(each.shape)) + each.shape
            check_lengths("axes of an operand and of the result", padded, shape)
            for own, whole in zip(padded, shape, strict=True):
                check_one_of("an axis of an operand", own, (1, whole))


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
    program = parse(request.text)
    repeated = _repeated_operands(program, request.values, request.data)
    wanted = request.options.get("name") or ""
    chosen = [each for each in repeated if wanted in ("", each.source)]
    if not chosen:
        what = f"{wanted!r} as an operand" if wanted else "an operand"
        others = ", ".join(dict.fromkeys(each.source for each in repeated if each.source))
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
    """The operand spreads over the rows; its gradient's rows slide into one.

    Args:
        data: what the scene recorded.
        title: of the timeline.
        theme: has the colours.
        frame: the size of the picture, in points.

    Returns:
        The timeline, the same for the same data, title, theme and frame.
    """
    return _Drawing(data.repeated, title, theme, frame).timeline()


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
        texts = [number(numbers.items[at]) for at in self.at]
        return tuple(
            tuple(texts[row * self.columns : (row + 1) * self.columns]) for row in range(self.rows)
        )

    def spread(self, numbers: Numbers) -> tuple[tuple[str, ...], ...]:
        """The numbers of a tensor that is repeated as the source is, in rows."""
        texts = [number(numbers.items[at]) for at in self.used]
        return tuple(
            tuple(texts[row * self.columns : (row + 1) * self.columns]) for row in range(self.rows)
        )

    @property
    def uses(self) -> tuple[str, int]:
        """What is added, and how many: "rows", "columns" or "uses"."""
        if self.is_tall and self.is_broad:
            return "uses", self.rows * self.columns
        return ("rows", self.rows) if self.is_tall else ("columns", self.columns)


def _uses(source: tuple[int, ...], result: tuple[int, ...]) -> tuple[int, ...]:
    """For each element of the result, row-major, which element of the source it uses."""
    padded = (1,) * (len(result) - len(source)) + source
    elements = []
    for at in range(prod(result)):
        rest, index, step = at, 0, 1
        for size, own in zip(reversed(result), reversed(padded), strict=True):
            rest, here = divmod(rest, size)
            if own > 1:
                index += here * step
            step *= own
        elements.append(index)
    return tuple(elements)


# Drawing


class _Drawing:
    """The scene's pictures, step by step."""

    def __init__(self, repeated: Repeated, title: str, theme: Theme, frame: Frame) -> None:
        self.repeated, self.theme, self.size = repeated, theme, frame
        self.builder = TimelineBuilder(title, theme, frame)
        sheet = self.sheet = Sheet.of(repeated.value.shape, repeated.outcome.shape)
        source = repeated.source or SENTENCES.say("operand")
        result = repeated.result or SENTENCES.say("result")
        other_name = repeated.other or SENTENCES.say("other operand")
        names = ([other_name] if repeated.against else []) + [source, result]
        self.names = dict(zip(("other", "source", "result")[-len(names) :], names, strict=True))
        rooms = self._rooms(len(names))
        values = {"source": sheet.spread(repeated.value), "result": sheet.texts(repeated.outcome)}
        if repeated.against:
            against = repeated.against
            same = against.shape == repeated.outcome.shape
            other = sheet if same else Sheet.of(against.shape, repeated.outcome.shape)
            values["other"] = sheet.texts(against) if same else other.spread(against)
        shares, above = sheet.texts(repeated.shares), sheet.texts(repeated.above)
        total = sheet.spread(repeated.total)
        grids = (*values.values(), shares, above, total)
        like = tuple(numbers for grid in grids for row in grid for numbers in row)
        self.rooms = rooms
        self.values = {
            key: self._grid(key, rooms[key, "value"], numbers, theme.forward, like)
            for key, numbers in values.items()
        }
        self.above = self._grid("above", rooms["result", "grad"], above, theme.backward, like)
        self.shares = self._grid("shares", rooms["source", "grad"], shares, theme.backward, like)
        self.total = self._grid("total", rooms["source", "grad"], total, theme.shared, like)

        self._standing = {
            **{(key, "value"): grid for key, grid in self.values.items()},
            ("result", "grad"): self.above,
            ("source", "grad"): self.shares,
        }

    def timeline(self) -> Timeline:
        """All steps."""
        self.open()
        self.spread()
        self.answer()
        self.back()
        self.add()
        return self.builder.build()

    def open(self) -> None:
        """The program; then both operands in their own shapes."""
        builder, repeated, names = self.builder, self.repeated, self.names
        builder.open(SENTENCES.say("question"))
        own, source = shape(repeated.value.shape), names["source"]
        if repeated.against:
            against = shape(repeated.against.shape)
            caption = SENTENCES.say(
                "shapes", other=names["other"], against=against, source=source, shape=own
            )
            builder.add(self._head("other", "value", names["other"], repeated.against))
            builder.add(self.values["other"].all())
        else:
            caption = SENTENCES.say("shape", name=source, shape=own)
        builder.step(caption, "shapes")
        builder.add(self._head("source", "value", names["source"], repeated.value))
        builder.add(self._gathered(self.values["source"]))
        if self.size.is_wide:
            builder.add(self._between())
        builder.animate(1.2)
        builder.animate(1.0)

    def spread(self) -> None:
        """The operand is repeated until it fits."""
        builder, grid = self.builder, self.values["source"]
        caption = self._of_uses("repeated", source=self.names["source"])
        builder.step(caption, "values", SENTENCES.say("one copy"))
        builder.add(grid.all())
        builder.animate(1.4, self._moves(grid, outward=True))
        builder.animate(0.8)

    def answer(self) -> None:
        """The result, row by row."""
        builder, repeated, names = self.builder, self.repeated, self.names
        outcome = shape(repeated.outcome.shape)
        builder.step(SENTENCES.say("shape", name=names["result"], shape=outcome), "values")
        builder.add(self._head("result", "value", names["result"], repeated.outcome))
        grid = self.values["result"]
        for row in range(len(grid.rows)):
            builder.add(grid.row(row))
            builder.animate(0.4)
        builder.animate(1.0)

    def back(self) -> None:
        """The gradient of the result; each use gets its share of it."""
        builder, repeated, names = self.builder, self.repeated, self.names
        above = shape(repeated.above.shape)
        builder.step(SENTENCES.say("gradient", name=names["result"], shape=above), "gradients")
        builder.add(
            self._head("result", "grad", _partial(names["result"]), repeated.above, is_back=True)
        )
        builder.add(self.above.all())
        builder.animate(1.2)
        builder.animate(0.8)
        key = "sent" if repeated.above.items == repeated.shares.items else "sent by slope"
        operation = SUBJECTS.say("pow") if repeated.op == _SYMBOLS["pow"] else repeated.op
        builder.step(self._of_uses(key, operation=operation), "gradients")
        builder.add(self._arrow())
        builder.animate(0.6)
        builder.animate(1.2, list(self._sent()))
        builder.add(self.shares.all())
        builder.animate(0.8)
        builder.animate(0.6)

    def add(self) -> None:
        """All shares slide into one."""
        builder, repeated, names = self.builder, self.repeated, self.names
        name = names["source"]
        builder.step(self._of_uses("added", source=name), "gradients")
        builder.animate(0.8)
        moves = self._moves(self.shares, outward=False)
        builder.remove("shares")
        builder.animate(1.2, moves)
        builder.add(self._gathered(self.total))
        builder.add(self._head("source", "grad", _partial(name), repeated.total, is_back=True))
        builder.animate(1.0)
        builder.animate(0.6)
        caption = self._of_uses(
            "sum", gradient=self._total(name), source=name, shape=shape(repeated.total.shape)
        )
        builder.step(caption, "gradients")
        builder.add(self._gathered(self.values["source"], self.values["source"].key))
        self._keep_one()
        builder.poster()
        builder.animate(1.0)
        builder.animate(2.0)

    def _of_uses(self, key: str, **places: str) -> str:
        """A sentence that counts the rows, columns or uses of the operand."""
        noun, count = self.sheet.uses
        return SENTENCES.say(f"{key} {noun}", count=count, **places)

    # What stands

    def _rooms(self, count: int) -> dict[tuple[str, str], Box]:
        """A room for each tensor's value and gradient."""
        stage, wide = self.size.stage, self.size.is_wide
        keys = ("other", "source", "result")[-count:]
        gap = 46.0
        outer = (columns if wide else rows)(stage, [1.0] * count, gap if wide else 30.0)
        rooms = {}
        for key, room in zip(keys, outer, strict=True):
            pair = (rows if wide else columns)(room, [1.0, 1.0], 14.0 if wide else 30.0)
            rooms[key, "value"], rooms[key, "grad"] = pair
        return rooms

    def _grid(
        self,
        key: str,
        room: Box,
        shown: tuple[tuple[str, ...], ...],
        tint: str,
        like: tuple[str, ...],
    ) -> Grid:
        high = 1.7 * _HEAD
        box = Box(room.x, room.y + high, room.width, room.height - high)
        thin = thinned(shown, *Grid.fitting(box, like, self.size.smallest))
        return Grid(key, box, thin, self.theme, tint, self.size.smallest, like)

    def _head(
        self, key: str, part: str, name: str, numbers: Numbers, is_back: bool = False
    ) -> Element:
        """A tensor's name and shape, above its grid."""
        room, grid = self.rooms[key, part], self._standing[key, part]
        top = grid.place(0, 0)[1] - grid.cell[1] / 2
        box = Box(room.x, top - 1.75 * _HEAD, room.width, 1.5 * _HEAD)
        ink = self.theme.backward if is_back else self.theme.text
        sign = "" if self.size.is_wide or part == "grad" else self._signs.get(key, "")
        head = f"{sign} {name}: {shape(numbers.shape)}".strip()
        return sentence(f"head/{key}/{part}", head, box, _HEAD, self.size.smallest, ink)

    @cached_property
    def _signs(self) -> dict[str, str]:
        """What stands before the source and before the result."""
        op = {"power": "^"}.get(self.repeated.op, self.repeated.op)
        return {"source": op, "result": "="} if "other" in self.names else {"result": "="}

    def _between(self) -> list[Element]:
        """The operation between its operands, and "=" before the result."""
        signs = []
        for one, other in pairwise(self.names):
            a, b = self.rooms[one, "value"], self.rooms[other, "value"]
            gap = b.x - a.x - a.width
            y = self._standing[one, "value"].box.center.y
            room = Box(a.x + a.width, y - 20, gap, 40)
            sign, smallest = self._signs[other], self.size.smallest
            key = f"sign/{one}"
            signs.append(sentence(key, sign, room, _SIGN, smallest, self.theme.quiet))
        return signs

    def _arrow(self) -> tuple[Element, Element]:
        """From the result's gradient to the source's."""
        here, there = self.rooms["result", "grad"], self.rooms["source", "grad"]
        if self.size.is_wide:
            y = here.center.y + 0.85 * _HEAD
            ends = [(here.x - 6, y), (there.x + there.width + 6, y)]
        else:
            x = here.center.x
            ends = [(x, here.y - 2), (x, there.y + there.height + 2)]
        return arrow("arrow", ends, self.theme.backward, 2.4, is_dashed=True)

    def _gathered(self, grid: Grid, key: str = "") -> list[Element]:
        """The one copy of what is repeated, in the middle of where all its uses stand."""
        across, down = self._middle(grid)
        grid = replace(grid, key=f"{key or grid.key}")
        if self.sheet.is_tall and self.sheet.is_broad:
            return grid.one(0, 0, (down, across))
        if self.sheet.is_tall:
            return grid.row(0, down)
        return grid.column(0, across)

    def _total(self, name: str) -> str:
        """The gradient's name, with its numbers where they are few."""
        total, gradient = self.repeated.total, _partial(name)
        numbers = [number(item) for item in total.items[: _FEW + 1]]
        if len(total.shape) > 1 or len(numbers) > _FEW:
            return gradient
        return f"{gradient} = " + (f"[{', '.join(numbers)}]" if total.shape else numbers[0])

    def _keep_one(self) -> None:
        """Of the operand's copies only the one is left."""
        grid = self.values["source"]
        own = {element.key for element in self._gathered(grid)}
        for element in grid.all():
            if element.key not in own:
                self.builder.remove(element.key)

    def _middle(self, grid: Grid) -> tuple[float, float]:
        return (len(grid.rows[0]) - 1) / 2, (len(grid.rows) - 1) / 2

    # What moves

    def _moves(self, grid: Grid, outward: bool) -> list[Motion]:
        """Rows, columns or cells on their way out of the middle, or into it."""
        across, down = self._middle(grid)
        motions = []
        for (row, column), own in self._groups(grid):
            here, middle = grid.place(row, column), grid.place(down, across)
            if not (self.sheet.is_tall and self.sheet.is_broad):
                middle = (here[0], middle[1]) if self.sheet.is_tall else (middle[0], here[1])
            if not outward:
                motions.append(Motion(tuple(own), (here, middle), starts_visible=True))
            elif (row, column) != (0, across) and (row, column) != (down, 0):
                motions.append(Motion(tuple(own), (middle, here), ends_visible=True))
        return motions[:MOST_MOTIONS]

    def _groups(self, grid: Grid) -> Iterator[tuple[tuple[float, float], list[Element]]]:
        """What moves together, with its middle as row and column."""
        across, down = self._middle(grid)
        if self.sheet.is_tall:
            for row in range(len(grid.rows)):
                yield (row, across), grid.row(row)
        else:
            for column in range(len(grid.rows[0])):
                yield (down, column), grid.column(column)

    def _sent(self) -> Iterator[Motion]:
        """The rows of the result's gradient, on their way to the source's uses."""
        lag = 0.1
        groups = list(self._groups(self.above))[:MOST_MOTIONS]
        for at, ((row, column), own) in enumerate(groups):
            copies = tuple(replace(each, key=f"sent/{each.key}", layer=7) for each in own)
            way = (self.above.place(row, column), self.shares.place(row, column))
            yield Motion(
                copies, way, at * lag, 1.0 - (len(groups) - 1 - at) * lag, ends_visible=True
            )


def _partial(name: str) -> str:
    return f"∂({name})" if " " in name else f"∂{name}"


# What torch gives


def _repeated_operands(
    program: Program, values: Mapping[str, Value], data: Collection[str]
) -> list[Repeated]:
    """All operations of a program with an operand that is repeated and takes a gradient, in order.

    Raises:
        ExpressionError: the program can't be computed, or its result is no number.
    """
    import torch

    from graphgen.language.evaluate import run
    from graphgen.language.machine import compute
    from graphgen.language.operations import tensor_of

    run(program, values, data)
    with torch.inference_mode(False), torch.enable_grad():
        inputs = {name: tensor_of(values[name], name not in data) for name in program.inputs}
        mode, uses = _expanding()
        with mode:
            results = compute(program, inputs)
        torch.autograd.backward(results.names[-1][1])
    names = [(pretty(text), tensor) for text, tensor in results.labels]
    names += [(name, tensor) for name, tensor in results.names if name]
    return [_repeated(use, names) for use in uses]


class _Use(NamedTuple):
    """An operation that repeats an operand: its name, the operand, what it is expanded to, the
    other operand where that is a tensor, and the result."""

    op: str
    source: "Tensor"
    expanded: "Tensor"
    other: "Tensor | None"
    result: "Tensor"


def _repeated(use: _Use, names: "list[tuple[str, Tensor]]") -> Repeated:
    """What autograd has left in the gradients of one operation."""
    import torch

    shares, above = (
        torch.zeros_like(each) if each.grad is None else each.grad
        for each in (use.expanded, use.result)
    )
    return Repeated(
        _SYMBOLS.get(use.op, use.op),
        _called(use.source, names),
        "" if use.other is None else _called(use.other, names),
        _called(use.result, names),
        _numbers(use.source),
        None if use.other is None else _numbers(use.other),
        _numbers(use.result),
        _numbers(above),
        _numbers(shares),
        _numbers(shares.sum_to_size(use.source.shape)),
    )


def _called(tensor: "Tensor", names: "list[tuple[str, Tensor]]") -> str:
    """The last name that was given to a tensor."""
    return next((name for name, known in reversed(names) if known is tensor), "")


def _name_of(func: Any) -> str:
    name = str(getattr(func, "__name__", "")).strip("_")
    return {"radd": "add", "rsub": "sub", "rmul": "mul", "truediv": "div"}.get(name, name)


def _numbers(tensor: "Tensor") -> Numbers:
    plain = tensor.detach()
    return Numbers(tuple(plain.shape), tuple(map(float, plain.flatten().tolist())))


def _expanding() -> "tuple[TorchFunctionMode, list[_Use]]":
    """A mode that expands operands as broadcasting would, so that autograd shows what each use of
    them gets; and the list of these operands, which grows."""
    from torch import Tensor
    from torch.overrides import TorchFunctionMode

    uses: list[_Use] = []

    class Expanding(TorchFunctionMode):
        def __torch_function__(
            self,
            func: Any,
            types: Any,
            args: tuple[Any, ...] = (),
            kwargs: Mapping[str, Any] | None = None,
        ) -> Any:
            name = _name_of(func)
            tensors = [each for each in args if isinstance(each, Tensor)]
            if name not in _ELEMENTWISE or len(args) != 2 or not tensors:
                return func(*args, **(kwargs or {}))
            shape = func(*args, **(kwargs or {})).shape
            repeated = [
                at
                for at, each in enumerate(args)
                if isinstance(each, Tensor) and each.numel() < shape.numel() and each.requires_grad
            ]
            operands = [*args]
            for at in repeated:
                operands[at] = args[at].expand(shape)
                operands[at].retain_grad()
            result = func(*operands, **(kwargs or {}))
            for at in repeated:
                result.retain_grad()
                other = args[1 - at] if isinstance(args[1 - at], Tensor) else None
                uses.append(_Use(name, args[at], operands[at], other, result))
            return result

    return Expanding(), uses


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
