"""Picture -> the tree as plain text."""

from graphgen.model.picture import Picture
from graphgen.outputs.options import Options
from graphgen.outputs.tree import tree

__all__ = ["write_text"]


def write_text(picture: Picture, options: Options) -> bytes:
    """The bytes of the tree."""
    return tree(picture.story).encode()
