"""Plain frozen data, and its files."""
