"""The benchmark beside others: what crashes or never ends is a result as well."""

from pathlib import Path
from typing import Any

import pytest
import torch

from benchmarks import measures, peers, tables
from benchmarks.models import CASES


def test_a_measurement_over_its_limit_is_ended_and_told() -> None:
    assert peers.in_process("structure", "autoviz", "million", 1, 0.2) == {"failed": "over 0 s"}


def test_a_crash_is_told_by_the_name_of_its_error() -> None:
    found = peers.in_process("structure", "torchviz", "lstm", 1, 60.0)
    assert found == {"failed": "RecursionError"}


def test_who_does_not_reach_the_text_is_not_asked_for_the_picture(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[tuple[str, str]] = []

    def fails(quantity: str, tool: str, *_: Any) -> dict[str, Any]:
        asked.append((quantity, tool))
        return {"failed": "RecursionError"} if tool == "torchviz" else {"seconds": [1.0]}

    monkeypatch.setattr(peers, "in_process", fails)
    limits = peers.Limits(1.0, 1.0)
    results = peers.run(["lstm"], ["structure", "picture"], 1, limits)
    assert ("picture", "torchviz") not in asked
    assert results["lstm", "picture", "torchviz"] == {"failed": "RecursionError"}


def test_a_run_goes_on_where_an_earlier_one_ended(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[str] = []

    def ends_at_the_second(quantity: str, tool: str, *_: Any) -> dict[str, Any]:
        asked.append(tool)
        if len(asked) == 2:
            raise KeyboardInterrupt
        return {"seconds": [1.0]}

    monkeypatch.setattr(peers, "in_process", ends_at_the_second)
    kept = tmp_path / "found.jsonl"
    with pytest.raises(KeyboardInterrupt):
        peers.run(["lstm"], ["structure"], 1, peers.Limits(1.0, 1.0), kept)
    results = peers.run(["lstm"], ["structure"], 1, peers.Limits(1.0, 1.0), kept)
    assert asked == ["autoviz", "torchviz", "torchviz", "torchview"]
    assert len(results) == 3


def test_a_table_has_medians_ratios_and_what_failed() -> None:
    results: tables.Results = {
        ("resnet", "structure", "autoviz"): {"seconds": [0.1, 0.3, 0.2], "nodes": 1234},
        ("resnet", "structure", "torchviz"): {"seconds": [0.5, 0.5]},
        ("resnet", "structure", "torchview"): {"failed": "over 30 s"},
    }
    row = tables.tables(results)[-1]
    assert row == "| ResNet-18-like | 1,234 | 200 ms | 500 ms (2) | 2.5 | over 30 s |"


def test_memory_is_what_a_tool_adds_to_the_passes() -> None:
    results: tables.Results = {
        ("gpt", "everything", "plain"): {"seconds": [1.0] * 3, "megabytes": 100.0},
        ("gpt", "everything", "autoviz"): {"seconds": [2.0] * 3, "megabytes": 110.0},
        ("gpt", "everything", "torchlens"): {"seconds": [21.0] * 3, "megabytes": 300.0},
    }
    cells = tables.tables(results)[-1].strip("| ").split(" | ")
    assert cells[1:] == ["1 s", "2 s", "21 s", "10.5", "21.0", "20.0", "10", "200"]


@pytest.mark.parametrize("name", ["matrices", "resnet", "diamond"])
def test_a_case_is_the_same_each_time(name: str) -> None:
    losses = [model(*inputs) for model, inputs in (CASES[name].build() for _ in range(2))]
    assert losses[0].requires_grad
    assert torch.equal(*losses)


def test_short_work_is_measured_more_often() -> None:
    assert len(measures.measure("structure", "autoviz", "matrices", 3)["seconds"]) == measures.MOST
