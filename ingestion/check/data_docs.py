"""Data Docs: Great Expectations' own pages on the rules of a return and their outcomes, without any row's values.

Each return has a site of its own, which the checks of other returns do not touch. The results of a run are kept
beside it as JSON; the ledger has every run there ever was, these have the latest.
"""

import shutil
from pathlib import Path
from typing import Any

import structlog

from ingestion.check.great_expectations import DataContextConfig, ProgressBarsConfig

log = structlog.get_logger()

SITE = "data_docs"
RUNS_KEPT = 10

_STORES = {
    "expectations_store": "ExpectationsStore",
    "validation_results_store": "ValidationResultsStore",
    "checkpoint_store": "CheckpointStore",
    "validation_definition_store": "ValidationDefinitionStore",
}


def project(folder: Path) -> DataContextConfig:
    """Return the project configuration: in memory, except for results and site, which are kept in a folder.

    The address of the warehouse, with its password, stays in memory in any case.
    """
    stores: dict[str, Any] = {
        name: {"class_name": kind, "store_backend": {"class_name": "InMemoryStoreBackend"}}
        for name, kind in _STORES.items()
    }
    _forget_old_runs(folder)
    stores["validation_results_store"]["store_backend"] = _files(folder / "results")
    site = {
        "class_name": "SiteBuilder",
        "store_backend": _files(folder / "site"),
        "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
        "show_how_to_buttons": False,
    }
    return DataContextConfig(
        expectations_store_name="expectations_store",
        validation_results_store_name="validation_results_store",
        checkpoint_store_name="checkpoint_store",
        stores=stores,
        data_docs_sites={SITE: site},
        analytics_enabled=False,
        progress_bars=ProgressBarsConfig(globally=False),
    )


def publish(context: Any, result: Any) -> None:
    """Build the pages of this result and its suite, and the index; an error is logged, as the check is done."""
    pages = [
        page for identifier in result.run_results for page in (identifier, identifier.expectation_suite_identifier)
    ]
    try:
        context.build_data_docs(resource_identifiers=pages)
    except OSError as problem:
        log.error("the Data Docs could not be published", error=str(problem))


def _files(folder: Path) -> dict[str, Any]:
    return {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(folder)}


def _forget_old_runs(folder: Path) -> None:
    """Make room for one more run: pages and index are built from the runs that are kept."""
    for runs in folder.glob("*/validations/*"):
        _keep_latest(runs)
    for suite in (folder / "results").glob("*"):
        _keep_latest(suite)


def _keep_latest(runs: Path) -> None:
    for old in sorted(runs.glob("*/*"), key=lambda run: run.name)[: -(RUNS_KEPT - 1)]:
        shutil.rmtree(old, ignore_errors=True)
