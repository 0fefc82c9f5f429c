"""Lectures drawn by the workers of a cluster: whole, also when a worker is killed in the middle."""

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from graphgen.scenes.film import cluster, producing
from graphgen.scenes.film.crew import Crew
from graphgen.scenes.film.producing import Film, produce
from graphgen.scenes.film.reels import reel_of
from graphgen.scenes.film.settings import encoding_of, frame_of
from graphgen.scenes.lecture.building import build
from graphgen.scenes.lecture.edition import Edition
from graphgen.scenes.lecture.plans import Plan, plan_of

from graphgen.lecture.reading import read_lecture
from graphgen.lecture.scripting import script_of
from graphgen.model.errors import MissingPartError, RenderError
from graphgen.model.store import Store
from tests.drills.cluster import FAULTS, survived
from tests.test_video import short_picture

LECTURE = """
title = "One"
[[sections]]
heading = "First"
expr = "y = x ** 2"
values = { x = 2 }
seconds_per_step = 0.2
"""

pytestmark = [pytest.mark.dot, pytest.mark.slow]


@pytest.fixture(scope="module")
def workers() -> Iterator[Any]:
    """A cluster of two processes on this machine; a killed one is started again."""
    import dask
    import distributed

    once = {"distributed.scheduler.allowed-failures": 1}
    with (
        dask.config.set(once),
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, memory_limit=0, dashboard_address=None
        ) as local,
    ):
        yield local


def plan(store: Store) -> Plan:
    return plan_of(Edition(script_of(read_lecture(LECTURE), store), "l", "draft"))


def test_any_backend_of_joblib_draws_the_same(workers: Any, tmp_path: Path) -> None:
    from distributed import Client
    from joblib import parallel_config

    two = plan(Store(tmp_path / "told"))
    with Client(workers) as client, parallel_config(backend="dask", client=client):
        built = build(two, tmp_path / "a.mp4", Crew(1), Store(None))
    assert built.drawn == two.frames


def test_a_lecture_survives_a_worker_that_is_killed_in_the_middle(
    workers: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, two = Store(tmp_path / "store"), plan(Store(tmp_path / "store"))
    pids = [nanny.pid for nanny in workers.workers.values()]
    killed: list[int] = []
    keep = producing.Floor._deliver

    def killing(floor: Any, take: Any) -> None:
        keep(floor, take)
        if not killed:
            killed.append(pids[0])
            os.kill(pids[0], signal.SIGKILL)

    monkeypatch.setattr(producing.Floor, "_deliver", killing)
    seen: list[Any] = []
    crew = Crew(cluster=workers.scheduler_address)
    built = build(two, tmp_path / "a.mp4", crew, store, seen.append)
    assert killed
    assert built.drawn == two.frames
    assert seen[-1].done_frames == two.frames
    monkeypatch.undo()
    alone = build(two, tmp_path / "b.mp4", Crew(1), Store(None))
    assert [p.read_bytes() for p in built.files] == [p.read_bytes() for p in alone.files]


def test_workers_with_another_autoviz_are_refused(
    workers: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "made_by", lambda: "manim 0.1\nautoviz 1234")
    with pytest.raises(RenderError, match=r"manim 0\.1 here and manim \d"):
        build(plan(Store(None)), tmp_path / "a.mp4", Crew(cluster=workers.scheduler_address),
              Store(None))  # fmt: skip


def test_a_cluster_that_is_not_there_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "_PATIENCE", 1)
    with pytest.raises(RenderError, match="dask scheduler"):
        build(plan(Store(None)), tmp_path / "a.mp4", Crew(cluster="tcp://127.0.0.1:9"), Store(None))
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with pytest.raises(MissingPartError, match=r"autoviz-torch\[cluster\]"):
        build(plan(Store(None)), tmp_path / "a.mp4", Crew(cluster="tcp://x:1"), Store(None))


@pytest.mark.parametrize("fault", FAULTS)
def test_a_cluster_that_is_lost_is_told_in_a_line_and_a_second_run_goes_on(
    fault: str, tmp_path: Path
) -> None:
    assert survived(fault, 1 if "killed" in fault else 0, tmp_path) == "told, and gone on with"


def test_a_segment_that_kills_every_worker_is_an_error(
    workers: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers.scheduler, "allowed_failures", 0)
    picture, frame = short_picture(), frame_of("l", "16:9", ".mp4")
    reel = replace(reel_of(picture, frame), scene="tests.unruly_scenes:DiesAtTheThirdStep")
    film = Film(reel, frame, encoding_of(".mp4", False, "draft", frame))
    with pytest.raises(RenderError, match="ended several workers"):
        produce([film], tmp_path, Crew(cluster=workers.scheduler_address), Store(None))
