"""The commands of a lecture; what films one is handed in, for this room knows no scenes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from graphgen.shell.options import Building, packed

__all__ = ["lecture_group"]


Room = Callable[[], Any]
"""Brings what films lectures, see `graphgen.shell.lecturing.Doors`, when it is asked for."""


def lecture_group(room: Room) -> click.Group:
    """The group of commands."""

    @click.group("lecture", short_help="Whole lectures.")
    def lecture() -> None:
        """Makes a whole lecture of a file that names its sections.

        \b
        Examples:
          autoviz lecture new
          autoviz lecture build lecture.toml -o lecture.mp4
        """

    lecture.add_command(_new)
    lecture.add_command(_build(room))
    lecture.add_command(_join(room))
    return lecture


@click.command("new", short_help="A lecture file to begin with.")
@click.argument("file", type=click.Path(), default="lecture.toml")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
def _new(file: str, force: bool) -> None:
    """Writes a lecture file with comments: a course from one slope to training a neuron.

    FILE is lecture.toml where none is given.

    \b
    Examples:
      autoviz lecture new
      autoviz lecture new week-3.toml
    """
    from graphgen.errors import OutputError
    from graphgen.lectures.example import EXAMPLE
    from graphgen.outputs.files import save

    if Path(file).exists() and not force:
        raise OutputError(f"a new file: {file} is there; name another, or give --force")
    save(EXAMPLE.encode(), file)
    click.echo(file)


_OUTPUT = click.option(
    "--output",
    "-o",
    type=click.Path(),
    help="The film, NAME.mp4; the other files go beside it.  [default: media/NAME.mp4]",
)
_QUIET = click.option("--quiet", is_flag=True, help="Say nothing but errors.")


def _build(room: Room) -> click.Command:
    @click.command("build", short_help="The film of a lecture, and all that goes with it.")
    @click.argument("file", type=click.Path(), default="lecture.toml")
    @_OUTPUT
    @click.option(
        "--only", multiple=True, metavar="SECTION", help="Only this section: its number or name."
    )
    @click.option(
        "--quality",
        "-q",
        type=click.Choice(["l", "m", "h", "p", "k"]),
        help="480p15, 720p30, 1080p60, 1440p60 or 2160p60.  [default: as the file says]",
    )
    @click.option(
        "--theme", type=click.Choice(["dark", "light"]), help="[default: as the file says]"
    )
    @click.option("--preview", is_flag=True, help="Quick and small: -q l, and coarser.")
    @click.option(
        "--jobs",
        "-j",
        type=click.IntRange(0, 256),
        default=0,
        help="Processes that draw.  [default: one for each core]",
    )
    @click.option(
        "--cluster",
        default="",
        metavar="ADDRESS",
        help="Draw on the workers of this dask scheduler, as in tcp://scheduler:8786.",
    )
    @click.option(
        "--shard",
        metavar="K/N",
        help="Draw only the K-th of N shares, into a folder for `lecture join`; -o names it.",
    )
    @click.option("--fresh", is_flag=True, help="Run every FILE.py:NAME again.")
    @_QUIET
    @packed(Building)
    def build(building: Building, file: str, shard: str | None) -> None:
        """Films a lecture: one MP4 with chapters and subtitles, and what goes with it.

        FILE is lecture.toml where none is given. Beside NAME.mp4 come NAME.srt, NAME.vtt, NAME.md
        (the transcript), NAME.png (a poster), NAME.html (the slides, see autoviz slides) and
        NAME-sections/ with each section's own film. Only what has changed is drawn; a build that
        was broken off goes on where it stopped.

        \b
        Examples:
          autoviz lecture build lecture.toml -o lecture.mp4
          autoviz lecture build -o draft.mp4 --preview --only two-paths
          autoviz lecture build -o lecture.mp4 --cluster tcp://scheduler:8786
          autoviz lecture build -o shares/ --shard 3/16
        """
        from graphgen.shell import lecturing

        if shard is not None and building.cluster:
            raise click.UsageError("--shard and --cluster are two ways to share work; take one.")
        if shard is None:
            lecturing.build(room(), file, building)
        else:
            lecturing.shard(room(), file, shard, building)

    return build


def _join(room: Room) -> click.Command:
    @click.command("join", short_help="Shares that other machines have drawn.")
    @click.argument("folder", type=click.Path())
    @_OUTPUT
    @_QUIET
    def join(folder: str, output: str | None, quiet: bool) -> None:
        """Joins the shares in FOLDER to a lecture; nothing is drawn, and torch is not needed.

        \b
        Examples:
          autoviz lecture build -o shares/ --shard 1/2
          autoviz lecture build -o shares/ --shard 2/2
          autoviz lecture join shares/ -o lecture.mp4
        """
        from graphgen.shell import lecturing

        lecturing.join(room(), folder, output, quiet)

    return join
