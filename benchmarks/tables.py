"""Results of measurements -> lines of tables in Markdown."""

import statistics
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from benchmarks.models import CASES

__all__ = ["Results", "tables"]

Results = dict[tuple[str, str, str], dict[str, Any]]
"""(case, quantity, tool) -> what was found."""


def tables(results: Results) -> list[str]:
    """All tables that there are results for, each after its heading."""
    lines: list[str] = []
    for quantities, heading, about, columns, row in _TABLES:
        rows = [
            [CASES[case].title, *row(_Case(results, case))]
            for case in CASES
            if any((case, quantity) == key[:2] for key in results for quantity in quantities)
        ]
        if rows:
            lines += ["", f"## {heading}", "", about, "", *_table(["case", *columns], rows)]
    return lines[1:]


class _Case:
    """The results of one case, as texts."""

    def __init__(self, results: Results, case: str) -> None:
        self._results, self._case = results, case

    def found(self, quantity: str, tool: str) -> dict[str, Any]:
        return self._results.get((self._case, quantity, tool), {})

    def middle(self, quantity: str, tool: str, name: str = "seconds") -> float | None:
        runs = self.found(quantity, tool).get(name)
        return statistics.median(runs) if runs else None

    def time(self, quantity: str, tool: str, name: str = "seconds") -> str:
        found = self.found(quantity, tool)
        middle = self.middle(quantity, tool, name)
        if middle is None:
            return str(found.get("failed", "–"))
        runs = len(found[name])
        return f"{_seconds(middle)} ({runs})" if runs < 3 else _seconds(middle)

    def times(self, quantity: str, tool: str, other: str = "autoviz") -> str:
        """How many times as long a tool takes as another."""
        theirs, ours = self.middle(quantity, tool), self.middle(quantity, other)
        return f"{theirs / ours:.1f}" if theirs and ours else "–"

    def ratio(self, quantity: str) -> str:
        plain, ours = self.middle(quantity, "autoviz", "plain"), self.middle(quantity, "autoviz")
        return f"{ours / plain:.2f}" if plain and ours else self.time(quantity, "autoviz")

    def beyond(self) -> str:
        """The same of "everything", without what the passes themselves take."""
        plain, ours, theirs = (
            self.middle("everything", tool) for tool in ("plain", "autoviz", "torchlens")
        )
        if plain is None or ours is None or theirs is None:
            return "–"
        return f"{(theirs - plain) / max(ours - plain, 1e-4):.1f}"

    def memory(self, tool: str) -> str:
        found, plain = self.found("everything", tool), self.found("everything", "plain")
        if "megabytes" not in found or "megabytes" not in plain:
            return "–"
        return f"{max(0.0, found['megabytes'] - plain['megabytes']):.0f}"

    def share(self, name: str) -> str:
        share = self.found("values", "autoviz").get(name)
        return "–" if share is None else f"{100 * share:.4g}%"

    def stage(self, tool: str, name: str) -> str:
        runs = [stages[name] for stages in self.found("picture", tool).get("stages", ())]
        return _seconds(statistics.median(runs)) if runs else "–"

    def nodes(self, quantity: str, tool: str) -> str:
        count = self.found(quantity, tool).get("nodes")
        return f"{count:,}" if count else "–"


def _structure(case: _Case) -> Iterable[str]:
    yield case.nodes("structure", "autoviz")
    yield from (case.time("structure", tool) for tool in ("autoviz", "torchviz"))
    yield case.times("structure", "torchviz")
    yield case.time("structure", "torchview")


def _everything(case: _Case) -> Iterable[str]:
    yield from (case.time("everything", tool) for tool in ("plain", "autoviz", "torchlens"))
    yield case.times("everything", "torchlens")
    yield case.times("everything", "torchlens", "plain")
    yield case.beyond()
    yield from (case.memory(tool) for tool in ("autoviz", "torchlens"))


def _watching(case: _Case) -> Iterable[str]:
    yield case.time("recorded", "autoviz", "plain")
    yield case.ratio("recorded")
    yield case.time("gradients", "autoviz", "plain")
    yield case.ratio("gradients")
    yield from (case.share(name) for name in ("recorded", "after"))
    yield str(case.found("values", "autoviz").get("different", "–"))


def _pictures(case: _Case) -> Iterable[str]:
    for tool in ("autoviz", "unfolded", "torchviz", "torchview", "torchlens"):
        yield case.time("picture", tool)


def _stages(case: _Case) -> Iterable[str]:
    for tool in ("autoviz", "unfolded"):
        yield case.nodes("picture", tool)
        names = ("recorded", "graph", "fold") if tool == "autoviz" else ()
        for name in (*names, "tell", "place", "svg"):
            yield case.stage(tool, name)


_Row = Callable[[_Case], Iterable[str]]
_TABLES: tuple[tuple[tuple[str, ...], str, str, Sequence[str], _Row], ...] = (
    (
        ("structure",),
        "Structure to DOT text",
        "From the loss. Torchview runs the model again, and draws modules and functions.",
        ("nodes", "autoviz", "torchviz", "times", "torchview"),
        _structure,
    ),
    (
        ("everything",),
        "Everything to DOT text",
        "From the model: the forward, every value, sum and contribution, and the text, without "
        "dot's own time. \"Passes\" are the plain forward and backward, which both have to do: "
        "\"times\" counts them, \"at most\" is how it would be if we added nothing, "
        "\"times beyond\" leaves them out. MB are what the peak has more than with the passes "
        "alone.",
        ("passes", "autoviz", "torchlens", "times", "at most", "times beyond", "MB autoviz",
         "MB torchlens"),
        _everything,
    ),
    (
        ("recorded", "gradients", "values"),
        "What watching costs, and what is known",
        "Recorded: beside the plain forward. All sums: every sum and every contribution, beside "
        "a plain `torch.autograd.grad`. Known: the share of nodes whose value is known, recorded "
        "and from the loss alone; different: of the latter, those not equal to the last bit.",
        ("forward", "recorded", "grad", "all sums", "known recorded", "known after", "different"),
        _watching,
    ),
    (
        ("picture",),
        "Pictures",
        "From the loss to SVG; torchview and torchlens from the model. Ours as it comes (folded "
        "when large, animated), and with every node (still).",
        ("autoviz", "autoviz, every node", "torchviz", "torchview", "torchlens"),
        _pictures,
    ),
    (
        ("picture",),
        "What our pictures are made up of",
        "The forward under the recorder; the graph with all gradients; then as it comes, "
        "and with every node.",
        ("nodes", "recorded", "graph", "fold", "tell", "place", "svg", "all nodes", "tell", "place",
         "svg"),
        _stages,
    ),
)  # fmt: skip


def _seconds(seconds: float) -> str:
    return f"{seconds:.3g} s" if seconds >= 1 else f"{1000 * seconds:.3g} ms"


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    rule = ["---", *["---:"] * (len(columns) - 1)]
    return [f"| {' | '.join(cells)} |" for cells in [columns, rule, *rows]]
