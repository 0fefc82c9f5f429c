"""A lecture's script becomes one film with chapters and subtitles, and all that goes with it."""
