"""Storyboards -> SVG, still, animated and in steps, and whatever is made from it."""
