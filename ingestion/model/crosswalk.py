"""The crosswalk: what the checks need of the models before a return is checked."""

from ingestion.model.dbt import run_dbt
from ingestion.model.inputs import (
    BUILD,
    INTO_NEXT_SCHEMAS,
    ROOM,
    analyse_sources,
    definitions_digest,
    keep_all_layouts,
    last_decision,
)
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from ingestion.warehouse.step_lock import one_at_a_time

# The models that the checks read: the crosswalks and the views that apply them to the raw cells.
CROSSWALK = (
    "tag:crosswalk", "path:models/staging/*/base", "path:models/staging/reference",
)  # fmt: skip


def prepare_crosswalk(settings: Settings) -> bool:
    """Build what the checks need before a return is checked; return False when it exists already."""
    digest = definitions_digest(settings)
    if _has_crosswalk(settings, digest):
        return False
    with one_at_a_time(settings, Role.TRANSFORMER, BUILD):
        if not _has_crosswalk(settings, digest):
            _build_crosswalk(settings, digest)
    return True


def _has_crosswalk(settings: Settings, digest: str) -> bool:
    with connect(settings, Role.LOADER) as connection:
        known = connection.execute(
            "select 1 from ledger.model_build where definitions_digest = %s limit 1", [digest]
        ).fetchone()
    return known is not None


def _build_crosswalk(settings: Settings, digest: str) -> None:
    analyse_sources(settings)
    keep_all_layouts(settings)
    # Definitions have changed: a seed may have other columns than its table from an earlier version.
    # Cautious: only the tests that need nothing but the crosswalk; the marts may not exist yet.
    run_dbt(
        settings,
        "build", "--quiet", "--full-refresh", "--indirect-selection", "cautious",
        "--exclude-resource-type", "unit_test", "--select", *CROSSWALK,
        room=ROOM, variables=INTO_NEXT_SCHEMAS,
    )  # fmt: skip
    with connect(settings, Role.LOADER) as connection:
        connection.execute(
            "insert into ledger.model_build (scope, last_decision_id, definitions_digest)"
            " values ('crosswalk', %s, %s)",
            [last_decision(settings), digest],
        )
