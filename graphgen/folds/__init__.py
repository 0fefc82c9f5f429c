"""How a graph is made smaller: by module, by repeated pattern, by stretch."""
