"""The expression language: text -> checked tree (tokens, syntax), and tree -> torch (machine)."""
