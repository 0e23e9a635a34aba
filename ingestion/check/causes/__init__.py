"""Causes: what is behind most findings of a submission, worked out by running the rules again."""
