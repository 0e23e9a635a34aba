"""Commands for the years: a backup, and the ways back."""

from pathlib import Path
from typing import Annotated

import typer

from ingestion.cli.console import console, plain_errors, read_settings, say
from ingestion.errors import ClubError
from ingestion.settings import MEBIBYTE, Settings


def backup(
    folder: Annotated[
        Path | None,
        typer.Argument(help="A new folder, best on another disk; into CLUB_BACKUPS, if nothing is said."),
    ] = None,
    secrets: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Where the secrets go; beside the folder, if nothing is said."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what it would take, and write nothing.")] = False,
) -> None:
    """Back up database, archive, outbox and settings while everything runs, and the secrets apart from it.

    Without a folder it does what is done each night: one into CLUB_BACKUPS, read back, then the old ones go.
    """
    with plain_errors():
        settings = read_settings()
        if folder is None:
            _back_up_by_settings(settings, secrets, dry_run)
        else:
            _back_up_into(settings, folder.expanduser().resolve(), secrets, dry_run)


def _back_up_by_settings(settings: Settings, secrets: Path | None, dry_run: bool) -> None:
    from ingestion.backup.nightly import back_up

    if secrets or dry_run:
        raise ClubError("--secrets and --dry-run go with a folder. Name one, or leave both out.")
    taken = back_up(settings, say)
    if taken is None:
        raise ClubError("Name a new folder for the backup, or set CLUB_BACKUPS to the folder of all of them.")
    say(f"Backup {taken.folder}: {taken.manifest.in_words}")
    say(f"Its secrets are in {settings.backup_secrets}, apart from it")
    if taken.removed:
        say(f"Taken away after it: {', '.join(taken.removed)}")


def _back_up_into(settings: Settings, target: Path, secrets: Path | None, dry_run: bool) -> None:
    from ingestion.backup.ledger_file import ledger_file_of, write_ledger_file
    from ingestion.backup.take import require_room, secrets_beside, take_backup

    secrets_file = secrets.expanduser().resolve() if secrets else secrets_beside(target)
    needed = require_room(settings, target, secrets_file)
    if dry_run:
        say(f"A backup into {target} would take {needed / MEBIBYTE:,.0f} MiB at most; nothing was written")
        return
    manifest = take_backup(settings, target, secrets_file, say)
    write_ledger_file(settings, ledger_file_of(settings))
    say(f"Backup {target}: {manifest.in_words}")
    console.print(
        f"[yellow]![/yellow] The secrets are in {secrets_file}, apart from it. Keep the two in different "
        "places: who has both can tell which child is behind a pseudonym.",
        highlight=False,
    )
    if manifest.children_due_on:
        say(
            f"Rows about single children in it are due to be purged from {manifest.children_due_on} on: keep "
            "it no longer than that, or the pseudonyms' key away from it"
        )
    if manifest.not_in_archive:
        raise ClubError(
            f"The archive lacks {len(manifest.not_in_archive)} files that the ledger knows, as "
            f"{manifest.not_in_archive[0]}. The backup is whole without them; look for them in an earlier one."
        )


def restore(
    folder: Annotated[Path, typer.Argument(help="A backup.")],
    into: Annotated[
        Path | None, typer.Option(metavar="HOME", help="Another state folder than CLUB_HOME; must hold none yet.")
    ] = None,
    secrets: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Its secrets; beside the folder, if nothing is said.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Move a warehouse that is there out of the way; nothing is deleted.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Verify the backup, and restore nothing.")] = False,
) -> None:
    """Restore a backup, verified before and compared after, into an empty place."""
    from ingestion.backup.restore import check_backup, restore_backup
    from ingestion.backup.take import secrets_beside

    with plain_errors():
        settings, source = read_settings(), folder.expanduser().resolve()
        if into:
            settings = _moved(settings, into)
        secrets_file = secrets.expanduser().resolve() if secrets else secrets_beside(source)
        if dry_run:
            say(f"The backup is as it was written: {check_backup(source, secrets_file).in_words}")
            return
        _require_nothing_runs(settings)
        manifest = restore_backup(settings, source, secrets_file, say, may_set_aside=force)
        say(f"Restored into {settings.state_folder}: {manifest.in_words}")
        _tell_other_settings(settings, manifest.settings)
        say(f"Every table is as it was. Start with `CLUB_HOME={settings.state_folder} club up`")


def rebuild_from_archive(ledger: Path | None) -> None:
    """Make everything anew from the archive and the ledger's file, and say what they could not give."""
    from ingestion.backup.from_archive import read_again
    from ingestion.backup.ledger_file import ledger_file_of
    from ingestion.model.build import build_marts
    from ingestion.model.crosswalk import prepare_crosswalk
    from ingestion.model.readings import count_readings

    with plain_errors():
        settings = read_settings()
        found = read_again(settings, ledger.expanduser() if ledger else ledger_file_of(settings), say)
        say(f"Read {found.submissions} submissions with {found.rows:,} rows again")
        say("Building and testing every figure")
        prepare_crosswalk(settings)
        build_marts(settings, full=True)
        if found.had_readings:
            count_readings(settings)
        for what, whose in found.not_as_before:
            say(f"{what}: {'; '.join(whose)}")
        say("The marts were built from the archive alone")


def _moved(settings: Settings, home: Path) -> Settings:
    return Settings(home=home, **settings.model_dump(exclude={"home", "landing_zone", "warehouse_url"}))


def _require_nothing_runs(settings: Settings) -> None:
    from ingestion.operation.airflow_process import AirflowProcess

    if AirflowProcess(settings).url:
        raise ClubError(f"Airflow runs in {settings.state_folder}. Stop it with `club down`, and restore then.")


def _tell_other_settings(settings: Settings, then: dict[str, str]) -> None:
    from ingestion.backup.take import plain_settings

    now = plain_settings(settings)
    for name, value in then.items():
        if now.get(name) != value:
            say(
                f"CLUB_{name.upper()} was {value} at the backup, and is {now.get(name, 'no setting any more')} now"
            )
