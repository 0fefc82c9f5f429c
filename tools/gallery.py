"""Makes media/gallery: of each scene a poster and a picture that plays; and docs/gallery.md, which
shows them with the commands that made them.

    python tools/gallery.py              all of it, by the commands themselves
    python tools/gallery.py tangent      one of them
    python tools/gallery.py --page       docs/gallery.md alone
"""

import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from graphgen.course.registry import all_scenes  # noqa: E402  (the path comes first)

PAGE = ROOT / "docs" / "gallery.md"
FOLDER = "media/gallery"
MORE = {
    "training-line": ("training --example linear-regression", "A line finds its points."),
    "training-xor": ("training --example xor", "Eight hidden units learn XOR."),
}
"""Beside each scene's own example: name -> what is asked for, and what is seen."""

HEAD = """# Gallery

Each picture plays by itself, and its command makes it again; with `-o NAME.mp4` the same command
makes a film. What each scene takes stands in [the page of the scenes](scenes.md). `make gallery`
makes this page and all that it shows.
"""


def shown() -> Iterator[tuple[str, str, str]]:
    """The name of each picture, what is asked for, and what is seen, in the order of the course."""
    for kind in all_scenes():
        yield kind.name, kind.name, kind.summary
        for name, (asked, seen) in MORE.items():
            if asked.split()[0] == kind.name:
                yield name, asked, seen


def command(name: str, asked: str) -> str:
    """What makes the pictures of a name."""
    return f"autoviz render scene {asked} -o {FOLDER}/{name}.svg -o {FOLDER}/{name}.png"


def page() -> str:
    """The whole page."""
    found = [HEAD]
    for name, asked, seen in shown():
        picture = f"../{FOLDER}/{name}"
        found.append(
            f"\n## {name}\n\n{seen} ([poster]({picture}.png))\n\n![{seen}]({picture}.svg)\n\n"
            f"```sh\n{command(name, asked)}\n```\n"
        )
    return "".join(found)


def main(names: list[str]) -> int:
    """Makes what is wanted; ends with the status of the first command that fails."""
    (ROOT / FOLDER).mkdir(parents=True, exist_ok=True)
    known = [name for name, _, _ in shown()]
    unknown = [name for name in names if name not in (*known, "--page")]
    if unknown:
        print(f"names of pictures: got {unknown[0]}; they are {', '.join(known)}", file=sys.stderr)
        return 2
    for name, asked, _ in shown():
        if names and name not in names:
            continue
        words = shlex.split(command(name, asked))[1:]
        print(command(name, asked), flush=True)
        done = subprocess.run([sys.executable, str(ROOT / "cli.py"), *words, "--quiet"], cwd=ROOT)
        if done.returncode:
            return done.returncode
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
