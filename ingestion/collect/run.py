"""Collect the deliveries of one return: archive, read and register them, and copy them into `raw`.

One transaction per submission: whatever stops the loader, a submission is stored whole or not at all.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import psycopg
import structlog

from ingestion.authorities import authorities, lifetimes, nearest_authority
from ingestion.collect.answer_forms import known_rounds
from ingestion.collect.archive import archive_stream
from ingestion.collect.copying import copy_tables
from ingestion.collect.intake import Intake, refuse_delivery, refuse_file
from ingestion.collect.landing import Delivery, deliveries, landing_root, open_collection, still_being_written
from ingestion.collect.national import take_collection
from ingestion.collect.published_layouts import keep_layouts
from ingestion.collect.reading import read_delivery, shape_reader, take_delivery
from ingestion.collect.registration import (
    DUPLICATE,
    Known,
    Registered,
    file_numbers,
    known_versions,
    note_counts,
    note_findings,
    register,
)
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
    """Collect everything one sender has delivered of one return, or of one period of it. Idempotent."""
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
        return _collect_all(connection, settings, intakes, run_id)


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


def _collect_one(
    connection: psycopg.Connection,
    settings: Settings,
    intake: Intake,
    known: Known,
    run_id: str | None,
) -> Collected:
    delivery = intake.delivery
    layout = find_return(delivery.return_code)
    rival = _rival(intake, known.latest)
    same = _same(intake, known, rival)
    if same:
        return Collected(delivery.sender, delivery.period_code, same.submission_id, same.version, False, 0)
    if rival:
        _refuse_duplicate(intake, rival)
    _refuse_misplaced(intake, layout, layout.periods or known_rounds(connection, layout.code), settings)
    _refuse_other_times(intake, layout)
    submission_id, version = _land(connection, settings, layout, intake, run_id)
    return Collected(delivery.sender, delivery.period_code, submission_id, version, True, len(intake.findings))


def _same(intake: Intake, known: Known, rival: Registered | None) -> Registered | None:
    """Find the version that needs no other: the latest of the same origin and bytes, or the one that counts more.

    Only the latest counts: going back to an earlier file is a new version, not a repeat. What was withdrawn stays
    so when its files are found again, as they lie on in the landing zone. A copy of what the council has delivered
    itself is no version of it, even where it differs: the council's own counts.
    """
    if rival and (rival.collection is None or intake.contents == rival.contents):
        return rival
    origin = intake.delivery.collection
    latest = known.latest.get(origin)
    if latest and latest.fingerprint == intake.fingerprint:
        return latest
    return known.withdrawn.get((origin, intake.fingerprint))


def _rival(intake: Intake, earlier: dict[str | None, Registered]) -> Registered | None:
    """Find the return that a copy in a national collection repeats: the council's own, or another collection's."""
    collection = intake.delivery.collection
    if collection is None:
        return None
    others = [each for each in earlier.values() if each.collection not in (None, collection)]
    return earlier.get(None) or next((each for each in others if not each.is_duplicate), None)


def _refuse_duplicate(intake: Intake, rival: Registered) -> None:
    refuse_delivery(
        intake, DUPLICATE, found=", ".join(file.title for file in intake.files),
        collection=intake.delivery.collection, known=", ".join(rival.file_names), other=rival.collection,
        submission=rival.submission_id,
    )  # fmt: skip


def _refuse_misplaced(intake: Intake, layout: ReturnLayout, periods: tuple[str, ...], settings: Settings) -> None:
    """Refuse by name a folder that matches no authority, two of one authority, or a year or round not known."""
    delivery = intake.delivery
    if layout.is_published or delivery.collection:
        return
    if delivery.sender not in authorities():
        refuse_delivery(
            intake, "intake.unknown_sender", found=delivery.sender, nearest=nearest_authority(delivery.sender)
        )
    if delivery.period_code not in periods:
        rule = "intake.unknown_round" if layout.is_of_answers else "intake.unknown_period"
        refuse_delivery(intake, rule, found=delivery.period_code, known=", ".join(periods) or "none")
    if len(delivery.folders) > 1:
        root = str(landing_root(settings))
        found = ", ".join(str(folder).removeprefix(root).lstrip("/") for folder in delivery.folders)
        refuse_delivery(
            intake, "intake.two_folders", found=found, sender=delivery.sender, period=delivery.period_code
        )


def _refuse_other_times(intake: Intake, layout: ReturnLayout) -> None:
    """Refuse the return of a council that did not exist in that year."""
    delivery = intake.delivery
    lifetime = None if layout.is_of_answers else lifetimes().get(delivery.sender)
    if lifetime and delivery.period_code in layout.periods and not lifetime.includes(delivery.period_code):
        name = authorities()[delivery.sender].name
        refuse_delivery(
            intake,
            "intake.council_of_other_times",
            found=name,
            period=delivery.period_code,
            lifetime=lifetime.in_words,
        )


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
