"""Writes what the docs say of commands and functions from these themselves.

That is docs/commands.md, and the table of functions in docs/expressions.md; --check only says
whether they are current.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from graphgen.commands.autoviz import autoviz  # noqa: E402  (the path comes first)
from graphgen.ops import FUNCTIONS  # noqa: E402

PAGE = ROOT / "docs" / "commands.md"
EXPRESSIONS = ROOT / "docs" / "expressions.md"
TABLE = re.compile(r"(?<=\| function \| meaning \|\n\| --- \| --- \|\n)(?:\| .*\n)+")
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


def main() -> int:
    """Writes both pages, or with --check says with its status whether they are current."""
    status = 0
    for path, text in ((PAGE, page()), (EXPRESSIONS, expressions())):
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
