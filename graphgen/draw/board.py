"""The timeline's types under the names that they had; goes with the next release."""

import warnings

from graphgen.model.timeline import ASPECTS, Frame, Keyframe, Motion, Timeline, TimelineStep
from graphgen.model.timeline import Transition as Beat

__all__ = ["ASPECTS", "Beat", "BoardStep", "Size", "Still", "Storyboard", "Traveler"]

BoardStep, Size, Still, Storyboard, Traveler = TimelineStep, Frame, Keyframe, Timeline, Motion

warnings.warn(
    "graphgen.draw.board is now graphgen.model.timeline", DeprecationWarning, stacklevel=2
)
