"""The chain rule: functions one within another, each a stretch of a number line; a small step
becomes longer, or shorter, from line to line, and the local slopes multiply."""

from dataclasses import dataclass

from graphgen.course.lessons.linking import draw_chain
from graphgen.course.runs.checks import check_count, check_finite
from graphgen.course.runs.results import Link
from graphgen.course.scene import Option, Request, Scene
from graphgen.draw.builder import TimelineBuilder
from graphgen.language.expression import parse
from graphgen.language.titles import title_of
from graphgen.model.errors import InputError
from graphgen.model.theme import Theme
from graphgen.model.timeline import Frame, Timeline

__all__ = ["SCENE", "Data", "draw", "record", "title"]

_MOST_LINKS = 8


@dataclass(frozen=True, slots=True)
class Data:
    """A composition at one place.

    Attributes:
        program: as the person wrote it.
        step: how far the input was moved.
        links: the input, then each function's result.
    """

    program: str
    step: float
    links: tuple[Link, ...]

    def __post_init__(self) -> None:
        check_count("links", self.links, 2, _MOST_LINKS + 1)
        check_finite("a step", self.step)
        for link in self.links:
            check_finite(f"the link {link.name[:60]!r}", link.value, link.slope, link.moved)


def record(request: Request) -> Data:
    """What torch gives for the composition.

    Raises:
        InputError: no name is free, there are fewer than two functions or too many, or something
            isn't finite.
    """
    from graphgen.course.runs.chains import linked
    from graphgen.course.runs.sampling import free_name, number_of

    program = parse(request.text)
    name = free_name(program, request.values, request.options.get("name") or "")
    at = number_of(request.values.get(name), name)
    step = request.options.get("step")
    if step == 0.0:
        raise InputError("a step that isn't 0: got 0; give another with --step")
    held = {key: value for key, value in request.values.items() if key != name}
    size, links = linked(program, name, held, at, step)
    if len(links) - 1 > _MOST_LINKS:
        raise InputError(
            f"a composition of at most {_MOST_LINKS} functions: got {len(links) - 1}; write some "
            "of them together in one statement"
        )
    return Data(request.text, size, links)


def title(data: Data) -> str:
    """The program as mathematics is written."""
    return title_of(parse(data.program))


def draw(data: Data, title: str, theme: Theme, frame: Frame) -> Timeline:
    """Values go down the lines, a step grows from line to line, gradients come back up."""
    return draw_chain(data, TimelineBuilder(title, theme, frame))


SCENE = Scene(
    name="chain-rule",
    order=20,
    summary="Functions within functions: along the chain the local slopes multiply.",
    program="u = 3 * x + 1; y = u ** 2",
    values={"x": 2.0},
    examples=(
        'chain-rule "u = 3 * x + 1; y = u ** 2" --set x=2 -o chain-rule.mp4',
        'chain-rule "sin(3 * x + 1) ** 2" --set x=0.5 -o three-links.svg --svg steps',
    ),
    options=(
        Option(
            "step",
            "number",
            None,
            "How far the input is moved; without it, so little that "
            "every function is nearly straight along it.",
        ),
        Option("name", "text", "", "The name that is free, where several have no value."),
    ),
    takes="a composition of one name",
    recorded=Data,
    record=record,
    title=title,
    draw=draw,
)
