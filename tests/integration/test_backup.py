"""A backup taken while things go on is restored equal, table by table; archive and ledger alone suffice too."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ingestion.backup.ledger_file import LEDGER_FILE
from ingestion.backup.manifest import MANIFEST, read_manifest
from ingestion.backup.nightly import Taken, back_up, backups_there
from ingestion.backup.restore import check_backup, require_whole, restore_backup
from ingestion.backup.take import secrets_beside, take_backup
from ingestion.cli.app import app
from ingestion.errors import ClubError
from ingestion.model.build import build_marts
from ingestion.model.inputs import BUILD
from ingestion.retention import purge_children
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from ingestion.warehouse.secrets import SECRETS_FILE, load_secrets
from ingestion.warehouse.server import EmbeddedServer
from ingestion.warehouse.step_lock import never_twice
from samples import write_child_samples
from tests.conftest import run_road
from tests.support.checksums import checksums
from tests.support.returns import sample_return
from tests.support.warehouses import settings_in, walkable


def club(settings: Settings, *arguments: str) -> Result:
    """Run a command in the state folder of these settings."""
    surroundings = {"CLUB_HOME": str(settings.home), "LANDING_ZONE": settings.landing, "WAREHOUSE_URL": None}
    return CliRunner().invoke(app, list(arguments), env=surroundings)


def one_line(done: Result) -> str:
    return " ".join(done.output.split())


def silent(_: str) -> None: ...


@pytest.fixture(scope="module")
def with_children(sample_warehouse: Settings) -> Settings:
    """Provide the samples with returns about some children beside them, built."""
    write_child_samples(
        Path(sample_warehouse.landing), children=5, authorities=["dudley"], periods=["2023-24", "2024-25"]
    )
    run_road(sample_warehouse, "ssda903")
    build_marts(sample_warehouse)
    return sample_warehouse


@pytest.fixture(scope="module")
def backup(with_children: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = walkable(tmp_path_factory.mktemp("backups")) / "monday"
    take_backup(with_children, folder, secrets_beside(folder), silent)
    return folder


@pytest.fixture(scope="module")
def expected(backup: Path, with_children: Settings) -> dict[str, str | None]:
    """Return the checksum of every table as it was when the backup was taken."""
    return checksums(with_children)


@pytest.fixture(scope="module")
def restored(
    expected: dict[str, str | None], backup: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    """Provide what was restored by a second command, as the first was cut off just before its end."""
    settings = settings_in(walkable(tmp_path_factory.mktemp("new")) / "home")
    with pytest.MonkeyPatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr("ingestion.backup.restore._copy_files", _interrupt)
        restore_backup(settings, backup, secrets_beside(backup), silent)
    with pytest.raises(ClubError, match="was cut off"):
        require_whole(settings)
    done = club(settings, "restore", str(backup))
    assert done.exit_code == 0, done.output
    yield settings
    EmbeddedServer(settings).stop()


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _find_damage(*_: object) -> None:
    raise ClubError("The backup is damaged.")


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Settings]:
    """Provide an empty state folder, whose server is stopped in the end."""
    settings = settings_in(walkable(tmp_path) / "elsewhere")
    yield settings
    EmbeddedServer(settings).stop()


def test_a_restored_warehouse_is_equal_table_by_table(
    restored: Settings, with_children: Settings, expected: dict[str, str | None]
):
    require_whole(restored)
    assert checksums(restored) == expected
    assert load_secrets(restored) == load_secrets(with_children)
    kept = {path.name for path in with_children.archive.rglob("*") if path.is_file()}
    assert {path.name for path in restored.archive.rglob("*") if path.is_file()} == kept


def test_a_warehouse_that_lives_is_not_restored_over(restored: Settings, backup: Path):
    done = club(restored, "restore", str(backup))
    assert (done.exit_code, "holds a warehouse already" in one_line(done)) == (1, True)
    assert EmbeddedServer(restored).address() is not None


def test_a_build_of_the_changes_goes_on_from_a_restored_warehouse(restored: Settings):
    sent = sample_return("dudley", "2007-08")
    sent.with_file("spend.csv", sent.files["spend.csv"] + b"\n").deliver(restored)
    run_road(restored)
    build_marts(restored)
    with connect(restored, Role.ANALYST) as analyst:
        assert analyst.execute("select is_full from marts.build").fetchone() == (False,)


def test_a_warehouse_is_moved_out_of_the_way_where_that_is_wanted(
    restored: Settings, backup: Path, expected: dict[str, str | None]
):
    done = club(restored, "restore", str(backup), "--force")
    assert done.exit_code == 0, done.output
    (aside,) = restored.home.glob("before-restore-*")
    assert {"archive", SECRETS_FILE, "postgresql"} <= {path.name for path in aside.iterdir()}
    assert checksums(restored, "ledger") == {
        name: expected[name] for name in expected if name.startswith("ledger.")
    }


def test_the_archive_and_the_ledger_alone_give_the_same_figures(
    expected: dict[str, str | None], backup: Path, elsewhere: Settings
):
    """Of the backup only the archive, the ledger's file and the secrets are taken. One full build."""
    elsewhere.home.mkdir()
    shutil.copytree(backup / "archive", elsewhere.archive)
    shutil.copy(backup / LEDGER_FILE, elsewhere.home)
    shutil.copy(secrets_beside(backup), elsewhere.home / SECRETS_FILE)
    done = club(elsewhere, "rebuild", "--from-archive")
    assert done.exit_code == 0, done.output
    found = checksums(elsewhere)
    assert [name for name in expected if found.get(name) != expected[name]] == []


def test_the_secrets_are_apart_and_for_their_owner_alone(with_children: Settings, backup: Path):
    secrets = load_secrets(with_children)
    beside = secrets_beside(backup)
    assert json.loads(beside.read_text()) == secrets
    assert beside.stat().st_mode & 0o777 == 0o600
    assert backup.stat().st_mode & 0o777 == 0o700
    for path in (path for path in backup.rglob("*") if path.is_file()):
        assert path.stat().st_mode & 0o077 == 0, path
        content = path.read_bytes()
        assert [name for name, secret in secrets.items() if secret.encode() in content] == []


def test_a_backup_says_what_is_in_it(backup: Path):
    manifest = read_manifest(backup)
    files = {path.relative_to(backup).as_posix() for path in backup.rglob("*") if path.is_file()}
    assert files - {"manifest.json"} == set(manifest.files)
    assert manifest.not_in_archive == []
    assert not any(table.startswith("checking.") or "_next." in table for table in manifest.tables)
    assert manifest.children_due_on is not None
    assert "password" not in json.dumps(manifest.settings)


@pytest.mark.parametrize("how", ["changed", "missing"])
def test_a_damaged_backup_is_named_and_nothing_is_restored(
    backup: Path, elsewhere: Settings, tmp_path: Path, how: str
):
    damaged = tmp_path / "damaged"
    shutil.copytree(backup, damaged)
    shutil.copy(secrets_beside(backup), secrets_beside(damaged))
    victim = next(path for path in sorted((damaged / "archive").rglob("*")) if path.is_file())
    victim.chmod(0o600)
    content = victim.read_bytes()
    victim.unlink()
    if how == "changed":
        victim.write_bytes(bytes([content[0] ^ 1]) + content[1:])
    done = club(elsewhere, "restore", str(damaged))
    assert done.exit_code == 1
    assert victim.name in done.output.replace("\n", "")
    assert not elsewhere.home.exists()


def test_a_backup_that_was_cut_off_is_none(backup: Path, elsewhere: Settings, tmp_path: Path):
    cut_off = tmp_path / "monday.unfinished"
    shutil.copytree(backup, cut_off)
    (cut_off / "manifest.json").unlink()
    done = club(elsewhere, "restore", str(cut_off))
    assert (done.exit_code, "is no backup" in one_line(done)) == (1, True)


def test_the_secrets_of_another_backup_are_refused(backup: Path, elsewhere: Settings, tmp_path: Path):
    others = tmp_path / "others.json"
    others.write_text("{}")
    done = club(elsewhere, "restore", str(backup), "--secrets", str(others))
    assert (done.exit_code, "secrets of another backup" in one_line(done)) == (1, True)


def test_what_arrives_while_a_backup_is_taken_is_either_whole_in_it_or_not_at_all(
    with_children: Settings, elsewhere: Settings, tmp_path: Path
):
    """A return is collected, and children are purged, between the snapshot and the copy of the archive."""
    before = checksums(with_children)
    happened: list[str] = []

    def meddle(sentence: str) -> None:
        if sentence.startswith("Summing"):
            with pytest.raises(ClubError), never_twice(with_children, Role.TRANSFORMER, BUILD):
                pass
            happened.append("no build")
        if sentence.startswith("Copying"):
            changed = sample_return("dudley", "2007-08").with_file("note.csv", b"a,b\n1,2\n")
            changed.deliver(with_children)
            run_road(with_children)
            purge_children(with_children, days=0)
            happened.append("purged")

    folder = tmp_path / "tuesday"
    manifest = take_backup(with_children, folder, secrets_beside(folder), meddle)
    assert happened == ["no build", "purged"]
    assert checksums(with_children, "ledger") != {name: before[name] for name in before if "ledger." in name}
    assert manifest.not_in_archive == []
    assert manifest.purged_meanwhile
    restore_backup(elsewhere, folder, secrets_beside(folder), silent)
    assert checksums(elsewhere) == before


def test_an_existing_backup_is_never_written_over(sample_warehouse: Settings, backup: Path):
    done = club(sample_warehouse, "backup", str(backup))
    assert (done.exit_code, "never written over" in one_line(done)) == (1, True)


def by_settings(warehouse: Settings, folder: Path, kept: int = 7) -> Settings:
    return Settings(
        home=warehouse.home, landing_zone=warehouse.landing, warehouse_url=None, settle_seconds=0,
        backups=folder, backups_kept=kept, backup_secrets_folder=folder.parent / "secrets",
    )  # fmt: skip


def taken_by(settings: Settings) -> Taken:
    taken = back_up(settings, silent)
    assert taken is not None
    return taken


def aged(backup: Path, stamp: str, **facts: str) -> Path:
    """Let a backup be of another night, and say something else of itself."""
    older = backup.with_name(stamp)
    shutil.copytree(backup, older)
    manifest = json.loads((older / MANIFEST).read_text()) | facts
    (older / MANIFEST).write_text(json.dumps(manifest))
    secrets = backup.parent.parent / "secrets"
    shutil.copy(secrets / f"{backup.name}.secrets.json", secrets / f"{stamp}.secrets.json")
    return older


def test_without_a_folder_no_backup_is_taken_by_itself(with_children: Settings):
    assert back_up(with_children, silent) is None


def test_a_nightly_backup_takes_the_place_of_the_oldest_once_it_is_whole(with_children: Settings, tmp_path: Path):
    settings = by_settings(with_children, walkable(tmp_path) / "nightly", kept=2)
    first = taken_by(settings)
    assert check_backup(first.folder, settings.backup_secrets / f"{first.folder.name}.secrets.json")
    aged(first.folder, "2020-01-01T043000Z")
    (settings.backups / "2020-01-02T043000Z.unfinished").mkdir()
    (settings.backups / "before the move").mkdir()
    ledger_file = settings.state_folder / LEDGER_FILE
    ledger_file.unlink()
    second = taken_by(settings)
    assert second.removed == ["2020-01-01T043000Z"]
    assert backups_there(settings) == [first.folder, second.folder]
    assert {path.name for path in settings.backups.iterdir()} - {first.folder.name, second.folder.name} == {
        "before the move"
    }
    assert len(list(settings.backup_secrets.iterdir())) == 2
    assert ledger_file.exists()


def test_a_nightly_backup_is_not_kept_beyond_the_last_day_of_rows_about_children(
    with_children: Settings, tmp_path: Path
):
    settings = by_settings(with_children, walkable(tmp_path) / "nightly")
    first = taken_by(settings)
    aged(first.folder, "2020-01-01T043000Z", children_due_on="2020-03-31")
    aged(first.folder, "2020-01-02T043000Z")
    assert taken_by(settings).removed == ["2020-01-01T043000Z"]


def test_a_nightly_backup_that_is_not_whole_takes_no_other_away(
    with_children: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    settings = by_settings(with_children, walkable(tmp_path) / "nightly", kept=1)
    first = taken_by(settings)
    with monkeypatch.context() as patched:
        patched.setattr("ingestion.backup.take.copy_outbox", _interrupt)
        with pytest.raises(KeyboardInterrupt):
            back_up(settings, silent)
    with monkeypatch.context() as patched:
        patched.setattr("ingestion.backup.restore.verify_files", _find_damage)
        with pytest.raises(ClubError, match="is damaged"):
            back_up(settings, silent)
    assert backups_there(settings) == [first.folder]
    assert len(list(settings.backups.glob("*.damaged"))) == 1
