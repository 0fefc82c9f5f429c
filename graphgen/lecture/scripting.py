"""Lecture -> Script: every section told, or found as it was told before.

What a section is told from is its key: its own words, the theme, the versions of torch, Graphviz,
Python and autoviz. For a loss of FILE.py:NAME the files count too that it read while it ran.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from graphgen.lecture.model import Lecture, LossSource, SceneSource, Section
from graphgen.lecture.script import Part, Script
from graphgen.lecture.showing import loss_address, section_text
from graphgen.lecture.sources import is_address
from graphgen.lecture.watching import Seen, is_still_so, watched
from graphgen.model.private_folders import private_folder
from graphgen.model.provenance import told_by
from graphgen.model.store import Store, digest_of

__all__ = ["script_of"]

_CONTENT, _SEEN = "content.json", "seen.json"


def script_of(
    lecture: Lecture,
    store: Store,
    chosen: Sequence[int] | None = None,
    on_section: Callable[[int], None] | None = None,
    is_fresh: bool = False,
) -> Script:
    """The script of a lecture.

    Args:
        lecture: from its file.
        store: where what was told is kept.
        chosen: the sections that are wanted, from 0; None for all.
        on_section: is told which section is being worked on.
        is_fresh: whether losses are run even if nothing that they read has changed.

    Returns:
        The script, with a part for each section that was chosen.

    Raises:
        AutovizError: a section can't be told; the message names it.
    """
    parts = []
    for index in range(len(lecture.sections)) if chosen is None else chosen:
        if on_section is not None:
            on_section(index)
        section = lecture.sections[index]
        content = _content(lecture, section, store, is_fresh)
        parts.append(
            Part(
                index + 1,
                section.heading,
                lecture.slugs[index],
                content,
                section.narration,
                section.notes,
            )
        )
    count = len(lecture.sections)
    whole = tuple(parts)
    return Script(lecture.title, lecture.theme, lecture.aspect, count, whole, lecture.language)


def _content(lecture: Lecture, section: Section, store: Store, is_fresh: bool) -> str:
    key = _key(lecture, section)
    is_run = _address(lecture, section) != ""
    cached = None if is_run and is_fresh else _kept(store, key)
    if cached is not None:
        return cached
    seen: Seen = {}
    with watched(seen):
        content = section_text(lecture, section)
    _keep(store, key, content, seen if is_run else {})
    return content


def _kept(store: Store, key: str) -> str | None:
    """The content under a key, if the files that it came from are as they were."""
    with private_folder() as folder:
        place = folder / "found"
        if store.fetch(key, place) and is_still_so(json.loads((place / _SEEN).read_bytes())):
            return (place / _CONTENT).read_text(encoding="utf-8")
    return None


def _keep(store: Store, key: str, content: str, seen: Seen) -> None:
    with private_folder() as folder:
        (folder / _CONTENT).write_text(content, encoding="utf-8")
        (folder / _SEEN).write_text(json.dumps(seen))
        store.keep(key, [folder / _CONTENT, folder / _SEEN])


def _key(lecture: Lecture, section: Section) -> str:
    """All that a section's content depends on, but for the person's files."""
    told_from = replace(section, heading="", narration="", notes="", line=0)
    where = _address(lecture, section)
    words = (told_from, lecture.theme, lecture.direction, where)
    return digest_of(f"told\n{words!r}\n{told_by()}".encode())


def _address(lecture: Lecture, section: Section) -> str:
    """The file of the person's that a section runs; "" where it runs none."""
    source = section.source
    if isinstance(source, SceneSource) and is_address(source.text):
        source = LossSource(source.text)
    if not isinstance(source, LossSource):
        return ""
    return str(Path(loss_address(lecture, source).file).resolve())
