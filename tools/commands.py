"""Writes what is said of commands, functions and scenes from these themselves.

That is docs/commands.md, the table of functions in docs/expressions.md, the table of scenes and
their commands in docs/scenes.md, and the types of the scenes' classes in
graphgen/scenes/__init__.pyi; --check only says whether they are current.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from graphgen.commands.autoviz import autoviz  # noqa: E402  (the path comes first)
from graphgen.course.registry import all_scenes  # noqa: E402
from graphgen.course.scene import Scene  # noqa: E402
from graphgen.ops import FUNCTIONS  # noqa: E402

PAGE = ROOT / "docs" / "commands.md"
EXPRESSIONS = ROOT / "docs" / "expressions.md"
TABLE = re.compile(r"(?<=\| function \| meaning \|\n\| --- \| --- \|\n)(?:\| .*\n)+")
SCENES = ROOT / "docs" / "scenes.md"
SCENE_TABLE = re.compile(r"(?<=\| what it takes \| class \|\n)(?:\| .*\n)+")
"""The rows below the head of the table of scenes."""
SCENE_COMMANDS = re.compile(r"(?<=```sh\n)(?:autoviz render scene .*\n){9,}")
STUB = ROOT / "graphgen" / "scenes" / "__init__.pyi"
STUB_HEAD = '''"""What graphgen.scenes loads; tools/commands.py writes this stub."""

from scenes.backprop import BackpropScene as BackpropScene
from scenes.course import CourseScene as CourseScene
from scenes.film.manim_slides import write_slides as write_slides
from scenes.film.processes import head_start as head_start
from scenes.film.reels import Content as Content
from scenes.film.settings import quality_of as quality_of
from scenes.timeline import StoryboardScene as StoryboardScene
from scenes.timeline import TimelineScene as TimelineScene
from scenes.video import Progress as Progress
from scenes.video import render_video as render_video

__all__: list[str]

'''
HEAD = """# Every command

This page is written by `tools/commands.py` from what each command says with `--help`.

Exit status: 0 done, 1 failed, 2 bad input, 3 a system part is missing (see `autoviz doctor`),
130 interrupted, 143 terminated. Data goes to standard output, all else to standard error.
"""


def sections(command: click.Command, parent: click.Context | None, name: str) -> Iterator[str]:
    """A heading and the help of a command, and of the commands in it."""
    context = click.Context(
        command, parent=parent, info_name=name, terminal_width=96, **command.context_settings
    )
    yield f"\n## {context.command_path}\n\n```text\n{command.get_help(context)}\n```\n"
    if isinstance(command, click.Group):
        for inner in sorted(command.list_commands(context)):
            found = command.get_command(context, inner)
            if found is not None:
                yield from sections(found, context, inner)


def page() -> str:
    """The whole page."""
    return HEAD + "".join(sections(autoviz, None, "autoviz"))


def expressions() -> str:
    """The page of expressions, with the functions that there are."""
    rows = (
        f"| `{function.signature(name).replace(' or ', '`, `')}` | {function.meaning} |\n"
        for name, function in FUNCTIONS.items()
    )
    table = "".join(rows)
    return TABLE.sub(lambda _: table, EXPRESSIONS.read_text(encoding="utf-8"))


def scenes() -> str:
    """The page of the scenes, with those that there are and a command for each."""
    rows, commands = "| --- | --- | --- | --- |\n", ""
    for scene in all_scenes():
        shows = scene.summary.removesuffix(".")
        rows += f"| `{scene.name}` | {shows} | {scene.takes} | `{scene.manim_name}` |\n"
        commands += f"autoviz render scene {_as_svg(scene)}\n"
    text = SCENE_TABLE.sub(lambda _: rows, SCENES.read_text(encoding="utf-8"))
    return SCENE_COMMANDS.sub(lambda _: commands, text)


def _as_svg(scene: Scene[Any]) -> str:
    """A scene's shortest example that needs no file, as a picture."""
    example = min((each for each in scene.examples if ".py:" not in each), key=len)
    return re.sub(r"-o ([\w-]+)\.\w+.*", r"-o \1.svg", example)


def stub() -> str:
    """The stub of graphgen.scenes, with a class for each scene of the course."""
    names = sorted(scene.manim_name for scene in all_scenes())
    return STUB_HEAD + "".join(
        f"class {name}(CourseScene): ...\n" for name in names if f" {name}\n" not in STUB_HEAD
    )


def main() -> int:
    """Writes them, or with --check says with its status whether they are current."""
    status = 0
    written = ((PAGE, page), (EXPRESSIONS, expressions), (SCENES, scenes), (STUB, stub))
    for path, text in ((path, write()) for path, write in written):
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        if "--check" not in sys.argv[1:]:
            path.write_text(text, encoding="utf-8")
            continue
        where = path.relative_to(ROOT)
        print(f"{where} as it is written now: it is older; run: make reference", file=sys.stderr)
        status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
