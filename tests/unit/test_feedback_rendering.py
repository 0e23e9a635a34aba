"""Feedback is worded for its reader, holds nothing that runs, and stays inside the outbox."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ingestion.feedback import wording
from ingestion.feedback.content import SHOWN_AT_MOST, SHOWN_AT_ONCE, Report, rule_lines
from ingestion.feedback.due import Due
from ingestion.feedback.facts import DecidedSubmission, ReportedFile, ReportedOutcome
from ingestion.feedback.findings import ReportedFinding, ReportedRule
from ingestion.feedback.freshness import FINDINGS, is_up_to_date, stamp_element
from ingestion.feedback.gathering import rules_of_year
from ingestion.feedback.pages import (
    render_form,
    render_index,
    render_persons_report,
    render_rule,
    report_folder,
)
from ingestion.feedback.report import PAGE
from ingestion.outbox import folder_name, write_if_changed
from ingestion.outbox.pages import sentence_as_html

EVIL = "<script>alert(1)</script>"

SUBMISSION = DecidedSubmission(
    submission_id=7, sender="dudley", return_code="pss_ex1", period_code="2006-07", version=2,
    received_at=datetime(2026, 11, 2, 9, 30, tzinfo=UTC), checked_at=datetime(2026, 11, 2, 9, 31, tzinfo=UTC),
    is_in_force=True, decision_id=21, state="accepted", decided_at=datetime(2026, 11, 2, 9, 32, tzinfo=UTC),
    decided_by="rules", reason="no findings that matter", other_good_version=None,
    critical=0, warnings=0, notes=0, to_sign_off=0,
)  # fmt: skip

RULE = ReportedRule(
    1, "pss_ex1.not_a_number", "warning", "validity", 1, False,
    "activity.csv, line 15, column B: 'see note' stands where a number is expected.", False, False,
)  # fmt: skip

FINDING = ReportedFinding(
    9, None, 1, RULE.rule_code, RULE.severity, "activity.csv", 15, None, "B", None, None, "see note", RULE.message
)

FILE = ReportedFile("spend.csv", "spend", None, 18_200, "30447a648bce" + "0" * 52, 182)


def rejected(version: int = 2, good: int | None = None) -> DecidedSubmission:
    return replace(SUBMISSION, state="rejected", version=version, other_good_version=good, critical=1)


def report(
    *rules: ReportedRule,
    submission: DecidedSubmission = SUBMISSION,
    outcomes: tuple[ReportedOutcome, ...] = (),
    is_person_level: bool = False,
) -> Report:
    return Report(submission, (FILE,), rules, outcomes, rules_of_year(submission), PAGE, is_person_level)


def page_of(made: Report, *findings: ReportedFinding) -> str:
    """The page of a form; each finding is of the rule with its number."""
    by_rule = {
        rule.rule_number: [each for each in findings if each.rule_number == rule.rule_number]
        for rule in made.rules
    }
    return render_form(made, by_rule)


@pytest.mark.parametrize(
    ("changes", "folder"),
    [
        ({}, "dudley/pss_ex1/2006-07"),
        ({"collection": "england"}, "england/pss_ex1/2006-07"),
        (
            {"collection": "_published/nhs-ic", "return_code": "pss_ex1_totals"},
            "_published/nhs-ic/pss_ex1/2006-07",
        ),
        ({"sender": "dfe", "return_code": "lait", "period_code": "2025"}, "_published/dfe/lait/2025"),
    ],
)
def test_the_folder_is_where_it_was_found(changes: dict, folder: str):
    assert wording.landing_folder(replace(SUBMISSION, **changes)) == folder


def test_a_control_total_is_called_by_its_group():
    assert wording.sender_name("shire-counties") == "Shire Counties"
    assert wording.sender_name("kent") == "Kent"
    assert wording.sender_name("dudlay") == "dudlay"


def test_a_copy_that_differs_asks_nothing_of_the_council():
    duplicate = "intake.duplicate_council"
    assert wording.next_steps(rejected(), [duplicate]).startswith("Nothing has to be done if")
    assert wording.next_steps(rejected(), [duplicate, RULE.rule_code]).startswith("Put")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "Accepted"),
        ({"state": "accepted_with_warnings", "warnings": 1}, "Accepted with 1 warning"),
        ({"state": "accepted_with_warnings", "warnings": 3}, "Accepted with 3 warnings"),
        ({"state": "awaiting_sign_off"}, "Waits for the club officer's sign-off"),
        ({"state": "rejected", "other_good_version": 1}, "Rejected: the figures of version 1 stay in force"),
        (
            {"state": "rejected"},
            "Rejected: there is no earlier good version, so there are no figures for 2006-07 from this return",
        ),
    ],
)
def test_the_headline_says_what_happened(changes: dict[str, object], sentence: str) -> None:
    assert wording.headline(replace(SUBMISSION, **changes)) == sentence  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "Its figures are in force."),
        ({"other_good_version": 1}, "Its figures are in force; they replace those of version 1."),
        ({"other_good_version": 3}, "The figures of version 3 stay in force, because it is the newer one."),
        ({"state": "awaiting_sign_off", "other_good_version": 1}, "The figures of version 1 stay in force."),
        (
            {"state": "awaiting_sign_off"},
            "Until it is signed off there are no figures for 2006-07 from this return.",
        ),
    ],
)
def test_it_is_said_whose_figures_count(changes: dict[str, object], sentence: str) -> None:
    assert wording.consequence(replace(SUBMISSION, **changes)) == sentence  # type: ignore[arg-type]


def test_what_people_answered_is_not_called_figures() -> None:
    answers = replace(SUBMISSION, return_code="questionnaire", period_code="round-1")
    assert wording.consequence(answers) == "Its answers are in force."
    rejected = replace(answers, state="rejected", is_in_force=False)
    assert "there are no answers for round-1" in wording.headline(rejected)


def test_a_rejected_sender_is_asked_to_send_the_whole_return_again() -> None:
    twice = replace(rejected(), critical=2)

    assert "the critical finding below and send the whole return again" in wording.next_steps(
        rejected(), [RULE.rule_code]
    )
    assert "the 2 critical findings" in wording.next_steps(twice, [RULE.rule_code])


@pytest.mark.parametrize(
    ("due", "sentence"),
    [
        (Due(date(2026, 11, 27), is_assumed=False), "`dudley/definition_quiz/2026-2` by 27 November 2026."),
        (Due(date(2026, 10, 9), is_assumed=False), "as soon as you can: it was due on 9 October 2026."),
        (None, "`dudley/definition_quiz/2026-2`; the club has named no day for it."),
    ],
)
def test_answers_are_told_by_when_and_where_to_send_them_again(due: Due | None, sentence: str) -> None:
    refused = replace(rejected(), return_code="definition_quiz", period_code="2026-2")
    page = page_of(replace(report(submission=refused), due=due))
    assert str(sentence_as_html(sentence)) in page


def test_a_half_written_file_asks_nothing_of_its_sender() -> None:
    assert wording.next_steps(rejected(), ["intake.still_being_written"]).startswith("Nothing has to be done")


def test_an_officers_word_is_told_with_name_and_reason() -> None:
    signed = replace(SUBMISSION, state="rejected", decided_by="officer", reason="Wrong unit")

    assert "Rejected at sign-off by officer: Wrong unit" in page_of(report(submission=signed))
    assert "sign-off by" not in page_of(report())


def test_markup_in_a_value_a_file_name_or_a_sender_is_shown_and_never_run() -> None:
    finding = replace(FINDING, value=EVIL, message=f"It holds {EVIL}", file_name=f"{EVIL}.csv")
    page = page_of(
        report(RULE, submission=replace(SUBMISSION, sender=EVIL, decided_by=EVIL, reason=EVIL)), finding
    )
    index = render_index(EVIL, [replace(SUBMISSION, sender=EVIL, period_code=EVIL)])

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script" not in page
    assert "<script" not in index


def test_a_page_needs_nothing_from_outside() -> None:
    page = page_of(report(RULE), FINDING)

    assert "http" not in page
    assert "src=" not in page
    assert "<link" not in page


def test_without_findings_the_page_says_so() -> None:
    page = page_of(report())

    assert "There are none" in page
    assert "spend.csv" in page
    assert f"{FILE.sha256}</code>" in page


def test_each_rule_has_one_heading_in_the_order_of_the_rules() -> None:
    critical = replace(RULE, severity="critical", rule_code="pss_ex1.formula_cell")
    twice = replace(RULE, rule_number=2, findings=2)
    page = page_of(report(critical, twice), FINDING, *[replace(FINDING, rule_number=2)] * 2)

    assert page.index("Formula cell (1)") < page.index("Not a number (2)")
    assert page.count("Not a number (2)") == 1


def test_long_groups_are_folded_and_very_long_ones_left_to_the_csv_file() -> None:
    short = page_of(report(replace(RULE, findings=SHOWN_AT_ONCE)), *[FINDING] * SHOWN_AT_ONCE)
    long = page_of(report(replace(RULE, findings=SHOWN_AT_MOST + 1)), *[FINDING] * SHOWN_AT_MOST)

    assert "<details>" not in short
    assert f"Show {SHOWN_AT_MOST - SHOWN_AT_ONCE} more findings" in long
    assert "1 more of this rule are in" in long


def test_a_rule_that_could_not_run_is_never_shown_as_passed() -> None:
    outcomes = (
        ReportedOutcome("pss_ex1.line_total", "error"),
        ReportedOutcome("pss_ex1.not_a_number", "failed"),
        ReportedOutcome("pss_ex1.line_twice", "failed"),
        ReportedOutcome("pss_ex1.year_on_year", "not_run", "the year before"),
    )
    made = report(RULE, outcomes=outcomes)

    assert [line.outcome for line in rule_lines(made)] == [
        "could not run", "1 finding", "nothing found", "not run: needs the year before",
    ]  # fmt: skip
    assert "cannot say whether it holds" in page_of(made, FINDING)


def test_rules_are_not_claimed_for_files_that_were_never_read() -> None:
    refused = replace(RULE, rule_code="intake.empty_file", severity="critical")
    made = report(refused, submission=rejected(), outcomes=(ReportedOutcome("pss_ex1.line_total", "passed"),))

    assert rule_lines(made) == []
    assert "were not run" in page_of(made, FINDING)


@pytest.mark.parametrize(
    "render",
    [
        lambda made: page_of(made, FINDING),
        lambda made: render_persons_report(replace(made, is_person_level=True)),
        lambda made: render_rule(replace(made, is_person_level=True), made.rules[0], [FINDING]),
    ],
    ids=["form", "persons", "rule"],
)
def test_what_a_sentence_quotes_in_back_ticks_is_shown_as_code(render: Callable[[Report], str]) -> None:
    message = "Run `club template <form>` and see `NOTES`."
    rule = replace(RULE, message=message, messages_differ=False)
    made = report(rule, outcomes=(ReportedOutcome(RULE.rule_code, "failed"),))
    page = render(made).replace(str(sentence_as_html(RULE.message)), str(sentence_as_html(message)))

    assert "Run <code>club template &lt;form&gt;</code> and see <code>NOTES</code>." in page
    assert "`" not in page


def test_a_back_tick_that_quotes_nothing_stays() -> None:
    assert [str(sentence_as_html(text)) for text in ("5` long", "``")] == ["5` long", "``"]
    assert "<b>" not in sentence_as_html("`<b>`")


def test_the_stamp_stands_at_the_top_of_the_page_and_changes_with_the_decision(tmp_path: Path) -> None:
    (tmp_path / FINDINGS).touch()
    (tmp_path / PAGE).write_text(page_of(report()))

    assert is_up_to_date(tmp_path, PAGE, SUBMISSION)
    assert not is_up_to_date(tmp_path, PAGE, replace(SUBMISSION, decision_id=22))
    assert stamp_element(SUBMISSION) != stamp_element(replace(SUBMISSION, decision_id=22))


def test_the_index_links_each_report_and_says_what_is_in_force() -> None:
    page = render_index("dudley", [rejected(version=3, good=2), SUBMISSION])

    assert 'href="pss_ex1/2006-07/v3/feedback.html"' in page
    assert page.index("version 3</a>") < page.index("version 2</a>")
    assert "<h1>Dudley: feedback on returns</h1>" in page


@pytest.mark.parametrize("name", ["..", ".", "../walsall", "/etc", "_club", "a/b", ""])
def test_no_name_leads_out_of_its_own_folder(name: str) -> None:
    safe = folder_name(name)

    assert "/" not in safe
    assert not safe.startswith((".", "_"))


def test_different_senders_never_share_a_folder() -> None:
    names = ["a/b", "a%2Fb", "_club", "%5Fclub", ".x", "%2Ex", "dudley", "Dudley"]

    assert len({folder_name(name) for name in names}) == len(names)
    assert report_folder(SUBMISSION) == Path("pss_ex1/2006-07/v2")


def test_an_unchanged_file_is_left_alone_and_no_draft_stays_behind(tmp_path: Path) -> None:
    path = tmp_path / "dudley" / "index.html"

    assert write_if_changed(path, "one")
    assert not write_if_changed(path, "one")
    assert write_if_changed(path, "two")
    assert [entry.name for entry in path.parent.iterdir()] == ["index.html"]


@pytest.mark.parametrize(
    ("code", "name"),
    [("101", "Rule 101"), ("SW02STG1", "Rule SW02STG1"), ("structure.table_twice", "Table twice")],
)
def test_a_rule_of_the_rule_book_is_called_by_its_code(code: str, name: str):
    assert wording.rule_name(code) == name


def test_a_column_is_told_by_its_heading_and_the_letter_that_a_spreadsheet_shows():
    assert wording.spot("B", "decom") == "DECOM (B)"
    assert wording.spot(None, "pl_la") == "PL_LA"
    assert wording.spot(None, None) == ""
