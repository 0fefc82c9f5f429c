"""Plan -> a lecture's film and all that goes with it, drawing only what isn't kept."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from graphgen.model.private_folders import private_folder
from graphgen.model.store import Store

from ..film.crew import Crew, draws_here
from ..film.producing import Floor, Progress
from ..film.shooting import Order
from ..video import check_encoder, full_disk_told
from .edition import made_of
from .finishing import Finisher
from .memory import Built, Memory
from .places import Places, check_target, files_of
from .plans import Plan

__all__ = ["Sections", "build", "completed"]


@dataclass(frozen=True, slots=True)
class Sections:
    """How far a lecture is: frames that had to be drawn, and sections that are all there."""

    done_frames: int
    total_frames: int
    done: int
    total: int


def build(
    plan: Plan,
    path: Path,
    crew: Crew,
    store: Store,
    on_progress: Callable[[Sections], None] | None = None,
) -> Built:
    """Build a lecture.

    Args:
        plan: the films of the sections, as segments.
        path: where the film goes; the other files go beside it.
        crew: how many processes there are, or which cluster.
        store: where segments are kept, and looked for.
        on_progress: is told how far it is, from a thread of its own.

    Returns:
        The files, the length in seconds and the count of frames drawn.

    Raises:
        OutputError: a place can't be written.
        MissingPartError: no font, or no encoder.
        RenderError: a step that can't be drawn.
    """
    check_target(path)
    places, memory = Places(path), Memory(store, path)
    check_encoder(plan.films[0].encoding)
    drawn = 0

    def tell(progress: Progress) -> None:
        nonlocal drawn
        drawn = progress.total_frames
        if on_progress is not None:
            on_progress(_sections(progress, len(plan.told)))

    with full_disk_told(), private_folder() as folder:
        floor = Floor(plan.films, folder, store)
        _draw(plan, floor, folder, places, crew, tell)
    built = Built(files_of(plan.script, places), plan.seconds, drawn, is_new=True)
    is_whole = len(plan.told) == plan.script.count
    memory.note(made_of(plan.edition), built, places.clips, is_whole)
    return built


def _draw(
    plan: Plan,
    floor: Floor,
    folder: Path,
    places: Places,
    crew: Crew,
    tell: Callable[[Progress], None],
) -> None:
    """Draw what isn't kept; each section is finished as soon as all of it is there."""
    ready: list[Order] = []
    missing = floor.fetch(floor.orders, ready.append)
    is_early = bool(missing) and not draws_here(crew, missing)
    with Finisher(plan, floor, folder, places, is_early) as finisher:
        for order in ready:
            finisher.took(order)
        floor.draw(missing, crew, tell, finisher.took)
        finisher.finish()


def completed(plan: Plan, floor: Floor, folder: Path, path: Path) -> Built:
    """The files of a lecture of which every take is there.

    Args:
        plan: the films of the sections, as segments.
        floor: has the takes.
        folder: a private one.
        path: where the film goes; the other files go beside it.

    Returns:
        The files and the length in seconds; no frame was drawn.
    """
    places = Places(path)
    with full_disk_told(), Finisher(plan, floor, folder, places) as finisher:
        finisher.finish()
    return Built(files_of(plan.script, places), plan.seconds, 0, is_new=True)


def _sections(progress: Progress, count: int) -> Sections:
    waiting = {film // 2 for film in progress.waiting}
    done, total = progress.done_frames, progress.total_frames
    return Sections(done, total, count - len(waiting), count)
