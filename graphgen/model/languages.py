"""The language of what is written: a tag such as "en" or "pt-BR", as pages and subtitles bear it.

>>> language_of("de_DE"), three_letters("pt-BR")
('de-DE', 'por')
"""

from graphgen.model.errors import InputError
from graphgen.model.messages import quoted

__all__ = ["ENGLISH", "language_of", "three_letters"]

ENGLISH = "en"


def language_of(tag: str) -> str:
    """A tag as the standard writes it.

    Args:
        tag: of BCP 47, as "de", "pt-BR" or "zh-Hant".

    Raises:
        InputError: there is no such language.
    """
    if tag == ENGLISH:
        return tag
    import langcodes

    if isinstance(tag, str) and tag and langcodes.tag_is_valid(tag):
        return str(langcodes.standardize_tag(tag))
    raise InputError(f"a language's tag: got {quoted(tag)}; write one such as en, de or pt-BR")


def three_letters(tag: str) -> str:
    """What the subtitles of an .mp4 call a language.

    Source: ISO 639-2/T, which ISO/IEC 14496-12 asks for.
    """
    if tag == ENGLISH:
        return "eng"
    import langcodes

    try:
        return str(langcodes.get(tag).to_alpha3())
    except LookupError:
        return "und"
