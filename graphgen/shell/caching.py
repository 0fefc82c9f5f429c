"""Where finished segments of films are kept between commands."""

import os
import sys
from pathlib import Path

__all__ = ["film_cache"]


def film_cache() -> Path | None:
    """The folder for films in the user's own cache, as each platform has it.

    Returns:
        A folder that need not be there yet; None where the user has no home.

    Source: XDG Base Directory Specification; File System Programming Guide (Apple); Known Folders.
    """
    given = {"win32": "LOCALAPPDATA", "darwin": ""}.get(sys.platform, "XDG_CACHE_HOME")
    named = Path(os.environ.get(given, "") if given else "")
    if named.is_absolute():
        return named / "autoviz" / "films"
    inside = {"win32": "AppData/Local", "darwin": "Library/Caches"}.get(sys.platform, ".cache")
    try:
        return Path.home() / inside / "autoviz" / "films"
    except RuntimeError:
        return None
