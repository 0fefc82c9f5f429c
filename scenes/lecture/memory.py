"""What came of the last build of a lecture: one that would come to the same needn't be built."""

import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graphgen.model.private_folders import private_folder
from graphgen.model.store import Store, digest_of, digest_of_file

__all__ = ["Built", "Memory"]

_NOTE = "built.json"


@dataclass(frozen=True, slots=True)
class Built:
    """What a build left: its files, the film first.

    Attributes:
        drawn: how many frames were drawn for it.
        is_new: whether any file was written.
    """

    files: tuple[Path, ...]
    seconds: float
    drawn: int
    is_new: bool


class Memory:
    """What the last build of a film was made of, and what its files were."""

    def __init__(self, store: Store, film: Path) -> None:
        self._store, self._key = store, digest_of(f"built\n{film.resolve()}".encode())

    def built(self, made_of: str, files: tuple[Path, ...]) -> Built | None:
        """The last build, if it was made of the same and its files are what they were."""
        noted = self._noted()
        if noted.get("made_of") != made_of:
            return None
        with suppress(OSError):
            if dict(map(_known, files)).items() <= noted["files"].items():
                return Built(files, noted["seconds"], 0, is_new=False)
        return None

    def note(self, made_of: str, built: Built, clips: Path, is_whole: bool) -> None:
        """Remember a build; one of which a file went into a pipe or a device isn't remembered.

        Args:
            made_of: a digest of all that the files depend on.
            built: what came of the build.
            clips: the folder of the sections' films; of a build of the whole lecture, those go that
                earlier builds have left there and that are as they left them.
            is_whole: whether all sections were built.
        """
        try:
            files = dict(map(_known, built.files))
        except OSError:
            return
        old = self._noted().get("files", {})
        others = {path: known for path, known in old.items() if path not in files}
        if is_whole:
            _sweep(others, clips)
            others = {}
        body = {"made_of": made_of, "seconds": built.seconds, "files": {**others, **files}}
        with private_folder() as folder:
            note = folder / _NOTE
            note.write_text(json.dumps(body))
            self._store.keep(self._key, [note])

    def _noted(self) -> dict[str, Any]:
        with private_folder() as folder:
            if not self._store.fetch(self._key, folder / "found"):
                return {}
            note: dict[str, Any] = json.loads((folder / "found" / _NOTE).read_bytes())
            return note


def _sweep(others: dict[str, str], clips: Path) -> None:
    """Take away clips of sections that are gone, where they are as they were left."""
    for path, known in others.items():
        with suppress(OSError):
            if Path(path).parent == clips.resolve() and digest_of_file(Path(path)) == known:
                Path(path).unlink()


def _known(file: Path) -> tuple[str, str]:
    """The whole path of a file, and what its content is known by."""
    return str(file.resolve()), digest_of_file(file)
