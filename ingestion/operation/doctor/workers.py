"""The workers, where tasks are handed to any: their broker, whether one lives, and whether they run this code."""

from collections.abc import Iterator

from ingestion.operation.broker import code_version, living_workers, shown, version_of, why_unreachable
from ingestion.operation.doctor.fault import Fault, listed
from ingestion.operation.executors import executor_names
from ingestion.settings import Settings


def faults(settings: Settings) -> Iterator[Fault]:
    """Ask the broker, and the workers behind it; where it is down, they cannot be asked."""
    url = settings.broker_url
    if "celery" not in executor_names(settings):
        return
    if url is None:
        yield Fault(
            "broker_unreachable",
            "CLUB_EXECUTOR hands tasks to workers, and CLUB_BROKER_URL does not say by which broker",
            "set CLUB_BROKER_URL to redis://:PASSWORD@HOST:PORT/0, then club up",
        )
    elif why := why_unreachable(url):
        yield Fault(
            "broker_unreachable",
            f"the broker {shown(url)} takes no tasks, so that none begins: {why}",
            "start it, or correct CLUB_BROKER_URL; tasks are handed out anew within minutes",
        )
    else:
        yield from _of_workers(living_workers(url))


def _of_workers(workers: list[str]) -> Iterator[Fault]:
    if not workers:
        yield Fault(
            "no_worker",
            "no worker answers: every task waits, and fails after an hour",
            "club worker, on any machine",
        )
    if others := [name for name in workers if version_of(name) != code_version()]:
        yield Fault(
            "workers_of_another_version",
            f"of another version of the code than this one: {listed(others)}",
            "stop it on its machine, bring it to this version there, and start club worker again",
        )
