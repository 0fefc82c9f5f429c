"""Makes the golden pictures in tests/goldens/ that tests/test_goldens.py compares with.

    python tools/goldens.py              the pictures, from the stories beside them
    python tools/goldens.py --stories    the stories first, with torch and Graphviz

Look at what `git diff` shows of them before it goes in.
"""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from graphgen.course import lesson_file  # noqa: E402  (the path comes first)
from graphgen.course.registry import lesson_of, scene_of  # noqa: E402
from graphgen.course.scene import Request  # noqa: E402
from graphgen.draw import story_file  # noqa: E402
from graphgen.model.graph import Graph  # noqa: E402
from graphgen.model.theme import THEMES  # noqa: E402
from tests.graphs import two_paths  # noqa: E402
from tests.pictures import data_and_cut, picture  # noqa: E402
from tests.rendering import FOLDER, NAMES, SCENES, document, golden, png_of  # noqa: E402

PROGRAMS: Mapping[str, tuple[str, Mapping[str, object]]] = {
    "matrices": (
        "y = W @ v; loss = sum(y) * sum(wide ** 3) + mean(wide * wide)",
        {
            "W": [[-1.5, 2.0], [0.5, -3.0]],
            "v": [[2.0], [-1.0]],
            "wide": [(at - 30) / 40 for at in range(80)],
        },
    ),
    "fifteen-nodes": (
        "a = x * y; b = sin(x) + a; c = b * b; d = exp(-y) * z; loss = log(c + d) + z * a - b",
        {"x": 1.5, "y": -0.5, "z": 2.0},
    ),
}
"""Name -> program and values: negative numbers, and an array of eighty whose strips have both
signs; and one of many operations."""

GRAPHS: Mapping[str, tuple[Callable[[], Graph], str]] = {
    "two-paths": (two_paths, "c = (a + b) * b"),
    "cut": (data_and_cut, "y = x * w; loss = y * detach(y) * 2"),
}
"""Name -> graph and title."""


def write_stories() -> None:
    """The stories and scenes that the pictures are of."""
    from graphgen import record  # torch has a part in the stories alone

    graphs = {name: (graph(), title) for name, (graph, title) in GRAPHS.items()}
    graphs |= {name: (record(text, given), text) for name, (text, given) in PROGRAMS.items()}
    for name, (graph, title) in graphs.items():
        shown = story_file.dumps(picture(graph, title=title))
        (FOLDER / f"{name}.json").write_text(shown, encoding="utf-8")
    for name in SCENES:
        kind = scene_of(name)
        options = {option.name: option.default for option in kind.options}
        lesson = lesson_of(name, Request(kind.program, kind.values, kind.data, options))
        (FOLDER / f"{name}.json").write_text(lesson_file.dumps(lesson), encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Writes the pictures, and with --stories what they are of."""
    if unknown := [each for each in arguments if each != "--stories"]:
        print(f"--stories or nothing: got {unknown[0]}; leave it out", file=sys.stderr)
        return 2
    FOLDER.mkdir(exist_ok=True)
    if arguments:
        write_stories()
    for name in NAMES:
        for theme in THEMES:
            place = golden(name, theme)
            place.write_bytes(png_of(document(name, theme)))
            print(f"{place.relative_to(ROOT)}  {place.stat().st_size / 1000:.1f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
