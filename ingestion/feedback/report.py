"""Write the reports on submissions into the outbox, and the index of each sender."""

from collections.abc import Collection, Iterator
from functools import partial
from itertools import groupby
from pathlib import Path

import psycopg
import structlog

from ingestion.check.suite import Rule, load_suite
from ingestion.feedback.facts import (
    DecidedSubmission,
    decided_submissions,
    received_files,
    rule_outcomes,
    senders_of,
)
from ingestion.feedback.findings import FindingSource, copy_findings, first_findings, reported_rules
from ingestion.feedback.form_findings import form_source
from ingestion.feedback.freshness import FINDINGS, is_up_to_date
from ingestion.feedback.pages import (
    PERSONS_PAGE,
    SHOWN_AT_MOST,
    Report,
    person_page,
    render_form,
    render_index,
    render_person,
    render_persons,
    render_persons_report,
    render_rule,
    report_folder,
    rule_page,
)
from ingestion.feedback.person_findings import (
    count_persons,
    findings_of_persons,
    first_persons,
    person_source,
)
from ingestion.feedback.read_answers import ReadAnswer, read_answers
from ingestion.outbox import folder_name, stream_if_changed, write_if_changed
from ingestion.returns.catalogue import catalogue
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect

log = structlog.get_logger()

PAGE = "feedback.html"

# In a return of persons: the number of findings on a page, and of persons who have a page.
FINDINGS_OF_A_RULE = 200
FINDINGS_OF_A_PERSON = 200
PERSONS = 200


def write_feedback(
    settings: Settings,
    submission_ids: Collection[int] | None = None,
    return_codes: Collection[str] | None = None,
) -> list[Path]:
    """Write the reports that are not up to date, and the index of their senders; return the files written.

    Args:
        settings: where the warehouse and the outbox are.
        submission_ids: only these; None for every decided submission. Undecided ones are skipped.
        return_codes: only submissions of these returns; the reports on others are not touched.
    """
    with connect(settings, Role.LOADER) as connection:
        senders = senders_of(connection, submission_ids, return_codes)
        decided = decided_submissions(connection, senders)
        wanted = [
            each
            for each in decided
            if (submission_ids is None or each.submission_id in submission_ids)
            and (return_codes is None or each.return_code in return_codes)
        ]
        written = [path for each in wanted for path in _renew(settings, connection, each)]
    with_reports = {each.sender for each in wanted}
    written += _write_indexes(settings, [each for each in decided if each.sender in with_reports])
    log.info("feedback written", submissions=len(wanted), files=len(written))
    return written


def write_report(
    connection: psycopg.Connection,
    submission: DecidedSubmission,
    folder: Path,
    page: str = PAGE,
    self_check_note: str | None = None,
) -> list[Path]:
    """Write the whole report on one submission; return the files written. The stamped first page comes last.

    Args:
        connection: of the loader, in a transaction.
        submission: what was decided.
        folder: where the report goes; pages of an earlier report that this one lacks are removed.
        page: the file name of the first page.
        self_check_note: how the year was recognised, where an authority checks a return that it has not sent yet.
    """
    source = _source(connection, submission)
    report = _gather(connection, submission, source, page, self_check_note)
    had_report = (folder / page).is_file()
    kept = {folder / FINDINGS}
    written = []
    if stream_if_changed(folder / FINDINGS, partial(copy_findings, connection, source)):
        written.append(folder / FINDINGS)
    for name, text in _pages(connection, report, source):
        kept.add(folder / name)
        if write_if_changed(folder / name, text):
            written.append(folder / name)
    if had_report:
        _remove_others(folder, kept)
    return written


def _renew(settings: Settings, connection: psycopg.Connection, submission: DecidedSubmission) -> list[Path]:
    folder = settings.outbox / folder_name(submission.sender) / report_folder(submission)
    return [] if is_up_to_date(folder, PAGE, submission) else write_report(connection, submission, folder)


def _is_person_level(submission: DecidedSubmission) -> bool:
    layout = catalogue().get(submission.return_code)
    return layout is not None and layout.is_person_level


def _source(connection: psycopg.Connection, submission: DecidedSubmission) -> FindingSource:
    number = submission.submission_id
    if _is_person_level(submission):
        return person_source(connection, catalogue()[submission.return_code], number)
    return form_source(number)


def _gather(
    connection: psycopg.Connection,
    submission: DecidedSubmission,
    source: FindingSource,
    page: str,
    self_check_note: str | None,
) -> Report:
    is_person_level = _is_person_level(submission)
    return Report(
        submission,
        received_files(connection, submission.submission_id),
        reported_rules(connection, source),
        rule_outcomes(connection, submission),
        rules_of_year(submission),
        page,
        is_person_level,
        first_persons(connection, PERSONS) if is_person_level else (),
        count_persons(connection) if is_person_level else 0,
        self_check_note,
        _answers(connection, submission),
    )


def _answers(connection: psycopg.Connection, submission: DecidedSubmission) -> tuple[ReadAnswer, ...]:
    """Read what was answered. A refused file may hold what belongs on no page: its answers are not repeated."""
    layout = catalogue().get(submission.return_code)
    if layout is None or not layout.is_of_answers or not submission.is_good:
        return ()
    return read_answers(connection, layout, submission.submission_id)


def rules_of_year(submission: DecidedSubmission) -> dict[str, Rule]:
    """Read the rules of the return that are valid for the year of a submission, by code."""
    suite = load_suite(submission.return_code)
    rules = suite.rules if suite else ()
    return {rule.code: rule for rule in rules if rule.is_valid_for(submission.period_code)}


def _pages(connection: psycopg.Connection, report: Report, source: FindingSource) -> Iterator[tuple[str, str]]:
    """Render the pages one by one, with their names; the first page last."""
    if not report.is_person_level:
        findings = groupby(first_findings(connection, source, SHOWN_AT_MOST), key=lambda each: each.rule_number)
        yield report.page, render_form(report, {number: list(of_rule) for number, of_rule in findings})
        return
    yield from _pages_of_rules(connection, report, source)
    yield from _pages_of_persons(connection, report)
    yield report.page, render_persons_report(report)


def _pages_of_rules(
    connection: psycopg.Connection, report: Report, source: FindingSource
) -> Iterator[tuple[str, str]]:
    rules = {rule.rule_number: rule for rule in report.with_places}
    findings = first_findings(connection, source, FINDINGS_OF_A_RULE)
    for number, of_rule in groupby(findings, key=lambda each: each.rule_number):
        if rule := rules.get(number):
            yield rule_page(rule.rule_code), render_rule(report, rule, list(of_rule))


def _pages_of_persons(connection: psycopg.Connection, report: Report) -> Iterator[tuple[str, str]]:
    persons = {person.person_number: person for person in report.persons}
    findings = findings_of_persons(connection, PERSONS, FINDINGS_OF_A_PERSON)
    for number, of_person in groupby(findings, key=lambda each: each.person_number):
        yield person_page(number), render_person(report, persons[number], list(of_person))
    if report.persons:
        yield PERSONS_PAGE, render_persons(report)


def _remove_others(folder: Path, kept: set[Path]) -> None:
    """Remove the pages of an earlier report: of rules that find nothing now, of persons no longer shown."""
    for path in (*folder.glob("rules/*.html"), *folder.glob("children/*.html"), folder / PERSONS_PAGE):
        if path not in kept:
            path.unlink(missing_ok=True)


def _write_indexes(settings: Settings, decided: list[DecidedSubmission]) -> list[Path]:
    written = []
    for sender, submissions in groupby(decided, key=lambda each: each.sender):
        path = settings.outbox / folder_name(sender) / "index.html"
        if write_if_changed(path, render_index(sender, list(submissions))):
            written.append(path)
    return written
