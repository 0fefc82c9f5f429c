"""What a person says of a lecture that is built: options, and the value they are packed into."""

from collections.abc import Callable
from dataclasses import dataclass

import click

from graphgen.commands.options import Aspect, Decorator, ThemeType, with_options
from graphgen.model.theme import ThemeChoice

__all__ = ["OUTPUT", "QUIET", "Building", "building_options"]

OUTPUT = click.option(
    "--output",
    "-o",
    type=click.Path(),
    help="The film, NAME.mp4; the other files go beside it.  [default: media/NAME.mp4]",
)
QUIET = click.option("--quiet", is_flag=True, help="Say nothing but errors.")


@dataclass(frozen=True, slots=True)
class Building:
    """What a person says of a build; what is None is the lecture's own."""

    output: str | None
    only: tuple[str, ...]
    quality: str | None
    theme: ThemeChoice | None
    aspect: str | None
    preview: bool
    jobs: int
    cluster: str
    fresh: bool
    quiet: bool


_BUILDING: tuple[Decorator, ...] = (
    OUTPUT,
    click.option(
        "--only", multiple=True, metavar="SECTION", help="Only this section: its number or name."
    ),
    click.option(
        "--quality",
        "-q",
        type=click.Choice(["l", "m", "h", "p", "k"]),
        help="480p15, 720p30, 1080p60, 1440p60 or 2160p60.  [default: as the file says]",
    ),
    click.option("--theme", type=ThemeType(), help="[default: as the file says]"),
    click.option(
        "--aspect",
        type=Aspect(),
        help="The shape of the frame: 16:9, 9:16, ...  [default: as the file says]",
    ),
    click.option("--preview", is_flag=True, help="Quick and small: -q l, and coarser."),
    click.option(
        "--jobs",
        "-j",
        type=click.IntRange(0, 256),
        default=0,
        help="Processes that draw.  [default: one for each core]",
    ),
    click.option(
        "--cluster",
        default="",
        metavar="ADDRESS",
        help="Draw on the workers of this dask scheduler, as in tcp://scheduler:8786.",
    ),
    click.option(
        "--shard",
        metavar="K/N",
        help="Draw only the K-th of N shares, into a folder for `lecture join`; -o names it.",
    ),
    click.option("--fresh", is_flag=True, help="Run every FILE.py:NAME again."),
    QUIET,
)


def building_options(command: Callable[..., None]) -> Callable[..., None]:
    """What is built of a lecture, how well, and by whom."""
    return with_options(_BUILDING, command)
