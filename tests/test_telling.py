"""The story says what happens in order, with the graph's own numbers."""

import math
from dataclasses import replace

import pytest
import torch
from hypothesis import given

from graphgen import graph_of
from graphgen.capture.recorder import record
from graphgen.language.expression import parse
from graphgen.model.graph import Array, Cell, Edge, Graph, Node, Port, Summary, generations
from graphgen.model.story import Story, texts_after
from graphgen.narration.telling import LARGEST_TOLD_SINGLY, tell
from graphgen.text.digits import text
from tests.graphs import edge, graphs, node, square_by_product, sum_of_products, two_paths


def last_texts(story: Story) -> dict[Cell, str]:
    """What the picture shows in the end."""
    shown: dict[Cell, str] = {}
    for after in texts_after(story):
        shown = after
    return shown


def captions(graph: Graph) -> list[str]:
    return [step.caption for step in tell(graph).steps]


def test_two_paths_are_told_in_autograds_order() -> None:
    assert captions(two_paths()) == [
        "Values flow forward; gradients flow back.",
        "a = 2 and b = 3 are leaves: each gets a gradient.",
        "s = a + b = 2 + 3 = 5.",
        "c = s × b = 5 × 3 = 15.",
        "Backward starts at the loss: ∂c/∂c = 1.",
        "× sends 3 to s: its slope is b = 3, times 1 from above.",
        "× sends 5 to b: its slope is s = 5, times 1 from above.",
        "+ sends 3 to a: its slope is 1, times 3 from above.",
        "+ sends 3 to b: its slope is 1, times 3 from above.",
        "b adds up its 2 paths: 5 + 3 = 8.",
        "Every gradient, and how it is made up.",
    ]


def test_contributions_wait_side_by_side_until_they_are_summed() -> None:
    b = Cell("gradient", 1)
    marks = [m.text for step in tell(two_paths()).steps for m in step.marks if m.cell == b]
    assert marks == ["5", "5 + 3", "8"]


def test_the_table_says_how_each_gradient_is_made_up() -> None:
    rows = {row.name: row for row in tell(two_paths()).table}
    assert rows["b"].made_of == "5 via c = s × b, plus 3 via s = a + b, is 8"
    assert rows["b"].parts == ("5", "3")
    assert rows["c"].made_of == "where the gradient starts"


def test_a_negative_part_is_subtracted() -> None:
    graph = Graph(
        (node("leaf", "a", 2.0, 0.0), node("op", "c", 0.0, 1.0, "SubBackward0", "a - a")),
        (edge(0, 1, 0, 1.0, 1.0), edge(0, 1, 1, -1.0, -1.0)),
    )
    assert "a adds up its 2 paths: 1 − 1 = 0." in captions(graph)


def test_a_square_arrives_twice_at_the_same_leaf() -> None:
    assert "a adds up its 2 paths: 3 + 3 = 6." in captions(square_by_product())


def test_a_power_reads_its_slope_as_a_person_does() -> None:
    graph = Graph(
        (
            node("leaf", "x", 2.0, 12.0),
            node("constant", "", 3.0, None),
            node("op", "y", 8.0, 1.0, "PowBackward0", "x ** 3"),
        ),
        (edge(0, 2, 0, 12.0, 12.0), Edge(1, 0, 2, 1)),
    )
    assert "y = x³ = 2³ = 8." in captions(graph)
    assert "The power sends 12 to x: its slope is 3 × x² = 12, times 1 from above." in captions(
        graph
    )


def test_data_and_constants_get_no_gradient_and_no_gradient_place() -> None:
    graph = Graph(
        (
            node("leaf", "w", 3.0, 2.0),
            node("data", "x", 2.0, None),
            node("op", "y", 6.0, 1.0, "MulBackward0", "w * x"),
        ),
        (edge(0, 2, 0, 2.0, 2.0), Edge(1, 0, 2, 1)),
    )
    story = tell(graph)
    assert Cell("gradient", 1) not in last_texts(story)
    assert story.table[1].made_of == "data: no gradient"
    assert "w = 3 is a leaf: it gets a gradient. x = 2 is data: it gets no gradient." in captions(
        graph
    )


def test_a_cut_is_told_where_the_gradient_stops() -> None:
    graph = Graph(
        (
            node("leaf", "a", 2.0, 2.0),
            node("cut", "d", 2.0, None, "detach", "detach(a)"),
            node("op", "c", 4.0, 1.0, "MulBackward0", "a * d"),
        ),
        (Edge(0, 0, 1, 0), edge(0, 2, 0, 2.0, 2.0), Edge(1, 0, 2, 1)),
    )
    assert "detach stops the gradient: nothing goes on to a." in captions(graph)


def test_a_broadcast_operand_is_told_the_axes_of_its_sum() -> None:
    wide, row = Array((3, 2), "float64", (0.0,) * 6), Array((2,), "float64", (3.0, 3.0))
    nodes = two_paths().nodes
    graph = Graph(
        (
            _with_value(nodes[0], wide),
            _with_value(nodes[1], row),
            _with_value(nodes[2], wide),
            nodes[3],
        ),
        (Edge(0, 0, 2, 0, wide), Edge(1, 0, 2, 1, row), Edge(2, 0, 3, 0, wide)),
    )
    assert "+ sends b its share, summed over axis 0: [3, 3]." in captions(graph)


@pytest.mark.parametrize(
    ("op", "slot", "shapes", "words"),
    [
        ("AddmmBackward0", 0, [(2,), (3, 2)], "its share, summed over axis 0:"),
        ("AddmmBackward0", 1, [(3, 3), (3, 2)], "its share:"),
        ("AddmmBackward0", 2, [(2, 2), (3, 2)], "its share:"),
        ("ExpandBackward0", 0, [(2, 1), (4, 2, 3)], "its share, summed over axes 0 and 2:"),
        ("WhereBackward0", 1, [(1, 2), (3, 2)], "its share, summed over axis 0:"),
        ("MulBackward0", 0, [(3, 2), (3, 2)], "its share:"),
        ("MseLossBackward0", 0, [(2,), (1,)], "its share:"),
        ("MseLossBackward0", 0, [(2,), ()], "its share:"),
    ],
)
def test_a_share_says_the_axes_over_which_it_was_summed(
    op: str, slot: int, shapes: list[tuple[int, ...]], words: str
) -> None:
    """Only of what was broadcast: a matrix product's factors were not."""
    source, made = (Array(s, "float64", (1.0,) * math.prod(s)) for s in shapes)
    nodes = two_paths().nodes
    graph = Graph(
        (_with_value(nodes[0], source), replace(_with_value(nodes[2], made), op=op)),
        (Edge(0, 0, 1, slot, source),),
    )
    (sent,) = [text for text in captions(graph) if " sends " in text]
    assert f" sends a {words}" in sent


def test_nothing_is_told_of_gradients_that_are_not_known() -> None:
    graph = two_paths()
    bare = Graph(tuple(_without_grad(n) for n in graph.nodes), graph.edges)
    assert {step.chapter for step in tell(bare).steps} == {"opening", "forward", "closing"}


def test_autograds_names_are_kept_when_asked_for() -> None:
    story = tell(two_paths(), names="autograd")
    assert story.steps[0].marks[3].text == "c = MulBackward0"


def test_many_operations_go_a_generation_at_a_time() -> None:
    graph = sum_of_products([(0, 1)] * 20, [2, 3])
    steps = tell(graph).steps
    generation = max(generations(graph))
    assert sum(step.move == "compute" for step in steps) == generation
    assert sum(step.move == "send" for step in steps) == generation
    assert all(step.seconds <= 0.8 for step in steps[4:10])


def test_a_person_may_set_the_pace() -> None:
    slow = tell(two_paths(), seconds_per_step=3.0)
    assert [step.seconds for step in slow.steps if step.move == "send"][1] == 3.0


@given(graphs())
def test_the_last_text_of_each_cell_is_the_graphs_number(graph: Graph) -> None:
    shown = last_texts(tell(graph))
    for index, found in enumerate(graph.nodes):
        port = found.ports[0]
        assert shown[Cell("value", index)] == text(port.value)
        assert port.grad is not None
        assert shown[Cell("gradient", index)] == text(port.grad)
    for index, found_edge in enumerate(graph.edges):
        assert found_edge.contribution is not None
        assert shown[Cell("contribution", index)] == text(found_edge.contribution)


@given(graphs(largest=LARGEST_TOLD_SINGLY))
def test_every_edge_is_sent_along_exactly_once(graph: Graph) -> None:
    sent = [e for step in tell(graph).steps if step.move == "send" for e in step.focus.edges]
    assert sorted(sent) == list(range(len(graph.edges)))


@given(graphs())
def test_no_gradient_leaves_a_node_before_it_is_whole(graph: Graph) -> None:
    shown: dict[Cell, str] = {}
    for step in tell(graph).steps:
        for index in step.focus.edges if step.move == "send" else ():
            grad = graph.nodes[graph.edges[index].target].ports[0].grad
            assert grad is not None
            assert shown[Cell("gradient", graph.edges[index].target)] == text(grad)
        shown.update((mark.cell, mark.text) for mark in step.marks)


@given(graphs())
def test_all_durations_are_on_the_grid(graph: Graph) -> None:
    for step in tell(graph).steps:
        assert step.seconds > 0
        assert abs(step.seconds * 5 - round(step.seconds * 5)) < 1e-9


def _with_value(old: Node, value: Array) -> Node:
    return replace(old, ports=(Port(value, value),))


def _without_grad(old: Node) -> Node:
    return replace(old, ports=(Port(old.ports[0].value),))


def test_a_slope_that_is_one_operand_stands_without_brackets() -> None:
    unnamed = replace(two_paths().nodes[2], name="")
    graph = replace(two_paths(), nodes=(*two_paths().nodes[:2], unnamed, two_paths().nodes[3]))
    assert "× sends 5 to b: its slope is a + b = 5, times 1 from above." in captions(graph)


def _folded(outside: float, total: float) -> Graph:
    """y = block(x) + block's own use of its first output; only one use is outside."""
    return Graph(
        (
            node("leaf", "x", 2.0, 1.0),
            node("op", "block", 3.0, total, "module"),
            node("op", "y", 3.0, 1.0, "AddBackward0"),
        ),
        (edge(0, 1, 0, 1.0, 1.0), edge(1, 2, 0, outside, 1.0), edge(1, 2, 1, outside, 1.0)),
    )


def test_a_folded_node_says_what_comes_back_inside_of_it() -> None:
    graph = _folded(1.0, 5.0)
    rows = {row.name: row.made_of for row in tell(graph).table}
    via = "1 via y = block + block"
    assert rows["block"] == f"{via}, plus {via}, plus what comes back inside, is 5"
    assert "block adds up its 2 paths and what comes back inside: 5." in captions(graph)


def test_a_folded_node_without_uses_inside_adds_up_as_any_other() -> None:
    assert "block adds up its 2 paths: 1 + 1 = 2." in captions(_folded(1.0, 2.0))


def test_a_folded_node_is_called_by_its_name_and_has_no_formula() -> None:
    found = captions(_folded(1.0, 2.0))
    assert "block = 3." in found
    assert "The module block sends 1 to x: its slope is 1, times 2 from above." in found


def test_what_a_large_gradient_is_made_of_is_told_by_norms() -> None:
    """Ranges and means of each part would make a line that nobody reads to its end."""
    wide = Array((100,), "float64", None, Summary(0.0, 1.0, 0.5, 5.0, 0, 0))
    nodes = [replace(n, ports=(Port(wide, wide),)) for n in square_by_product().nodes]
    edges = [replace(e, contribution=wide, local=None) for e in square_by_product().edges]
    graph = Graph(tuple(nodes), tuple(edges))
    via = "norm 5 via c = a × a"
    assert tell(graph).table[0].made_of == f"{via}, plus {via}; their sum has norm 5"
    assert "× sends a share of norm 5 to a." in captions(graph)


def test_gradients_whose_squares_vanish_have_a_norm() -> None:
    w = torch.ones(100, requires_grad=True)
    graph = graph_of((w * 1e-25).sum() + (w * 2e-25).sum())
    (row,) = [row for row in tell(graph).table if graph.nodes[row.node].kind == "leaf"]
    assert row.made_of.startswith("norm 2e−24 via") or row.made_of.startswith("norm 1e−24 via")
    assert row.made_of.endswith("; their sum has norm 3e−24")


def test_many_complex_numbers_are_told_as_magnitudes() -> None:
    z = torch.tensor([3 + 4j, 1j, -1, 0.5], requires_grad=True)
    row = tell(graph_of((z * z.conj()).real.sum())).table[0]
    assert row.value == "4 numbers, magnitudes 0.5 to 5, their mean 1.875"
    assert row.gradient == "4 numbers, magnitudes 1 to 10, their mean 3.75"


def test_the_title_is_how_the_loss_was_written() -> None:
    *others, last = two_paths().nodes
    for label, name, title in (
        ("F.cross_entropy(model(pictures), labels)", "", "cross_entropy(model(pictures), labels)"),
        ("s*b", "c", "c = s × b"),
        ("x" * 70, "c", "c = s × b"),
        ("loss / steps", "", "loss / steps"),
    ):
        graph = Graph((*others, replace(last, label=label, name=name)), two_paths().edges)
        assert tell(graph).title == title


def test_an_invented_name_is_not_said_to_equal_itself() -> None:
    *others, last = two_paths().nodes
    graph = Graph((*others, replace(last, label="loss / b", name="")), two_paths().edges)
    assert tell(graph).steps[0].marks[-1].text == "loss / b"
    assert "loss / b = 5 × 3 = 15." in captions(graph)


def test_a_leaf_of_many_numbers_is_placed_by_its_shape() -> None:
    wide = Array((4, 8), "float64", None, Summary(0.0, 1.0, 0.5, 5.0, 0, 0))
    a, *others = two_paths().nodes
    graph = Graph((replace(a, ports=(Port(wide),)), *others), two_paths().edges)
    assert "a (4 × 8) and b = 3 are leaves: each gets a gradient." in captions(graph)


def test_a_long_formula_keeps_its_outer_shape_on_the_card() -> None:
    *others, last = two_paths().nodes
    nodes = [replace(n, name="a name that is long enough") if n.kind == "op" else n for n in others]
    label = "s + self.attention(self.normalize(s))"
    graph = Graph((*nodes, replace(last, label=label)), two_paths().edges)
    assert tell(graph).steps[0].marks[-1].text == "c = s + attention(…)"


def test_an_invented_name_is_none_of_the_users_own() -> None:
    program = "y = a_long_name * v1 + b_long_name * v2; y * y"
    values = {"a_long_name": 1.0, "v1": 2.0, "b_long_name": 3.0, "v2": 4.0}
    names = tell(record(parse(program), values)).names
    assert len(set(names)) == len(names)
    assert {"v1", "v2", "v3", "v4"} <= set(names)


def test_a_gradient_that_a_hook_changed_is_not_said_to_be_the_sum() -> None:
    a = torch.tensor(2.0, requires_grad=True)
    h = a * 3
    h.register_hook(lambda grad: grad * 10)
    graph = graph_of(h * h + h)
    made_of = {row.name.split(" =")[0]: row.made_of for row in tell(graph).table}
    assert "h adds up its 3 paths, but its gradient is 130." in captions(graph)
    assert made_of["h"].endswith("; but the gradient is 130")
    assert "but" not in made_of["a"]


def test_a_sum_of_coarse_numbers_is_still_told_as_a_sum() -> None:
    a = torch.tensor([1.1, 2.3], dtype=torch.bfloat16, requires_grad=True)
    graph = graph_of((a * a + a.sin() * 3 + a.exp() / 7).sum())
    assert not any("but its gradient" in caption for caption in captions(graph))
