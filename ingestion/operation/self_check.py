"""Check an authority's own files on its own machine: a throwaway database, nothing leaves the machine."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ingestion.check.run import check
from ingestion.collect.reference_lists import load_postcodes, load_providers
from ingestion.collect.run import collect_delivery
from ingestion.decide import decide, put_in_force
from ingestion.errors import ClubError
from ingestion.feedback.facts import DecidedSubmission, decided_submissions
from ingestion.feedback.pages import report_folder
from ingestion.feedback.report import PAGE as PAGE_OF_FORM
from ingestion.feedback.report import write_feedback, write_report
from ingestion.operation.check_database import Say, check_database
from ingestion.operation.check_outcome import SelfCheck, read_outcome
from ingestion.operation.interruption import interrupted_when_told_to_stop
from ingestion.operation.own_return import OwnReturn, deliver, find_files, period_of, sender_of
from ingestion.returns.catalogue import ReturnLayout, find_return
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect

PAGE = "index.html"

# A rule, the table, the file and the line of one finding.
FindingPlace = tuple[str, str | None, str | None, int | None]


@dataclass(frozen=True)
class _Checked:
    """A return in the throwaway database, checked and decided."""

    settings: Settings
    layout: ReturnLayout
    submission: DecidedSubmission
    period_reason: str


def self_check(own: OwnReturn, report: Path | None, say: Say) -> SelfCheck:
    """Check these files as one return, and write the report where one is wanted.

    Args:
        own: the files, and whose return it is for which year.
        report: the folder for the report; None for none.
        say: the progress callback.

    Raises:
        ClubError: a path does not exist, the return, year or authority is unknown, or a required option
            is missing.
    """
    with _checked(own, say) as checked:
        page = None
        if report:
            say("Writing the report")
            page = _write_report(checked, report)
        with connect(checked.settings, Role.LOADER) as connection:
            return read_outcome(connection, checked.submission, checked.period_reason, page)


def finding_places(own: OwnReturn) -> Iterator[FindingPlace]:
    """Check these files and yield the place of every finding; the database is removed after the last one."""
    with (
        _checked(own, lambda _: None, seek_causes=False) as checked,
        connect(checked.settings, Role.LOADER) as connection,
    ):
        cursor = connection.cursor("places")
        cursor.itersize = 20_000
        cursor.execute(
            """
            select finding.rule_code, files.table_name, files.file_name, finding.line_number
            from ledger.finding
            left join ledger.submission_file as files on finding.file_id = files.file_id
            where finding.submission_id = %s
            order by finding.finding_id
            """,
            [checked.submission.submission_id],
        )
        yield from cursor


@contextmanager
def _checked(own: OwnReturn, say: Say, seek_causes: bool = True) -> Iterator[_Checked]:
    layout = find_return(own.return_code)
    sender = sender_of(own, layout)
    files, last_files = find_files(own.paths), find_files(own.last_year)
    with interrupted_when_told_to_stop(), check_database(say) as settings:
        period, reason = period_of(own, layout, files, settings)
        _load_reference_lists(own, settings, say)
        if last_files:
            _hold_last_year(layout, sender, period, last_files, settings, say)
        say(f"Reading {len(files)} {'file' if len(files) == 1 else 'files'}")
        folder = settings.state_folder / "delivery"
        number = collect_delivery(settings, deliver(layout, sender, period, files, folder))
        say(f"Checking the return of {period}")
        check(settings, layout.code, keep_pseudonyms=False, keep_documents=False, seek_causes=seek_causes)
        decide(settings, layout.code)
        with connect(settings, Role.LOADER) as connection:
            (submission,) = (each for each in decided_submissions(connection) if each.submission_id == number)
        yield _Checked(settings, layout, submission, reason)


def _load_reference_lists(own: OwnReturn, settings: Settings, say: Say) -> None:
    for file, load in ((own.postcodes, load_postcodes), (own.providers, load_providers)):
        if file:
            say(f"Reading {file.name}")
            load(settings, file)


def _hold_last_year(
    layout: ReturnLayout, sender: str, period: str, files: list[Path], settings: Settings, say: Say
) -> None:
    """Collect last year's return and put it in force despite any findings: it was accepted long ago."""
    if not layout.is_person_level:
        raise ClubError(f"--last-year is for returns about children; {layout.code} is not one.")
    year = int(period[:4])
    last = f"{year - 1}-{year % 100:02}"
    if last not in layout.periods:
        raise ClubError(f"There is no form of {layout.code} for {last}, the year before {period}.")
    say(f"Reading the return of {last}")
    folder = settings.state_folder / "last-year"
    number = collect_delivery(settings, deliver(layout, sender, last, files, folder))
    check(settings, layout.code, keep_documents=False, seek_causes=False)
    decide(settings, layout.code)
    put_in_force(settings, number)


def _write_report(checked: _Checked, report: Path) -> Path:
    """Write the report, and return its first page."""
    settings, submission = checked.settings, checked.submission
    if checked.layout.is_person_level:
        with connect(settings, Role.LOADER) as connection:
            write_report(connection, submission, report, PAGE, self_check_note=checked.period_reason)
        return report / PAGE
    write_feedback(settings)
    shutil.copytree(settings.outbox / submission.sender, report, dirs_exist_ok=True)
    return report / report_folder(submission) / PAGE_OF_FORM
