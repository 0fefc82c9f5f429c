"""The builder of timelines under the names that it had; goes with the next release."""

import warnings
from collections.abc import Iterable, Sequence

from graphgen.draw.builder import TimelineBuilder
from graphgen.model.timeline import Element, Motion, Timeline

__all__ = ["Maker"]

warnings.warn(
    "graphgen.draw.making.Maker is now graphgen.draw.builder.TimelineBuilder",
    DeprecationWarning,
    stacklevel=2,
)


class Maker(TimelineBuilder):
    """A TimelineBuilder whose methods also have their former names."""

    def put(self, *elements: Element | Iterable[Element]) -> None:
        """`add`."""
        self.add(*elements)

    def drop(self, *keys: str) -> None:
        """`remove`."""
        self.remove(*keys)

    def beat(self, seconds: float, travelers: Sequence[Motion] = (), ease: str = "smooth") -> None:
        """`animate`.

        Args:
            seconds: how long it takes.
            travelers: what travels meanwhile.
            ease: "even", or "smooth": slow at both ends.
        """
        self.animate(seconds, travelers, "linear" if ease == "even" else "ease-in-out")

    def board(self) -> Timeline:
        """`build`."""
        return self.build()
