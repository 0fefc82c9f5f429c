"""What the command line asks of lectures: plain arguments in, files out."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from graphgen.lecture.script import Script
from graphgen.model.private_folders import private_folder
from graphgen.model.store import Store

from ..film.settings import Preset, Quality
from .edition import Edition, made_of
from .memory import Built, Memory
from .places import Places, check_target, files_of

__all__ = ["Asked", "build", "check", "join", "shard"]

Report = Callable[[str, int, int], None]
"""Is told what is going on, and how far it is."""


class Asked(Protocol):
    """How a lecture is to be filmed."""

    quality: Quality
    preview: bool
    jobs: int
    cluster: str


def check(path: Path) -> None:
    """See that a lecture can be put there, before anything is computed.

    Raises:
        OutputError: it can't.
    """
    check_target(path)


def build(script: Script, path: Path, asked: Asked, cache: Path | None, report: Report) -> Built:
    """Film a lecture.

    Args:
        script: the lecture with its sections recorded.
        path: where the film goes; the other files go beside it.
        asked: the quality, and how many processes or which cluster.
        cache: the folder that keeps finished segments; None keeps nothing.
        report: is called with what is being done, and how many of how many frames.

    Returns:
        The files, the length in seconds and the count of frames drawn.

    Raises:
        OutputError: a place can't be written.
        MissingPartError: no font, no encoder, or no dask.distributed for a cluster.
        RenderError: a step that can't be drawn.
    """

    edition, store = _edition(script, asked), Store(cache)
    last = Memory(store, path).built(made_of(edition), files_of(script, Places(path)))
    if last is not None:
        return last
    from ..film.crew import Crew
    from .building import Sections
    from .building import build as build_plan
    from .plans import plan_of

    def tell(at: Sections) -> None:
        report(f"{at.done} of {at.total} sections filmed", at.done_frames, at.total_frames)

    return build_plan(plan_of(edition), path, Crew(asked.jobs, asked.cluster), store, tell)


def shard(
    script: Script, folder: Path, share: str, asked: Asked, cache: Path | None, report: Report
) -> Path:
    """Film one share of a lecture, as in "3/16"; its folder within the folder that is given.

    Args:
        script: the lecture with its sections recorded.
        folder: gets a folder for this share.
        share: "3/16" is the third of sixteen.
        asked: the quality, and how many processes there are.
        cache: the folder that keeps finished segments; None keeps nothing.
        report: is called with what is being done, and how many of how many frames.

    Returns:
        The share's folder.

    Raises:
        InputError: there is no such share.
    """
    from ..film.crew import Crew
    from ..film.producing import Progress
    from .plans import plan_of
    from .shards import draw_shard, shard_of

    def tell(at: Progress) -> None:
        report(f"share {share}", at.done_frames, at.total_frames)

    plan, crew = plan_of(_edition(script, asked)), Crew(asked.jobs)
    return draw_shard(plan, folder, shard_of(share), crew, Store(cache), tell)


def join(folder: Path, path: Path) -> Built:
    """Join the shares in a folder to a lecture.

    Raises:
        InputError: there are none, they are of different lectures, or some are missing.
    """
    from .building import completed
    from .shards import collected

    with private_folder() as room:
        plan, floor = collected(folder, room)
        return completed(plan, floor, room, path)


def _edition(script: Script, asked: Asked) -> Edition:
    preset: Preset = "draft" if asked.preview else "final"
    return Edition(script, asked.quality, preset)
