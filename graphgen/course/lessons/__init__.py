"""The scenes of the course: what each records from torch, and the storyboard that it tells."""
