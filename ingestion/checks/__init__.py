"""Data-quality rules as data, and how they are run inside the warehouse."""
