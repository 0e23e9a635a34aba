"""Ballots of workshops: what each asks."""
