"""SIGINT and SIGTERM at every moment of a run, in steps of 20 ms.

Whether the run has got to its first line, the system says: from there on it catches SIGTERM.
"""

import os
import signal
import subprocess
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.drills.commands import command, living, program
from tests.drills.protocol import Case, Drill

__all__ = ["DRILL", "Moment", "ended", "moments"]

_STEP, _UNTIL = 0.02, 6.0
_PATIENCE = 2.0
_STATUS = {signal.SIGINT: 130, signal.SIGTERM: 143}
_EXPRESSION = ("c = (a + b) * b; d = c * a; e = d + c", "--set", "a=2", "--set", "b=3")
_OLD = b"old"

BEFORE = "before the first line"


@dataclass(frozen=True, slots=True)
class Moment:
    """What is sent, when, to which run.

    Attributes:
        suffix: of the target, which says what runs: a film or a picture.
        after: seconds from the start of the process.
        to_group: whether all processes of the run get it, as Ctrl-C does in a terminal.
        twice: whether it is sent again 20 ms later.
    """

    suffix: str
    number: signal.Signals
    after: float
    to_group: bool = False
    twice: bool = False

    @property
    def name(self) -> str:
        """As the drill calls it."""
        how = f"{' to the group' * self.to_group}{', twice' * self.twice}"
        return f"{self.suffix} {self.number.name} after {self.after:.2f} s{how}"


def moments(suffixes: Sequence[str], every: int = 1) -> Iterator[Moment]:
    """All moments; in turn to the process alone, to its group, and twice."""
    for step in range(0, round(_UNTIL / _STEP), every):
        for suffix in suffixes:
            for number in _STATUS:
                to_group, twice = step // every % 3 == 1, step // every % 3 == 2
                yield Moment(suffix, number, step * _STEP, to_group, twice)


def ended(moment: Moment, folder: Path) -> str:
    """How a run came to its end.

    Returns:
        "ended" by the signal as it should be, "finished" before it came, or "before the first
        line" where it died of it.

    Raises:
        AssertionError: it ended in any other way, or left something.
    """
    out = folder / "out"
    out.mkdir()
    target = out / f"x{moment.suffix}"
    target.write_bytes(_OLD)
    words = [program("autoviz"), "render", "expr", *_EXPRESSION, "-q", "l", "-o", str(target)]
    with command(words, folder) as process:
        is_ours = _send(process, moment)
        sent = time.monotonic()
        try:
            status = process.wait(_PATIENCE if is_ours is not None else 60)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"still running {_PATIENCE} s after the signal") from None
        took = time.monotonic() - sent
        said = (folder / "said").read_bytes().decode(errors="replace")
        outcome = _outcome(moment, status, is_ours, took, said)
        is_before = outcome == BEFORE
        _check_nothing_is_left(process.pid, folder, target, is_before)
    return outcome


def _outcome(moment: Moment, status: int, is_ours: bool | None, took: float, said: str) -> str:
    told = f"status {status} after {took:.2f} s: {said[-200:]!r}"
    if status == _STATUS[moment.number]:
        assert len(said.splitlines()) == 1, told
        return "ended"
    is_its_death = status == -moment.number or "KeyboardInterrupt" in said  # Python's own
    if is_ours is False and is_its_death:
        return BEFORE
    assert status == 0, told
    assert is_ours is None or took < 0.2, f"the signal was not heeded; {told}"
    return "finished"


def _send(process: "subprocess.Popen[bytes]", moment: Moment) -> bool | None:
    """Sends the signal; whether the run had got to its first line, or None where it had ended."""
    try:
        process.wait(moment.after)
        return None
    except subprocess.TimeoutExpired:
        is_ours = _catches(process.pid, signal.SIGTERM)
    for _ in range(1 + moment.twice):
        if moment.to_group:
            os.killpg(process.pid, moment.number)
        else:
            process.send_signal(moment.number)
        if moment.twice:
            time.sleep(_STEP)
    return is_ours


def _catches(pid: int, number: signal.Signals) -> bool:
    """Whether a process has a handler for a signal."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("SigCgt:"):
            return bool(int(line.split()[1], 16) >> (number - 1) & 1)
    return False


def _check_nothing_is_left(session: int, folder: Path, target: Path, is_before: bool) -> None:
    until = time.monotonic() + _PATIENCE
    while (running := living(session)) and time.monotonic() < until:
        time.sleep(0.02)
    assert not running, f"processes are left: {[_command(pid) for pid in running]}"
    left = [*(folder / "tmp").iterdir(), *(folder / "cache").rglob("*.part")]
    left += [path for path in target.parent.iterdir() if path != target]
    assert not left, f"files and folders are left: {[path.name for path in left]}"
    content = target.read_bytes()
    assert content == _OLD or (not is_before and _is_complete(content, target.suffix)), (
        f"a target of {len(content)} bytes, neither old nor complete"
    )


def _is_complete(content: bytes, suffix: str) -> bool:
    if suffix == ".svg":
        return content.rstrip().endswith(b"</svg>")
    end = 0
    while end < len(content):  # the boxes of an MP4 fill it to the last byte
        end += int.from_bytes(content[end : end + 4], "big") or len(content)
    return end == len(content) > len(_OLD)


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")[-80:]
    except OSError:
        return "gone meanwhile"


def _cases() -> Iterable[Case]:
    for moment in moments((".mp4", ".svg")):
        yield Case(moment.name, partial(ended, moment))


DRILL = Drill(
    "signals",
    "SIGINT and SIGTERM, to the process, to its group and twice, every 20 ms over the first 6 s of "
    "a film and of a picture: it ends within 2 s with 130 or 143, one line, no process and no "
    "folder left, the target old or complete; before its first line it may die of the signal",
    _cases,
    at_once=2,
)
