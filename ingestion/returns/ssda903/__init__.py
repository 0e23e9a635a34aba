"""SSDA903, children looked after: its layout, and what only this return needs."""
