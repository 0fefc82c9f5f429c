"""Programs with the numbers that they must show, for the tests of every stage."""

import math
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Numbers = Any  # a float, or nested lists of floats


@dataclass(frozen=True)
class Case:
    """One case of seed_cases.toml.

    Attributes:
        inputs: where the file gives shapes only, numbers of those shapes.
        values, grads: by name; numbers are rounded as printed, compare with `agrees`.
        paths: by shared name, the contributions in the order in which the file has them.
        local: by "result/operand", the local slope.
    """

    id: str
    program: str
    inputs: dict[str, Numbers] = field(default_factory=dict)
    data: tuple[str, ...] = ()
    values: dict[str, Numbers] = field(default_factory=dict)
    grads: dict[str, Numbers] = field(default_factory=dict)
    paths: dict[str, list[float]] = field(default_factory=dict)
    local: dict[str, float] = field(default_factory=dict)
    tree_leaves: int | None = None
    dag_leaves: int | None = None


def cases() -> tuple[Case, ...]:
    """Every case that is a program, in the order of the file."""
    return tuple(_case(table) for table in tables().values() if "program" in table)


def tables() -> dict[str, dict[str, Any]]:
    """Everything in the file, by its id."""
    file = Path(__file__).with_name("seed_cases.toml")
    return {table["id"]: table for table in tomllib.loads(file.read_text("utf-8"))["case"]}


def agrees(printed: Numbers, found: Numbers) -> bool:
    """Whether nested lists have one shape, and each number found rounds to the one printed."""
    if isinstance(printed, list) != isinstance(found, list):
        return False
    if isinstance(printed, list):
        return len(printed) == len(found) and all(map(agrees, printed, found))
    places = len(repr(float(printed)).partition(".")[2])
    return math.isclose(printed, found, rel_tol=1e-12, abs_tol=0.5 * 10.0**-places + 1e-12)


def _case(table: dict[str, Any]) -> Case:
    shapes = table.pop("shapes", {})
    given = {name: _filled(shape, place + 1) for place, (name, shape) in enumerate(shapes.items())}
    return Case(**{**table, "inputs": {**given, **table.get("inputs", {})},
                   "data": tuple(table.get("data", ()))})  # fmt: skip


def _filled(shape: list[int], start: int) -> Numbers:
    """Unequal numbers of a shape."""
    if not shape:
        return start / 4
    return [_filled(shape[1:], start + 2 * place + 1) for place in range(shape[0])]
