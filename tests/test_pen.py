"""Labels: one mobject each, shaped as a whole, in a font that is there."""

import manimpango
import pytest
from graphgen.scenes.pen import Pen, find_font
from graphgen.scenes.timeline import Stage

from graphgen.model.errors import MissingPartError
from graphgen.text.mixing import mix
from tests.storyboards import rolling


def test_a_label_is_one_mobject_shaped_as_a_whole() -> None:
    pen = Pen(find_font(("DejaVu Sans",)))
    label = pen.write("AVA", 1.0, "#ffffff", (0.0, 0.0))
    assert label.submobjects == []
    apart = pen.width("A", 1.0) * 2 + pen.width("V", 1.0)
    assert label.width < apart, "kerning draws A and V together"
    assert pen.outlines("AVA") is pen.outlines("AVA")


def test_labels_stand_on_one_line_whatever_letters_they_have() -> None:
    pen = Pen(find_font(("DejaVu Sans",)))
    feet = [pen.outlines(text)[:, 1].min() for text in ("H", "E", "1", "HE")]
    assert feet == pytest.approx([feet[0]] * 4, abs=1e-6)
    assert pen.outlines("g")[:, 1].min() < feet[0]


def test_with_no_font_there_is_an_error_that_says_how_to_get_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(manimpango, "list_fonts", list)
    with pytest.raises(MissingPartError, match="apt-get install fonts-dejavu-core"):
        Stage(rolling(), 8.0)


def test_the_first_font_that_is_there_is_taken() -> None:
    assert find_font(("No Such Font", "dejavu sans")) == "DejaVu Sans"
    assert find_font(("No Such Font",)) in manimpango.list_fonts()


def test_colors_mix_by_shares() -> None:
    assert mix("#000000", "#ffffff", 0.25) == "#404040"
    assert mix("#102030", "#ffffff", 0.0) == "#102030"
