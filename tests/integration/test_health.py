"""How the warehouse is: marts for operations, metrics and the page, all told by the ledger."""

import json
import re
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ingestion.cli.app import app
from ingestion.errors import ClubError
from ingestion.model.announcement import facts_to_tell
from ingestion.model.build_runs import KEPT_DAYS, Run, failure_noted, note_published
from ingestion.model.dbt_outcome import DbtError, Node
from ingestion.operation.metrics import metrics_text, write_metrics
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from ingestion.warehouse.states import State
from reporting.health.page import write_health_page

# A sample of Prometheus' text format: a name, labels, a number.
LINE = re.compile(r'([a-z_]+)(?:\{((?:[a-z]+="(?:[^"\\]|\\.)*",?)*)\})? ([-+0-9.e]+|NaN)')


@pytest.fixture(scope="module")
def warehouse(sample_warehouse: Settings) -> Settings:
    return sample_warehouse


def read_metrics(text: str) -> dict[tuple[str, str], float]:
    """Read the format as Prometheus does: a line that is not of it fails."""
    found = {}
    for line in text.splitlines():
        if not line.startswith("# "):
            match = LINE.fullmatch(line)
            assert match, line
            found[match[1], match[2] or ""] = float(match[3])
    return found


def rows(settings: Settings, query: str, role: Role = Role.ANALYST) -> list[tuple]:
    with connect(settings, role) as connection:
        return connection.execute(query.encode()).fetchall()


class TestMarts:
    def test_load_status_says_what_the_ledger_says(self, warehouse: Settings) -> None:
        counted = rows(
            warehouse,
            "select sum(versions), sum(in_force), sum(awaiting_sign_off), sum(rejected), sum(not_built)"
            " from marts.load_status",
        )
        ledger = rows(
            warehouse,
            "select count(*), count(*) filter (where is_in_force),"
            " count(*) filter (where state = 'awaiting_sign_off'),"
            " count(*) filter (where state = 'rejected'), 0 from ledger.submission",
            Role.LOADER,
        )
        assert counted == ledger and counted[0][0] > 50

    def test_it_tells_of_this_moment_and_not_of_the_build(self, warehouse: Settings) -> None:
        with connect(warehouse, Role.ADMIN) as connection:
            (number,) = connection.execute(
                "update ledger.submission set state = 'quarantined', is_in_force = false where submission_id ="
                " (select min(submission_id) from ledger.submission where sender = 'dudley' and is_in_force)"
                " returning submission_id"
            ).fetchone() or (0,)
            seen = connection.execute(
                "select sum(quarantined), sum(not_built) from marts.load_status where sender = 'dudley'"
            ).fetchone()
            connection.execute(
                "insert into ledger.decision (submission_id, from_state, to_state, decided_by, reason)"
                " values (%s, 'accepted', 'quarantined', 'test', 'test')",
                [number],
            )
            then = connection.execute(
                "select sum(quarantined), sum(not_built) from marts.load_status where sender = 'dudley'"
            ).fetchone()
            connection.rollback()
        assert (seen, then) == ((1, 0), (1, 1))

    def test_findings_over_time_count_every_finding_once(self, warehouse: Settings) -> None:
        assert rows(warehouse, "select sum(findings) from marts.findings_over_time") == rows(
            warehouse, "select count(*) from ledger.finding", Role.LOADER
        )

    def test_a_build_is_kept_node_by_node_as_dbt_ran_it(self, warehouse: Settings) -> None:
        (build,) = rows(warehouse, "select build_id, tests, is_full from marts.build")
        (run,) = rows(
            warehouse,
            "select build_id, tests_passed, is_full from marts.build_run where outcome = 'published'"
            " order by build_run_id desc limit 1",
        )
        assert run == build
        ((written, held, seconds),) = rows(
            warehouse,
            "select rows_written, (select count(*) from marts.fct_measure), seconds from marts.build_node"
            " where node = 'model.club.fct_measure' order by build_run_id desc limit 1",
        )
        assert written == held > 0 and seconds > 0
        kinds = dict(rows(warehouse, "select kind, count(*) from marts.build_node where is_full group by kind"))
        assert kinds["model"] > 100 and kinds["seed"] > 30 and kinds["test"] > 100

    def test_what_is_announced_of_a_build_is_what_is_read(self, warehouse: Settings) -> None:
        facts = facts_to_tell(warehouse, "marts", after=0)
        ((submissions,),) = rows(
            warehouse, "select count(distinct submission_id) from ledger.decision", Role.LOADER
        )
        assert len(facts["submission_ids"]) == submissions > 50
        assert [(facts["rows"]["fct_measure"],)] == rows(warehouse, "select count(*) from marts.fct_measure")
        assert "submission_ids" not in facts_to_tell(warehouse, "sharing")

    def test_a_build_that_fails_is_kept_with_the_nodes_that_did_and_no_message(self, warehouse: Settings) -> None:
        failed = Node(
            "fct_measure", "model", "error", "select 'x'", "Failing row contains (Ann, 2011)", "model.club.x"
        )
        with connect(warehouse, Role.LOADER, autocommit=True) as connection:
            (started,) = connection.execute("select now()").fetchone() or (None,)
        with (
            pytest.raises(DbtError, match="broke"),
            failure_noted(warehouse, Run(started, is_full=False, revision=None)),
        ):
            raise DbtError("it broke", (failed,))
        (run,) = rows(warehouse, "select outcome, nodes_failed, build_id from marts.build_run where started_at ="
                      f" '{started.isoformat()}'")  # fmt: skip
        assert run == ("failed", 1, None)
        kept = rows(
            warehouse, "select build_node::text from ledger.build_node where status = 'error'", Role.LOADER
        )
        assert len(kept) == 1 and "Ann" not in kept[0][0] and "model.club.x" in kept[0][0]
        forget(warehouse, "model_build_id is null")

    def test_runs_are_kept_for_ninety_days(self, warehouse: Settings) -> None:
        with connect(warehouse, Role.TRANSFORMER) as connection:
            (build_id, now) = connection.execute(
                "select max(model_build_id), now() from ledger.build_run"
            ).fetchone() or (0, None)
            for days in (KEPT_DAYS + 1, KEPT_DAYS - 1):
                connection.execute(
                    "insert into ledger.build_run (started_at, finished_at, is_full, revision)"
                    " select at, at, true, 'old' from (values (now() - make_interval(days => %s))) as t (at)",
                    [days],
                )
            note_published(connection, Run(now, is_full=False, revision=None), (), build_id)
            left = connection.execute("select count(*) from ledger.build_run where revision = 'old'").fetchone()
            connection.rollback()
        assert left == (1,)


def forget(settings: Settings, which: str) -> None:
    with connect(settings, Role.ADMIN) as connection:
        connection.execute(f"delete from ledger.build_run where {which}".encode())


class TestMetrics:
    def test_they_are_what_the_ledger_says_in_the_format_of_prometheus(self, warehouse: Settings) -> None:
        text = metrics_text(warehouse)
        found = read_metrics(text)
        assert found["club_warehouse_up", ""] == 1
        by_state = dict(rows(warehouse, "select state, count(*) from ledger.submission group by 1", Role.LOADER))
        for state in State:
            assert found["club_submissions", f'state="{state.value}"'] == by_state.get(state.value, 0)
        (tests,) = rows(warehouse, "select tests from marts.build")
        assert found["club_last_build_tests_passed", ""] == tests[0]
        assert found["club_last_build_duration_seconds", ""] > 0
        assert found["club_return_last_received_timestamp_seconds", 'sender="dudley",return="pss_ex1"'] > 1e9
        assert found["club_findings", 'return="pss_ex1",severity="warning"'] > 0
        # Each metric is said once what it is, before its samples.
        names = re.findall(r"# TYPE (\w+) gauge", text)
        assert len(names) == len(set(names)) and {name for name, _ in found} <= set(names)

    def test_without_a_server_they_say_so_and_nothing_is_made(self, tmp_path: Path) -> None:
        settings = Settings(home=tmp_path / "home", landing_zone=str(tmp_path), warehouse_url=None)
        found = read_metrics(metrics_text(settings))
        assert found["club_warehouse_up", ""] == 0 and found["club_airflow_up", ""] == 0
        assert found["club_fault", 'code="not_set_up",kind="broken"'] == 1
        assert not settings.state_folder.exists()

    def test_the_file_is_for_a_collector_of_another_user(self, tmp_path: Path) -> None:
        path = tmp_path / "club.prom"
        write_metrics(path, "old 1\n")
        write_metrics(path, "new 1\n")
        assert path.read_text() == "new 1\n" and stat.S_IMODE(path.stat().st_mode) == 0o644
        assert [each.name for each in tmp_path.iterdir()] == ["club.prom"]
        with pytest.raises(ClubError, match="cannot be written"):
            write_metrics(tmp_path / "nowhere" / "club.prom", "")


def test_the_page_says_how_the_warehouse_is_and_only_changes_when_that_does(warehouse: Settings) -> None:
    page = write_health_page(warehouse)
    before = page.stat()
    text = page.read_text(encoding="utf-8")
    (build_id,) = rows(warehouse, "select build_id from marts.build")[0]
    assert f"Build {build_id} is read" in text
    assert "pss_ex1." in text and "fct_comparison" in text and "Dudley" in text
    assert write_health_page(warehouse).stat() == before


@pytest.mark.parametrize(
    "arguments",
    [["submissions"], ["mail"], ["calendar", "--all"], ["restatements"], ["reconcile"], ["answers", "the"]],
)
def test_a_list_is_json_or_csv_for_programs(warehouse: Settings, arguments: list[str]) -> None:
    environment = {"CLUB_HOME": str(warehouse.home), "LANDING_ZONE": warehouse.landing, "WAREHOUSE_URL": None}
    as_json = CliRunner().invoke(app, [*arguments, "--json"], env=environment)
    as_csv = CliRunner().invoke(app, [*arguments, "--csv"], env=environment)
    assert (as_json.exit_code, as_csv.exit_code) == (0, 0), as_json.output + as_csv.output
    listed = json.loads(as_json.stdout)
    if listed:
        assert as_csv.stdout.splitlines()[0].split(",") == list(listed[0])


def test_more_is_listed_for_a_program_than_fits_a_screen(warehouse: Settings) -> None:
    environment = {"CLUB_HOME": str(warehouse.home), "LANDING_ZONE": warehouse.landing, "WAREHOUSE_URL": None}
    told = CliRunner().invoke(app, ["restatements", "--json"], env=environment)
    (moved,) = rows(warehouse, "select count(*) from marts.restatement")[0]
    assert len(json.loads(told.stdout)) == moved


def test_no_operations_mart_has_a_value_of_a_return(warehouse: Settings) -> None:
    """They are counts, names and times."""
    with connect(warehouse, Role.ANALYST) as connection:
        columns = connection.execute(
            "select column_name from information_schema.columns"
            " where table_schema = 'marts' and table_name = any(%s)",
            [["load_status", "findings_over_time", "build_run", "build_node"]],
        ).fetchall()
    assert columns and not {"value", "message", "line_number"} & {name for (name,) in columns}
