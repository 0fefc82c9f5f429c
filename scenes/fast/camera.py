"""Manim's camera, whose page is there at once: Manim fills it pixel by pixel, three times."""

from typing import Any

import numpy as np
from manim import Camera
from manim.utils.color import color_to_int_rgba

__all__ = ["PlainCamera"]


class PlainCamera(Camera):
    """Stock Manim's Camera."""

    def init_background(self) -> None:
        """Fill the background."""
        if self.background_image is not None or self.pixel_array_dtype != "uint8":
            super().init_background()
            return
        color = color_to_int_rgba(self.background_color, self.background_opacity)
        word = np.array(color).astype(np.uint8).view(np.uint32)
        pixels = np.full((self.pixel_height, self.pixel_width), word)
        self.background: Any = pixels.view(np.uint8).reshape(*pixels.shape, self.n_channels)
