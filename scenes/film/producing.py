"""Films -> their parts: kept ones, and the others drawn by a crew, each kept at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from graphgen.model.errors import RenderError
from graphgen.model.store import Store

from .crew import Crew, spread
from .joining import Part
from .keeping import Shelf
from .metering import metered
from .reels import Reel
from .segments import Segment, cut
from .settings import Encoding, Frame
from .shooting import Order
from .takes import Take, read_take, write_take

__all__ = ["Film", "Floor", "Progress", "Tell", "orders_of", "produce"]


@dataclass(frozen=True, slots=True)
class Film:
    """What is drawn, of which size, and how it is encoded.

    Attributes:
        name: what the person calls it, in front of its steps in messages; "" where there is one.
    """

    reel: Reel
    frame: Frame
    encoding: Encoding
    transparent: bool = False
    name: str = ""

    @property
    def segments(self) -> tuple[Segment, ...]:
        """What is drawn on its own."""
        return cut(self.reel.seconds)

    @property
    def frames(self) -> int:
        """How many frames it has."""
        return self.frame.frames(round(sum(self.reel.seconds), 1))


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a render is.

    Attributes:
        done_frames, total_frames: of all that had to be drawn.
        waiting: the numbers of the films of which something is still to be drawn.
    """

    done_frames: int
    total_frames: int
    waiting: frozenset[int] = frozenset()


Tell: TypeAlias = Callable[[Progress], None]
OnTake: TypeAlias = Callable[[Order], None]


def orders_of(films: Sequence[Film], folder: Path) -> list[Order]:
    """One for each segment of all films, in their order."""
    pairs = [(film, segment) for film in films for segment in film.segments]
    return [
        Order(
            number,
            film.reel,
            segment,
            film.frame,
            film.encoding,
            film.transparent,
            str(folder / f"{number:05}.frames"),
            film.name,
        )
        for number, (film, segment) in enumerate(pairs)
    ]


def produce(
    films: Sequence[Film],
    folder: Path,
    crew: Crew,
    store: Store,
    on_progress: Tell | None = None,
) -> list[tuple[Part, ...]]:
    """The parts of each film.

    Args:
        films: of one build, drawn in this order.
        folder: a private one, where the parts are then.
        crew: how many processes there are, or which cluster.
        store: where segments are kept, and looked for.
        on_progress: is told how far it is, from a thread of its own.

    Returns:
        For each film its parts, in order.

    Raises:
        RenderError: a step that can't be drawn.
    """
    floor = Floor(films, folder, store)
    floor.draw(floor.fetch(floor.orders), crew, on_progress)
    return floor.parts()


class Floor:
    """Where the takes of all films come together.

    Args:
        films: in the order of their numbers.
        folder: a private one; each take gets a folder in it.
        store: where segments are kept, and looked for.

    Attributes:
        orders: one for each segment of all films.
        film_of: the number of the film of each order.
        shelf: what was kept.
    """

    def __init__(self, films: Sequence[Film], folder: Path, store: Store) -> None:
        self._films, self._folder, self.shelf = films, folder, Shelf(store)
        self.orders = orders_of(films, folder)
        self.film_of = [n for n, film in enumerate(films) for _ in film.segments]
        self._waiting: set[int] = set()

    def fetch(self, orders: Sequence[Order], on_take: OnTake = lambda order: None) -> list[Order]:
        """Put what is kept of these in its place.

        Args:
            on_take: is told of each take in its place.

        Returns:
            What isn't kept.
        """
        missing = []
        for order in orders:
            if self.shelf.fetch(order, self.place(order)):
                on_take(order)
            else:
                missing.append(order)
        return missing

    def draw(
        self,
        missing: Sequence[Order],
        crew: Crew,
        on_progress: Tell | None = None,
        on_take: OnTake = lambda order: None,
    ) -> None:
        """Have these drawn.

        Args:
            missing: the orders of segments that were not in the store.
            crew: how many processes there are, or which cluster.
            on_progress: is told how far it is, from a thread of its own; None tells nobody.
            on_take: is told of each take in its place, as soon as it is there.
        """
        if not missing:
            return

        def deliver(take: Take) -> None:
            self._deliver(take)
            on_take(self.orders[take.number])

        self._waiting = {order.number for order in missing}
        total = sum(order.frames for order in missing)

        def tell(frames: int) -> None:
            if on_progress is not None:
                waiting = frozenset(self.film_of[number] for number in tuple(self._waiting))
                on_progress(Progress(min(frames, total), total, waiting))

        with metered([Path(order.meter) for order in missing], tell):
            spread(missing, crew, deliver)
        tell(total)
        self.shelf.store.tidy()

    def place(self, order: Order) -> Path:
        """The folder of a take."""
        return self._folder / f"{order.number:05}"

    def parts(self) -> list[tuple[Part, ...]]:
        """The parts of each film.

        Raises:
            RenderError: a take isn't there.
        """
        return [self.film(number) for number in range(len(self._films))]

    def film(self, number: int) -> tuple[Part, ...]:
        """The parts of one film.

        Raises:
            RenderError: a take isn't there.
        """
        in_order: tuple[Part, ...] = ()
        for order, film in zip(self.orders, self.film_of, strict=True):
            if film == number:
                parts = read_take(self.place(order))
                if parts is None:
                    raise RenderError(
                        f"a film of all steps: {order.told} is missing; render it again"
                    )
                in_order += parts
        return in_order

    def _deliver(self, take: Take) -> None:
        """Put a take in its place, and keep it: whoever is killed now need not draw it again."""
        order = self.orders[take.number]
        files = write_take(self.place(order), take, order.encoding.part)
        self.shelf.keep(order, files)
        with Path(order.meter).open("wb") as meter:  # which may have been out of its sight
            meter.truncate(order.frames)
        self._waiting.discard(take.number)
