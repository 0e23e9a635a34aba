"""SSDA903, children looked after: its layout, and the code that only this return needs."""
