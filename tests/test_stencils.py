"""Coverage that is kept: painting through it gives the pixels that painting at once gives."""

import cairo
import numpy as np
import numpy.typing as npt
from graphgen.scenes.fast.stencils import Paint, Shape, apply
from hypothesis import given, settings
from hypothesis import strategies as st

WIDTH, HEIGHT = 90, 60
FRAME = (WIDTH, HEIGHT)
WHOLE = (0, 0, WIDTH, HEIGHT)
PLAIN = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)

places = st.tuples(st.floats(-40, 130), st.floats(-40, 100))


def page() -> tuple[npt.NDArray[np.uint8], "cairo.Context[cairo.ImageSurface]"]:
    pixels = np.full((HEIGHT, WIDTH, 4), 255, np.uint8)
    pixels[..., 0] = np.arange(WIDTH)
    surface = cairo.ImageSurface.create_for_data(pixels.data, cairo.FORMAT_ARGB32, WIDTH, HEIGHT)
    return pixels, cairo.Context(surface)


def outline(corners: list[tuple[float, float]]) -> cairo.Path:
    context = cairo.Context(cairo.ImageSurface(cairo.FORMAT_A8, 1, 1))
    context.move_to(*corners[0])
    for at in range(1, len(corners) - 2, 3):
        context.curve_to(*corners[at], *corners[at + 1], *corners[at + 2])
    context.close_path()
    return context.copy_path()


def paint(strength: float, width: float) -> Paint:
    source = cairo.SolidPattern(0.2, 0.5, 0.9, strength)
    return Paint(source, width, cairo.LINE_JOIN_MITER, cairo.LINE_CAP_BUTT, True)


@given(
    st.lists(places, min_size=7, max_size=13),
    st.floats(0.01, 0.98),
    st.sampled_from([0.0, 0.3, 1.7, 9.0]),
)
@settings(max_examples=60, deadline=None)
def test_painting_through_a_stencil_gives_the_pixels_of_painting_at_once(
    corners: list[tuple[float, float]], strength: float, width: float
) -> None:
    given_paint = paint(strength, width)
    shape = Shape(outline(corners), PLAIN, WHOLE, FRAME)
    at_once, canvas = page()
    shape.trace(canvas)
    canvas.set_source(given_paint.source)
    apply(canvas, given_paint)
    through, canvas = page()
    canvas.set_source(given_paint.source)
    for tile in shape._tiles(given_paint):
        canvas.mask_surface(*tile)
    assert np.array_equal(through, at_once)


def test_what_is_painted_once_is_not_kept() -> None:
    shape = Shape(outline([(1, 1), (9, 1), (9, 9), (1, 9)]), PLAIN, (0, 0, 10, 10), FRAME)
    assert not shape.stencils([paint(0.5, 1.0)])
    (kept,) = shape.stencils([paint(0.7, 1.0)])
    assert len(kept) == 1
    assert shape.stencils([paint(0.9, 1.0)])[0] is kept


def test_what_fills_much_of_the_frame_is_not_kept() -> None:
    shape = Shape(outline([(0, 0), (90, 0), (90, 60), (0, 60)]), PLAIN, WHOLE, FRAME)
    assert not any(shape.stencils([paint(0.5, 0.0)]) for _ in range(4))


def test_a_stencil_holds_only_where_something_is_covered() -> None:
    corners = [(10.0, 5.0), (10.0, 5.0), (10.0, 50.0), (10.0, 50.0)]
    shape = Shape(outline(corners), PLAIN, WHOLE, FRAME)
    (tile,) = list(shape._tiles(paint(0.5, 2.0)))
    assert (tile.left, tile.surface.get_width()) == (9, 2)
