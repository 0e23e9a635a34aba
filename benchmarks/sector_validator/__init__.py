"""Comparison of our checks of the SSDA903 return with those of the sector's free validator, row by row."""
