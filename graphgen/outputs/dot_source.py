"""Picture -> DOT source that dot renders well by itself."""

from graphgen.model.picture import Picture
from graphgen.outputs.options import Options

__all__ = ["write_dot"]


def write_dot(picture: Picture, options: Options) -> bytes:
    """The bytes of the DOT source."""
    from graphgen.layout.dot import source  # the graphviz package is loaded for DOT alone

    return source(picture.story, picture.theme, picture.layout.direction).encode()
