"""The commands about this machine: what it has, what is kept on it, what its shell completes."""

import click

from graphgen.commands.saying import say

__all__ = ["cache", "completion", "doctor"]


@click.command(short_help="What is kept of films, and how much of it.")
@click.option("--clear", is_flag=True, help="Let go of all of it.")
@click.option(
    "--limit", metavar="SIZE", help="Keep at most so much from now on, as in 500MB or 4GB."
)
def cache(clear: bool, limit: str | None) -> None:
    """Says where finished parts of films and lectures are kept, and how much there is.

    They are what makes an unchanged film ready at once; the oldest leave when the limit is reached.

    \b
    Examples:
      autoviz cache
      autoviz cache --limit 4GB
      autoviz cache --clear
    """
    from graphgen.commands.caching import tend

    say(tend(clear, limit))


@click.command(short_help="What is there, and what is missing.")
def doctor() -> None:
    """Says what is there and what is missing, with the command that mends it.

    \b
    Example:
      autoviz doctor
    """
    from graphgen.commands.doctor import examine, report
    from graphgen.model.errors import MissingPartError

    findings = list(examine())
    say(report(findings), nl=False)
    missing = [finding.part for finding in findings if not finding.found]
    if missing:
        raise MissingPartError(f"all parts: {', '.join(missing)} missing; run the commands above")


@click.command(short_help="Completion for your shell.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Prints a script that makes the SHELL complete autoviz's commands and options.

    \b
    Example:
      eval "$(autoviz completion bash)"
    """
    from click.shell_completion import get_completion_class

    kind, whole = get_completion_class(shell), click.get_current_context().find_root().command
    if kind is not None:
        click.echo(kind(whole, {}, "autoviz", "_AUTOVIZ_COMPLETE").source())
