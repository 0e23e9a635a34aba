"""Feedback: what became of a submission, told to its sender in words."""
