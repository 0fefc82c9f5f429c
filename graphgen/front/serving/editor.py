"""What the editor begins with -> the text of its page."""

import json

from graphgen.front.serving.answers import Request
from graphgen.outputs.page.assets import editor_frame, script, style
from graphgen.outputs.page.document import policy

__all__ = ["EXAMPLE", "editor_page", "editor_rule"]

_START = 'edit(document.querySelector(".autoviz-editor"));\n'

EXAMPLE = Request(
    "h = tanh(w * x + b)\nloss = (h - t) ** 2 + 0.1 * w ** 2",
    {"w": "0.5", "x": "2", "b": "-0.3", "t": "1"},
    ("x", "t"),
)
"""Two paths to w, and data."""


def editor_rule() -> str:
    """The content security policy of the page: its own script and style, and its own server."""
    code, look = _parts()
    return policy(code, look, "; connect-src 'self'; frame-ancestors 'none'")


def editor_page(first: Request) -> str:
    """The whole page."""
    code, look = _parts()
    request = {"text": first.text, "values": first.values, "data": first.data}
    return editor_frame().substitute(
        look=look,
        code=code,
        first=json.dumps(request).replace("<", "\\u003c"),
    )


def _parts() -> tuple[str, str]:
    """The script and the style."""
    return script("editor") + _START, style("editor")
