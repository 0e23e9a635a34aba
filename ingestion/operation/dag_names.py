"""The DAGs of the road, by name."""

from ingestion.returns.catalogue import collected_returns

BUILD_DAG = "build_marts"


def collect_dags() -> tuple[str, ...]:
    """Return the DAGs that collect: one for all published datasets, and one for each return of the catalogue."""
    return ("collect_published", *(f"collect_{layout.code}" for layout in collected_returns()))
