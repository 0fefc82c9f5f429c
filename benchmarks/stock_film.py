"""The film of a story as Manim's documentation would build it: its own Text, shapes and animations.

This is what the benchmark compares with. It tells the same steps in the same time; nothing in it is
made slow on purpose, and nothing fast.
"""

import time
from typing import Any, ClassVar

from manim import (
    DOWN,
    UP,
    Dot,
    FadeIn,
    FadeOut,
    Indicate,
    LaggedStart,
    MoveAlongPath,
    RoundedRectangle,
    Scene,
    Text,
    VGroup,
    VMobject,
    Write,
    config,
)

from graphgen.model.picture import Picture
from graphgen.model.theme import paint_of

__all__ = ["StockFilm"]


class StockFilm(Scene):
    """A story with Manim's own means.

    Attributes:
        picture: what is told, and where everything stands.
        steps: those that are played.
        aside: seconds, and processor seconds, that went into bringing the picture to where a played
            step begins: they belong to steps that aren't played.
    """

    picture: ClassVar[Picture | None] = None
    steps: frozenset[int] = frozenset()
    aside = (0.0, 0.0)

    def construct(self) -> None:
        """Play all steps."""
        picture: Any = self.picture
        self.picture_, self.story, self.theme = picture, picture.story, picture.theme
        layout = picture.layout
        self.camera.background_color = self.theme.page
        width, height = config.frame_width * 0.9, config.frame_height * 0.72
        self.scale_ = min(width / layout.width, height / layout.height)
        self.texts: dict[Any, Text] = {}
        self.caption: Text | None = None
        self.ways = [self._way(route) for route in layout.routes]
        self.cards = [self._card(index) for index in range(len(self.story.graph.nodes))]
        for index, step in enumerate(self.story.steps):
            if index in self.steps:
                if index and index - 1 not in self.steps:
                    self._bring_to(index)
                self._tell(step)

    def _bring_to(self, index: int) -> None:
        """Show what has been told before a step."""
        start, used = time.perf_counter(), time.process_time()
        self.clear()
        self.add(*self.ways, *self.cards)
        marks = {mark.cell: mark for step in self.story.steps[:index] for mark in step.marks}
        texts = {cell: self._text(mark) for cell, mark in marks.items()}
        self.texts = {cell: text for cell, text in texts.items() if text is not None}
        self.caption = self._caption(self.story.steps[index - 1])
        self.add(*self.texts.values(), self.caption)
        spent = time.perf_counter() - start, time.process_time() - used
        self.aside = (self.aside[0] + spent[0], self.aside[1] + spent[1])

    def _at(self, point: Any) -> Any:
        layout = self.picture_.layout
        x = (point.x - layout.width / 2) * self.scale_
        return (x, (layout.height / 2 - point.y) * self.scale_, 0.0)

    def _way(self, route: Any) -> VMobject:
        way = VMobject(stroke_color=self.theme.quiet, stroke_width=2)
        points = [self._at(point) for point in route.points]
        way.start_new_path(points[0])
        for index in range(1, len(points) - 2, 3):
            way.add_cubic_bezier_curve_to(*points[index : index + 3])
        return way

    def _card(self, index: int) -> RoundedRectangle:
        graph, box = self.story.graph, self.picture_.layout.boxes[index]
        paint = paint_of(self.theme, graph.nodes[index].kind, index == graph.loss)
        card = RoundedRectangle(
            corner_radius=6 * self.scale_, width=box.width * self.scale_,
            height=box.height * self.scale_, stroke_width=2,
        )  # fmt: skip
        card.set_fill(paint.fill, 1).set_stroke(paint.line)
        return card.move_to(self._at(box.center))

    def _text(self, mark: Any) -> Text | None:
        places = {place.cell: place for place in self.picture_.layout.places}
        place, words = places[mark.cell], mark.text.replace("\n", " ").replace("\t", " ")
        if not words.strip():
            return None
        back = mark.cell.part in ("gradient", "contribution")
        color = self.theme.backward if back else self.theme.text
        text = Text(words, font=self.theme.fonts[0], color=color)
        text.scale_to_fit_height(min(place.size, place.box.height) * 0.8 * self.scale_)
        return text.move_to(self._at(place.box.center))

    def _caption(self, step: Any) -> Text:
        caption = Text(step.caption, font=self.theme.fonts[0], color=self.theme.text)
        caption.scale(0.45).to_edge(DOWN, buff=0.3)
        if caption.width > config.frame_width * 0.9:
            caption.scale_to_fit_width(config.frame_width * 0.9)
        return caption

    def _tell(self, step: Any) -> None:
        caption = self._caption(step)
        old = [FadeOut(self.caption)] if self.caption is not None else []
        self.play(*old, FadeIn(caption), run_time=0.2)
        self.caption = caption
        left = step.seconds - 0.2
        if step.move == "open":
            everything = VGroup(*self.ways, *self.cards)
            self.play(FadeIn(everything), run_time=0.6)
            left -= 0.6
        if step.focus.edges and left > 0.7:
            self._travel(step)
            left -= 0.6
        changes = self._changes(step)
        if changes and left > 0.3:
            self.play(*changes, run_time=0.4 if left > 0.5 else 0.2)
            left -= 0.4 if left > 0.5 else 0.2
        if step.focus.nodes and left > 0.5:
            self.play(*(Indicate(self.cards[i]) for i in step.focus.nodes[:5]), run_time=0.4)
            left -= 0.4
        if left > 0.05:
            self.wait(left + 0.001)

    def _travel(self, step: Any) -> None:
        back = step.chapter == "backward"
        dots, moves = [], []
        for edge in step.focus.edges[:5]:
            way = self.ways[edge].copy()
            way = way.reverse_points() if back else way
            dot = Dot(color=self.theme.backward if back else self.theme.forward)
            dots.append(dot)
            moves.append(MoveAlongPath(dot, way))
        self.play(LaggedStart(*moves, lag_ratio=0.1), run_time=0.6)
        self.remove(*dots)

    def _changes(self, step: Any) -> list[Any]:
        found: list[Any] = []
        for mark in step.marks:
            text = self._text(mark)
            if mark.cell in self.texts:
                found.append(FadeOut(self.texts.pop(mark.cell), shift=UP * 0.1))
            if text is not None:
                found.append(Write(text) if len(step.marks) < 4 else FadeIn(text))
                self.texts[mark.cell] = text
        return found
