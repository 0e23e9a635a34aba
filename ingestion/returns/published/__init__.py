"""The returns of publishers: one layout a dataset, and nothing else to write for a new one."""
