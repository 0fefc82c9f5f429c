"""The commands of a lecture; what films one is handed in, for this room knows no scenes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from graphgen.commands.building import OUTPUT, QUIET, Building, building_options
from graphgen.commands.groups import Group
from graphgen.commands.options import packed
from graphgen.commands.saying import say

__all__ = ["lecture_group"]


Room = Callable[[], Any]
"""Brings what films lectures, see `graphgen.commands.lecturing.Doors`, when it is asked for."""


def lecture_group(room: Room) -> click.Group:
    """The group of commands."""

    @click.group("lecture", cls=Group, short_help="Whole lectures.")
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
    from graphgen.lecture.example import example
    from graphgen.model.errors import OutputError
    from graphgen.model.files import save

    if Path(file).exists() and not force:
        raise OutputError(f"a new file: {file} is there; name another, or give --force")
    save(example(file).encode(), file)
    say(file)


def _build(room: Room) -> click.Command:
    @click.command("build", short_help="The film of a lecture, and all that goes with it.")
    @click.argument("file", type=click.Path(), default="lecture.toml")
    @building_options
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
        from graphgen.commands import lecturing

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
    @OUTPUT
    @QUIET
    def join(folder: str, output: str | None, quiet: bool) -> None:
        """Joins the shares in FOLDER to a lecture; nothing is drawn, and torch is not needed.

        \b
        Examples:
          autoviz lecture build -o shares/ --shard 1/2
          autoviz lecture build -o shares/ --shard 2/2
          autoviz lecture join shares/ -o lecture.mp4
        """
        from graphgen.commands import lecturing

        lecturing.join(room(), folder, output, quiet)

    return join
