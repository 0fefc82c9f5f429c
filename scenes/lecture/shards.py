"""A lecture drawn by machines that know nothing of each other: each draws its share into a folder.

    FOLDER/shard-03-of-16/plan/       what it is a share of
    FOLDER/shard-03-of-16/00017/      the take of segment 17

Plain files: the folders may be copied together by whatever means, and joined anywhere.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from graphgen.model.errors import InputError, OutputError
from graphgen.model.private_folders import private_folder
from graphgen.model.store import Store, digest_of

from ..film.crew import Crew
from ..film.keeping import fetch_take
from ..film.producing import Floor, Progress
from ..film.shooting import Order
from ..video import check_encoder, full_disk_told
from .edition import dumps, loads
from .plans import Plan, plan_of

__all__ = ["Shard", "collected", "draw_shard", "shard_of"]

_NAME = re.compile(r"shard-(\d{1,5})-of-(\d{1,5})")
_PLAN = "plan"
_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Shard:
    """One of so many shares, from 1."""

    number: int
    count: int

    @property
    def folder(self) -> str:
        """The name of its folder."""
        wide = len(str(self.count))
        return f"shard-{self.number:0{wide}}-of-{self.count}"

    def orders(self, orders: Sequence[Order]) -> list[Order]:
        """Its share: segments that follow each other, about as many frames as every other has."""
        whole = sum(order.frames for order in orders)
        own, passed = [], 0.0
        for order in orders:
            middle = (passed + order.frames / 2) / whole
            if int(middle * self.count) + 1 == self.number:
                own.append(order)
            passed += order.frames
        return own


def shard_of(text: str) -> Shard:
    """The share that a text such as "3/16" names.

    Raises:
        InputError: it names none.
    """
    match = re.fullmatch(r"(\d{1,5})/(\d{1,5})", text)
    if match is None or not 1 <= int(match[1]) <= int(match[2]) <= _MOST:
        raise InputError(f"a share of all, as in 3/16: got {text[:40]!r}; the first is 1/16")
    return Shard(int(match[1]), int(match[2]))


def draw_shard(
    plan: Plan,
    folder: Path,
    shard: Shard,
    crew: Crew,
    store: Store,
    on_progress: Callable[[Progress], None] | None = None,
) -> Path:
    """Draw a share of a lecture; what is in its folder already isn't drawn again.

    Args:
        plan: the films of the sections, as segments.
        folder: gets a folder for this share.
        shard: which share of how many.
        crew: how many processes there are.
        store: where segments are kept, and looked for.
        on_progress: is told how far it is, from a thread of its own; None tells nobody.

    Returns:
        The share's folder.
    """
    check_encoder(plan.films[0].encoding)
    own = _own_folder(folder, shard)
    with full_disk_told(), private_folder() as room:
        _note_plan(plan, Store(own), room)
        done = _takes(own, dumps(plan.edition))
        floor = Floor(plan.films, room, store)
        missing = [
            order
            for order in shard.orders(floor.orders)
            if not fetch_take(done, f"{order.number:05}", order, floor.place(order))
        ]

        def keep(order: Order) -> None:
            done.keep(f"{order.number:05}", floor.place(order).iterdir())

        floor.draw(floor.fetch(missing, keep), crew, on_progress, keep)
    return own


def _own_folder(folder: Path, shard: Shard) -> Path:
    try:
        own = folder / shard.folder
        own.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"a folder for shares: {folder} can't be made ({error.strerror}); "
            "choose another with -o"
        ) from error
    return own


def _takes(own: Path | None, plan: str) -> Store:
    """What keeps the takes of a share; of another lecture's, with the same numbers, it has none."""
    return Store(own, of=digest_of(plan.encode()))


def _note_plan(plan: Plan, done: Store, room: Path) -> None:
    """Note of which plan this is a share; what was drawn for another one goes."""
    known = _plan_in(done, room / "known")
    if known != dumps(plan.edition):
        done.clear()
        note = room / "plan.json"
        note.write_text(dumps(plan.edition), encoding="utf-8")
        done.keep(_PLAN, [note])


def _plan_in(store: Store, into: Path) -> str:
    if not store.fetch(_PLAN, into):
        return ""
    return (into / "plan.json").read_text(encoding="utf-8")


def collected(folder: Path, into: Path) -> tuple[Plan, Floor]:
    """All shares of a lecture, together.

    Args:
        into: a private folder, that the takes are put into.

    Raises:
        InputError: there are none, they are of different lectures, or some are missing.
    """
    shards = dict(_shards(folder))
    if not shards:
        raise InputError(
            f"a folder of shares: {folder} has none; make them with autoviz lecture build --shard"
        )
    plans = {
        shard: _plan_in(store, into / "plans" / shard.folder) for shard, store in shards.items()
    }
    _check_alike(plans)
    text = next(iter(plans.values()))
    plan = plan_of(loads(text))
    floor = Floor(plan.films, into, Store(None))
    missing = {order.number for order in floor.orders}
    for shard, store in shards.items():
        done = _takes(store.folder, text)
        for order in shard.orders(floor.orders):
            if fetch_take(done, f"{order.number:05}", order, floor.place(order)):
                missing.discard(order.number)
    _check_whole(next(iter(shards)).count, missing, floor)
    return plan, floor


def _shards(folder: Path) -> Iterator[tuple[Shard, Store]]:
    try:
        places = sorted(folder.iterdir())
    except OSError as error:
        raise InputError(
            f"a folder of shares: {folder} can't be read ({error.strerror}); name another"
        ) from error
    for place in places:
        match = _NAME.fullmatch(place.name)
        if match and 1 <= int(match[1]) <= int(match[2]) <= _MOST and place.is_dir():
            yield Shard(int(match[1]), int(match[2])), Store(place)


def _check_alike(plans: dict[Shard, str]) -> None:
    first = next(iter(plans))
    for shard, plan in plans.items():
        if not plan:
            raise InputError(
                f"whole shares: {shard.folder} has no plan; run "
                f"--shard {shard.number}/{shard.count} again"
            )
        if plan != plans[first] or shard.count != first.count:
            raise InputError(
                f"shares of one lecture: {shard.folder} is of another one than {first.folder} "
                "(changed meanwhile, or a loss that isn't the same each time: seed it); "
                f"run --shard {shard.number}/{shard.count} again"
            )


def _check_whole(count: int, missing: set[int], floor: Floor) -> None:
    shares = [
        f"{number}/{count}"
        for number in range(1, count + 1)
        if missing & {order.number for order in Shard(number, count).orders(floor.orders)}
    ]
    if shares:
        raise InputError(
            f"every share: {len(missing)} of {len(floor.orders)} segments are missing; "
            f"run again --shard {', '.join(shares[:20])}"
        )
