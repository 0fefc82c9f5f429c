"""What graphgen/capture/bytecode.py reads off frames, as a program for any Python without torch.

`python tests/bytecode_cases.py` runs every case and prints how many there are; tests/test_bytecode
runs it under each Python that is installed.
"""

# ruff: noqa: B007, RUF059 (variables that are only there for their names)

import importlib.util
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

_PLACE = Path(__file__).resolve().parents[1] / "graphgen" / "capture" / "bytecode.py"
_SPEC = importlib.util.spec_from_file_location("bytecode", _PLACE)
assert _SPEC is not None
assert _SPEC.loader is not None
bytecode = importlib.util.module_from_spec(_SPEC)
sys.modules["bytecode"] = bytecode
_SPEC.loader.exec_module(bytecode)

Seen = list[tuple[str, Any]]


class Probe:
    """Notes the text and the destination of each operation on it."""

    def __init__(self, seen: Seen) -> None:
        self.seen = seen

    def _note(self, *others: Any, **named: Any) -> "Probe":
        frame = sys._getframe(1)
        code = bytecode.Code(frame.f_code)
        self.seen.append((code.text(frame.f_lasti), code.destination(frame.f_lasti)))
        return Probe(self.seen)

    __add__ = __radd__ = __mul__ = __rmul__ = __sub__ = __matmul__ = __neg__ = __pow__ = _note
    __imul__ = __call__ = __getitem__ = sin = clamp = _note

    @property
    def mean(self) -> "Probe":
        return self

    def __iter__(self) -> Iterator["Probe"]:
        frame = sys._getframe(1)
        code = bytecode.Code(frame.f_code)
        self.seen.append((code.text(frame.f_lasti), code.destination(frame.f_lasti)))
        return iter((Probe(self.seen), Probe(self.seen)))


class Holder:
    pass


def seen_in(run: Callable[[Probe], object]) -> Seen:
    """The (text, destination) of each operation that a function does, in order."""
    seen: Seen = []
    run(Probe(seen))
    return seen


def last(run: Callable[[Probe], object]) -> tuple[str, Any]:
    return seen_in(run)[-1]


def to(name: str = "", parts: tuple[str, ...] = (), way: tuple[int, ...] | None = None) -> object:
    return bytecode.Destination(name, parts, way)


def goes_on(destination: Any) -> bool:
    """Whether a value is taken by another instruction of the same expression."""
    return bool(destination.taken >= 0 and destination == to_taken(destination.taken))


def to_taken(offset: int) -> object:
    return bytecode.Destination(taken=offset)


def case_an_operator_and_a_call_know_the_variable_that_they_go_to() -> None:
    def run(a: Probe) -> None:
        h = a * 2  # noqa: F841

    def call(a: Probe) -> None:
        h = a.clamp(0, b=1)  # noqa: F841

    def function(a: Probe) -> None:
        h = a(3)  # noqa: F841

    assert last(run) == ("a * 2", to("h"))
    assert last(call) == ("a.clamp(0, b=1)", to("h"))
    assert last(function) == ("a(3)", to("h"))


def case_what_is_used_within_the_expression_goes_to_no_variable() -> None:
    def run(a: Probe) -> None:
        h = a * 2 + 1  # noqa: F841

    def argument(a: Probe) -> None:
        h = a(a * 2, 3)  # noqa: F841

    def receiver(a: Probe) -> None:
        h = (a * 2).sin()  # noqa: F841

    for each in (run, argument, receiver):
        first, second = seen_in(each)
        assert first[0] == "a * 2", each
        assert goes_on(first[1]), each
        assert second[1] == to("h"), each


def case_tuples_are_taken_apart() -> None:
    def two(a: Probe) -> None:
        mu, logvar = a * 2, a + 1  # noqa: F841

    def three(a: Probe) -> None:
        x, y, z = a * 2, a + 1, a - 3  # noqa: F841

    def four(a: Probe) -> None:
        w, x, y, z = a * 2, a + 1, a - 3, -a  # noqa: F841

    def swapped(a: Probe) -> None:
        x, y = a, a
        x, y = y * 2, x + 1

    def nested(a: Probe) -> None:
        (x, y), z = (a * 2, a + 1), a - 3  # noqa: F841

    def starred(a: Probe) -> None:
        first, *rest = a * 2, a + 1, a - 3  # noqa: F841

    assert [name.name for _, name in seen_in(starred)] == ["first", "", ""]
    assert [name.name for _, name in seen_in(two)] == ["mu", "logvar"]
    assert [name.name for _, name in seen_in(three)] == ["x", "y", "z"]
    assert [name.name for _, name in seen_in(four)] == ["w", "x", "y", "z"]
    assert [name.name for _, name in seen_in(swapped)] == ["x", "y"]
    assert [name.name for _, name in seen_in(nested)] == ["x", "y", "z"]


def case_what_is_returned_says_by_which_way() -> None:
    def plain(a: Probe) -> Probe:
        return a * 2

    def pair(a: Probe) -> object:
        return a * 2, (a + 1, a - 1)

    assert [each for _, each in seen_in(plain)] == [to(way=())]
    assert [each for _, each in seen_in(pair)] == [to(way=(0,)), to(way=(1, 0)), to(way=(1, 1))]


def case_the_way_is_gone_at_the_caller() -> None:
    def unpacked(a: Probe) -> None:
        out, (h, c) = a(1)

    def whole(a: Probe) -> None:
        out = a(1)  # noqa: F841

    frames: list[FrameType] = []

    at: list[int] = []

    class Keeper(Probe):
        def __call__(self, *others: Any, **named: Any) -> Any:
            frames.append(sys._getframe(1))
            at.append(sys._getframe(1).f_lasti)
            return 1, (2, 3)

    unpacked(Keeper([]))
    whole(Keeper([]))
    first, second = (bytecode.Code(frame.f_code) for frame in frames)
    assert first.destination(at[0], (0,)) == to("out")
    assert first.destination(at[0], (1, 0)) == to("h")
    assert first.destination(at[0], (1, 1)) == to("c")
    assert first.destination(at[0]).parts == ("out", "")
    assert second.destination(at[1], (1, 0)) == to("out[1][0]")


def case_walrus_chain_attribute_and_key() -> None:
    def walrus(a: Probe) -> None:
        if (h := a * 2) is not None:
            a(h)

    def chain(a: Probe) -> None:
        x = y = a * 2  # noqa: F841

    def member(a: Probe) -> None:
        self = Holder()
        self.h = a * 2

    def key(a: Probe) -> None:
        hs: dict[str, object] = {}
        hs["w"] = a * 2

    def choice(a: Probe) -> None:
        h = a * 2 if a else a + 3  # noqa: F841

    assert seen_in(walrus)[0][1] == to("h")
    assert seen_in(chain)[0][1] == to("x")
    assert last(member)[1] == to("self.h")
    assert last(key)[1] == to('hs["w"]')
    assert last(choice)[1] == to("h")


def case_an_augmented_assignment_reads_as_its_operation() -> None:
    def run(a: Probe) -> None:
        h = a
        h *= a + 1

    assert last(run) == ("h * (a + 1)", to("h"))


def case_iterating_unpacks_and_has_no_text() -> None:
    def run(a: Probe) -> None:
        x, y = a

    assert last(run) == ("", to(parts=("x", "y")))


def case_functions_of_several_lines_have_their_text_on_one() -> None:
    def run(a: Probe) -> None:
        h = a(  # noqa: F841
            2,
            b=3,
        )

    assert last(run) == ("a(2, b=3)", to("h"))


def case_text_behind_letters_of_several_bytes() -> None:
    def run(a: Probe) -> None:
        ü = "ß€" and a * 2  # noqa: F841

    assert seen_in(run)[-1][0] == "a * 2"


def case_lent_are_parameters_and_targets_of_loops() -> None:
    def run(a: object, *rest: object, key: object = None, **named: object) -> None:
        own = 1  # noqa: F841
        for x in ():
            pass
        for i, (k, v) in ():
            pass
        for p in ():
            q = p  # noqa: F841

    lent = bytecode.Code(run.__code__).lent
    assert lent == {"a", "rest", "key", "named", "x", "i", "k", "v", "p"}


def case_a_comprehension_lends_its_variable() -> None:
    codes: list[Any] = []
    [codes.append(sys._getframe().f_code) for each in (1,)]
    assert "each" in bytecode.Code(codes[0]).lent


def case_chains_of_an_expression() -> None:
    def roots(text: str) -> list[object]:
        return [(chain.root, len(chain.steps)) for chain in bytecode.steps_of(text)]

    assert roots("a * b.c[0] - f(x)") == [("a", 1), ("b", 3), ("f", 1), ("x", 1)]
    assert roots("[x for x in xs]") == []
    assert roots("a +") == []
    assert roots("x[i].mean() + y[1:]") == [("x", 3), ("y", 1)]
    assert roots("x[-1]") == [("x", 2)]


def case_a_chain_leads_to_members_and_elements() -> None:
    inner = Holder()
    inner.w = "weight"  # type: ignore[attr-defined]
    self = Holder()
    self.net, self.ps = inner, ["p0", "p1"]  # type: ignore[attr-defined]
    (chain,) = bytecode.steps_of("self.net.w")
    steps = [(path, value) for path, value, _ in bytecode.path_within(chain, {"self": self})]
    assert steps[-1] == ("net.w", "weight")
    (chain, _) = bytecode.steps_of("self.ps[i] * 2 + y")
    variables = {"self": self, "i": 1}
    assert list(bytecode.path_within(chain, variables))[-1][:2] == ("ps[1]", "p1")


def case_no_code_of_the_users_runs() -> None:
    class Trap:
        def __getattr__(self, name: str) -> object:
            raise AssertionError(name)

        def __getitem__(self, key: object) -> object:
            raise AssertionError(key)

        def __eq__(self, other: object) -> bool:
            raise AssertionError

        __hash__ = None  # type: ignore[assignment]

        @property
        def w(self) -> object:
            raise AssertionError

    for text in ("t.w", "t[0]", "t.x"):
        (chain,) = bytecode.steps_of(text)
        assert len(list(bytecode.path_within(chain, {"t": Trap()}))) == 1
    assert bytecode.path_to({"t": Trap(), "ts": [Trap()]}, object()) == ""


def case_a_path_to_what_variables_hold() -> None:
    p, holder = object(), Holder()
    holder.w = p  # type: ignore[attr-defined]
    assert bytecode.path_to({"x": p}, p) == "x"
    assert bytecode.path_to({"x": p, "ps": (0, p)}, p, {"x"}) == "ps[1]"
    assert bytecode.path_to({"params": {"w": p}}, p) == "params['w']"
    assert bytecode.path_to({"layers": [{"b": 0, "w": p}]}, p) == "layers[0]['w']"
    assert bytecode.path_to({"self": holder}, p) == "w"
    assert bytecode.path_to({"net": holder}, p) == "net.w"
    assert bytecode.path_to({"_": p, "x": 1}, p) == ""


def case_a_target_with_its_keys() -> None:
    assert bytecode.path_text("h", {}) == "h"
    assert bytecode.path_text("self.hs[t]", {"t": 2}) == "hs[2]"
    assert bytecode.path_text("hs['w'][0]", {}) == "hs['w'][0]"
    assert bytecode.path_text("hs[t]", {"t": object()}) == ""
    assert bytecode.path_text("f(x).h", {}) == ""


def case_a_list_that_holds_itself_ends() -> None:
    loop: list[object] = []
    loop.append(loop)
    assert bytecode.path_to({"loop": loop}, object()) == ""


def case_looking_at_variables_keeps_nothing_alive() -> None:
    import weakref

    def run() -> None:
        thing = Holder()
        bytecode.variables_of(sys._getframe())
        there = weakref.ref(thing)
        del thing
        assert there() is None

    run()


if __name__ == "__main__":
    cases = [each for name, each in list(globals().items()) if name.startswith("case_")]
    for each in cases:
        each()
    print(len(cases), "cases hold in", sys.version.split()[0])
