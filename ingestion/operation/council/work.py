"""What a worker does on the council's own machine: collect, check and pseudonymise there, and send the outcome.

Returns about persons are checked in a database that is thrown away afterwards, and answered there too; what is
sent tells nobody who a child is. Other returns are sent as they are: nobody stands in them, and the club holds
them against what others have sent.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog

from ingestion.check.run import check
from ingestion.collect.intake import Intake
from ingestion.collect.landing import deliveries, still_being_written
from ingestion.collect.packing import pack_as_sent, pack_checked
from ingestion.collect.reading import take_bytes
from ingestion.collect.reference_lists import load_postcodes, load_providers
from ingestion.collect.run import Collected, collect
from ingestion.decide import decide, put_in_force
from ingestion.feedback.report import write_feedback
from ingestion.operation.check_database import check_database
from ingestion.operation.council.centre import Centre, KnownReturn
from ingestion.returns.catalogue import ReturnLayout, collected_returns
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect

log = structlog.get_logger()

# Where the council keeps lists that rules look things up in, below `CLUB_HOME`.
REFERENCE = "reference"
_LISTS = (("postcodes.csv", load_postcodes), ("providers.csv", load_providers))


@dataclass(frozen=True)
class Work:
    """Whose work it is, where its files are, whom it sends to, and the key of the pseudonyms."""

    settings: Settings
    council: str
    centre: Centre
    pseudonym_key: str


def work_at_council(work: Work) -> dict[str, int]:
    """Do everything that waits at the council, and return by return how many submissions were sent."""
    return {layout.code: sent for layout in collected_returns() if (sent := _work_on(work, layout))}


def _work_on(work: Work, layout: ReturnLayout) -> int:
    intakes = list(_whole(work, layout))
    if not intakes:
        return 0
    known = work.centre.known(layout.code)
    new = [intake for intake in intakes if intake.fingerprint not in _of(known, intake).known]
    if not new:
        return 0
    if layout.is_person_level:
        return _check_and_send(work, layout, known, {intake.fingerprint for intake in new})
    for intake in new:
        with _draft() as draft:
            pack_as_sent(intake, draft)
            work.centre.send(draft)
    log.info("sent as they are", return_code=layout.code, submissions=len(new))
    return len(new)


def _whole(work: Work, layout: ReturnLayout) -> Iterator[Intake]:
    """Yield the deliveries that nobody is writing to any more, with the hashes of their files."""
    found = list(deliveries(work.settings, layout, work.council))
    files = [path for delivery in found for path in delivery.files]
    unfinished = set(still_being_written(files, work.settings.settle_seconds))
    for delivery in found:
        if unfinished.isdisjoint(delivery.files):
            yield take_bytes(delivery, work.settings)


def _check_and_send(work: Work, layout: ReturnLayout, known: dict[str, KnownReturn], new: set[str]) -> int:
    """Check every year that lies here, since a year is held against the one before; send those that are new."""
    sent = 0
    with check_database(lambda _: None) as scratch:
        settings = Settings(
            home=scratch.home, landing_zone=work.settings.landing, warehouse_url=None,
            pseudonym_key=work.pseudonym_key, settle_seconds=work.settings.settle_seconds,
        )  # fmt: skip
        _load_lists(work.settings, settings)
        # The oldest first; each is checked alone, so that what came of its rules is its own.
        for collected in collect(settings, layout.code, work.council):
            fingerprint = _check_and_decide(settings, layout, collected, known)
            if fingerprint in new:
                with connect(settings, Role.LOADER) as connection, _draft() as draft:
                    pack_checked(connection, collected.submission_id, draft)
                    work.centre.send(draft)
                sent += 1
        write_feedback(settings)
        shutil.copytree(settings.outbox / work.council, work.settings.outbox / work.council, dirs_exist_ok=True)
    log.info("checked and sent", return_code=layout.code, submissions=sent)
    return sent


def _check_and_decide(
    settings: Settings, layout: ReturnLayout, collected: Collected, known: dict[str, KnownReturn]
) -> str:
    """Check one year, and let it be in force here where the club has it in force; return its fingerprint."""
    check(settings, layout.code, collected.period_code, keep_documents=False)
    decide(settings, layout.code)
    with connect(settings, Role.LOADER) as connection:
        (fingerprint,) = connection.execute(
            "select fingerprint from ledger.submission where submission_id = %s", [collected.submission_id]
        ).fetchone() or ("",)
    if known.get(collected.period_code, KnownReturn()).in_force == fingerprint:
        put_in_force(settings, collected.submission_id)
    return str(fingerprint)


def _load_lists(own: Settings, settings: Settings) -> None:
    for name, load in _LISTS:
        file = own.state_folder / REFERENCE / name
        if file.exists():
            load(settings, file)


def _of(known: dict[str, KnownReturn], intake: Intake) -> KnownReturn:
    return known.get(intake.delivery.period_code, KnownReturn())


@contextmanager
def _draft() -> Iterator[Path]:
    """Provide the place of a package that is gone once it was sent."""
    with tempfile.TemporaryDirectory(prefix="club-package-") as folder:
        yield Path(folder) / "package.zip"
