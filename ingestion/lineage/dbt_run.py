"""What dbt did, out of its own artifacts: events of OpenLineage by the library that is made for it."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from openlineage.client.event_v2 import RunEvent
from openlineage.common.provider.dbt.facets import DbtRunRunFacet
from openlineage.common.provider.dbt.processor import DbtArtifactProcessor

from ingestion.lineage.telling import JOBS, PRODUCER

# It warns of each test that is of no table, and the whole node with it.
_OF_ERRORS = logging.getLogger(f"{__name__}.errors")
_OF_ERRORS.setLevel(logging.ERROR)

Artifacts = tuple[dict[str, Any], dict[str, Any], dict[str, Any], None]


class Processor(DbtArtifactProcessor):
    """The library's, given what it would otherwise look for in a project and a profile."""

    def __init__(self, manifest: dict[str, Any], results: dict[str, Any], server: str) -> None:
        super().__init__(producer=PRODUCER, job_namespace=JOBS, logger=_OF_ERRORS)
        self._manifest, self._results, self._server = manifest, results, server

    def get_dbt_metadata(self) -> Artifacts:
        """Return manifest, results and kind of server; there is no catalogue."""
        return self._manifest, self._results, {"type": "postgres"}, None

    def extract_namespace(self, profile: dict[str, Any]) -> str:
        """Name the server as the other events do."""
        return self._server

    def dbt_run_run_facet(self) -> dict[str, DbtRunRunFacet]:
        """Name the run by dbt's own number."""
        return {"dbt_run": DbtRunRunFacet(invocation_id=str(self.run_metadata.get("invocation_id")))}


def events_of(target: Path, server: str, suffix: str) -> Iterator[RunEvent]:
    """Yield the start and the end of every node of a run, from what dbt has written into its target folder.

    Args:
        target: holds `manifest.json` and `run_results.json`.
        server: under which tables are named (`postgres://host:port`).
        suffix: of the schemas that were built into; told is the name under which the build is read.
    """
    manifest, results = (
        json.loads((target / f"{name}.json").read_bytes()) for name in ("manifest", "run_results")
    )
    yield from Processor(as_read(manifest, suffix), results, server).parse().events()


def as_read(manifest: dict[str, Any], suffix: str) -> dict[str, Any]:
    """Name schemas as readers know them, take seeds for sources, and look through models that are no tables.

    The library passes over seeds, and over what dbt writes into the query of another model.
    """
    seeds = {name: node for name, node in manifest["nodes"].items() if node["resource_type"] == "seed"}
    nodes = {}
    for name in manifest["nodes"].keys() - seeds.keys():
        node = manifest["nodes"][name]
        query = (node.get("compiled_code") or "").replace(f'{suffix}"."', '"."')
        nodes[name] = node | {"schema": node["schema"].removesuffix(suffix), "compiled_code": query or None}
    sources = manifest["sources"] | {_source(seed): node | {"name": node["alias"]} for seed, node in seeds.items()}
    parents = {
        name: [_source(each) if each in seeds else each for each in _tables_behind(name, manifest)]
        for name in manifest["parent_map"]
    }
    return manifest | {"nodes": nodes, "sources": sources, "parent_map": parents}


def _source(seed: str) -> str:
    return f"source.{seed}"


def _tables_behind(name: str, manifest: dict[str, Any]) -> list[str]:
    """List what a node is made of; in the place of a model that is no table, what that is made of."""
    behind: dict[str, None] = {}
    for parent in manifest["parent_map"].get(name, ()):
        config = manifest["nodes"].get(parent, {}).get("config", {})
        is_table = config.get("materialized") != "ephemeral"
        behind |= dict.fromkeys([parent] if is_table else _tables_behind(parent, manifest))
    return list(behind)
