"""Which PostgreSQL servers the club can use, and what is said of the others."""

from dataclasses import replace

import pytest

from ingestion.warehouse.requirements import OLDEST, Server, shortcomings

FIT = Server(
    version=OLDEST, version_in_words="15.18", encoding="UTF8", name="warehouse", login="operator",
    is_standby=False, may_make_roles=True, owns_database=True, roles_of_others=(),
)  # fmt: skip


@pytest.mark.parametrize("version", [15, 16, 17, 18, 19])
def test_a_server_of_these_versions_will_do(version: int) -> None:
    assert shortcomings(replace(FIT, version=version)) == []


@pytest.mark.parametrize(
    ("lack", "what", "mend"),
    [
        ({"version": 14, "version_in_words": "14.3"}, "is PostgreSQL 14.3, and the warehouse needs 15", "newer"),
        ({"is_standby": True}, "is a standby", "its primary"),
        ({"encoding": "LATIN1"}, "warehouse is kept in LATIN1", "encoding 'UTF8'"),
        ({"may_make_roles": False}, "operator may not make the logins", "alter role operator createrole"),
        ({"owns_database": False}, "does not own the database", "alter database warehouse owner to operator"),
        ({"roles_of_others": ("club_loader",)}, "club_loader are there already", "with admin option"),
    ],
)
def test_what_is_missing_is_said_with_what_mends_it(lack: dict[str, object], what: str, mend: str) -> None:
    ((found, mended_by),) = shortcomings(replace(FIT, **lack))  # type: ignore[arg-type]
    assert what in found and mend in mended_by


def test_everything_is_said_at_once() -> None:
    names = tuple(f"club_{number}" for number in range(9))
    found = shortcomings(Server(14, "14.3", "SQL_ASCII", "x", "y", True, False, False, names))
    assert len(found) == 6
    assert any("club_2 …" in what for what, _ in found)
