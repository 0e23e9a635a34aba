"""Write the reports on submissions into the outbox, and the index of each sender."""

from collections.abc import Collection, Iterator
from functools import partial
from itertools import chain, groupby
from pathlib import Path

import psycopg
import structlog

from ingestion.feedback.content import SHOWN_AT_MOST, Report
from ingestion.feedback.context import rows_of_persons
from ingestion.feedback.facts import (
    DecidedSubmission,
    decided_submissions,
    senders_of,
)
from ingestion.feedback.findings import (
    FindingSource,
    copy_findings,
    first_findings,
    first_of_causes,
)
from ingestion.feedback.findings_workbook import WORKBOOK, write_findings_workbook
from ingestion.feedback.freshness import FINDINGS, is_up_to_date
from ingestion.feedback.gathering import PERSONS, Later, finding_source, gather, gather_later
from ingestion.feedback.pages import (
    PERSONS_PAGE,
    RECEIPT,
    cause_page,
    person_page,
    render_by_file,
    render_cause,
    render_form,
    render_index,
    render_person,
    render_persons,
    render_persons_report,
    render_receipt,
    render_rule,
    report_folder,
    rule_page,
)
from ingestion.feedback.person_findings import (
    findings_of_persons,
)
from ingestion.feedback.table_rows import BY_FILE
from ingestion.feedback.wording import sender_name
from ingestion.outbox import folder_name, stream_if_changed, write_if_changed
from ingestion.returns.catalogue import catalogue
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect

log = structlog.get_logger()

PAGE = "feedback.html"

# In a return of persons: the number of findings on a page.
FINDINGS_OF_A_RULE = 200
FINDINGS_OF_A_PERSON = 200


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


def write_own_figures(settings: Settings) -> list[Path]:
    """Renew the reports on submissions in force whose figures have changed; return the files written."""
    with connect(settings, Role.LOADER) as connection:
        rows = connection.execute("select submission_id from ledger.submission where is_in_force").fetchall()
    return write_feedback(settings, [number for (number,) in rows])


def write_report(
    connection: psycopg.Connection,
    submission: DecidedSubmission,
    folder: Path,
    page: str = PAGE,
    self_check_note: str | None = None,
    later: Later | None = None,
) -> list[Path]:
    """Write the whole report on one submission; return the files written. The stamped first page comes last.

    Args:
        connection: of the loader, in a transaction.
        submission: what was decided.
        folder: where the report goes; pages of an earlier report that this one lacks are removed.
        page: the file name of the first page.
        self_check_note: how the year was recognised, where an authority checks a return that it has not sent yet.
        later: what came after the decision.
    """
    source = finding_source(connection, submission)
    report = gather(connection, submission, source, page, self_check_note, later or Later())
    had_report = (folder / page).is_file()
    kept: set[Path] = set()
    written = []
    council = None if report.is_person_level else sender_name(submission.sender)
    for name, write in {
        FINDINGS: partial(copy_findings, connection, source),
        WORKBOOK: partial(write_findings_workbook, connection, source, report.explained, council),
    }.items():
        kept.add(folder / name)
        if stream_if_changed(folder / name, write):
            written.append(folder / name)
    pages = _pages(connection, report, source)
    for name, text in chain([(RECEIPT, render_receipt(report))], pages):
        kept.add(folder / name)
        if write_if_changed(folder / name, text):
            written.append(folder / name)
    if had_report:
        _remove_others(folder, kept)
    return written


def _renew(settings: Settings, connection: psycopg.Connection, submission: DecidedSubmission) -> list[Path]:
    folder = settings.outbox / folder_name(submission.sender) / report_folder(submission)
    later = gather_later(connection, settings, submission)
    if is_up_to_date(folder, PAGE, submission, later.state):
        return []
    return write_report(connection, submission, folder, later=later)


def _pages(connection: psycopg.Connection, report: Report, source: FindingSource) -> Iterator[tuple[str, str]]:
    """Render the pages one by one, with their names; the first page last."""
    if report.by_file:
        yield BY_FILE, render_by_file(report)
    if not report.is_person_level:
        findings = groupby(first_findings(connection, source, SHOWN_AT_MOST), key=lambda each: each.rule_number)
        yield from _pages_of_causes(connection, report, source)
        yield report.page, render_form(report, {number: list(of_rule) for number, of_rule in findings})
        return
    yield from _pages_of_rules(connection, report, source)
    yield from _pages_of_persons(connection, report)
    yield from _pages_of_causes(connection, report, source)
    yield report.page, render_persons_report(report)


def _pages_of_rules(
    connection: psycopg.Connection, report: Report, source: FindingSource
) -> Iterator[tuple[str, str]]:
    rules = {rule.rule_number: rule for rule in report.with_places}
    findings = first_findings(connection, source, FINDINGS_OF_A_RULE)
    for number, of_rule in groupby(findings, key=lambda each: each.rule_number):
        if rule := rules.get(number):
            yield rule_page(rule.rule_code), render_rule(report, rule, list(of_rule))


def _pages_of_causes(
    connection: psycopg.Connection, report: Report, source: FindingSource
) -> Iterator[tuple[str, str]]:
    causes = {cause.cause_number: cause for cause in report.causes}
    findings = first_of_causes(connection, source, FINDINGS_OF_A_RULE) if causes else iter(())
    for number, of_cause in groupby(findings, key=lambda each: each.cause_number):
        if cause := causes.get(number or 0):
            yield cause_page(cause.cause_number), render_cause(report, cause, list(of_cause))


def _pages_of_persons(connection: psycopg.Connection, report: Report) -> Iterator[tuple[str, str]]:
    persons = {person.person_number: person for person in report.persons}
    layout = catalogue()[report.submission.return_code]
    rows = rows_of_persons(connection, layout, report.submission.submission_id, PERSONS) if persons else {}
    findings = findings_of_persons(connection, PERSONS, FINDINGS_OF_A_PERSON)
    for number, of_person in groupby(findings, key=lambda each: each.person_number):
        yield person_page(number), render_person(report, persons[number], list(of_person), rows.get(number, []))
    if report.persons:
        yield PERSONS_PAGE, render_persons(report)


def _remove_others(folder: Path, kept: set[Path]) -> None:
    """Remove the pages of an earlier report: of rules that find nothing now, of persons no longer shown."""
    of_parts = (path for part in ("rules", "children", "causes") for path in folder.glob(f"{part}/*.html"))
    for path in (*of_parts, folder / PERSONS_PAGE, folder / BY_FILE):
        if path not in kept:
            path.unlink(missing_ok=True)


def _write_indexes(settings: Settings, decided: list[DecidedSubmission]) -> list[Path]:
    written = []
    for sender, submissions in groupby(decided, key=lambda each: each.sender):
        path = settings.outbox / folder_name(sender) / "index.html"
        if write_if_changed(path, render_index(sender, list(submissions))):
            written.append(path)
    return written
