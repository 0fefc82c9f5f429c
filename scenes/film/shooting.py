"""Draws a picture's film with Manim and leaves its parts in a folder."""

from pathlib import Path

from graphgen.picture import Picture
from scenes.film.joining import Part
from scenes.film.settings import Encoding, Frame
from scenes.film.studio import studio

__all__ = ["shoot"]


def shoot(
    picture: Picture, folder: Path, frame: Frame, encoding: Encoding, transparent: bool
) -> tuple[Part, ...]:
    """Draw all steps of a picture's story, one after the other."""
    with studio(folder, frame, picture.theme.page, transparent):
        from manim import tempconfig

        from scenes.backprop import BackpropScene

        with tempconfig({"format": encoding.part}):
            scene = BackpropScene(picture)
            scene.render()
            files = [Path(file) for file in scene.renderer.file_writer.partial_movie_files]
    return tuple(Part(file, _frames(file)) for file in files)


def _frames(file: Path) -> int:
    import av

    with av.open(f"file:{file}") as film:
        return int(film.streams.video[0].frames)
