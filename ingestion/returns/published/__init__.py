"""The returns of publishers: a new one needs one layout per dataset and nothing else."""
