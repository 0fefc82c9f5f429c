"""A take: the parts of a segment that was drawn, with what it takes to trust them later.

take.json   {"parts": [{"file": "000.mp4", "frames": 90, "repeat": 1, "digest": "..."}]}
"""

import json
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path

from scenes.film.joining import Part

__all__ = ["digest_of", "read_take", "write_take"]

_NAME = "take.json"


def write_take(folder: Path, parts: Sequence[Part]) -> None:
    """Note the parts of a folder; the note is there only when all of them are."""
    noted = [
        {
            "file": part.path.name,
            "frames": part.frames,
            "repeat": part.repeat,
            "digest": digest_of(part.path.read_bytes()),
        }
        for part in parts
    ]
    beside = folder / f"{_NAME}.part"
    beside.write_text(json.dumps({"parts": noted}))
    beside.replace(folder / _NAME)


def read_take(folder: Path) -> tuple[Part, ...] | None:
    """The parts of a folder, each as it was written; None where anything is missing or changed."""
    try:
        noted = json.loads((folder / _NAME).read_text())["parts"]
        if any(digest_of((folder / one["file"]).read_bytes()) != one["digest"] for one in noted):
            return None
        return tuple(Part(folder / one["file"], one["frames"], one["repeat"]) for one in noted)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def digest_of(content: bytes) -> str:
    """What content of this kind is known by."""
    return blake2b(content, digest_size=20).hexdigest()
