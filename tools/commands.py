"""Writes docs/commands.md from the commands themselves; --check only says whether it is current."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from graphgen.commands.autoviz import autoviz  # noqa: E402  (the path comes first)

PAGE = ROOT / "docs" / "commands.md"
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


def main() -> int:
    """Writes the page, or with --check says with its status whether it is current."""
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(page(), encoding="utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == page():
        return 0
    print(
        "docs/commands.md as it is written now: it is older; run: make reference", file=sys.stderr
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
