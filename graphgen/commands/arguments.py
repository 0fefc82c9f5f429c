"""Arguments of the command line, with an expression among them that may begin with a minus sign."""

import re
from collections.abc import Collection, Sequence
from itertools import islice

import click

__all__ = ["ExpressionCommand", "apart"]

_LONG_OPTION = re.compile(r"--[A-Za-z][A-Za-z-]*(=.*)?", re.DOTALL)
_ATTACHED = {"-o": re.compile(r"[^*+/]*\.[A-Za-z0-9]{2,5}|-"), "-q": re.compile(r"[lmhpk]")}
"""What may stand right behind a short option, as in -ql; all else that begins so is a formula."""


class ExpressionCommand(click.Command):
    """A command that takes "-a*b" as an expression and not as options."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does, with expressions kept apart from options."""
        return super().parse_args(ctx, apart(args, self.get_params(ctx)))


def apart(arguments: Sequence[str], parameters: Sequence[click.Parameter]) -> list[str]:
    """The arguments, those that begin with a minus sign and are no options behind a "--".

    >>> text, names = click.Argument(["text"]), click.Option(["--set"])
    >>> apart(["-a*b", "--set", "a=2"], [text, names])
    ['--set', 'a=2', '--', '-a*b']
    """
    takes = {
        name: 0 if option.is_flag or option.count else 1
        for option in parameters
        if isinstance(option, click.Option)
        for name in (*option.opts, *option.secondary_opts)
    }
    options: list[str] = []
    rest: list[str] = []
    waiting = iter(arguments)
    for argument in waiting:
        if argument == "--":
            rest.extend(waiting)
        elif argument in takes:
            options.append(argument)
            options.extend(islice(waiting, takes[argument]))
        else:
            (options if _is_option(argument, takes) else rest).append(argument)
    return [*options, "--", *rest] if any(x.startswith("-") for x in rest) else [*options, *rest]


def _is_option(argument: str, known: Collection[str]) -> bool:
    """Whether it is an option of its own: one with its value attached, or one that isn't known."""
    if _LONG_OPTION.fullmatch(argument):
        return True
    attached = _ATTACHED.get(argument[:2])
    return argument[:2] in known and attached is not None and bool(attached.fullmatch(argument[2:]))
