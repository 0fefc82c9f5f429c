"""What one process measures: a tool, a quantity, a case.

Each function takes a case and gives the seconds of each of its runs, and what else it saw. Seconds
are processor seconds of the process and of the programs that it starts, such as dot, so that what
else runs on the machine hardly changes them; torch has one thread.
"""

import gc
import os
import resource
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor

from benchmarks.models import CASES, Case

__all__ = ["ENOUGH", "MEASURES", "measure"]

Found = dict[str, Any]
Stages = dict[str, float]

ENOUGH = 8.0
"""After so many seconds of measured work no further run begins."""

SHORT = 0.2
"""Until so many seconds of measured work there are more runs, up to MOST."""

MOST = 9


def structure_ours(case: Case, times: int) -> Found:
    from graphgen.capture.recorder import structure_of
    from graphgen.layout.dot import structure

    counts: list[int] = []

    def work(loss: Tensor) -> str:
        graph = structure_of(loss)
        counts.append(len(graph.nodes))
        labels = (node.op or node.kind for node in graph.nodes)
        return "".join(structure(labels, ((edge.source, edge.target) for edge in graph.edges)))

    return {**_from_loss(case, times, work), "nodes": counts[-1]}


def structure_torchviz(case: Case, times: int) -> Found:
    from torchviz import make_dot

    return _from_loss(case, times, lambda loss: make_dot(loss).source)


def structure_torchview(case: Case, times: int) -> Found:
    from torchview import draw_graph

    def work(model: Any, inputs: tuple[Tensor, ...]) -> str:
        return str(draw_graph(model, inputs, depth=20).visual_graph.source)

    return _from_model(case, times, work)


def everything_ours(case: Case, times: int) -> Found:
    from graphgen.capture.recorder import recording
    from graphgen.layout.dot import source
    from graphgen.narration.telling import tell

    def work(model: Any, inputs: tuple[Tensor, ...]) -> str:
        with recording(model) as tape:
            loss = model(*inputs)
        return source(tell(tape.graph(loss)))

    return _from_model(case, times, work)


def everything_torchlens(case: Case, times: int) -> Found:
    return _from_model(case, times, lambda model, inputs: _torchlens(model, inputs, None))


def everything_plain(case: Case, times: int) -> Found:
    """No tool at all: the forward and the backward, whose memory is what others add to."""

    def work(model: Any, inputs: tuple[Tensor, ...]) -> str:
        torch.autograd.grad(model(*inputs), list(model.parameters()), allow_unused=True)
        return ""

    return _from_model(case, times, work)


def picture_ours(case: Case, times: int) -> Found:
    """As it comes: folded where it is large, and animated."""
    from graphgen.folding import fold

    return _pictures(case, times, fold, "animated")


def picture_ours_unfolded(case: Case, times: int) -> Found:
    """Every node of it, still."""
    return _pictures(case, times, lambda graph: graph, "still")


def picture_torchviz(case: Case, times: int) -> Found:
    from torchviz import make_dot

    return _from_loss(case, times, lambda loss: make_dot(loss).pipe("svg").decode())


def picture_torchview(case: Case, times: int) -> Found:
    from torchview import draw_graph

    def work(model: Any, inputs: tuple[Tensor, ...]) -> str:
        drawn = draw_graph(model, inputs, depth=20).visual_graph.pipe("svg").decode()
        return str(drawn)

    return _from_model(case, times, work)


def picture_torchlens(case: Case, times: int) -> Found:
    return _from_model(case, times, lambda model, inputs: _torchlens(model, inputs, "svg"))


def gradients(case: Case, times: int) -> Found:
    """All sums and contributions, beside autograd's plain gradients of the same leaves."""
    from graphgen.capture.gradients import gradients_of
    from graphgen.capture.walk import walk

    model, inputs = case.build()
    loss = model(*inputs)
    walked = walk(loss)
    leaves = [node.variable for node in walked.nodes if not node.next_functions]

    def plain() -> Any:
        return torch.autograd.grad(loss, leaves, retain_graph=True, allow_unused=True)

    return _pair(plain, lambda: gradients_of(loss, walked), times)


def recorded(case: Case, times: int) -> Found:
    """The forward under the recorder, beside the plain forward."""
    from graphgen.capture.recorder import recording

    model, inputs = case.build()

    def watched() -> Any:
        with recording(model):
            return model(*inputs)

    return _pair(lambda: model(*inputs), watched, times)


def values(case: Case, times: int) -> Found:
    """Which share of the outputs has a known value, recorded and after the fact."""
    from graphgen import graph_of
    from graphgen.capture.recorder import recording

    model, inputs = case.build()
    with recording(model) as tape:
        loss = model(*inputs)
    seen, after = tape.graph(loss), graph_of(loss, model=model)
    pairs = list(zip(_outputs(seen), _outputs(after), strict=False))
    return {
        "recorded": _known(seen),
        "after": _known(after),
        "nodes": len(after.nodes),
        "is_comparable": len(_outputs(seen)) == len(_outputs(after)),
        "different": sum(b.known and a != b for a, b in pairs),
    }


def _outputs(graph: Any) -> list[Any]:
    """The values of all that takes a gradient."""
    from graphgen.model.kinds import KINDS

    ports = [port for node in graph.nodes if KINDS[node.kind].takes_gradient for port in node.ports]
    return [port.value for port in ports if port.grad is not None]


def _known(graph: Any) -> float:
    nodes = [all(port.value.known for port in node.ports) for node in graph.nodes]
    return sum(nodes) / len(nodes)


def _pictures(case: Case, times: int, shrink: Callable[[Any], Any], style: Any) -> Found:
    from graphgen.capture.recorder import recording
    from graphgen.layout import place
    from graphgen.model.picture import Picture
    from graphgen.model.theme import DARK
    from graphgen.narration.telling import tell
    from graphgen.outputs import write

    def work() -> _Timed:
        model, inputs = case.build()
        stages: Stages = {}
        with _stage(stages, "recorded"), recording(model) as tape:
            loss = model(*inputs)
        with _stage(stages, "graph"):
            graph = tape.graph(loss)
        with _stage(stages, "fold"):
            graph = shrink(graph)
        with _stage(stages, "tell"):
            story = tell(graph)
        with _stage(stages, "place"):
            layout = place(story)
        with _stage(stages, "svg"):
            written = write(Picture(story, layout, DARK), None, "svg", svg_style=style)
        seconds = sum(spent for name, spent in stages.items() if name != "recorded")
        return _Timed([seconds], len(written), stages, len(graph.nodes))

    return _repeated(work, times)


def _torchlens(model: Any, inputs: tuple[Tensor, ...], form: str | None) -> str:
    """The text or the picture of a trace with its gradients.

    For the text alone it is stopped where it would start dot, which it always does.
    """
    import torchlens
    from torchlens.visualization import _render_utils

    trace = torchlens.trace(model, inputs)
    trace.log_backward(trace[trace.output_layers[0]].out)
    run = _render_utils.run_bounded_subprocess
    if form is None:
        _render_utils.run_bounded_subprocess = _read_instead
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "graph")
            trace.draw(vis_outpath=path, vis_save_only=True, vis_fileformat=form or "svg")
            with open(f"{path}.{form}", encoding="utf-8") as written:
                return written.read()
    except _WrittenError as written:
        return written.args[0]
    finally:
        _render_utils.run_bounded_subprocess = run


class _WrittenError(Exception):
    """The text that is wanted."""


def _read_instead(command: list[str], **_: Any) -> None:
    """In dot's place: reads the source, which is the last of its arguments."""
    with open(command[-1], encoding="utf-8") as source:
        raise _WrittenError(source.read())


class _Timed:
    """One run: its seconds, how much it wrote, and how the seconds are made up."""

    def __init__(
        self, spent: list[float], length: int, stages: Stages | None = None, nodes: int = 0
    ) -> None:
        self.seconds, self.length, self.stages, self.nodes = spent[0], length, stages, nodes


def _from_loss(case: Case, times: int, work: Callable[[Tensor], str]) -> Found:
    """A new loss each time, for torch keeps what was once looked at."""

    def once() -> _Timed:
        model, inputs = case.build()
        loss = model(*inputs)
        with _clock() as spent:
            text = work(loss)
        return _Timed(spent, len(text))

    return _repeated(once, times)


def _from_model(case: Case, times: int, work: Callable[[Any, tuple[Tensor, ...]], str]) -> Found:
    def once() -> _Timed:
        model, inputs = case.build()
        with _clock() as spent:
            text = work(model, inputs)
        return _Timed(spent, len(text))

    return _repeated(once, times)


def _repeated(once: Callable[[], _Timed], times: int) -> Found:
    """The runs, and the memory that the first added to what the process had."""
    gc.collect()
    start = _peak(is_new=True)
    runs = [once()]
    added = _peak() - start
    while _goes_on([run.seconds for run in runs], times):
        gc.collect()
        runs.append(once())
    first = runs[-1]
    return {
        "seconds": [run.seconds for run in runs],
        "stages": [run.stages for run in runs if run.stages],
        "megabytes": added,
        "length": first.length,
        "nodes": first.nodes,
    }


def _pair(plain: Callable[[], Any], ours: Callable[[], Any], times: int) -> Found:
    """Two works in turn."""
    rows: list[tuple[float, float]] = []
    while _goes_on([sum(row) for row in rows], times):
        gc.collect()
        with _clock() as first:
            plain()
        gc.collect()
        with _clock() as second:
            ours()
        rows.append((first[0], second[0]))
    return {"plain": [row[0] for row in rows], "seconds": [row[1] for row in rows]}


def _goes_on(seconds: list[float], times: int) -> bool:
    """Whether there is to be another run."""
    if len(seconds) < times:
        return sum(seconds) < ENOUGH
    return len(seconds) < MOST and sum(seconds) < SHORT


@contextmanager
def _clock() -> Iterator[list[float]]:
    spent: list[float] = []
    start = _seconds()
    yield spent
    spent.append(_seconds() - start)


@contextmanager
def _stage(stages: Stages, name: str) -> Iterator[None]:
    with _clock() as spent:
        yield
    stages[name] = spent[0]


def _seconds() -> float:
    """Processor seconds of this process and of its children that have ended."""
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, who))


def _peak(is_new: bool = False) -> float:
    """The most memory that the process had, in MB; a new peak counts from now on."""
    if is_new:
        with open("/proc/self/clear_refs", "w", encoding="ascii") as file:
            file.write("5")
    with open("/proc/self/status", encoding="ascii") as file:
        line = next(line for line in file if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


MEASURES: dict[str, dict[str, Callable[[Case, int], Found]]] = {
    "structure": {
        "autoviz": structure_ours,
        "torchviz": structure_torchviz,
        "torchview": structure_torchview,
    },
    "everything": {
        "autoviz": everything_ours,
        "torchlens": everything_torchlens,
        "plain": everything_plain,
    },
    "gradients": {"autoviz": gradients},
    "recorded": {"autoviz": recorded},
    "values": {"autoviz": values},
    "picture": {
        "autoviz": picture_ours,
        "unfolded": picture_ours_unfolded,
        "torchviz": picture_torchviz,
        "torchview": picture_torchview,
        "torchlens": picture_torchlens,
    },
}
"""Quantity -> tool -> what measures it."""


def measure(quantity: str, tool: str, case: str, times: int) -> Found:
    """One measurement, after the tool has been through the smallest case."""
    torch.set_num_threads(1)
    work = MEASURES[quantity][tool]
    work(CASES["matrices"], 1)
    return work(CASES[case], times)
