"""The way of events out, for Airflow's and for our own: each is reduced to what may be told, then written or sent.

OpenLineage calls what hangs on a run, a job or a dataset a facet. Facets that are not listed here stay inside: the
error of a step may quote a row, what a step was started with is nobody's business, and what a later version of a
package invents has to be looked at first.
"""

import fcntl
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from openlineage.client.serde import Serde
from openlineage.client.transport.http import HttpConfig, HttpTransport
from openlineage.client.transport.transport import Config, Transport

from ingestion.settings import Settings

if TYPE_CHECKING:
    from openlineage.client.client import Event

OF_RUNS = ("parent", "nominalTime", "processing_engine", "dbt_run", "test")
OF_JOBS = ("jobType", "documentation", "ownership", "dbt_node", "tags", "sql")
OF_DATASETS = (
    "schema", "dataSource", "documentation", "columnLineage", "dataQualityAssertions", "dbt_model",
    "outputStatistics",
)  # fmt: skip
SECONDS = 5


class ToFileOrServer(Transport):
    """To wherever `CLUB_LINEAGE` says: a file, an event a line, or a server, by the API of OpenLineage."""

    kind = "club"

    def __init__(self, config: Config | None = None, settings: Settings | None = None) -> None:
        self._goes_to = (settings or Settings()).lineage_goes_to
        self._server = None
        if isinstance(self._goes_to, str):
            # A step waits for it, and whoever is told can do without: so it is not tried for long.
            self._server = HttpTransport(HttpConfig(url=self._goes_to, timeout=SECONDS, retry={"total": 1}))

    def emit(self, event: Any) -> None:
        """Reduce an event and send it.

        Raises:
            OSError: the file cannot be written, or the server does not take it.
        """
        told = reduced(Serde.to_dict(event))
        if self._server:
            # It takes whatever becomes JSON.
            self._server.emit(cast("Event", told))
        elif isinstance(self._goes_to, Path):
            _append(self._goes_to, json.dumps(told, sort_keys=True).encode())


def reduced(event: dict[str, Any]) -> dict[str, Any]:
    """Leave out of an event all facets that are not listed."""
    return event | {
        "run": _only(event["run"], OF_RUNS),
        "job": _only(event["job"], OF_JOBS),
        "inputs": [_only(each, OF_DATASETS) for each in event.get("inputs") or ()],
        "outputs": [_only(each, OF_DATASETS) for each in event.get("outputs") or ()],
    }


def _only(entity: dict[str, Any], allowed: tuple[str, ...]) -> dict[str, Any]:
    kinds = ("facets", "inputFacets", "outputFacets")
    kept = {
        kind: {name: facet for name, facet in entity[kind].items() if name in allowed}
        for kind in kinds
        if entity.get(kind)
    }
    return entity | kept


def _append(path: Path, line: bytes) -> None:
    """Append a line whole: steps that run side by side write into the same file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(line + b"\n")
