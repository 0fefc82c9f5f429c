"""The keys of a section -> what it shows: an expression, a loss or a scene, checked as far as can
be without computing anything."""

import re
from collections.abc import Callable, Mapping
from typing import Any, NoReturn, TypeAlias

from graphgen.course.registry import scene_of
from graphgen.course.scene import Option, Scene
from graphgen.language.expression import parse
from graphgen.language.values import check_values
from graphgen.lecture.model import ExpressionSource, LossSource, SceneSource, Setting, Source
from graphgen.model.errors import InputError
from graphgen.model.messages import quoted
from graphgen.model.suggestions import suggestion

__all__ = ["Fault", "is_address", "source_of"]

Fault: TypeAlias = Callable[[str, str, Exception | None], NoReturn]
"""Raises an error about a key, or about the whole section where the key is ""."""

_TELLING = ("names", "direction", "seconds_per_step", "depth", "unfold", "most")
_GOES_WITH: Mapping[str, tuple[str, ...]] = {
    "expr": ("values", "data", *_TELLING),
    "loss": ("args", "output", *_TELLING),
    "scene": ("expr", "loss", "values", "data", "options"),
}
"""What a section may show, and the keys that go with it."""

_ONLY = {key for keys in _GOES_WITH.values() for key in keys}
_ADDRESS = re.compile(r".+\.py:[^\W\d][\w.]*")


def source_of(given: Mapping[str, Any], fault: Fault) -> Source:
    """What a section shows.

    Args:
        given: the section's keys, each value as it is kept.
    """
    kind = _kind(given, fault)
    for key in given:
        if key in _ONLY and key != kind and key not in _GOES_WITH[kind]:
            homes = " or ".join(name for name, keys in _GOES_WITH.items() if key in keys)
            fault(key, f"{key} goes with {homes}: got it with {kind}; take it out", None)
    if kind == "scene":
        return _scene(given, fault)
    return _loss(given, fault) if kind == "loss" else _expression(given, fault)


def is_address(text: str) -> bool:
    """Whether a text is FILE.py:NAME."""
    return _ADDRESS.fullmatch(text) is not None


def _kind(given: Mapping[str, Any], fault: Fault) -> str:
    if "scene" in given:
        return "scene"
    named = [kind for kind in _GOES_WITH if kind in given]
    if len(named) != 1:
        sources = " and ".join(named) or "none"
        fault(
            named[1] if named else "",
            f"one of {', '.join(_GOES_WITH)} in a section: got {sources}; "
            'write one, as in expr = "c = (a + b) * b"',
            None,
        )
    return named[0]


def _expression(given: Mapping[str, Any], fault: Fault) -> ExpressionSource:
    values, data = given.get("values", ()), given.get("data", ())
    try:
        program = parse(given["expr"])
        missing = [name for name in program.inputs if name not in dict(values)][:9]
        if not missing:
            check_values(program, dict(values), data)
    except InputError as error:
        fault("expr", str(error), error)
    if missing:
        wanted = ", ".join(f"{name} = 1" for name in missing)
        fault(
            "expr",
            f"a value for each name of the expression: got none for {', '.join(missing)}; "
            f"write values = {{ {wanted} }}",
            None,
        )
    return ExpressionSource(given["expr"], values, data)


def _loss(given: Mapping[str, Any], fault: Fault) -> LossSource:
    positional, named = given.get("args", ((), ()))
    return LossSource(_address(given, fault), positional, named, given.get("output"))


def _address(given: Mapping[str, Any], fault: Fault) -> str:
    path: str = given["loss"]
    if not is_address(path):
        fault(
            "loss",
            f"a file and a name in it: got {path[:60]!r}; write both, as in train.py:compute_loss",
            None,
        )
    return path


def _scene(given: Mapping[str, Any], fault: Fault) -> SceneSource:
    try:
        scene = scene_of(given["scene"])
    except InputError as error:
        fault("scene", str(error), error)
    if "expr" in given and "loss" in given:
        fault("loss", "one of expr, loss in a section: got both; take one out", None)
    text = _address(given, fault) if "loss" in given else given.get("expr", "")
    if text and "loss" not in given:
        try:
            parse(text)
        except InputError as error:
            fault("expr", str(error), error)
    options = tuple(
        (name, _option(scene, name, value, fault)) for name, value in given.get("options", ())
    )
    return SceneSource(scene.name, text, given.get("values", ()), given.get("data", ()), options)


def _option(scene: Scene[Any], name: str, value: Setting, fault: Fault) -> Setting:
    """The value of an option; of one that takes several, always several."""
    known = {option.name: option for option in scene.options}
    if name not in known:
        near = suggestion(name, known, "take it out")
        names = ", ".join(known) or "none"
        message = f"an option of {scene.name}: got {name[:60]!r}; {near} (there are: {names})"
        fault("options", message, None)
    wanted = _wanted(known[name], value)
    if wanted:
        fault("options", f"{name} is {wanted}: got {quoted(value)}; change it", None)
    takes_many = known[name].kind in ("numbers", "texts")
    return (value,) if takes_many and not isinstance(value, tuple) else value


def _wanted(option: Option, value: Setting) -> str:
    """What an option may be, where a value isn't that; else ""."""
    many = option.kind in ("numbers", "texts")
    items = value if many and isinstance(value, tuple) else (value,)
    for item in items:
        if not _fits(option, item):
            what = _KINDS[option.kind]
            bounds = f" from {option.least:g}" if option.least is not None else ""
            bounds += f" to {option.most:g}" if option.most is not None else ""
            return f"one of {', '.join(option.choices)}" if option.choices else what + bounds
    return ""


_KINDS = {
    "number": "a number",
    "numbers": "a list of numbers",
    "whole": "a whole number",
    "text": "a text",
    "texts": "a list of texts",
    "flag": "true or false",
}


def _fits(option: Option, item: Setting) -> bool:
    if option.kind == "flag":
        return isinstance(item, bool)
    if option.kind in ("text", "texts"):
        return isinstance(item, str) and (not option.choices or item in option.choices)
    number = int if option.kind == "whole" else (int, float)
    if isinstance(item, bool) or not isinstance(item, number):
        return False
    low = -float("inf") if option.least is None else option.least
    high = float("inf") if option.most is None else option.most
    return low <= item <= high
