"""A submission that is withdrawn: the figures of the version before come back, and history tells of both.

The tests follow one another in one warehouse.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ingestion.cli.app import app
from ingestion.collect.run import collect
from ingestion.mail.compose import to_compose
from ingestion.mail.contacts import read_contacts
from ingestion.model.build import build_marts, marts_are_behind
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from ingestion.warehouse.mail import MailKind
from samples.contacts import write_contacts
from tests.conftest import build_everything, rows_of, run_road, what_others_read
from tests.integration.test_incremental import MORE, hours_of, send_more_hours
from tests.support.children import episode, send

REASON = "Hours of another council."
ANN = episode("ann", "2004-05-01", "S", "U6")


@dataclass(frozen=True)
class Told:
    """What stood before anything was withdrawn, when the second versions counted, and their numbers."""

    settings: Settings
    hours: dict[str, float]
    before: list[str]
    second: datetime
    form: int
    children: int


def club(settings: Settings, *words: str) -> str:
    result = CliRunner().invoke(app, list(words))
    return " ".join(result.output.split())


def newest(settings: Settings, return_code: str) -> tuple[int, int]:
    """Number and version of Dudley's newest submission of 2006-07."""
    with connect(settings, Role.LOADER) as connection:
        return connection.execute(
            "select submission_id, version from ledger.submission where sender = 'dudley' and return_code = %s"
            " and period_code = '2006-07' order by version desc limit 1",
            [return_code],
        ).fetchone()


def figures(settings: Settings) -> list[str]:
    """The indicators of all, without what tells which submission they rest on."""
    columns = "authority_code, period_code, indicator_code, basis, value, missing_reason"
    with connect(settings, Role.ANALYST) as connection:
        return rows_of(connection, f"(select {columns} from marts.fct_indicator)")


@pytest.fixture(scope="module")
def told(sample_warehouse: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """Dudley has sent hours and children twice; the second versions were built and then withdrawn.

    Slow, as it builds three times.
    """
    settings = sample_warehouse
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLUB_HOME", str(settings.home))
        patch.setenv("LANDING_ZONE", settings.landing)
        send(settings, "dudley", "2006-07", {"episodes": [ANN]})
        build_marts(settings)
        hours, before = hours_of(settings), figures(settings)

        send_more_hours(Path(settings.landing), "dudley")
        run_road(settings)
        send(settings, "dudley", "2006-07", {"episodes": [ANN, ANN | {"child_id": "bob"}]})
        build_marts(settings)
        assert hours_of(settings) == hours | {"dudley": hours["dudley"] + MORE}
        second = datetime.now(UTC)

        (form, _), (children, _) = newest(settings, "pss_ex1"), newest(settings, "ssda903")
        for number in (form, children):
            said = club(settings, "withdraw", str(number), "--reason", REASON, "--by", "J. Officer")
            assert f"Submission {number} is withdrawn; version 1 is in force again" in said
        assert marts_are_behind(settings)
        build_marts(settings)
        yield Told(settings, hours, before, second, form, children)


def test_the_figures_of_the_version_before_count_again(told: Told):
    assert hours_of(told.settings) == told.hours
    assert figures(told.settings) == told.before


def test_the_history_of_a_figure_has_all_three_times(told: Told):
    with connect(told.settings, Role.ANALYST) as connection:
        for measure, more in (("hh1_hours_la", MORE), ("cla_at_31_march", 1)):
            history = connection.execute(
                """
                select
                    submissions.version, history.value, history.recorded_to is null,
                    lag(history.recorded_to) over (order by history.recorded_from) = history.recorded_from
                from marts.fct_measure_history as history
                inner join marts.dim_submission as submissions using (submission_id)
                where (history.authority_code, history.period_code, history.measure_code, history.basis)
                    = ('dudley', '2006-07', %s, 'submitted')
                order by history.recorded_from
                """,
                [measure],
            ).fetchall()
            first = history[0][1]
            assert history == [(1, first, False, None), (2, first + more, False, True), (1, first, True, True)]
        known = connection.execute(
            "select value from marts.measures_as_known_at(%s)"
            " where (authority_code, period_code, measure_code, basis)"
            " = ('dudley', '2006-07', 'hh1_hours_la', 'submitted')",
            [told.second],
        ).fetchone()
    assert known == (told.hours["dudley"] + MORE,)


def test_what_moved_and_moved_back_is_told_as_two_restatements(told: Told):
    with connect(told.settings, Role.ANALYST) as connection:
        moved = connection.execute(
            "select old_value, new_value, new_source from marts.restatement"
            " where (authority_code, period_code, figure_code) = ('dudley', '2006-07', 'hh1_hours_la')"
            " order by restated_at"
        ).fetchall()
    hours = told.hours["dudley"]
    assert moved == [(hours, hours + MORE, "pss_ex1 version 2"), (hours + MORE, hours, "pss_ex1 version 1")]


def test_a_build_of_the_changes_gives_what_a_build_of_everything_gives(told: Told):
    built = what_others_read(told.settings)
    build_everything(told.settings)
    anew = what_others_read(told.settings)
    assert [name for name in built if built[name] != anew[name]] == []


def test_the_same_files_found_again_stay_withdrawn_and_the_earlier_ones_are_known(told: Told):
    with connect(told.settings, Role.LOADER) as connection:
        before = connection.execute("select count(*) from ledger.submission").fetchone()
    (again,) = [each for each in collect(told.settings, "pss_ex1", "dudley") if each.period_code == "2006-07"]
    assert (again.submission_id, again.is_new) == (told.form, False)

    path = Path(told.settings.landing) / "dudley" / "pss_ex1" / "2006-07" / "activity.csv"
    with connect(told.settings, Role.LOADER) as connection:
        (first,) = connection.execute(
            "select sha256 from ledger.submission_file inner join ledger.submission using (submission_id)"
            " where (sender, return_code, period_code, version, file_name)"
            " = ('dudley', 'pss_ex1', '2006-07', 1, 'activity.csv')"
        ).fetchone()
    sent_now = path.read_bytes()
    path.write_bytes(next(told.settings.archive.rglob(f"{first}*")).read_bytes())
    (earlier,) = [each for each in collect(told.settings, "pss_ex1", "dudley") if each.period_code == "2006-07"]
    path.write_bytes(sent_now)
    assert (earlier.version, earlier.is_new) == (1, False)
    with connect(told.settings, Role.LOADER) as connection:
        assert connection.execute("select count(*) from ledger.submission").fetchone() == before


def test_sender_and_officer_read_that_it_was_withdrawn_by_whom_and_why(told: Told):
    page = told.settings.outbox / "dudley" / "pss_ex1" / "2006-07" / "v2" / "feedback.html"
    text = " ".join(page.read_text(encoding="utf-8").split())
    assert "Withdrawn: the figures of version 1 are in force" in text
    assert f"Withdrawn by J. Officer: {REASON}" in text
    index = (told.settings.outbox / "dudley" / "index.html").read_text(encoding="utf-8")
    assert 'class="withdrawn">withdrawn<' in index
    listed = club(told.settings, "submissions", "--state", "withdrawn")
    assert str(told.form) in listed and str(told.children) in listed


def test_the_sender_gets_one_mail_that_names_no_child(told: Told):
    write_contacts(told.settings.contacts_file)
    contacts = read_contacts(told.settings)
    assert contacts is not None
    drafts = to_compose(told.settings, contacts, datetime.now(UTC) + timedelta(seconds=1))
    withdrawn = [each for each in drafts if each.kind is MailKind.WITHDRAWN]
    assert {each.about.submission_id for each in withdrawn} == {told.form, told.children}
    assert {each.recipient.recipient for each in withdrawn} == {"dudley"}
    by_number = {each.about.submission_id: str(each.letter) for each in withdrawn}
    assert REASON in by_number[told.form] and REASON not in by_number[told.children]
