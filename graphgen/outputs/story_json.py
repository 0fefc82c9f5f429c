"""Picture -> a story file: versioned JSON that is rendered again without torch."""

from graphgen.model.picture import Picture
from graphgen.outputs.options import Options

__all__ = ["write_json"]


def write_json(picture: Picture, options: Options) -> bytes:
    """The bytes of the story file."""
    from graphgen.draw.story_file import dumps  # its converter is loaded for JSON alone

    return dumps(picture).encode()
