"""A small transformer that predicts the next token: twelve blocks, tied embeddings.

autoviz render loss examples/gpt_loss.py:compute_loss -o gpt.mp4
autoviz render loss examples/gpt_loss.py:compute_loss --unfold blocks.0 -o gpt.svg
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 (as everybody calls it)

__all__ = ["GPT", "compute_loss"]


class Attention(nn.Module):
    """Every token looks at itself and at those before it."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        """Of shape (batch, tokens, width)."""
        batch, tokens, width = x.shape
        parts = self.qkv(x).split(width, dim=2)
        q, k, v = (
            part.view(batch, tokens, self.heads, width // self.heads).transpose(1, 2)
            for part in parts
        )
        seen = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        mixed: Tensor = self.out(seen.transpose(1, 2).reshape(batch, tokens, width))
        return mixed


class Block(nn.Module):
    """Attention and a small network, each with a way around it."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(width)
        self.attention = Attention(width, heads)
        self.norm2 = nn.LayerNorm(width)
        self.mlp = nn.Sequential(
            nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width)
        )

    def forward(self, x: Tensor) -> Tensor:
        """Of shape (batch, tokens, width)."""
        x = x + self.attention(self.norm1(x))
        out: Tensor = x + self.mlp(self.norm2(x))
        return out


class GPT(nn.Module):
    """GPT-2 with less of everything but layers."""

    def __init__(self, width: int, layers: int, tokens: int, vocabulary: int) -> None:
        super().__init__()
        self.token = nn.Embedding(vocabulary, width)
        self.position = nn.Embedding(tokens, width)
        self.blocks = nn.Sequential(*(Block(width, 4) for _ in range(layers)))
        self.norm = nn.LayerNorm(width)

    def forward(self, tokens: Tensor) -> Tensor:
        """Scores of shape (batch, tokens, vocabulary)."""
        places = torch.arange(tokens.shape[1])
        x = self.token(tokens) + self.position(places)
        x = self.norm(self.blocks(x))
        scores: Tensor = x @ self.token.weight.T
        return scores


def compute_loss(layers: int = 12, width: int = 32, batch: int = 2) -> Tensor:
    """The loss of an untrained transformer on noise, the same each time."""
    torch.manual_seed(0)
    tokens, vocabulary = 16, 64
    model = GPT(width, layers, tokens, vocabulary)
    text = torch.randint(0, vocabulary, (batch, tokens + 1))
    scores = model(text[:, :-1])
    return F.cross_entropy(scores.reshape(-1, vocabulary), text[:, 1:].reshape(-1))
