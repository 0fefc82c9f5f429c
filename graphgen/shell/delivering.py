"""A picture -> the files and the bytes that were asked for, each told about."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any, cast

import click

from graphgen.outputs import NUMBERED, numbered, write, write_pages
from graphgen.picture import Picture
from graphgen.shell.options import Delivery
from graphgen.shell.parts import check_parts
from graphgen.shell.progress import Meter, meter
from graphgen.shell.reports import open_file, tell_written
from graphgen.shell.targets import Target, make_folder, targets_of

__all__ = ["Film", "checked_targets", "deliver", "meter", "note"]

Film = Callable[[Picture, Target, Delivery, Meter], bytes]
"""Writes a film in its place; for standard output it returns the bytes."""


def checked_targets(delivery: Delivery, name: str, is_placed: bool = False) -> tuple[Target, ...]:
    """Where everything goes; all places and parts are checked before anything is computed.

    Args:
        name: of the default's file, without its suffix.
        is_placed: whether there is a layout already.
    """
    default = f"media/{name}{'.mov' if delivery.transparent else '.mp4'}"
    targets = targets_of(
        delivery.outputs, delivery.format, default, delivery.transparent, sys.stdout.isatty()
    )
    if delivery.as_json and any(target.path is None for target in targets):
        raise click.UsageError("--json and -o - both write to standard output; leave one out.")
    if any(target.path is None and _is_numbered(target, delivery) for target in targets):
        raise click.UsageError("--svg pages makes files with numbers; give -o a name.")
    check_parts(targets, is_placed)
    return targets


def deliver(
    picture: Picture, targets: Sequence[Target], delivery: Delivery, meter: Meter, film: Film
) -> None:
    """Writes every target, tells about each, and opens the first when that is wanted."""
    if not delivery.outputs and targets[0].path is not None:
        make_folder(targets[0].path)
    written: list[Path] = []
    for target in targets:
        started = perf_counter()
        files = _written(picture, target, delivery, meter, film)
        written += files
        if not delivery.quiet or delivery.as_json:
            for path in files:
                tell_written(path, target.suffix, perf_counter() - started, delivery.as_json)
    if delivery.preview and written:
        open_file(written[0])


def _written(
    picture: Picture, target: Target, delivery: Delivery, meter: Meter, film: Film
) -> tuple[Path, ...]:
    """The files of a target; none where it went to standard output."""
    if target.path is not None and _is_numbered(target, delivery):
        return _numbered(picture, target.path, target.suffix, delivery)
    content = (film if target.is_film else _still)(picture, target, delivery, meter)
    if target.path is not None:
        return (target.path,)
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()
    return ()


def _is_numbered(target: Target, delivery: Delivery) -> bool:
    return delivery.svg == "pages" and target.suffix in NUMBERED


def _numbered(picture: Picture, path: Path, suffix: str, delivery: Delivery) -> tuple[Path, ...]:
    """A file for each step; of a longer story's older ones a note is made."""
    paths = write_pages(picture, path, suffix, delivery.transparent)
    after = numbered(path, len(paths) + 1)[-1]
    if after.exists():
        note([f"{after} is of an earlier, longer story, as may be those after it"], delivery.quiet)
    return paths


def note(notes: Sequence[str], is_quiet: bool = False) -> None:
    """Prints the sentences about a graph to stderr."""
    for text in () if is_quiet else notes:
        click.echo(f"note: {text}", err=True)


def _still(picture: Picture, target: Target, delivery: Delivery, meter: Meter) -> bytes:
    meter.report(f"writing {target.path or target.suffix}")
    return write(
        picture, target.path, target.suffix, cast("Any", delivery.svg), delivery.transparent
    )
