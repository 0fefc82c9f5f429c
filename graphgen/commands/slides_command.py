"""The command that makes slides; what films a section is handed in: this room knows no scenes."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from graphgen.commands.options import ThemeType, packed, running_options
from graphgen.model.theme import ThemeChoice
from graphgen.outputs.formats import DECKS, spelled

if TYPE_CHECKING:
    from graphgen.lecture.decks.making import Content
    from graphgen.lecture.model import Lecture

__all__ = ["Presenting", "slides_command"]

Room = Callable[[], Any]
"""Brings `film_with_poster`, when it is asked for."""


@dataclass(frozen=True, slots=True)
class Presenting:
    """What of a deck is written, and how."""

    outputs: tuple[str, ...]
    format: str | None
    per: str
    theme: ThemeChoice | None
    films: tuple[str, ...]
    quality: str | None
    language: str | None
    jobs: int
    preview: bool
    quiet: bool
    as_json: bool


_OUTPUT = click.option(
    "--output",
    "-o",
    "outputs",
    multiple=True,
    type=click.Path(allow_dash=True),
    help=f"A file to write; its suffix picks the format: {spelled(DECKS)}. May be given several "
    "times; - is standard output.  [default: NAME.html]",
)
_PER = click.option(
    "--per",
    type=click.Choice(["step", "section"]),
    default="step",
    show_default=True,
    help="What gets a slide in .pptx and .pdf; the slides of .html step by themselves.",
)
_THEME = click.option("--theme", type=ThemeType(), help="[default: as the file says]")
_FILM = click.option(
    "--film",
    "films",
    multiple=True,
    metavar="SECTION",
    help="Show this section, by its number or name, as its film; all for every one.",
)
_QUALITY = click.option(
    "--quality",
    "-q",
    type=click.Choice(["l", "m", "h", "p", "k"]),
    help="Of films.  [default: as the file says]",
)
_LANGUAGE = click.option(
    "--lang",
    "language",
    metavar="TAG",
    help="The language that the deck says it is in: de, pt-BR, ...  [default: as the file says]",
)
_FORMAT = click.option("--format", help="The format of what goes to standard output, such as html.")


def slides_command(room: Room) -> click.Command:
    """The command."""

    @click.command("slides", short_help="A lecture as slides.")
    @click.argument("file", type=click.Path(allow_dash=True))
    @_OUTPUT
    @_FORMAT
    @_PER
    @_THEME
    @_FILM
    @_QUALITY
    @_LANGUAGE
    @running_options
    @packed(Presenting)
    def slides(told: Presenting, file: str) -> None:
        """Writes the slides of a lecture: each section's picture steps through its story.

        FILE is a lecture file (see autoviz lecture new), or a story that render expr wrote as
        .json; - reads a story from standard input. The .html is one file with reveal.js in it that
        needs no network: arrow keys step, S opens the speaker view, printing gives each slide a
        page.

        \b
        Examples:
          autoviz slides lecture.toml -o deck.html -o deck.pdf
          autoviz slides lecture.toml -o deck.pptx --per section --film two-paths
          autoviz slides two-paths.json -o two-paths.html
        """
        _run(room, told, file)

    return slides


def _run(room: Room, told: Presenting, file: str) -> None:
    from graphgen.commands.caching import film_cache
    from graphgen.commands.presenting import deck_of, deck_targets, present
    from graphgen.commands.progress import meter
    from graphgen.model.private_folders import private_folder

    targets = deck_targets(file, told)
    with meter(told.quiet) as measured, private_folder() as folder:

        def shoot(content: "Content", lecture: "Lecture", path: Path) -> bytes:
            def report(done: int, total: int) -> None:
                measured.report(f"filming {path.stem}", done, total)

            quality = told.quality or lecture.quality
            poster: bytes = room().film_with_poster(
                content, path, quality, lecture.aspect, told.jobs, film_cache(), report
            )
            return poster

        deck = deck_of(file, told, folder, measured, shoot)
        present(deck, targets, told, measured)
