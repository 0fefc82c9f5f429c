"""What ends a gradient: how it is called in a sentence, and what to do instead.

>>> cut_noun("detach"), cut_noun("gt"), cut_noun("to_int64"), cut_noun("multinomial")
('detach', 'the comparison >', 'the cast to int64', 'multinomial')
"""

from collections.abc import Mapping

from graphgen.ops import CAST, find
from graphgen.text.sentences import NOTES

__all__ = ["cut_noun", "cut_remedy"]

_COMPARISONS = frozenset({"gt", "ge", "lt", "le", "eq", "ne"})
_NOUNS: Mapping[str, str] = {"tensor": "torch.tensor", "item": "item()", "numpy": "NumPy"}
_REMEDIES: Mapping[str, str] = {
    "detach": "take .detach() or .data out",
    "no_grad": "compute it outside of torch.no_grad()",
    "inference_mode": "compute it outside of torch.inference_mode()",
    "argmax": "use softmax, or gather the values at these positions",
    "argmin": "use softmax, or gather the values at these positions",
    "multinomial": "use a reparametrized sample, or its log probability",
    "bernoulli": "use a reparametrized sample, or its log probability",
    "tensor": "use torch.stack, which keeps the gradient",
    "item": "keep the tensor instead of its number",
    "numpy": "compute it with torch's functions instead of NumPy's",
}
_OF_COMPARISONS = "use a smooth function such as sigmoid, or torch.where to choose between values"
_OFCASTS = "keep it a floating-point number: whole numbers have no slope"
_OF_OTHERS = "use a function that has a derivative"


def cut_noun(op: str, is_first: bool = False) -> str:
    """How a sentence calls what cuts a gradient off, by the op of a cut.

    Args:
        op: of the cut.
        is_first: whether the sentence begins with it.
    """
    if op in _COMPARISONS:
        key = "first comparison" if is_first else "comparison"
        return NOTES.say(key, symbol=find(op).symbol)
    if op.startswith(CAST):
        return NOTES.say("first cast" if is_first else "cast", dtype=op.removeprefix(CAST))
    return _NOUNS.get(op, op)


def cut_remedy(op: str) -> str:
    """What to do so that the gradient goes on, by the op of a cut."""
    if op in _COMPARISONS:
        return _OF_COMPARISONS
    return _OFCASTS if op.startswith(CAST) else _REMEDIES.get(op, _OF_OTHERS)
