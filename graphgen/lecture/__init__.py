"""lecture.toml -> sections, script, subtitles."""
