"""Packs: where an authority stands in a group of indicators, in four forms made of the same rows."""
