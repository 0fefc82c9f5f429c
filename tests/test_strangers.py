"""Nodes of other threads have the numbers of ours; a recording must not take one for the other."""

import threading
from collections.abc import Callable

import torch
from torch import Tensor

from graphgen.capture.recorder import recording
from graphgen.model.graph import Graph
from tests.test_reading import check_laws


def elsewhere(make: Callable[[], Tensor]) -> Tensor:
    """What another thread makes, whose nodes are numbered from 0."""
    made: list[Tensor] = []
    thread = threading.Thread(target=lambda: made.append(make()))
    thread.start()
    thread.join()
    return made[0]


def value_of(graph: Graph, label: str) -> object:
    (node,) = [node for node in graph.nodes if label in (node.label, node.name)]
    return node.ports[0].value.items


def test_equal_numbers_of_two_threads_are_two_nodes() -> None:
    found: list[Graph] = []

    def work() -> None:
        x = torch.tensor(2.0, requires_grad=True)
        with recording() as tape:
            ours = x + 1.0  # number 0 of this thread
            theirs = elsewhere(lambda: x + 5.0)  # number 0 of that one
            loss = ours * theirs + theirs
        found.append(tape.graph(loss))

    elsewhere(lambda: work() or torch.ones(()))
    (graph,) = found
    assert value_of(graph, "ours") == (3.0,)
    assert value_of(graph, "theirs") == (7.0,)
    assert value_of(graph, "loss") == (28.0,)
    check_laws(graph)


def test_what_is_behind_another_threads_node_is_not_guessed() -> None:
    found: list[Graph] = []

    def work() -> None:
        x = torch.tensor(2.0, requires_grad=True)
        with recording() as tape:
            ours = x + 1.0
            theirs = elsewhere(lambda: (x + 5.0) + 0.5)  # its first node has the number of ours
            loss = ours * theirs
        found.append(tape.graph(loss))

    elsewhere(lambda: work() or torch.ones(()))
    (graph,) = found
    adds = [node.ports[0].value.items for node in graph.nodes if node.op == "AddBackward0"]
    assert sorted(adds, key=str) == [(3.0,), (7.5,), None]
    assert any("another thread" in note for note in graph.notes)


def test_what_was_made_before_the_recording_is_not_taken_for_what_was_made_in_it() -> None:
    x = torch.tensor(2.0, requires_grad=True)
    before = (x + 1.0) + 10.0
    with recording() as tape:
        loss = before * (x + 1.0)
    graph = tape.graph(loss)
    check_laws(graph)
    assert value_of(graph, "before") == (13.0,)
    assert value_of(graph, "loss") == (39.0,)


def test_a_loss_of_another_thread_has_none_of_our_values() -> None:
    found: list[Graph] = []

    def work() -> None:
        x = torch.tensor(2.0, requires_grad=True)
        with recording() as tape:
            ours = x + 1.0
            loss = elsewhere(lambda: x + 5.0)
        assert ours.item() == 3.0
        found.append(tape.graph(loss))

    elsewhere(lambda: work() or torch.ones(()))
    (graph,) = found
    assert graph.nodes[-1].ports[0].value.items == (7.0,)
    assert graph.nodes[-1].label == ""
