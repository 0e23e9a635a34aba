"""Settings from the environment, secrets in a private file, bytes in the archive."""

import hashlib
import json
import os
import stat
import subprocess
from pathlib import Path
from typing import IO

import pytest
from pydantic import ValidationError

from ingestion.backup.manifest import files_below
from ingestion.collect.archive import archive, archived_path, open_anew
from ingestion.errors import ClubError
from ingestion.outbox import close_to_others, make_private_folder, stream_if_changed, write_if_changed
from ingestion.outbox.publication import current, publish_folder
from ingestion.readers.table import UnreadableFile
from ingestion.settings import PROJECT_ROOT, Settings
from ingestion.settings import place as place_of
from ingestion.warehouse.secrets import MAKERS, OF_THE_EMBEDDED, SETTINGS, load_secrets, variable_of

OURS = ("CLUB_HOME", "LANDING_ZONE", "WAREHOUSE_URL", "CLUB_MAX_FILE_BYTES", "CLUB_LANDING_ZONE")


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in OURS:
        monkeypatch.delenv(name, raising=False)


class TestSettings:
    def test_everything_has_a_working_default(self):
        settings = Settings()
        assert settings.state_folder == PROJECT_ROOT / "var"
        assert settings.landing == str(PROJECT_ROOT / "var" / "landing")
        assert settings.warehouse_url is None

    def test_the_three_names_others_rely_on_are_read_from_the_environment(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ):
        monkeypatch.setenv("CLUB_HOME", str(tmp_path / "home"))
        monkeypatch.setenv("LANDING_ZONE", "s3://club/landing")
        monkeypatch.setenv("WAREHOUSE_URL", "postgresql://club@db/warehouse")
        settings = Settings()
        assert settings.state_folder == tmp_path / "home"
        assert settings.landing == "s3://club/landing"
        assert settings.warehouse_url == "postgresql://club@db/warehouse"

    def test_the_landing_zone_follows_the_state_folder(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
        monkeypatch.setenv("CLUB_HOME", str(tmp_path))
        assert Settings().landing == str(tmp_path / "landing")

    def test_relative_folders_are_taken_from_where_we_stand(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("CLUB_HOME", "state")
        monkeypatch.setenv("LANDING_ZONE", "../landing")
        assert Settings().state_folder == tmp_path / "state"
        assert Settings().landing == str(tmp_path.parent / "landing")

    def test_the_other_names_start_with_club(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setenv("CLUB_MAX_FILE_BYTES", "1000")
        assert Settings().max_file_bytes == 1000

    @pytest.mark.parametrize("value", ["0", "-1", "much"])
    def test_a_limit_that_is_none_is_refused(self, monkeypatch: pytest.MonkeyPatch, value: str):
        monkeypatch.setenv("CLUB_MAX_FILE_BYTES", value)
        with pytest.raises(ValidationError, match="max_file_bytes"):
            Settings()

    @pytest.mark.parametrize(("threshold", "rounding"), [(5, 5), (5, 12), (1, 4), (10, 1)])
    def test_counts_that_are_not_small_may_be_rounded_to_anything_but_nobody(self, threshold: int, rounding: int):
        settings = Settings(disclosure_threshold=threshold, disclosure_rounding=rounding)
        assert settings.disclosure_rounding == rounding

    @pytest.mark.parametrize(("threshold", "rounding"), [(5, 13), (1, 5)])
    def test_a_rounding_that_makes_nobody_of_a_count_that_is_shown_is_refused(self, threshold: int, rounding: int):
        with pytest.raises(ValidationError, match="disclosure_rounding"):
            Settings(disclosure_threshold=threshold, disclosure_rounding=rounding)

    def test_all_that_is_kept_lies_in_the_state_folder(self, tmp_path: Path):
        settings = Settings(home=tmp_path)
        for folder in (settings.archive, settings.outbox, settings.airflow_home):
            assert folder.parent == tmp_path


class TestSecrets:
    @pytest.fixture
    def settings(self, tmp_path: Path) -> Settings:
        return Settings(home=tmp_path / "home", warehouse_url=None)

    def test_the_file_is_its_owners_alone(self, settings: Settings):
        load_secrets(settings)
        (file,) = settings.state_folder.glob("secrets*.json")
        assert file.name == "secrets.json"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600

    def test_they_are_made_once(self, settings: Settings):
        assert load_secrets(settings) == load_secrets(settings)

    def test_no_two_are_the_same(self, settings: Settings):
        found = load_secrets(settings)
        assert set(found) == set(MAKERS)
        assert len(set(found.values())) == len(MAKERS)
        assert all(len(secret) >= 32 for secret in found.values())

    def test_one_that_a_later_version_needs_is_added_and_the_others_stay(self, settings: Settings):
        first = load_secrets(settings)
        file = settings.state_folder / "secrets.json"
        file.write_text(json.dumps({name: secret for name, secret in first.items() if name != "bi"}))
        second = load_secrets(settings)
        assert second["bi"] != first["bi"]
        assert second | {"bi": ""} == first | {"bi": ""}

    def test_one_that_is_given_is_used_and_not_written_down(self, settings: Settings):
        given = Settings(home=settings.home, bi_password="given-by-the-operator")
        assert load_secrets(given)["bi"] == "given-by-the-operator"
        assert "given-by-the-operator" not in (settings.state_folder / "secrets.json").read_text()

    def test_each_has_a_variable_of_its_own(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
        variables = {name: variable_of(name) for name in MAKERS}
        assert len(set(variables.values())) == len(MAKERS)
        for name, variable in variables.items():
            monkeypatch.setenv(variable, f"the secret of {name}")
        given = Settings(home=tmp_path / "home", warehouse_url=None, secrets_from="environment")
        assert load_secrets(given) == {name: f"the secret of {name}" for name in MAKERS}
        assert not given.state_folder.exists()

    def test_from_the_environment_alone_the_missing_are_named_and_none_is_made(self, tmp_path: Path):
        embedded = Settings(home=tmp_path / "home", warehouse_url=None, secrets_from="environment")
        with pytest.raises(ClubError, match="AIRFLOW__CORE__FERNET_KEY") as refused:
            load_secrets(embedded)
        assert all(variable_of(name) in str(refused.value) for name in MAKERS)
        elsewhere = embedded.model_copy(
            update={"warehouse_url": "postgresql://x@db/y"}
            | {SETTINGS[name]: "given" for name in MAKERS if name not in (*OF_THE_EMBEDDED, "pseudonym")}
        )
        with pytest.raises(ClubError, match=r"in the environment: CLUB_PSEUDONYM_KEY\."):
            load_secrets(elsewhere)
        whole = load_secrets(elsewhere.model_copy(update={"pseudonym_key": "given"}))
        with pytest.raises(ClubError, match="CLUB_AIRFLOW_DATABASE_PASSWORD"):
            whole["airflow_database"]
        assert not embedded.state_folder.exists()


def lost(*_: object) -> None:
    raise OSError("the connection is lost")


class TestBehindAnAddress:
    """Archive and outbox in a store of objects, here one in memory."""

    @pytest.fixture
    def settings(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
        monkeypatch.setenv("CLUB_ARCHIVE", f"memory://{tmp_path.name}/archive")
        monkeypatch.setenv("CLUB_OUTBOX", f"memory://{tmp_path.name}/outbox")
        return Settings(home=tmp_path / "home", warehouse_url=None)

    def test_bytes_are_kept_once_and_read_again(self, settings: Settings):
        sha256 = hashlib.sha256(b"same").hexdigest()
        path = archive(settings, sha256, b"same")
        assert archive(settings, sha256, b"other, and never looked at") == path
        assert open_anew(path).read() == b"same"
        assert [kept.name for kept in files_below(settings.archive)] == [sha256]

    def test_bytes_that_are_not_those_of_the_hash_are_not_kept(self, settings: Settings):
        with pytest.raises(UnreadableFile, match=r"intake\.still_being_written"):
            archive(settings, hashlib.sha256(b"xyz").hexdigest(), b"xyz and more")
        assert files_below(settings.archive) == []

    def test_a_file_is_written_when_it_changes(self, settings: Settings):
        page = settings.outbox / "dudley" / "index.html"
        assert [write_if_changed(page, text) for text in ("one", "one", "two")] == [True, False, True]
        assert page.read_text() == "two"

    def test_one_that_breaks_off_leaves_what_was_there(self, settings: Settings):
        page = settings.outbox / "dudley" / "index.html"
        write_if_changed(page, "whole")

        def breaks_off(file: IO[bytes]) -> None:
            file.write(b"half")
            raise OSError("the connection is lost")

        with pytest.raises(OSError, match="lost"):
            stream_if_changed(page, breaks_off)
        assert page.read_text() == "whole"

    def test_nothing_of_it_is_on_the_disk(self, settings: Settings):
        archive(settings, hashlib.sha256(b"x").hexdigest(), b"x")
        make_private_folder(settings.club_outbox)
        close_to_others(settings.archive)
        assert not settings.state_folder.exists()

    def test_who_reads_a_published_folder_sees_one_state_of_it(self, tmp_path: Path):
        place = place_of(f"memory://{tmp_path.name}/shared")
        draft, seen = tmp_path / "draft", []
        draft.mkdir()
        for turn in range(4):
            for name in ("a.csv", "b.csv"):
                (draft / name).write_text(f"{name} {turn}")
            standing = publish_folder(draft, place)
            assert publish_folder(draft, place) == standing
            assert {path.name: path.read_text() for path in files_below(standing)} == {
                name: f"{name} {turn}" for name in ("a.csv", "b.csv")
            }
            assert place / current(place)["path"] == standing
            seen.append(standing)
        # Who was reading the state before goes on.
        assert [state.exists() for state in seen] == [False, False, True, True]

    def test_one_that_breaks_off_leaves_the_state_before(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        place = place_of(f"memory://{tmp_path.name}/site")
        draft = tmp_path / "draft"
        draft.mkdir()
        (draft / "index.html").write_text("one")
        publish_folder(draft, place, lambda path: ("index.html", f"go to {path}"))
        before = current(place), (place / "index.html").read_text()
        (draft / "index.html").write_text("two")
        with monkeypatch.context() as patched, pytest.raises(OSError, match="lost"):
            patched.setattr("ingestion.outbox.publication.upload", lost)
            publish_folder(draft, place, lambda path: ("index.html", f"go to {path}"))
        assert (current(place), (place / "index.html").read_text()) == before
        assert (place / before[0]["path"] / "index.html").read_text() == "one"

    def test_a_folder_elsewhere_is_a_folder(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
        monkeypatch.setenv("CLUB_ARCHIVE", str(tmp_path / "other" / "archive"))
        assert Settings().archive == tmp_path / "other" / "archive"


class TestArchive:
    @pytest.fixture
    def settings(self, tmp_path: Path) -> Settings:
        return Settings(home=tmp_path, warehouse_url=None)

    def kept(self, settings: Settings) -> list[Path]:
        return [path for path in settings.archive.rglob("*") if path.is_file()]

    def test_bytes_are_kept_untouched_under_their_hash(self, settings: Settings):
        content = b"\xef\xbb\xbfa,b\r\n\x00"
        sha256 = hashlib.sha256(content).hexdigest()
        path = archive(settings, sha256, content)
        assert path == archived_path(settings, sha256)
        assert path.name == sha256
        assert path.read_bytes() == content

    def test_the_same_bytes_are_kept_once(self, settings: Settings):
        for _ in range(2):
            archive(settings, hashlib.sha256(b"same").hexdigest(), b"same")
        archive(settings, hashlib.sha256(b"other").hexdigest(), b"other")
        assert len(self.kept(settings)) == 2

    def test_what_is_kept_can_only_be_read(self, settings: Settings):
        path = archive(settings, hashlib.sha256(b"x").hexdigest(), b"x")
        assert not path.stat().st_mode & 0o222

    def test_an_error_while_writing_leaves_nothing(self, settings: Settings, monkeypatch: pytest.MonkeyPatch):
        def full_disk(source: IO[bytes], copy: IO[bytes], sha256: str) -> None:
            copy.write(source.read(1))
            raise OSError("No space left on device")

        sha256 = hashlib.sha256(b"xyz").hexdigest()
        with monkeypatch.context() as patch:
            patch.setattr("ingestion.collect.archive._copy", full_disk)
            with pytest.raises(OSError, match="No space left"):
                archive(settings, sha256, b"xyz")
        assert list(archived_path(settings, sha256).parent.iterdir()) == []
        assert archive(settings, sha256, b"xyz").read_bytes() == b"xyz"

    def test_what_a_killed_process_wrote_is_removed_and_what_a_living_one_writes_is_not(self, settings: Settings):
        sha256 = hashlib.sha256(b"xyz").hexdigest()
        path = archived_path(settings, sha256)
        path.parent.mkdir(parents=True)
        ended = subprocess.Popen(["true"])
        ended.wait()
        remains, under_way = (path.with_name(f"{sha256}.{pid}") for pid in (ended.pid, os.getppid()))
        for draft in (remains, under_way):
            draft.write_bytes(b"x")
        archive(settings, sha256, b"xyz")
        assert sorted(path.parent.iterdir()) == sorted([path, under_way])

    def test_bytes_that_are_not_those_of_the_hash_are_not_kept(self, settings: Settings):
        sha256 = hashlib.sha256(b"xyz").hexdigest()
        with pytest.raises(UnreadableFile, match=r"intake\.still_being_written"):
            archive(settings, sha256, b"xyz and more")
        assert list(archived_path(settings, sha256).parent.iterdir()) == []
