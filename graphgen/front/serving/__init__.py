"""The page from a loopback server, where the expression can be edited and torch runs it again."""
