"""A Cairo renderer that draws, converts and encodes only what changed since the last frame.

The pictures are stock Manim's, pixel for pixel. What it can't draw itself (3-D, images, clouds of
points, cameras that draw in their own way) it leaves to stock drawing for that frame.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from manim import Camera, config, logger
from manim.renderer.cairo_renderer import CairoRenderer
from manim.utils.iterables import list_update

from .camera import PlainCamera
from .canvas import merged
from .glide import Glide
from .gliding import Gliding
from .inks import Box, Ink, draws_plainly
from .planes import Planes
from .sheet import Sheet
from .watching import Watch, watch, watched
from .writer import FastWriter

__all__ = ["FastRenderer"]

_OURS: Any = np.empty((0, 0, 4), np.uint8)
"""Stands in `static_image` while the static mobjects are kept as ink."""


class FastRenderer(CairoRenderer):
    """Stock Manim's Cairo renderer, for scenes of which a part changes at a time.

    Args:
        file_writer_class: makes the writer; one that has `write_planes` gets converted frames.
        camera_class, skip_animations: as CairoRenderer has them.
    """

    def __init__(
        self,
        file_writer_class: Any = FastWriter,
        camera_class: type[Camera] | None = None,
        skip_animations: bool = False,
    ) -> None:
        super().__init__(file_writer_class, camera_class or PlainCamera, skip_animations)
        self._sheet = Sheet(self.camera)
        self._planes: Planes | None = None
        self._pending: list[Box] = []
        self._late: list[Box] = []
        self._fixed: list[Ink] = []
        self._static: list[Any] = []
        self._roots: list[Any] | None = None
        self._watch: Watch | None = None
        self._gliding: Gliding | None = None
        self._warned = False

    def init_scene(self, scene: Any, session_spec: Any, file_writer_settings: Any) -> None:
        """Make the camera that the scene wants, and the file writer.

        Args:
            scene: the Manim scene that will be drawn.
            session_spec: of Manim; goes to the file writer.
            file_writer_settings: of Manim; goes to the file writer.
        """
        wanted = PlainCamera if scene.camera_class is Camera else scene.camera_class
        if type(self.camera) is not wanted:
            self.camera = wanted()
            self._sheet = Sheet(self.camera)
        self._original_skipping_status |= scene.skip_animations
        super().init_scene(scene, session_spec, file_writer_settings)
        make = getattr(self.file_writer, "planes", None)
        self._planes = make() if make is not None else None
        self._pending, self._late = [self._sheet.canvas.whole], [self._sheet.canvas.whole]

    def play(self, scene: Any, *args: Any, **kwargs: Any) -> None:
        """Play animations, without hashing the scene for stock's cache."""
        before = config.disable_caching
        config.disable_caching = True
        try:
            super().play(scene, *args, **kwargs)
        finally:
            config.disable_caching = before
            self._watch = self._roots = self._gliding = None
            self._bring_up_to_date()

    def save_static_frame_data(self, scene: Any, static_mobjects: Iterable[Any]) -> Any:
        """Keep how the static mobjects look now, for all frames of this animation."""
        self.static_image = None
        self._watch, self._static = None, list(static_mobjects)
        self._roots = watched(scene, scene.animations)
        self._sheet.keep_only_shown()
        self._gliding = None if self.skip_animations else self._begin_glide(scene)
        if self._gliding:
            return None
        if not self._static or self.skip_animations:
            return None
        static = self.camera.get_mobjects_to_display(self._static)
        if not self._can_ink(static):
            return super().save_static_frame_data(scene, self._static)
        self._fixed = self._sheet.inks(static)
        self.static_image = _OURS
        return None

    def update_frame(
        self,
        scene: Any,
        mobjects: Iterable[Any] | None = None,
        include_submobjects: bool = True,
        ignore_skipping: bool = True,
        **kwargs: Any,
    ) -> None:
        """Bring the frame up to date, as stock does, by drawing what changed.

        Args:
            scene: the Manim scene.
            mobjects: what is drawn over what stands still; None for all that the scene has.
            include_submobjects: whether their families are drawn too.
            ignore_skipping: whether the frame is drawn even while animations are skipped.
        """
        if self.skip_animations and not ignore_skipping:
            return
        if self._gliding:
            self._gliding.show(self._sheet.canvas.pixels)
            self._drawn([self._sheet.canvas.whole])
            return
        behind = self._behind
        if self._watch and self._watch.holds(mobjects) and self._sheet.same_view(behind):
            self._drawn(self._sheet.renew(self._watch.mobjects, self._watch.places))
            return
        movers = list(mobjects or list_update(scene.mobjects, scene.foreground_mobjects))
        displayed = self.camera.get_mobjects_to_display(movers, include_submobjects, **kwargs)
        if not self._can_ink(displayed):
            self._leave_to_stock(scene, mobjects, include_submobjects, kwargs)
            return
        fixed = self._fixed if self.static_image is _OURS else []
        self._watch, resting = None, len(fixed) if mobjects else None
        if self._roots is not None and mobjects:
            self._watch = watch(mobjects, self._roots, displayed, len(fixed))
            resting = min(self._watch.places, default=None)
        self._drawn(self._sheet.show([*fixed, *self._sheet.inks(displayed)], behind, resting))

    def _begin_glide(self, scene: Any) -> Gliding | None:
        """What shows a group that glides, from a picture of it; None where points must move."""
        glides = [each for each in scene.animations or () if isinstance(each, Glide)]
        if len(glides) != 1 or self._roots is None or not draws_plainly(type(self.camera)):
            return None
        displayed = self.camera.get_mobjects_to_display(
            list_update(scene.mobjects, scene.foreground_mobjects)
        )
        if not self._sheet.plain(displayed):
            return None
        gliding = Gliding.of(glides[0], displayed, self._roots, self._sheet, self.camera)
        if gliding:
            self._sheet.forget()
        return gliding

    @property
    def _behind(self) -> Any:
        """What the frame begins with: the page, or a picture that stock Manim drew."""
        if self.static_image is None or self.static_image is _OURS:
            assert self.camera.background is not None
            return self.camera.background
        return self.static_image

    @property
    def nothing_updates(self) -> bool:
        """Whether it is known of this animation that no mobject updates itself."""
        return self._roots is not None

    def render(self, scene: Any, time: float, moving_mobjects: Any = None) -> None:
        """Draw and write one frame; what is skipped isn't drawn either.

        Args:
            scene: the Manim scene.
            time: of the animation, in seconds; unused, as in stock Manim.
            moving_mobjects: what may have changed; None for all that the scene has.
        """
        if self.skip_animations:
            return
        self.update_frame(scene, moving_mobjects)
        self._write(1)

    def freeze_current_frame(self, duration: float) -> None:
        """Write the current frame for so many seconds."""
        self._write(int(duration / (1 / self.camera.frame_rate)))

    def release(self) -> None:
        """Let go of all frames, once a scene is over: scenes and renderers hold each other."""
        self._sheet.release()
        self._planes = self._watch = self._roots = self._gliding = None
        self._fixed, self._static, self._late = [], [], []
        self.camera.pixel_array = self.camera.background = np.zeros((1, 1, 4), np.uint8)

    def add_frame(self, frame: Any, num_frames: int = 1) -> None:
        """Write a frame that somebody else drew."""
        if self.skip_animations:
            return
        if self._planes is None:
            super().add_frame(frame, num_frames)
            return
        self._planes.patch(frame, [self._sheet.canvas.whole])
        self._write_planes(num_frames, is_new=True)
        self._pending = [self._sheet.canvas.whole]

    def _write(self, frames: int) -> None:
        if self.skip_animations or frames < 1:
            return
        if self._planes is None:
            super().add_frame(self.get_frame(), frames)
            return
        is_new, dirty, self._pending = bool(self._pending), self._pending, []
        self._planes.patch(self._sheet.canvas.pixels, dirty)
        self._write_planes(frames, is_new)

    def _write_planes(self, frames: int, is_new: bool) -> None:
        assert self._planes is not None
        self.time += frames * (1 / self.camera.frame_rate)
        self.file_writer.write_planes(self._planes.frame, frames, is_new)

    def _drawn(self, dirty: Sequence[Box]) -> None:
        """Note what was drawn; while nobody can look, Manim's own array can wait."""
        self._pending += dirty
        self._late += dirty
        if not self.nothing_updates:
            self._bring_up_to_date()

    def _bring_up_to_date(self) -> None:
        """Show in the array that Manim's users know what was drawn."""
        for left, top, right, bottom in merged(self._late, self._sheet.canvas.whole):
            window = self._sheet.canvas.pixels[top:bottom, left:right]
            self.camera.pixel_array[top:bottom, left:right] = window
        self._late = []

    def get_frame(self) -> Any:
        """The frame as RGBA pixels."""
        self._bring_up_to_date()
        return super().get_frame()

    def _can_ink(self, mobjects: Sequence[Any]) -> bool:
        if draws_plainly(type(self.camera)) and self._sheet.plain(mobjects):
            return True
        if not self._warned:
            self._warned = True
            logger.warning("Parts of this scene are drawn by stock Manim, which takes longer.")
        return False

    def _leave_to_stock(
        self, scene: Any, mobjects: Any, include_submobjects: bool, options: dict[str, Any]
    ) -> None:
        self._watch = None
        if self.static_image is _OURS:
            super().save_static_frame_data(scene, self._static)
        self._late = []
        super().update_frame(scene, mobjects, include_submobjects, **options)
        self._sheet.canvas.pixels[...] = self.camera.pixel_array
        self._sheet.forget()
        self._pending = [self._sheet.canvas.whole]
