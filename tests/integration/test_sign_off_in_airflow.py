"""The officer signs submissions off in Airflow: what is asked, what an answer does, and how a question ends."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from typer.testing import CliRunner

from ingestion.cli.app import app
from ingestion.feedback.awaiting import find_awaited, what_awaits
from ingestion.feedback.awaiting_words import NO_LINK, as_question
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from tests.conftest import run_road
from tests.integration.test_history import a_week_of_days
from tests.support.children import episode, send
from tests.support.dag_runs import DagRun, run_dags
from tests.support.returns import SampleReturn, sample_return
from tests.support.warehouses import settings_in

PERIOD = "2006-07"
CLUB = str(Path(sys.executable).with_name("club"))
# Everybody's second version awaits the officer: with the days of a week, Herefordshire's with a line in pounds.
SENDERS = ("dudley", "herefordshire", "sandwell", "solihull", "walsall", "wolverhampton", "worcestershire")
LINE = 59

SEND_AGAIN = """
from tests.conftest import run_road
from tests.support.returns import sample_return
from ingestion.settings import Settings
settings = Settings()
sent = sample_return("sandwell", "2006-07")
sent.with_file("activity.csv", sent.files["activity.csv"].replace(b"\\n", b"\\r\\n")).deliver(settings)
run_road(settings)
"""
# What a step has done that is killed behind it, and tried again.
THE_WORD = """
import sys
from ingestion.decide import sign_off
from ingestion.settings import Settings
sign_off(Settings(), int(sys.argv[1]), accept=True, by="Anonymous", reason="Asked before.")
"""
THREE_MONTHS_PASS = """
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
with connect(Settings(), Role.LOADER) as connection:
    connection.execute(
        "update ledger.decision set decided_at = decided_at - interval '91 days'"
        " where to_state = 'awaiting_sign_off'"
    )
"""


@dataclass(frozen=True)
class Asked:
    """The submissions that awaited the officer, the children's among them, and what Airflow told of its runs."""

    settings: Settings
    numbers: dict[str, int]
    children: int
    runs: dict[str, dict[str, Any]]


def version_of(sender: str, wrong: bool) -> SampleReturn:
    """A return as it should be, or one that the officer has to look at."""
    sent = sample_return(sender, PERIOD)
    if sender != "herefordshire":
        return a_week_of_days(sent) if wrong else sent
    line = sent.rows("spend.csv")[LINE - 1]  # in pounds as it comes
    thousands = {(LINE, column): str(int(line[column - 1]) // 1000) for column in range(3, len(line) + 1)}
    return sent if wrong else sent.with_cells("spend.csv", thousands)


@pytest.fixture(scope="module")
def asked(prepared_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Asked:
    """Seven returns of figures and one of children await sign-off; Airflow asks about each, and is answered.

    Slow, as a real Airflow makes its database and runs eight DAGs.
    """
    settings = settings_in(prepared_home, tmp_path_factory.mktemp("sign-off") / "landing")
    sample_return("herefordshire", "2007-08").deliver(settings)
    for wrong in (False, True):
        for sender in SENDERS:
            version_of(sender, wrong).deliver(settings)
        run_road(settings)
    children = send(settings, "dudley", PERIOD, {"episodes": [episode("UNMISTAKABLE", "2004-05-01", "S", "U6")]})
    with connect(settings, Role.LOADER) as connection:
        connection.execute(
            "insert into ledger.finding (submission_id, rule_code, severity, dimension, needs_sign_off,"
            " table_name, line_number, value, message)"
            " values (%s, '101', 'warning', 'validity', true, 'episodes', 2, 'UNMISTAKABLE', 'UNMISTAKABLE')",
            [children],
        )
        connection.execute(
            "insert into ledger.decision (submission_id, from_state, to_state, decided_by, reason)"
            " values (%s, 'accepted', 'awaiting_sign_off', 'rules', '1 finding for the officer')",
            [children],
        )
        connection.execute(
            "update ledger.submission set state = 'awaiting_sign_off', is_in_force = false"
            " where submission_id = %s",
            [children],
        )
    numbers = {each.submission.sender: each.submission.submission_id for each in find_awaited(settings)
               if each.submission.submission_id != children}  # fmt: skip
    assert set(numbers) == set(SENDERS)

    def about(number: int, *answers: dict[str, Any]) -> DagRun:
        return DagRun("sign_off_submission", {"submission_id": number}, answers)

    withdrawn = [CLUB, "withdraw", str(numbers["solihull"]), "--reason", "Sent by mistake.", "--by", "J. Officer"]
    look = {"look": True}
    wanted = {
        "find": DagRun("ask_for_sign_off"),
        "herefordshire": about(
            numbers["herefordshire"],
            {"option": "Approve", "reason": ""}, look, {"option": "Approve", "reason": "Asked by telephone."},
        ),
        "worcestershire": about(
            numbers["worcestershire"],
            {"option": "Reject", "reason": None}, {"option": "Reject", "reason": "Days of a week."},
        ),
        "solihull": about(numbers["solihull"], {"do": withdrawn} | look),
        "sandwell": about(numbers["sandwell"], {"do": [sys.executable, "-c", SEND_AGAIN]} | look),
        "wolverhampton": about(
            numbers["wolverhampton"],
            {
                "do": [sys.executable, "-c", THE_WORD, str(numbers["wolverhampton"])],
                "option": "Approve", "reason": "Asked before.",
            },
        ),
        "children": about(children, {"option": "Approve", "reason": "Asked."}),
        "again": about(numbers["herefordshire"]),
        "walsall": about(numbers["walsall"], {"do": [sys.executable, "-c", THREE_MONTHS_PASS]} | look),
    }  # fmt: skip
    told = run_dags(settings, tmp_path_factory.mktemp("airflow"), *wanted.values())
    return Asked(settings, numbers, children, dict(zip(wanted, told, strict=True)))


@pytest.fixture
def reader(asked: Asked) -> psycopg.Connection:
    return connect(asked.settings, Role.LOADER, autocommit=True)


def last_word(reader: psycopg.Connection, number: int) -> tuple[str, str, str]:
    return reader.execute(
        "select to_state, decided_by, reason from ledger.decision where submission_id = %s"
        " order by decision_id desc limit 1",
        [number],
    ).fetchone()


def steps(asked: Asked, name: str) -> dict[str, str]:
    """How the steps of a run ended that ended well."""
    run = asked.runs[name]
    assert run["state"] == "success"
    return {step: state for step, (state,) in run["steps"].items()}


def test_each_submission_that_awaits_has_a_question_of_its_own(asked: Asked):
    assert asked.runs["find"]["steps"] == {
        "find_submissions": ["success"], "ask_about": ["success"] * (len(SENDERS) + 1),
    }  # fmt: skip


def test_the_question_shows_findings_and_what_stood_there_before(asked: Asked):
    question = asked.runs["herefordshire"]["asked"][0]
    number = asked.numbers["herefordshire"]
    assert question["subject"].startswith("Sign off Herefordshire: PSS EX1")
    assert f"version 2 (submission {number})" in question["subject"]
    assert (
        "Until then version 1 stays in force." in question["body"]
        and f"club sign-off {number}" in question["body"]
    )
    (line,) = (each for each in question["body"].splitlines() if "column C |" in each)
    assert f"| spend.csv, line {LINE}, column C | 1217000 | 1217 | 1217000 for line C7" in line


def test_approved_without_a_reason_it_is_asked_again_and_with_one_comes_into_force(
    asked: Asked, reader: psycopg.Connection
):
    number = asked.numbers["herefordshire"]
    assert len(asked.runs["herefordshire"]["asked"]) == 3
    assert last_word(reader, number) == ("accepted_with_warnings", "Anonymous", "Asked by telephone.")
    assert steps(asked, "herefordshire") == {
        "prepare_question": "success", "ask_the_officer": "success", "accept_submission": "success",
        "reject_submission": "skipped",
    }  # fmt: skip
    assert [each["name"] for each in asked.runs["herefordshire"]["emitted"]] == ["signed_off"]
    page = asked.settings.outbox / "herefordshire" / "pss_ex1" / PERIOD / "v2" / "feedback.html"
    assert "Accepted at sign-off by Anonymous: Asked by telephone." in " ".join(page.read_text().split())


def test_a_step_that_was_killed_behind_the_word_answers_the_sender_and_tells_the_build(
    asked: Asked, reader: psycopg.Connection
):
    assert last_word(reader, asked.numbers["wolverhampton"])[2] == "Asked before."
    assert steps(asked, "wolverhampton")["accept_submission"] == "success"
    assert [each["name"] for each in asked.runs["wolverhampton"]["emitted"]] == ["signed_off"]
    page = asked.settings.outbox / "wolverhampton" / "pss_ex1" / PERIOD / "v2" / "feedback.html"
    assert "Asked before." in page.read_text()


def test_a_refusal_needs_a_reason_and_rejects(asked: Asked, reader: psycopg.Connection):
    assert last_word(reader, asked.numbers["worcestershire"]) == ("rejected", "Anonymous", "Days of a week.")
    assert steps(asked, "worcestershire") == {
        "prepare_question": "success", "ask_the_officer": "success", "accept_submission": "skipped",
        "reject_submission": "success",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("sender", "state"),
    [("solihull", "withdrawn"), ("sandwell", "awaiting_sign_off"), ("walsall", "awaiting_sign_off")],
    ids=["withdrawn", "sent again", "nobody answered"],
)
def test_a_question_that_is_no_longer_one_ends_by_itself(
    asked: Asked, reader: psycopg.Connection, sender: str, state: str
):
    ended = steps(asked, sender)
    assert ended.pop("prepare_question") == "success"
    assert set(ended.values()) == {"skipped"}
    assert last_word(reader, asked.numbers[sender])[0] == state
    assert asked.runs[sender]["emitted"] == []


def test_what_has_the_officers_word_is_not_asked_about(asked: Asked):
    assert set(steps(asked, "again").values()) == {"skipped"}
    assert asked.runs["again"]["asked"] == []


def test_of_children_airflow_is_told_rules_and_counts_alone(asked: Asked):
    assert "UNMISTAKABLE" not in str(asked.runs)
    (question,) = asked.runs["children"]["asked"]
    assert "| Rule 101 | 1 |" in question["body"] and "dudley" not in question["body"].lower().split("|", 1)[1]
    assert steps(asked, "children")["accept_submission"] == "success"


def test_a_senders_text_is_no_markup(asked: Asked):
    awaited = what_awaits(asked.settings, asked.numbers["dudley"])
    (first, *_) = awaited.findings
    odd = type(first)(**vars(first) | {"value": "7 | <b>8</b>\n*9*"})
    _, body = as_question(type(awaited)(**vars(awaited) | {"findings": (odd,)}))
    assert "| 7 \\| \\<b\\>8\\</b\\> \\*9\\* |" in body


@pytest.mark.parametrize(
    "address", ["https://example.org/a", "www.example.org", "WWW.example.org", "a@example.org"]
)
def test_an_address_in_a_senders_text_is_no_link(asked: Asked, address: str):
    awaited = what_awaits(asked.settings, asked.numbers["dudley"])
    (first, *_) = awaited.findings
    odd = type(first)(**vars(first) | {"value": f"see {address}"})
    _, body = as_question(type(awaited)(**vars(awaited) | {"findings": (odd,)}))
    assert address not in body and f"see {address}" in body.replace(NO_LINK, "")


def test_the_command_line_shows_the_same_before_it_asks(asked: Asked, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CLUB_HOME", str(asked.settings.home))
    number = asked.numbers["dudley"]
    result = CliRunner().invoke(app, ["sign-off", str(number), "--by", "J. Officer"], input="n\nDays of a week.\n")
    assert result.exit_code == 0, result.output
    said = result.output
    assert said.index("awaits sign-off.") < said.index(".csv, line ") < said.index("Accept it?")
    with connect(asked.settings, Role.LOADER) as connection:
        assert last_word(connection, number) == ("rejected", "J. Officer", "Days of a week.")
