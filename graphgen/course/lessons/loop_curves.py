"""The curves of a training loop: its loss, and its parameters as far as they have come."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

from graphgen.course.scenes.training import Data, Track
from graphgen.draw import rooms
from graphgen.draw.builder import TimelineBuilder
from graphgen.draw.charts import Chart, padded
from graphgen.draw.elements import text
from graphgen.layout.measure import width
from graphgen.model.arithmetic import mean
from graphgen.model.geometry import Box
from graphgen.model.theme import Theme
from graphgen.model.timeline import Element, Text
from graphgen.text.digits import number

__all__ = ["LoopCurves"]

_LABEL = 13.5
_WILD = 1e4
_MOST_CORNERS = 1000


class LoopCurves:
    """Draws both charts up to any of the kept moments.

    Args:
        builder: where elements are put.
        loss, tracks: the rooms for the loss and for the parameters.
    """

    def __init__(self, data: Data, builder: TimelineBuilder, loss: Box, tracks: Box) -> None:
        self.data, self.builder, self.theme = data, builder, builder.theme
        self.inks = _inks(builder.theme, data.tracks)
        self.corners = _corners(data)
        steps = (0.0, float(max(data.kept[-1], 1)))
        losses = [loss for loss in data.losses if math.isfinite(loss)]
        is_wild = max(losses, default=0.0) > _WILD * max(losses[:1] or [0.0]) > 0
        span, theme = _span(losses, is_wild), builder.theme
        self.loss = Chart("loss", loss, steps, span, theme, "", "loss", is_wild)
        labels = max(width(track.name, _LABEL) for track in data.tracks) + 12.0
        room = replace(tracks, width=tracks.width - labels)
        numbers = [x for track in data.tracks for row in track.rows for x in row]
        what = "norms" if data.tracks[0].is_norm else "parameters"
        self.tracks = Chart("tracks", room, steps, padded(numbers), theme, "", what)

    def frames(self) -> list[Element]:
        """Both charts, empty."""
        return [*self.loss.frame(), *self.tracks.frame()]

    def show(self, place: int, has_numbers: bool) -> None:
        """Both charts up to a kept moment.

        Args:
            has_numbers: whether the loss is told in numbers as well.
        """
        builder, theme = self.builder, self.theme
        step, loss = self.data.kept[place], self.data.losses[place]
        style = (theme.loss.text, 3.0, 1.0)
        builder.add(self._curve(self.loss, "line", self.data.losses, place, style))
        builder.add(self.loss.dot("here", step, loss, theme.loss.text))
        builder.add(self._heading(loss) if has_numbers else ())
        builder.add(*self._curves(place))

    def _curves(self, place: int) -> Iterator[list[Element]]:
        """The parameters as far as they have come, each named where it is."""
        chart, data = self.tracks, self.data
        step, wanted = data.kept[place], []
        for at, track in enumerate(data.tracks):
            columns = list(zip(*track.rows, strict=True))
            ink, many = self.inks[track.name], len(columns) > 1
            for column, numbers in enumerate(columns):
                hidden = track.rows in [other.rows for other in data.tracks[at + 1 :]]
                style = (ink, 1.6, 0.8) if many else (ink, 6.0 if hidden else 2.8, 1.0)
                yield [self._curve(chart, f"{track.name}/{column}", numbers, place, style)]
            middle = mean([numbers[place] for numbers in columns])
            wanted.append(chart.held(step, middle)[1])
            if not many:
                yield [chart.dot(f"{track.name}/here", step, middle, ink, 5.0)]
        inner = chart.inner
        places = rooms.apart(wanted, _LABEL * 1.35, inner.y, inner.y + inner.height)
        x = inner.x + inner.width + 9.0
        yield [
            text(f"tracks/name/{track.name}", track.name, x, y, _LABEL, self.inks[track.name], -1)
            for track, y in zip(data.tracks, places, strict=True)
        ]

    def _curve(
        self,
        chart: Chart,
        name: str,
        numbers: Sequence[float],
        place: int,
        style: tuple[str, float, float],
    ) -> Element:
        """Numbers of the kept moments as a curve, up to one of the moments that are shown."""
        chosen = self.corners
        steps = [float(self.data.kept[at]) for at in chosen]
        count = chosen.index(place) + 1
        return chart.grown(name, steps, [numbers[at] for at in chosen], count, *style)

    def _heading(self, loss: float) -> Element:
        """What stands above the loss's curve: how large it is now."""
        name = self.builder.element("loss/y/name")
        ink = self.theme.loss.text if math.isfinite(loss) else self.theme.alarm
        assert isinstance(name.form, Text)
        return replace(name, form=replace(name.form, text=f"loss {number(loss)}", ink=ink))


def _corners(data: Data) -> list[int]:
    """Which of the kept moments are corners of curves: all that are shown, and of the others so
    many that the picture stays light."""
    curves = sum(len(track.rows[0]) for track in data.tracks)
    every = math.ceil(len(data.kept) * curves / _MOST_CORNERS)
    shown = {data.kept.index(step) for step in data.shown}
    return sorted(shown | set(range(0, len(data.kept), every)))


def _inks(theme: Theme, tracks: tuple[Track, ...]) -> dict[str, str]:
    """A colour for each parameter."""
    inks = (theme.leaf.text, theme.shared, theme.op.text, theme.forward, theme.loss.text)
    return {track.name: inks[at % len(inks)] for at, track in enumerate(tracks)}


def _span(losses: list[float], is_log: bool) -> tuple[float, float]:
    if not is_log:
        return padded([*losses, 0.0])
    least = min(loss for loss in losses if loss > 0)
    return least / 2, max(losses) * 2
