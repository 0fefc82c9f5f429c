"""A small residual network on random pictures: eight blocks in four stages.

autoviz render loss examples/resnet_loss.py:compute_loss -o resnet.mp4
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 (as everybody calls it)

__all__ = ["ResNet", "compute_loss"]


class Block(nn.Module):
    """Two convolutions, and a way around them."""

    def __init__(self, channels: int, width: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, width, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.shortcut = (
            nn.Identity()
            if stride == 1 and channels == width
            else nn.Sequential(
                nn.Conv2d(channels, width, 1, stride, bias=False), nn.BatchNorm2d(width)
            )
        )

    def forward(self, x: Tensor) -> Tensor:
        """Of shape (batch, channels, height, width)."""
        inner = torch.relu(self.bn1(self.conv1(x)))
        return torch.relu(self.bn2(self.conv2(inner)) + self.shortcut(x))


class ResNet(nn.Module):
    """ResNet-18 with fewer channels."""

    def __init__(self, width: int = 8, classes: int = 10) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(3, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU()
        )
        stages = []
        channels = width
        for stage in range(4):
            out = width * 2**stage
            first = Block(channels, out, 1 if stage == 0 else 2)
            stages.append(nn.Sequential(first, Block(out, out, 1)))
            channels = out
        self.stages = nn.Sequential(*stages)
        self.head = nn.Linear(channels, classes)

    def forward(self, pictures: Tensor) -> Tensor:
        """Scores of shape (batch, classes)."""
        features: Tensor = self.stages(self.stem(pictures))
        scores: Tensor = self.head(features.mean((2, 3)))
        return scores


def compute_loss(width: int = 8, batch: int = 4) -> Tensor:
    """The loss of an untrained network on noise, the same each time."""
    torch.manual_seed(0)
    model = ResNet(width)
    pictures = torch.randn(batch, 3, 32, 32)
    labels = torch.randint(0, 10, (batch,))
    return F.cross_entropy(model(pictures), labels)
