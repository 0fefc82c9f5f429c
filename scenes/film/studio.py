"""Manim, quiet and as it was made: no configuration or folder of the user's plays a part."""

import configparser
import logging
import tempfile
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from .settings import Frame

__all__ = ["load_manim", "studio"]

_ALONE = Lock()
"""Manim has one configuration for all threads: two films at once would set each other's size."""


@contextmanager
def studio(
    folder: Path, frame: Frame, page: str, transparent: bool, container: str
) -> Iterator[None]:
    """Within this context Manim draws frames of this size, and keeps its files in a folder.

    Args:
        folder: private to this process; the user's own media folder is never touched.
        frame: the size in pixels, and the rate in frames per second.
        page: the colour behind everything, as "#rrggbb".
        transparent: whether the page is left out.
        container: the format of Manim's output.

    Returns:
        Nothing is yielded.
    """
    with _ALONE, _furnished(folder, _ours(folder, frame, page, transparent), container):
        yield


@contextmanager
def _furnished(folder: Path, ours: dict[str, object], container: str) -> Iterator[None]:
    manim = load_manim(folder)
    others = _of_others(manim)
    level, before = manim.logger.level, tempfile.tempdir
    tempfile.tempdir = str(folder)  # so that nothing stays when the process is killed
    try:
        manim.logger.setLevel(logging.ERROR)  # before the format is set, which can warn
        with _settings(others), _settings({**ours, "format": container}):
            yield
    finally:
        manim.logger.setLevel(level)
        tempfile.tempdir = before


def _of_others(manim: Any) -> dict[str, object]:
    """What has to be set for Manim to be as it was made."""
    defaults = _defaults(Path(manim.__file__).parent)
    return {
        key: value
        for key, value in defaults.items()
        if key not in _KEPT and manim.config[key] != value
    }


_KEPT = ("quality", "seed")
"""Settings that stay as they are: quality sets the sizes again, and no scene of ours draws lots."""


@cache
def _defaults(manim: Path) -> dict[str, Any]:
    """Manim's settings as they were made."""
    from manim import config

    defaults, parser = type(config)(), configparser.ConfigParser()
    parser.read(manim / "_config" / "default.cfg")
    if parser.sections():
        defaults.digest_parser(parser)
    return dict(defaults)


@contextmanager
def _settings(changed: dict[str, object]) -> Iterator[None]:
    """Within this context Manim has these settings, set one after the other.

    Manim's tempconfig sets all others again, too, and with each renderer walks over all classes.
    """
    from manim import config

    before = {key: config[key] for key in changed}
    try:
        config.update(changed)
        yield
    finally:
        config.update(before)


def load_manim(folder: Path) -> Any:
    """Manim, which reads the manim.cfg of the folder that it is imported in."""
    with chdir(folder):
        import manim
    return manim


def _ours(folder: Path, frame: Frame, page: str, transparent: bool) -> dict[str, object]:
    return {
        "media_dir": str(folder),
        "assets_dir": str(folder),
        "pixel_width": frame.width,
        "pixel_height": frame.height,
        "frame_rate": frame.rate,
        "frame_width": frame.units[0],
        "frame_height": frame.units[1],
        "background_color": page,
        "background_opacity": 0.0 if transparent else 1.0,
        "disable_caching": True,
        "max_files_cached": -1,
        "notify_outdated_version": False,
        "progress_bar": "none",
        "write_all": False,
    }
