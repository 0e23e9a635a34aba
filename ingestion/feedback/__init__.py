"""Feedback: tell each sender in words what became of a submission."""
