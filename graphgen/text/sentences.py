"""What is said of stories: the tables of their sentences, of their numbers and of the page.

How templates are written says `graphgen.text.catalogue`. "{operation}" at the beginning of a
sentence is the subject that a row of `graphgen.ops` has, or the operation's symbol.
"""

from graphgen.model.kinds import KINDS
from graphgen.text.catalogue import ByNumber, Table, Template

__all__ = ["CHECKS", "KIND_WORDS", "LABELS", "NOTES", "NUMBERS", "PAGE", "STORY", "TABLES"]

STORY = Table(
    "story",
    {
        "opening": "Values flow forward; gradients flow back.",
        "closing": "Every gradient, and how it is made up.",
        # forward
        "with shape": "{name} ({shape})",
        "only constants": "Every number that is given is a constant.",
        "computed": "{equation}.",
        "computed several": "{equation}: {values}.",
        "computed empty": "{equation} has no elements.",
        "computed array": ("{equation} has {shape}, from {least} to {most}, with mean {mean}."),
        "computed array odd": (
            "{equation} has {shape}, from {least} to {most}, with mean {mean}, besides {odd}."
        ),
        "computed array all odd": "{equation} has {shape}: {odd}.",
        "computed magnitudes": (
            "{equation} has {shape}, of magnitudes from {least} to {most}, with mean {mean}."
        ),
        "computed magnitudes odd": (
            "{equation} has {shape}, of magnitudes from {least} to {most}, with mean {mean}, "
            "besides {odd}."
        ),
        "computed unknown": "The value of {equation} is not known.",
        "computed cut": "{equation}: the gradient will stop here.",
        "several computed": "{count:,} operations run at once; here is one.",
        # backward
        "seed": "Backward starts at the loss: ∂{name}/∂{name} = {gradient}.",
        "module": "The module {name}",
        "block": "The block {name}",
        "sent": "{operation} sends {contribution} to {operand}.",
        "sent by slope": (
            "{operation} sends {contribution} to {operand}: "
            "its slope is {slope}, times {above} from above."
        ),
        "sent by case": (
            "{operation} sends {contribution} to {operand}: "
            "its slope is {slope} ({one} if {condition}, else {other}), times {above} from above."
        ),
        "sent unknown": "{operation} sends {operand} a share that is not known.",
        "sent array": "{operation} sends {operand} its share: {share}.",
        "sent array summed": ByNumber(
            "count",
            one="{operation} sends {operand} its share, summed over axis {axes}: {share}.",
            many="{operation} sends {operand} its share, summed over axes {axes}: {share}.",
        ),
        "sent norm": "{operation} sends a share of {norm} to {operand}.",
        "sent norm summed": ByNumber(
            "count",
            one="{operation} sends a share of {norm}, summed over axis {axes}, to {operand}.",
            many="{operation} sends a share of {norm}, summed over axes {axes}, to {operand}.",
        ),
        "several sent": "{count:,} gradients go back at once; here is one.",
        "arrived": "{count} of {paths} paths",
        "summed": "{name} adds up its {count} paths: {sum} = {gradient}.",
        "summed array": "{name} adds up its {count} paths: {gradient}.",
        "summed norm": "{name} adds up its {count} paths to a gradient of {norm}.",
        "summed unknown": "{name} adds up its {count} paths: their sum is not known.",
        "summed inside": "{name} adds up its {count} paths and what comes back inside: {gradient}.",
        "summed inside norm": (
            "{name} adds up its {count} paths and what comes back inside to a gradient of {norm}."
        ),
        "not the sum": "{name} adds up its {count} paths, but its gradient is {gradient}.",
        "not the sum norm": "{name} adds up its {count} paths, but its gradient has {norm}.",
        "several summed": "{count:,} nodes add up their paths at once; here is one.",
        "stopped": "{cut} stops the gradient: nothing goes on to {operands}.",
        # the table
        "path": "{contribution} via {operation}",
        "path unknown": "an unknown share via {operation}",
        "next path": "{left}, plus {right}",
        "more paths": ByNumber("count", one="1 more path", many="{count:,} more paths"),
        "inside": "what comes back inside",
        "made of": "{parts}, is {gradient}",
        "made of norms": "{parts}; their sum has {norm}",
        "made of unknown": "{parts}; their sum is not known",
        "made otherwise": "{parts}; but the gradient is {gradient}",
        "made otherwise norm": "{parts}; but the gradient has {norm}",
        "start": "where the gradient starts",
        "gradient unknown": "not known",
        "no gradient": "{kind}: no gradient",
        "unnamed": "{kind} {number}",
    },
)
"""What a story says, step by step, and in its table."""


def _kind_words() -> dict[str, Template]:
    words: dict[str, Template] = {}
    for kind, row in KINDS.items():
        words[kind] = row.word
        words[f"{kind} title"] = row.title
        words[f"{kind} several"] = f"{{count}} {row.plural}"
        if row.one:
            words[f"{kind} given"] = ByNumber("count", one=row.one, many=row.many)
    return words


KIND_WORDS = Table("kinds", _kind_words())
"""What each kind of node is called, the title of one on its card, and what is said of such leaves
and data when they get their values; the English stands in the table of kinds."""

NUMBERS = Table(
    "numbers",
    {
        "count": ByNumber("count", one="{count} number", many="{count} numbers"),
        "grid": "{shape} numbers",
        "range": "{least} to {most}",
        "magnitudes": "magnitudes {least} to {most}",
        "mean": "mean {mean}",
        "mean of magnitudes": "their mean {mean}",
        "norm": "norm {norm}",
        "over": "over {number}",
    },
)
"""What is said of many numbers, on a card and on one line."""

CHECKS = Table(
    "checks",
    {
        "value": "value",
        "gradient": "gradient",
        "made of": "how it is made up",
        "note": "note: {note}",
        "agrees": "agrees with its finite difference: {error}",
        "differs": "DIFFERS from its finite difference: {error}",
        "undecided": "can't be decided by its finite difference: {reason}",
        "kink": "the loss has a kink here, or bends as sharply",
        "edge": "the loss is no finite number beside this point",
        "hidden": "rounding, a kink on the way, or how the loss bends, hides the slope",
        "behind a kink": "the loss has a kink on the way, where torch takes one slope of many",
    },
)
"""The printed table, and what finite differences say of its gradients."""

NOTES = Table(
    "notes",
    {
        # of what was recorded
        "not saved": (
            "Values shown as ? were not saved by torch: "
            "make the loss inside `with graphgen.recording()` to see them."
        ),
        "made before": (
            "Values shown as ? were made before the recording or in another thread: make the whole "
            "loss inside `with graphgen.recording()`, in one thread."
        ),
        "abstract": "The tensors are meta or fake: they have shapes and no numbers.",
        "unreadable": "Values of {names} can't be read, and are shown as ?.",
        "compiled": "A compiled function is one node: what is inside can't be seen.",
        "checkpoint": "A reentrant checkpoint is one node: torch keeps no inside.",
        "behind a checkpoint": (
            "Gradients behind a reentrant checkpoint are not known: "
            "torch runs it only inside .backward(); use_reentrant=False shows them."
        ),
        "changed": (
            "A hook of yours changes gradients on the way back: "
            "there the contributions don't add up to the gradient."
        ),
        "first loud": "{number} appears first in {name}.",
        "first loud gradient": "{number} appears first, going back, in the gradient of {name}.",
        "unused": "Not used by this loss: {names}.",
        "without gradient": "Without a gradient, because {cut} ends it: {names}.",
        "comparison": "the comparison {symbol}",
        "first comparison": "The comparison {symbol}",
        "cast": "the cast to {dtype}",
        "first cast": "The cast to {dtype}",
        "one share": (
            "{operation} uses an operand more than once, and its engine adds the shares up before "
            "they can be told apart: they are shown as one."
        ),
        "unnamed leaf": "a leaf without a name",
        "unnamed data": "data without a name",
        "unnamed constant": "a constant",
        "at": "{name} ({place})",
        "place": "{module}, {place}",
        # of folding
        "without views": (
            "Folded from {before:,} nodes to {after:,}: views and casts are not shown."
        ),
        "by modules": (
            "Folded from {before:,} nodes to {after:,}: modules to depth {depth}, equal blocks in "
            "a row as one; see one with unfold."
        ),
        "by patterns": (
            "Folded from {before:,} nodes to {after:,}: patterns that repeat in a row are one node."
        ),
        "by parts": (
            "Folded from {before:,} nodes to {after:,}: repeated patterns, and stretches of what "
            "has no pattern, are one node each."
        ),
        "gathered": (
            "An edge into a folded node may stand for more than {most}: it has their sum."
        ),
        "repeated": "{name} ({times:,} times)",
        "operations": ByNumber("count", one="1 operation", many="{count} operations"),
        "stretch": "operations {first:,} to {last:,}",
        "of many": "{operation} of {count}",
    },
)
"""What is said of how a graph was recorded and folded, and what folded nodes are called."""

PAGE = Table(
    "page",
    {
        "array": "No sliders here: they need single numbers throughout, and {name} is an array.",
        "operation": (
            "No sliders here: {name} is made by {operation}, which this page doesn't compute."
        ),
        "setting": (
            "No sliders here: {name} is made by {operation} with a setting of its own, "
            "which this page doesn't compute."
        ),
        "unknown": (
            "No sliders here: they need numbers that are known, and {name} has one that isn't."
        ),
        "dtype": "No sliders here: they need floating-point numbers, and {name} is of {dtype}.",
        "large": "No sliders here: they are for graphs of up to {most:,} nodes.",
        "nothing given": "No sliders here: nothing is given that could be moved.",
        "older": "No sliders here: this story was told by another version of autoviz.",
        "closed": ByNumber(
            "count",
            one="1 folded node can't be opened here: a page shows {most:,} nodes in all. "
            "Write another with --unfold PATH.",
            many="{count:,} folded nodes can't be opened here: a page shows {most:,} nodes in all. "
            "Write another with --unfold PATH.",
        ),
    },
)
"""What a page says of itself."""

LABELS = Table(
    "labels",
    {
        "forth": "values →",
        "back": "← gradients ∂",
        "theme": "light or dark",
        "picture": "The picture",
        "what_is_shown": "What is shown",
        "zoom_in": "zoom in",
        "zoom_out": "zoom out",
        "follow": "follow the story",
        "follow_by_key": "follow the story (0)",
        "steps": "Steps",
        "first": "first step",
        "first_by_key": "first step (Home)",
        "former": "step back",
        "former_by_key": "step back (←)",
        "play": "play",
        "pause": "pause",
        "play_by_key": "play or pause (space)",
        "next": "next step",
        "next_by_key": "next step (→)",
        "last": "last step",
        "last_by_key": "last step (End)",
        "step": "Step",
        "at_step": "step {step} of {last}",
        "at_chapter": "step {step} of {last}, {chapter}",
        "opening": "opening",
        "forward": "forward",
        "backward": "backward",
        "closing": "closing",
        "values": "Values",
        "reset": "as they were",
        "exactly": "{name}, exactly",
        "data": "data",
        "made_up": "How a gradient is made up",
        "point": "Point at a card, or go to it with the Tab key.",
        "all_gradients": "Every gradient, and how it is made up",
        "value": "value",
        "gradient": "gradient ∂",
        "made_of": "how it is made up",
        "by_differences": "by differences",
        "check": "check by finite differences",
        "agrees": "{slope} ✓ agrees",
        "differs": "{slope} ✗ differs",
        "undecided": "{slope} ? hidden by rounding or a kink",
        "unfaithful": (
            "What this page works out differs from what torch found, so there are no sliders."
        ),
        "folded": "folded",
        "folded_card": "folded: Enter opens it, Escape closes it",
        "whole": "all {count:,} nodes",
        "opened": "{module} open",
        "across": "across",
        "down": "down",
    },
)
"""What stands on a page's buttons, above its parts and in its choice of views. Those that page.html
names and those that the script writes are told it, as templates."""

TABLES = (STORY, KIND_WORDS, NUMBERS, CHECKS, NOTES, PAGE, LABELS)
"""All tables of this file."""
