"""What a page weighs, and how long the browser works at a slider's move and at panning.

    python -m benchmarks.page [MOVES]

Work is processor time of the browser's main thread, so that it doesn't tell what else the machine
does; frames are what the clock said. The table goes to docs/page.md.
"""

import os
import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import Any

from playwright.sync_api import sync_playwright

from graphgen.model.graph import Graph
from tests.browsing import CHROMIUM, FLAGS, until, visit, work_of
from tests.graphs import chain
from tests.pages import PAGE, evaluated, page_of, sixty_nodes

PAGE_OF_DOCS = Path(__file__).resolve().parents[1] / "docs" / "page.md"
BEGIN, END = "<!-- begin: benchmarks/page.py -->", "<!-- end -->"

FRAME = 1000 / 60
"""Milliseconds of a frame at 60 Hz."""

MOST_BYTES = 150_000

_MOVES = 120
_BATCH = 10

_MOVE = """
const range = page.find(".sliders input[type=range]");
const painted = () => new Promise((done) => requestAnimationFrame(() => {
  const {port1, port2} = new MessageChannel();
  port1.onmessage = done;
  port2.postMessage(0);
}));
const times = [];
for (let move = 0; move < given; move += 1) {
  await painted();
  const began = performance.now();
  range.value = Math.sin(move / 9) * range.max;
  range.dispatchEvent(new Event("input"));
  await painted();
  times.push(performance.now() - began);
}
return times;"""

_PAN = """
const times = [];
let former;
for (let frame = 0; frame <= given; frame += 1) {
  const now = await new Promise(requestAnimationFrame);
  if (former) times.push(now - former);
  former = now;
  page.camera.pan(40 * Math.cos(frame / 6), 20 * Math.sin(frame / 6));
  if (frame % 10 === 0) page.camera.zoom(frame % 20 ? 1.2 : 1 / 1.2);
}
return times;"""


_STILL = (
    "for (let frame = 0; frame < 2 * given; frame += 1) await new Promise(requestAnimationFrame);"
)


@dataclass(frozen=True, slots=True)
class Found:
    """What was measured of one page.

    Attributes:
        bytes, seconds: of the file, and of the processor to write it.
        work: milliseconds of the main thread that a move adds to a frame without one, in the batch
            with the least: the others tell how much of the processor others had.
        frames: milliseconds from one frame to the next, or from a move to its picture.
    """

    what: str
    bytes: int
    seconds: float
    work: float
    frames: tuple[float, ...]


def measured(browser: Any, what: str, graph: Graph, script: str, moves: int) -> Found:
    """One page, with a script that moves something so often."""
    began = process_time()
    content = page_of(graph)
    seconds = process_time() - began
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.html"
        path.write_text(content, encoding="utf-8")
        with visit(browser, path.as_uri()) as seen:
            until(seen.page, f"{PAGE}?.picture", 120)
            evaluated(seen.page, "page.go(page.last, false);")
            session = seen.page.context.new_cdp_session(seen.page)
            session.send("Performance.enable", {"timeDomain": "threadTicks"})
            evaluated(seen.page, script, 5)
            work, still, frames = [], [], []
            for _ in range(moves // _BATCH):
                before = work_of(session)
                frames += evaluated(seen.page, script, _BATCH)
                between = work_of(session)
                evaluated(seen.page, _STILL, _BATCH)
                work.append(between - before)
                still.append(work_of(session) - between)
    each = max(0.0, min(work) - min(still)) / _BATCH * 1000
    return Found(what, len(content.encode()), seconds, each, tuple(sorted(frames)))


def main() -> None:
    """Prints the table, and puts it into the page."""
    moves = int(sys.argv[1]) if len(sys.argv) > 1 else _MOVES
    cases = (
        ("a slider at 60 nodes", sixty_nodes(), _MOVE),
        ("panning at 2,000 nodes", chain(2000), _PAN),
    )
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        found = [measured(browser, *case, moves) for case in cases]
        browser.close()
    lines = table(found)
    print("\n".join(lines))
    head, rest = PAGE_OF_DOCS.read_text().split(BEGIN)
    PAGE_OF_DOCS.write_text(f"{head}{BEGIN}\n{chr(10).join(lines)}\n{END}{rest.split(END)[1]}")


def table(found: list[Found]) -> list[str]:
    """The lines between the marks of the page: what was found, and the goals."""
    slider, pan = found
    rows = (
        ("a page of 60 nodes, kB", slider.bytes / 1000, MOST_BYTES / 1000),
        ("what a slider's move on it adds to a frame, ms of the page's thread", slider.work, FRAME),
        ("from a move to its picture, median, ms", statistics.median(slider.frames), FRAME),
        ("what panning and zooming at 2,000 nodes adds to a frame, ms", pan.work, FRAME),
        (
            "panning and zooming at 2,000 nodes, median frame, ms",
            statistics.median(pan.frames),
            FRAME,
        ),
    )
    return [
        f"{os.cpu_count()} cores, Chromium without a GPU, load {os.getloadavg()[0]:.1f} from "
        "everything on the machine.",
        "",
        "| what | found | goal |",
        "| --- | ---: | ---: |",
        *(f"| {what} | {value:.1f} | {goal:.1f} |" for what, value, goal in rows),
    ]


if __name__ == "__main__":
    main()
