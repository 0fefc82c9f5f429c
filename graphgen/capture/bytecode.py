"""A frame -> what its code says there: the expression, what it reads, and where its result goes.

It needs no torch, and runs no code of the user's: nothing but bytecode, source text, and the
plain dicts and lists in which a frame and its objects keep their own.
"""

import ast
import dis
import linecache
import sys
from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from inspect import CO_OPTIMIZED
from itertools import islice
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any

__all__ = [
    "Chain",
    "Code",
    "Destination",
    "code_of",
    "held_in",
    "path_text",
    "path_to",
    "path_within",
    "steps_of",
    "variables_of",
]

_STORES = frozenset({"STORE_FAST", "STORE_NAME", "STORE_GLOBAL", "STORE_DEREF"})
_JUMPS = frozenset({"JUMP_FORWARD", "JUMP_NO_INTERRUPT"})
_CALLS = ("CALL", "PRECALL", "BINARY", "UNARY", "COMPARE", "LOAD_ATTR", "LOAD_METHOD")
_COLLECTORS = ("list(", "tuple(", "set(", "dict(")
"""How the instructions begin whose place in the source is an expression of their own."""

_POPS = {
    "BINARY_OP": 2, "BINARY_SUBSCR": 2, "BINARY_SLICE": 3, "COMPARE_OP": 2, "IS_OP": 2,
    "CONTAINS_OP": 2, "UNARY_NEGATIVE": 1, "UNARY_NOT": 1, "UNARY_INVERT": 1, "UNARY_POSITIVE": 1,
    "GET_ITER": 1, "LOAD_ATTR": 1, "LOAD_METHOD": 1, "POP_TOP": 1, "LIST_APPEND": 1, "SET_ADD": 1,
    "MAP_ADD": 2, "LIST_EXTEND": 1, "SET_UPDATE": 1, "DICT_UPDATE": 1, "DICT_MERGE": 1,
    "FORMAT_SIMPLE": 1, "FORMAT_WITH_SPEC": 2, "CONVERT_VALUE": 1, "YIELD_VALUE": 1, "TO_BOOL": 1,
    "POP_JUMP_IF_TRUE": 1, "POP_JUMP_IF_FALSE": 1, "POP_JUMP_IF_NONE": 1, "POP_JUMP_IF_NOT_NONE": 1,
    "POP_JUMP_FORWARD_IF_TRUE": 1, "POP_JUMP_FORWARD_IF_FALSE": 1, "POP_JUMP_FORWARD_IF_NONE": 1,
    "POP_JUMP_FORWARD_IF_NOT_NONE": 1, "CALL_INTRINSIC_1": 1, "CALL_INTRINSIC_2": 2,
    "UNPACK_SEQUENCE": 1, "UNPACK_EX": 1,
}  # fmt: skip
"""How many values an instruction takes from the stack."""

_POPS_BY_ARGUMENT = {
    "BUILD_SLICE": (1, 0), "BUILD_STRING": (1, 0), "BUILD_SET": (1, 0), "BUILD_MAP": (2, 0),
    "BUILD_CONST_KEY_MAP": (1, 1), "CALL": (1, 2), "CALL_KW": (1, 3),
}  # fmt: skip
"""The same where it depends on the instruction's argument: times so many, plus so many."""

_STILL = frozenset(
    {"NOP", "CACHE", "RESUME", "KW_NAMES", "EXTENDED_ARG", "PRECALL", "COPY_FREE_VARS"}
)
_PUSHES = ("LOAD_FAST", "LOAD_CONST", "LOAD_NAME", "LOAD_GLOBAL", "LOAD_DEREF", "LOAD_CLOSURE",
           "LOAD_CLASSDEREF", "PUSH_NULL", "COPY", "SWAP", "BUILD_TUPLE", "BUILD_LIST")  # fmt: skip
"""How the instructions begin that take no value away."""

_TARGETS = {"STORE_ATTR": 1, "STORE_SUBSCR": 2}
"""How many values lie above the one that an instruction stores in an attribute or an element."""
_LARGEST_SEARCHED = 1000
_MOST_SEARCHED = 5000
_DEEPEST_SEARCHED = 3
"""How far an object is looked for: containers of so many elements, in all so many, so deep."""
_PLAIN = (list, tuple)
_CONTAINERS = (list, tuple, dict)
_ATOMS = frozenset(map(id, (int, float, complex, bool, str, bytes, type(None))))
"""The ids of the types of what holds nothing; to hash a type may run code of the user's."""
_HIDDEN = ("_", ".")
"""How the variables begin that are not the user's to see."""
_MISSING = object()
_OWN_DICTS = ("_parameters", "_buffers", "_modules")
"""Where an object that hides its members, as a torch module does, keeps them."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a value goes that an instruction leaves behind.

    Attributes:
        name: the variable that it is stored in, or what is written there ("self.h", "hs[t]"); "".
        parts: where it is unpacked at once, the names of its parts; "" for those without.
        way: where it is returned, the indices by which the caller has it: () for all of it;
            None where it is not.
        taken: the offset of the instruction that takes it in the same expression; -1 where none.
    """

    name: str = ""
    parts: tuple[str, ...] = ()
    way: tuple[int, ...] | None = None
    taken: int = -1


@dataclass(frozen=True, slots=True)
class Chain:
    """A variable that an expression reads, with the attributes and keys after it: "net.w[0]".

    Attributes:
        start: where it begins in the text.
        root: the variable.
        steps: (kind, key, where it ends in the text) for each; the first is the variable itself.
            The kind is "name", "attribute", "key" (a number or a text) or "variable" (a key that
            a variable holds).
    """

    start: int
    root: str
    steps: tuple[tuple[str, Any, int], ...]


class Code:
    """What is read off one code object, each part when it is asked for first.

    Args:
        code: of a frame.

    Attributes:
        parameters: of the function.
        lent: variables that hold each thing only for a while: parameters and targets of loops.
    """

    def __init__(self, code: CodeType) -> None:
        self.code = code
        self._instructions = [i for i in dis.get_instructions(code) if i.opname != "CACHE"]
        self._offsets = [instruction.offset for instruction in self._instructions]
        self._places = {offset: place for place, offset in enumerate(self._offsets)}
        count = code.co_argcount + code.co_kwonlyargcount
        count += bool(code.co_flags & 0x04) + bool(code.co_flags & 0x08)
        self.parameters = frozenset(code.co_varnames[:count])
        self.lent = self.parameters | set(self._loop_targets())
        self._texts: dict[int, str] = {}
        self._destinations: dict[tuple[int, tuple[int, ...]], Destination] = {}

    def destination(self, last: int, way: Sequence[int] = ()) -> Destination:
        """Where the result of the instruction that runs goes.

        Args:
            last: the frame's f_lasti; in a call it points behind the instruction, at its cache.
            way: the indices by which the value lies in that result.
        """
        key = (last, tuple(way))
        if key not in self._destinations:
            self._destinations[key] = self._destination(*key)
        return self._destinations[key]

    def _destination(self, last: int, way: tuple[int, ...]) -> Destination:
        place = self._place(last)
        if self._instructions[place].opname == "UNPACK_SEQUENCE":  # it runs unbind itself
            return self._unpacked(place)
        if self._collects(place):
            return Destination()
        return self._follow(place + 1, 0, way)

    def offset(self, last: int) -> int:
        """The offset of the instruction that runs: in a call f_lasti may lie behind or before."""
        place = self._place(last)
        return self._offsets[place + (self._instructions[place].opname == "PRECALL")]

    def may_be_several(self, last: int) -> bool:
        """Whether several operations may stand behind the instruction that runs, as behind a call;
        behind a sign there is one."""
        instruction = self._instructions[self._place(last)]
        is_sign = instruction.opname.startswith(("BINARY_OP", "UNARY", "COMPARE"))
        return not is_sign or "@" in instruction.argrepr

    def text(self, last: int) -> str:
        """The source text of the expression whose operation runs, on one line; "" if unknown."""
        if last not in self._texts:
            self._texts[last] = self._text(last)
        return self._texts[last]

    def _text(self, last: int) -> str:
        instruction = self._instructions[self._place(last)]
        if not instruction.opname.startswith(_CALLS):
            return ""
        text = self._source(instruction.offset)
        if text.startswith(_COLLECTORS):
            return ""
        return _without_assignment(text) if instruction.opname == "BINARY_OP" else text

    def _collects(self, place: int) -> bool:
        """Whether a call only gathers what operations give, as `list(map(torch.exp, xs))` does:
        where its list is stored, and what is written there, is no name of one of them."""
        instruction = self._instructions[place]
        is_call = instruction.opname.startswith("CALL")
        return is_call and self._source(instruction.offset).startswith(_COLLECTORS)

    def _place(self, last: int) -> int:
        return max(0, bisect_right(self._offsets, last) - 1)

    def _source(self, offset: int) -> str:
        code = self.code
        first, last, start, end = next(islice(code.co_positions(), offset // 2, None))
        if first is None or last is None or start is None or end is None:
            return ""
        lines = [linecache.getline(code.co_filename, n).encode() for n in range(first, last + 1)]
        if not lines or not all(lines):
            return ""
        lines[-1] = lines[-1][:end]
        lines[0] = lines[0][start:]
        text = b"".join(lines).decode(errors="replace")
        return _on_one_line(text) if len(lines) > 1 else " ".join(text.split())

    def _follow(self, place: int, depth: int, way: tuple[int, ...]) -> Destination:
        """Follows a value from an instruction on.

        Args:
            place: of the instruction.
            depth: how many values lie above it on the stack.
            way: the indices by which it lies in the value on the stack.
        """
        while place < len(self._instructions):
            instruction = self._instructions[place]
            if instruction.opname in _JUMPS:
                place = self._places.get(instruction.argval, len(self._instructions))
                continue
            end = self._end(place, depth, way)
            if end is not None:
                return end
            depth, way = _moved(instruction, depth, way)
            place += 1
        return Destination()

    def _end(self, place: int, depth: int, way: tuple[int, ...]) -> Destination | None:
        """Where a value goes by an instruction; None if it stays on the stack."""
        instruction = self._instructions[place]
        name, argument = instruction.opname, instruction.arg or 0
        stored = _stored(instruction)
        if stored is not None:
            return Destination(f"{stored[depth]}{_keys(way)}") if depth < len(stored) else None
        if name in _TARGETS:
            return self._written(instruction, depth, way)
        if name == "COPY" and argument == depth + 1:
            copied = self._follow(place + 1, 0, way)
            return copied if copied.name or copied.parts else None
        if depth == 0 and name == "RETURN_VALUE":
            return Destination(way=way)
        if depth == 0 and name in ("UNPACK_SEQUENCE", "UNPACK_EX"):
            if not way and name == "UNPACK_SEQUENCE":
                return self._unpacked(place)
            is_starred = not way or way[0] >= argument & 0xFF
            return Destination() if is_starred else None
        return Destination(taken=instruction.offset) if _takes(instruction, depth) else None

    def _written(
        self, instruction: dis.Instruction, depth: int, way: tuple[int, ...]
    ) -> Destination | None:
        """Where a value goes that is stored as an attribute or an element."""
        height = _TARGETS[instruction.opname]
        if depth > height:
            return None
        target = self._source(instruction.offset) if depth == height else ""
        return Destination(f"{target}{_keys(way)}" if target else "")

    def _unpacked(self, place: int) -> Destination:
        count = self._instructions[place].arg or 0
        parts = tuple(self._follow(place + 1, depth, ()).name for depth in range(count))
        return Destination(parts=parts if any(parts) else ())

    def _loop_targets(self) -> Iterator[str]:
        for place, instruction in enumerate(self._instructions):
            if instruction.opname != "FOR_ITER":
                continue
            left = 1
            for target in self._instructions[place + 1 :]:
                stored = _stored(target)
                if stored is not None:
                    yield from stored[:left]
                    left -= len(stored)
                elif target.opname == "UNPACK_SEQUENCE":
                    left += (target.arg or 0) - 1
                elif target.opname not in _STILL:
                    break
                if left <= 0:
                    break


def code_of(code: CodeType) -> Code:
    """What can be read off a code, also by the recordings that come after."""
    return _code_of(code.co_filename, code.co_linetable, code)


@lru_cache(1024)
def _code_of(path: str, lines: bytes, code: CodeType) -> Code:
    return Code(code)  # those of different files and lines may be equal


@lru_cache(4096)
def steps_of(text: str) -> tuple[Chain, ...]:
    """The variables that an expression reads, each with what follows it, in order.

    >>> [(chain.root, chain.steps[-1][:2]) for chain in steps_of("h * self.w + ps[3]")]
    [('h', ('name', 'h')), ('self', ('attribute', 'w')), ('ps', ('key', 3))]
    """
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    chains: list[Chain] = []
    stack: list[ast.AST] = [tree]
    while stack:
        node = stack.pop()
        steps = _steps(node)
        if steps is None:
            hidden = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
            stack.extend([] if isinstance(node, hidden) else ast.iter_child_nodes(node))
            continue
        start = len(text.encode()[: node.col_offset].decode(errors="replace"))  # type: ignore[attr-defined]
        ends = [(kind, key, _end(text, part)) for kind, key, part in steps]
        chains.append(Chain(start, str(steps[0][1]), tuple(ends)))
    return tuple(sorted(chains, key=_by_start))


def path_within(chain: Chain, variables: Mapping[str, Any]) -> Iterator[tuple[str, Any, int]]:
    """What a chain leads to, step by step: (its name, the object, where it ends in the text).

    It goes no further than plain members and elements, so that no code of the user's runs.
    """
    missing = _MISSING
    value: Any = variables.get(chain.root, missing)
    path = ""
    for kind, key, end in chain.steps:
        if kind == "name":
            path = chain.root
        elif kind == "attribute":
            value, path = _member(value, key, missing), f"{path}.{key}"
        else:
            key = variables.get(key) if kind == "variable" else key
            if type(key) not in (int, str):
                return
            value, path = _element(value, key, missing), f"{path}[{key!r}]"
        if value is missing:
            return
        yield path.removeprefix("self."), value, end


def path_text(text: str, variables: Mapping[str, Any]) -> str:
    """A target as it is written, with its keys: "hs[2]" of "hs[t]"; "" where one isn't plain.

    >>> path_text("self.hs[t]", {"t": 2})
    'hs[2]'
    """
    if text.isidentifier():
        return text
    chains = steps_of(text)
    if len(chains) != 1 or chains[0].steps[-1][2] != len(text):
        return ""
    path = ""
    for kind, key, _ in chains[0].steps:
        key = variables.get(key) if kind == "variable" else key
        if type(key) not in (int, str):
            return ""
        path += {"name": str(key), "attribute": f".{key}"}.get(kind, f"[{key!r}]")
    return path.removeprefix("self.")


def path_to(variables: Mapping[str, Any], value: object, passed: Collection[str] = ()) -> str:
    """How variables call an object that they hold: "w", "ps[3]", "net.w"; "" if they don't.

    Args:
        variables: of a frame.
        value: looked for by identity.
        passed: variables that are passed over.

    Returns:
        The path, as it would be written in Python.

    >>> path_to({"x": 1, "ps": [[], w := object()]}, w)
    'ps[1]'
    """
    for name, other in variables.items():
        if other is value and name not in passed and not name.startswith(_HIDDEN):
            return name
    return next((_joined(way) for way, other in _held_in(variables, passed) if other is value), "")


def held_in(
    variables: Mapping[str, Any], passed: Collection[str] = ()
) -> Iterator[tuple[str, Any]]:
    """What lies in the lists, dicts and objects that variables hold: (its name, the object).

    Breadth first, so that the shortest name of a thing is its first.
    """
    return ((_joined(way), other) for way, other in _held_in(variables, passed))


def _held_in(
    variables: Mapping[str, Any], passed: Collection[str]
) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """What `held_in` gives, each with the steps to it instead of its name: most are passed by."""
    holders: list[tuple[tuple[Any, ...], Any]] = [
        ((name,), holder)
        for name, holder in variables.items()
        if name not in passed and not name.startswith(_HIDDEN)
    ]
    left = _MOST_SEARCHED
    for _ in range(_DEEPEST_SEARCHED):
        deeper = []
        for way, holder in holders:
            elements = _elements(holder)
            if not elements:
                continue
            written = "[{!r}]" if type(holder) in _CONTAINERS else ".{}"
            inner = [((way, written, key), other) for key, other in elements]
            yield from inner
            deeper += inner
            left -= len(inner)
            if left <= 0:
                return
        holders = deeper


def _joined(way: tuple[Any, ...]) -> str:
    """The name of what some steps lead to: (variable,), or (the steps before, format, key)."""
    steps = []
    while len(way) > 1:
        way, written, key = way
        steps.append(written.format(key))
    return "".join([way[0], *reversed(steps)]).removeprefix("self.")


def variables_of(frame: FrameType) -> dict[str, Any]:
    """The variables of a frame, without leaving them alive in it.

    Before Python 3.13 a function's frame keeps the dict that it hands out, and so what the user
    deletes later; it is emptied again, unless the user holds it as well.
    """
    local_variables = frame.f_locals
    variables = dict(local_variables)
    holders = 3  # the frame, the name above, and the argument of getrefcount
    is_copy = bool(frame.f_code.co_flags & CO_OPTIMIZED) and sys.version_info < (3, 13)
    if is_copy and sys.getrefcount(local_variables) <= holders:
        local_variables.clear()
    return variables


def _stored(instruction: dis.Instruction) -> tuple[str, ...] | None:
    """The variables that an instruction stores into, that of the topmost value first."""
    name = instruction.opname
    if name in _STORES:
        return (str(instruction.argval),)
    if name == "STORE_FAST_STORE_FAST":
        return tuple(map(str, instruction.argval))
    if name == "STORE_FAST_LOAD_FAST":
        return (str(instruction.argval[0]),)
    return None


def _moved(
    instruction: dis.Instruction, depth: int, way: tuple[int, ...]
) -> tuple[int, tuple[int, ...]]:
    """The depth and the way of a value behind an instruction that leaves it on the stack."""
    name, argument = instruction.opname, instruction.arg or 0
    if name == "SWAP":
        return (argument - 1 - depth if depth in (0, argument - 1) else depth), way
    if name in ("BUILD_TUPLE", "BUILD_LIST") and depth < argument:
        return 0, (argument - 1 - depth, *way)
    if name in ("UNPACK_SEQUENCE", "UNPACK_EX") and depth == 0:
        return way[0], way[1:]
    if depth == 0 and _loads_method(instruction):
        return 0, way  # below it comes the method, to which it is the first argument
    if name in _STILL:
        return depth, way
    if name == "CALL":
        return depth - argument - 1, way
    return depth + _effect(instruction), way


def _takes(instruction: dis.Instruction, depth: int) -> bool:
    """Whether an instruction takes a value at a depth from the stack, or may, being unknown."""
    name, argument = instruction.opname, instruction.arg or 0
    if name in _STILL or name.startswith(_PUSHES) or (not depth and _loads_method(instruction)):
        return False
    if name == "CALL_FUNCTION_EX":
        return depth < 3 + (argument & 1)
    factor, more = _POPS_BY_ARGUMENT.get(name, (0, _POPS.get(name, 1 << 30)))
    return depth < factor * argument + more


def _loads_method(instruction: dis.Instruction) -> bool:
    """Whether a method is looked up to be called: its object stays on the stack."""
    if instruction.opname == "LOAD_ATTR" and sys.version_info >= (3, 12):
        return bool((instruction.arg or 0) & 1)
    return instruction.opname == "LOAD_METHOD"


def _effect(instruction: dis.Instruction) -> int:
    argument = instruction.arg if instruction.opcode >= dis.HAVE_ARGUMENT else None
    return dis.stack_effect(instruction.opcode, argument, jump=False)


def _keys(way: Sequence[int]) -> str:
    return "".join(f"[{index}]" for index in way)


def _on_one_line(text: str) -> str:
    """An expression without its line breaks and comments."""
    try:
        return ast.unparse(ast.parse(f"({text}\n)", mode="eval"))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return " ".join(text.split())


def _without_assignment(text: str) -> str:
    """An augmented assignment as the operation that it is: "h * w" of "h *= w"."""
    try:
        (statement,) = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return text
    if not isinstance(statement, ast.AugAssign):
        return text
    return ast.unparse(ast.BinOp(statement.target, statement.op, statement.value))


def _steps(node: ast.AST) -> list[tuple[str, Any, ast.expr]] | None:
    """A chain from its variable on; None of what is none."""
    steps: list[tuple[str, Any, ast.expr]] = []
    while not isinstance(node, ast.Name):
        if isinstance(node, ast.Attribute):
            steps.append(("attribute", node.attr, node))
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            steps.append(("key", node.slice.value, node))
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Name):
            steps.append(("variable", node.slice.id, node))
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.UnaryOp):
            try:
                steps.append(("key", ast.literal_eval(node.slice), node))
            except ValueError:
                return None
        else:
            return None
        node = node.value
    return [("name", node.id, node), *reversed(steps)]


def _end(text: str, node: ast.expr) -> int:
    return len(text.encode()[: node.end_col_offset].decode(errors="replace"))


def _by_start(chain: Chain) -> int:
    return chain.start


def _member(value: Any, name: str, missing: Any) -> Any:
    """A member that an object itself holds, without asking its class."""
    members = _members(value)
    if members is None:
        return missing
    if name in members:
        return members[name]
    for own in _OWN_DICTS:
        hidden = members.get(own)
        if isinstance(hidden, dict) and name in hidden:
            return hidden[name]
    return missing


def _members(value: Any) -> dict[str, Any] | None:
    try:
        members = object.__getattribute__(value, "__dict__")
    except (AttributeError, TypeError):
        return None
    return members if type(members) is dict else None


def _element(value: Any, key: Any, missing: Any) -> Any:
    """An element of a plain list, tuple or dict, or of a module that numbers its own."""
    if type(value) in _PLAIN and isinstance(key, int):
        return value[key] if -len(value) <= key < len(value) else missing
    if isinstance(value, dict) and type(value).__getitem__ is dict.__getitem__:
        return dict.get(value, key, missing)
    return _member(value, str(key), missing)


def _elements(holder: Any) -> list[tuple[Any, Any]]:
    """What a plain container or an object holds, each with its index, its key or its name."""
    kind = type(holder)
    if id(kind) in _ATOMS or isinstance(holder, (type, ModuleType, FunctionType)):
        return []
    if kind in _CONTAINERS and len(holder) > _LARGEST_SEARCHED:
        return []
    if kind in _PLAIN:
        return list(enumerate(holder))
    if kind is dict:
        return [pair for pair in list(holder.items()) if type(pair[0]) in (int, str)]
    elements: list[tuple[Any, Any]] = []
    members = _members(holder)
    if not members:
        return elements
    for name, other in list(members.items())[:_LARGEST_SEARCHED]:
        if name[:1] != "_":
            elements.append((name, other))
        elif name in _OWN_DICTS and isinstance(other, dict):
            elements += other.items()
    return elements
