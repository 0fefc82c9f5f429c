"""Starts the command `autoviz` with our own packages, whatever else is called graphgen nearby.

The module has the name of the distribution, so that a folder of the user's hardly has one like it;
all else is imported once it is known whose `graphgen` that will be.
"""

import os
import sys
from importlib.machinery import PathFinder

__all__ = ["main"]


def main() -> int:
    """Runs the command with the process's own arguments.

    Returns:
        The exit status: 0 done, 1 failed, 2 bad input, 3 a system part is missing,
        130 interrupted, 143 terminated.
    """
    _put_own_packages_first()
    from graphgen.commands.autoviz import main as run

    return run()


def _put_own_packages_first() -> None:
    """Where another graphgen would be imported, ours is, here and in the processes started."""
    home = os.path.dirname(os.path.abspath(__file__))
    own = os.path.join(home, "graphgen")
    spec = None if "graphgen" in sys.modules else PathFinder.find_spec("graphgen")
    others = [place for place in (spec and spec.submodule_search_locations) or () if place != own]
    if spec is None or (not others and spec.submodule_search_locations):
        return
    where = others[0] if others else spec.origin
    print(f"note: {where} is not autoviz's graphgen, which is used here: {own}", file=sys.stderr)
    sys.path.insert(0, home)


if __name__ == "__main__":
    sys.exit(main())
