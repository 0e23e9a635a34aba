"""The database: migrations can be repeated and match the models, and each role may do its own work only."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
import typer
from alembic.autogenerate import compare_metadata
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from psycopg import errors
from sqlalchemy import text

from ingestion.cli.console import plain_errors
from ingestion.errors import ClubError
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect, engine, role_name, warehouse_url
from ingestion.warehouse.ledger import SCHEMA, Base
from ingestion.warehouse.migrate import migrate
from ingestion.warehouse.migrations.versions import v0003_published_cells, v0010_no_published_cells
from ingestion.warehouse.roles import LOGIN_ROLES, OWNERS, READER_ROLES
from ingestion.warehouse.step_lock import RIGHTS, take_step
from tests.support.waiting import until

CATALOGUE = """
select n.nspname, c.relname, c.relkind::text, c.relacl::text, a.attname, a.atttypid::regtype::text, a.attacl::text
from pg_class as c
inner join pg_namespace as n on c.relnamespace = n.oid
left join pg_attribute as a on c.oid = a.attrelid and a.attnum > 0
where n.nspname = any(%s)
order by 1, 2, 5
"""


class TestMigrations:
    def test_they_can_be_repeated_and_change_nothing(self, settings: Settings, loader: psycopg.Connection):
        def state() -> list[tuple]:
            found = loader.execute(CATALOGUE, [list(OWNERS)]).fetchall()
            roles = "select rolname, rolconfig, rolsuper, rolcanlogin from pg_roles order by rolname"
            return found + loader.execute(roles).fetchall()

        loader.execute(
            "insert into ledger.model_build (scope, last_decision_id, definitions_digest) values ('marts', 7, 'x')"
        )
        before = state()
        assert len(before) > 100
        migrate(settings)
        assert state() == before
        assert loader.execute("select last_decision_id from ledger.model_build").fetchall() == [(7,)]

    def test_rights_are_granted_after_a_build_that_is_being_published(
        self, settings: Settings, loader: psycopg.Connection
    ):
        """PostgreSQL refuses the second of two that change the rights on a schema at once."""
        waiting = "select 1 from pg_locks where not granted"
        with connect(settings, Role.TRANSFORMER) as builder, ThreadPoolExecutor(1) as pool:
            take_step(builder, RIGHTS)
            builder.execute("grant usage on schema marts to club_bi")
            migration = pool.submit(migrate, settings)
            until(lambda: migration.done() or loader.execute(waiting).fetchone() is not None)
            assert not migration.done()
            builder.commit()
            migration.result()

    def test_the_models_and_the_migrated_ledger_do_not_differ(self, settings: Settings):
        database = engine(settings, Role.ADMIN)
        with database.connect() as connection:
            context = MigrationContext.configure(
                connection,
                opts={
                    "include_schemas": True,
                    "include_name": lambda name, kind, _: kind != "schema" or name == SCHEMA,
                    "version_table_schema": SCHEMA,
                    "compare_type": True,
                    "compare_server_default": True,
                },
            )
            assert compare_metadata(context, Base.metadata) == []
        database.dispose()

    @pytest.mark.parametrize(
        ("cell", "day"),
        [
            ("31/12/2024", "2024-12-31"), ("\u00a031/12/2024\t", "2024-12-31"),
            (" 2024-02-29\u00a0", "2024-02-29"),
            ("\t29/02/2024\r\n", "2024-02-29"), ("29/02/2023", None), ("31 / 12 / 2024", None), ("\u00a0", None),
        ],
    )  # fmt: skip
    def test_a_date_with_any_blank_around_it_is_a_date(
        self, loader: psycopg.Connection, cell: str, day: str | None
    ):
        assert loader.execute("select raw.to_date(%s)::text", [cell]).fetchone() == (day,)

    def test_publishers_cells_become_records_whatever_stands_on_their_table(self, settings: Settings):
        cells = [(1, 1, "Unit Cost Figures"), (1, 4, "B8"), (6, 2, "204"), (6, 3, "O'Barnsley"), (6, 4, "9815")]
        database = engine(settings, Role.ADMIN)
        with database.connect() as connection:  # nothing is committed
            connection.execute(text(f"set local role {role_name(Role.LOADER)}"))
            with Operations.context(MigrationContext.configure(connection)):
                v0003_published_cells.upgrade()
                for line, column, value in cells:
                    connection.execute(
                        text("insert into raw.published_cells values (7, 8, :line, :column, :value)"),
                        {"line": line, "column": column, "value": value},
                    )
                connection.execute(text(f"set local role {role_name(Role.TRANSFORMER)}"))
                connection.execute(text("create view staging.probe as select 1 from raw.published_cells"))
                connection.execute(text(f"set local role {role_name(Role.LOADER)}"))
                v0010_no_published_cells.upgrade()
            records = connection.execute(text("select * from raw.published_records order by line_number")).all()
            assert records == [
                (7, 8, 1, {"1": "Unit Cost Figures", "4": "B8"}),
                (7, 8, 6, {"2": "204", "3": "O'Barnsley", "4": "9815"}),
            ]
            assert connection.execute(text("select to_regclass('raw.published_cells')")).scalar() is None
        database.dispose()

    def test_tables_belong_to_the_loader_and_not_to_the_admin(self, loader: psycopg.Connection):
        owners = loader.execute(
            "select distinct tableowner from pg_tables where schemaname in ('raw', 'ledger', 'checking')"
        ).fetchall()
        assert owners == [("club_loader",)]

    def test_all_that_can_be_read_is_explained_in_the_database(self, loader: psycopg.Connection):
        for model in (Base.metadata.tables[f"ledger.{name}"] for name in ("submission", "finding")):
            for column in model.columns:
                if column.comment:
                    assert loader.execute(
                        "select col_description(%s::regclass, attnum) from pg_attribute "
                        "where attrelid = %s::regclass and attname = %s",
                        [str(model), str(model), column.name],
                    ).fetchone() == (column.comment,)


@pytest.fixture
def mart(settings: Settings) -> Iterator[str]:
    """A mart made as dbt makes it: by the transformer, after the grants were given."""
    with connect(settings, Role.TRANSFORMER, autocommit=True) as connection:
        connection.execute("create table marts.probe as select 1 as value")
        yield "marts.probe"
        connection.execute("drop table marts.probe")


def refused(settings: Settings, role: Role, statement: str) -> bool:
    """Whether the database refuses a statement for want of a right, even to one who asks to be let write."""
    with connect(settings, role) as connection:
        connection.execute("set transaction read write")
        try:
            connection.execute(statement)
        except errors.InsufficientPrivilege:
            return True
        finally:
            connection.rollback()
    return False


class TestRoles:
    @pytest.mark.parametrize("role", [Role.ANALYST, Role.BI, Role.LOADER])
    def test_a_mart_can_be_read_as_soon_as_it_is_made(self, settings: Settings, mart: str, role: Role):
        with connect(settings, role) as connection:
            assert connection.execute(f"select value from {mart}").fetchall() == [(1,)]

    @pytest.mark.parametrize("role", [Role.ANALYST, Role.BI])
    @pytest.mark.parametrize(
        "statement",
        ["insert into {mart} values (2)", "update {mart} set value = 2", "delete from {mart}", "truncate {mart}",
         "drop table {mart}", "create table marts.mine (x int)", "create table public.mine (x int)",
         "create schema mine"],
    )  # fmt: skip
    def test_a_reader_cannot_write(self, settings: Settings, mart: str, role: Role, statement: str):
        assert refused(settings, role, statement.format(mart=mart))

    @pytest.mark.parametrize("role", READER_ROLES)
    def test_a_readers_transactions_are_read_only_to_begin_with(self, settings: Settings, mart: str, role: Role):
        with connect(settings, role) as connection:
            assert connection.execute("show transaction_read_only").fetchone() == ("on",)

    @pytest.mark.parametrize(
        "relation",
        ["raw.pss_ex1_cells", "raw.published_records", "ledger.submission", "ledger.finding", "ledger.decision",
         "staging.base_pss_ex1__spend"],
    )  # fmt: skip
    def test_a_bi_tool_sees_nothing_of_how_the_marts_came_about(self, settings: Settings, relation: str):
        assert refused(settings, Role.BI, f"select * from {relation}")
        assert refused(settings, Role.BI, f"insert into {relation} select * from {relation}")

    def test_a_bi_tool_has_rights_in_marts_and_sharing_only(self, settings: Settings):
        with connect(settings, Role.BI) as connection:
            open_schemas = {
                schema
                for schema in OWNERS
                if connection.execute("select has_schema_privilege(%s, 'usage')", [schema]).fetchone()[0]
            }
        assert open_schemas == {"marts", "sharing"}

    def test_somebody_outside_sees_what_may_leave_and_nothing_else(self, settings: Settings, mart: str):
        with connect(settings, Role.TRANSFORMER, autocommit=True) as connection:
            connection.execute("create table sharing.probe as select 1 as value")
        try:
            with connect(settings, Role.OUTSIDE) as connection:
                assert connection.execute("select value from sharing.probe").fetchall() == [(1,)]
                open_schemas = {
                    schema
                    for schema in OWNERS
                    if connection.execute("select has_schema_privilege(%s, 'usage')", [schema]).fetchone()[0]
                }
            assert open_schemas == {"sharing"}
            for statement in (
                f"select * from {mart}", "select * from ledger.submission", "insert into sharing.probe values (2)",
                "drop table sharing.probe", "create table sharing.mine (x int)", "set role club_analyst",
            ):  # fmt: skip
                assert refused(settings, Role.OUTSIDE, statement), statement
        finally:
            with connect(settings, Role.TRANSFORMER, autocommit=True) as connection:
                connection.execute("drop table sharing.probe")

    def test_an_analyst_sees_where_a_rule_failed_but_not_the_value(self, settings: Settings):
        seen = (
            "select submission_id, rule_code, severity, table_name, line_number, column_name from ledger.finding"
        )
        assert not refused(settings, Role.ANALYST, seen)
        for columns in ("value", "message", "*"):
            assert refused(settings, Role.ANALYST, f"select {columns} from ledger.finding")

    def test_an_analyst_can_trace_a_submission_but_not_read_its_cells(self, settings: Settings):
        for table in ("submission", "submission_file", "decision"):
            assert not refused(settings, Role.ANALYST, f"select * from ledger.{table}")
            assert refused(settings, Role.ANALYST, f"delete from ledger.{table}")
        assert refused(settings, Role.ANALYST, "select * from raw.pss_ex1_cells")

    @pytest.mark.parametrize(
        ("role", "statement"),
        [
            (Role.TRANSFORMER, "delete from raw.pss_ex1_cells"),
            (Role.TRANSFORMER, "update ledger.submission set is_in_force = true"),
            (Role.LOADER, "delete from marts.probe"),
            (Role.LOADER, "create table marts.mine (x int)"),
        ],
    )
    def test_loader_and_transformer_write_on_their_own_side_only(
        self, settings: Settings, mart: str, role: Role, statement: str
    ):
        assert refused(settings, role, statement)

    def test_nobody_but_the_admin_is_a_superuser(self, loader: psycopg.Connection):
        grand = loader.execute(
            "select rolname from pg_roles where rolsuper or rolcreaterole or rolcreatedb or rolbypassrls"
        ).fetchall()
        assert not {name for (name,) in grand} & {role_name(role) for role in LOGIN_ROLES}


class TestPasswords:
    def test_no_rule_of_the_server_lets_anybody_in_without_one(self, settings: Settings):
        with connect(settings, Role.ADMIN) as connection:
            methods = connection.execute("select distinct auth_method from pg_hba_file_rules").fetchall()
        assert methods == [("scram-sha-256",)]

    @pytest.mark.parametrize("role", list(Role))
    @pytest.mark.parametrize("password", [None, "wrong"])
    def test_every_role_needs_its_own(
        self, settings: Settings, role: Role, password: str | None, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.delenv("PGPASSWORD", raising=False)
        monkeypatch.setenv("PGPASSFILE", "/dev/null")
        url = warehouse_url(settings, role)
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(
                host=url.host, port=url.port, dbname=url.database, user=url.username, password=password
            )

    def test_a_wrong_one_is_told_in_a_sentence_that_does_not_hold_it(self, settings: Settings):
        wrong = settings.model_copy(update={"bi_password": "not-the-password"})
        with pytest.raises(ClubError, match="could not be reached as club_bi") as caught:
            connect(wrong, Role.BI)
        assert "not-the-password" not in str(caught.value)


def test_a_connection_that_breaks_amid_a_command_is_told_in_a_sentence(
    settings: Settings, capsys: pytest.CaptureFixture[str]
):
    with pytest.raises(typer.Exit) as left, plain_errors(), connect(settings, Role.LOADER) as connection:
        connection.execute("select pg_terminate_backend(pg_backend_pid())")
    assert left.value.exit_code == 1
    said = " ".join(capsys.readouterr().err.split())
    assert "The warehouse broke off: terminating connection" in said and "Run the command again" in said
