"""A sentence is one template with named places, and another language is a table."""

import re

import pytest

from graphgen.text.catalogue import ByNumber, Form, Language, Table, listed, places_of, speaking

FALLING = Table(
    "falling",
    {
        "opening": "A ball falls from {height} metres.",
        "bounces": ByNumber("count", one="It bounces once.", many="It bounces {count:,} times."),
    },
)


def polish(count: int) -> Form:
    few = count % 10 in (2, 3, 4) and count % 100 not in (12, 13, 14)
    return "one" if count == 1 else "few" if few else "many"


POLISH = Language(
    {"falling.bounces": ByNumber("count", "Raz.", "{count} razy.", "{count} razy (few).")}, polish
)


def test_a_sentence_has_its_places_filled() -> None:
    assert FALLING.say("opening", height="20") == "A ball falls from 20 metres."


def test_a_number_chooses_the_form_and_may_be_left_out_of_it() -> None:
    said = [FALLING.say("bounces", count=count) for count in (1, 0, 1200)]
    assert said == ["It bounces once.", "It bounces 0 times.", "It bounces 1,200 times."]


def test_braces_in_a_places_text_are_text() -> None:
    assert FALLING.say("opening", height="{height}") == "A ball falls from {height} metres."


@pytest.mark.parametrize(
    ("key", "places", "message"),
    [
        ("closing", {}, "a sentence of 'falling': got 'closing'; add it to its table"),
        ("opening", {}, "falling.opening has the places height: got none"),
        ("opening", {"height": "2", "x": "1"}, "falling.opening has the places height: got heigh"),
        ("bounces", {"count": "3"}, "falling.bounces counts count: got '3'; give it an int"),
    ],
)
def test_what_does_not_fit_a_template_is_refused(
    key: str, places: dict[str, str], message: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        FALLING.say(key, **places)


def test_another_language_is_a_table_with_forms_of_its_own() -> None:
    with speaking(POLISH):
        said = [FALLING.say("bounces", count=count) for count in (1, 3, 5)]
        assert FALLING.say("opening", height="20") == "A ball falls from 20 metres."
    assert said == ["Raz.", "3 razy (few).", "5 razy."]
    assert FALLING.say("bounces", count=1) == "It bounces once."


def test_a_list_is_joined_as_its_language_joins() -> None:
    japanese = Language({"lists.next": "{left}、{right}", "lists.last": "{left}、{right}"})
    with speaking(japanese):
        assert listed(["a", "b", "c"]) == "a、b、c"
    assert listed(["a", "b", "c", "d", "e", "f"], most=5) == "a, b, c, d, e and 1 more"


def test_the_places_of_all_forms_are_places() -> None:
    assert places_of(ByNumber("count", one="{name} falls.", many="{name} fall.")) == {
        "count",
        "name",
    }
