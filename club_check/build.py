"""Choose what the distribution `club-check` holds: of the product, what an authority's own check needs.

The database of checks comes along as a dump, so neither dbt nor its models do. Built in the environment of the
product (`make check-wheel`), which fills that database.
"""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PRODUCT = Path(__file__).resolve().parents[1]
SHIPPED = Path("ingestion") / "shipped"
DUMP = SHIPPED / "warehouse.sql"

ROOMS = ("check", "collect", "feedback", "outbox", "readers", "returns", "settings", "warehouse")
MODULES = (
    "__init__", "authorities", "copies", "days", "decide", "errors", "seeds",
    "cli/__init__", "cli/check_alone", "cli/console", "cli/self_check",
    "operation/__init__", "operation/check_database", "operation/check_outcome", "operation/collection_year",
    "operation/interruption", "operation/own_return", "operation/self_check",
)  # fmt: skip
# What stands in those rooms for the warehouse of the club alone.
LEFT_OUT = (
    "check/data_docs.py", "check/expectation.py", "check/great_expectations.py", "check/validation.py",
    "collect/known.py", "warehouse/build_tables.py", "warehouse/council_tables.py", "warehouse/councils.py",
    "warehouse/ledger.py", "warehouse/migrate.py", "warehouse/migrations",
    "warehouse/publications.py", "warehouse/revisions.py", "warehouse/workshop_tables.py",
    "warehouse/workshops.py",
)  # fmt: skip
SEEDS = (
    "calendar/return_calendar",
    "reference/authorities", "reference/authority_aliases", "reference/authority_groups",
    "reference/authority_types", "ssda903/ssda903_codes",
)  # fmt: skip
DEFINITIONS = (".yaml", ".sql")


def contents() -> dict[Path, Path]:
    """Return the files of the product that are in the distribution, and where they stand in it."""
    files = {path: path.relative_to(PRODUCT) for path in _code()}
    files |= {path: SHIPPED / path.relative_to(PRODUCT) for path in _definitions()}
    return files


def _code() -> Iterator[Path]:
    home = PRODUCT / "ingestion"
    yield from (home / f"{module}.py" for module in MODULES)
    left_out = [home / name for name in LEFT_OUT]
    for room in ROOMS:
        for path in sorted((home / room).rglob("*")):
            is_wanted = path.is_file() and path.suffix not in (".pyc", ".yaml")
            if is_wanted and not any(path.is_relative_to(each) for each in left_out):
                yield path


def _definitions() -> Iterator[Path]:
    for folder in (PRODUCT / "expectations", PRODUCT / "ingestion" / "returns"):
        yield from (path for path in sorted(folder.rglob("*")) if path.suffix in DEFINITIONS)
    yield from (PRODUCT / "dbt_project" / "seeds" / f"{name}.csv" for name in SEEDS)
    yield from sorted((PRODUCT / "dbt_project" / "tests" / "scenarios").glob("*.csv"))


class ClubCheck(BuildHookInterface):  # type: ignore[type-arg]
    """Put the chosen files and the dump into the wheel."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the dump, and name every file with its place in the wheel."""
        sys.path.insert(0, str(PRODUCT))
        from ingestion.operation.check_database import write_dump

        self._scratch = tempfile.TemporaryDirectory(prefix="club-check-wheel-")
        dump = Path(self._scratch.name) / DUMP.name
        write_dump(dump, self.app.display_info)
        build_data["force_include"] = {str(path): str(place) for path, place in contents().items()}
        build_data["force_include"][str(dump)] = str(DUMP)

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove the dump, which is in the wheel."""
        self._scratch.cleanup()
