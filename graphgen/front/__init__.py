"""Notebook, widget and the page that is served."""
