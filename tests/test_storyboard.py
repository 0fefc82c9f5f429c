"""Storyboards: what is put, moved and dropped stands in the stills."""

import math
from itertools import pairwise

import pytest

from graphgen.draw.bands import opening
from graphgen.draw.builder import TimelineBuilder
from graphgen.draw.charts import Chart, padded, ticks
from graphgen.draw.dashing import dashes
from graphgen.draw.elements import arrow, box_of, circle, moved, text
from graphgen.model.geometry import Box
from graphgen.model.theme import DARK
from graphgen.model.timeline import Frame, Text


def test_what_is_put_again_under_its_key_takes_its_own_place() -> None:
    builder = TimelineBuilder("t", DARK, Frame.of("16:9"))
    builder.step("one")
    builder.add(circle("a", 10, 10, 5, DARK.text), circle("b", 20, 10, 5, DARK.text))
    builder.animate(0.6)
    builder.add(circle("a", 30, 10, 5, DARK.text))
    builder.animate(0.6)
    first, second = (beat.keyframe for beat in builder.build().steps[0].transitions)
    assert [element.key for element in first[:2]] == ["a", "b"]
    assert [element.key for element in second[:2]] == ["a", "b"]
    assert first[1] is second[1]
    assert first[0] != second[0]


def test_dropping_a_key_drops_what_goes_on_from_it_and_nothing_else() -> None:
    builder = TimelineBuilder("t", DARK, Frame.of("16:9"))
    builder.step("one")
    builder.add(*(text(key, "x", 50, 50, 20, DARK.text) for key in ("a", "a/b", "ab")))
    builder.remove("a")
    builder.animate(0.2)
    keys = [element.key for element in builder.build().steps[0].keyframe]
    assert "ab" in keys
    assert not {"a", "a/b"} & set(keys)


def test_a_program_that_is_wider_than_the_frame_opens_with_a_line_for_each_statement() -> None:
    title, tall = "u = 3 × x + 1; y = u²", Frame.of("9:16")
    forms = [each.form for each in opening(title, tall, DARK)]
    assert [form.text for form in forms if isinstance(form, Text)] == ["u = 3 × x + 1;", "y = u²"]
    assert all(box_of([each]).width <= tall.stage.width for each in opening(title, tall, DARK))


@pytest.mark.parametrize(("aspect", "size"), [("16:9", (960, 540)), ("9:16", (540, 960))])
def test_the_shorter_side_of_a_frame_is_540_points(aspect: str, size: tuple[int, int]) -> None:
    found = Frame.of(aspect)
    assert (found.width, found.height) == size
    assert found.stage.y >= found.title.height
    assert found.stage.y + found.stage.height <= found.caption.y


def test_an_arrow_ends_at_its_point_and_its_line_before_the_head() -> None:
    stem, head = arrow("a", [(0.0, 0.0), (99.0, 0.0), (100.0, 0.0)], DARK.text, head=10.0)
    assert box_of([head]) == Box(90.0, -4.2, 10.0, 8.4)
    assert box_of([stem]).width == pytest.approx(92.0)


def test_dashes_begin_and_end_with_a_dash() -> None:
    found = dashes([(0.0, 0.0), (100.0, 0.0)], 6.0, 4.0)
    assert found[0][0] == (0.0, 0.0)
    assert found[-1][-1] == pytest.approx((100.0, 0.0))
    assert len(found) == 10


def test_moving_an_element_moves_every_point() -> None:
    ball = circle("a", 10, 10, 5, DARK.text)
    assert box_of([moved(ball, 3, -2)]) == Box(8.0, 3.0, 10.0, 10.0)


def test_a_chart_puts_numbers_where_they_belong() -> None:
    chart = Chart("c", Box(0, 0, 400, 300), (0.0, 10.0), (-1.0, 1.0), DARK)
    inner = chart.inner
    assert chart.at(0.0, -1.0) == pytest.approx((inner.x, inner.y + inner.height))
    assert chart.at(10.0, 1.0) == pytest.approx((inner.x + inner.width, inner.y))


def test_a_chart_whose_range_no_float_can_span_places_numbers_as_any_other() -> None:
    wide, usual = (
        Chart("c", Box(0, 0, 400, 300), (0.0, 10.0), (-1.5 * of, 1.5 * of), DARK, is_bare=True)
        for of in (1e308, 1.0)
    )
    for y in (-1.5, -0.3, 0.0, 1.2, 1.5):
        assert wide.at(3.0, y * 1e308) == pytest.approx(usual.at(3.0, y))
    assert all(map(math.isfinite, padded([-1.6e308, 1.7e308])))


def test_the_tangent_of_the_largest_slope_stands_upright() -> None:
    chart = Chart("c", Box(0, 0, 400, 300), (0.0, 1e4), (-1.0, 1.0), DARK, is_bare=True)
    across = box_of([chart.tangent("t", 5e3, 0.0, 1.7e308, DARK.text)])
    assert (across.width, across.height > 100) == (pytest.approx(0.0, abs=1e-6), True)


def test_a_curve_is_cut_where_it_leaves_the_box_and_where_it_is_not_finite() -> None:
    chart = Chart("c", Box(0, 0, 400, 300), (0.0, 4.0), (0.0, 1.0), DARK)
    curve = chart.curve("l", [0, 1, 2, 3, 4], [0.5, 2.0, 0.5, float("nan"), 0.5], DARK.text)
    box, inner = box_of([curve]), chart.inner
    assert box.y >= inner.y - 1e-6
    assert box.y + box.height <= inner.y + inner.height + 1e-6
    assert curve.form.paths[0][-1][0] < chart.at(1, 0)[0]  # type: ignore[union-attr]


@pytest.mark.parametrize(("low", "high"), [(0, 1), (-3.2, 17.5), (1e-9, 3e-9), (-1e30, 1e30)])
def test_ticks_are_inside_their_range_and_few(low: float, high: float) -> None:
    found = [value for value, _ in ticks(low, high, 6)]
    assert 2 <= len(found) <= 8
    assert all(low - 1e-9 * abs(high - low) <= value <= high * (1 + 1e-9) for value in found)


@pytest.mark.parametrize(("low", "high"), [(2.494, 2.506), (0.0, 1.0), (12.341, 12.3452)])
def test_ticks_at_equal_distances_say_so(low: float, high: float) -> None:
    numbers = [float(words.replace("−", "-")) for _, words in ticks(low, high, 5)]
    steps = [next_ - one for one, next_ in pairwise(numbers)]
    assert steps == pytest.approx([steps[0]] * len(steps), rel=1e-6)


def test_a_range_of_nothing_is_still_a_range() -> None:
    assert padded([]) == (-0.5, 0.5)
    low, high = padded([3.0, 3.0])
    assert low < 3.0 < high
