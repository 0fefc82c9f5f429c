"""What is asked of a scene that shows any graph -> the graph: of a program, or of a loss of one's
own at FILE.py:NAME."""

from typing import TYPE_CHECKING

from graphgen.course.scene import Request
from graphgen.language.expression import parse
from graphgen.language.titles import title_of
from graphgen.model.errors import InputError

if TYPE_CHECKING:
    from graphgen.model.graph import Graph

__all__ = ["is_address", "requested_graph"]

_BY_FUNCTION = "name a function that returns {} alone"


def requested_graph(request: Request, longest: int | None = None) -> "tuple[Graph, str]":
    """The recorded graph, and what stands above it; "" leaves it to the story.

    Args:
        longest: how many characters a title may have; None for the usual ones.

    Raises:
        InputError: the program, a value or an address is wrong.
        LossError, RunError: what the person's file has gives no loss.
    """
    from graphgen.capture.recorder import record
    from graphgen.capture.user_code.losses import address_of, graph_at

    address = address_of(request.text)
    if address is not None:
        _check_no_values(request)
        return graph_at(address, how=_BY_FUNCTION), ""
    program = parse(request.text)
    title = title_of(program) if longest is None else title_of(program, longest)
    return record(program, request.values, request.data), title


def is_address(text: str) -> bool:
    """Whether a text is FILE.py:NAME rather than a program."""
    from graphgen.capture.user_code.losses import address_of

    return address_of(text) is not None


def _check_no_values(request: Request) -> None:
    names = [*request.values, *request.data]
    if names:
        raise InputError(
            f"no values with {request.text[:60]!r}: got {', '.join(names)[:60]}; a loss of one's "
            "own has its values in its file"
        )
