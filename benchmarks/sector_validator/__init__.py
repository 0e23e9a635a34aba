"""Our checks of the SSDA903 return beside those of the sector's free validator, row by row."""
