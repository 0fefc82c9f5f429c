"""Picture -> a page: one HTML file in which the story steps, plays, and is worked out again."""

from graphgen.model.picture import Picture
from graphgen.model.theme import own_of
from graphgen.outputs.options import Options
from graphgen.outputs.page.document import document
from graphgen.outputs.page.views import views_of

__all__ = ["write_page"]


def write_page(picture: Picture, options: Options) -> bytes:
    """The bytes of the page; it needs nothing beside itself."""
    views = views_of(picture, options.whole)
    return document(views, options.theme or own_of(picture.theme), options.language).encode()
