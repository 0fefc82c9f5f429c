"""Deck -> a PowerPoint file: each page as an SVG with a PNG under it, films, notes."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from io import BytesIO
from typing import Any

from graphgen.layout.measure import LINE, safe
from graphgen.lecture.decks.deck import HEADING, Chapter, Deck, Film, Page, Per, paragraphs
from graphgen.lecture.decks.fitting import heading_of, title_slide
from graphgen.model.errors import MissingPartError
from graphgen.model.geometry import Box
from graphgen.outputs.png import png_of

__all__ = ["pptx_of", "python_pptx"]

_PIXEL = 9525
"""A pixel in PowerPoint's own units."""

_TITLE_SLIDE, _TITLE_ONLY = 0, 5
"""Which layouts of python-pptx's template are used."""

_TRANSFORM = "{http://schemas.openxmlformats.org/drawingml/2006/main}xfrm"

_PNG_WIDTH = 1600
_OTHER_FONT = 1.1
"""Room for letters of another font than the one that is measured."""

_SVG_BLIP = (
    '<a:extLst xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
    '<a:ext uri="{{96DAC541-7B7A-43D3-8B79-37D633B846F1}}">'
    '<asvg:svgBlip xmlns:asvg="http://schemas.microsoft.com/office/drawing/2016/SVG/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'r:embed="{}"/></a:ext></a:extLst>'
)


def python_pptx() -> Any:
    """The package that writes PowerPoint files.

    Raises:
        MissingPartError: it isn't installed.
    """
    try:
        return import_module("pptx")
    except ImportError as error:
        raise MissingPartError(
            "a .pptx needs python-pptx: it isn't installed; "
            'get it with: pip install "autoviz-torch[slides]"'
        ) from error


def pptx_of(deck: Deck, per: Per, on_slide: Callable[[int], None] = lambda done: None) -> bytes:
    """The bytes of a PowerPoint file.

    Args:
        deck: the slides.
        per: what gets a slide: each step, or each section with its complete picture.
        on_slide: is told how many pages are done.

    Returns:
        The file.

    Raises:
        MissingPartError: python-pptx, or cairo, isn't installed.
    """
    writer = _Writer(deck, python_pptx().Presentation())
    writer.set_up()
    writer.title()
    count = 0
    for chapter in deck.chapters:
        if chapter.film is not None:
            writer.film(chapter, chapter.film)
        for page in chapter.turned(per):
            on_slide(count)
            writer.page(chapter, page)
            count += 1
    content = BytesIO()
    writer.file.save(content)
    return content.getvalue()


class _Writer:
    """Writes slides into a presentation of python-pptx."""

    def __init__(self, deck: Deck, file: Any) -> None:
        self.deck, self.file = deck, file
        self._part = partial(import_module("pptx.opc.package").Part, package=file.part.package)
        self._uri = import_module("pptx.opc.packuri").PackURI
        self._image = import_module("pptx.opc.constants").RELATIONSHIP_TYPE.IMAGE
        self._parse = import_module("pptx.oxml").parse_xml
        self._color = import_module("pptx.dml.color").RGBColor
        self._left = import_module("pptx.enum.text").PP_ALIGN.LEFT

    def set_up(self) -> None:
        """The size, the page's color, and where headings stand."""
        size, master = self.deck.size, self.file.slide_master
        wide = size.width * _PIXEL / self.file.slide_width
        high = size.height * _PIXEL / self.file.slide_height
        self.file.slide_width, self.file.slide_height = size.width * _PIXEL, size.height * _PIXEL
        layouts = self.file.slide_layouts
        self._layouts = layouts[_TITLE_SLIDE], layouts[_TITLE_ONLY]
        for layout in list(layouts):
            if layout not in self._layouts:
                layouts.remove(layout)
        for shape in [*master.shapes, *(s for each in self._layouts for s in each.shapes)]:
            _stretch(shape, wide, high)
        self._place_headings()
        master.background.fill.solid()
        master.background.fill.fore_color.rgb = self._rgb(self.deck.theme.page)
        about = self.file.core_properties
        about.title, about.author, about.last_modified_by = safe(self.deck.title), "", ""
        about.created = about.modified = datetime.now(UTC).replace(tzinfo=None)

    def _place_headings(self) -> None:
        size = self.deck.size
        stage = size.stage
        first, other = (layout.placeholders for layout in self._layouts)
        fitting = title_slide(self.deck)
        top, title = (
            (size.height - fitting.height) / 2,
            len(fitting.title.lines) * fitting.title.size,
        )
        below = top + title * LINE + fitting.size
        _put(first[0], stage.x, top, stage.width, title * LINE)
        wide = min(stage.width, fitting.width * _OTHER_FONT)
        _put(first[1], (size.width - wide) / 2, below, wide, size.height - below)
        _put(other[0], stage.x, 0, stage.width, HEADING)

    def title(self) -> None:
        """The first slide."""
        fitting, slide = title_slide(self.deck), self.file.slides.add_slide(self._layouts[0])
        title, listed = slide.placeholders
        self._write(title, " ".join(fitting.title.lines), fitting.title.size, self.deck.theme.text)
        if fitting.listed:
            text, color = "\n".join(fitting.listed), self.deck.theme.quiet
            self._write(listed, text, fitting.size, color, is_list=True)
            listed.text_frame._txBody.bodyPr.set("numCol", str(fitting.columns))
        else:
            listed.element.getparent().remove(listed.element)

    def page(self, chapter: Chapter, page: Page) -> None:
        """A slide with a picture."""
        slide = self._slide(chapter, page.caption)
        png, stage = BytesIO(png_of(page.svg, _PNG_WIDTH)), chapter.stage(self.deck.size)
        picture = slide.shapes.add_picture(png, *_sides(stage))
        self._fit(picture, picture.image.size, stage)
        self._describe(picture, page.caption)
        name = self._uri(f"/ppt/media/page{len(self.file.slides)}.svg")
        part = self._part(name, "image/svg+xml", blob=page.svg.encode())
        link = slide.part.relate_to(part, self._image)
        picture._element.blipFill.blip.append(self._parse(_SVG_BLIP.format(link)))

    def film(self, chapter: Chapter, film: Film) -> None:
        """A slide with a film, whose last frame stands there until it plays."""
        slide = self._slide(chapter, "")
        poster, stage = BytesIO(film.poster), self.deck.size.stage
        shape = slide.shapes.add_movie(
            str(film.path), *_sides(stage), poster_frame_image=poster, mime_type="video/mp4"
        )
        with import_module("PIL.Image").open(BytesIO(film.poster)) as image:
            self._fit(shape, image.size, stage)
        self._describe(shape, chapter.heading)

    def _slide(self, chapter: Chapter, caption: str) -> Any:
        slide = self.file.slides.add_slide(self._layouts[1])
        size = heading_of(chapter.heading, self.deck.size).size
        self._write(slide.shapes.title, safe(chapter.heading), size, self.deck.theme.text)
        notes = [*([safe(caption)] if caption else []), *paragraphs(chapter.notes)]
        if notes:
            slide.notes_slide.notes_text_frame.text = "\n".join(notes)
        return slide

    def _write(
        self, shape: Any, text: str, pixels: float, color: str, is_list: bool = False
    ) -> None:
        """A heading bold and in the middle, as the template has it; a list at the left."""
        frame = shape.text_frame
        frame.text, frame.word_wrap = text, True
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
        for paragraph in frame.paragraphs:
            if is_list:
                paragraph.alignment, paragraph.space_before = self._left, 0
            for run in paragraph.runs:
                run.font.size, run.font.color.rgb = round(pixels * _PIXEL), self._rgb(color)
                run.font.bold = not is_list

    def _fit(self, shape: Any, size: tuple[int, int], stage: Box) -> None:
        """In the middle of the stage and as large as it can be, in its own proportions."""
        left, top, width, height = _sides(stage)
        scale = min(width / size[0], height / size[1])
        shape.width, shape.height = round(size[0] * scale), round(size[1] * scale)
        shape.left = left + (width - shape.width) // 2
        shape.top = top + (height - shape.height) // 2

    def _describe(self, shape: Any, text: str) -> None:
        shape.name = "Picture"
        shape._element.nvPicPr.cNvPr.set("descr", safe(text))

    def _rgb(self, color: str) -> Any:
        return self._color.from_string(color[1:].upper())


def _sides(box: Box) -> tuple[int, int, int, int]:
    """Left, top, width and height in PowerPoint's units."""
    left, top, width, height = (
        round(side * _PIXEL) for side in (box.x, box.y, box.width, box.height)
    )
    return left, top, width, height


def _put(shape: Any, x: float, y: float, width: float, height: float) -> None:
    shape.left, shape.top = round(x * _PIXEL), round(y * _PIXEL)
    shape.width, shape.height = round(width * _PIXEL), round(height * _PIXEL)


def _stretch(shape: Any, wide: float, high: float) -> None:
    """From the template's own size to the deck's; what follows its master stays so."""
    if shape.element.spPr.find(_TRANSFORM) is None:
        return
    left, top, width, height = shape.left, shape.top, shape.width, shape.height
    shape.left, shape.top = round(left * wide), round(top * high)
    shape.width, shape.height = round(width * wide), round(height * high)
