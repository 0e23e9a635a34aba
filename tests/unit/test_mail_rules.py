"""Who is written to on which day, what a mail is called for good, and what its two forms have in common."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from ingestion.mail.alerts import as_message, deadline_passed, step_failed
from ingestion.mail.chasing import Lacking, chase_day, roles_on
from ingestion.mail.contacts import CLUB, Recipient
from ingestion.mail.letters import About, Draft, Letter, Line, as_html, as_text, return_words
from ingestion.warehouse.mail_states import MailKind, MailRole

DUE = date(2027, 5, 31)
LACKING = Lacking("ssda903", "2026-27", date(2027, 4, 1), DUE, False, "-14;1;8", "dudley", None, None)
LEAD = Recipient("dudley", MailRole.DATA_LEAD)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (-15, None), (-14, -14), (-8, -14), (-7, None), (0, None),
        (1, 1), (7, 1), (8, 8), (14, 8), (15, None), (365, None),
    ],
)  # fmt: skip
def test_a_chase_day_is_made_up_for_within_a_week(days: int, expected: int | None):
    assert chase_day(LACKING, DUE + timedelta(days=days)) == expected


@pytest.mark.parametrize(("days", "expected"), [(-14, -14), (1, None), (8, None)])
def test_a_day_that_is_only_assumed_reminds_and_never_chases(days: int, expected: int | None):
    assert chase_day(replace(LACKING, is_due_day_assumed=True), DUE + timedelta(days=days)) == expected


def test_before_it_opens_nobody_is_reminded():
    late = replace(LACKING, opens_on=DUE - timedelta(days=10))
    assert chase_day(late, DUE - timedelta(days=12)) is None
    assert chase_day(late, DUE - timedelta(days=10)) == -14


def test_a_reminder_is_not_made_up_for_once_the_day_has_passed():
    assert chase_day(replace(LACKING, chase_days="-2"), DUE + timedelta(days=1)) is None
    assert chase_day(replace(LACKING, chase_days="-2"), DUE) == -2


def test_the_director_is_written_to_later_and_the_club_once_it_is_overdue():
    assert [list(roles_on(day, "member")) for day in (-14, 1, 7, 8, 15)] == [
        ["data_lead"], ["data_lead"], ["data_lead"], ["data_lead", "director"], ["data_lead", "director"],
    ]  # fmt: skip
    assert [list(roles_on(day, CLUB)) for day in (-14, 1)] == [[], ["officer", "engineer"]]


class TestALetter:
    letter = Letter(
        subject="Rejected", lead="A & B <c>", facts=(("Due", "31 May"),), to_do=("Send it again.",),
        table_title="Rules", lines=(Line("Rule 101", "3 findings", "episodes, line 2"),),
        page_title="The report", page="https://club.example.org/outbox/dudley/feedback.html",
    )  # fmt: skip

    def test_its_text_and_its_html_say_the_same(self):
        text, page = as_text(self.letter, LEAD), as_html(self.letter, LEAD)
        assert "A & B <c>" in text and "A &amp; B &lt;c&gt;" in page
        for said in (
            "31 May",
            "Send it again.",
            "3 findings",
            "episodes, line 2",
            self.letter.page,
            "data lead of Dudley",
        ):
            assert said in text and said in page

    def test_its_html_asks_nothing_of_anybody(self):
        page = as_html(self.letter, LEAD)
        assert page.count("http") == 2  # the page, as link and in words
        assert not any(what in page for what in ("<img", "<script", "url(", "@import", "<link", "<iframe"))

    def test_where_the_outbox_has_no_address_there_is_no_link(self):
        assert "<a " not in as_html(replace(self.letter, page="/srv/outbox/dudley/feedback.html"), LEAD)

    def test_without_a_table_there_is_none(self):
        bare = Letter("Reminder", "It is due.")
        assert "<table" not in as_html(bare, LEAD) and as_text(bare, LEAD).startswith("It is due.\n\n--\n")


def test_a_mail_is_known_by_what_it_is_about_whatever_its_number_in_the_ledger():
    one = Draft(MailKind.RECEIPT, About("dudley/ssda903/2026-27/v2", submission_id=5), LEAD, Letter("a", "b"))
    same = replace(one, about=replace(one.about, submission_id=77), letter=Letter("c", "d"))
    other = replace(one, about=replace(one.about, name="dudley/ssda903/2026-27/v3"))
    assert one.message_id == same.message_id != other.message_id
    assert one.message_id == "<receipt/dudley/ssda903/2026-27/v2/dudley/data_lead@benchmarking-club.invalid>"


def test_a_message_id_holds_nothing_that_would_end_it():
    odd = Draft(MailKind.RECEIPT, About("a> <b\r\nBcc: x@y/ü"), LEAD, Letter("a", "b"))
    assert odd.message_id.isascii() and not set(odd.message_id[1:-1]) & set("<> \r\n,;")
    assert odd.message_id.count("@") == 1


def test_a_subject_is_one_line():
    letter = Letter("Received: 2026-27\r\nBcc: all@example.org", "b")
    assert Draft(MailKind.RECEIPT, About("a"), LEAD, letter).subject == "Received: 2026-27 Bcc: all@example.org"


@pytest.mark.parametrize(
    ("code", "period", "words"),
    [("ssda903", "2026-27", "SSDA903 2026-27"), ("good_practice", "spring", "Good practice, spring")],
)
def test_a_return_is_named_in_few_words(code: str, period: str, words: str):
    assert return_words(code, period) == words


class TestAnAlert:
    def test_it_names_dag_step_sender_error_and_log_and_no_value(self):
        error = ValueError("invalid input for integer: 'A123456789'")
        alert = step_failed(
            "collect_ssda903", "collect_sender", whose="dudley", tries=4, error=error, link="http://a/b"
        )
        assert alert.sentence == (
            "The step collect_sender of collect_ssda903 failed for dudley after 4 tries: ValueError."
        )
        assert alert.text.endswith("\nhttp://a/b")
        assert "A123456789" not in as_message(alert, "club@club.invalid", "engineer@club.invalid").as_string()

    def test_a_step_that_is_of_nobody_is_told_of_too(self):
        alert = step_failed("build_marts", "build_with_dbt", whose=None, tries=1, error=None, link="x")
        assert alert.sentence == "The step build_with_dbt of build_marts failed: an error."

    def test_a_deadline_names_run_and_moment(self):
        alert = deadline_passed("build_marts", "run 1", "2026-12-01 08:00 UTC", "x")
        assert alert.sentence == "The run run 1 of build_marts was to end by 2026-12-01 08:00 UTC, and has not."
