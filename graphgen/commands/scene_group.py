"""The group of the course's scenes; what it offers is looked up when it is asked for."""

from typing import TYPE_CHECKING

import click

from graphgen.commands.groups import Group

if TYPE_CHECKING:
    from graphgen.commands.courses import Show

__all__ = ["SceneGroup"]


class SceneGroup(Group):
    """A command for each scene.

    Args:
        show: what is done with what was asked of a scene.
    """

    def __init__(self, show: "Show") -> None:
        super().__init__("scene", short_help="A scene of the course.", help=_HELP)
        self._show = show

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the course."""
        from graphgen.course.registry import scene_names

        return list(scene_names())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a scene; None where there is none, which click tells."""
        from graphgen.commands.courses import scene_command
        from graphgen.course.registry import modules, scene_of

        return scene_command(scene_of(cmd_name), self._show) if cmd_name in modules() else None


_HELP = """Renders a scene of the course: any program of its kind, or without one the course's own.

\b
Examples:
  autoviz render scene tangent -o tangent.mp4
  autoviz render scene tangent "sin(x)" --from -4 --to 4 -o slope.svg --svg steps
"""
