"""Decks: a lecture's sections become slides, as one HTML file, a PowerPoint file or a PDF."""
