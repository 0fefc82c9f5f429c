"""Public functions with three or more parameters say what goes in, comes out and is raised."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MANY = 3

Function = ast.FunctionDef | ast.AsyncFunctionDef


def exported(tree: ast.Module) -> set[str]:
    """The names in the module's `__all__`."""
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(target, ast.Name) and target.id == "__all__" for target in targets):
                return {
                    item.value
                    for item in ast.walk(node)
                    if isinstance(item, ast.Constant) and isinstance(item.value, str)
                }
    return set()


def public_functions(tree: ast.Module) -> Iterator[tuple[str, Function]]:
    """Exported functions, and the public methods of exported classes, each by its dotted name."""
    names = exported(tree)
    for node in tree.body:
        if isinstance(node, Function) and node.name in names:
            yield node.name, node
        elif isinstance(node, ast.ClassDef) and node.name in names:
            for method in node.body:
                if isinstance(method, Function) and not method.name.startswith("_"):
                    yield f"{node.name}.{method.name}", method


def parameters(function: Function) -> list[str]:
    """The parameters' names, without self and cls."""
    every = function.args
    named = [*every.posonlyargs, *every.args, *every.kwonlyargs]
    return [one.arg for one in named if one.arg not in ("self", "cls")]


def is_exempt(function: Function) -> bool:
    """Commands' docstrings are their help; overloads have none."""
    decorators = " ".join(ast.unparse(decorator) for decorator in function.decorator_list)
    return any(word in decorators for word in ("command", "click", "overload", "override"))


def own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a function's body, without those of functions and classes inside it."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, Function | ast.ClassDef | ast.Lambda):
            yield child
            yield from own_nodes(child)


def section(text: str, title: str) -> str:
    """The lines below `Args:`, `Returns:` or `Raises:`, "" where there are none."""
    match = re.search(rf"^{title}:(.*?)(?=^\S|\Z)", text, re.MULTILINE | re.DOTALL)
    return match.group(1).strip() if match else ""


def named_in(args: str) -> set[str]:
    """The parameters that an Args section describes: `x, y: ...` describes both."""
    names: set[str] = set()
    for line in args.splitlines():
        if match := re.match(r"\s*([\w*, ]+):", line):
            names.update(name.strip(" *") for name in match.group(1).split(","))
    return names


def gaps(function: Function) -> list[str]:
    """What the docstring of a function with three or more parameters lacks."""
    names = parameters(function)
    if len(names) < MANY or is_exempt(function):
        return []
    text = ast.get_docstring(function) or ""
    described = named_in(section(text, "Args"))
    lacks = [f"Args: {name}" for name in names if name not in described]
    if not returns_nothing(function) and not section(text, "Returns"):
        lacks.append("Returns")
    if any(isinstance(node, ast.Raise) for node in own_nodes(function)):
        lacks += [] if section(text, "Raises") else ["Raises"]
    return lacks


def returns_nothing(function: Function) -> bool:
    """Whether the annotation says that nothing comes back."""
    annotation = ast.unparse(function.returns) if function.returns else "None"
    return annotation in ("None", "NoReturn", "Never")


def modules() -> list[str]:
    files = [*(ROOT / "graphgen").rglob("*.py"), *(ROOT / "scenes").rglob("*.py")]
    paths = [file.relative_to(ROOT).as_posix() for file in [*files, ROOT / "autoviz_torch.py"]]
    return sorted(paths)


def test_every_long_signature_is_described() -> None:
    faults = [
        f"{path}:{function.lineno} {name} lacks {', '.join(lacks)}"
        for path in modules()
        for name, function in public_functions(ast.parse((ROOT / path).read_text("utf-8")))
        if (lacks := gaps(function))
    ]
    assert faults == []


@pytest.mark.parametrize(
    ("docstring", "lacks"),
    [
        ("Add.", ["Args: a", "Args: b", "Args: c", "Returns", "Raises"]),
        ("Add.\n\nArgs:\n    a, b: terms\n    c: a term\n\nReturns:\n    sum", ["Raises"]),
        ("Add.\n\nArgs:\n    a: term\n    c: b\n\nReturns:\n    x\n\nRaises:\n    y", ["Args: b"]),
        ("Add.\n\nArgs:\n    a, b, c: x\n\nReturns:\n    sum\n\nRaises:\n    y: z", []),
    ],
)
def test_what_a_docstring_lacks_is_named(docstring: str, lacks: list[str]) -> None:
    code = f'def add(a, b, *, c) -> int:\n    {docstring!r}\n    raise ValueError("no")\n'
    function = ast.parse(code).body[0]
    assert isinstance(function, Function)
    assert gaps(function) == lacks
