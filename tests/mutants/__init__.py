"""Mutants: one wrong line each, and the tests that have to notice it."""
