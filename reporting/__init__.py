"""Publishing: comparison tables and pages. Reads the marts and nothing else."""
