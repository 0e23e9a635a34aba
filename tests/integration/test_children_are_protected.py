"""Rows about children: who can get at them, under which names, for how long. Each test tries to get round it."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import errors

from ingestion.check.run import check
from ingestion.collect.archive import archived_path
from ingestion.collect.run import collect
from ingestion.retention import purge_children
from ingestion.returns.catalogue import find_return
from ingestion.settings import Settings
from ingestion.warehouse.connection import AUTHORITY_GROUP, Role, authority_url, connect
from ingestion.warehouse.pseudonym_key import hand_over_key
from ingestion.warehouse.roles import READER_ROLES
from ingestion.warehouse.secrets import load_secrets
from samples import write_child_samples
from tests.conftest import empty_warehouse, run_road

LAYOUT = find_return("ssda903")
SENDERS = ("dudley", "walsall")
YEARS = ("2024-25", "2025-26")


@pytest.fixture(scope="module")
def warehouse(prepared_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Two authorities and two years that continue each other, checked and accepted."""
    landing = tmp_path_factory.mktemp("protected") / "landing"
    write_child_samples(landing, periods=YEARS, children=30, authorities=SENDERS)
    settings = empty_warehouse(
        Settings(home=prepared_home, landing_zone=str(landing), warehouse_url=None, settle_seconds=0)
    )
    run_road(settings, "ssda903")
    return settings


@pytest.fixture
def loader(warehouse: Settings) -> Iterator[psycopg.Connection]:
    with connect(warehouse, Role.LOADER) as connection:
        yield connection
        connection.rollback()


def authority(settings: Settings, code: str) -> psycopg.Connection:
    url = authority_url(settings, code, "postgresql")
    return psycopg.connect(url.render_as_string(hide_password=False))


def identities(connection: psycopg.Connection) -> set[str]:
    """Everything in the returns that says who a child is."""
    found: set[str] = set()
    for query in (
        # UN1 to UN5 are nobody's number.
        "select child, dob, upn from raw.ssda903_header where upn !~ '^UN'",
        "select child, home_post, pl_post from raw.ssda903_episodes",
        "select child, sw_id, sw_id from raw.ssda903_sw_episodes",
    ):
        for row in connection.execute(query):
            found.update(cell for cell in row if cell)
    return found


def test_the_returns_were_accepted_with_their_children(loader: psycopg.Connection) -> None:
    assert loader.execute(
        "select distinct state, count(*) over () from ledger.submission where return_code = 'ssda903'"
    ).fetchall() == [("accepted", len(SENDERS) * len(YEARS))]
    assert len(identities(loader)) > 500


@pytest.mark.parametrize("table", LAYOUT.raw_tables)
@pytest.mark.parametrize("role", [Role.TRANSFORMER, *READER_ROLES])
def test_raw_rows_are_the_loaders_alone(warehouse: Settings, role: Role, table: str) -> None:
    for statement in (
        f"select 1 from raw.{table}",
        f"select count(*) from raw.{table}",
        f"copy raw.{table} to stdout",
        f"create temporary view peek as select * from raw.{table}; select * from peek",
        f"insert into raw.{table} (submission_id) values (1)",
    ):
        with connect(warehouse, role) as connection, pytest.raises(errors.InsufficientPrivilege):
            connection.execute("set transaction read write")
            connection.execute(statement)


def test_a_role_cannot_become_the_loader(warehouse: Settings) -> None:
    for role in (Role.TRANSFORMER, *READER_ROLES):
        for statement in ("set role club_loader", "set session authorization club_loader"):
            with connect(warehouse, role) as connection, pytest.raises(errors.InsufficientPrivilege):
                connection.execute(statement)


def test_what_the_models_read_holds_nobody_by_name(loader: psycopg.Connection, warehouse: Settings) -> None:
    known = identities(loader)
    with connect(warehouse, Role.TRANSFORMER) as connection:
        tables = connection.execute(
            "select tablename from pg_tables where schemaname = 'pseudonymised'"
        ).fetchall()
        assert len(tables) == len(LAYOUT.tables)
        for (table,) in tables:
            for (row,) in connection.execute(f"select to_jsonb(t) from pseudonymised.{table} as t"):
                assert known & {str(cell) for cell in row.values()} == set(), table


def test_a_birth_is_a_month_and_an_address_a_sector(loader: psycopg.Connection) -> None:
    columns = loader.execute(
        "select table_name, column_name from information_schema.columns"
        " where table_schema = 'pseudonymised'"
        " and column_name ~ '^(child|dob|mc_dob|upn|home_post|pl_post|sw_id)$'"
    ).fetchall()
    assert columns == []
    assert loader.execute(
        "select count(*) from pseudonymised.ssda903_header where extract(day from birth_month) <> 1"
    ).fetchone() == (0,)
    (sectors, sample) = loader.execute(
        "select count(*), max(pl_post_sector) from pseudonymised.ssda903_episodes where pl_post_sector is not null"
    ).fetchone() or (0, "")
    assert sectors > 0
    assert len(sample.replace(" ", "")) <= 5


def test_nothing_of_a_check_is_left_in_its_work_area(loader: psycopg.Connection) -> None:
    assert (
        loader.execute(
            "select tablename from pg_tables where schemaname = 'checking' and tablename like 'ssda903%'"
        ).fetchall()
        == []
    )


def test_a_child_keeps_its_pseudonym_over_the_years_and_has_another_elsewhere(
    loader: psycopg.Connection, warehouse: Settings
) -> None:
    hand_over_key(loader, warehouse)
    children = loader.execute(
        """
        select sent.child, count(distinct held.child_id), count(distinct held.period_code)
        from raw.ssda903_header as sent
        inner join pseudonymised.ssda903_header as held
            on sent.file_id = held.file_id and sent.line_number = held.line_number
        where held.authority_code = 'dudley'
        group by sent.child
        """
    ).fetchall()
    assert any(years == 2 for _, _, years in children)
    assert {pseudonyms for _, pseudonyms, _ in children} == {1}
    here, there = loader.execute(
        "select raw.pseudonym('dudley child', '1'), raw.pseudonym('walsall child', '1')"
    ).fetchone() or (None, None)
    assert here != there


def test_the_key_is_nowhere_in_the_database_and_without_it_there_is_no_pseudonym(
    loader: psycopg.Connection, warehouse: Settings
) -> None:
    with pytest.raises(psycopg.Error, match=r"club\.pseudonym"):
        loader.execute("select raw.pseudonym('dudley child', '1')")
    loader.rollback()
    key = load_secrets(warehouse)["pseudonym"]
    columns = loader.execute(
        "select table_schema, table_name, column_name from information_schema.columns"
        " where table_schema in ('ledger', 'pseudonymised') and data_type = 'text'"
    ).fetchall()
    assert len(columns) > 50
    for schema, table, column in columns:
        found = loader.execute(f'select 1 from {schema}.{table} where "{column}" like %s', [f"%{key}%"]).fetchone()
        assert found is None, (schema, table, column)


def test_the_key_stands_in_no_log_and_does_not_outlive_its_transaction(warehouse: Settings) -> None:
    """Where the server logs every statement with its values, and where the next transaction is somebody else's."""
    padding = bytes(byte ^ 0x36 for byte in load_secrets(warehouse)["pseudonym"].encode().ljust(64, b"\0")).hex()
    with connect(warehouse, Role.ADMIN, autocommit=True) as admin:
        (data,) = admin.execute("show data_directory").fetchone() or ("",)
        admin.execute("alter role club_loader set log_statement = 'all'")
        admin.execute("alter role club_loader set log_parameter_max_length = -1")
        try:
            with connect(warehouse, Role.LOADER) as connection:
                hand_over_key(connection, warehouse)
                assert connection.execute("select raw.pseudonym('dudley child', %s)", ["logged"]).fetchone()
                connection.commit()
                after = connection.execute("select nullif(current_setting('club.pseudonym_inner', true), '')")
                assert after.fetchone() == (None,)
        finally:
            admin.execute("alter role club_loader reset log_statement")
            admin.execute("alter role club_loader reset log_parameter_max_length")
    log = (Path(data).parent / "server.log").read_text()
    assert "$1 = 'logged'" in log
    assert padding not in log
    assert load_secrets(warehouse)["pseudonym"] not in log


def test_another_key_gives_other_pseudonyms(loader: psycopg.Connection, warehouse: Settings) -> None:
    hand_over_key(loader, warehouse)
    (first,) = loader.execute("select raw.pseudonym('dudley child', '1')").fetchone() or ("",)
    hand_over_key(loader, warehouse.model_copy(update={"pseudonym_key": "another key of the club"}))
    (second,) = loader.execute("select raw.pseudonym('dudley child', '1')").fetchone() or ("",)
    assert len(first) == len(second) == 32
    assert first != second


@pytest.mark.parametrize("schema", ["raw", "pseudonymised", "checking", "marts", "sharing"])
def test_an_authoritys_login_has_no_way_into_other_rooms(warehouse: Settings, schema: str) -> None:
    with connect(warehouse, Role.ADMIN) as connection:
        tables = connection.execute("select tablename from pg_tables where schemaname = %s", [schema]).fetchall()
    for (table,) in tables[:20]:
        with authority(warehouse, "dudley") as own, pytest.raises(errors.InsufficientPrivilege):
            own.execute(f"select * from {schema}.{table} limit 1")


def test_an_authority_cannot_pass_for_another(warehouse: Settings) -> None:
    with authority(warehouse, "dudley") as own:
        assert own.execute("select ledger.authority_of_login()").fetchone() == ("dudley",)
        own.rollback()
        for statement in (
            "set role club_authority_walsall",
            "set session authorization club_authority_walsall",
            "create function ledger.authority_of_login() returns text language sql return 'walsall'",
        ):
            own.execute("set transaction read write")
            with pytest.raises(psycopg.Error):
                own.execute(statement)
            own.rollback()
        # The group may be taken on, and the login stays what it is.
        own.execute(f"set role {AUTHORITY_GROUP}")
        assert own.execute("select ledger.authority_of_login()").fetchone() == ("dudley",)


def test_the_finding_of_a_child_keeps_a_place_and_no_value(
    warehouse: Settings, loader: psycopg.Connection
) -> None:
    known = identities(loader)
    rows = loader.execute(
        "select finding.* from ledger.finding inner join ledger.submission using (submission_id)"
        " where return_code = 'ssda903'"
    ).fetchall()
    for row in rows:
        assert known.isdisjoint(str(cell) for cell in row)
        assert not any(identity in row[-2] for identity in known if len(identity) > 6)


# Last, because it takes the rows away.


def test_the_purge_takes_rows_and_files_away_when_the_retention_period_has_expired(
    warehouse: Settings, loader: psycopg.Connection
) -> None:
    hashes = [
        sha256
        for (sha256,) in loader.execute("select sha256 from ledger.submission_file where sha256 is not null")
    ]
    assert purge_children(warehouse).submissions == (), "decided a moment ago"
    kept = loader.execute("select count(*) from pseudonymised.ssda903_episodes").fetchone()
    loader.rollback()
    would = purge_children(warehouse, days=0, dry_run=True)
    assert all(archived_path(warehouse, sha256).exists() for sha256 in hashes)
    purged = purge_children(warehouse, days=0)
    assert purged == would
    assert len(purged.submissions) == len(SENDERS) * len(YEARS)
    assert purged.rows > 500
    for table in LAYOUT.raw_tables:
        assert loader.execute(f"select count(*) from raw.{table}").fetchone() == (0,)
    assert not any(archived_path(warehouse, sha256).exists() for sha256 in hashes)
    assert loader.execute("select count(*) from pseudonymised.ssda903_episodes").fetchone() == kept
    assert purge_children(warehouse, days=0).submissions == ()


def test_a_year_after_the_purge_is_still_held_against_the_one_before(
    warehouse: Settings, tmp_path: Path, loader: psycopg.Connection
) -> None:
    """Dudley sends 2025-26 again, with another origin: last year's rows are gone, the pseudonyms are not."""
    landing = tmp_path / "landing"
    write_child_samples(landing, periods=YEARS, children=30, authorities=["dudley"])
    path = next(path for path in (landing / "dudley/ssda903/2025-26").iterdir() if "header" in path.name.lower())
    lines = path.read_bytes().decode("utf-8-sig").splitlines()
    known = {line.split(",")[0] for line in _rows_of_last_year(landing)}
    at = next(number for number, line in enumerate(lines) if line.split(",")[0] in known)
    cells = lines[at].split(",")
    cells[3] = "REFU" if cells[3] != "REFU" else "WBRI"
    lines[at] = ",".join(cells)
    path.write_text("\n".join(lines) + "\n")
    settings = Settings(
        home=warehouse.state_folder, landing_zone=str(landing), warehouse_url=None, settle_seconds=0
    )
    run_road(settings, "ssda903")
    assert loader.execute(
        "select line_number, heading, value from ledger.finding where rule_code = '204'"
    ).fetchall() == [(at + 1, "ethnic", None)]


def _rows_of_last_year(landing: Path) -> list[str]:
    folder = landing / "dudley/ssda903/2024-25"
    path = next(path for path in folder.iterdir() if "header" in path.name.lower())
    return path.read_bytes().decode("utf-8-sig").splitlines()[1:]


def test_a_check_that_breaks_off_leaves_no_person_in_its_work_area(
    warehouse: Settings, loader: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = "select count(*) from pg_tables where schemaname = 'checking' and tablename like 'ssda903%'"
    seen: list[int] = []

    def break_off(connection: psycopg.Connection, *_: object, **__: object) -> None:
        seen.append((connection.execute(left).fetchone() or (0,))[0])
        raise RuntimeError("broken off")

    path = next((Path(warehouse.landing) / "dudley" / "ssda903").glob("*/*.csv"))
    path.write_text(path.read_text() + "\n")
    collect(warehouse, "ssda903", "dudley")
    with monkeypatch.context() as patch, pytest.raises(RuntimeError, match="broken off"):
        patch.setattr("ingestion.check.run.lay_out_failing", break_off)
        check(warehouse, "ssda903")
    assert seen[0] > 10
    assert loader.execute(left).fetchone() == (0,)
