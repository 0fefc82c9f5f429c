"""A picture is written whole or not at all, in the format that its suffix names."""

import os
import re
from pathlib import Path

import pytest

from graphgen import outputs
from graphgen.draw.story_file import loads
from graphgen.model import files
from graphgen.model.errors import MissingPartError, OutputError
from graphgen.model.picture import Picture
from graphgen.model.theme import DARK
from graphgen.outputs import cairo, format_of, write
from graphgen.outputs.formats import PICTURES
from tests.graphs import two_paths
from tests.pictures import ZOO, picture, sixty

pytestmark = pytest.mark.dot

BEGINNINGS = {
    ".svg": b"<svg",
    ".html": b"<!doctype html>",
    ".dot": b"digraph",
    ".png": b"\x89PNG\r\n",
    ".pdf": b"%PDF-",
    ".json": b"{",
    ".txt": b"c = ",
    ".md": b"# c = ",
}


@pytest.fixture(scope="module")
def drawn() -> Picture:
    return picture(two_paths(), title="c = (a + b) * b")


@pytest.mark.parametrize("suffix", PICTURES)
def test_every_format_is_what_its_suffix_says(suffix: str, drawn: Picture, tmp_path: Path) -> None:
    path = tmp_path / f"picture{suffix}"
    content = write(drawn, path)
    assert path.read_bytes() == content
    assert content.startswith(BEGINNINGS[suffix])


@pytest.mark.parametrize("suffix", [".svg", ".dot", ".json", ".txt", ".md"])
def test_the_same_picture_is_always_the_same_bytes(suffix: str, drawn: Picture) -> None:
    assert write(drawn, None, suffix) == write(
        picture(two_paths(), title=drawn.story.title), None, suffix
    )


def test_the_json_is_read_back_as_the_same_picture(drawn: Picture) -> None:
    assert loads(write(drawn, None, "json")) == drawn


def test_a_format_without_a_path_is_only_returned(drawn: Picture, tmp_path: Path) -> None:
    before = list(tmp_path.iterdir())
    assert write(drawn, None, "svg").startswith(b"<svg")
    assert list(tmp_path.iterdir()) == before


def test_a_png_is_as_wide_as_is_asked_for_and_shows_the_colors(
    drawn: Picture, tmp_path: Path
) -> None:
    image = pytest.importorskip("PIL.Image")
    path = tmp_path / "picture.png"
    write(drawn, path)
    with image.open(path) as found:
        assert found.width == 1920
        colors = {color for _, color in found.convert("RGB").getcolors(1_000_000)}
    for paint in (DARK.leaf, DARK.op, DARK.loss):
        assert tuple(int(paint.fill[i : i + 2], 16) for i in (1, 3, 5)) in colors
    assert write(drawn, None, "png", pixels=640) != path.read_bytes()


def test_a_large_picture_has_as_many_pixels_as_its_texts_need(tmp_path: Path) -> None:
    image = pytest.importorskip("PIL.Image")
    wide = picture(sixty())
    write(wide, tmp_path / "picture.png")
    with image.open(tmp_path / "picture.png") as found:
        assert found.width >= wide.layout.width
        assert max(found.size) <= 20_000


@pytest.mark.parametrize("pixels", [0, -5, 10**9])
def test_an_impossible_width_is_told(drawn: Picture, pixels: int) -> None:
    with pytest.raises(OutputError, match=f"got {pixels}"):
        write(drawn, None, "png", pixels=pixels)


def test_an_unknown_style_is_told(drawn: Picture) -> None:
    with pytest.raises(OutputError, match="still, animated, steps, pages: got 'moving'"):
        write(drawn, None, "svg", svg_style="moving")  # type: ignore[arg-type]


def test_a_transparent_png_has_no_page(drawn: Picture, tmp_path: Path) -> None:
    image = pytest.importorskip("PIL.Image")
    path = tmp_path / "picture.png"
    write(drawn, path, is_transparent=True, pixels=400)
    with image.open(path) as found:
        assert found.convert("RGBA").getpixel((1, 1))[3] == 0


@pytest.mark.parametrize("name", ZOO)
def test_every_kind_of_card_can_be_printed(name: str) -> None:
    assert write(picture(ZOO[name]), None, "pdf").startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("path", "hint"),
    [("a.sgv", "svg"), ("a.jsn", "json"), ("a.pngg", "png"), ("a.pfd", "pdf"), ("a.dott", "dot")],
)
def test_an_unknown_suffix_names_the_nearest(path: str, hint: str) -> None:
    with pytest.raises(OutputError, match=rf"got '\.{path[2:]}'; did you mean '\.{hint}'\?"):
        format_of(path)


@pytest.mark.parametrize("path", ["picture", "a.docx", "", ".svg/", "a.", "x" * 5000])
def test_an_unknown_suffix_names_all_that_are_known(path: str) -> None:
    with pytest.raises(OutputError, match=re.escape(", ".join(PICTURES))):
        format_of(path)


def test_a_suffix_may_be_in_capitals() -> None:
    assert format_of("Picture.SVG") == ".svg"


def test_a_folder_is_no_file(drawn: Picture, tmp_path: Path) -> None:
    folder = tmp_path / "picture.svg"
    folder.mkdir()
    with pytest.raises(OutputError, match="is a folder; name a file in it"):
        write(drawn, folder)


def test_an_absent_folder_is_made_with_those_around_it(drawn: Picture, tmp_path: Path) -> None:
    place = tmp_path / "absent" / "deeper" / "picture.svg"
    assert place.parent.exists() is False
    assert write(drawn, place) == place.read_bytes()
    assert [each.name for each in place.parent.iterdir()] == ["picture.svg"]


def test_a_folder_that_can_not_be_is_told_and_nothing_is_made(
    drawn: Picture, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(OutputError, match="file is no folder; choose another place"):
        write(drawn, tmp_path / "file" / "deeper" / "picture.svg")
    with pytest.raises(OutputError, match="one SVG"):
        write(drawn, tmp_path / "absent" / "picture.svg", svg_style="pages")
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("path", ["a\0b.svg", "", "x" * 5000 + ".svg"])
def test_an_impossible_name_is_told(path: str, drawn: Picture, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="a file to write"):
        write(drawn, str(tmp_path / path) if path else path, "svg")


def test_a_file_as_a_folder_is_told(drawn: Picture, tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("x")
    with pytest.raises(OutputError, match="a file to write"):
        write(drawn, tmp_path / "plain" / "picture.svg")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_place_that_can_not_be_written_is_told(drawn: Picture, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(OutputError, match="can't be written"):
        write(drawn, tmp_path / "picture.svg")


def test_a_full_disk_leaves_the_old_file(
    drawn: Picture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "picture.svg"
    path.write_text("old")

    def fail(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", fail)
    with pytest.raises(OutputError, match="No space left"):
        write(drawn, path)
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["picture.svg"]


def test_being_broken_off_leaves_the_old_file(
    drawn: Picture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "picture.svg"
    path.write_text("old")

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(files.os, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write(drawn, path)
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["picture.svg"]


def test_a_link_stays_a_link_and_its_target_is_written(drawn: Picture, tmp_path: Path) -> None:
    target = tmp_path / "real.svg"
    target.write_text("old")
    link = tmp_path / "link.svg"
    link.symlink_to(target)
    content = write(drawn, link)
    assert link.is_symlink()
    assert target.read_bytes() == content


def test_the_rights_of_an_old_file_are_kept(drawn: Picture, tmp_path: Path) -> None:
    path = tmp_path / "picture.svg"
    path.write_text("old")
    path.chmod(0o640)
    write(drawn, path)
    assert path.stat().st_mode & 0o777 == 0o640


def test_odd_names_of_files_are_fine(drawn: Picture, tmp_path: Path) -> None:
    for name in ("a b.svg", "quote'\".svg", "new\nline.svg", "ü∂.svg", "-x.svg"):
        assert write(drawn, tmp_path / name) == (tmp_path / name).read_bytes()


def test_without_cairo_the_message_says_how_to_get_it(
    drawn: Picture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent(name: str) -> None:
        raise OSError('no library called "cairo-2" was found')

    monkeypatch.setattr(cairo, "import_module", absent)
    with pytest.raises(MissingPartError, match="apt-get install libcairo2"):
        write(drawn, None, "png")


def test_every_public_name_is_there() -> None:
    assert {name for name in outputs.__all__ if hasattr(outputs, name)} == set(outputs.__all__)
