"""What is said of a name that isn't known."""

import pytest

from graphgen.course.registry import scene_names
from graphgen.language.expression import FUNCTIONS
from graphgen.model.suggestions import nearest, suggestion


@pytest.mark.parametrize(
    ("name", "known", "meant"),
    [
        ("tangnt", scene_names(), "tangent"),
        ("TANGENT", scene_names(), "tangent"),
        ("chain rule", scene_names(), "chain-rule"),
        (
            "logistc",
            ["A look", "Logistic regression", "2"],
            "Logistic regression",
        ),
        ("epx", FUNCTIONS, "exp"),
        ("weigth", ["layers.0.weight", "layers.0.bias"], "layers.0.weight"),
    ],
)
def test_the_nearest_name_is_meant(name: str, known: list[str], meant: str) -> None:
    assert nearest(name, known) == [meant]
    assert suggestion(name, known, "take another") == f"did you mean {meant!r}?"


@pytest.mark.parametrize("name", ["", "x", "quaternion", "é" * 100_000])
def test_of_a_name_like_none_something_else_is_said(name: str) -> None:
    assert suggestion(name, scene_names(), "take one of these") == "take one of these"


def test_of_equally_near_names_the_first_is_meant() -> None:
    assert nearest("layer", ["layers", "layert"], most=1) == ["layers"]


def test_a_name_is_told_with_its_odd_letters_escaped() -> None:
    assert suggestion("exa", ["ex\u202ea"]) == "did you mean 'ex\\u202ea'?"
