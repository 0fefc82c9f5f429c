"""The command line's groups: one of a name that isn't known names the nearest."""

import click

from graphgen.model.suggestions import suggestion

__all__ = ["Group"]


class Group(click.Group):
    """A group of commands; the groups in it are of this class too."""

    group_class = type

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the first argument names.

        Raises:
            click.UsageError: there is none; the message has the nearest, or all.
        """
        name = args[0]
        is_known = self.get_command(ctx, name) is not None
        if not (is_known or ctx.resilient_parsing or name.startswith("-")):
            names = self.list_commands(ctx)
            hint = suggestion(name, names, f"there are {', '.join(names)}")
            ctx.fail(f"No such command {name[:60]!r}; {hint}")
        return super().resolve_command(ctx, args)
