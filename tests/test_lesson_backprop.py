"""The main scene among the course's: placed for the frame, and written by its own outputs."""

from dataclasses import replace
from pathlib import Path

import pytest
from graphgen.scenes.film.reels import reel_of
from graphgen.scenes.film.settings import frame_of

from graphgen.course.registry import shown_of, timeline_of
from graphgen.draw.story_timeline import draw_story
from graphgen.model.picture import Picture
from graphgen.model.timeline import Frame
from graphgen.outputs import write
from graphgen.outputs.boards.writing import write_lesson
from graphgen.outputs.options import Options
from tests.storyboards import lesson, own_lesson

pytestmark = pytest.mark.dot


def _picture(aspect: str) -> Picture:
    shown = shown_of(own_lesson("backprop"), Frame.of(aspect))
    assert isinstance(shown, Picture)
    return shown


def test_values_flow_to_the_right_on_a_wide_frame_and_down_on_a_tall_one() -> None:
    assert _picture("16:9").layout.direction == "lr"
    assert _picture("9:16").layout.direction == "tb"


def test_it_is_filmed_by_the_main_scene() -> None:
    reel = reel_of(own_lesson("backprop"), frame_of("l", "9:16", ".mp4"))
    assert reel.scene == "graphgen.scenes.backprop:BackpropScene"
    assert reel == reel_of(_picture("9:16"), frame_of("l", "9:16", ".mp4"))
    assert "b adds up its 2 paths: 5 + 3 = 8." in reel.captions


def test_it_is_written_as_its_picture_is() -> None:
    told = own_lesson("backprop")
    for style in ("still", "animated", "steps"):
        written = write_lesson(told, None, ".svg", Options(svg_style=style))  # type: ignore[arg-type]
        assert written == write(_picture("16:9"), None, "svg", style)  # type: ignore[arg-type]


def test_its_transcript_has_every_caption() -> None:
    lines = write_lesson(own_lesson("backprop"), None, ".md", Options()).decode().splitlines()
    captions = [step.caption for step in _picture("16:9").story.steps]
    assert lines[0] == "# s = a + b; c = s × b"
    assert [line.partition(". ")[2] for line in lines if line[:1].isdigit()] == captions


def test_its_timeline_is_its_storys() -> None:
    timeline, shown = timeline_of(own_lesson("backprop"), Frame.of("9:16")), _picture("9:16")
    assert timeline == draw_story(shown.story, shown.layout, shown.theme, Frame.of("9:16"))
    assert [step.caption for step in timeline.steps] == [s.caption for s in shown.story.steps]


def test_ones_own_captions_stand_in_its_timeline() -> None:
    own = replace(own_lesson("backprop"), captions=((2, "Two leaves."),))
    assert timeline_of(own, Frame.of("16:9")).steps[1].caption == "Two leaves."


def test_a_loss_of_ones_own_is_told_as_well(tmp_path: Path) -> None:
    file = tmp_path / "own.py"
    file.write_text(
        "import torch\n"
        "w = torch.tensor(3.0, requires_grad=True)\n"
        "def loss():\n"
        "    return (w * w).relu()\n"
    )
    told = lesson("backprop", f"{file}:loss")
    (leaf,) = [n for n in told.data.story.graph.nodes if n.kind == "leaf"]
    assert (leaf.name, leaf.ports[0].grad.items) == ("w", (6.0,))


def test_a_large_graph_is_folded_as_asked() -> None:
    text = "; ".join(["y0 = tanh(x)", *(f"y{k} = tanh(y{k - 1} * w)" for k in range(1, 12))])
    whole = lesson("backprop", text, {"x": 0.5, "w": 0.9})
    small = lesson("backprop", text, {"x": 0.5, "w": 0.9}, most=10)
    assert len(whole.data.story.graph.nodes) == 25
    assert len(small.data.story.graph.nodes) <= 10
