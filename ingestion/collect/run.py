"""Collect the deliveries of one return: archive, read and register them, and copy them into `raw`.

One transaction per submission: whatever stops the loader, a submission is stored whole or not at all.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import psycopg
import structlog

from ingestion.collect.answer_forms import known_rounds
from ingestion.collect.archive import archive_stream
from ingestion.collect.copying import copy_tables
from ingestion.collect.intake import Intake, refuse_file
from ingestion.collect.landing import Delivery, deliveries, open_collection, still_being_written
from ingestion.collect.national import take_collection
from ingestion.collect.package_file import Package, open_package
from ingestion.collect.packages import intake_of, take_in_checked
from ingestion.collect.published_layouts import keep_layouts
from ingestion.collect.reading import read_delivery, shape_reader, take_delivery
from ingestion.collect.refusals import refuse_duplicate, refuse_misplaced, refuse_other_times
from ingestion.collect.registration import (
    Known,
    file_numbers,
    known_versions,
    note_counts,
    note_findings,
    register,
    rival_of,
    same_version,
)
from ingestion.collect.unpacking import unpacked
from ingestion.collect.waiting import refused_package, waiting_packages
from ingestion.errors import ClubError, PassingError
from ingestion.readers.table import UnreadableFile
from ingestion.returns.catalogue import ReturnLayout, find_return
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from ingestion.warehouse.step_lock import one_at_a_time

log = structlog.get_logger()


@dataclass(frozen=True)
class Collected:
    """The outcome of one delivery."""

    sender: str
    period_code: str
    submission_id: int
    version: int
    is_new: bool
    refusals: int


def collect(
    settings: Settings, return_code: str, sender: str, run_id: str | None = None, period_code: str | None = None
) -> list[Collected]:
    """Collect everything one sender has delivered of one return, or of one period of it. Idempotent.

    Raises:
        ClubError: a package of the sender's could not be taken in; all else was.
    """
    sent = deliveries(settings, find_return(return_code), sender)
    found = [delivery for delivery in sent if period_code in (None, delivery.period_code)]
    files = [path for delivery in found for path in delivery.files]
    unfinished = frozenset(still_being_written(files, settings.settle_seconds))
    intakes = (take_delivery(delivery, unfinished, settings) for delivery in found)
    with (
        one_at_a_time(settings, Role.LOADER, f"collect {return_code} of {sender}"),
        connect(settings, Role.LOADER) as connection,
    ):
        keep_layouts(connection, [find_return(return_code)])
        collected = _collect_all(connection, settings, intakes, run_id)
        return collected + _collect_packages(connection, settings, find_return(return_code), sender, run_id)


def collect_delivery(settings: Settings, delivery: Delivery) -> int:
    """Take in one delivery from wherever its files are, and return the number of its submission.

    The folder and the sender are not checked: an authority checks its own files.
    """
    intake = take_delivery(delivery, frozenset(), settings)
    layout = find_return(delivery.return_code)
    with connect(settings, Role.LOADER) as connection:
        keep_layouts(connection, [layout])
        submission_id, _ = _land(connection, settings, layout, intake, run_id=None)
    return submission_id


def collect_national(
    settings: Settings, return_code: str, place: str, run_id: str | None = None
) -> list[Collected]:
    """Collect one national collection, such as `england/2003-04`: councils and control totals. Idempotent.

    The councils' own deliveries have to be collected first: they count more than a copy.
    """
    layout = find_return(return_code)
    collection = open_collection(settings, layout, place)
    unfinished = frozenset(still_being_written(collection.files, settings.settle_seconds))
    intakes = take_collection(collection, layout, unfinished, settings)
    with (
        # Two collections of one period compare with each other's submissions, so they run one after the other.
        one_at_a_time(settings, Role.LOADER, f"collect {return_code} of all councils, {collection.period_code}"),
        connect(settings, Role.LOADER) as connection,
    ):
        return _collect_all(connection, settings, intakes, run_id)


def _collect_all(
    connection: psycopg.Connection,
    settings: Settings,
    intakes: Iterable[Intake],
    run_id: str | None,
) -> list[Collected]:
    results = []
    for intake in intakes:
        delivery = intake.delivery
        known = known_versions(connection, delivery.return_code, delivery.period_code, delivery.sender)
        result = _collect_one(connection, settings, intake, known, run_id)
        connection.commit()
        results.append(result)
        log.info(
            "collected" if result.is_new else "unchanged",
            sender=delivery.sender, return_code=delivery.return_code, period=delivery.period_code,
            collection=delivery.collection, submission_id=result.submission_id, version=result.version,
            refusals=result.refusals,
        )  # fmt: skip
    return results


def _collect_packages(
    connection: psycopg.Connection, settings: Settings, layout: ReturnLayout, council: str, run_id: str | None
) -> list[Collected]:
    """Take in the packages that a council's own worker has sent; one that is refused holds up no other.

    Raises:
        ClubError: one or more were refused, and set aside.
    """
    results, refused = [], []
    for path in waiting_packages(settings, layout.code, council):
        try:
            with open_package(path, council, settings) as package:
                results.append(_collect_package(connection, settings, layout, package, path, run_id))
            connection.commit()
        except PassingError:
            raise
        except (ClubError, psycopg.DataError, psycopg.IntegrityError) as problem:
            connection.rollback()
            why = (
                str(problem)
                if isinstance(problem, ClubError)
                else f"its rows are not of the form: {problem.sqlstate}"
            )
            refused.append(f"{refused_package(path)}: {why}")
            continue
        path.unlink()
    if refused:
        raise ClubError(f"Packages of {council} could not be taken in, and were set aside.\n" + "\n".join(refused))
    return results


def _collect_package(
    connection: psycopg.Connection,
    settings: Settings,
    layout: ReturnLayout,
    package: Package,
    path: Path,
    run_id: str | None,
) -> Collected:
    if not layout.is_person_level:
        with unpacked(package, settings) as intake:
            return _collect_all(connection, settings, [intake], run_id)[0]
    manifest = package.manifest
    known = known_versions(connection, layout.code, manifest.period_code, manifest.sender)
    same = same_version(intake_of(manifest), known, None)
    if same:
        return Collected(manifest.sender, manifest.period_code, same.submission_id, same.version, False, 0)
    submission_id, version = take_in_checked(connection, layout, package, path, run_id)
    log.info(
        "taken in, checked at the council", sender=manifest.sender, return_code=layout.code,
        period=manifest.period_code, submission_id=submission_id, version=version,
    )  # fmt: skip
    return Collected(manifest.sender, manifest.period_code, submission_id, version, True, 0)


def _collect_one(
    connection: psycopg.Connection,
    settings: Settings,
    intake: Intake,
    known: Known,
    run_id: str | None,
) -> Collected:
    delivery = intake.delivery
    layout = find_return(delivery.return_code)
    rival = rival_of(intake, known.latest)
    same = same_version(intake, known, rival)
    if same:
        return Collected(delivery.sender, delivery.period_code, same.submission_id, same.version, False, 0)
    if rival:
        refuse_duplicate(intake, rival)
    refuse_misplaced(intake, layout, layout.periods or known_rounds(connection, layout.code), settings)
    refuse_other_times(intake, layout)
    submission_id, version = _land(connection, settings, layout, intake, run_id)
    return Collected(delivery.sender, delivery.period_code, submission_id, version, True, len(intake.findings))


def _land(
    connection: psycopg.Connection, settings: Settings, layout: ReturnLayout, intake: Intake, run_id: str | None
) -> tuple[int, int]:
    """Archive, read, register and copy a delivery; return the number of its submission and its version."""
    _archive_files(intake, layout, settings)
    if not intake.findings:
        read_delivery(intake, layout, settings)
    submission_id, version, file_ids = register(connection, intake, run_id)
    numbered = zip(file_ids, intake.files, strict=True)
    tables = [(file_id, received.table) for file_id, received in numbered if received.table]
    with connection.cursor() as cursor:
        copy_tables(cursor, submission_id, tables)
    numbers = file_numbers(intake, file_ids)
    for file_id, table in tables:
        if table.is_counted_while_copied:
            note_counts(connection, file_id, table)
            note_findings(connection, submission_id, numbers, table.findings)
            intake.findings += table.findings
    return submission_id, version


def _archive_files(intake: Intake, layout: ReturnLayout, settings: Settings) -> None:
    """Keep the bytes of every file, faulty or not; for returns of persons, only those that will be read."""
    if intake.findings and layout.is_person_level:
        return
    reader = shape_reader(layout)
    for received in intake.files:
        if received.open_file and received.sha256:
            try:
                with received.open_file() as stream:
                    reader.reopen(received, archive_stream(settings, received.sha256, stream))
            except UnreadableFile as problem:
                received.open_file = received.sha256 = None
                refuse_file(intake, received, problem)
