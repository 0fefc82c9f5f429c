"""The command line: options -> parse, record, tell, place, write or film -> paths.

Whatever is heavy is imported inside the command that needs it.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, cast

import click

from graphgen.shell.arguments import ExpressionCommand
from graphgen.shell.options import (
    Delivery,
    Source,
    Style,
    delivery_options,
    packed,
    source_options,
    style_options,
)

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from graphgen.picture import Picture
    from graphgen.shell.progress import Meter
    from graphgen.shell.targets import Target

__all__ = ["autoviz", "main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command.

    Args:
        arguments: those of the command line; without them, the process's own.

    Returns:
        The exit status: 0 done, 1 failed, 2 bad input, 3 a system part is missing,
        130 interrupted, 143 terminated.
    """
    from graphgen.shell.exits import run

    return run(autoviz, arguments)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="autoviz-torch", prog_name="autoviz")
def autoviz() -> None:
    """Shows how every gradient of a loss is made up: as a film, a picture, a tree or a table.

    \b
    Examples:
      autoviz render expr "c = (a + b) * b" --set a=2 --set b=3 -o two-paths.mp4
      autoviz tree "c = (a + b) * b" --set a=2 --set b=3
      autoviz doctor
    """


@autoviz.group(short_help="Films and pictures.")
def render() -> None:
    """Writes films and pictures.

    \b
    Examples:
      autoviz render expr "c = (a + b) * b" --set a=2 --set b=3 -o two-paths.mp4
      autoviz render story two-paths.json -o two-paths.svg
    """


@render.command("expr", cls=ExpressionCommand, short_help="An expression.")
@source_options
@delivery_options
@style_options
@packed(Source, Style, Delivery)
def render_expr(source: Source, style: Style, delivery: Delivery) -> None:
    """Renders an expression: statements parted by ; or lines, the last one is the loss.

    TEXT is the expression; - reads standard input.

    \b
    Examples:
      autoviz render expr "c = (a + b) * b" --set a=2 --set b=3 -o two-paths.mp4
      autoviz render expr "y = w * x; mse(y, t)" --set w=2 --set x=3 --set t=5 --data t -o mse.svg
      autoviz render expr -f net.txt --set "x=[1,2]" -o net.mp4 -o net.json -q m --theme light
      echo "a * b" | autoviz render expr - --set a=2 --set b=3 -o - --format dot | dot -Tpng > x.png
    """
    from graphgen.shell.parts import needs_layout
    from graphgen.shell.stages import placed, read, recorded, told

    program, values = read(source)
    targets = _targets(delivery, program.statements[-1].name or "loss")
    with _meter(delivery) as measured:
        measured.report("computing")
        story = told(recorded(program, values, source.data), style)
        _note(story.graph.notes, delivery.quiet)
        measured.report("placing")
        picture = placed(story, style, needs_layout(targets))
        _deliver(picture, targets, delivery, measured)


@render.command("story", short_help="A saved story, without torch.")
@click.argument("file", type=click.Path(allow_dash=True))
@delivery_options
@packed(Delivery)
def render_story(delivery: Delivery, file: str) -> None:
    """Renders a saved story again; torch is not needed.

    FILE was written by render expr -o FILE.json; - reads standard input.

    \b
    Examples:
      autoviz render story two-paths.json -o two-paths.mp4
      autoviz render story two-paths.json -o slide.svg --svg steps --transparent
    """
    from graphgen.shell.reading import read_story
    from graphgen.story_file import loads

    picture = loads(read_story(file))
    targets = _targets(delivery, "story" if file == "-" else Path(file).stem, is_placed=True)
    with _meter(delivery) as measured:
        _deliver(picture, targets, delivery, measured)


@autoviz.command(cls=ExpressionCommand, short_help="The tree, like a directory listing.")
@source_options
@click.option("--ids", is_flag=True, help="Number the nodes, so that the same one shows as such.")
@click.option("--names", type=click.Choice(["math", "autograd"]), default="math", show_default=True)
@packed(Source)
def tree(source: Source, ids: bool, names: str) -> None:
    """Prints the tree from the loss down, like a directory listing, with values and gradients.

    \b
    Examples:
      autoviz tree "c = (a + b) * b" --set a=2 --set b=3
      autoviz tree "-a*b" --set a=2 --set b=3 --ids
    """
    from graphgen.outputs.tree import tree as listed
    from graphgen.shell.stages import read, recorded
    from graphgen.telling import tell

    program, values = read(source)
    story = tell(recorded(program, values, source.data), names=cast("Any", names))
    _note(story.graph.notes, is_quiet=False)
    click.echo(listed(story, ids), nl=False)


@autoviz.command(cls=ExpressionCommand, short_help="How each gradient is made up.")
@source_options
@click.option("--check", is_flag=True, help="Compare every gradient with a finite difference.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per node.")
@packed(Source)
def explain(source: Source, check: bool, as_json: bool) -> None:
    """Prints, node by node, value and gradient, and how the gradient is made up.

    \b
    Examples:
      autoviz explain "c = (a + b) * b" --set a=2 --set b=3
      autoviz explain "c = (a + b) * b" --set a=2 --set b=3 --check
    """
    from graphgen.explanation import explain as explained
    from graphgen.shell.reports import check_agreement, rows_of
    from graphgen.shell.stages import read, recorded
    from graphgen.telling import tell

    program, values = read(source)
    graph = recorded(program, values, source.data)
    story = tell(graph)
    found = []
    if check:
        from graphgen.shell.checking import comparisons

        found = comparisons(graph, program, values, source.data)
    click.echo(rows_of(story, found) if as_json else explained(story, found), nl=False)
    check_agreement(story, found)


@autoviz.command(short_help="What is there, and what is missing.")
def doctor() -> None:
    """Says what is there and what is missing, with the command that mends it.

    \b
    Example:
      autoviz doctor
    """
    from graphgen.errors import MissingPartError
    from graphgen.shell.doctor import examine, report

    findings = list(examine())
    click.echo(report(findings), nl=False)
    missing = [finding.part for finding in findings if not finding.found]
    if missing:
        raise MissingPartError(f"all parts: {', '.join(missing)} missing; run the commands above")


@autoviz.command(short_help="Completion for your shell.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Prints a script that makes the SHELL complete autoviz's commands and options.

    \b
    Examples:
      eval "$(autoviz completion bash)"
      autoviz completion fish > ~/.config/fish/completions/autoviz.fish
    """
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    if kind is not None:
        click.echo(kind(autoviz, {}, "autoviz", "_AUTOVIZ_COMPLETE").source())


def _targets(delivery: Delivery, name: str, is_placed: bool = False) -> "tuple[Target, ...]":
    """Where everything goes; all places and parts are checked before anything is computed."""
    from graphgen.shell.parts import check_parts
    from graphgen.shell.targets import targets_of

    default = f"media/{name}{'.mov' if delivery.transparent else '.mp4'}"
    targets = targets_of(
        delivery.outputs, delivery.format, default, delivery.transparent, sys.stdout.isatty()
    )
    if delivery.as_json and any(target.path is None for target in targets):
        raise click.UsageError("--json and -o - both write to standard output; leave one out.")
    check_parts(targets, is_placed)
    return targets


def _meter(delivery: Delivery) -> "AbstractContextManager[Meter]":
    from graphgen.shell.progress import meter

    return meter(delivery.quiet)


def _deliver(
    picture: "Picture", targets: "Sequence[Target]", delivery: Delivery, meter: "Meter"
) -> None:
    """Writes every target, tells about each, and opens the last when that is wanted."""
    from graphgen.shell.reports import open_file, tell_written
    from graphgen.shell.targets import make_folder

    if not delivery.outputs and targets[0].path is not None:
        make_folder(targets[0].path)
    for target in targets:
        started = perf_counter()
        if target.is_film:
            content = _film(picture, target, delivery, meter)
        else:
            content = _still(picture, target, delivery, meter)
        if target.path is None:
            sys.stdout.buffer.write(content)
            sys.stdout.buffer.flush()
        elif not delivery.quiet or delivery.as_json:
            tell_written(target, perf_counter() - started, delivery.as_json)
    shown = [target.path for target in targets if target.path is not None]
    if delivery.preview and shown:
        open_file(shown[0])


def _still(picture: "Picture", target: "Target", delivery: Delivery, meter: "Meter") -> bytes:
    from graphgen.outputs import write

    meter.report(f"writing {target.path or target.suffix}")
    return write(
        picture, target.path, target.suffix, cast("Any", delivery.svg), delivery.transparent
    )


def _film(picture: "Picture", target: "Target", delivery: Delivery, meter: "Meter") -> bytes:
    """A film in its place; for standard output, its bytes by way of a folder of its own."""
    from tempfile import TemporaryDirectory

    from scenes.video import Progress, render_video

    def report(progress: Progress) -> None:
        meter.report(f"filming {target.suffix}", progress.done_frames, progress.total_frames)

    with TemporaryDirectory(prefix="autoviz-") as folder:
        path = target.path or Path(folder) / f"film{target.suffix}"
        render_video(
            picture,
            path,
            quality=cast("Any", delivery.quality),
            transparent=delivery.transparent,
            jobs=delivery.jobs,
            on_progress=report,
        )
        return b"" if target.path else path.read_bytes()


def _note(notes: Sequence[str], is_quiet: bool) -> None:
    for note in () if is_quiet else notes:
        click.echo(f"note: {note}", err=True)


if __name__ == "__main__":
    sys.exit(main())
