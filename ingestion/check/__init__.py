"""Checks of everything newly received: the rules, their findings, and what is kept of them."""
