"""Starts the command `autoviz` with our own packages, whatever else is called graphgen nearby.

The module has the name of the distribution, so that a folder of the user's hardly has one like it;
all else is imported once it is known whose `graphgen` that will be.
"""

import _thread  # and nothing that takes time, so that signals are heeded from the start
import atexit
import os
import signal
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType

__all__ = ["main"]

_WORDS = {signal.SIGINT: "interrupted", signal.SIGTERM: "terminated"}
"""What the line says that is written when one of these signals ends the run."""

_CLEAR_LINE = b"\r\x1b[2K\x1b[?25h"
"""Takes a bar away from a terminal, and shows the cursor again that it hides."""

_done: list[int] = []
"""The status, once all is done."""

_ending = _thread.allocate_lock()
_ended_by = 0
"""The thread that ends the process."""


def main() -> int:
    """Runs the command with the process's own arguments.

    Returns:
        The exit status: 0 done, 1 failed, 2 bad input, 3 a system part is missing,
        130 interrupted, 143 terminated.
    """
    _heed_signals()
    _put_own_packages_first()
    from graphgen.commands.autoviz import main as run

    status = run()
    _done.append(status)
    return status


def _heed_signals() -> None:
    """From here on SIGINT and SIGTERM end the process, whatever it does, with all that it started.

    No exception is raised for that: libraries swallow exceptions in callbacks and half-done
    imports. While the main thread is in code that isn't Python's, another one ends the process.
    """
    heeded = [number for number in _WORDS if signal.getsignal(number) is not signal.SIG_IGN]
    for number in heeded:  # not what a shell's background, or nohup, is to be deaf to
        signal.signal(number, _end)
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    _thread.start_new_thread(_watch, (reading,))
    atexit.register(_leave, heeded)


def _watch(pipe: int) -> None:
    while True:
        for number in os.read(pipe, 1):
            if number in _WORDS and signal.getsignal(number) is _end:  # not the user's own handler
                _end(number, None)


def _end(number: int, frame: "FrameType | None") -> None:
    global _ended_by
    if _ended_by == _thread.get_ident():  # a second signal, in the middle of this
        return
    _ending.acquire()  # for good: whoever comes second stays here until the process ends
    _ended_by = _thread.get_ident()
    try:
        leftovers = sys.modules.get("graphgen.model.leftovers")
        if leftovers is not None:
            leftovers.remove_all()
    finally:  # also where that is only just being imported, and has nothing to remove
        try:
            is_terminal = os.isatty(2) and os.environ.get("TERM", "dumb") != "dumb"
            line = f"Error: {_WORDS[signal.Signals(number)]}\n".encode()
            os.write(2, _CLEAR_LINE * is_terminal + line)
        finally:
            os._exit(128 + number)


def _leave(heeded: list[signal.Signals]) -> None:
    """Ends the process: Python would go on to take its modules apart, and heed nothing."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(_done[0])
    except (OSError, ValueError, AttributeError, IndexError):  # Python says what it finds wrong
        for number in heeded:
            signal.signal(number, signal.SIG_IGN)


def _put_own_packages_first() -> None:
    """Where another graphgen would be imported, ours is, here and in the processes started."""
    from importlib.machinery import PathFinder

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
