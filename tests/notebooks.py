"""Notebooks that hold a widget, in the programs that people open them with.

with jupyterlab(folder) as address:      # serves the folder; kernels run this Python
    visit(browser, f"{address}/lab/tree/{NOTEBOOK}?token={TOKEN}")
"""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from importlib.util import find_spec
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

__all__ = ["CODE", "NOTEBOOK", "TOKEN", "environment", "jupyterlab", "marimo", "write_notebook"]

ROOT = Path(__file__).parent.parent

NOTEBOOK = "page.ipynb"
TOKEN = "tests"

CODE = """import graphgen
graph = graphgen.record(graphgen.parse("c = (a + b) * b"), {"a": 2.0, "b": 3.0})
page = graphgen.widget(graph)
page"""

_MARIMO = f"""import marimo
app = marimo.App()

@app.cell
def _():
    {CODE.replace(chr(10), chr(10) + "    ")}
    return

@app.cell
def _():
    1 + 1
    return

if __name__ == "__main__":
    app.run()
"""

_PATIENCE = 120.0


def write_notebook(folder: Path) -> Path:
    """A notebook of two cells: the widget, and another one."""
    cells = [
        {"cell_type": "code", "id": name, "metadata": {}, "execution_count": None, "outputs": [],
         "source": source}
        for name, source in (("widget", CODE), ("other", "1 + 1"))
    ]  # fmt: skip
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    book = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    path = folder / NOTEBOOK
    path.write_text(json.dumps(book))
    return path


def environment(folder: Path) -> dict[str, str]:
    """What Jupyter's programs need so that they find their parts, and no settings of a person."""
    own = {
        f"JUPYTER_{name}_DIR": str(folder / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")
    }
    settings = {
        "JUPYTER_PATH": str(_share()),
        "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "PYTHONPATH": str(ROOT),
    }
    return {**os.environ, **own, **settings}


def _share() -> Path:
    """Where Jupyter's front ends are installed: beside the packages, which may be elsewhere than
    this environment."""
    package = find_spec("anywidget")
    assert package is not None
    folders = Path(str(package.origin)).resolve().parents
    shares = (folder / "share" / "jupyter" for folder in folders)
    return next(share for share in shares if (share / "labextensions").is_dir())


@contextmanager
def jupyterlab(folder: Path, work: Path) -> Iterator[str]:
    """JupyterLab over a folder.

    Args:
        folder: what it serves.
        work: where it keeps what it needs.

    Yields:
        Its address.
    """
    port = _free_port()
    options = (
        "--no-browser", "--allow-root", f"--port={port}", f"--app-dir={_share() / 'lab'}",
        f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={folder}",
    )  # fmt: skip
    command = [sys.executable, "-m", "jupyterlab", *options]
    with _serving(command, environment(work), f"http://127.0.0.1:{port}/api") as log:
        yield f"http://127.0.0.1:{port}"
    assert "Traceback" not in log.read_text()


@contextmanager
def marimo(work: Path, theme: str) -> Iterator[str]:
    """A marimo notebook that holds the widget, to edit.

    Args:
        work: an empty folder.
        theme: "dark" or "light", marimo's own.

    Yields:
        Its address.
    """
    port = _free_port()
    path = work / "page.py"
    path.write_text(_MARIMO)
    settings = work / "config" / "marimo" / "marimo.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text(f'[display]\ntheme = "{theme}"\n')
    options = ("--headless", "--no-token", f"--port={port}", "--skip-update-check")
    command = [sys.executable, "-m", "marimo", "edit", *options, str(path)]
    with _serving(command, environment(work), f"http://127.0.0.1:{port}/health"):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def _serving(command: list[str], settings: Mapping[str, str], address: str) -> Iterator[Path]:
    """A process that serves; its log. It and its kernels are ended."""
    log = Path(settings["XDG_CONFIG_HOME"]).parent / "log"
    with (
        log.open("w") as output,
        subprocess.Popen(command, env=settings, stdout=output, stderr=output) as running,
    ):
        try:
            _await(address, running, log)
            yield log
        finally:
            running.terminate()
            try:
                running.wait(20)
            except subprocess.TimeoutExpired:
                running.kill()


def _await(address: str, running: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while running.poll() is None and time.monotonic() < end:
        try:
            with urlopen(address, timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise AssertionError(f"it doesn't serve: {log.read_text()[-2000:]}")


def _free_port() -> int:
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port
