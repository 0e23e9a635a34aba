"""The examination: what the next part needs is looked at first, and a part that is down hides what rests on it."""

from collections.abc import Iterator

from ingestion.operation.doctor import airflow, backups, building, files, grants, packages, server, work, workers
from ingestion.operation.doctor.fault import Fault
from ingestion.settings import Settings

# Each looks at the settings alone; nothing has to run for them.
OF_THE_MACHINE = (
    files.wrong_owner, files.open_to_others, files.disk_nearly_full, files.landing_zone, files.unknown_senders,
    files.contacts, backups.backup_old, packages.versions_unlike_the_lock,
)  # fmt: skip

# Each asks the database of the warehouse, over one connection.
OF_THE_WAREHOUSE = (
    server.clock_set_back,
    building.nothing_built, building.last_build_failed, building.definitions_changed, building.lagging,
    building.steps_held, building.readers_in_the_way, building.schemas_left, building.rules_not_run,
    grants.missing_grants, grants.missing_foreign_keys,
    work.quarantined, work.awaiting_sign_off, work.not_checked, work.archive_incomplete, work.mail_undelivered,
    work.overdue,
)  # fmt: skip


def examine(settings: Settings, *, thorough: bool = False) -> list[Fault]:
    """Look at every part, in the order in which each rests on the one before; return what is wrong.

    Nothing is changed, started or made, passwords least of all: a lost key is told of before anything would make
    another. `thorough` reads every archived file again, which may take minutes.
    """
    return list(_examine(settings, thorough))


def _examine(settings: Settings, thorough: bool) -> Iterator[Fault]:
    for look in OF_THE_MACHINE:
        yield from look(settings)
    in_the_way = [*files.secrets_missing(settings)] or [*server.not_reachable(settings)]
    yield from in_the_way
    if in_the_way:
        return
    yield from server.port_unlike_the_setting(settings)
    with server.open_warehouse(settings) as connection:
        with server.looking(connection):
            wrong = [*server.unfit(settings, connection)] or [*server.wrong_version(settings, connection)]
        # What another version of the product asks for need not be there.
        for look_inside in () if wrong else OF_THE_WAREHOUSE:
            with server.looking(connection):
                yield from look_inside(settings, connection)
        yield from wrong
        if thorough and not wrong:
            yield from work.archive_differs(settings, connection)
    yield from airflow.faults(settings)
    yield from workers.faults(settings)
