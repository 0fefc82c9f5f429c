"""The SVG is complete as it stands, stays text whatever is in it, and disturbs no page."""

import io
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings

from graphgen.draw.paper import Paper, paper_of
from graphgen.layout.measure import safe
from graphgen.model.geometry import Direction
from graphgen.model.graph import Cell, Graph
from graphgen.model.picture import Picture
from graphgen.model.story import texts_after
from graphgen.model.theme import DARK, LIGHT, THEMES, Theme
from graphgen.outputs.options import SvgStyle
from graphgen.outputs.svg import on_paper, svg, svg_pages
from graphgen.outputs.svg.forms import CLASS_PREFIX
from tests.graphs import two_paths
from tests.groups import handed_down
from tests.pictures import HOSTILE, ZOO, any_graphs, named, picture, sixty

pytestmark = pytest.mark.dot

STYLES: tuple[SvgStyle, ...] = ("still", "animated", "steps")
ELEMENTS = {
    "svg", "title", "desc", "style", "defs", "use", "g", "rect", "path", "polygon", "circle",
    "text",
}  # fmt: skip
SVG = "{http://www.w3.org/2000/svg}"


def parsed(document: str) -> ET.Element:
    """The root of a document; fails where it is no XML. What a group says stands on each element
    of it too."""
    return handed_down(ET.fromstring(document))


def shown(root: ET.Element) -> Iterator[str]:
    """The texts that are seen where no style sheet is read."""
    for element in root:
        if element.get("opacity") == "0" or element.get("visibility") == "hidden":
            continue
        if element.tag == f"{SVG}text":
            yield element.text or ""
        yield from shown(element)


def final_texts(drawn: Picture) -> list[str]:
    """Every line that the picture ends with."""
    last: dict[object, str] = {}
    for texts in texts_after(drawn.story):
        last = dict(texts)
    return [line for text in last.values() for line in re.split(r"[\n\t]", text)]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", ZOO)
def test_without_any_style_the_picture_is_complete(style: SvgStyle, name: str) -> None:
    drawn = picture(ZOO[name], title=name)
    found = [text.removeprefix("∂ ") for text in shown(parsed(svg(drawn, style)))]
    for text in final_texts(drawn):
        assert text in found
        found.remove(text)
    assert name in found


@settings(max_examples=25, deadline=None)
@given(any_graphs(largest=8))
def test_any_graph_with_any_names_is_drawn_in_every_style(graph: Graph) -> None:
    drawn = picture(graph)
    for style in STYLES:
        assert parsed(svg(drawn, style)).tag == f"{SVG}svg"


def sheet_of(drawn: Picture) -> Paper:
    """The sheet of paper on which every style of a picture stands."""
    captions = [step.caption for step in drawn.story.steps]
    return paper_of(drawn.story, drawn.layout, drawn.theme, captions)


@pytest.mark.parametrize("how", ["resvg", "rsvg-convert", "cairo"])
@pytest.mark.parametrize("style", STYLES)
def test_programs_that_know_no_motion_draw_the_sum(how: str, style: SvgStyle) -> None:
    """Where b's gradient stands, 8 is seen as in the still picture, and nothing above it."""
    drawn = picture(two_paths())
    place = next(p for p in drawn.layout.places if p.cell == Cell("gradient", 1))
    seen, sheet = [], sheet_of(drawn)
    for told in ("still", style):
        image = drawn_by(how, svg(drawn, told), round(sheet.width))
        left, top = sheet.left + place.box.x, sheet.top + place.box.y
        box = (left, top, left + place.box.width, top + place.box.height)
        seen.append(image.crop(tuple(map(round, box))))
    assert seen[0].tobytes() == seen[1].tobytes()
    assert len(seen[0].getcolors(100_000)) > 5


@pytest.mark.parametrize("how", ["resvg", "rsvg-convert", "cairo"])
def test_every_program_draws_what_a_page_has_reached_and_nothing_more(how: str) -> None:
    """The room of b's gradient: empty until something arrives, then as on each page, at last 8."""
    drawn = picture(two_paths())
    place = next(p for p in drawn.layout.places if p.cell == Cell("gradient", 1))
    sheet = sheet_of(drawn)
    left, top = sheet.left + place.box.x, sheet.top + place.box.y
    box = tuple(map(round, (left, top, left + place.box.width, top + place.box.height)))
    rooms = [
        drawn_by(how, page, round(sheet.width)).crop(box).tobytes() for page in svg_pages(drawn)
    ]
    told = [texts.get(place.cell, "") for texts in map(dict, texts_after(drawn.story))]
    changed = [a != b for (a, b) in pairwise(told)]
    assert all(a != b for (a, b), is_new in zip(pairwise(rooms), changed, strict=True) if is_new)
    assert sum(changed) >= 3
    assert (
        len({room for room, text in zip(rooms, told, strict=True) if not text}) <= 2
    )  # lit, or not
    complete = drawn_by(how, svg(drawn, "steps"), round(sheet.width))
    assert rooms[-1] == complete.crop(box).tobytes()


@pytest.mark.parametrize("how", ["resvg", "rsvg-convert", "cairo"])
def test_nothing_that_moves_is_left_in_a_picture_that_does_not(how: str) -> None:
    drawn = picture(two_paths())
    width = round(sheet_of(drawn).width)
    still, animated = (drawn_by(how, svg(drawn, style), width) for style in ("still", "animated"))
    assert still.tobytes() == animated.tobytes()


def drawn_by(how: str, document: str, width: int) -> Any:
    """The picture that a program makes of a document, one pixel to a point."""
    image = pytest.importorskip("PIL.Image")
    if how == "resvg":
        resvg = pytest.importorskip("resvg_py")
        content = bytes(resvg.svg_to_bytes(svg_string=document, width=width))
    elif how == "cairo":
        content = pytest.importorskip("cairosvg").svg2png(document.encode(), output_width=width)
    else:
        program = shutil.which(how) or pytest.skip(f"{how} isn't installed")
        told = [program, "-w", str(width)]
        content = subprocess.run(
            told, input=document.encode(), capture_output=True, check=True
        ).stdout
    return image.open(io.BytesIO(content)).convert("RGB")


@pytest.mark.parametrize("style", STYLES)
def test_what_only_waits_for_its_sum_is_not_seen_in_the_complete_picture(style: SvgStyle) -> None:
    found = list(shown(parsed(svg(picture(two_paths()), style))))
    assert "∂ 8" in found
    assert "∂ 5 + 3" not in found
    assert not any("sends" in text for text in found)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", ZOO)
def test_no_script_no_smil_no_link_and_nothing_from_outside(style: SvgStyle, name: str) -> None:
    document = svg(picture(ZOO[name]), style)
    root = parsed(document)
    outlines = {element.get("id") for element in root.iter() if element.get("id")}
    assert all(name.startswith(root.get("class") or "?") for name in outlines if name)
    for element in root.iter():
        assert element.tag.removeprefix(SVG) in ELEMENTS
        assert not any(key.startswith("on") for key in element.attrib)
        links = [value for key, value in element.attrib.items() if "href" in key]
        assert all(link.startswith("#") and link[1:] in outlines for link in links)
    assert "url(" not in document
    assert "@import" not in document


@pytest.mark.parametrize("style", STYLES)
def test_it_says_what_it_is_to_those_who_cannot_see_it(style: SvgStyle) -> None:
    root = parsed(svg(picture(two_paths(), title="c = (a + b) * b"), style))
    assert root.get("role") == "img"
    assert root.get("aria-label") == "c = (a + b) * b"
    assert [child.tag for child in root][:2] == [f"{SVG}title", f"{SVG}desc"]
    assert root[0].text == "c = (a + b) * b"
    assert "b is 3, its gradient is 8" in (root[1].text or "")


@pytest.mark.parametrize("style", STYLES)
def test_it_has_a_view_box_and_no_size_of_its_own(style: SvgStyle) -> None:
    root = parsed(svg(picture(two_paths()), style))
    assert re.fullmatch(r"0 0 [\d.]+ [\d.]+", root.get("viewBox") or "")
    assert root.get("width") is None
    assert root.get("height") is None


@pytest.mark.parametrize("style", STYLES)
def test_the_same_picture_gives_the_same_bytes(style: SvgStyle) -> None:
    assert svg(picture(two_paths()), style) == svg(picture(two_paths()), style)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", HOSTILE)
def test_odd_names_stay_text(style: SvgStyle, name: str) -> None:
    drawn = picture(named(name), title=name)
    root = parsed(svg(drawn, style))
    for element in root.iter():
        assert element.tag.removeprefix(SVG) in ELEMENTS
        assert not any(key.startswith("on") or "href" in key for key in element.attrib)
    assert root.get("aria-label") == safe(name)
    assert root[0].text == safe(name)


def test_a_name_of_twenty_thousand_characters_is_cut() -> None:
    long = "x" * 20_000
    document = svg(picture(named(long), title=long))
    assert "…" in document
    assert len(document) < 20_000


def test_two_documents_share_no_name() -> None:
    one, other = (svg(picture(graph), "animated") for graph in (two_paths(), sixty()))
    assert names(one).isdisjoint(names(other))


def names(document: str) -> set[str]:
    """Everything that has a name of its own in a document: classes, ids and keyframes."""
    classes = {n for text in re.findall(r'\bclass="([^"]*)"', document) for n in text.split()}
    found = {name for name in classes if not name.startswith(CLASS_PREFIX)}
    return found | set(re.findall(r'\bid="([^"]*)"', document)) | keyframes(document)


def keyframes(document: str) -> set[str]:
    return set(re.findall(r"@keyframes ([\w-]+)", document))


def test_every_name_carries_the_prefix_of_the_document() -> None:
    document = svg(picture(two_paths()), "animated")
    prefix = parsed(document).get("class") or ""
    assert len(prefix) >= 5
    assert keyframes(document)
    assert all(name.startswith(prefix) for name in names(document))


def test_every_selector_stands_below_the_root_class() -> None:
    document = svg(picture(two_paths()), "animated")
    prefix = parsed(document).get("class") or ""
    style = "".join(re.findall(r"<style>(.*?)</style>", document))
    rules = re.sub(r"@keyframes [\w-]+\{(?:[^{}]*\{[^{}]*\})*\}", "", style)
    inner = rules.split("{", 1)[1].rsplit("}", 1)[0]
    selectors = re.findall(r"([^{}]+)\{", re.sub(r"&gt;", ">", inner))
    assert selectors
    for selector in selectors:
        assert selector.startswith(f".{prefix}")


def test_all_motion_is_for_screens_and_for_those_who_want_motion() -> None:
    document = svg(picture(two_paths()), "animated")
    styles = re.findall(r"<style>(.*?)</style>", document)
    gate = "@media screen and (prefers-reduced-motion:no-preference){"
    assert len(styles) == 1
    assert styles[0].startswith(gate)
    depth = 0
    for at, character in enumerate(styles[0]):
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert depth > 0 or at < len(gate) - 1 or at == len(styles[0]) - 1
    assert "animation" not in document.replace(styles[0], "")
    assert "<style>" not in svg(picture(two_paths()), "still")


def test_the_animation_is_as_long_as_the_story_and_holds_at_the_end() -> None:
    drawn = picture(two_paths())
    lengths = {float(x) for x in re.findall(r"duration:([\d.]+)s", svg(drawn, "animated"))}
    assert len(lengths) == 1
    assert lengths.pop() >= on_paper(drawn).seconds + 1.5


@pytest.mark.parametrize(
    ("style", "most"), [("still", 105_000), ("animated", 390_000), ("steps", 430_000)]
)
def test_a_picture_of_sixty_nodes_is_small(style: SvgStyle, most: int) -> None:
    drawn = picture(sixty())
    assert len(drawn.story.graph.nodes) == 60
    assert len(svg(drawn, style).encode()) < most


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
def test_a_transparent_picture_has_no_page(theme: Theme) -> None:
    drawn = picture(two_paths(), theme)
    page = f'<rect width="100%" height="100%" fill="{theme.page}"/>'
    assert page in svg(drawn)
    assert page not in svg(drawn, is_transparent=True)


def test_nan_and_inf_are_loud() -> None:
    root = parsed(svg(picture(ZOO["nan and inf"], LIGHT)))
    loud = {e.text for e in root.iter(f"{SVG}text") if e.get("fill") == LIGHT.alarm}
    assert {"inf", "nan"} <= loud
    assert "1" not in loud


def test_kinds_differ_by_shape_and_border_not_by_color_alone() -> None:
    drawn = picture(ZOO["data and a cut"])
    root = parsed(svg(drawn))
    looks = {
        kind: {
            (e.tag, e.get("rx"), e.get("stroke-dasharray")) for e in classed(root, "border", kind)
        }
        for kind in ("leaf", "op", "data", "constant", "cut")
    }
    told = [look for kind in looks for look in looks[kind]]
    assert len(told) == len(set(told)) >= 5
    assert len(classed(root, "border", "loss")) == 2


def classed(root: ET.Element, *names: str) -> list[ET.Element]:
    """The elements that have all of these classes."""
    wanted = {f"{CLASS_PREFIX}{name}" for name in names}
    return [e for e in root.iter() if wanted <= {*(e.get("class") or "").split()}]


def test_forward_is_solid_and_backward_is_dashed() -> None:
    root = parsed(svg(picture(two_paths())))
    solid, dashed = (
        [e for e in classed(root, "edge", flow) if "av-head" not in (e.get("class") or "")]
        for flow in ("forward", "backward")
    )
    assert len(solid) == len(dashed) == 4
    assert {e.get("stroke") for e in solid} == {DARK.forward}
    assert {e.get("stroke") for e in dashed} == {DARK.backward, DARK.shared}  # of its own path
    assert not any(e.get("stroke-dasharray") for e in solid)
    assert all(e.get("stroke-dasharray") for e in dashed)


def test_a_shared_leaf_says_how_many_paths_come_back_to_it() -> None:
    root = parsed(svg(picture(two_paths())))
    assert [e.text for e in root.iter(f"{SVG}text")].count("2 paths") == 1
    borders = [e for e in root.iter(f"{SVG}rect") if e.get("stroke") == DARK.shared]
    others = [e for e in root.iter(f"{SVG}rect") if e.get("stroke") == DARK.leaf.line]
    assert float(borders[0].get("stroke-width", "0")) > float(others[0].get("stroke-width", "0"))


@pytest.mark.parametrize("name", ZOO)
@pytest.mark.parametrize("direction", ["lr", "tb"])
def test_no_text_is_small(name: str, direction: Direction) -> None:
    root = parsed(svg(picture(ZOO[name], direction=direction), "animated"))
    sizes = [float(e.get("font-size", "14")) for e in root.iter()]
    assert min(sizes) >= 14
    assert root[-1].get("font-size") == "14"


@pytest.mark.parametrize("name", ZOO)
@pytest.mark.parametrize("direction", ["lr", "tb"])
@pytest.mark.parametrize("style", STYLES)
def test_no_text_leaves_the_picture(name: str, direction: Direction, style: SvgStyle) -> None:
    """Measured with the font itself, not with our table."""
    fonts = pytest.importorskip("PIL.ImageFont")
    try:
        font = fonts.truetype("DejaVuSans.ttf", 100)
    except OSError:
        pytest.skip("DejaVu Sans isn't installed")
    root = parsed(svg(picture(ZOO[name], direction=direction), style))
    width = float((root.get("viewBox") or "").split()[2])
    for element, x, anchor in placed_texts(root, 0.0, "middle"):
        size = float(element.get("font-size", "14"))
        room = font.getlength(element.text or "") * size / 100
        left = x - room / 2 if anchor == "middle" else x
        assert left >= 0
        assert left + room <= width


def placed_texts(
    root: ET.Element, left: float, anchor: str
) -> Iterator[tuple[ET.Element, float, str]]:
    """Every text that is not on its way, with where it is anchored on the paper."""
    for element in root:
        moved = re.match(r"translate\(([\d.-]+)", element.get("transform") or "")
        here = left + (float(moved[1]) if moved else 0.0)
        if element.get("visibility"):
            continue
        if element.tag == f"{SVG}text":
            own = element.get("text-anchor") or anchor
            yield element, here + float(element.get("x", "0")), own
        yield from placed_texts(element, here, element.get("text-anchor") or anchor)


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
@pytest.mark.parametrize("name", ZOO)
def test_every_text_stands_out_from_what_it_stands_on(theme: Theme, name: str) -> None:
    fills = {paint.fill for paint in (theme.leaf, theme.op, theme.loss, theme.data, theme.cut)}
    for color in (theme.text, theme.backward, theme.alarm):
        assert all(contrast(color, fill) >= 4.5 for fill in (*fills, theme.page))
    for paint in (theme.leaf, theme.op, theme.loss, theme.data, theme.cut):
        assert contrast(paint.text, paint.fill) >= 4.5
    assert contrast(theme.shared, theme.leaf.fill) >= 3  # a border


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def luminance(color: str) -> float:
    parts = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
