"""The command of whoever lends Airflow a machine."""

from typing import Annotated

import typer

from ingestion.cli.console import plain_errors, read_settings, say


def worker(
    concurrency: Annotated[
        int | None, typer.Option(min=1, help="Tasks at once; as CLUB_AIRFLOW_PARALLELISM if nothing is said.")
    ] = None,
) -> None:
    """Run Airflow's tasks on this machine, until it is stopped (CLUB_EXECUTOR=celery)."""
    from ingestion.operation.worker import run_worker

    with plain_errors():
        run_worker(read_settings(), say, concurrency)
