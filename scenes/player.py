"""Step -> animations: the one mapping from what happens in a story to how it moves.

A step begins and ends with the frame that `Stage.still` draws, so that a film which begins at any
step has the same frames as the whole one. Within a step time goes by beats: light, travel, answer,
rest. What acts is drawn on top of what stands still, and is gone at the end.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import numpy as np
from manim import Mobject, Scene, VMobject

from graphgen.model.story import Move, Step

from .beats import Beats, divide, frames_of
from .boards import Boards
from .looks import EdgeLook, Look
from .marks import Bundle
from .motion import WHOLE, Act, Fade, Travel, Turn, Window, staggered
from .panning import change_view, unveil
from .shapes import Line
from .stage import Stage
from .travelers import contribution, operand, product

__all__ = ["MOST_MOTIONS", "Player"]

MOST_MOTIONS = 5
"""No more things than this travel at once."""

_STAGGER = 0.1


class Player:
    """Plays steps of a story in a scene.

    Args:
        scene: where to.
        stage: what stands there between steps.
        frame_rate: of the film, in frames a second.
    """

    def __init__(self, scene: Scene, stage: Stage, frame_rate: float) -> None:
        self._stage, self._rate = stage, frame_rate
        self._boards = Boards(scene, frame_rate, stage.has_masks)
        self._moves: dict[Move, Callable[[int, Beats], None]] = {
            "open": self._open,
            "place": self._answer_alone,
            "compute": self._compute,
            "seed": self._answer_alone,
            "send": self._send,
            "sum": self._sum,
            "stop": self._stop,
            "close": self._close,
        }

    def play(self, steps: Iterable[int]) -> None:
        """Play steps that follow each other; the first begins from what the story knows."""
        for index in steps:
            self._play_step(index)

    def _play_step(self, index: int) -> None:
        stage, step = self._stage, self._told(index)
        start = sum(told.seconds for told in stage.story.steps[:index])
        pans = index > 0 and stage.view(index) != stage.view(index - 1)
        units = divide(step.seconds, step.move, pans)
        beats = frames_of(units, start, step.seconds, self._rate)
        self._begin(index)
        if pans:
            change_view(self._boards, stage, index, beats["pan"])
        self._moves[step.move](index, beats)
        self._boards.stand(stage.still(index))

    # What every step does

    def _begin(self, index: int) -> None:
        """The frame after the step before, with this step's caption and progress in it."""
        stage, boards = self._stage, self._boards
        boards.actors, boards.opening, bands = [], [], stage.bands(index - 1, telling=index)
        if index > 0:
            last = stage.panels.caption(index - 1)
            bands.append(last)
            boards.opening = [
                Fade(last, (0.0, 0.5), 1.0, 0.0),
                Fade(stage.caption(index), (0.4, 1.0)),
            ]
        boards.stand([*stage.world(index - 1), *bands])
        boards.bands = bands

    def _light(self, index: int, frames: int, formed: Sequence[VMobject] = ()) -> None:
        """The step's actors brighten: their cards, and the ways between them; and what forms."""
        stage, step, before = self._stage, self._told(index), self._stage.look(index - 1)
        view, glow = stage.view(index), stage.glow(index)
        is_lit = before.lit if index > 0 and stage.glow(index - 1) == glow else frozenset()
        state: EdgeLook = "backward" if step.move in ("send", "sum") else "forward"
        flows = [stage.drawing.flow(edge, state, view) for edge in step.focus.edges]
        nodes = [node for node in step.focus.nodes if node not in is_lit]
        cards = [self._card(node, before, index) for node in nodes]
        self._boards.bring(flows)
        self._pills_to_front(index, index - 1)
        for card, node in zip(cards, nodes, strict=True):
            self._boards.bring([card], node)
        self._boards.add(formed)
        self._boards.beat(frames, [Fade(each) for each in (*flows, *cards, *formed)])

    def _answer(self, index: int, nodes: Iterable[int], frames: int, is_staggered: bool) -> None:
        """Cards show what the step has written on them."""
        chosen = list(dict.fromkeys(nodes))
        cards = [self._card(node, self._stage.look(index), index) for node in chosen]
        windows: Sequence[Window] = [WHOLE] * len(cards)
        if is_staggered:
            windows = staggered(len(cards), _STAGGER * self._rate / max(1, frames))
        for card, node in zip(cards, chosen, strict=True):
            self._boards.bring([card], node)
        self._boards.beat(frames, [Fade(card, at) for card, at in zip(cards, windows, strict=True)])

    def _settle(self, index: int, beats: Beats) -> None:
        """A rest, and then the actors go quiet, but for those that act again at once."""
        stage, boards = self._stage, self._boards
        boards.beat(beats["rest"])
        cards = {node: mobject for mobject, node in boards.actors if node is not None}
        leaving = [mobject for mobject, node in boards.actors if node is None]
        bands = stage.bands(index)
        boards.stand([*stage.world(index), *bands])
        boards.bands = bands
        boards.add(leaving)
        self._pills_to_front(index, index)
        quiet = [card for node, card in cards.items() if node not in stage.look(index).lit]
        boards.add(quiet)
        acts = [Fade(mobject, start=1.0, end=0.0) for mobject in (*leaving, *quiet)]
        boards.beat(beats["quiet"], acts)

    def _pills_to_front(self, index: int, shown: int) -> None:
        """The contributions on the step's ways stand above the ways, also above bright ones."""
        for edge in self._told(index).focus.edges:
            self._boards.add(self._stage.pill_of(edge, shown, seen_at=index))

    # What each move does

    def _open(self, index: int, beats: Beats) -> None:
        stage = self._stage
        self._boards.beat(beats["title"])
        big, title = stage.panels.big_title(), stage.panels.title()
        picture, coming = unveil(self._boards, stage, stage.world(index), (0.35, 1.0))
        rest = stage.bands(-1, telling=index, has_title=False)
        self._boards.stand([*picture, *rest, big])
        acts: list[Act] = [coming]
        if [line.points.shape for line in big] == [line.points.shape for line in title]:
            turns = zip(big, title, strict=True)
            acts += [Turn(line, small.points, (0.0, 0.7)) for line, small in turns]
        else:
            self._boards.add([title])
            acts += [Fade(big, (0.0, 0.4), 1.0, 0.0), Fade(title, (0.3, 0.7))]
        self._boards.beat(beats["answer"], acts)
        self._boards.stand(stage.still(index))
        self._boards.beat(beats["rest"])

    def _answer_alone(self, index: int, beats: Beats) -> None:
        """Values or the seed appear where they belong: nothing travels."""
        self._light(index, beats["light"])
        self._answer(index, self._told(index).focus.nodes, beats["answer"], is_staggered=True)
        self._settle(index, beats)

    def _compute(self, index: int, beats: Beats) -> None:
        """Operands travel along their ways into the operation, which answers."""
        stage, step = self._stage, self._told(index)
        self._light(index, beats["light"])
        self._travel(beats["travel"], [operand(stage, edge, index) for edge in step.focus.edges])
        self._answer(index, step.focus.nodes, beats["answer"], is_staggered=False)
        self._settle(index, beats)

    def _send(self, index: int, beats: Beats) -> None:
        """Slope × gradient from above forms at the operation; what it comes to travels back."""
        stage, step = self._stage, self._told(index)
        edges = step.focus.edges
        products = [product(stage, edge, index) for edge in edges] if len(edges) == 1 else []
        formed = [each for each in products if each is not None]
        self._light(index, beats["light"], formed)
        if formed:
            self._boards.beat(beats["form"])
        pills = [pill for edge in edges for pill in stage.pill_of(edge, index, seen_at=index)]
        acts = [
            *(Fade(each, (0.0, 0.3), 1.0, 0.0) for each in formed),
            *(Fade(pill, (0.65, 0.95)) for pill in pills),
        ]
        frames = beats["travel"] + (0 if formed else beats["form"])
        self._travel(frames, [contribution(stage, edge, index) for edge in edges], pills, acts)
        self._boards.remove(formed)
        sources = [stage.story.graph.edges[edge].source for edge in edges]
        self._answer(index, sources, beats["answer"], is_staggered=False)
        self._settle(index, beats)

    def _sum(self, index: int, beats: Beats) -> None:
        """What waits side by side slides together and becomes one number."""
        stage, step = self._stage, self._told(index)
        before, view = stage.look(index - 1), stage.view(index)
        self._light(index, beats["light"])
        self._boards.beat(beats["hold"])
        waiting = {
            cell: parts for cell, parts in before.waiting.items() if cell.index in step.focus.nodes
        }
        acts: list[Act] = []
        for node in {cell.index for cell in waiting}:
            kept = {cell: text for cell, text in before.texts.items() if cell not in waiting}
            self._boards.bring([self._card(node, replace(before, texts=kept), index)], node)
            answered = self._card(node, stage.look(index), index)
            self._boards.bring([answered], node)
            acts.append(Fade(answered, (0.7, 1.0)))
        for cell, parts in waiting.items():
            pieces = stage.drawing.letters.pieces(cell, parts, view)
            x, y = view.at(
                stage.drawing.letters.places[cell].box.center.x,
                stage.drawing.letters.places[cell].box.center.y,
            )
            self._boards.add(pieces)
            acts += [
                Travel(piece, _between(piece, (x, y)), fades=(False, True)) for piece in pieces
            ]
        self._boards.beat(beats["slide"], acts)
        summed = {cell.index for cell in waiting}
        others = [node for node in step.focus.nodes if node not in summed]
        self._answer(index, others, beats["answer"], is_staggered=False)
        self._settle(index, beats)

    def _stop(self, index: int, beats: Beats) -> None:
        """A cut lets nothing through: its ways are barred."""
        self._light(index, beats["light"])
        bars = [
            self._stage.drawing.bar(e, self._stage.view(index))
            for e in self._told(index).focus.edges
        ]
        self._boards.bring(bars)
        self._boards.beat(beats["answer"], [Fade(bar) for bar in bars])
        self._settle(index, beats)

    def _close(self, index: int, beats: Beats) -> None:
        """The table, line by line."""
        table = self._stage.table()
        self._boards.add(table)
        windows = staggered(len(table), 0.12)
        self._boards.beat(
            beats["answer"], [Fade(line, at) for line, at in zip(table, windows, strict=True)]
        )
        self._boards.stand(self._stage.still(index))
        self._boards.beat(beats["rest"])

    # The things that travel

    def _travel(
        self,
        frames: int,
        motions: Sequence[tuple[VMobject, Line]],
        below: Sequence[VMobject] = (),
        acts: Sequence[Act] = (),
    ) -> None:
        """At most five things on their ways, one starting shortly after the other."""
        chosen = motions[:MOST_MOTIONS]
        windows = staggered(len(chosen), _STAGGER * self._rate / max(1, frames))
        self._boards.add(below)
        moving = [
            Travel(motion, line, at) for (motion, line), at in zip(chosen, windows, strict=True)
        ]
        self._boards.add([motion for motion, _ in chosen])
        self._boards.beat(frames, [*acts, *moving])
        self._boards.remove(motion for motion, _ in chosen)

    # Short ways to say it

    def _told(self, index: int) -> Step:
        return self._stage.story.steps[index]

    def _card(self, node: int, look: Look, index: int) -> Bundle:
        stage = self._stage
        return stage.drawing.card(node, look, stage.view(index), stage.glow(index))


def _between(mobject: Mobject, end: tuple[float, float]) -> Line:
    return np.array([mobject.get_center(), [*end, 0.0]])
