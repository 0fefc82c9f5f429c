"""What the tests share: those that need a program say so with a marker and are left out without it.

`make test` installs all of the programs, so there nothing is left out.
"""

import os
import shutil
import signal
from collections.abc import Iterator

# Each worker has a core of its own; torch with more threads than that only gets in its own way.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest
from hypothesis import settings

from tests.resuming import Resuming

# A shell's background is deaf to Ctrl-C, and so would be the programs that tests start there.
signal.signal(signal.SIGINT, signal.default_int_handler)

# How long an example takes says more of what else the machine does than of the code.
settings.register_profile("autoviz", deadline=None)
settings.load_profile("autoviz")


@pytest.fixture(autouse=True, scope="session")
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No film of a test is kept in, or taken from, the person's own cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


PROGRAMS = {"dot": ("dot",), "browser": ("chromium", "chromium-browser", "google-chrome")}
"""Marker -> the programs, one of which it needs."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds --go-on."""
    parser.addoption(
        "--go-on",
        action="store_true",
        help="After a run that was broken off, leave out what it had passed.",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Leaves out, with --go-on, what a run that was broken off had passed."""
    if config.getoption("--go-on"):
        folder = config.rootpath / ".pytest_cache" / "going-on"
        plugin = Resuming(folder, config.rootpath, hasattr(config, "workerinput"))
        config.pluginmanager.register(plugin)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leaves out what needs a program that is not there."""
    for marker, programs in PROGRAMS.items():
        if any(shutil.which(program) for program in programs):
            continue
        without = pytest.mark.skip(reason=f"needs {programs[0]}, which is not installed")
        for item in items:
            if item.get_closest_marker(marker):
                item.add_marker(without)
