"""Write what each sender is told about its submissions into the outbox."""

from itertools import groupby
from pathlib import Path

import psycopg
import structlog

from ingestion.feedback.child_report import write_child_report
from ingestion.feedback.facts import DecidedSubmission, decided_submissions, read_report
from ingestion.feedback.rendering import (
    render_findings_csv,
    render_index,
    render_report,
    report_folder,
    stamp_element,
)
from ingestion.outbox import folder_name, write_if_changed
from ingestion.returns.catalogue import catalogue
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect

log = structlog.get_logger()

PAGE = "feedback.html"
STAMP_WITHIN = 2000  # characters; the stamp stands at the top of the page


def write_feedback(settings: Settings, submission_ids: list[int] | None = None) -> list[Path]:
    """Write the reports that are due, and the index of their senders; returns the files written. Idempotent.

    Args:
        settings: where the warehouse and the outbox are.
        submission_ids: only these; None for every decided submission. Undecided ones are passed over.
    """
    with connect(settings, Role.LOADER) as connection:
        decided = decided_submissions(connection)
        wanted = [one for one in decided if submission_ids is None or one.submission_id in submission_ids]
        written = [
            path
            for submission in wanted
            if not _is_up_to_date(settings, submission)
            for path in _write_report(settings, connection, submission)
        ]
    senders = {submission.sender for submission in wanted}
    written += _write_indexes(settings, [one for one in decided if one.sender in senders])
    log.info("feedback written", submissions=len(wanted), files=len(written))
    return written


def _write_report(settings: Settings, connection: psycopg.Connection, submission: DecidedSubmission) -> list[Path]:
    """Write the files of one report; the page comes last, for it carries the stamp."""
    layout = catalogue().get(submission.return_code)
    if layout and layout.is_person_level:
        return write_child_report(connection, submission, _folder(settings, submission), PAGE)
    report = read_report(connection, submission)
    folder = _folder(settings, submission)
    texts = {"findings.csv": render_findings_csv(report.findings), PAGE: render_report(report)}
    return [folder / name for name, text in texts.items() if write_if_changed(folder / name, text)]


def _write_indexes(settings: Settings, decided: list[DecidedSubmission]) -> list[Path]:
    written = []
    for sender, submissions in groupby(decided, key=lambda submission: submission.sender):
        path = settings.outbox / folder_name(sender) / "index.html"
        if write_if_changed(path, render_index(sender, list(submissions))):
            written.append(path)
    return written


def _is_up_to_date(settings: Settings, submission: DecidedSubmission) -> bool:
    folder = _folder(settings, submission)
    page = folder / PAGE
    if not page.is_file() or not (folder / "findings.csv").is_file():
        return False
    with page.open(encoding="utf-8") as file:
        return stamp_element(submission) in file.read(STAMP_WITHIN)


def _folder(settings: Settings, submission: DecidedSubmission) -> Path:
    return settings.outbox / folder_name(submission.sender) / report_folder(submission)
