"""The options that commands share, and the values that they are packed into."""

import math
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from functools import reduce, wraps
from os.path import splitext
from typing import Any, cast

import click
from click.shell_completion import CompletionItem

from graphgen.model.arguments import as_theme, is_theme_file
from graphgen.model.languages import ENGLISH
from graphgen.model.messages import quoted
from graphgen.model.suggestions import suggestion
from graphgen.model.theme import THEMES, Theme, ThemeChoice, choice_of
from graphgen.outputs.formats import FILMS, PICTURES, spelled

__all__ = [
    "Aspect",
    "Calling",
    "Decorator",
    "Delivery",
    "Folding",
    "Source",
    "Style",
    "ThemeType",
    "calling_options",
    "delivery_options",
    "folding_options",
    "language_option",
    "packed",
    "parted",
    "rendering_options",
    "running_options",
    "source_options",
    "style_options",
    "with_options",
]

Decorator = Callable[[Callable[..., None]], Callable[..., None]]


@dataclass(frozen=True, slots=True)
class Calling:
    """How a loss of the user's is made: the arguments of its function, the first gradient, and
    which of several losses it is."""

    arguments: tuple[str, ...] = ()
    seed: str | None = None
    output: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where an expression comes from, and the values of its names."""

    text: str | None
    file: str | None
    assignments: tuple[str, ...]
    data: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Folding:
    """How much of a large graph is shown."""

    depth: int | None
    unfold: tuple[str, ...]
    most: int


@dataclass(frozen=True, slots=True)
class Style:
    """How a story is told and placed."""

    names: str
    title: str
    theme: ThemeChoice | None
    direction: str | None
    seconds_per_step: float | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """What is written, and how it is told."""

    outputs: tuple[str, ...]
    format: str | None
    svg: str
    quality: str | None
    preset: str
    aspect: str
    transparent: bool
    slides: bool
    language: str
    jobs: int
    preview: bool
    quiet: bool
    as_json: bool


class _Seconds(click.FloatRange):
    """Seconds within a range; nan is outside of every range."""

    name = "seconds"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        seconds = super().convert(value, param, ctx)
        if math.isnan(seconds):
            self.fail("nan is not a number of seconds.", param, ctx)
        return seconds


language_option = click.option(
    "--lang",
    "language",
    default=ENGLISH,
    show_default=True,
    metavar="TAG",
    help="The language that a page says it is in, for screen readers: de, pt-BR, ...",
)


class Aspect(click.ParamType[str]):
    """Width to height, as in 16:9."""

    name = "w:h"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Checks an aspect ratio, as click asks for.

        Args:
            value: as typed, such as "16:9".
            param, ctx: of click, for the message.

        Returns:
            The same text.
        """
        from graphgen.model.geometry import asked_sides  # which brings the graph with it

        asked_sides(value)
        return str(value)


class ThemeType(click.ParamType[ThemeChoice]):
    """A theme by its name, or a file that holds one of a person's own."""

    name = "theme"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        return f"[{'|'.join(THEMES)}|FILE.toml]"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> ThemeChoice:
        """Turns a theme's name, or the path of its file, into the choice of a theme.

        Args:
            value: as typed, or a default that is a theme already.
            param, ctx: of click, for the message.

        Returns:
            The name, or the theme with its file.
        """
        if isinstance(value, Theme) or value in THEMES:
            return cast("ThemeChoice", value)
        if not is_theme_file(value):
            names = ", ".join(map(repr, THEMES))
            near = suggestion(value, THEMES, "a theme file is called NAME.toml.")
            self.fail(
                f"{quoted(value)} is not one of {names}, nor a theme file; {near}", param, ctx
            )
        return choice_of(as_theme(value))

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """The themes that begin as what was typed does, for the shell.

        Args:
            ctx, param: of click; unused.
            incomplete: what was typed.

        Returns:
            The names; where there is none, what was typed as the start of a file's path.
        """
        names = [CompletionItem(name) for name in THEMES if name.startswith(incomplete)]
        return names or [CompletionItem(incomplete, type="file")]


_SOURCE = (
    click.argument("text", required=False, metavar="[TEXT]"),
    click.option("--file", "-f", type=click.Path(), help="Read the expression from this file."),
    click.option(
        "--set",
        "assignments",
        multiple=True,
        metavar="NAME=VALUE",
        help="The value of a name: a number, or nested lists such as w=[[1,2],[3,4]].",
    ),
    click.option("--data", multiple=True, metavar="NAME", help="A name that takes no gradient."),
)

_FOLDING = (
    click.option(
        "--depth",
        type=click.IntRange(1),
        help="Show modules down to this depth, each as one node.",
    ),
    click.option(
        "--unfold", multiple=True, metavar="PATH", help="Show this module open, as in layers.0."
    ),
    click.option(
        "--most",
        type=click.IntRange(2),
        default=60,
        show_default=True,
        help="Fold a graph of more nodes than this.",
    ),
)

_STYLE = (
    click.option(
        "--names",
        type=click.Choice(["math", "autograd"]),
        default="math",
        show_default=True,
        help="Write operations as people do (+), or as torch does (AddBackward0).",
    ),
    click.option("--title", default="", help="What stands above the picture."),
    click.option(
        "--theme",
        type=ThemeType(),
        help="[default: dark; a page follows its reader's system]",
    ),
    click.option(
        "--direction",
        type=click.Choice(["lr", "tb"]),
        help="Values flow to the right, or down.  [default: down in a frame that is higher than "
        "wide, else to the right]",
    ),
    click.option(
        "--seconds-per-step",
        type=_Seconds(0.2, 60),
        help="How long an ordinary step of a film takes.",
    ),
)

_RUNNING = (
    click.option(
        "--jobs",
        "-j",
        type=click.IntRange(0, 256),
        default=0,
        help="Processes that draw a film.  [default: one for each core]",
    ),
    click.option("--preview", "-p", is_flag=True, help="Open what was written."),
    click.option("--quiet", is_flag=True, help="Say nothing but errors."),
    click.option("--json", "as_json", is_flag=True, help="Print one JSON object per file written."),
)


def _output(also: str = "") -> Decorator:
    """What is written.

    Args:
        also: what else it is for, in a sentence.
    """
    return click.option(
        "--output",
        "-o",
        "outputs",
        multiple=True,
        type=click.Path(allow_dash=True),
        help=f"A file to write; its suffix picks the format: {spelled((*FILMS, *PICTURES))}. "
        f"May be given several times; - is standard output. {also} [default: media/NAME.mp4]",
    )


_DELIVERY: tuple[Decorator, ...] = (
    _output(),
    click.option("--format", help="The format of what goes to standard output, such as svg."),
    click.option(
        "--svg",
        type=click.Choice(["still", "animated", "steps", "pages"]),
        default="animated",
        show_default=True,
        help="One picture; one that plays by itself; fragments for reveal.js; or a page for each "
        "step: a PDF of many pages, or .svg and .png files with numbers.",
    ),
    click.option(
        "--quality",
        "-q",
        type=click.Choice(["l", "m", "h", "p", "k"]),
        help="Of a film, as Manim has it: 480p15, 720p30, 1080p60, 1440p60 or 2160p60.  "
        "[default: as --preset has it]",
    ),
    click.option(
        "--preset",
        type=click.Choice(["draft", "preview", "final"]),
        default="final",
        show_default=True,
        help="Of a film: draft is -q l and coarser, preview -q m, final -q h.",
    ),
    click.option(
        "--aspect",
        type=Aspect(),
        default="16:9",
        show_default=True,
        help="The shape of a film's frame: 16:9, 9:16, 1:1, 4:3, ...",
    ),
    click.option("--transparent", is_flag=True, help="No page behind the picture."),
    click.option(
        "--slides",
        is_flag=True,
        help="Beside a film a clip for each step, in slides/, as manim-slides presents them.",
    ),
    language_option,
    *_RUNNING,
)


def source_options(command: Callable[..., None]) -> Callable[..., None]:
    """Adds what `Source` holds."""
    return with_options(_SOURCE, command)


def folding_options(command: Callable[..., None]) -> Callable[..., None]:
    """Adds what `Folding` holds."""
    return with_options(_FOLDING, command)


_CALLING: tuple[Decorator, ...] = (
    click.option(
        "--arg",
        "arguments",
        multiple=True,
        metavar="[NAME=]VALUE",
        help="An argument of the function: a number, nested lists, a text, a tensor such as "
        '"tensor([1.0, 2.0])" or "randn(32, 10)", or @FILE with a tensor, .pt or .npy.',
    ),
    click.option(
        "--seed",
        metavar="VALUE",
        help="The gradient to begin with, where a torch loss is more than one number: a number "
        "for all of it, or nested lists of its shape.",
    ),
)


_OUTPUT = click.option(
    "--output",
    metavar="NAME",
    help="Which loss, where the function returns several: a key, a place as in 0, or both as in "
    "parts.0.",
)


def calling_options(command: Callable[..., None]) -> Callable[..., None]:
    """Adds the options for a loss of the user's, and of several the name of one."""
    return with_options((*_CALLING, _OUTPUT), command)


def rendering_options(command: Callable[..., None]) -> Callable[..., None]:
    """Adds the options for a loss of the user's, and what `Delivery` holds: among the outputs may
    be the name of a loss, see `parted`."""
    also = "A NAME without a suffix says which loss, where the function returns several."
    return with_options((*_CALLING, _output(also), *_DELIVERY[1:]), command)


def parted(calling: Calling, delivery: Delivery) -> tuple[Calling, Delivery]:
    """With the name of a loss moved from the outputs, where it can only be one, to the loss.

    A name is a file when it has a suffix, or a format is given for it.
    """
    is_for_files = delivery.format is not None and "-" not in delivery.outputs
    names = [] if is_for_files else [n for n in delivery.outputs if n != "-" and not _suffix(n)]
    if len(names) > 1:
        raise click.UsageError(f"one loss at a time: got {' and '.join(names)}; take one out.")
    files = tuple(name for name in delivery.outputs if name not in names)
    return replace(calling, output="".join(names) or None), replace(delivery, outputs=files)


def _suffix(name: str) -> str:
    return splitext(name)[1]


def style_options(command: Callable[..., None]) -> Callable[..., None]:
    """Adds what `Style` holds."""
    return with_options(_STYLE, command)


def delivery_options(command: Callable[..., None]) -> Callable[..., None]:
    """Adds what `Delivery` holds."""
    return with_options(_DELIVERY, command)


def running_options(command: Callable[..., None]) -> Callable[..., None]:
    """Adds those of whatever may take long and leaves files."""
    return with_options(_RUNNING, command)


def with_options(
    several: tuple[Decorator, ...], command: Callable[..., None]
) -> Callable[..., None]:
    """A command with several options, which help lists in this order."""
    return reduce(lambda found, option: option(found), reversed(several), command)


def packed(*kinds: type) -> Decorator:
    """A command that gets its options as one frozen value of each kind, the others by name."""

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @wraps(command)
        def run(**options: Any) -> None:
            values = [
                kind(**{f.name: options.pop(f.name) for f in fields(kind) if f.name in options})
                for kind in kinds
            ]
            command(*values, **options)

        return run

    return decorate
