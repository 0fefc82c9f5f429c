"""The faces of the package: subsets of Inter and JetBrains Mono, each with its licence."""
