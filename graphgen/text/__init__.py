"""Numbers, words, formulas, and how wide a text is."""
