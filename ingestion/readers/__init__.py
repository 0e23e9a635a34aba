"""From the bytes of one file to its tables of text, or to the reason why it cannot be read."""
