"""Films for the tests: every frame of a scene as an array, with nothing written to disk."""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from graphgen.scenes.backprop import BackpropScene
from graphgen.scenes.playing import Player
from graphgen.scenes.timeline import Stage
from manim import Mobject, Scene, VMobject, tempconfig
from manim.renderer.cairo_renderer import CairoRenderer

from graphgen.draw.story_timeline import draw_story
from graphgen.model.picture import Picture
from graphgen.model.timeline import Frame, Timeline

HEIGHT = 8.0
"""Of a frame, in Manim's units."""

Frames = list[npt.NDArray[np.uint8]]


class Keeping(CairoRenderer):
    """Manim's own renderer, which keeps its frames and how each play began."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: Frames = []
        self.plays: list[int] = []

    def add_frame(self, frame: npt.NDArray[np.uint8], num_frames: int = 1) -> None:
        """Keep a frame as often as it is shown."""
        self.kept.extend([frame] * num_frames)
        self.plays.append(num_frames)
        super().add_frame(frame, num_frames)


def film(
    picture: Picture,
    folder: Path,
    steps: range | None = None,
    size: tuple[int, int] = (256, 144),
    rate: float = 15,
    bases: tuple[type[BackpropScene], ...] = (BackpropScene,),
) -> Keeping:
    """Render a picture's film, or some of its steps."""
    with tempconfig(settings(folder, size, rate)):
        renderer = Keeping()
        shown = type("Shown", bases, {"picture": picture, "steps": steps})
        shown(renderer=renderer).render()
    return renderer


def settings(folder: Path, size: tuple[int, int], rate: float) -> dict[str, object]:
    """Manim's settings for a film that is only kept in memory."""
    units = 8.0 / min(size)
    return {
        "pixel_width": size[0],
        "pixel_height": size[1],
        "frame_width": size[0] * units,
        "frame_height": size[1] * units,
        "frame_rate": rate,
        "media_dir": str(folder),
        "dry_run": True,
        "disable_caching": True,
        "progress_bar": "none",
        "notify_outdated_version": False,
    }


class Watching(Scene):
    """A scene that notes its plays and draws nothing.

    Attributes:
        noted: the frames and the animations of each play; none for a hold.
        stills: what stands there after each step.
    """

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate
        self.noted: list[tuple[int, tuple[Any, ...]]] = []
        self.stills: list[list[Mobject]] = []

    def play(self, *acts: Any, run_time: float = 1.0, **_: Any) -> None:
        """Note a play: Manim shows a frame at 0, 1/rate, ... below its run time."""
        for act in acts:
            act.begin()
        self.noted.append((int(np.ceil(run_time * self.rate)), acts))
        for act in acts:
            act.finish()

    def wait(self, duration: float = 1.0, *_: Any, **__: Any) -> None:
        """Note a hold: Manim shows as many whole frames as fit."""
        self.noted.append((int(duration * self.rate), ()))


def watched(timeline: Timeline, rate: float, steps: Iterable[int] | None = None) -> Watching:
    """What is played of a timeline, step by step."""
    with tempconfig({"dry_run": True}):
        scene = Watching(rate)
        stage = Stage(timeline, HEIGHT)
        player = Player(scene, timeline, stage.painter, rate)
        for step in range(len(timeline.steps)) if steps is None else steps:
            player.play(step)
            scene.stills.append(list(scene.mobjects))
    return scene


@lru_cache(maxsize=32)
def timeline_in(picture: Picture, aspect: str = "16:9") -> Timeline:
    """A picture's film as a timeline."""
    return draw_story(picture.story, picture.layout, picture.theme, Frame.of(aspect))


def parts_of(mobjects: Iterable[Mobject]) -> list[VMobject]:
    """What of mobjects is drawn, from the back to the front."""
    family = (part for each in mobjects for part in each.get_family())
    return [part for part in family if isinstance(part, VMobject) and len(part.points)]


def colour_of(part: VMobject) -> str:
    """The colour inside, or of the line where there is nothing inside, as "#rrggbb"."""
    rgba = part.fill_rgbas[0] if part.fill_rgbas[0][3] else part.stroke_rgbas[0]
    return "#" + "".join(f"{round(255 * channel):02x}" for channel in rgba[:3])
