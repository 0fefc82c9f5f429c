"""Lecture files: a text in TOML becomes a Lecture, and each of its sections what is shown."""
