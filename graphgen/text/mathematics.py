"""Formulas in plain text -> trees -> Typst's markup, in which mathematics is set as mathematics.

The plain text is a program, or what `formulas.pretty` makes of one: "y = tanh(w × x1) + b". What
isn't mathematics has no tree, and is set as words.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

__all__ = ["Apply", "Bracket", "Leaf", "Math", "Series", "markup", "parsed"]


@dataclass(frozen=True, slots=True)
class Leaf:
    """A name or a number."""

    text: str


@dataclass(frozen=True, slots=True)
class Bracket:
    """What stands in brackets."""

    inner: "Math"


@dataclass(frozen=True, slots=True)
class Apply:
    """An operator or a function with its operands.

    Attributes:
        head: an operator out of _BINDS, "neg", "power", "transpose", "at" for an index, or the name
            of a function.
    """

    head: str
    operands: tuple["Math", ...]


@dataclass(frozen=True, slots=True)
class Series:
    """Parts with a sign between: statements with ";", arguments with ",", rows of a matrix with
    "|"."""

    sign: str
    parts: tuple["Math", ...]


Math = Leaf | Bracket | Apply | Series

_BINDS = {"=": 1, "≈": 1, "<": 2, ">": 2, "≤": 2, "≥": 2, "+": 3, "−": 3,
          "×": 4, "⊙": 4, "/": 4, "@": 4, "^": 6}  # fmt: skip
_SIGN_BINDS = 4
"""A sign before a product is that of the product."""

_LONGEST = 400
_DEEPEST = 60

_MARKS = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻ᵀ"
"""Letters to Python, and signs here."""

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?(?:e[−-]?\d+)?|nan|inf)(?![^\W⁰¹²³⁴⁵⁶⁷⁸⁹⁻ᵀ]|\.)"
    rf"|(?P<name>[^\W\d{_MARKS}][^\W{_MARKS}]*(?:\.[^\W{_MARKS}]+)*)"
    r"|(?P<raised>[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)|(?P<sign>\*\*|[*=≈<>≤≥+−×⊙/@^()\[\],;ᵀ|-]))"
)
_AS_WRITTEN = {"*": "×", "**": "^", "-": "−"}
"""Signs of programs, and those of people."""
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789−")
_LOWERED = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")

_GREEK = frozenset(
    """alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma
    tau upsilon phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi
    Omega""".split()  # noqa: SIM905
)
_ACCENTS = {"hat": "hat", "bar": "overline", "tilde": "tilde", "dot": "dot", "prime": "prime"}


class _NotMathematicsError(Exception):
    """The text is no formula."""


@lru_cache(maxsize=2048)
def parsed(text: str) -> Math | None:
    """The tree of a formula; None where the text is none.

    >>> parsed("a + b")
    Apply(head='+', operands=(Leaf(text='a'), Leaf(text='b')))
    >>> parsed("b gets 5")
    """
    if len(text) > _LONGEST:
        return None
    try:
        return _Parser(text).statements()
    except _NotMathematicsError:
        return None


class _Parser:
    """Operator precedence parsing (Pratt), over tokens."""

    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text))
        self._at = self._depth = 0

    def statements(self) -> Math:
        parts = [self.expression(0)]
        while self._take(";") and self._at < len(self._tokens):
            parts.append(self.expression(0))
        if self._at < len(self._tokens):
            raise _NotMathematicsError
        return parts[0] if len(parts) == 1 else Series(";", tuple(parts))

    def expression(self, least: int) -> Math:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _NotMathematicsError
        left = self._signed()
        while (binds := _BINDS.get(self._next(), -1)) >= max(least, 0) and binds >= 0:
            sign = self._pop()
            right = self.expression(binds if sign == "^" else binds + 1)
            left = Apply("power" if sign == "^" else sign, (left, right))
        self._depth -= 1
        return left

    def _signed(self) -> Math:
        if self._next() == "−":
            self._pop()
            return Apply("neg", (self.expression(_SIGN_BINDS),))
        return self._suffixed(self._atom())

    def _suffixed(self, inner: Math) -> Math:
        while True:
            kind, token = self._peek()
            if kind == "raised":
                self._pop()
                inner = Apply("power", (inner, Leaf(token.translate(_RAISED))))
            elif token == "ᵀ":
                self._pop()
                inner = Apply("transpose", (inner,))
            elif token == "[" and isinstance(inner, Leaf | Apply):
                self._pop()
                inner = Apply("at", (inner, self._within("]")))
            else:
                return inner

    def _atom(self) -> Math:
        kind, token = self._peek()
        self._pop()
        if kind == "number":
            return Leaf(token.replace("-", "−"))
        if kind == "name":
            if self._next() == "(":
                self._pop()
                return Apply(token, _parts_of(self._within(")")))
            return Leaf(token)
        if token == "(":
            return Bracket(self._within(")"))
        if token == "[":
            return Apply("matrix", (self._within("]"),))
        raise _NotMathematicsError

    def _within(self, end: str) -> Math:
        parts = [self.expression(0)]
        while self._take(","):
            parts.append(self.expression(0))
        if not self._take(end):
            raise _NotMathematicsError
        return parts[0] if len(parts) == 1 else Series(",", tuple(parts))

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("", "")

    def _next(self) -> str:
        return self._peek()[1]

    def _pop(self) -> str:
        token = self._next()
        self._at += 1
        return token

    def _take(self, sign: str) -> bool:
        is_there = self._next() == sign
        self._at += is_there
        return is_there


def _parts_of(inner: Math) -> tuple[Math, ...]:
    return inner.parts if isinstance(inner, Series) and inner.sign == "," else (inner,)


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise _NotMathematicsError
        token = match[match.lastgroup]
        yield match.lastgroup, _AS_WRITTEN.get(token, token)
        at = match.end()


def markup(tree: Math, is_display: bool = False) -> str:
    """A formula in Typst's mathematical markup; all that is a person's own is escaped.

    Args:
        is_display: whether there is room for fractions above each other.

    >>> markup(parsed("loss = (y_hat − t1)²"))
    'upright("loss") = (hat(y) - t_(1))^(2)'
    >>> markup(parsed("tanh(w × x) / 2"), is_display=True)
    'frac(op("tanh")(w thin x), 2)'
    >>> markup(parsed("exp(−x) + abs(y) + sqrt(z)"))
    'e^(- x) + abs(y) + sqrt(z)'
    """
    return _Writer(is_display).write(tree)


class _Writer:
    """Trees as markup."""

    def __init__(self, is_display: bool) -> None:
        self._is_display = is_display

    def write(self, tree: Math) -> str:
        match tree:
            case Leaf(text):
                return (
                    _number(text) if text[0].isdecimal() or text in ("nan", "inf") else _name(text)
                )
            case Bracket(inner):
                return f"({self.write(inner)})"
            case Series(sign, parts):
                return self._series(sign, parts)
            case Apply(head, operands):
                return _HEADS.get(head, _called(head))(self, operands)
        raise TypeError(tree)

    def _series(self, sign: str, parts: tuple[Math, ...]) -> str:
        return (r"\; quad " if sign == ";" else ", ").join(map(self.write, parts))

    def bare(self, tree: Math) -> str:
        """Without its brackets, where what stands around it takes their place."""
        return self.write(tree.inner if isinstance(tree, Bracket) else tree)

    def raised(self, tree: Math) -> str:
        """As an exponent, in which fractions stay on the line."""
        return _Writer(False).bare(tree)

    def based(self, tree: Math) -> str:
        """As the base of a power or an index: in brackets where it has several parts."""
        is_one = isinstance(tree, Leaf | Bracket) or (
            isinstance(tree, Apply) and tree.head in ("at", "abs", "norm")
        )
        return self.write(tree) if is_one else f"({self.write(tree)})"


def _infix(sign: str) -> "Callable[[_Writer, tuple[Math, ...]], str]":
    def write(writer: _Writer, operands: tuple[Math, ...]) -> str:
        return f" {sign} ".join(map(writer.write, operands))

    return write


def _product(writer: _Writer, operands: tuple[Math, ...]) -> str:
    """Side by side, as w x; with a dot where a number comes second, with a cross between two."""
    left, right = operands
    first, second = writer.write(left), writer.write(right)
    if _ends_in_number(left) and _begins_with_number(right):
        return f"{first} times {second}"
    is_quotient = isinstance(left, Apply) and left.head == "/"
    is_apart = is_quotient or _begins_with_number(right) or _is_word(left) or _is_word(right)
    sign = "dot.op" if is_apart else "thin"
    return f"{first} {sign} {second}"


def _quotient(writer: _Writer, operands: tuple[Math, ...]) -> str:
    if writer._is_display:
        return f"frac({writer.bare(operands[0])}, {writer.bare(operands[1])})"
    return rf"{writer.write(operands[0])} \/ {writer.write(operands[1])}"


def _power(writer: _Writer, operands: tuple[Math, ...]) -> str:
    base, exponent = operands
    return f"{writer.based(base)}^({writer.raised(exponent)})"


def _exponential(writer: _Writer, operands: tuple[Math, ...]) -> str:
    (exponent,) = operands
    return f"e^({writer.raised(exponent)})"


def _around(name: str) -> "Callable[[_Writer, tuple[Math, ...]], str]":
    def write(writer: _Writer, operands: tuple[Math, ...]) -> str:
        return f"{name}({', '.join(map(writer.write, operands))})"

    return write


def _called(name: str) -> "Callable[[_Writer, tuple[Math, ...]], str]":
    letters = {"relu": "ReLU", "sigmoid": "σ", "mse": "MSE"}.get(name, name)

    def write(writer: _Writer, operands: tuple[Math, ...]) -> str:
        return f"op({_quoted(letters)})({', '.join(map(writer.write, operands))})"

    return write


def _matrix(writer: _Writer, operands: tuple[Math, ...]) -> str:
    rows = []
    for part in _parts_of(operands[0]):
        inner = part.operands[0] if isinstance(part, Apply) and part.head == "matrix" else part
        rows.append(", ".join(map(writer.write, _parts_of(inner))))
    return f'mat(delim: "[", {"; ".join(rows)})'


_HEADS: "dict[str, Callable[[_Writer, tuple[Math, ...]], str]]" = {
    "=": _infix("="), "≈": _infix("approx"), "<": _infix("<"), ">": _infix(">"),
    "≤": _infix("<="), "≥": _infix(">="), "+": _infix("+"), "−": _infix("-"),
    "⊙": _infix("dot.o"), "×": _product, "@": _product, "/": _quotient, "power": _power,
    "neg": lambda writer, operands: f"- {writer.write(operands[0])}",
    "exp": _exponential, "sqrt": _around("sqrt"), "abs": _around("abs"),
    "norm": _around("norm"), "matrix": _matrix,
    "transpose": lambda writer, operands: f"{writer.based(operands[0])}^(top)",
    "at": lambda writer, operands: f"{writer.based(operands[0])}_({writer.write(operands[1])})",
}  # fmt: skip


def _ends_in_number(tree: Math) -> bool:
    if isinstance(tree, Apply) and tree.head in ("×", "@"):
        return _ends_in_number(tree.operands[-1])
    return isinstance(tree, Leaf) and tree.text[0].isdecimal()


def _begins_with_number(tree: Math) -> bool:
    if isinstance(tree, Bracket):
        return isinstance(tree.inner, Apply) and tree.inner.head == "neg" and _is_number(tree.inner)
    if isinstance(tree, Apply) and tree.head in ("×", "@", "power", "neg"):
        return tree.head == "neg" or _begins_with_number(tree.operands[0])
    return isinstance(tree, Leaf) and tree.text[0].isdecimal()


def _is_number(tree: Math) -> bool:
    """Whether a tree is a number, with its sign."""
    inner = tree.operands[0] if isinstance(tree, Apply) and tree.head == "neg" else tree
    return isinstance(inner, Leaf) and inner.text[0].isdecimal()


def _is_word(tree: Math) -> bool:
    """Whether a tree is a name of several letters, or a product with one at its end."""
    if isinstance(tree, Apply) and tree.head in ("×", "@"):
        return _is_word(tree.operands[-1])
    inner = tree.operands[0] if isinstance(tree, Apply) and tree.head == "power" else tree
    return isinstance(inner, Leaf) and _name(inner.text).startswith("upright")


def _number(text: str) -> str:
    whole, _, power = text.partition("e")
    if not power:
        return whole if whole[0].isdecimal() else f"upright({_quoted(whole)})"
    sign = "-" if power[0] in "−-" else ""
    return f"{whole} times 10^({sign}{power.lstrip('−-').lstrip('0') or '0'})"


def _name(text: str) -> str:
    """A name: italic where it is a letter, with what follows as its index, upright where a word."""
    base, _, rest = text.translate(_LOWERED).partition("_")
    if base and not rest and not base.isdecimal():
        match = re.fullmatch(r"([^\W\d_]+?)(\d+)", base)
        base, rest = (match[1], match[2]) if match else (base, "")
    if "." in text or not base:
        return f"upright({_quoted(text)})"
    letter = _letter(base)
    accents = [part for part in rest.split("_") if part in _ACCENTS]
    indices = [part for part in rest.split("_") if part and part not in _ACCENTS]
    for accent in accents:
        letter = f"{letter}'" if accent == "prime" else f"{_ACCENTS[accent]}({letter})"
    return f"{letter}_({','.join(map(_index, indices))})" if indices else letter


def _letter(base: str) -> str:
    if base in _GREEK:
        return base
    if len(base) == 1:
        return base if base.isascii() and base.isalpha() else _quoted(base)
    return f"upright({_quoted(base)})"


def _index(part: str) -> str:
    if part.isdecimal():
        return part
    return (
        part
        if len(part) == 1 and part.isascii() and part.isalpha()
        else f"upright({_quoted(part)})"
    )


def _quoted(text: str) -> str:
    """A text as a string of Typst's, in which nothing means anything."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
