"""A loss -> Graph: tape, walk, gradients, saved values, names; foreign engines; the user's file."""
