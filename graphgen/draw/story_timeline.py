"""Story + Layout + Theme -> Timeline: the one way in which a story is drawn, for every medium."""

from graphgen.draw import bands
from graphgen.draw.builder import FilmBands, TimelineBuilder
from graphgen.draw.cameras import cameras, detour
from graphgen.draw.closings import closing_sum
from graphgen.draw.graphview import Beats, GraphView
from graphgen.draw.openings import letters_to_cards
from graphgen.draw.paper import paper_of
from graphgen.draw.scaled import Scaled
from graphgen.model.collecting import without_collection
from graphgen.model.geometry import Direction, Layout
from graphgen.model.story import Chapter, Move, Step, Story
from graphgen.model.theme import Theme
from graphgen.model.timeline import Camera, Element, Frame, Timeline

__all__ = ["beats_of", "draw_story"]

_UNIT = 0.2
_QUICK = 0.8
"""Seconds: a shorter step is one that somebody wants to be over."""

_CHAPTERS: dict[Direction, dict[Chapter, str]] = {
    "lr": {"forward": "values →", "backward": "← gradients"},
    "tb": {"forward": "values ↓", "backward": "↑ gradients"},
}

_BEATS: dict[Move, dict[str, tuple[int, int]]] = {
    "open": {"title": (2, 3), "lift": (3, 3), "answer": (4, 5), "rest": (0, 2)},
    "place": {"light": (1, 1), "answer": (2, 3), "rest": (1, 3)},
    "compute": {"light": (1, 1), "travel": (3, 4), "answer": (2, 2), "rest": (0, 2)},
    "seed": {"light": (1, 1), "answer": (2, 2), "rest": (1, 2)},
    "send": {
        "light": (1, 1), "form": (1, 3), "contract": (1, 2), "travel": (3, 4), "settle": (2, 2),
        "rest": (0, 1),
    },
    "sum": {"light": (1, 1), "hold": (2, 4), "slide": (2, 3), "become": (2, 2), "rest": (1, 3)},
    "stop": {"light": (1, 1), "answer": (2, 2), "rest": (1, 2)},
    "close": {"answer": (3, 4), "rest": (8, 12)},
}  # fmt: skip
"""For each move its parts in the order of time: how many units of 0.2 s each needs, and would
like."""

_FIRST_SERVED = ("travel", "slide", "settle", "answer", "become", "light", "hold", "form",
                 "contract", "lift", "title", "rest")  # fmt: skip

_MOVE = 1.0
"""Seconds that the camera takes."""

_APART = 3.0
"""Seconds from one move of the camera to the next."""

_SMALLER = 0.93
"""Of a place's font size: what waits there side by side may be so much smaller."""


@without_collection()
def draw_story(
    story: Story,
    layout: Layout,
    theme: Theme,
    frame: Frame | None = None,
    aspect: float | None = None,
) -> Timeline:
    """A story as a timeline: all that is ever seen of it, in every medium.

    In a frame, elements of the space "world" stand where the layout has them, and a camera looks
    at them; title and caption are of the space "frame". Without a frame they stand on a sheet of
    paper, which has its own size, a key of the two kinds of lines, and at the end a table of how
    each gradient is made up; no camera moves.

    Numbers travel as motions, and become what they arrive as: a motion whose elements' keys are
    in the keyframe (`Transition.landing`) ends as those elements.

    Args:
        story: what is told; each step is a step of the timeline, in the same order.
        layout: where everything stands.
        theme: in which colours.
        frame: of a film, or of a page; None for paper.
        aspect: of paper that is a slide, width to height; None for a sheet as small as can be.

    Returns:
        A timeline whose last keyframe shows every value and every gradient, and is its poster.
    """
    if frame is None:
        return _on_paper(story, layout, theme, aspect)
    return _Film(story, layout, theme, frame).timeline()


def beats_of(step: Step, is_single: bool = True) -> Beats:
    """How long each part of a step takes, in seconds: the step's own time, or what its parts need.

    Args:
        is_single: whether one number forms on its own.
    """
    wanted = dict(_BEATS[step.move])
    if not is_single:
        wanted |= {part: (0, 0) for part in ("form", "contract") if part in wanted}
    units = max(1, round(step.seconds / _UNIT))
    least = sum(low for low, _ in wanted.values())
    is_quick = step.seconds < _QUICK
    beats = (
        dict.fromkeys(wanted, 0) if is_quick else {part: low for part, (low, _) in wanted.items()}
    )
    left = units if is_quick else max(0, units - least)
    while left and any(beats[part] < most for part, (_, most) in wanted.items()):
        for part in _FIRST_SERVED:
            if left and part in wanted and beats[part] < wanted[part][1]:
                beats[part] += 1
                left -= 1
    beats["rest"] = beats.get("rest", 0) + left
    return {part: round(count * _UNIT, 1) for part, count in beats.items()}


def _on_paper(story: Story, layout: Layout, theme: Theme, aspect: float | None) -> Timeline:
    paper = paper_of(story, layout, theme, [step.caption for step in story.steps], aspect)
    builder = TimelineBuilder(story.title, theme, paper.frame, paper)
    where = Scaled(1.0, paper.left, paper.top)
    view = GraphView(builder, story, layout, where, smallest=0.0)
    for index, step in enumerate(story.steps):
        builder.step(step.caption, step.chapter)
        if step.move == "close":
            builder.add(paper.table())
        beats = dict(beats_of(step, len(step.focus.edges) == 1))
        beats["rest"] += beats.pop("title", 0.0) + beats.pop("lift", 0.0)
        view.play(index, beats=beats)
        builder.poster()
    return builder.build()


class _Film:
    """A story in a frame.

    Args:
        layout: where everything stands in the world.
    """

    def __init__(self, story: Story, layout: Layout, theme: Theme, frame: Frame) -> None:
        self.story, self.layout, self.theme, self.frame = story, layout, theme, frame
        title = "; ".join(line.strip() for line in story.title.split("\n") if line.strip())
        self.chapters = _CHAPTERS[layout.direction]
        self.around = FilmBands(title, theme, frame, self.chapters.values(), has_progress=False)
        self.builder = TimelineBuilder(title, theme, frame, self.around)
        self.view = GraphView(self.builder, story, layout, Scaled(1.0, 0.0, 0.0), smallest=0.0)
        sizes = (place.size for place in layout.places)
        self.smallest = min(sizes, default=theme.title_size)
        self.cameras = cameras(story, layout, frame, _SMALLER * self.smallest)
        self.total: list[Element] = []
        if story.steps[-1].move == "close":
            self.total, self.cameras[-1] = closing_sum(
                story, layout, theme, frame, self.cameras[-1]
            )
        self._moved_at = 0.0

    def timeline(self) -> Timeline:
        """Step by step."""
        builder = self.builder
        builder.look(self.cameras[0])
        if len({camera.scale for camera in self.cameras[:-1]}) > 1:
            builder.add(bands.plates(self.frame, self.theme))
        for index, step in enumerate(self.story.steps):
            self._play(index, step)
            builder.poster()
        return builder.build()

    def _play(self, index: int, step: Step) -> None:
        builder = self.builder
        moves = index > 0 and self.cameras[index] != self.cameras[index - 1]
        if moves:
            builder.hold_until(self._moved_at + _APART)
        builder.step(step.caption, self.chapters.get(step.chapter, ""))
        if moves:
            self._look(self.cameras[index - 1], self.cameras[index])
        beats = dict(beats_of(step, len(step.focus.edges) == 1))
        if step.move == "open":
            self._open(beats)
        if step.move == "close":
            builder.add(self.total)
        self.view.play(index, beats=beats)

    def _open(self, beats: dict[str, float]) -> None:
        """The formula goes to its place above as the graph comes; then copies of its letters fly to
        the leaves, whose titles they are."""
        builder, view = self.builder, self.view
        builder.add(bands.opening(builder.title, self.frame, self.theme))
        builder.animate(beats["title"])
        builder.remove("title")
        formula = [each for each in self.around.heading("") if each.key.startswith("title/")]
        letters = letters_to_cards(formula, view.leaf_titles(), self.cameras[0], self.frame)
        landing = {element.key for motion in letters for element in motion.elements}
        graph = [*view.ways(), *view.shells()]
        builder.add(each for each in graph if each.key not in landing)
        builder.animate(beats["lift"])
        builder.add(graph)
        builder.animate(beats.pop("answer"), letters)

    def _look(self, start: Camera, end: Camera) -> None:
        """Glide to where the step happens, before anything of it does."""
        self._moved_at = self.builder.seconds
        between = detour(start, end, self.frame)
        for camera in (between, end):
            if camera is not None:
                self.builder.look(camera)
                self.builder.animate(_MOVE)
