"""What was received, what was found in it, and what was decided."""
