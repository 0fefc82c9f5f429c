"""Picture -> a story file: versioned JSON that is rendered again without torch."""

from graphgen.outputs.options import Options
from graphgen.picture import Picture
from graphgen.story_file import dumps

__all__ = ["write_json"]


def write_json(picture: Picture, options: Options) -> bytes:
    """The bytes of the story file."""
    return dumps(picture).encode()
