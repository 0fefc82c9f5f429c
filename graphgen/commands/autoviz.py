"""The command line: options -> record, fold, tell, place, write or film -> paths.

Whatever is heavy is imported inside the command that needs it.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from graphgen.commands.arguments import ExpressionCommand
from graphgen.commands.groups import Group
from graphgen.commands.lecture_group import lecture_group
from graphgen.commands.machine_commands import cache, completion, doctor
from graphgen.commands.options import (
    Calling,
    Delivery,
    Folding,
    Source,
    Style,
    calling_options,
    delivery_options,
    folding_options,
    packed,
    parted,
    rendering_options,
    source_options,
    style_options,
)
from graphgen.commands.saying import say
from graphgen.commands.scene_group import SceneGroup
from graphgen.commands.slides_command import slides_command
from graphgen.outputs.formats import FILMS, LESSONS

if TYPE_CHECKING:
    from graphgen.commands.delivering import Writer
    from graphgen.commands.progress import Meter
    from graphgen.commands.targets import Target
    from graphgen.course.scene import Lesson, Request, Scene
    from graphgen.model.graph import Graph
    from graphgen.model.picture import Picture
    from graphgen.scenes import Content

__all__ = ["autoviz", "main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command.

    Args:
        arguments: those of the command line; without them, the process's own.

    Returns:
        The exit status: 0 done, 1 failed, 2 bad input, 3 a system part is missing,
        130 interrupted, 143 terminated.
    """
    from graphgen.commands.exits import run

    return run(autoviz, arguments)


@click.group(
    cls=Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(package_name="autoviz-torch", prog_name="autoviz")
def autoviz() -> None:
    """Shows how every gradient of a loss is made up: as a film, a picture, a tree or a table.

    \b
    Examples:
      autoviz render expr "c = (a + b) * b" --set a=2 --set b=3 -o two-paths.mp4
      autoviz render loss train.py:compute_loss -o loss.mp4
      autoviz tree "c = (a + b) * b" --set a=2 --set b=3
      autoviz doctor
    """


@autoviz.group(short_help="Films and pictures.")
def render() -> None:
    """Writes films and pictures.

    \b
    Examples:
      autoviz render expr "c = (a + b) * b" --set a=2 --set b=3 -o two-paths.mp4
      autoviz render loss train.py:compute_loss -o loss.mp4
    """


@render.command("expr", cls=ExpressionCommand, short_help="An expression.")
@source_options
@delivery_options
@style_options
@folding_options
@packed(Source, Style, Delivery, Folding)
def render_expr(source: Source, style: Style, delivery: Delivery, folding: Folding) -> None:
    """Renders an expression: statements parted by ; or lines, the last one is the loss.

    TEXT is the expression; - reads standard input.

    \b
    Examples:
      autoviz render expr "c = (a + b) * b" --set a=2 --set b=3 -o two-paths.mp4
      autoviz render expr "y = w * x; mse(y, t)" --set w=2 --set x=3 --set t=5 --data t -o mse.svg
      autoviz render expr -f net.txt --set "x=[1,2]" -o net.mp4 -o net.json -q m --theme light
      echo "a * b" | autoviz render expr - --set a=2 --set b=3 -o - --format dot > x.dot
    """
    from graphgen.commands.delivering import checked_targets, meter
    from graphgen.commands.stages import directed, pictured, read, recorded
    from graphgen.language.titles import title_of

    program, values = read(source)
    style = directed(style, delivery.aspect)
    targets = checked_targets(delivery, program.statements[-1].name or "loss")
    with meter(delivery.quiet) as measured, _ahead(targets, delivery) as on_torch:
        measured.report("computing")
        if all(target.is_film for target in targets):
            picture = pictured(program, values, source.data, style, folding, on_torch)
            _film(picture, targets, delivery, measured)
            return
        on_torch()
        graph = recorded(program, values, source.data)
        _render(graph, title_of(program), style, folding, targets, delivery, measured)


@render.command("loss", short_help="A torch loss of your own.")
@click.argument("target", metavar="FILE.py:NAME")
@rendering_options
@style_options
@folding_options
@packed(Style, Delivery, Folding, Calling)
def render_loss(
    style: Style, delivery: Delivery, folding: Folding, calling: Calling, target: str
) -> None:
    """Renders the loss that a function in a file of yours returns, or that a variable holds.

    It may be a torch loss, or an object of a from-scratch engine such as micrograd's Value. The
    file runs with its own folder on sys.path; what it prints goes to standard error.

    \b
    Examples:
      autoviz render loss train.py:compute_loss -o loss.mp4
      autoviz render loss train.py:compute_loss --arg 3 --arg "sizes=[4, 2]" -o loss.svg
      autoviz render loss train.py:losses_of_a_batch --seed 1 -o batch.svg
      autoviz render loss pkg.train:loss --arg "x=randn(32, 10)" --aspect 9:16 -o loss.mp4
      autoviz render loss vae.py:losses --output kl -o kl.svg
      autoviz render loss gpt.py:loss --unfold blocks.0 -o gpt.svg --theme light
    """
    from graphgen.capture.user_code.losses import graph_at, needed_address
    from graphgen.commands.delivering import checked_targets, meter
    from graphgen.commands.stages import directed

    address = needed_address(target)
    calling, delivery = parted(calling, delivery)
    style = directed(style, delivery.aspect)
    targets = checked_targets(delivery, address.name)
    with meter(delivery.quiet) as measured:
        measured.report(f"running {address.file}")
        graph = graph_at(address, calling.arguments, calling.seed, calling.output)
        _render(graph, "", style, folding, targets, delivery, measured)


@render.command("story", short_help="A saved story, without torch.")
@click.argument("file", type=click.Path(allow_dash=True))
@delivery_options
@packed(Delivery)
def render_story(delivery: Delivery, file: str) -> None:
    """Renders a saved story again, or a saved scene of the course; torch is not needed.

    FILE was written by render expr or render scene -o FILE.json; - reads standard input.

    \b
    Examples:
      autoviz render story two-paths.json -o two-paths.mp4
      autoviz render story two-paths.json -o slide.svg --svg steps --transparent
    """
    from graphgen.commands.delivering import checked_targets, deliver, meter, picture_writer
    from graphgen.commands.reading import read_story
    from graphgen.course.lesson_file import is_lesson
    from graphgen.course.lesson_file import loads as loads_lesson
    from graphgen.draw.story_file import loads

    text = read_story(file)
    name = "story" if file == "-" else Path(file).stem
    if is_lesson(text):
        _show_lesson(loads_lesson(text), delivery, name)
        return
    picture = loads(text)
    targets = checked_targets(delivery, name, is_placed=True)
    with meter(delivery.quiet) as measured:
        film = _filmed(picture, delivery, measured)
        still = picture_writer(picture, delivery, measured)
        deliver(targets, delivery, film, still, picture)


@autoviz.command(cls=ExpressionCommand, short_help="The tree, like a directory listing.")
@source_options
@calling_options
@folding_options
@click.option("--ids", is_flag=True, help="Number the nodes, so that the same one shows as such.")
@click.option("--names", type=click.Choice(["math", "autograd"]), default="math", show_default=True)
@packed(Source, Folding, Calling)
def tree(source: Source, folding: Folding, calling: Calling, ids: bool, names: str) -> None:
    """Prints the tree from the loss down, with values and gradients.

    TEXT is an expression, or a loss of yours as FILE.py:NAME.

    \b
    Examples:
      autoviz tree "c = (a + b) * b" --set a=2 --set b=3
      autoviz tree train.py:compute_loss --depth 2
    """
    from graphgen.commands.delivering import note
    from graphgen.commands.stages import graph_from
    from graphgen.layout.pipeline import Choices, story_of
    from graphgen.outputs.tree import tree as listed

    choices = Choices(folding.depth, folding.unfold, folding.most, names=cast("Any", names))
    story = story_of(graph_from(source, calling), choices)
    note(story.graph.notes)
    say(listed(story, ids), nl=False)


@autoviz.command(cls=ExpressionCommand, short_help="How each gradient is made up.")
@source_options
@calling_options
@folding_options
@click.option(
    "--check",
    is_flag=True,
    help="Compare every gradient with a finite difference; of an expression, and unfolded.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per node.")
@packed(Source, Folding, Calling)
def explain(source: Source, folding: Folding, calling: Calling, check: bool, as_json: bool) -> None:
    """Prints, node by node, value and gradient, and how the gradient is made up.

    TEXT is an expression, or a loss of yours as FILE.py:NAME.

    \b
    Examples:
      autoviz explain "c = (a + b) * b" --set a=2 --set b=3 --check
      autoviz explain train.py:compute_loss --json
    """
    from graphgen.commands.reports import check_agreement, rows_of
    from graphgen.commands.stages import checked, graph_from
    from graphgen.layout.pipeline import Choices, story_of
    from graphgen.narration.explanation import explain as explained

    graph, comparisons = checked(source, calling) if check else (graph_from(source, calling), [])
    folded = Choices(folding.depth, folding.unfold, folding.most)
    story = story_of(graph, Choices(most=None) if check else folded)
    say(rows_of(story, comparisons) if as_json else explained(story, comparisons), nl=False)
    check_agreement(story, comparisons)


@autoviz.command(cls=ExpressionCommand, short_help="A page whose expression can be edited.")
@source_options
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    help="Where it listens.  [default: a port that is free]",
)
@click.option("--no-browser", is_flag=True, help="Don't open the browser.")
@packed(Source)
def serve(source: Source, port: int, no_browser: bool) -> None:
    """Serves a page on this machine in which the expression and its values can be edited.

    torch works out every change anew. The address is printed; only this machine can open it. Ctrl-C
    ends it. TEXT is the expression to begin with.

    \b
    Examples:
      autoviz serve
      autoviz serve "c = (a + b) * b" --set a=2 --set b=3
      autoviz serve "y = w * x; mse(y, t)" --set w=2 --set x=3 --set t=5 --data t --no-browser
    """
    from graphgen.commands.serve import first_of
    from graphgen.commands.serve import serve as serve_until_interrupted

    serve_until_interrupted(first_of(source), port, not no_browser)


def _render(
    graph: "Graph",
    title: str,
    style: Style,
    folding: Folding,
    targets: "Sequence[Target]",
    delivery: Delivery,
    meter: "Meter",
) -> None:
    """From a graph on: its picture, written."""
    from graphgen.commands.delivering import deliver, note, picture_writer
    from graphgen.commands.parts import needs_layout
    from graphgen.commands.stages import chosen
    from graphgen.layout.pipeline import picture_of, story_of
    from graphgen.model.theme import theme_of

    choices = chosen(folding, style, title)
    story = story_of(graph, choices)
    note(story.graph.notes, delivery.quiet)
    meter.report("placing")
    theme = theme_of(style.theme or "dark")
    picture = picture_of(story, choices, theme, is_placed=needs_layout(targets))
    still = picture_writer(picture, delivery, meter, graph, style.theme)
    deliver(targets, delivery, _filmed(picture, delivery, meter), still, picture)


def _film(
    picture: "Picture", targets: "Sequence[Target]", delivery: Delivery, meter: "Meter"
) -> None:
    from graphgen.commands.delivering import deliver, note

    note(picture.story.graph.notes, delivery.quiet)
    film = _filmed(picture, delivery, meter)
    deliver(targets, delivery, film, film, picture)


def _show_lesson(lesson: "Lesson", delivery: Delivery, name: str) -> None:
    """Writes what was asked for of a saved scene of the course."""
    from graphgen.commands.delivering import checked_targets, meter

    targets = checked_targets(delivery, name, is_placed=True, known=(*FILMS, *LESSONS))
    with meter(delivery.quiet) as measured:
        _teach(lesson, targets, delivery, measured)


def _show_scene(request: "Request", scene: "Scene[Any]", delivery: Delivery) -> None:
    """Writes what was asked for of a scene of the course."""
    from graphgen.commands.courses import taught
    from graphgen.commands.delivering import checked_targets, meter
    from graphgen.course.pictured import Pictured

    shows_graph = scene.recorded is Pictured
    known = [*FILMS, *(each for each in LESSONS if shows_graph or each != ".dot")]
    targets = checked_targets(delivery, scene.name, is_placed=True, known=known)
    with meter(delivery.quiet) as measured, _ahead(targets, delivery) as on_torch:
        measured.report("computing")
        _teach(taught(scene, request, on_torch), targets, delivery, measured)


def _teach(
    lesson: "Lesson", targets: "Sequence[Target]", delivery: Delivery, meter: "Meter"
) -> None:
    from graphgen.commands.delivering import deliver, lesson_writer

    film = _filmed(lesson, delivery, meter)
    still = lesson_writer(lesson, delivery, meter)
    deliver(targets, delivery, film, still, lesson)


@contextmanager
def _ahead(targets: "Sequence[Target]", delivery: Delivery) -> Iterator[Callable[[], None]]:
    """What to call before torch is loaded: processes get ready meanwhile to draw the films."""
    with ExitStack() as stack:

        def on_torch() -> None:
            if any(target.is_film for target in targets):
                from graphgen.scenes import head_start

                stack.enter_context(head_start(delivery.jobs))

        yield on_torch


render.add_command(SceneGroup(_show_scene))
for command in (cache, completion, doctor):
    autoviz.add_command(command)
autoviz.add_command(lecture_group(lambda: import_module("graphgen.scenes.lecture.doors")))
autoviz.add_command(slides_command(lambda: import_module("graphgen.scenes.film.posters")))


def _filmed(content: "Content", delivery: Delivery, meter: "Meter") -> "Writer":
    """What puts a film in its place; for standard output, its bytes by way of a folder."""

    def written(target: "Target") -> "bytes | tuple[Path, ...]":
        from graphgen.commands.caching import film_cache
        from graphgen.model.private_folders import private_folder
        from graphgen.scenes import Progress, quality_of, render_video

        def report(progress: Progress) -> None:
            meter.report(f"filming {target.suffix}", progress.done_frames, progress.total_frames)

        def film(path: Path) -> None:
            render_video(
                content,
                path,
                quality=cast("Any", delivery.quality) or quality_of(delivery.preset),
                transparent=delivery.transparent,
                jobs=delivery.jobs,
                preset=cast("Any", delivery.preset),
                aspect=delivery.aspect,
                on_progress=report,
                cache=film_cache(),
            )

        if target.path is None:
            with private_folder() as folder:
                path = folder / f"film{target.suffix}"
                film(path)
                return path.read_bytes()
        film(target.path)
        if delivery.slides and target.format.has_slides:
            return target.path, _presented(content, target.path, meter)
        return (target.path,)

    return written


def _presented(content: "Content", film: Path, meter: "Meter") -> Path:
    from graphgen.scenes import write_slides

    return write_slides(content, film, lambda done: meter.report(f"cutting slide {done + 1}"))
