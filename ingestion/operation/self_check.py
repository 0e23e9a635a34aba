"""An authority checks its own files on its own machine: a throwaway database, nothing leaves the machine."""

import importlib
import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from psycopg import sql
from upath import UPath

from ingestion.authorities import find_authority, nearest_authority
from ingestion.check.run import check
from ingestion.collect.landing import Delivery
from ingestion.collect.reference_lists import load_postcodes, load_providers
from ingestion.collect.run import collect_delivery
from ingestion.decide import decide, put_in_force
from ingestion.errors import ClubError
from ingestion.feedback.facts import DecidedSubmission, decided_submissions, rule_outcomes
from ingestion.feedback.report import write_feedback, write_report
from ingestion.model.build import prepare_crosswalk
from ingestion.operation.collection_year import tell_year
from ingestion.returns.catalogue import ReturnLayout, find_return
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect, role_name
from ingestion.warehouse.ledger import Severity
from ingestion.warehouse.migrate import migrate
from ingestion.warehouse.server import ThrowawayServer

# The sender where an authority does not say who it is; no authority is called so.
OWN = "own-return"

PAGE = "index.html"
READ_IN_FOLDERS = (".csv", ".xlsx", ".xml")

# What is told of a return as it stands and asks for nothing.
NOTES = frozenset(
    f"structure.{name}" for name in ("table_missing", "no_rows", "extra_columns", "table_of_other_year")
)

# Great Expectations takes seconds to import, which pass while the files are being read.
_SLOW_TO_IMPORT = "ingestion.check.validation"

Say = Callable[[str], None]

# A rule, the table, the file and the line of one finding.
FindingPlace = tuple[str, str | None, str | None, int | None]


@dataclass(frozen=True)
class OwnReturn:
    """What an authority wants to have checked. Paths are files, or folders of which every file is taken."""

    return_code: str
    paths: tuple[Path, ...]
    period_code: str | None = None
    authority: str | None = None
    last_year: tuple[Path, ...] = ()
    postcodes: Path | None = None
    providers: Path | None = None


@dataclass(frozen=True)
class FindingLine:
    """What one rule found, with one sentence."""

    rule_code: str
    severity: str
    message: str
    count: int


@dataclass(frozen=True)
class SelfCheck:
    """The outcome: what was found and what would become of the return."""

    state: str
    period_code: str
    period_reason: str
    lines: tuple[FindingLine, ...]
    passed: int
    not_run: dict[str, tuple[str, ...]] = field(default_factory=dict)
    report: Path | None = None

    @property
    def findings(self) -> int:
        """How many findings there are."""
        return sum(line.count for line in self.lines)

    @property
    def is_unreadable(self) -> bool:
        """Whether a file could not be taken in at all."""
        return any(line.rule_code.startswith("intake.") for line in self.lines)

    @property
    def is_clean(self) -> bool:
        """Whether there is nothing to look at: notes on how the return stands ask for nothing."""
        return all(line.rule_code in NOTES for line in self.lines)


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
        say: is told what is being done, in words.

    Raises:
        ClubError: a path does not exist, the return, year or authority is unknown, or something is not said that
            has to be.
    """
    with _checked(own, say) as checked:
        if report:
            say("Writing the report")
            _write_report(checked, report)
        return _outcome(checked, report)


def finding_places(own: OwnReturn) -> Iterator[FindingPlace]:
    """Check these files and give the place of every finding, as a stream; the database goes with the last one."""
    with _checked(own, lambda _: None) as checked, connect(checked.settings, Role.LOADER) as connection:
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
def _checked(own: OwnReturn, say: Say) -> Iterator[_Checked]:
    layout = find_return(own.return_code)
    sender = _sender(own, layout)
    files, last_files = _files(own.paths), _files(own.last_year)
    threading.Thread(target=importlib.import_module, args=(_SLOW_TO_IMPORT,), daemon=True).start()
    with _told_to_stop(), tempfile.TemporaryDirectory(prefix="club-check-") as folder:
        home = Path(folder)
        home.chmod(0o711)  # the database runs as a user of its own, and nobody else has to look in
        settings = Settings(home=home, landing_zone=str(home / "landing"), warehouse_url=None)
        say("Starting a database that is thrown away afterwards")
        with ThrowawayServer(settings):
            migrate(settings)
            _stop_looking_after_references(settings)
            period, reason = _year(own, layout, files, settings)
            if not layout.is_person_level:
                prepare_crosswalk(settings)
            if own.postcodes:
                say(f"Reading {own.postcodes.name}")
                load_postcodes(settings, own.postcodes)
            if own.providers:
                say(f"Reading {own.providers.name}")
                load_providers(settings, own.providers)
            if last_files:
                _hold_last_year(layout, sender, period, last_files, settings, say)
            say(f"Reading {len(files)} {'file' if len(files) == 1 else 'files'}")
            number = collect_delivery(settings, _delivery(layout, sender, period, files, home / "delivery"))
            say(f"Checking the return of {period}")
            check(settings, layout.code, keep_pseudonyms=False, keep_documents=False)
            decide(settings, layout.code)
            with connect(settings, Role.LOADER) as connection:
                (submission,) = (each for each in decided_submissions(connection) if each.submission_id == number)
            yield _Checked(settings, layout, submission, reason)


def _stop_looking_after_references(settings: Settings) -> None:
    """Save the database the look behind every foreign key of millions of findings, all of which it made itself."""
    with connect(settings, Role.ADMIN) as connection:
        connection.execute(
            sql.SQL("alter role {} set session_replication_role = replica").format(
                sql.Identifier(role_name(Role.LOADER))
            )
        )


def _sender(own: OwnReturn, layout: ReturnLayout) -> str:
    if own.authority is None:
        if not layout.is_person_level:
            raise ClubError(f"Say whose return it is: a check of {layout.code} needs --authority, such as dudley.")
        if own.postcodes or own.providers:
            raise ClubError(
                "Say whose return it is, with --authority: whether a placement lies inside or outside cannot be "
                "told without."
            )
        return OWN
    authority = find_authority(own.authority)
    if authority is None:
        raise ClubError(
            f"There is no authority '{own.authority}'; "
            f"the nearest known code is '{nearest_authority(own.authority)}'."
        )
    return authority.code


def _files(paths: tuple[Path, ...]) -> list[Path]:
    """The files that are meant, each once; of a folder, those of the kinds that a return may come in."""
    found: dict[Path, Path] = {}
    for path in paths:
        if path.is_dir():
            inside = [
                each
                for each in sorted(path.iterdir())
                if each.is_file() and each.suffix.lower() in READ_IN_FOLDERS and each.name[0] not in ".~"
            ]
            if not inside:
                raise ClubError(
                    f"There is no {', '.join(READ_IN_FOLDERS[:-1])} or {READ_IN_FOLDERS[-1]} file in {path}."
                )
            found |= {each.resolve(): each for each in inside}
        elif path.is_file():
            found[path.resolve()] = path
        else:
            raise ClubError(f"There is no file or folder {path}.")
    return [each.absolute() for each in found.values()]


def _year(own: OwnReturn, layout: ReturnLayout, files: list[Path], settings: Settings) -> tuple[str, str]:
    if own.period_code is None:
        if not layout.is_person_level:
            raise ClubError(f"Say which year it is for: a check of {layout.code} needs --year, such as 2007-08.")
        told = tell_year(layout, files, settings, datetime.now(UTC).date())
        return told.period_code, told.reason
    if layout.periods and own.period_code not in layout.periods:
        raise ClubError(
            f"There is no form of {layout.code} for '{own.period_code}'; known are {', '.join(layout.periods)}."
        )
    return own.period_code, f"Checked as the return of {own.period_code}, as was said."


def _delivery(layout: ReturnLayout, sender: str, period: str, files: list[Path], folder: Path) -> Delivery:
    """The files as if they lay in one folder, with their folders' too where two are alike."""
    names = [file.name for file in files]
    above = os.path.commonpath([file.parent for file in files])
    folder.mkdir()
    delivered = []
    for file in files:
        place = folder / (file.relative_to(above) if names.count(file.name) > 1 else file.name)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(file)
        delivered.append(UPath(place))
    return Delivery(sender, layout.code, period, tuple(delivered), (UPath(folder),))


def _hold_last_year(
    layout: ReturnLayout, sender: str, period: str, files: list[Path], settings: Settings, say: Say
) -> None:
    """Take last year's return in, and let it count whatever is wrong with it: it was accepted long ago."""
    if not layout.is_person_level:
        raise ClubError(f"--last-year is for returns about children; {layout.code} is not one.")
    year = int(period[:4])
    last = f"{year - 1}-{year % 100:02}"
    if last not in layout.periods:
        raise ClubError(f"There is no form of {layout.code} for {last}, the year before {period}.")
    say(f"Reading the return of {last}")
    folder = settings.state_folder / "last-year"
    number = collect_delivery(settings, _delivery(layout, sender, last, files, folder))
    check(settings, layout.code, keep_documents=False)
    decide(settings, layout.code)
    put_in_force(settings, number)


def _write_report(checked: _Checked, report: Path) -> None:
    settings, submission = checked.settings, checked.submission
    if checked.layout.is_person_level:
        with connect(settings, Role.LOADER) as connection:
            write_report(connection, submission, report, PAGE, self_check_note=checked.period_reason)
        return
    write_feedback(settings)
    shutil.copytree(settings.outbox / submission.sender, report, dirs_exist_ok=True)


_LINES = """
select rule_code, severity, message, count(*)
from ledger.finding
where submission_id = %s
group by rule_code, severity, message
order by array_position(%s::text[], severity), count(*) desc, rule_code, min(finding_id)
"""


def _outcome(checked: _Checked, report: Path | None) -> SelfCheck:
    submission = checked.submission
    number = submission.submission_id
    with connect(checked.settings, Role.LOADER) as connection:
        rows = connection.execute(_LINES, [number, [severity.value for severity in Severity]]).fetchall()
        outcomes = rule_outcomes(connection, submission)
    lines = tuple(FindingLine(*row) for row in rows)
    found = {line.rule_code for line in lines}
    waiting: dict[str, tuple[str, ...]] = {}
    for each in outcomes:
        if each.outcome == "not_run":
            waiting[each.needs or ""] = (*waiting.get(each.needs or "", ()), each.rule_code)
    passed = {each.rule_code for each in outcomes if each.outcome in ("passed", "failed")} - found
    return SelfCheck(
        submission.state, submission.period_code, checked.period_reason, lines, len(passed), waiting, report
    )


@contextmanager
def _told_to_stop() -> Iterator[None]:
    """A request to end is treated as Ctrl-C is: the database is stopped and its folder removed on the way out."""

    def interrupt(_: int, __: FrameType | None) -> None:
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, interrupt) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
