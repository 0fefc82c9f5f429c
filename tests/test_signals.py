"""SIGINT and SIGTERM end a run at once, wherever it is, and nothing of it is left."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.drills.signals import Moment, ended

ROOT = Path(__file__).parent.parent
BOTH = [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated")]
BUSY = {
    "swallows every exception": "while True:\n  try: time.sleep(1)\n  except BaseException: pass",
    "is in code that isn't Python's": "hashlib.pbkdf2_hmac('sha256', b'', b'', 10**9)",
    "holds on in a thread": "threading.Timer(99, print).start(); threading.Event().wait()",
    "has processes of its own": "subprocess.run([sys.executable, '-c', WAITING])",
}
"""What a loss does when the signal comes."""


@pytest.mark.dot
@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize(
    ("suffix", "after", "to_group", "twice"),
    [
        (".svg", 0.0, False, False),
        (".svg", 0.2, True, False),
        (".svg", 0.9, False, False),
        (".mp4", 0.6, True, False),
        (".mp4", 1.4, False, True),
        (".mp4", 2.6, True, False),
    ],
)
def test_a_run_that_gets_a_signal_ends_at_once_and_leaves_nothing(
    suffix: str, after: float, to_group: bool, twice: bool, number: signal.Signals, tmp_path: Path
) -> None:
    assert ended(Moment(suffix, number, after, to_group, twice), tmp_path)


@pytest.mark.parametrize(("number", "status", "word"), BOTH)
@pytest.mark.parametrize("doing", BUSY)
def test_a_signal_ends_what_heeds_none(
    doing: str, number: int, status: int, word: str, tmp_path: Path
) -> None:
    lines = "\n".join(f"  {line}" for line in BUSY[doing].split("\n"))
    (tmp_path / "train.py").write_text(
        "import hashlib, subprocess, sys, threading, time\n"
        "WAITING = 'import signal, time; signal.signal(2, print); time.sleep(99)'\n"
        f"def loss():\n  open('began', 'w').close()\n{lines}\n"
    )
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "cli.py"), "tree", "train.py:loss"],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    until = time.monotonic() + 60
    while not (tmp_path / "began").exists() and time.monotonic() < until:
        time.sleep(0.05)
    time.sleep(0.2)
    process.send_signal(number)
    out, err = process.communicate(timeout=5)  # whatever holds the pipes has ended, too
    assert (process.returncode, out, err) == (status, b"", f"Error: {word}\n".encode())


def test_a_signal_that_was_ignored_from_the_start_stays_so(tmp_path: Path) -> None:
    def be_deaf() -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    process = subprocess.Popen(
        [sys.executable, str(ROOT / "cli.py"), "tree", "-", "--set", "a=3"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, preexec_fn=be_deaf, start_new_session=True,
    )  # fmt: skip
    time.sleep(1.0)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(b"a * a", timeout=60)
    assert process.returncode == 0
    assert b"value 9" in out


def test_a_handler_of_the_users_own_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(
        "import os, signal, torch\n"
        "def loss():\n"
        "  signal.signal(signal.SIGINT, lambda *_: print('heard', file=__import__('sys').stderr))\n"
        "  os.kill(os.getpid(), signal.SIGINT)\n"
        "  return torch.ones((), requires_grad=True) * 2\n"
    )
    done = subprocess.run(
        [sys.executable, str(ROOT / "cli.py"), "tree", "train.py:loss"],
        cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "heard\n")


def test_importing_the_entry_point_changes_no_handler() -> None:
    script = (
        "import signal, autoviz_torch; print(signal.getsignal(2) is signal.default_int_handler)"
    )
    said = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=True)
    assert said.stdout.strip() == b"True"


def test_what_was_registered_for_the_exit_is_done(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(
        "import atexit, sys, torch\n"
        "def loss():\n"
        "  atexit.register(print, 'at the exit', file=sys.stderr)\n"
        "  return torch.ones((), requires_grad=True) * 2\n"
    )
    done = subprocess.run(
        [sys.executable, str(ROOT / "cli.py"), "tree", "train.py:loss"],
        cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "at the exit\n")
    assert "value 2" in done.stdout


def test_a_full_pipe_at_the_exit_is_told() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, str(ROOT / "cli.py"), "tree", "a*a", "--set", "a=1"],
        stdout=writing, stderr=subprocess.PIPE, text=True, timeout=60, check=False,
    )  # fmt: skip
    os.close(writing)
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
