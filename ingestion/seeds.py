"""The seeds of the warehouse, for code that needs the same facts."""

import csv

from ingestion.settings import SEEDS


def seed_rows(name: str) -> list[dict[str, str]]:
    """Return the records of one seed, named by its path in the folder of the seeds: `reference/authorities`."""
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
