"""What the officer is asked about packs, what an answer does, and how a question ends that is no longer one."""

import gc
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from ingestion.errors import ClubError, NothingAwaitsError
from ingestion.settings import DAGS, PROJECT_ROOT, Settings
from ingestion.warehouse.connection import Role, connect
from reporting.packs.awaiting import (
    ASKED_FOR,
    find_awaiting,
    members_to_publish,
    needs_reason,
    pack_folder,
    request,
)
from reporting.packs.data import PackRows, read_pack_rows
from reporting.packs.publish import (
    draft_status,
    publish_drafts,
    refuse_packs,
    sign_off_packs,
)
from tests.support.warehouses import Warehouses

MEMBER, OTHER = "dudley", "walsall"

ANSWER = "ANSWER "
STEP = f"""
import json, sys
from airflow.sdk.exceptions import AirflowSkipException
from publish_packs import find_members
for _ in sys.stdin:
    try:
        answer = find_members.function()
    except AirflowSkipException as why:
        answer = str(why)
    print({ANSWER!r} + json.dumps(answer), flush=True)
"""


@pytest.fixture(scope="module")
def warehouse(warehouses: Warehouses) -> Iterator[Settings]:
    """The samples, built; the window of a draft is ten days."""
    with warehouses.of_samples() as settings:
        yield settings


@pytest.fixture(scope="module")
def rows(warehouse: Settings) -> PackRows:
    """What packs are made of."""
    return read_pack_rows(warehouse)


@pytest.fixture
def settings(warehouse: Settings, quick: None) -> Iterator[Settings]:
    """The same, with nothing published."""
    yield warehouse
    with connect(warehouse, Role.ADMIN) as connection:
        connection.execute("truncate ledger.publication_file, ledger.publication")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, rows: PackRows) -> None:
    """Packs of a line: what is in them is looked at elsewhere. The rows are read once, but for the build."""

    def read_again(settings: Settings) -> PackRows:
        return replace(rows, build=replace(rows.build, build_id=build_read(settings)))

    monkeypatch.setattr("reporting.packs.publish.read_pack_rows", read_again)
    files = {"tidy.csv": b"1\n"}
    monkeypatch.setattr(
        "reporting.packs.publish.pack_files", lambda pack, status: files | {"pack.html": status.encode()}
    )


def build_read(settings: Settings) -> int:
    """The number of the build that is read."""
    with connect(settings, Role.ADMIN) as connection:
        (build_id,) = connection.execute("select build_id from marts.build").fetchone()
    return build_id


@pytest.fixture
def superseded(settings: Settings) -> Iterator[int]:
    """A build whose drafts of one member are out, and after which another one is read."""
    build_id = build_read(settings)
    list(publish_drafts(settings, [MEMBER]))
    with connect(settings, Role.ADMIN) as connection:
        connection.execute("update marts.build set build_id = build_id + 1")
    yield build_id
    with connect(settings, Role.ADMIN) as connection:
        connection.execute("update marts.build set build_id = build_id - 1")


def ledger(settings: Settings) -> list[tuple[str, str, str | None, str | None]]:
    """Every state of a pack: whose, which, by whom and why."""
    with connect(settings, Role.LOADER) as connection:
        return connection.execute(
            "select authority_code, state, decided_by, reason from ledger.publication order by publication_id"
        ).fetchall()


def with_hashes(settings: Settings, state: str) -> dict[str, str]:
    """The hash of every file of a member, as the ledger has it."""
    with connect(settings, Role.LOADER) as connection:
        return dict(
            connection.execute(
                "select file_name, sha256 from ledger.publication_file inner join ledger.publication "
                "using (publication_id) where authority_code = %s and state = %s and group_code = 'home_care'",
                [MEMBER, state],
            ).fetchall()
        )


@pytest.fixture
def step_that_finds_members(settings: Settings, tmp_path: Path) -> Iterator[Callable[[], object]]:
    """The first step of the Airflow DAG in a process of its own: what it returns, or why it is skipped."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")}
    environment |= {
        "AIRFLOW_HOME": str(tmp_path), "CLUB_HOME": str(settings.home), "LANDING_ZONE": settings.landing,
        "PYTHONPATH": os.pathsep.join((str(DAGS), str(PROJECT_ROOT))),
    }  # fmt: skip
    with subprocess.Popen(
        [sys.executable, "-c", STEP], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:

        def take() -> object:
            assert process.stdin and process.stdout
            process.stdin.write("again\n")
            process.stdin.flush()
            return json.loads(next(line for line in process.stdout if line.startswith(ANSWER))[len(ANSWER) :])

        yield take
        process.kill()


@contextmanager
def behind(settings: Settings) -> Iterator[None]:
    """Something was decided after the build that is read."""
    change = "update marts.build set last_decision_id = last_decision_id + %s"
    with connect(settings, Role.ADMIN) as connection:
        connection.execute(change, [-1])
    yield
    with connect(settings, Role.ADMIN) as connection:
        connection.execute(change, [1])


def after_the_window(settings: Settings) -> Settings:
    """The same club, whose drafts cannot be corrected at all."""
    return settings.model_copy(update={"correction_days": 0})


# The first: two warehouses of a worker do not run at once.
def test_where_nobody_has_figures_nobody_is_asked(warehouses: Warehouses):
    with warehouses.empty() as settings:
        assert members_to_publish(settings)[1] == []


def test_garbage_is_collected_as_before_when_packs_are_made(settings: Settings):
    before = gc.get_threshold(), gc.get_freeze_count()
    making = publish_drafts(settings, [MEMBER])
    next(making)
    assert gc.get_threshold() != before[0]
    assert len(list(making)) == 1
    assert (gc.get_threshold(), gc.get_freeze_count()) == before


class TestTheOfficersWord:
    def test_a_draft_is_not_signed_off_inside_its_window_without_a_reason(self, settings: Settings):
        list(publish_drafts(settings, [MEMBER]))
        for early in (None, "", "  "):
            with pytest.raises(ClubError, match=r"Dudley can correct the draft .* until"):
                list(sign_off_packs(settings, "J. Officer", [MEMBER], early=early))
        assert {state for _, state, _, _ in ledger(settings)} == {"draft"}

    def test_with_a_reason_it_is(self, settings: Settings):
        list(publish_drafts(settings, [MEMBER]))
        list(sign_off_packs(settings, "J. Officer", [MEMBER], early="Dudley has agreed"))
        assert ledger(settings)[-1] == (MEMBER, "final", "J. Officer", "Dudley has agreed")

    def test_after_the_window_it_needs_none(self, settings: Settings):
        list(publish_drafts(settings, [MEMBER]))
        list(sign_off_packs(after_the_window(settings), "J. Officer", [MEMBER], early=""))
        assert ledger(settings)[-1] == (MEMBER, "final", "J. Officer", None)

    def test_signed_off_twice_the_files_are_the_same_and_the_first_word_counts(self, settings: Settings):
        list(publish_drafts(settings, [MEMBER]))
        (folder,) = sign_off_packs(settings, "J. Officer", [MEMBER], ["home_care"], early="agreed")
        files = {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}
        before = ledger(settings)

        list(sign_off_packs(settings, "Somebody else", [MEMBER], ["home_care"], early="again"))

        assert {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()} == files
        assert ledger(settings) == before
        assert b"by J. Officer" in files["pack.html"][0]
        hashes = {name: sha256(content).hexdigest() for name, (content, _) in files.items()}
        assert with_hashes(settings, "final") == hashes

    def test_a_refusal_is_recorded_with_its_reason_once(self, settings: Settings):
        list(publish_drafts(settings, [MEMBER, OTHER]))
        refused = refuse_packs(settings, "J. Officer", "Dudley's hours are a week's", [MEMBER])
        assert {each.state for each in refused} == {"refused"}
        assert refuse_packs(settings, "Somebody else", "another reason", [MEMBER]) == refused
        recorded = [each for each in ledger(settings) if each[1] == "refused"]
        assert set(recorded) == {(MEMBER, "refused", "J. Officer", "Dudley's hours are a week's")}

    @pytest.mark.parametrize("reason", ["", " \n"])
    def test_a_refusal_without_a_reason_is_none(self, settings: Settings, reason: str):
        list(publish_drafts(settings, [MEMBER]))
        with pytest.raises(ClubError, match="needs a reason"):
            refuse_packs(settings, "J. Officer", reason, [MEMBER])

    def test_what_was_never_out_is_neither_refused_nor_signed_off(self, settings: Settings):
        with pytest.raises(ClubError, match=r"has not been out as a draft.*club pack"):
            refuse_packs(settings, "J. Officer", "no", [MEMBER])
        with pytest.raises(ClubError, match=r"has not been out as a draft.*club pack"):
            list(sign_off_packs(settings, "J. Officer", [MEMBER], early="yes"))

    def test_what_was_refused_is_left_out_when_the_rest_is_signed_off(self, settings: Settings):
        list(publish_drafts(settings, [MEMBER, OTHER]))
        refuse_packs(settings, "J. Officer", "hours of a week", [MEMBER])
        list(sign_off_packs(settings, "J. Officer", [MEMBER, OTHER], early="agreed"))
        assert {whose for whose, state, _, _ in ledger(settings) if state == "final"} == {OTHER}
        with pytest.raises(NothingAwaitsError, match=r"J\. Officer has refused .*: hours of a week"):
            list(sign_off_packs(settings, "J. Officer", [MEMBER], early="agreed"))

    def test_what_was_signed_off_stays_so_when_the_rest_is_refused(self, settings: Settings):
        list(publish_drafts(settings, [MEMBER, OTHER]))
        list(sign_off_packs(settings, "J. Officer", [MEMBER], early="agreed"))
        refuse_packs(settings, "J. Officer", "hours of a week", [MEMBER, OTHER])
        assert {whose for whose, state, _, _ in ledger(settings) if state == "refused"} == {OTHER}


class TestASupersededBuild:
    def test_its_question_ends(self, settings: Settings, superseded: int):
        with pytest.raises(
            NothingAwaitsError, match=rf"build {superseded} are superseded: build {superseded + 1}"
        ):
            find_awaiting(settings, superseded)

    def test_nothing_of_it_is_drafted_signed_off_or_refused(self, settings: Settings, superseded: int):
        before = ledger(settings)
        with pytest.raises(NothingAwaitsError, match="superseded"):
            list(publish_drafts(settings, [MEMBER], build_id=superseded))
        with pytest.raises(NothingAwaitsError, match="superseded"):
            list(sign_off_packs(settings, "J. Officer", [MEMBER], early="yes", build_id=superseded))
        with pytest.raises(NothingAwaitsError, match="superseded"):
            refuse_packs(settings, "J. Officer", "no", [MEMBER], build_id=superseded)
        assert ledger(settings) == before

    def test_a_refused_pack_has_a_draft_again_in_the_next_build(self, settings: Settings, superseded: int):
        list(publish_drafts(settings, [MEMBER]))
        assert {each.authority_code for each in find_awaiting(settings, superseded + 1).drafts} == {MEMBER}


def test_nothing_is_drafted_while_more_was_decided_than_the_build_that_is_read_holds(
    settings: Settings, step_that_finds_members: Callable[[], object]
):
    """The next build is due and has drafts of its own; before and after it there are members."""
    build_id, members = members_to_publish(settings)
    found = [{"authority": member, "build_id": build_id} for member in members]
    assert step_that_finds_members() == found != []
    with behind(settings):
        assert "the next build is due" in str(step_that_finds_members())
    assert step_that_finds_members() == found


class TestTheQuestion:
    def test_it_names_whose_packs_await_where_they_lie_and_until_when(self, settings: Settings):
        list(publish_drafts(settings, [MEMBER, OTHER]))
        awaiting = find_awaiting(settings, build_read(settings))
        subject, body = request(settings, awaiting)

        last_day = f"{awaiting.until:%-d %B %Y}"
        assert subject == f"Sign off 4 packs of build {awaiting.build_id} (to be corrected until {last_day})"
        assert last_day in draft_status(awaiting.drafts[0], settings)
        for name, code in (("Dudley", MEMBER), ("Walsall", OTHER)):
            groups = "home_care, placement_stability"
            assert f"| {name} | {groups} | `{pack_folder(settings, code, 'draft')}` |" in body
        assert "Birmingham" not in body and "`reason`" in body

    def test_what_was_signed_off_or_refused_at_the_command_line_is_asked_no_more(self, settings: Settings):
        build_id = build_read(settings)
        list(publish_drafts(settings, [MEMBER, OTHER]))
        list(sign_off_packs(settings, "J. Officer", [MEMBER], early="agreed"))
        assert {draft.authority_code for draft in find_awaiting(settings, build_id).drafts} == {OTHER}
        refuse_packs(settings, "J. Officer", "hours of a week", [OTHER])
        with pytest.raises(NothingAwaitsError, match="signed off or refused"):
            find_awaiting(settings, build_id)

    def test_nobody_is_asked_for_ever_and_the_drafts_can_still_be_signed_off(self, settings: Settings):
        list(publish_drafts(settings, [MEMBER]))
        asked_too_long = ASKED_FOR + timedelta(days=settings.correction_days)
        with connect(settings, Role.ADMIN) as connection:
            connection.execute("update ledger.publication set published_at = now() - %s", [asked_too_long])
        with pytest.raises(NothingAwaitsError, match="Nobody has answered in 90 days"):
            find_awaiting(settings, build_read(settings))
        assert list(sign_off_packs(settings, "J. Officer", [MEMBER]))

    def test_every_member_with_figures_has_packs(self, settings: Settings, rows: PackRows):
        assert members_to_publish(settings) == (rows.build.build_id, list(rows.authorities))
        assert len(rows.authorities) > 10

    def test_a_member_is_left_alone_when_all_its_packs_have_the_officers_word(self, settings: Settings):
        list(publish_drafts(settings, [MEMBER, OTHER]))
        list(sign_off_packs(settings, "J. Officer", [OTHER], ["home_care"], early="agreed"))
        list(sign_off_packs(settings, "J. Officer", [MEMBER], ["home_care"], early="agreed"))
        refuse_packs(settings, "J. Officer", "no", [MEMBER], ["placement_stability"])
        _, members = members_to_publish(settings)
        assert MEMBER not in members and OTHER in members

    @pytest.mark.parametrize(
        ("is_approved", "window", "needs"),
        [
            (True, timedelta(days=1), True),
            (True, timedelta(days=-1), False),
            (False, timedelta(days=-1), True),
            (False, timedelta(days=1), True),
        ],
    )
    def test_an_answer_needs_a_reason_to_refuse_and_before_the_window_has_ended(
        self, is_approved: bool, window: timedelta, needs: bool
    ):
        assert needs_reason(is_approved, datetime.now(UTC) + window) is needs
