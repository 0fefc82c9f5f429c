"""A loop that reads a sequence step by step with the same weights.

autoviz render loss examples/lstm_loss.py:compute_loss --arg steps=66 -o lstm.mp4
"""

import torch
from torch import Tensor, nn

__all__ = ["compute_loss"]


def compute_loss(steps: int = 66, width: int = 8) -> Tensor:
    """How far an untrained LSTM is from guessing a wave's next number, the same each time."""
    torch.manual_seed(0)
    cell = nn.LSTMCell(1, width)
    head = nn.Linear(width, 1)
    wave = torch.sin(torch.arange(steps + 1) / 3.0)
    h, c = torch.zeros(1, width), torch.zeros(1, width)
    loss = torch.zeros(())
    for step in range(steps):
        h, c = cell(wave[step].reshape(1, 1), (h, c))
        loss = loss + (head(h) - wave[step + 1]).pow(2).mean()
    return loss / steps
