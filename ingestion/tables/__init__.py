"""Returns that are tables about single children: told by their columns, read as a stream, one raw table each."""
