"""Measurements; they print what they found and judge nothing."""
