"""The C libraries of pictures are found without a compiler."""

import ctypes.util
import subprocess
import sys

from graphgen.model.libraries import without_compilers

SCRIPT = """
import subprocess
started = []
begin = subprocess.Popen.__init__
def noted(self, words, *rest, **named):
    started.append(words[0])
    begin(self, words, *rest, **named)
subprocess.Popen.__init__ = noted
import graphgen.text.pango
import graphgen.outputs.cairo as cairo
cairo._part("cairosvg.parser")
print([name for name in started if "ldconfig" not in name])
"""


def test_importing_what_draws_letters_starts_no_compiler() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, check=True)
    assert done.stdout.decode().strip() == "[]"


def test_ctypes_is_afterwards_as_it_was() -> None:
    before = dict(vars(ctypes.util))
    with without_compilers():
        assert ctypes.util.find_library("surely-not-there") is None
    assert vars(ctypes.util) == before
