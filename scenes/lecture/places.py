"""Where the files of a lecture go."""

from dataclasses import dataclass
from pathlib import Path

from graphgen.lecture.script import Script
from graphgen.model.errors import OutputError
from graphgen.model.files import check_place

__all__ = ["Places", "check_target", "files_of"]


@dataclass(frozen=True, slots=True)
class Places:
    """Where the files of a lecture go: beside its film, and called like it.

    >>> [path.name for path in Places(Path("week-1.mp4")).texts]
    ['week-1.srt', 'week-1.vtt', 'week-1.md']
    """

    film: Path

    @property
    def texts(self) -> tuple[Path, Path, Path]:
        """Subtitles for players, subtitles for pages, and the transcript."""
        srt, vtt, transcript = (self.film.with_suffix(suffix) for suffix in (".srt", ".vtt", ".md"))
        return srt, vtt, transcript

    @property
    def poster(self) -> Path:
        """The picture that stands for the film."""
        return self.film.with_suffix(".png")

    @property
    def deck(self) -> Path:
        """The slides, as one HTML file."""
        return self.film.with_suffix(".html")

    @property
    def clips(self) -> Path:
        """The folder of the sections' own films."""
        return self.film.with_name(f"{self.film.stem}-sections")

    def clip(self, number: int, slug: str) -> Path:
        """A section's own film."""
        return self.clips / f"{number:02}-{slug}.mp4"


def files_of(script: Script, places: Places) -> tuple[Path, ...]:
    """Every file that comes of a lecture, the film first."""
    clips = (places.clip(part.number, part.slug) for part in script.parts)
    return (places.film, *places.texts, places.poster, places.deck, *clips)


def check_target(path: Path) -> None:
    """See that a lecture can be put there, before anything is computed.

    Raises:
        OutputError: it can't.
    """
    if path.suffix.lower() != ".mp4":
        raise OutputError(
            f"a lecture ends in .mp4, which has chapters and subtitles: got {path.name!r}; "
            "name it so"
        )
    places = Places(path)
    for place in (path, *places.texts, places.poster, places.deck):
        check_place(place)
    if places.clips.exists() and not places.clips.is_dir():
        raise OutputError(f"a folder for the sections: {places.clips} is a file; move it away")
