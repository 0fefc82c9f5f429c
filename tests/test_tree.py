"""The tree lists a graph as a directory is listed."""

from graphgen.model.graph import Array, Edge, Graph, Node, Port
from graphgen.narration.telling import tell
from graphgen.outputs.tree import tree
from tests.graphs import chain, edge, node, sum_of_products, two_paths


def test_a_shared_leaf_is_printed_in_full_once() -> None:
    assert tree(tell(two_paths())) == (
        "c = s × b  value 15  ∂ 1\n"
        "├── s = a + b  value 5  ∂ 3\n"
        "│   ├── a  value 2  ∂ 3\n"
        "│   └── b  value 3  ∂ 8\n"
        "└── b\n"
    )


def test_numbers_show_that_repeated_leaves_are_one() -> None:
    lines = tree(tell(two_paths()), ids=True).splitlines()
    assert [line for line in lines if line.endswith("[1] b") or "[1] b " in line] == lines[3:5]


def test_a_shared_operation_is_referred_to_after() -> None:
    graph = sum_of_products([(0, 0), (0, 1)], [2, 3])
    from_sum = tree(tell(graph))
    assert from_sum.count("value 4") == 1


def test_a_long_chain_takes_space_in_proportion_to_its_length() -> None:
    listed = tree(tell(chain(2000)))
    assert listed.count("value") == 2001
    assert len(listed) < 2001 * 300


def test_a_constant_shows_its_number() -> None:
    nodes = (
        node("leaf", "x", 2.0, 3.0),
        node("constant", "", 3.0, None),
        node("op", "y", 6.0, 1.0, "MulBackward0", "3 * x"),
    )
    graph = Graph(nodes, (edge(0, 2, 0, 3.0, 3.0), Edge(1, 0, 2, 1)))
    assert tree(tell(graph)).splitlines()[-1] == "└── constant 3"


def test_each_output_of_a_node_has_its_own_value_and_gradient() -> None:
    """a, b = x.unbind(); loss = a * b + b."""
    x = Node("leaf", "", (Port(Array((2,), "float64", (2.0, 3.0)), _row(3.0, 3.0)),), "x")
    outputs = (Port(_number(2.0), _number(3.0)), Port(_number(3.0), _number(3.0)))
    unbind = Node("op", "UnbindBackward0", outputs, "", "x.unbind()")
    product = node("op", "p", 6.0, 1.0, "MulBackward0", "a * b")
    total = node("op", "loss", 9.0, 1.0, "AddBackward0", "p + b")
    edges = (
        Edge(0, 0, 1, 0, _row(3.0, 3.0)),
        Edge(1, 0, 2, 0, _number(3.0)),
        Edge(1, 1, 2, 1, _number(2.0)),
        Edge(2, 0, 3, 0, _number(1.0)),
        Edge(1, 1, 3, 1, _number(1.0)),
    )
    assert tree(tell(Graph((x, unbind, product, total), edges))) == (
        "loss = p + b  value 9  ∂ 1\n"
        "├── p = a × b  value 6  ∂ 1\n"
        "│   ├── x.unbind()  value 2  ∂ 3\n"
        "│   │   └── x  value [2, 3]  ∂ [3, 3]\n"
        "│   └── x.unbind() [1]  value 3  ∂ 3 (above)\n"
        "└── x.unbind() [1] (above)\n"
    )


def test_the_loss_may_be_a_later_output() -> None:
    outputs = (Port(_number(2.0)), Port(_number(5.0), _number(1.0)))
    nodes = (node("leaf", "x", 7.0, 1.0), Node("op", "SplitBackward0", outputs, "", "split(x)"))
    graph = Graph(nodes, (Edge(0, 0, 1, 0, _number(1.0)),), loss_port=1)
    assert tree(tell(graph)).startswith("loss = split(x) [1]  value 5  ∂ 1\n")


def _number(value: float) -> Array:
    return Array((), "float64", (value,))


def _row(*values: float) -> Array:
    return Array((len(values),), "float64", values)
