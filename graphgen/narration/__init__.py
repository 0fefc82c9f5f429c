"""Graph -> Story: steps, sentences, the table."""
