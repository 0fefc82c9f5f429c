"""What is kept is kept for the code that told it: for all of it."""

from pathlib import Path

from graphgen.model.provenance import source_files

ROOT = Path(__file__).parent.parent / "graphgen"


def test_every_layer_is_part_of_what_is_known_of_the_code() -> None:
    folders = {file.relative_to(ROOT).parts[0] for file in source_files()}
    assert {"capture", "commands", "course", "layout", "narration", "outputs"} <= folders
    assert source_files() == sorted(ROOT.rglob("*.py"))
