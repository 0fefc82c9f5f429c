"""Script -> a lecture's film and all that goes with it, drawing only what isn't kept."""

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from graphgen.errors import OutputError
from graphgen.store import Store, digest_of, digest_of_file
from scenes.film.crew import Crew
from scenes.film.keeping import surroundings
from scenes.film.places import check, workshop
from scenes.film.producing import Floor, Progress
from scenes.lecture.finishing import Places, files_of, finish
from scenes.lecture.plans import Plan, digest
from scenes.video import check_encoder, full_disk_told

__all__ = ["Built", "Sections", "build", "check_target", "completed"]

_NOTE = "built.json"


@dataclass(frozen=True, slots=True)
class Sections:
    """How far a lecture is: frames that had to be drawn, and sections that are all there."""

    done_frames: int
    total_frames: int
    done: int
    total: int


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


def check_target(path: Path) -> None:
    """See that a lecture can be put there, before anything is computed.

    Raises:
        OutputError: it can't.
    """
    if path.suffix.lower() != ".mp4":
        raise OutputError(
            f"a lecture ends in .mp4, which has chapters and subtitles: got {path.name!r}; "
            "name it so"
        )
    places = Places(path)
    for place in (path, *places.texts, places.poster, places.deck):
        check(place)
    if places.clips.exists() and not places.clips.is_dir():
        raise OutputError(f"a folder for the sections: {places.clips} is a file; move it away")


def build(
    plan: Plan,
    path: Path,
    crew: Crew,
    store: Store,
    on_progress: Callable[[Sections], None] | None = None,
) -> Built:
    """Build a lecture.

    Args:
        path: where the film goes; the other files go beside it.
        store: where segments are kept, and looked for.
        on_progress: is told how far it is, from a thread of its own.

    Raises:
        OutputError: a place can't be written.
        MissingPartError: no font, or no encoder.
        RenderError: a step that can't be drawn.
    """
    check_target(path)
    places, memory = Places(path), _Memory(store, path)
    made_of = digest_of(f"{digest(plan)}\n{surroundings()}".encode())
    files = files_of(plan, places)
    if memory.holds(made_of, files):
        return Built(files, plan.seconds, 0, is_new=False)
    check_encoder(plan.films[0].encoding)
    drawn = 0

    def tell(progress: Progress) -> None:
        nonlocal drawn
        drawn = progress.total_frames
        if on_progress is not None:
            on_progress(_sections(progress, len(plan.told)))

    with full_disk_told(), workshop() as folder:
        floor = Floor(plan.films, folder, store)
        floor.draw(floor.orders, crew, tell)
        finish(plan, floor.parts(), folder, places)
        others = memory.others(files)
        if len(plan.told) == plan.script.count:
            others = _swept(others, places.clips)
        memory.note(made_of, files, others, folder)
    return Built(files, plan.seconds, drawn, is_new=True)


def completed(plan: Plan, floor: Floor, folder: Path, path: Path) -> Built:
    """The files of a lecture of which every take is there.

    Args:
        folder: a private one.
    """
    places = Places(path)
    with full_disk_told():
        finish(plan, floor.parts(), folder, places)
    return Built(files_of(plan, places), plan.seconds, 0, is_new=True)


def _sections(progress: Progress, count: int) -> Sections:
    waiting = {film // 2 for film in progress.waiting}
    done, total = progress.done_frames, progress.total_frames
    return Sections(done, total, count - len(waiting), count)


class _Memory:
    """What the last build of a film was made of, and what its files were."""

    def __init__(self, store: Store, film: Path) -> None:
        self._store, self._key = store, digest_of(f"built\n{film.resolve()}".encode())

    def holds(self, made_of: str, files: Sequence[Path]) -> bool:
        """Whether these files came of the same, and are what they were."""
        noted = self._noted()
        if noted.get("made_of") != made_of:
            return False
        with suppress(OSError):
            return bool(dict(map(_known, files)).items() <= noted["files"].items())
        return False

    def others(self, files: Sequence[Path]) -> dict[str, str]:
        """What earlier builds have left beside these files."""
        new = {str(file.resolve()) for file in files}
        old = self._noted().get("files", {})
        return {path: known for path, known in old.items() if path not in new}

    def note(
        self, made_of: str, files: Sequence[Path], others: dict[str, str], folder: Path
    ) -> None:
        """Remember a build."""
        body = {"made_of": made_of, "files": {**others, **dict(map(_known, files))}}
        note = folder / _NOTE
        note.write_text(json.dumps(body))
        self._store.keep(self._key, [note])

    def _noted(self) -> dict[str, Any]:
        with TemporaryDirectory(prefix="autoviz-built-") as folder:
            if not self._store.fetch(self._key, Path(folder) / "found"):
                return {}
            found: dict[str, Any] = json.loads((Path(folder) / "found" / _NOTE).read_bytes())
            return found


def _swept(others: dict[str, str], clips: Path) -> dict[str, str]:
    """Take away clips of sections that are gone, where they are as they were left."""
    for path, known in others.items():
        with suppress(OSError):
            if Path(path).parent == clips.resolve() and digest_of_file(Path(path)) == known:
                Path(path).unlink()
    return {}


def _known(file: Path) -> tuple[str, str]:
    """The whole path of a file, and what its content is known by."""
    return str(file.resolve()), digest_of_file(file)
