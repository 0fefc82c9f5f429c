"""Picture -> DOT source that dot renders well by itself."""

from graphgen.outputs.options import Options
from graphgen.picture import Picture

__all__ = ["write_dot"]


def write_dot(picture: Picture, options: Options) -> bytes:
    """The bytes of the DOT source."""
    from graphgen.dot import source  # the graphviz package is loaded for DOT alone

    return source(picture.story, picture.theme, picture.layout.direction).encode()
