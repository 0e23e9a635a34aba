"""A check run: rules that cannot run are listed, and hold up neither the other rules nor the decision."""

import json
import re
import shutil
from pathlib import Path

import psycopg
import pytest

from ingestion.check import run as checking
from ingestion.check.run import check, data_docs_folder
from ingestion.check.suite import Suite, load_suite
from ingestion.collect.run import collect
from ingestion.decide import decide
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from tests.support.child_returns import PERIOD, TABLES, write_return
from tests.support.returns import sample_return, workbook

# The database cannot run the first; it can run the second, whose rows then lack what a finding needs.
BROKEN = {
    "pss_ex1.other_year": "select submission_id from checking.no_such_table",
    "pss_ex1.line_twice": "select submission_id from checking.pss_ex1_submissions",
}


@pytest.fixture
def broken_suite(monkeypatch: pytest.MonkeyPatch) -> Suite:
    """The suite of PSS EX1 in which two rules cannot run."""
    suite = load_suite("pss_ex1")
    rules = tuple(
        rule.model_copy(update={"statement": BROKEN[rule.code]}) if rule.code in BROKEN else rule
        for rule in suite.rules
    )
    broken = suite.model_copy(update={"rules": rules})
    monkeypatch.setattr(checking, "load_suite", lambda _: broken)
    return broken


def test_rules_that_raise_are_listed_and_the_others_and_the_decision_go_on(
    settings: Settings, loader: psycopg.Connection, broken_suite: Suite
):
    clean, faulty = sample_return("solihull", "2006-07"), sample_return("walsall", "2006-07")
    cell = faulty.activity_cell("days_schools_own")
    clean.deliver(settings)
    faulty.with_cell("activity.csv", cell, "n/k").deliver(settings)
    for sender in ("solihull", "walsall"):
        collect(settings, "pss_ex1", sender)

    run = check(settings, "pss_ex1")
    assert set(run.rules_in_error) >= {"pss_ex1.other_year"}
    decide(settings, "pss_ex1")

    results = loader.execute("select rule_code, outcome, error from ledger.rule_result").fetchall()
    assert len(results) == len(broken_suite.rules)
    outcomes = {code: outcome for code, outcome, _ in results}
    assert {code for code, outcome in outcomes.items() if outcome == "error"} == set(BROKEN)
    assert outcomes["pss_ex1.not_a_number"] == "failed"
    errors = {code: error for code, _, error in results}
    assert "no_such_table" in errors["pss_ex1.other_year"]
    assert "file_id" in errors["pss_ex1.line_twice"]
    found = loader.execute("select rule_code, line_number from ledger.finding where line_number is not null")
    assert found.fetchall() == [("pss_ex1.not_a_number", cell[0])]


def test_a_return_that_a_critical_rule_could_not_see_waits_for_the_officer(
    settings: Settings, loader: psycopg.Connection, broken_suite: Suite
):
    sample_return("solihull", "2006-07").deliver(settings)
    collect(settings, "pss_ex1", "solihull")
    check(settings, "pss_ex1")
    decide(settings, "pss_ex1")

    said = loader.execute(
        "select rule_code, needs_sign_off, could_not_run, message from ledger.finding order by 1"
    ).fetchall()
    assert [row[:3] for row in said] == [(code, True, True) for code in sorted(BROKEN)]
    assert all("fault of the warehouse" in message for *_, message in said)
    assert loader.execute("select state from ledger.submission").fetchone() == ("awaiting_sign_off",)


def test_a_round_that_is_no_year_stops_the_check_of_no_return(settings: Settings, loader: psycopg.Connection):
    """The ledger has what people answered, too, and PostgreSQL may look at any of its rows first."""
    with connect(settings, Role.ADMIN, autocommit=True) as admin:
        admin.execute(
            """
            insert into ledger.submission
                (sender, period_code, return_code, version, fingerprint, state, is_in_force)
            select 'dudley', 'round-' || n, 'questionnaire', 1, n::text, 'accepted', true
            from generate_series(1, 200) as n
            """
        )
        admin.execute("analyze ledger.submission")
    sample_return("dudley", "2006-07").deliver(settings)
    folder = Path(settings.landing) / "dudley" / "ssda903" / PERIOD
    # Children once more: the tables of the first time have a child then.
    for return_code, home in (("pss_ex1", ""), ("ssda903", "DY1 1AC"), ("ssda903", "DY1 1AD")):
        write_return(folder, episodes=[line.replace("DY1 1AA", home) for line in TABLES["episodes"]])
        collect(settings, return_code, "dudley")
        assert not check(settings, return_code).rules_in_error
        decide(settings, return_code)
    states = loader.execute("select state from ledger.submission where return_code <> 'questionnaire'").fetchall()
    assert states == [("accepted",)] * 3


def test_every_rule_that_could_not_run_is_told_to_the_one_who_ran_the_check(
    settings: Settings, broken_suite: Suite
):
    sample_return("solihull", "2006-07").deliver(settings)
    collect(settings, "pss_ex1", "solihull")
    assert set(check(settings, "pss_ex1").rules_in_error) == set(BROKEN)


def test_what_is_missing_and_seems_to_be_worded_anew_is_named_between_two_quotes(
    settings: Settings, loader: psycopg.Connection
):
    sent = sample_return("walsall", "2006-07")
    item, service = sent.activity_cell("hh1_hours_la")[0], sent.spend_line("C3")
    label, name = sent.value("activity.csv", (item, 1)), sent.value("spend.csv", (service, 2))
    worded_anew = sent.with_cell("activity.csv", (item, 1), f"{label}s")
    worded_anew.with_cell("spend.csv", (service, 1), "CC3").deliver(settings)
    collect(settings, "pss_ex1", "walsall")
    check(settings, "pss_ex1")

    messages = loader.execute(
        "select message from ledger.finding"
        " where rule_code in ('pss_ex1.items_missing', 'pss_ex1.lines_missing') order by rule_code"
    ).fetchall()
    named = [re.search(r"Line (\d+) \((.*?)\) is probably it", message) for (message,) in messages]
    assert [(found[1], found[2].lower()) for found in named if found] == [
        (str(item), f"'{' '.join(label.split())}s'".lower()),
        (str(service), f"CC3 '{' '.join(name.split())}'".lower()),
    ]


def test_a_rule_says_how_many_rows_it_saw_and_which_submissions_break_it(
    settings: Settings, loader: psycopg.Connection
):
    clean, faulty = sample_return("solihull", "2006-07"), sample_return("walsall", "2006-07")
    clean.deliver(settings)
    faulty.with_cell("activity.csv", faulty.activity_cell("days_schools_own"), "n/k").deliver(settings)
    for sender in ("solihull", "walsall"):
        collect(settings, "pss_ex1", sender)
    check(settings, "pss_ex1")

    (cells,) = loader.execute("select count(*) from raw.pss_ex1_cells").fetchone()
    (walsall,) = loader.execute("select submission_id from ledger.submission where sender = 'walsall'").fetchone()
    results = loader.execute(
        "select outcome, rows_checked, failing_rows, failing_share, failing_by_submission, needs, error"
        " from ledger.rule_result where rule_code in ('pss_ex1.not_a_number', 'pss_ex1.formula_cell') order by 1"
    ).fetchall()
    failed, passed = results
    assert failed[:3] == ("failed", cells, 1)
    assert float(failed[3]) == pytest.approx(1 / cells)
    assert failed[4:] == ({str(walsall): 1}, None, None)
    assert passed == ("passed", cells, 0, 0, None, None, None)


def test_data_docs_show_the_sentence_and_the_count_of_every_rule_and_no_value(
    settings: Settings, loader: psycopg.Connection
):
    faulty = sample_return("walsall", "2006-07")
    faulty.with_cell("activity.csv", faulty.activity_cell("days_schools_own"), "a secret").deliver(settings)
    collect(settings, "pss_ex1", "walsall")
    folder = data_docs_folder(settings, "pss_ex1")
    shutil.rmtree(folder, ignore_errors=True)
    check(settings, "pss_ex1")
    assert loader.execute("select value from ledger.finding").fetchone() == ("a secret",)

    pages = {path.relative_to(folder): path.read_text() for path in folder.rglob("*.html")}
    assert (folder / "site" / "index.html").is_file()
    (run,) = (text for path, text in pages.items() if "validations" in path.parts)
    assert "stands where a number is expected" in run
    (result,) = (path.read_text() for path in folder.glob("results/**/*.json"))
    counts = [each["result"]["observed_value"] for each in json.loads(result)["results"]]
    assert sorted(counts) == [0] * (len(load_suite("pss_ex1").rules) - 1) + [1]
    assert not any("a secret" in text or "postgresql" in text for text in (result, *pages.values()))


def test_an_authority_that_checks_its_own_return_gets_no_data_docs(settings: Settings):
    sample_return("solihull", "2006-07").deliver(settings)
    collect(settings, "pss_ex1", "solihull")
    shutil.rmtree(data_docs_folder(settings, "pss_ex1"), ignore_errors=True)
    check(settings, "pss_ex1", keep_documents=False)
    assert not data_docs_folder(settings, "pss_ex1").exists()


def test_without_documents_the_same_is_recorded_as_great_expectations_judges(
    settings: Settings, loader: psycopg.Connection
):
    faulty = sample_return("walsall", "2006-07")
    faulty.with_cell("activity.csv", faulty.activity_cell("days_schools_own"), "n/k").deliver(settings)
    collect(settings, "pss_ex1", "walsall")

    recorded = []
    for keep_documents in (True, False):
        check(settings, "pss_ex1", keep_documents=keep_documents)
        recorded.append((
            loader.execute(
                "select rule_code, outcome, failing_rows, rows_checked from ledger.rule_result order by 1"
            ).fetchall(),
            loader.execute("select rule_code, line_number, message from ledger.finding order by 1, 2").fetchall(),
        ))  # fmt: skip
        loader.execute("delete from ledger.rule_result")
        loader.execute("delete from ledger.finding")
        loader.execute("update ledger.submission set checked_at = null")
        loader.commit()
    judged, counted = recorded
    assert judged == counted
    assert {outcome for _, outcome, *_ in judged[0]} == {"passed", "failed"}


def test_a_check_leaves_no_connection_behind(settings: Settings, loader: psycopg.Connection):
    open_ones = "select pid from pg_stat_activity where datname = current_database() order by pid"
    before = loader.execute(open_ones).fetchall()
    sample_return("solihull", "2006-07").deliver(settings)
    collect(settings, "pss_ex1", "solihull")
    check(settings, "pss_ex1")
    assert loader.execute(open_ones).fetchall() == before


def test_with_nothing_new_to_check_no_rule_is_run(settings: Settings, loader: psycopg.Connection):
    run = check(settings, "pss_ex1")
    assert (run.submissions, run.findings) == (0, 0)
    assert loader.execute("select count(*) from ledger.rule_result").fetchone() == (0,)


def test_what_was_refused_at_intake_is_not_put_to_the_rules(settings: Settings, loader: psycopg.Connection):
    sample_return("solihull", "2006-07").with_file("spend.csv", b"").deliver(settings)
    collect(settings, "pss_ex1", "solihull")
    assert check(settings, "pss_ex1").submissions == 1
    assert loader.execute("select count(*) from ledger.rule_result").fetchone() == (0,)
    assert loader.execute("select count(*) from ledger.finding").fetchone() == (1,)
    decide(settings, "pss_ex1")
    assert loader.execute("select state from ledger.submission").fetchone() == ("rejected",)


def test_a_finding_in_a_sheet_with_an_empty_first_column_names_the_letter_the_spreadsheet_shows(
    settings: Settings, loader: psycopg.Connection
):
    faulty = sample_return("walsall", "2006-07")
    cell = faulty.activity_cell("days_schools_own")
    faulty = faulty.with_cell("activity.csv", cell, "n/k")
    shifted = [["", *row] for row in faulty.rows("activity.csv")]
    faulty.without_file("activity.csv").with_file("activity.xlsx", workbook(shifted)).deliver(settings)
    collect(settings, "pss_ex1", "walsall")
    check(settings, "pss_ex1")

    found = loader.execute("select line_number, column_name, message from ledger.finding").fetchall()
    assert [(line, letter) for line, letter, _ in found] == [(cell[0], "C")]
    assert f"line {cell[0]}, column C: 'n/k'" in found[0][2]
