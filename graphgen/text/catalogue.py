"""Every sentence is one template with named places: a key and the places' texts -> the sentence.

A table holds the templates of one subject, as `graphgen.text.sentences` those of stories. A scene
of the course has its table in its own file:

    >>> SENTENCES = Table("falling", {
    ...     "opening": "A ball falls from {height} metres.",
    ...     "bounces": ByNumber("count", one="It bounces once.", many="It bounces {count} times."),
    ... })
    >>> say = SENTENCES.say
    >>> say("opening", height="20"), say("bounces", count=3)
    ('A ball falls from 20 metres.', 'It bounces 3 times.')

How a template is written:
- It is the whole sentence, with its full stop. None is glued from parts: what differs in its words
  (a sign, something not known, one or many) is another key, or a ByNumber, and the code chooses
  among keys. Several sentences are joined by `paragraph`, and lists ("a, b and c") by `listed`.
- A place takes a name, a number's text, a formula, or a list of these: nothing that has grammar.
- Numbers stand in places as texts: rounded by `text.digits`, with the signs and brackets of
  `text.slots`, which are the same in every language. Only what is counted is an int: "{count:,}".

Another language is one table, of templates by the tables' names and their own: a Language. What is
said within `speaking(language)` is said in it.

    >>> german = Language({"falling.opening": "Aus {height} Metern fällt ein Ball."})
    >>> with speaking(german):
    ...     say("opening", height="20"), listed(["a", "b", "c"])
    ('Aus 20 Metern fällt ein Ball.', 'a, b and c')
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache, reduce
from string import Formatter
from typing import Literal

__all__ = [
    "ENGLISH",
    "LISTS",
    "ByNumber",
    "Form",
    "Language",
    "Table",
    "Template",
    "listed",
    "paragraph",
    "places_of",
    "speaking",
]

Form = Literal["one", "few", "many"]
"""The forms of a sentence by what it counts. English has no few; Polish has: 2 to 4."""


@dataclass(frozen=True, slots=True)
class ByNumber:
    """A sentence in several forms.

    Attributes:
        place: whose number chooses the form; it may stand in the templates, or not.
        one, many, few: a whole template each; a language without few says many.
    """

    place: str
    one: str
    many: str
    few: str = ""

    def template(self, form: Form) -> str:
        """The template of one form."""
        if form == "one":
            return self.one
        return self.few or self.many if form == "few" else self.many


Template = str | ByNumber


def _english(count: int) -> Form:
    return "one" if count == 1 else "many"


@dataclass(frozen=True, slots=True)
class Language:
    """The sentences in another language.

    Attributes:
        templates: by the names of their tables and their own, "falling.opening"; what isn't there
            is said in English.
        form: which form a number takes.
    """

    templates: Mapping[str, Template] = field(default_factory=dict)
    form: Callable[[int], Form] = _english


ENGLISH = Language()
_spoken: ContextVar[Language] = ContextVar("language", default=ENGLISH)


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """What is said meanwhile, in this thread or task, is said in a language."""
    former = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(former)


@dataclass(frozen=True, slots=True)
class Table:
    """The English templates of one subject.

    Attributes:
        name: of the subject, which no other table has.
        templates: by their keys.
    """

    name: str
    templates: Mapping[str, Template]

    def say(self, key: str, /, **places: str | int) -> str:
        """The sentence with a key.

        Args:
            key: of the template.
            places: the text of each place, and the number of what is counted.

        Raises:
            ValueError: no such template, or other places than the template has.
        """
        template = self.templates.get(key)
        if template is None:
            raise ValueError(f"a sentence of {self.name!r}: got {key!r}; add it to its table")
        language = _spoken.get()
        if language.templates:
            template = language.templates.get(f"{self.name}.{key}", template)
        if isinstance(template, ByNumber):
            number = places.get(template.place)
            if not isinstance(number, int):
                raise ValueError(
                    f"{self.name}.{key} counts {template.place}: got {number!r}; give it an int"
                )
            expected = _places(template)
            text = template.template(language.form(number))
        else:
            expected, text = _places(template), template
        if places.keys() != expected:
            raise ValueError(
                f"{self.name}.{key} has the places {', '.join(sorted(expected)) or 'none'}: "
                f"got {', '.join(sorted(places)) or 'none'}"
            )
        return text.format_map(places)


@lru_cache(maxsize=4096)
def _places(template: Template) -> frozenset[str]:
    return frozenset(places_of(template))


def places_of(template: Template) -> set[str]:
    """The names of a template's places, with the one that it counts.

    >>> sorted(places_of("{left}, {right}"))
    ['left', 'right']
    """
    if isinstance(template, ByNumber):
        forms = (template.one, template.few, template.many)
        return {template.place}.union(*map(places_of, forms))
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


LISTS = Table(
    "lists",
    {
        "next": "{left}, {right}",
        "last": "{left} and {right}",
        "more": "{count:,} more",
        "paragraph": "{left} {right}",
    },
)
"""How lists and paragraphs are joined, from the left on."""


def listed(texts: Sequence[str], most: int | None = None) -> str:
    """Texts as a list in a sentence.

    Args:
        texts: at least one.
        most: how many are listed; of the others only their number is told. None lists all.

    >>> listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c", "d"], most=2)
    ('a', 'a and b', 'a, b and 2 more')
    """
    items = list(texts)
    if most is not None and len(items) > most:
        items[most:] = [LISTS.say("more", count=len(items) - most)]
    *others, last = items
    if not others:
        return last
    return LISTS.say("last", left=reduce(_next, others), right=last)


def _next(left: str, right: str) -> str:
    return LISTS.say("next", left=left, right=right)


def paragraph(sentences: Sequence[str]) -> str:
    """Whole sentences, one after the other.

    >>> paragraph(["It falls.", "It bounces twice."])
    'It falls. It bounces twice.'
    """
    return reduce(lambda left, right: LISTS.say("paragraph", left=left, right=right), sentences)
