"""From the bytes of one file to its tables of text, row by row, or to the reason why it cannot be read."""
