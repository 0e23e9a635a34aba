"""The seeds of the warehouse, for code that has to know the same things."""

import csv

from ingestion.settings import SEEDS


def seed_rows(name: str) -> list[dict[str, str]]:
    """The records of one seed, named from the folder of the seeds: `reference/authorities`."""
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
