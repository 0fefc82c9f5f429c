"""What stands in the frame while a step is played: who is in front, who leaves, how long."""

from collections.abc import Iterable, Sequence
from math import ceil

from manim import Mobject, Scene, VMobject

from .motion import Act, Fade

__all__ = ["Boards"]

_FADES = 30
"""Poses a second: nobody sees more of them in what doesn't move."""

_HAIR = 0.01
"""Of a frame: Manim rounds the frames of a play up and those of a wait down."""


class Boards:
    """A scene's mobjects from the back to the front, and plays of whole frames.

    What the scene held before stays behind everything.

    Args:
        scene: whose boards they are.
        frame_rate: of the film, in frames a second.
        covers: whether the picture reaches below the bands, which then cover it.

    Attributes:
        actors: what is in front of the picture in this step, each with the node that it shows, or
            None.
        bands: title, progress and caption, in front of the picture.
        opening: acts that join the next beat.
        has_page: whether there is a page behind everything, with which a part can be covered.
    """

    def __init__(self, scene: Scene, frame_rate: float, covers: bool) -> None:
        self._scene, self._rate, self._covers = scene, frame_rate, covers
        self._before = list(scene.mobjects)
        self.has_page = getattr(scene.camera, "background_opacity", 1.0) == 1.0
        self.actors: list[tuple[VMobject, int | None]] = []
        self.bands: list[VMobject] = []
        self.opening: list[Act] = []

    def stand(self, mobjects: Iterable[Mobject]) -> None:
        """Exactly these are in the frame, from the back to the front.

        Set at once: Scene.add looks through every mobject's family for each one that it adds.
        """
        self._scene.mobjects = [*self._before, *mobjects]

    def bring(self, mobjects: Sequence[VMobject], node: int | None = None) -> None:
        """Put actors in front, to leave at the end of the step unless their node acts again."""
        self.add(mobjects)
        self.actors += [(mobject, node) for mobject in mobjects]

    def add(self, mobjects: Sequence[Mobject]) -> None:
        """Put mobjects in front of all, but for bands that cover the picture."""
        front = [*mobjects, *(self.bands if self._covers else ())]
        self.remove(front)
        self._scene.mobjects.extend(front)

    def remove(self, mobjects: Iterable[Mobject]) -> None:
        """Take mobjects away."""
        gone = set(map(id, mobjects))
        self._scene.mobjects = [each for each in self._scene.mobjects if id(each) not in gone]

    def seconds(self, frames: int) -> float:
        """How long so many frames are shown."""
        return frames / self._rate

    def poses(self, frames: int) -> int:
        """How many poses what only fades has in so many frames: each is drawn and encoded."""
        return ceil(self.seconds(frames) * _FADES)

    def beat(self, frames: int, acts: Sequence[Act] = ()) -> None:
        """Play acts, or hold still, for a whole number of frames."""
        acts = [*self.opening, *acts]
        if frames < 1:
            for act in acts:
                act.interpolate(1.0)
            return
        self.opening = []
        poses = self.poses(frames)
        for act in acts:
            if isinstance(act, Fade) and poses < frames:
                act.poses = poses
        if acts:
            self._scene.play(*acts, run_time=(frames - _HAIR) / self._rate)
        else:
            self._scene.wait((frames + _HAIR) / self._rate)
