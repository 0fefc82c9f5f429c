"""A program of the system -> what it says, within a time and a length, whatever it does."""

import os
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from threading import Thread
from time import monotonic
from typing import IO

from graphgen.model.errors import RenderError

__all__ = ["Finished", "run_program"]

_LONGEST_ERRORS = 100_000


@dataclass(frozen=True, slots=True)
class Finished:
    """How a program ended, what it has written, and what it says of its errors."""

    status: int
    out: bytes
    errors: str


def run_program(
    words: Sequence[str], text: bytes = b"", seconds: float = 10.0, longest: int = 100_000
) -> Finished:
    """Run a program to its end.

    Args:
        words: its name and its arguments.
        text: what it reads.
        seconds: how long it may take; then it is killed, with all that it has started.
        longest: how many bytes it may write.

    Returns:
        Its exit status, the bytes on standard output, and the text on standard error.

    Raises:
        OSError: it can't be started.
        subprocess.TimeoutExpired: it took longer.
        RenderError: it wrote more.
    """
    pipe = subprocess.PIPE
    until = monotonic() + seconds
    with subprocess.Popen(
        words, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True
    ) as process:
        out, errors = _Reader(process.stdout, longest), _Reader(process.stderr, _LONGEST_ERRORS)
        writer = Thread(target=_write, args=(process.stdin, text), daemon=True)
        writer.start()
        try:
            for reader in (out, errors):
                reader.join(max(0.0, until - monotonic()))
                if reader.is_alive():
                    raise subprocess.TimeoutExpired(words, seconds)
            status = process.wait(max(0.0, until - monotonic()))
        finally:
            _kill(process)
            writer.join()
    if out.is_longer:
        raise RenderError(
            f"an answer of {words[0]}: it has no end (more than {longest:,} bytes); "
            f"see what {words[0]} is, and take one that answers"
        )
    return Finished(status, bytes(out.content), errors.content.decode(errors="replace"))


class _Reader(Thread):
    """Reads to the end, or until it is too long: then it ends, and so does whoever writes."""

    def __init__(self, stream: IO[bytes] | None, longest: int) -> None:
        super().__init__(daemon=True)
        self._stream, self._longest = stream, longest
        self.content = bytearray()
        self.is_longer = False
        self.start()

    def run(self) -> None:
        """Read."""
        if self._stream is None:
            return
        with self._stream:
            while block := self._stream.read1(1 << 16):  # type: ignore[attr-defined]
                self.content += block
                if len(self.content) > self._longest:
                    self.is_longer = True
                    return


def _write(stream: IO[bytes] | None, text: bytes) -> None:
    with suppress(OSError):  # it has ended without reading all
        if stream is not None:
            stream.write(text)
            stream.close()


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """End a program, if it still runs, and what it has started."""
    with suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
