"""Storyboards: what each scene of the course shows after every beat, as plain shapes and texts."""
