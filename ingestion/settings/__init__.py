"""Every setting of the product, read from the environment, with working defaults."""

from ingestion.settings.places import (
    DAGS,
    DBT_PROJECT,
    DEFINITIONS,
    EXPECTATIONS,
    MEBIBYTE,
    PROJECT_ROOT,
    RETURNS,
    SEEDS,
    SHIPPED,
    place,
)
from ingestion.settings.settings import Settings

__all__ = [
    "DAGS", "DBT_PROJECT", "DEFINITIONS", "EXPECTATIONS", "MEBIBYTE", "PROJECT_ROOT", "RETURNS", "SEEDS",
    "SHIPPED", "Settings", "place",
]  # fmt: skip
