"""An attribute that plain data hasn't got -> the AttributeError that says what to write instead."""

from graphgen.model.suggestions import suggestion

__all__ = ["missing_attribute"]

_FUNCTIONS = ("fold", "tell", "place", "write", "widget")
"""What is a function of the package, and no method."""

_INSTEAD = {
    "backward": "its gradients are there already, in {0}.nodes; {0}.explain() lists them",
    "draw": '{0}.save("picture.svg") draws it',
    "gradients": "they are in {0}.nodes; {0}.explain() lists them",
    "plot": '{0}.save("picture.svg") draws it',
    "print": "print({0}.explain()) prints it as a table",
    "render": '{0}.save("picture.svg") writes a picture; autoviz render makes films',
    "show": 'a notebook shows it as it is, and graphgen.widget({0}) steps; {0}.save("page.html") '
    "writes a page",
    "to_svg": '{0}.save("picture.svg") writes it',
    "tree": '{0}.save("tree.txt") writes it',
}
_INSTEAD["view"] = _INSTEAD["display"] = _INSTEAD["show"]


def missing_attribute(owner: object, name: str) -> AttributeError:
    """What is raised for an attribute that isn't there.

    >>> from graphgen.model.theme import DARK
    >>> missing_attribute(DARK, "pages")
    AttributeError("Theme has no attribute 'pages': did you mean 'page'?")
    """
    kind = type(owner).__name__
    variable = kind.lower()
    hint = _INSTEAD.get(name, "").format(variable)
    if name in _FUNCTIONS:
        path = ', "picture.svg"' if name == "write" else ""
        hint = f"write graphgen.{name}({variable}{path})"
    if not hint and not name.startswith("_"):
        hint = suggestion(name, [each for each in dir(type(owner)) if not each.startswith("_")])
    return AttributeError(f"{kind} has no attribute {name!r}{hint and f': {hint}'}")
