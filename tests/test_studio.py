"""Manim's settings: each film gets its own, whoever else sets some; old takes make room."""

from pathlib import Path
from threading import Thread
from types import SimpleNamespace

import pytest
from graphgen.scenes.fast import Fast
from graphgen.scenes.film.settings import Frame, frame_of
from graphgen.scenes.film.shooting import check_camera
from graphgen.scenes.film.studio import studio
from manim import Camera, Scene, config, tempconfig

from graphgen.commands.caching import film_cache
from graphgen.model.errors import RenderError
from tests.manim_scenes import Shapes


def _seen(folder: Path, frame: Frame, container: str = "mp4") -> list[tuple[float, int]]:
    """The cameras that are made one after the other in a studio."""
    folder.mkdir()
    found = []
    with studio(folder, frame, "#000000", False, container):
        for _ in range(20):
            camera = Camera()
            found.append((camera.frame_rate, camera.pixel_width))
    return found


def test_two_films_in_threads_of_one_process_keep_their_own_frame_rates(tmp_path: Path) -> None:
    frames = [frame_of(quality, "16:9", ".mp4") for quality in "lmh"]
    found: dict[int, list[tuple[float, int]]] = {}

    def work(index: int) -> None:
        found[index] = _seen(tmp_path / str(index), frames[index])

    threads = [Thread(target=work, args=(index,)) for index in range(len(frames))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expected = {at: [(frame.rate, frame.width)] * 20 for at, frame in enumerate(frames)}
    assert expected == found


def test_settings_of_the_persons_own_play_no_part_and_come_back(tmp_path: Path) -> None:
    frame = frame_of("l", "16:9", ".mp4")
    with tempconfig({"quality": "fourk_quality"}):
        assert set(_seen(tmp_path / "film", frame)) == {(frame.rate, frame.width)}
        assert (config.pixel_width, config.frame_rate) == (3840, 60)


def test_a_camera_of_another_frame_rate_is_refused() -> None:
    frame = frame_of("l", "16:9", ".mp4")
    camera = SimpleNamespace(pixel_width=frame.width, pixel_height=frame.height, frame_rate=60.0)
    with pytest.raises(RenderError, match="480, 15"):
        check_camera(camera, frame)
    camera.frame_rate = 15.0
    check_camera(camera, frame)


def test_manim_says_nothing_of_webm(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    _seen(tmp_path / "film", frame_of("l", "16:9", ".webm"), "webm")
    out, err = capfd.readouterr()
    assert (out, err) == ("", "")


def test_a_scene_that_is_fast_already_stays_what_it_is() -> None:
    class Quick(Fast, Scene):
        """A scene with the fast renderer among its own bases."""

    from graphgen.scenes.film.shooting import bases_of

    assert bases_of(Quick) == (Quick,)
    assert bases_of(Shapes) == (Fast, Shapes)


def test_films_are_kept_in_the_persons_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert film_cache() == tmp_path / "autoviz" / "films"
    monkeypatch.setenv("XDG_CACHE_HOME", "not/absolute")  # which the specification ignores
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert film_cache() == tmp_path / "home" / ".cache" / "autoviz" / "films"
