"""The catalogue of returns, and one folder for each."""
