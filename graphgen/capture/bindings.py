"""Under which names the user's code holds what is recorded: by where results are stored, and by
which variables hold what is used."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from types import FrameType
from typing import Any, NamedTuple
from weakref import ref

import torch
from torch import Tensor
from torch._C._functorch import is_functorch_wrapped_tensor

from graphgen.capture.bytecode import path_text, path_within, variables_of
from graphgen.capture.frames import Caller, Frames, Site
from graphgen.capture.memory import Memory
from graphgen.capture.scopes import Scopes
from graphgen.capture.seen import Given, LeafSeen, Made, Read, Ref

__all__ = ["WHOLE", "Binding", "Bindings"]

WHOLE = -1
"""In place of an output: the name is that of all that an operation gave."""

_LIBRARIES = frozenset(map(id, (torch, torch.nn, torch.nn.functional)))
_MOST_OUTPUTS = 16
_MOST_MISSES = 3


class Binding(NamedTuple):
    """A name, and how good it is: those that lend are worse, and so are those of inner frames.

    Attributes:
        is_lent: whether it is a parameter's, or that of a loop's target.
        depth: how many frames lie below the one whose name it is.
        name: as in "h" or "hs[2]".
    """

    is_lent: bool
    depth: int
    name: str


class _Moment(NamedTuple):
    """The last operation: in which frame, at which instruction, and what it made."""

    place: tuple[int, int]
    number: int
    result: "ref[Tensor] | None"


_NEVER = _Moment((0, -1), -1, None)


class Bindings:
    """Collects names while operations are recorded.

    Attributes:
        names: (sequence number, output, or WHOLE) -> the best name for it.
    """

    def __init__(self, frames: Frames, memory: Memory, scopes: Scopes | None) -> None:
        self.names: dict[tuple[int, int], Binding] = {}
        self._frames, self._memory, self._scopes = frames, memory, scopes
        self._made_at: dict[int, tuple[int, int]] = {}
        self._taken: dict[int, tuple[int, int]] = {}
        self._last = _NEVER
        self._stored: dict[tuple[int, int], _Moment] = {}
        self._read: set[int] = set()
        self._misses: Counter[tuple[int, int]] = Counter()

    def read(
        self, caller: Caller, site: Site, refs: Sequence[Ref], operands: Sequence[Any]
    ) -> tuple[Read, ...]:
        """Names for what an operation uses; and what the variables in its text stand for.

        Args:
            caller: of the operation.
            site: what is written there.
            refs: the operands.
            operands: the same as tensors and numbers.

        Returns:
            What each name in the operation's text stands for; empty where the text has no names.
        """
        frame = caller.frame
        if frame is None:
            return ()
        unnamed = self._unnamed(refs, operands, (id(frame), site.offset))
        if not unnamed and not site.chains:
            return ()
        reads = tuple(self._reads(frame, site, variables_of(frame))) if site.chains else ()
        for each, tensor in unnamed:
            if self._is_unnamed(each):
                self._name(each, tensor, frame)
        return reads

    def assign(
        self,
        caller: Caller,
        site: Site,
        refs: Sequence[Ref],
        number: int,
        outputs: Sequence[Tensor],
    ) -> int | None:
        """Names for what an operation made, by where its result is stored.

        Args:
            caller: of the operation.
            site: what is written there.
            refs: its operands.
            number: of the autograd node.
            outputs: what was made.

        Returns:
            The number of the operation before, if that was made within the same expression, as
            the transpose in a linear layer; else None.
        """
        frame = caller.frame
        if frame is None:
            return None
        before, place = self._last, (id(frame), site.offset)
        self._last = _Moment(place, number, ref(outputs[0]) if outputs else None)
        self._made_at[number] = place
        if not caller.is_direct:
            return None
        within = None
        if before.place == place and _is_held_by_none(before, frame):
            is_used = any(isinstance(r, Made) and r.number == before.number for r in refs)
            if is_used or self._frames.code(frame).may_be_several(frame.f_lasti):
                self.names.pop((before.number, WHOLE), None)
            within = before.number if is_used else None
        storing = self.store(caller, number)
        if storing is not None:
            self._forget_part(storing, refs, self._last)
        return within

    def store(self, caller: Caller, number: int) -> FrameType | None:
        """Names for what a call gives, by where its result is stored; gives that frame."""
        storing, destination = self._frames.destination(caller)
        if storing is None:
            return None
        if destination.taken >= 0:
            self._taken[number] = (id(storing), destination.taken)
        if destination.name:
            self._offer((number, WHOLE), storing, _written(destination.name, storing))
        for port, name in enumerate(destination.parts):
            self._offer((number, port), storing, name)
        return storing

    def _forget_part(self, storing: FrameType, refs: Sequence[Ref], now: _Moment) -> None:
        """Take the name from what the same call made before, where it goes into this: the name
        is that of the call's last result, as of `sum(losses)`, which adds one after the other.

        What a variable holds, or was read by its name, is no part: there a loop came again.
        """
        place = (id(storing), storing.f_lasti)
        before, self._stored[place] = self._stored.get(place), now
        if before is None or before.number in self._read:
            return
        is_used = any(isinstance(each, Made) and each.number == before.number for each in refs)
        if is_used and _is_held_by_none(before, storing):
            self.names.pop((before.number, WHOLE), None)

    def rename(self, before: Ref, made: Made) -> None:
        """Give what an operation in place made the name of what was there before."""
        binding = None
        if isinstance(before, Made):
            whole = self.names.get((before.number, WHOLE))
            binding = self.names.get((before.number, before.port), whole)
        elif isinstance(before, (LeafSeen, Given)) and before.name:
            binding = Binding(True, 0, before.name)
        if binding is not None and self._is_unnamed(made):
            self.names[made.number, made.port] = binding

    def leave(self, output: Any) -> None:
        """Names for what a module gave, by where its caller stores it."""
        caller = self._frames.innermost()
        if caller.frame is None or not caller.is_handed_on:
            return
        for way, tensor in _tensors(output, ()):
            ref = self._memory.noted(tensor)
            storing, destination = self._frames.destination(caller, way)
            if ref is None or storing is None:
                continue
            if destination.taken >= 0:
                self._taken[ref.number] = (id(storing), destination.taken)
            if destination.name:
                name = _written(destination.name, storing)
                self._offer((ref.number, ref.port), storing, name)

    def _reads(self, frame: FrameType, site: Site, variables: dict[str, Any]) -> Iterator[Read]:
        """What each variable in a text stands for, where that is a tensor that was recorded."""
        for chain in site.chains:
            root = chain.root
            if root not in variables:
                holder = frame.f_globals.get(root)
                if holder is None or id(holder) in _LIBRARIES:
                    continue  # `torch.exp` and a function of Python's hold no tensor
                variables[root] = holder
            for path, value, end in path_within(chain, variables):
                if not isinstance(value, Tensor):
                    continue
                each = self._memory.seen(value)
                if each is None and (value.requires_grad or is_functorch_wrapped_tensor(value)):
                    yield Read(chain.start, end, None)
                if each is not None:
                    yield Read(chain.start, end, each)
                    is_lent = path in self._frames.code(frame).lent
                    if isinstance(each, Made) and not is_lent:
                        self._read.add(each.number)
                        self._offer((each.number, each.port), frame, path)
                    elif self._is_unnamed(each):
                        self._name(each, value, frame)
                break

    def _is_unnamed(self, each: Ref) -> bool:
        if isinstance(each, Made):
            names = self.names
            return each not in names and (each.number, WHOLE) not in names
        return isinstance(each, (LeafSeen, Given)) and each.name is None

    def _unnamed(
        self, refs: Sequence[Ref], operands: Sequence[Any], now: tuple[int, int]
    ) -> list[tuple[Ref, Tensor]]:
        """The operands without a name, those aside that go from one operation to the next within
        one expression; most do, inside of a layer, so that is asked first."""
        made_at, taken, names = self._made_at, self._taken, self.names
        unnamed: list[tuple[Ref, Tensor]] = []
        for each, tensor in zip(refs, operands):  # noqa: B905  (of one length, and asked often)
            if type(each) is Made:
                number = each[0]
                if made_at.get(number) == now or taken.get(number) == now:
                    continue
                if each not in names and (number, WHOLE) not in names:
                    unnamed.append((each, tensor))
            elif isinstance(each, (LeafSeen, Given)) and each.name is None:
                unnamed.append((each, tensor))
        return unnamed

    def _name(self, each: Ref, tensor: Tensor, frame: FrameType) -> None:
        """Name something by the variable that holds it where it is used first.

        Where several things had no name already, as in a loop, no more are looked for: a search
        through lists and objects takes longer than most operations do.
        """
        name, place = "", (id(frame.f_code), frame.f_lasti)
        is_known = self._scopes is not None and self._scopes.holds(tensor)
        if not is_known and self._misses[place] < _MOST_MISSES:
            name = self._frames.name_of(tensor, frame, isinstance(each, Made))
            self._misses[place] += not name
        if isinstance(each, Made):
            key = (each.number, each.port)
            self.names[key] = Binding(True, 0, name)  # what is stored later is better
        elif isinstance(each, (LeafSeen, Given)):
            each.name = name

    def _offer(self, key: tuple[int, int], frame: FrameType, name: str) -> None:
        """Take a name, unless there is a better one."""
        before = self.names.get(key)
        if not name.strip("_") or (before is not None and before.name == name):
            return
        binding = Binding(False, _depth(frame), name)
        if before is None or binding[:2] < before[:2]:
            self.names[key] = binding


def _is_held_by_none(moment: _Moment, frame: FrameType) -> bool:
    """Whether what was made at a moment is no result that a variable of the frame holds: the
    operation is one of several in a call, and not one of a loop."""
    tensor = moment.result() if moment.result is not None else None
    return not any(value is tensor for value in variables_of(frame).values())


def _written(target: str, frame: FrameType) -> str:
    """A target as it is written; the variables are needed only where it has keys."""
    return target if target.isidentifier() else path_text(target, variables_of(frame))


def _depth(frame: FrameType | None) -> int:
    depth = 0
    while frame is not None:
        depth += 1
        frame = frame.f_back
    return depth


def _tensors(output: Any, way: tuple[int, ...]) -> Iterable[tuple[tuple[int, ...], Tensor]]:
    """The tensors in what a module gave, each with the indices that lead to it."""
    if isinstance(output, Tensor):
        yield way, output
    elif type(output) in (tuple, list) and len(output) <= _MOST_OUTPUTS and len(way) < 3:
        for index, item in enumerate(output):
            yield from _tensors(item, (*way, index))
