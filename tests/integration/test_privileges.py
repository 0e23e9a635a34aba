"""Every privilege of every role is on a list that was read by somebody: `tests/support/privileges.csv`."""

import csv

import pytest

from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from tests.support.privileges import COLUMNS, LIST, Line, privileges


def listed() -> set[Line]:
    with LIST.open(encoding="utf-8", newline="") as file:
        return {tuple(row[column] for column in COLUMNS) for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def held(sample_warehouse: Settings) -> set[Line]:
    with connect(sample_warehouse, Role.ADMIN) as connection:
        return set(privileges(connection))


def test_every_privilege_is_on_the_list_and_nothing_else(held: set[Line]):
    assert held - listed() == set()
    assert listed() - held == set()


def test_a_privilege_that_is_not_on_the_list_is_found(sample_warehouse: Settings):
    with connect(sample_warehouse, Role.ADMIN) as connection:
        connection.execute("grant select on raw.pss_ex1_cells to club_bi")
        more = set(privileges(connection)) - listed()
        connection.rollback()
    assert more == {("club_bi", "table", "raw", "pss_ex1_cells", "SELECT")}


def test_readers_read_and_do_nothing_else():
    readers = ("club_bi", "club_analyst", "club_outside", "club_authority", "club_authority_<member>")
    for role, kind, place, _, held in listed():
        if role in readers and kind not in ("role",):
            assert set(held.split()) <= {"SELECT", "USAGE", "EXECUTE", "REFERENCES"}, (role, kind, place, held)
        if role in ("club_bi", "club_outside") and kind in ("schema", "table", "columns"):
            assert place in {"club_bi": ("marts", "sharing"), "club_outside": ("sharing",)}[role] or (
                place.endswith("_next") and kind != "schema"
            )


def test_nobody_but_the_admin_may_pass_by_the_rules():
    for role, kind, _, _, held in listed():
        if kind == "role" and role != "club_admin":
            assert not {"superuser", "createrole", "createdb", "bypassrls", "replication"} & set(held.split()), (
                role
            )
