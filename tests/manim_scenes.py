"""Scenes in the manner of Manim's own documentation, for the tests of the fast renderer."""

import numpy as np
from graphgen.scenes.timeline import Stage, TimelineScene
from manim import (
    BLUE,
    DEGREES,
    DOWN,
    GREEN,
    LEFT,
    ORANGE,
    ORIGIN,
    PI,
    RED,
    RIGHT,
    UP,
    WHITE,
    YELLOW,
    Axes,
    Circle,
    Create,
    Cube,
    DashedLine,
    Dot,
    FadeIn,
    FadeOut,
    Group,
    GrowFromCenter,
    ImageMobject,
    Indicate,
    LaggedStart,
    Line,
    MoveAlongPath,
    MovingCameraScene,
    PointCloudDot,
    ReplacementTransform,
    Rotate,
    RoundedRectangle,
    Scene,
    ShowPassingFlash,
    Square,
    Succession,
    Text,
    ThreeDScene,
    Transform,
    Triangle,
    Uncreate,
    ValueTracker,
    VGroup,
    Write,
    always_redraw,
)

from tests.storyboards import rolling


class Shapes(Scene):
    """Shapes are created, transformed, and leave."""

    def construct(self) -> None:
        circle = Circle(color=ORANGE, fill_opacity=0.5)
        square = Square(color=BLUE).rotate(PI / 8).shift(LEFT)
        self.play(Create(square), run_time=0.4)
        self.play(Transform(square, circle), run_time=0.4)
        self.wait(0.3)
        self.play(FadeOut(square, shift=UP), GrowFromCenter(Triangle()), run_time=0.4)
        self.play(Uncreate(self.mobjects[-1]), run_time=0.3)


class Words(Scene):
    """Manim's own text, letter by letter."""

    def construct(self) -> None:
        hello = Text("Hello ∂x", font_size=60)
        self.play(Write(hello), run_time=0.6)
        self.play(hello.animate.scale(0.5).to_edge(UP), run_time=0.4)
        self.play(ReplacementTransform(hello, Text("gradient").shift(DOWN)), run_time=0.4)
        self.wait(0.2)


class Gradients(Scene):
    """Colours that run through shapes, thick strokes behind, and half-seen things."""

    def construct(self) -> None:
        ball = Circle(radius=2).set_fill([RED, YELLOW, GREEN], opacity=1).set_sheen_direction(UP)
        line = Line(LEFT * 4, RIGHT * 4, stroke_width=20).set_color([BLUE, RED])
        word = RoundedRectangle(width=3).set_stroke(WHITE, 12, background=True)
        word.set_fill(BLUE, 0.6)
        self.add(ball, line, word)
        self.play(ball.animate.shift(LEFT * 2), word.animate.set_opacity(0.3), run_time=0.5)
        self.play(Rotate(line, PI / 3), run_time=0.4)


class Layers(Scene):
    """Things that change places from back to front, and a foreground."""

    def construct(self) -> None:
        back = Square(fill_opacity=1, color=RED).set_z_index(1)
        front = Circle(fill_opacity=1, color=BLUE)
        dot = Dot(RIGHT, color=YELLOW, radius=0.4)
        self.add(back, front)
        self.add_foreground_mobject(dot)
        self.play(front.animate.shift(RIGHT), run_time=0.3)
        front.set_z_index(2)
        self.play(back.animate.shift(UP), run_time=0.3)
        self.bring_to_back(back)
        self.wait(0.2)
        self.remove(front)
        self.play(dot.animate.shift(LEFT), run_time=0.3)


class Updaters(Scene):
    """What follows something else."""

    def construct(self) -> None:
        tracker = ValueTracker(0.0)
        still = Square().shift(DOWN)
        dot = Dot().add_updater(lambda m: m.move_to(RIGHT * tracker.get_value()))
        line = always_redraw(lambda: DashedLine(LEFT * 3, dot.get_center()))
        self.add(still, dot, line)
        self.play(tracker.animate.set_value(3.0), run_time=0.5)
        self.wait(0.3)
        dot.clear_updaters()
        self.add_updater(lambda dt: still.shift(RIGHT * dt))
        self.play(dot.animate.shift(UP), run_time=0.4)


class Graphs(Scene):
    """Axes, a curve, and something that runs along it."""

    def construct(self) -> None:
        axes = Axes(x_range=[-3, 3], y_range=[-2, 2], x_length=8, y_length=4)
        curve = axes.plot(lambda x: np.sin(2 * x), color=ORANGE)
        area = axes.get_area(curve, x_range=(-1, 2), opacity=0.4)
        self.play(Create(VGroup(axes, curve)), run_time=0.5)
        self.add(area)
        dot = Dot(color=YELLOW)
        self.play(MoveAlongPath(dot, curve), ShowPassingFlash(curve.copy()), run_time=0.5)


class Together(Scene):
    """Animations inside animations."""

    def construct(self) -> None:
        dots = VGroup(*(Dot(RIGHT * k + LEFT * 3, radius=0.3) for k in range(6)))
        self.play(LaggedStart(*(FadeIn(dot) for dot in dots), lag_ratio=0.3), run_time=0.6)
        self.play(Succession(Indicate(dots[0]), FadeOut(dots[1]), FadeIn(Square())), run_time=0.6)
        self.play(dots.animate.arrange(DOWN, buff=0.1), run_time=0.3)


class Camera(MovingCameraScene):
    """The camera moves, and comes nearer."""

    def construct(self) -> None:
        square, text = Square(fill_opacity=0.5), Text("near").shift(RIGHT * 2)
        self.add(square, text)
        self.play(self.camera.frame.animate.move_to(text).set(width=6), run_time=0.5)
        self.play(square.animate.shift(UP), run_time=0.3)
        self.camera.frame.shift(LEFT)
        self.wait(0.2)


class Pictures(Scene):
    """Images and clouds of points, which have no outlines, among things that have."""

    def construct(self) -> None:
        ramp = np.tile(np.arange(0, 256, 16, dtype=np.uint8), (16, 1))
        image = ImageMobject(ramp).scale(4)
        circle = Circle(fill_opacity=0.5, color=RED)
        self.add(image, circle)
        self.play(circle.animate.shift(RIGHT), run_time=0.3)
        self.play(Group(image).animate.shift(LEFT), run_time=0.3)
        self.add(PointCloudDot(density=4, radius=0.5))
        self.play(FadeOut(circle), run_time=0.3)


class Space(ThreeDScene):
    """Three dimensions."""

    def construct(self) -> None:
        self.set_camera_orientation(phi=60 * DEGREES, theta=30 * DEGREES)
        cube = Cube(fill_opacity=0.7)
        self.add(cube)
        self.play(Rotate(cube, PI / 4), run_time=0.3)
        self.move_camera(theta=45 * DEGREES, run_time=0.3)
        self.wait(0.2)


class Page(Scene):
    """The page changes its colour, and things are drawn between plays."""

    def construct(self) -> None:
        self.camera.background_color = "#203040"
        square = Square(color=WHITE)
        self.play(FadeIn(square), run_time=0.3)
        self.camera.background_color = "#f0f0e0"
        square.shift(UP)
        self.renderer.update_frame(self)
        square.shift(ORIGIN).set_color(RED)
        self.wait(0.3)
        self.play(FadeOut(square), run_time=0.3)


class Rolling(TimelineScene):
    """A storyboard of ours, in which a ball rolls, leaves and comes back."""

    def stage(self) -> Stage:
        return Stage(rolling(), 8.0)


class Fades(Scene):
    """Lines all over the frame, letters and areas come and go, one above the other."""

    def construct(self) -> None:
        lines = VGroup(
            *(
                Line((-8 + k, -5, 0), (8, 4 - k / 2, 0), color=BLUE, stroke_width=2 + k)
                for k in range(4)
            ),
            DashedLine((-7, 3, 0), (6, -4, 0), color=RED),
        )
        text = Text("faint 0.5", color=WHITE)
        area = Square(color=GREEN, fill_opacity=0.8).shift(RIGHT)
        self.add(Circle(color=ORANGE, fill_opacity=1.0).shift(LEFT))
        self.play(FadeIn(lines), FadeIn(text), run_time=0.9)
        self.play(FadeIn(area), FadeOut(lines), run_time=0.9)
        self.play(FadeOut(text), area.animate.set_opacity(0.3), run_time=0.9)


EXAMPLES = (
    Rolling,
    Shapes,
    Words,
    Gradients,
    Fades,
    Layers,
    Updaters,
    Graphs,
    Together,
    Camera,
    Pictures,
    Space,
    Page,
)
