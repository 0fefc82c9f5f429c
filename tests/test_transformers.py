"""Architectures of transformers, small and with random weights: nothing is downloaded."""

import os

os.environ["HF_HUB_OFFLINE"] = "1"

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
import torch
import transformers

from graphgen import graph_of
from graphgen.capture.arrays import array_of
from graphgen.capture.recorder import recording
from graphgen.model.graph import Array, Graph
from tests.opinfo import assert_close

WORDS, WIDTH = 48, 16
_LIKE_BERT = {
    "vocab_size": WORDS, "hidden_size": WIDTH, "num_hidden_layers": 2, "num_attention_heads": 2,
    "intermediate_size": 24, "max_position_embeddings": 32,
}  # fmt: skip
_LIKE_LLAMA = {**_LIKE_BERT, "num_key_value_heads": 1}
_LIKE_GPT = {"vocab_size": WORDS, "n_layer": 2, "n_head": 2}

SETTINGS: dict[str, dict[str, Any]] = {
    "GPT2LMHeadModel": {**_LIKE_GPT, "n_embd": WIDTH, "n_positions": 32},
    "BloomForCausalLM": {**_LIKE_GPT, "hidden_size": WIDTH},
    "BertForMaskedLM": _LIKE_BERT,
    "RobertaForMaskedLM": {**_LIKE_BERT, "pad_token_id": 1},
    "DistilBertForMaskedLM": {
        "vocab_size": WORDS, "dim": WIDTH, "n_layers": 2, "n_heads": 2, "hidden_dim": 24,
        "max_position_embeddings": 32,
    },
    "LlamaForCausalLM": _LIKE_LLAMA,
    "MistralForCausalLM": {**_LIKE_LLAMA, "head_dim": 8, "sliding_window": 4},
    "OPTForCausalLM": {
        **_LIKE_BERT, "ffn_dim": 24, "word_embed_proj_dim": WIDTH, "pad_token_id": 1,
    },
    "T5ForConditionalGeneration": {
        "vocab_size": WORDS, "d_model": WIDTH, "d_kv": 8, "d_ff": 24, "num_layers": 2,
        "num_heads": 2, "decoder_start_token_id": 0,
    },
    "ViTForImageClassification": {
        "hidden_size": WIDTH, "num_hidden_layers": 2, "num_attention_heads": 2,
        "intermediate_size": 24, "image_size": 8, "patch_size": 4, "num_labels": 5,
    },
}  # fmt: skip
"""Class of the model -> its configuration, small enough for a fraction of a second."""

IN_PLACE: dict[str, dict[str, Any]] = {
    "MobileNetV1ForImageClassification": {
        "image_size": 32, "depth_multiplier": 0.25, "min_depth": 4, "num_labels": 5,
    },
    "LEDForConditionalGeneration": {
        "vocab_size": WORDS, "d_model": WIDTH, "encoder_layers": 2, "decoder_layers": 1,
        "encoder_attention_heads": 2, "decoder_attention_heads": 2, "encoder_ffn_dim": 16,
        "decoder_ffn_dim": 16, "max_encoder_position_embeddings": 64,
        "max_decoder_position_embeddings": 64, "attention_window": 4,
    },
    "HubertForSequenceClassification": {
        "vocab_size": WORDS, "hidden_size": WIDTH, "num_hidden_layers": 2,
        "num_attention_heads": 2, "intermediate_size": 16, "conv_dim": (8, 8),
        "conv_kernel": (4, 3), "conv_stride": (2, 2), "num_feat_extract_layers": 2,
        "num_conv_pos_embeddings": 8, "num_conv_pos_embedding_groups": 2,
    },
}  # fmt: skip
"""Architectures that write into views."""

LEAST_AFTERWARDS = 0.9
"""Which share of the nodes, over all architectures, has a value without a recording."""

PRECISION = {"float64": 1e-9, "float32": 1e-5}
"""Some norms compute in float32 whatever they get."""


@dataclass(frozen=True)
class Run:
    """One model's loss, read both ways, and the gradients that torch gives."""

    seen: Graph
    afterwards: Graph
    gradients: dict[str, Array]


@cache
def run(name: str) -> Run:
    """One pass in training mode but for dropout, in float64."""
    kind = getattr(transformers, name)
    torch.manual_seed(0)
    model = kind(kind.config_class(**(SETTINGS | IN_PLACE)[name])).double().eval()
    inputs = inputs_of(name)
    with recording(model) as tape:
        loss = model(**inputs).loss
    parameters = dict(model.named_parameters())
    found = torch.autograd.grad(loss, list(parameters.values()), None, True, allow_unused=True)
    known = zip(parameters, found, strict=True)
    gradients = {key: array_of(total) for key, total in known if total is not None}
    return Run(tape.graph(loss), graph_of(loss, model=model), gradients)


def inputs_of(name: str) -> dict[str, Any]:
    """Two pictures, or two sentences of six words."""
    if name.startswith("ViT"):
        pictures = torch.rand(2, 3, 8, 8, dtype=torch.float64)
        return {"pixel_values": pictures, "labels": torch.tensor([1, 3])}
    if name.startswith("MobileNet"):
        pictures = torch.rand(2, 3, 32, 32, dtype=torch.float64)
        return {"pixel_values": pictures, "labels": torch.tensor([1, 3])}
    if name.startswith("Hubert"):
        sounds = torch.rand(2, 200, dtype=torch.float64)
        return {"input_values": sounds, "labels": torch.tensor([0, 1])}
    words = torch.randint(2, WORDS, (2, 6))
    return {"input_ids": words, "labels": words}


@pytest.mark.parametrize("name", SETTINGS | IN_PLACE)
def test_every_node_of_a_recorded_transformer_has_its_value(name: str) -> None:
    unknown = [
        node.op or node.kind
        for node in run(name).seen.nodes
        if not all(port.value.known for port in node.ports)
    ]
    assert not unknown


@pytest.mark.parametrize("name", IN_PLACE)
def test_no_operation_of_an_architecture_that_writes_into_views_loses_its_module(name: str) -> None:
    graph = run(name).seen
    outside = [node for node in graph.nodes if node.kind == "op" and not node.scope]
    assert len(outside) <= 16, "only what the model itself does"
    assert not any("?" in note or "inf" in note for note in graph.notes)


@pytest.mark.parametrize("name", SETTINGS | IN_PLACE)
def test_gradients_of_parameters_are_those_of_autograd(name: str) -> None:
    done = run(name)
    for graph in (done.seen, done.afterwards):
        leaves = {n.name: n.ports[0].grad for n in graph.nodes if n.kind == "leaf" and n.name}
        assert set(leaves) >= set(done.gradients)
        for key, expected in done.gradients.items():
            found = leaves[key]
            assert found is not None, key
            assert_close(found, expected, 1e-9)


@pytest.mark.parametrize("name", SETTINGS)
def test_contributions_add_up_to_every_gradient(name: str) -> None:
    graph = run(name).seen
    arrived: dict[tuple[int, int], list[Array]] = defaultdict(list)
    for edge in graph.edges:
        if edge.contribution is not None:
            arrived[edge.source, edge.port].append(edge.contribution)
    assert len(arrived) > 100
    for (index, port), parts in arrived.items():
        total = graph.nodes[index].ports[port].grad
        assert total is not None
        precision = PRECISION[total.dtype]
        expected = pytest.approx(mean(total), rel=precision, abs=precision / 1000)
        assert sum(map(mean, parts)) == expected


def test_most_values_are_known_without_a_recording_and_are_the_same() -> None:
    known = nodes = 0
    for name in SETTINGS:
        done = run(name)
        seen, afterwards = outputs_of(done.seen), outputs_of(done.afterwards)
        assert len(seen) == len(afterwards)
        for one, other in zip(seen, afterwards, strict=True):
            assert one == other or not other.known
        known += sum(all(p.value.known for p in node.ports) for node in done.afterwards.nodes)
        nodes += len(done.afterwards.nodes)
    assert known / nodes >= LEAST_AFTERWARDS, f"{known / nodes:.1%} are known"


def outputs_of(graph: Graph) -> list[Array]:
    """The values of all that takes a gradient, in order."""
    ports = [p for node in graph.nodes if node.kind in ("leaf", "op") for p in node.ports]
    return [port.value for port in ports if port.grad is not None]


def mean(array: Array) -> float:
    """The mean, which adds up as arrays do."""
    if array.items is not None:
        return float(sum(map(float, array.items))) / max(1, array.count)  # type: ignore[arg-type]
    assert array.summary is not None
    return array.summary.mean
