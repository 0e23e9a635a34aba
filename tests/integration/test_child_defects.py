"""Every chosen fault in a return about children is found where it was made, and the rest of the return checked."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from samples.members import members
from samples.ssda903 import write_authority
from samples.ssda903.days import Year
from samples.ssda903.defects import DEFECTS, Change, spoil, with_children_of
from samples.ssda903.habits import Habit
from tests.conftest import empty_warehouse, run_road

CHILDREN = 40
LAST, THIS = "2024-25", "2025-26"
STRANGERS = "children of another authority"
SOUND = "a sound return"
NAMES = [*DEFECTS, STRANGERS, SOUND]

# What the reader of the files says of faults that are no rule's.
READERS = {
    "table not sent": "structure.required_table_missing",
    "table sent twice": "structure.table_twice",
    "short row": "structure.ragged_row",
    "long row": "structure.ragged_row",
    "header without rows": "structure.no_required_rows",
    STRANGERS: "ssda903.other_authority",
}


@dataclass(frozen=True)
class Outcome:
    """What became of one return."""

    state: str
    found: frozenset[tuple[str, str | None, int | None]]  # rule, file, line
    changes: list[Change]
    rows: int


@pytest.fixture(scope="module")
def outcomes(prepared_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Outcome]]:
    """Each fault in the return of an authority of its own, as many at a time as there are members."""
    found: dict[str, Outcome] = {}
    club = list(members())
    for start in range(0, len(NAMES), len(club)):
        batch = dict(zip(club, NAMES[start : start + len(club)], strict=False))
        landing = tmp_path_factory.mktemp("faults") / "landing"
        changes = {}
        for member, name in batch.items():
            folder = landing / member.code / "ssda903"
            write_authority(folder, member, [Year(2024), Year(2025)], children=CHILDREN, habit=Habit())
            changes[name] = _spoil(folder / THIS, name, landing / "birmingham" / "ssda903" / THIS)
        settings = empty_warehouse(
            Settings(home=prepared_home, landing_zone=str(landing), warehouse_url=None, settle_seconds=0)
        )
        run_road(settings, "ssda903")
        for member, name in batch.items():
            found[name] = _read(settings, member.code, changes[name])
    yield found


def _spoil(folder: Path, name: str, others: Path) -> list[Change]:
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    if name == SOUND:
        return []
    if name == STRANGERS:
        strangers = {path.name: path.read_bytes() for path in others.iterdir()}
        spoilt, changes = with_children_of(files, strangers, count=8)
    else:
        spoilt, changes = spoil(name, files)
    for path in folder.iterdir():
        path.unlink()
    for file, content in spoilt.items():
        (folder / file).write_bytes(content)
    return changes


def _read(settings: Settings, sender: str, changes: list[Change]) -> Outcome:
    with connect(settings, Role.LOADER) as connection:
        (number, state) = connection.execute(
            "select submission_id, state from ledger.submission where sender = %s and period_code = %s",
            [sender, THIS],
        ).fetchone() or (0, "")
        rows = connection.execute(
            "select rule_code, file_name, line_number from ledger.finding"
            " left join ledger.submission_file using (file_id) where finding.submission_id = %s",
            [number],
        ).fetchall()
        (read,) = connection.execute(
            "select sum(row_count) from ledger.submission_file where submission_id = %s", [number]
        ).fetchone() or (0,)
    return Outcome(state, frozenset(rows), changes, read)


def test_a_sound_return_is_accepted_without_a_warning(outcomes: dict[str, Outcome]) -> None:
    assert outcomes[SOUND].state == "accepted"


@pytest.mark.parametrize("name", DEFECTS)
def test_a_fault_is_found_where_it_was_made(outcomes: dict[str, Outcome], name: str) -> None:
    outcome = outcomes[name]
    found = outcome.found - outcomes[SOUND].found
    places = {(change.file, change.line) for change in outcome.changes if change.line}
    for rule in DEFECTS[name].rules:
        if places:
            assert any((rule, *place) in found for place in places), sorted(found, key=str)[:20]
    if name in READERS:
        assert READERS[name] in {rule for rule, _, _ in found}
    assert outcome.rows > 200, "the rest was read"


@pytest.mark.parametrize("name", READERS)
def test_what_cannot_be_counted_is_rejected(outcomes: dict[str, Outcome], name: str) -> None:
    assert outcomes[name].state == "rejected"


def test_children_of_another_authority_are_named_in_the_file_they_do_not_belong_to(
    outcomes: dict[str, Outcome],
) -> None:
    outcome = outcomes[STRANGERS]
    headers = {(change.file, change.line) for change in outcome.changes if "header" in change.file.lower()}
    found = {(file, line) for rule, file, line in outcome.found if rule == "ssda903.other_authority"}
    assert found == headers
    assert len(found) == 8
    others = [name for name, other in outcomes.items() if name != STRANGERS]
    assert not any(rule == "ssda903.other_authority" for name in others for rule, _, _ in outcomes[name].found)
