"""Films at nearly the encoder's own speed, for any Manim scene.

    from manim import *
    from . import Fast

    class MyScene(Fast, Scene):
        def construct(self):
            self.play(Create(Circle()))

`manim -qh my_scenes.py MyScene` works as before; so do sections, sound, `-n 3,6`, --transparent and
every format. What can't be drawn in parts is drawn by stock Manim.
"""

from .glide import Glide, View
from .mixin import Fast
from .renderer import FastRenderer
from .writer import FastWriter

__all__ = ["Fast", "FastRenderer", "FastWriter", "Glide", "View"]
