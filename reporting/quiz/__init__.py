"""The quiz on right and wrong cases: its questions to print, and what a round answered."""
