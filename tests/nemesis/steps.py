"""What the lines of a schedule do: the functions that DAGs and commands call, with what they are called for."""

import csv
import io
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg

from ingestion.backup.take import take_backup
from ingestion.check.run import check
from ingestion.collect.run import collect
from ingestion.decide import decide, sign_off, withdraw
from ingestion.feedback.report import write_feedback
from ingestion.model.as_known_on import build_as_known_on, drop_as_known_on, moment_of
from ingestion.model.build import build_marts, marts_are_behind
from ingestion.retention import purge_children
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from tests.nemesis.schedule import SENDERS, Event
from tests.support.child_returns import PERIOD as CHILD_PERIOD
from tests.support.child_returns import TABLES, write_return

FORM, CHILDREN, PERIOD = "pss_ex1", "ssda903", "2006-07"
# As DAGs do, each checks and decides one return.
_RETURNS = {"forms": FORM, "children": CHILDREN}
# What can be done again without asking whether it was done.
REPEATABLE = ("deliver", "check", "decide", "build", "feedback")
# What a person gets to read who does once more what is done already.
DONE_ALREADY = ("is withdrawn already", "only one that awaits sign-off", "no longer in force")

_NEWEST = """
select submission_id from ledger.submission
where sender = %s and return_code = 'pss_ex1' and ({})
order by version desc limit 1
"""
_IN_FORCE, _WAITING = "is_in_force", "state = 'awaiting_sign_off'"


@dataclass(frozen=True)
class Deed:
    """A line of a schedule with what it turned out to be about, which a second attempt is about too."""

    event: Event
    settings: Settings
    about: int | str | None = None

    def __call__(self) -> None:
        """Do it, in the process that calls."""
        what, *words = self.event.words
        _DOING[what](self, *words)

    @property
    def can_be_repeated(self) -> bool:
        """Whether it is a step that the DAGs take again and again."""
        return self.event.words[0] in REPEATABLE


def prepare(event: Event, settings: Settings) -> Deed:
    """Put a delivery into the landing zone; look up what another line is about."""
    what, *words = event.words
    if what == "deliver":
        write_delivery(settings, *words)
        return Deed(event, settings)
    with connect(settings, Role.LOADER) as connection:
        return Deed(event, settings, _about(connection, what, *words))


def _about(connection: psycopg.Connection, what: str, sender: str = "") -> int | str | None:
    if what in ("withdraw", "accept", "reject"):
        which = _IN_FORCE if what == "withdraw" else _WAITING
        row = connection.execute(_NEWEST.format(which), [sender]).fetchone()
        return row[0] if row else None
    if what == "as-known-on":
        row = connection.execute("select max(decided_at)::text from ledger.decision").fetchone()
        return row[0] if row else None
    return None


def write_delivery(settings: Settings, sender: str, content: str) -> None:
    """Put a return into the landing zone: `good-3`, `poison-1`, `children-2`."""
    kind, _, number = content.partition("-")
    landing = Path(settings.landing) / sender
    if kind == "children":
        episodes = [
            TABLES["episodes"][0],
            TABLES["episodes"][1].replace("03/06/2024", f"{int(number):02}/06/2024"),
        ]
        write_return(landing / CHILDREN / CHILD_PERIOD, episodes=episodes)
        return
    folder = landing / FORM / PERIOD
    folder.mkdir(parents=True, exist_ok=True)
    figure = 1000 * int(number) + (666 if kind == "poison" else 1 + SENDERS.index(sender))
    activity = [["Data item description", "Data item data"], ["hours", str(figure)], [kind, kind]]
    spend = [["Col A", "Gross Total Cost (Current Expenditure including Capital Charges)"], ["all", "n/a"]]
    for name, rows in (("activity.csv", activity), ("spend.csv", spend)):
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(rows)
        (folder / name).write_text(text.getvalue())


def _deliver(deed: Deed, sender: str, content: str) -> None:
    collect(deed.settings, CHILDREN if content.startswith("children") else FORM, sender)


def _settle(deed: Deed) -> None:
    """Do what Airflow would do tomorrow, with all that lies in the landing zone."""
    landing = Path(deed.settings.landing)
    for sender in SENDERS:
        for return_code in (FORM, CHILDREN):
            if (landing / sender / return_code).exists():
                collect(deed.settings, return_code, sender)
    for of in _RETURNS:
        _check(deed, of)
        _decide(deed, of)
    _build(deed)
    write_feedback(deed.settings)


def _check(deed: Deed, of: str = "forms") -> None:
    check(deed.settings, _RETURNS[of], keep_documents=False)


def _decide(deed: Deed, of: str = "forms") -> None:
    decide(deed.settings, _RETURNS[of])


def _build(deed: Deed) -> None:
    if marts_are_behind(deed.settings):
        build_marts(deed.settings)


def _rebuild(deed: Deed) -> None:
    build_marts(deed.settings, full=True)


def _withdraw(deed: Deed, _: str) -> None:
    if isinstance(deed.about, int):
        withdraw(deed.settings, deed.about, by="officer", reason="sent by mistake")


def _sign_off(deed: Deed, _: str) -> None:
    if isinstance(deed.about, int):
        accepts = deed.event.words[0] == "accept"
        sign_off(deed.settings, deed.about, accept=accepts, by="officer", reason="asked by telephone")


def _known(deed: Deed) -> None:
    moment = moment_of(deed.settings, str(deed.about))
    build_as_known_on(deed.settings, moment)
    drop_as_known_on(deed.settings, moment)


def _backup(deed: Deed) -> None:
    folder = deed.settings.home / "backup-of-it"
    for left in deed.settings.home.glob("backup-*"):
        left.unlink() if left.is_file() else shutil.rmtree(left)
    take_backup(deed.settings, folder, folder.with_name("backup-secrets"), lambda _: None)


_DOING: dict[str, Callable[..., object]] = {
    "deliver": _deliver,
    "check": _check,
    "decide": _decide,
    "build": _build,
    "rebuild": _rebuild,
    "feedback": lambda deed: write_feedback(deed.settings),
    "purge": lambda deed: purge_children(deed.settings, days=0),
    "as-known-on": _known,
    "backup": _backup,
    "settle": _settle,
    "withdraw": _withdraw,
    "accept": _sign_off,
    "reject": _sign_off,
}
