"""Figures as they were known: the history of measures and indicators, the marts as of a date, and what moved."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from shutil import rmtree

import psycopg
import pytest
from typer.testing import CliRunner, Result

from ingestion.cli.app import app
from ingestion.decide import sign_off
from ingestion.errors import ClubError
from ingestion.model.as_known_on import Moment, build_as_known_on, drop_as_known_on, moment_of
from ingestion.model.build import build_marts
from ingestion.retention import purge_children
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from ingestion.warehouse.step_lock import never_twice
from reporting.restatements import restatement_table
from samples import write_child_samples, write_samples
from tests.conftest import build_everything, rows_of, run_road
from tests.support.children import Row, episode, send
from tests.support.returns import SampleReturn, sample_return
from tests.support.warehouses import settings_in

PERIOD = "2006-07"
CHILDREN = "2025-26"
NUMBERS = "cla_number_and_rate_per_10k_children"
HISTORIES = ("fct_measure_history", "fct_indicator_history", "restatement")


@dataclass
class Timeline:
    """A warehouse, and when it stood at each of its stops; a copy of the marts of then is in `copy_of_<stop>`."""

    settings: Settings
    when: dict[str, datetime] = field(default_factory=dict)

    def stop(self, name: str) -> None:
        """Build what was decided, and copy every mart."""
        build_marts(self.settings)
        with connect(self.settings, Role.ADMIN) as connection:
            connection.execute(f"create schema copy_of_{name}")
            for mart in tables_of(connection, "marts"):
                connection.execute(f"create table copy_of_{name}.{mart} as table marts.{mart}")
            (self.when[name],) = connection.execute("select clock_timestamp()").fetchone() or (None,)


def tables_of(connection: psycopg.Connection, schema: str) -> list[str]:
    found = connection.execute("select tablename from pg_tables where schemaname = %s order by 1", [schema])
    return [name for (name,) in found.fetchall()]


def all_rows(settings: Settings, schema: str, role: Role = Role.ADMIN) -> dict[str, list[str]]:
    """Every row of every table, as text."""
    with connect(settings, role) as connection:
        return {name: rows_of(connection, f"{schema}.{name}") for name in tables_of(connection, schema)}


def of_2005_06(since: str) -> list[Row]:
    """Ann has moved in January; since when she is looked after stands in this return alone."""
    return [episode("ann", since, "S", "U6", "2006-01-10"), *of_2006_07()]


def of_2006_07() -> list[Row]:
    return [episode("ann", "2006-01-10", "P", "U6", placement_address_id="second")]


def solihull() -> SampleReturn:
    return sample_return("solihull", PERIOD)


@pytest.fixture(scope="module")
def timeline(prepared_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Timeline:
    """Three stops.

    First: Solihull, Staffordshire and Worcestershire have sent PSS EX1, Dudley the children of two years, Walsall
    twenty children of a later one, DfE its numbers of 2024.
    Waiting: Solihull has sent again without its spending (rejected), Staffordshire other days (awaits sign-off).
    Last: the officer has accepted Staffordshire; Solihull has sent other hours and one cell less, Worcestershire
    the same figures in another file; Dudley has sent the children of its first year again, which moves the second;
    Walsall has sent five children more; DfE has put out its numbers of 2025. Then the rows of children are purged.

    Slow, as each stop takes returns in and builds.
    """
    landing = tmp_path_factory.mktemp("history") / "landing"
    settings = settings_in(prepared_home, landing)
    for_later = publish_numbers(landing)
    staffordshire, worcestershire = (sample_return(name, PERIOD) for name in ("staffordshire", "worcestershire"))
    for sent in (solihull(), staffordshire, worcestershire):
        sent.deliver(settings)
    write_child_samples(landing, periods=(CHILDREN,), children=20, authorities=("walsall",))
    for return_code in ("pss_ex1", NUMBERS, "ssda903"):
        run_road(settings, return_code)
    send(settings, "dudley", "2005-06", {"episodes": of_2005_06(since="2003-09-01")})
    send(settings, "dudley", PERIOD, {"episodes": of_2006_07()})
    timeline = Timeline(settings)
    timeline.stop("first")

    solihull().without_file("spend.csv").deliver(settings)
    a_week_of_days(staffordshire).deliver(settings)
    run_road(settings)
    timeline.stop("waiting")

    sign_off(settings, latest(settings, "staffordshire"), accept=True, by="officer", reason="Asked by telephone.")
    hours, households = (solihull().activity_cell(code) for code in ("hh1_hours_la", "hh1_intensive_households"))
    more = str(int(solihull().value("activity.csv", hours)) + 100)
    solihull().with_cells("activity.csv", {hours: more, households: ".."}).deliver(settings)
    lines_ended_otherwise = worcestershire.files["activity.csv"].replace(b"\n", b"\r\n")
    worcestershire.with_file("activity.csv", lines_ended_otherwise).deliver(settings)
    for_later.rename(landing / "_published" / "dfe" / NUMBERS / "2025")
    rmtree(landing / "walsall")
    write_child_samples(landing, periods=(CHILDREN,), children=25, authorities=("walsall",))
    for return_code in ("pss_ex1", NUMBERS, "ssda903"):
        run_road(settings, return_code)
    send(settings, "dudley", "2005-06", {"episodes": of_2005_06(since="2005-09-01")})
    timeline.stop("last")
    assert purge_children(settings, days=0).rows > 0
    return timeline


def a_week_of_days(sent: SampleReturn) -> SampleReturn:
    """The days of foster care of a week instead of a year; the officer has to look at such a unit cost."""
    cells = [sent.activity_cell(code) for code in ("days_foster_own", "days_foster_others")]
    return sent.with_cells(
        "activity.csv", {cell: str(int(sent.value("activity.csv", cell)) // 52) for cell in cells}
    )


def publish_numbers(landing: Path) -> Path:
    """DfE's numbers of 2024 in the landing zone, and the folder with those of 2025, still to come."""
    write_samples(landing / "all")
    releases = landing / "all" / "_published" / "dfe" / NUMBERS
    (landing / "_published" / "dfe" / NUMBERS).mkdir(parents=True)
    (releases / "2024").rename(landing / "_published" / "dfe" / NUMBERS / "2024")
    later = landing.parent / "2025"
    (releases / "2025").rename(later)
    rmtree(landing / "all")
    return later


def latest(settings: Settings, sender: str) -> int:
    with connect(settings, Role.LOADER) as connection:
        (number,) = connection.execute(
            "select max(submission_id) from ledger.submission where sender = %s", [sender]
        ).fetchone() or (0,)
    return int(number)


@pytest.fixture(scope="module")
def analyst(timeline: Timeline) -> Iterator[psycopg.Connection]:
    with connect(timeline.settings, Role.ANALYST, autocommit=True) as connection:
        yield connection


def history(analyst: psycopg.Connection, authority: str, measure: str, period: str = PERIOD) -> list[tuple]:
    """Version, value; whether a reason is given, whether it stands, whether it began when the one before ended."""
    return analyst.execute(
        """
        select
            submissions.version, history.value, history.missing_reason is not null, history.recorded_to is null,
            lag(history.recorded_to) over (order by history.recorded_from) = history.recorded_from
        from marts.fct_measure_history as history
        inner join marts.dim_submission as submissions using (submission_id)
        where history.authority_code = %s and history.measure_code = %s and history.period_code = %s
            and history.basis = 'submitted'
        order by history.recorded_from
        """,
        [authority, measure, period],
    ).fetchall()


# The history of a figure


def test_a_figure_that_was_sent_again_stands_in_both_versions(analyst: psycopg.Connection) -> None:
    """The rejected version 2 never counted."""
    hours = float(solihull().value("activity.csv", solihull().activity_cell("hh1_hours_la")))
    assert history(analyst, "solihull", "hh1_hours_la") == [
        (1, hours, False, False, None),
        (3, hours + 100, False, True, True),
    ]


def test_a_cell_that_is_no_longer_filled_is_missing_with_its_reason(analyst: psycopg.Connection) -> None:
    (first, then) = history(analyst, "solihull", "hh1_intensive_households")
    assert first[1] is not None
    assert then == (3, None, True, True, True)


def test_a_version_counts_from_the_officers_word_on(analyst: psycopg.Connection, timeline: Timeline) -> None:
    rows = analyst.execute(
        """
        select distinct submissions.version, recorded_from, recorded_to
        from marts.fct_measure_history inner join marts.dim_submission as submissions using (submission_id)
        where authority_code = 'staffordshire' and basis = 'submitted'
        order by recorded_from
        """
    ).fetchall()
    with connect(timeline.settings, Role.LOADER) as connection:
        decided = connection.execute(
            "select submission.version, decision.decided_at from ledger.decision"
            " inner join ledger.submission using (submission_id)"
            " where sender = 'staffordshire' and to_state like 'accepted%' order by decision_id"
        ).fetchall()
    assert rows == [(1, decided[0][1], decided[1][1]), (2, decided[1][1], None)]


def test_a_count_of_children_moves_with_the_years_before(analyst: psycopg.Connection) -> None:
    """The second year was sent once; since when Ann is looked after stands in the first."""
    assert history(analyst, "dudley", "cla_long_term_under_16") == [
        (1, 1, False, False, None),
        (1, 0, False, True, True),
    ]
    assert [row[:2] for row in history(analyst, "dudley", "cla_long_term_under_16", "2005-06")] == [(1, 1), (2, 0)]


def test_a_return_of_children_that_was_sent_again_stands_in_both_versions(analyst: psycopg.Connection) -> None:
    first, then = history(analyst, "walsall", "cla_at_31_march", CHILDREN)
    assert (first[0], then[0]) == (1, 2)
    assert then[1] > first[1]


def test_what_stands_now_is_the_mart_of_today(analyst: psycopg.Connection) -> None:
    """And of every figure exactly one row stands."""
    columns = (
        "authority_code, period_code, measure_code, basis, value, missing_reason, note, submission_id, recorded_at"
    )
    now = analyst.execute(f"select {columns} from marts.fct_measure order by 1, 2, 3, 4").fetchall()
    standing = analyst.execute(
        f"select {columns} from marts.fct_measure_history where recorded_to is null order by 1, 2, 3, 4"
    ).fetchall()
    assert standing == now


# The functions


@pytest.mark.parametrize("stop", ["first", "waiting", "last"])
def test_the_functions_give_the_figures_of_then(stop: str, timeline: Timeline) -> None:
    """Every measure, and every indicator that a return or a publication was in force for."""
    measures = (
        "authority_code, period_code, measure_code, basis, title, unit, domain, value, missing_reason, note,"
        " submission_id, recorded_at"
    )
    indicators = (
        "authority_code, period_code, indicator_code, definition_version, basis, numerator, denominator, value,"
        " missing_reason, note, submission_ids"
    )
    with connect(timeline.settings, Role.ADMIN) as connection:
        for kind, columns, copied in (
            ("measures", measures, "fct_measure"),
            ("indicators", indicators, "fct_indicator where submission_ids is not null"),
        ):
            (shown, lacking, too_many) = connection.execute(
                f"""
                with then_known as (select {columns} from marts.{kind}_as_known_at(%s)),
                stood as (select {columns} from copy_of_{stop}.{copied})
                select
                    (select count(*) from then_known),
                    (select count(*) from (table stood except all table then_known) as lacking),
                    (select count(*) from (table then_known except all table stood) as too_many)
                """,
                [timeline.when[stop]],
            ).fetchone() or (0, 0, 0)
            assert shown > 100
            assert (lacking, too_many) == (0, 0), kind


@pytest.mark.parametrize("role", [Role.ANALYST, Role.BI])
def test_a_day_takes_in_what_was_accepted_on_it(role: Role, timeline: Timeline) -> None:
    with connect(timeline.settings, role) as connection:
        for kind, code in (("measures", "hh1_hours_la"), ("indicators", "B17")):
            query = (
                f"select value from marts.{kind}_as_known_on(%s) where authority_code = 'solihull'"
                f" and {kind.removesuffix('s')}_code = %s"
            )
            last = timeline.when["last"].date()
            now = connection.execute(query, [last, code]).fetchall()
            assert len(now) == 1
            assert connection.execute(query, [last + timedelta(days=400), code]).fetchall() == now
            assert connection.execute(query, [last - timedelta(days=1), code]).fetchall() == []


# The marts as of a date


@pytest.fixture(scope="module")
def as_known(timeline: Timeline) -> Iterator[Moment]:
    """The marts as they stood while the officer was asked."""
    moment = moment_of(timeline.settings, timeline.when["waiting"].isoformat())
    before = relations(timeline.settings)
    build_as_known_on(timeline.settings, moment)
    assert relations(timeline.settings) == before
    yield moment
    assert drop_as_known_on(timeline.settings, moment)
    assert not drop_as_known_on(timeline.settings, moment)


def relations(settings: Settings) -> list[tuple]:
    """Every table, view and key of today; a table that is made anew is in another file."""
    with connect(settings, Role.ADMIN) as connection:
        return connection.execute(
            """
            select oid, relname, relfilenode from pg_class
            where relnamespace::regnamespace::text in ('staging', 'intermediate', 'marts')
            union all
            select oid, conname, null from pg_constraint
            where connamespace::regnamespace::text in ('staging', 'intermediate', 'marts')
            order by 1
            """
        ).fetchall()


def test_the_marts_as_of_a_moment_are_those_that_stood_then(as_known: Moment, timeline: Timeline) -> None:
    """All of them, row by row, though returns were sent again and the rows of the children are purged since."""
    found = all_rows(timeline.settings, as_known.schema, Role.BI)
    then = all_rows(timeline.settings, "copy_of_waiting")
    then.pop("build")
    assert found == then
    assert found.keys() >= {"fct_measure", "fct_indicator", "fct_comparison", "home_care", "placement_stability"}


def test_the_marts_of_then_are_a_star_too(as_known: Moment, timeline: Timeline) -> None:
    with connect(timeline.settings, Role.ADMIN) as connection:
        keys = {
            schema: connection.execute(
                "select conname from pg_constraint"
                " where contype = 'f' and connamespace = %s::regnamespace order by conname",
                [schema],
            ).fetchall()
            for schema in ("marts", as_known.schema)
        }
    assert keys[as_known.schema] == keys["marts"]
    assert keys["marts"]


def test_the_marts_of_today_stay_as_they_are(as_known: Moment, timeline: Timeline) -> None:
    assert all_rows(timeline.settings, "marts") == all_rows(timeline.settings, "copy_of_last")


def test_nothing_is_left_of_what_the_marts_were_made_from(as_known: Moment, timeline: Timeline) -> None:
    """It holds rows about single children."""
    assert rooms_of(timeline.settings, as_known) == [as_known.schema]


def rooms_of(settings: Settings, moment: Moment) -> list[str]:
    with connect(settings, Role.ADMIN) as connection:
        found = connection.execute(
            "select nspname from pg_namespace where nspname like %s", [f"%{moment.suffix}"]
        ).fetchall()
    return [name for (name,) in found]


def test_nothing_is_left_of_a_build_that_failed(timeline: Timeline) -> None:
    moment = moment_of(timeline.settings, "2400-01-01T12:00")
    with connect(timeline.settings, Role.TRANSFORMER, autocommit=True) as connection:
        connection.execute("alter table staging.register_measures rename to mislaid")
        try:
            with pytest.raises(ClubError, match="register_measures"):
                build_as_known_on(timeline.settings, moment)
        finally:
            connection.execute("alter table staging.mislaid rename to register_measures")
    assert rooms_of(timeline.settings, moment) == []


def test_a_moment_is_built_once_at_a_time(timeline: Timeline) -> None:
    moment = moment_of(timeline.settings, "2400-01-01")
    with (
        never_twice(timeline.settings, Role.TRANSFORMER, f"build {moment.schema}"),
        pytest.raises(ClubError, match=f"at it already: build {moment.schema}"),
    ):
        build_as_known_on(timeline.settings, moment)


def test_before_anything_was_accepted_there_is_nothing_to_build(timeline: Timeline) -> None:
    moment = moment_of(timeline.settings, "1999-04-01")
    with pytest.raises(ClubError, match="Nothing was accepted by 1999-04-01 23:59:59; the first return was at 20"):
        build_as_known_on(timeline.settings, moment)


def test_other_definitions_than_those_of_the_marts_are_no_state_of_them(timeline: Timeline) -> None:
    with connect(timeline.settings, Role.TRANSFORMER, autocommit=True) as connection:
        (digest,) = connection.execute("select definitions_digest from marts.build").fetchone() or ("",)
        connection.execute("update marts.build set definitions_digest = 'other'")
        try:
            with pytest.raises(ClubError, match="A definition has changed"):
                build_as_known_on(timeline.settings, moment_of(timeline.settings, "2400-01-01"))
        finally:
            connection.execute("update marts.build set definitions_digest = %s", [digest])


def test_a_date_is_the_whole_day_and_a_time_is_a_moment(timeline: Timeline) -> None:
    day = moment_of(timeline.settings, "2026-03-31")
    time = moment_of(timeline.settings, "2026-03-31T14:05")
    assert (day.schema, time.schema) == (
        "marts_as_known_on_2026_03_31", "marts_as_known_on_2026_03_31_140500",
    )  # fmt: skip
    assert day.at.replace(tzinfo=None) == datetime(2026, 3, 31, 23, 59, 59, 999999)
    assert time.at.replace(tzinfo=None) == datetime(2026, 3, 31, 14, 5)
    with pytest.raises(ClubError, match="'yesterday' is neither a date"):
        moment_of(timeline.settings, "yesterday")


# What moved


def moved(analyst: psycopg.Connection, place: str, code: str, period: str = PERIOD) -> list[tuple]:
    return analyst.execute(
        "select old_value, new_value, difference, old_source, new_source from marts.restatement"
        " where place_code = %s and figure_code = %s and period_code = %s order by restated_at",
        [place, code, period],
    ).fetchall()


def test_a_resubmission_moves_its_measures_and_the_indicators_on_them(analyst: psycopg.Connection) -> None:
    ((old, new, difference, *sources),) = moved(analyst, "solihull", "hh1_hours_la")
    assert (new - old, difference, sources) == (100, 100, ["pss_ex1 version 1", "pss_ex1 version 3"])
    ((old, new, difference, *_),) = moved(analyst, "solihull", "B17")
    assert new < old
    assert difference == new - old
    ((old, new, difference, *_),) = moved(analyst, "solihull", "hh1_intensive_households")
    assert old is not None
    assert (new, difference) == (None, None)
    assert moved(analyst, "solihull", "hh1_hours_independent") == []


def test_the_same_figures_in_another_file_are_no_restatement(analyst: psycopg.Connection) -> None:
    versions = history(analyst, "worcestershire", "hh1_hours_la")
    assert [version for version, *_ in versions] == [1, 2]
    assert analyst.execute(
        "select count(*) from marts.restatement where place_code = 'worcestershire' and basis = 'submitted'"
    ).fetchone() == (0,)


def test_an_earlier_years_return_moves_the_counts_of_a_later_year(analyst: psycopg.Connection) -> None:
    assert moved(analyst, "dudley", "cla_long_term_under_16") == [
        (1, 0, -1, "ssda903 version 1", "ssda903 version 1, after ssda903 2005-06 version 2")
    ]
    assert moved(analyst, "dudley", "cla_long_term_under_16", "2005-06") == [
        (1, 0, -1, "ssda903 version 1", "ssda903 version 2")
    ]


def test_what_a_publisher_restated_is_there_for_the_country_too(analyst: psycopg.Connection) -> None:
    assert moved(analyst, "england", "cla_number_at_31_march", "2023-24") == [
        (83630, 83530, -100, f"{NUMBERS} 2024", f"{NUMBERS} 2025")
    ]


def test_only_what_moved_is_a_restatement(analyst: psycopg.Connection, timeline: Timeline) -> None:
    with connect(timeline.settings, Role.ADMIN) as connection:
        before = connection.execute("select count(*) from copy_of_waiting.restatement").fetchone()
    assert before == (0,)
    rows = analyst.execute(
        "select place_code, old_value, new_value, relative_difference from marts.restatement"
    ).fetchall()
    assert {place for place, *_ in rows} >= {"solihull", "staffordshire", "dudley", "england"}
    for _, old, new, relative in rows:
        assert old != new
        if old and new is not None:
            assert relative == pytest.approx((new - old) / abs(old))


def test_the_report_lists_what_moved_since_a_day(timeline: Timeline) -> None:
    today = timeline.when["last"].date()
    table = restatement_table(timeline.settings, since=today, authority="solihull")
    figures = list(table.columns[2].cells)
    assert "B17" in figures
    assert table.caption == f"{len(figures):,} figures moved"
    one = restatement_table(timeline.settings, limit=1)
    assert one.row_count == 1
    assert str(one.caption).endswith("; the latest 1 are shown")
    none = restatement_table(timeline.settings, since=today + timedelta(days=1))
    assert (none.row_count, none.caption) == (0, "0 figures moved")


# On the command line


def club(timeline: Timeline, *arguments: str) -> Result:
    home = str(timeline.settings.home)
    return CliRunner().invoke(app, arguments, env={"CLUB_HOME": home, "COLUMNS": "200", "WAREHOUSE_URL": None})


def test_the_commands_say_what_they_found(timeline: Timeline, tmp_path: Path) -> None:
    moved = club(timeline, "restatements", "--authority", "solihull", "--limit", "3")
    assert moved.exit_code == 0
    assert "Figures that moved" in moved.output
    assert "the latest 3 are shown" in moved.output
    club(timeline, "restatements", "--authority", "solihull", "--report", str(tmp_path))
    rows = list(csv.DictReader((tmp_path / "restatements.csv").read_text().splitlines()))
    assert {row["authority_code"] for row in rows} == {"solihull"}
    assert "B17" in {row["figure_code"] for row in rows}
    assert "pss_ex1 version 3" in (tmp_path / "restatements.html").read_text()
    gone = club(timeline, "as-known-on", "2026-03-31", "--drop")
    assert gone.exit_code == 0
    assert "The schema marts_as_known_on_2026_03_31 was not there" in gone.output
    to_come = club(timeline, "as-known-on", "2400-01-01")
    assert to_come.exit_code == 1
    assert "2400-01-01 is still to come" in to_come.output
    misspelt = club(timeline, "restatements", "--authority", "solihul")
    assert misspelt.exit_code == 1
    assert "There is no authority 'solihul'; the nearest is 'solihull'" in misspelt.output
    for option, given, near in (("state", "acepted", "accepted"), ("sender", "dudly", "dudley")):
        unknown = club(timeline, "submissions", f"--{option}", given)
        assert unknown.exit_code == 1
        assert f"There is no {option} '{given}'; the nearest is '{near}'" in unknown.output
    early = club(timeline, "as-known-on", "1999-04-01")
    assert early.exit_code == 1
    assert "Nothing was accepted by 1999-04-01" in early.output


# Years of changes, or all at once


def test_a_full_rebuild_gives_the_same_history(timeline: Timeline) -> None:
    """All marts, and with them when each figure was known from and to. Slow, as everything is built."""
    build_everything(timeline.settings)
    rebuilt = all_rows(timeline.settings, "marts")
    assert {name for name in HISTORIES if not rebuilt[name]} == set()
    assert rebuilt == all_rows(timeline.settings, "copy_of_last")
