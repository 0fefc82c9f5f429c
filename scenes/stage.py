"""Picture + Frame -> what stands in the frame between two steps, for any step at once."""

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TypeVar

from manim import VMobject

from graphgen.model.geometry import Box
from graphgen.model.graph import Cell
from graphgen.model.picture import Picture
from graphgen.model.story import Move

from .drawing import Drawing
from .looks import Look, looks
from .marks import Bundle
from .panels import Panels
from .pen import Pen, find_font
from .table import closing, draw_table
from .views import Frame, View, around, box_of, views

__all__ = ["Stage"]

_GLOW = 16.0

_VIEWS = 4
"""What was drawn is kept of so many views, the panels' own place among them: a film of a large
picture seldom comes back to one."""

Drawn = TypeVar("Drawn", bound=VMobject | tuple[Bundle, ...])


class Stage:
    """All that a film of one picture shows while nothing moves.

    Args:
        picture: what the film is about.
        frame: how large the frame is.

    Raises:
        MissingPartError: no font is installed.
    """

    def __init__(self, picture: Picture, frame: Frame) -> None:
        self.picture, self.frame = picture, frame
        self.story, self.theme = picture.story, picture.theme
        self.pen = Pen(find_font(picture.theme.fonts))
        self.drawing = Drawing(picture, self.pen)
        layout = picture.layout
        self.panels = Panels(self.story, layout.direction, self.theme, frame, self.pen)
        self.looks = looks(self.story)
        self.closing = closing(self.story, layout, frame)
        smallest = min((place.size for place in layout.places), default=self.theme.title_size)
        seen = views(self.story, layout, frame, smallest)
        self.views = [
            self.closing.view if step.move == "close" else view
            for step, view in zip(self.story.steps, seen, strict=True)
        ]
        self.has_masks = len(set(seen)) > 1
        self._kept: dict[View | None, dict[tuple[object, ...], object]] = {}

    def look(self, step: int) -> Look:
        """What has been told after a step; before the first, step is -1."""
        return self.looks[step + 1]

    def view(self, step: int) -> View:
        """Where the picture stands in a step."""
        return self.views[max(step, 0)]

    def glow(self, step: int) -> str:
        """The color in which the actors of a step shine."""
        is_back = self.story.steps[max(step, 0)].chapter == "backward"
        return self.theme.backward if is_back else self.theme.forward

    def still(self, step: int) -> list[VMobject]:
        """The frame after a step, from the back to the front; before the first, step is -1."""
        return [*self.world(step), *self.bands(step)]

    def world(self, step: int, seen_at: int | None = None) -> list[VMobject]:
        """The picture after a step, as another step sees it: ways, contributions, cards."""
        if step < 0:
            return []
        view = self.view(step if seen_at is None else seen_at)
        return list(self.parts(self.look(step), view))

    def bands(
        self, step: int, telling: int | None = None, has_title: bool = True
    ) -> list[VMobject]:
        """Title, progress, caption and closing table after a step; with the progress and the
        caption of the step that is told."""
        told = step if telling is None else telling
        found: list[VMobject] = []
        if self.has_masks:
            found.append(self._keep(("masks",), lambda: Bundle(*self.panels.masks())))
        found.append(self.chapter(told))
        if has_title:
            is_open = step >= 0
            found.append(self._keep(("title", is_open), self._title(is_open)))
        found.append(self.caption(told))
        is_closed = step >= 0 and self._move(step) == "close"
        return [*found, *(self.table() if is_closed else ())]

    def pill_of(self, edge: int, step: int, seen_at: int) -> list[Bundle]:
        """The contribution that stands on a way after a step, as another step sees it."""
        text = self.look(step).texts.get(Cell("contribution", edge))
        return [] if text is None else [self._pill(edge, text, self.view(seen_at))]

    def table(self) -> tuple[Bundle, ...]:
        """The lines of the closing table."""
        return self._keep(
            ("table",), lambda: tuple(draw_table(self.closing, self.picture, self.pen))
        )

    def caption(self, step: int) -> Bundle:
        """A step's sentence."""
        step = max(step, 0)
        return self._keep(("caption", step), lambda: self.panels.caption(step))

    def chapter(self, step: int) -> Bundle:
        """What is going on in a step, and how far the film is after it."""
        return self._keep(("chapter", step), lambda: self.panels.chapter(step))

    def _title(self, is_open: bool) -> Callable[[], Bundle]:
        return self.panels.title if is_open else self.panels.big_title

    def _move(self, step: int) -> Move:
        return self.story.steps[step].move

    def parts(self, look: Look, view: View, also: View | None = None) -> Iterator[VMobject]:
        """What of the picture is in the frame in a look, in one view or also in another."""
        draw, boxes = self.drawing, self._boxes
        seen = [self._is_seen(box, view) or self._is_seen(box, also or view) for box in boxes]
        edges = [edge for edge in range(len(look.edges)) if seen[edge]]
        for edge in edges:
            state = look.edges[edge]
            key = ("way", edge, state)
            yield self._keep(key, lambda e=edge, s=state: draw.way(e, s, view), view)  # type: ignore[misc]
        for edge in edges:
            cell = Cell("contribution", edge)
            if cell in look.texts:
                yield self._pill(edge, look.texts[cell], view)
        for node in range(len(self.story.graph.nodes)):
            if seen[len(look.edges) + node]:
                yield self._card(node, look, view)

    @cached_property
    def _boxes(self) -> list[Box]:
        """The boxes around every way, with its contribution, and around every card."""
        layout = self.picture.layout
        places = self.drawing.letters.places
        ways = []
        for edge, route in enumerate(layout.routes):
            place = places.get(Cell("contribution", edge))
            ways.append(around([box_of(route), *([place.box] if place else [])]))
        return [*ways, *layout.boxes]

    def _pill(self, edge: int, text: str, view: View) -> Bundle:
        return self._keep(("pill", edge), lambda: self.drawing.pill(edge, text, view), view)

    def _card(self, node: int, look: Look, view: View) -> Bundle:
        glow = self.glow(look.step) if node in look.lit else ""
        texts = tuple(
            (look.texts.get(cell), look.waiting.get(cell)) for cell in self.drawing.cells[node]
        )
        key = ("card", node, glow, look.arrived.get(node, 0), texts)
        return self._keep(key, lambda: self.drawing.card(node, look, view, glow), view)

    def _is_seen(self, box: Box, view: View) -> bool:
        """Whether any of a box, or of the glow around it, is in the frame."""
        if not self.has_masks:
            return True
        area = view.area(box)
        wide, high = area.width + _GLOW * view.scale, area.height + _GLOW * view.scale
        return (
            abs(area.x) * 2 < self.frame.width + wide and abs(area.y) * 2 < self.frame.height + high
        )

    def _keep(
        self, key: tuple[object, ...], draw: Callable[[], Drawn], view: View | None = None
    ) -> Drawn:
        """What was drawn for this key in this view, or is drawn now."""
        kept = self._kept[view] = self._kept.pop(view, {})
        while len(self._kept) > _VIEWS:
            del self._kept[next(iter(self._kept))]
        if key not in kept:
            kept[key] = draw()
        return kept[key]  # type: ignore[return-value]
