"""The whole road as its users travel it: the `club` command, Airflow, Great Expectations, dbt, PostgreSQL.

Minutes long, as Airflow starts twice and loads all samples; one installation serves every test.
"""

import json
import os
import shutil
import signal
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, text

from ingestion.errors import ClubError
from ingestion.model.build import build_marts
from ingestion.returns.catalogue import catalogue
from samples import write_national_samples, write_samples
from tests.conftest import run_road
from tests.end_to_end.club import Club
from tests.end_to_end.officer import DAG, Officer
from tests.support.warehouses import Warehouses, walkable

pytestmark = [pytest.mark.airflow, pytest.mark.timeout(1500)]

# Those whose samples have something wrong with them, and enough others to compare them with.
SENDERS = ("birmingham", "dudley", "herefordshire", "stoke-on-trent", "telford-and-wrekin", "walsall")
PACK_FILES = {".html", ".pdf", ".xlsx", ".csv", ".json"}
# Whose packs are made here: two show what there is to see of many, at a fifth of a minute each.
WITH_PACKS = ("dudley", "walsall")
# In the national collection beside the members' own folders; the one member in it is there with the same bytes.
COLLECTED = ("barnet", "camden", "dudley", "kent", "medway")


def make_club(folder: Path) -> Club:
    """An installation with sample returns in its landing zone, nothing started yet."""
    fill(walkable(folder) / "landing")
    return Club(folder / "home", folder / "landing")


def fill(landing: Path) -> None:
    """Write the samples of the senders, of the publishers and of a national collection."""
    write_samples(landing)
    for folder in landing.iterdir():
        if folder.name not in (*SENDERS, "_published"):
            shutil.rmtree(folder)
    write_national_samples(landing, periods=("2007-08",), councils=COLLECTED)


@pytest.fixture(scope="module")
def broken_off(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Club, int, str]]:
    """An installation whose database was killed amid its first load; the code it ended with, and what it said.

    Nothing makes packs until a test asks for them.
    """
    club = make_club(tmp_path_factory.mktemp("disturbed"))
    try:
        loading = club.start("load")
        kill_postgres_once_some_are_registered(club)
        said, _ = loading.communicate(timeout=900)
        yield club, loading.returncode, said
    finally:
        club.run("down")


@pytest.fixture(scope="module")
def loaded(broken_off: tuple[Club, int, str]) -> Club:
    """The same installation after a second load, that nobody disturbed."""
    club, _, _ = broken_off
    done = club.run("load")
    assert done.returncode == 0, done.stdout + done.stderr
    return club


@pytest.fixture(scope="module")
def figures_of_the_load(loaded: Club) -> dict[str, list[tuple]]:
    """What the load gave."""
    return loaded.figures()


@pytest.fixture(scope="module")
def undisturbed_figures(warehouses: Warehouses) -> dict[str, list[tuple]]:
    """What the same files give when one step after the other is taken in one process, and nothing fails."""
    with warehouses.empty() as settings:
        landing = Path(settings.landing)
        fill(landing)
        for return_code in catalogue():
            run_road(settings, return_code)
        build_marts(settings)
        return Club(settings.home, landing).figures()


@pytest.fixture(scope="module")
def drafting(loaded: Club, figures_of_the_load: dict[str, list[tuple]]) -> Club:
    """The same, making the packs of two members: those of all are made without Airflow (`test_packs`)."""
    officer = Officer(loaded)
    officer.leave_only(*WITH_PACKS)
    loaded.pause(DAG, False)
    officer.run()
    return loaded


@pytest.fixture(autouse=True)
def _figures_are_taken_before_anything_else(figures_of_the_load: dict[str, list[tuple]]) -> None:
    """The samples are changed by later tests."""


def test_a_load_whose_database_is_killed_says_what_to_do(broken_off: tuple[Club, int, str]):
    _, code, said = broken_off
    assert code != 0
    # Whichever it notices first: that Airflow does not answer, or that the warehouse does not.
    assert ("Run the command again" in said or "Run `club up`" in said) and "Traceback" not in said, said


def test_after_the_database_is_killed_in_a_load_a_second_load_gives_the_undisturbed_figures(
    figures_of_the_load: dict[str, list[tuple]], undisturbed_figures: dict[str, list[tuple]]
):
    for name, rows in undisturbed_figures.items():
        assert set(figures_of_the_load[name]) ^ set(rows) == set(), name
    assert figures_of_the_load == undisturbed_figures


class TestALoadedClub:
    def test_status_for_programs_tells_what_runs_and_how_submissions_stand(self, loaded: Club):
        status = json.loads(loaded.run("status", "--json").stdout)

        assert status["warehouse"]["running"] and status["airflow"]["running"]
        assert status["submissions"]["rejected"] == 1
        # Two years of the form, a questionnaire, two rounds of the quiz, and good practice.
        of_each_sender, publishers, councils, totals = 2 + 4, 16, 4, 6
        sent = of_each_sender * len(SENDERS) + publishers + councils + totals
        assert sum(status["submissions"].values()) == sent

    def test_nothing_listens_to_other_machines(self, loaded: Club):
        listening = loaded.listening()

        assert {name for name, _ in listening} >= {"postgres"} and len(listening) >= 2
        assert [where for where in listening if where[1] not in ("127.0.0.1", "::1")] == []

    def test_a_national_collection_is_shared_out_and_a_members_copy_is_known(self, loaded: Club):
        with loaded.connect() as connection:
            came_with_it = connection.execute(
                "select sender, return_code, state from ledger.submission "
                "where collection = 'england' order by 2, 1"
            ).fetchall()
        assert came_with_it[:4] == [
            (council, "pss_ex1", "accepted") for council in COLLECTED if council != "dudley"
        ]
        assert {(return_code, state) for _, return_code, state in came_with_it[4:]} == {
            ("pss_ex1_totals", "accepted")
        }
        assert len(came_with_it) == 10

    def test_the_comparison_shows_every_member_and_where_to_look(self, loaded: Club):
        shown = loaded.run("compare").stdout

        for name in ("Birmingham", "Stoke-on-Trent", "Telford and Wrekin", "West Midlands"):
            assert name in shown
        assert "postgresql+psycopg://club_bi:" in shown and "comparison.html" in shown

    def test_every_member_has_feedback_for_every_return_it_sent(self, loaded: Club):
        reports = list(loaded.settings.outbox.glob("*/pss_ex1/*/v1/feedback.html"))

        assert len(reports) == 2 * len(SENDERS) + len(COLLECTED) - 1
        rejected = loaded.settings.outbox / "telford-and-wrekin" / "pss_ex1" / "2007-08" / "v1" / "feedback.html"
        assert "There is no spend table for 2007-08" in rejected.read_text()

    def test_the_bi_login_reads_the_marts_over_tcp_and_nothing_else(self, loaded: Club):
        url = loaded.run("url", "--role", "bi").stdout.strip()
        engine = create_engine(url)

        with engine.connect() as connection:
            assert connection.execute(text("select count(*) from marts.fct_indicator")).scalar_one() > 100
            with pytest.raises(Exception, match="permission denied"):
                connection.execute(text("select * from raw.pss_ex1_cells limit 1"))
        engine.dispose()

    def test_packs_go_out_as_drafts_and_the_officer_is_asked(self, drafting: Club):
        officer = Officer(drafting)

        question = officer.question()

        assert officer.recorded() == {(member, "draft", None, None) for member in WITH_PACKS}
        for member in WITH_PACKS:
            folder = drafting.settings.outbox / member / "packs" / "draft"
            assert {path.suffix for path in folder.iterdir()} == PACK_FILES
            assert str(folder) in question.body
        assert list(question.params) == ["reason"] and "can be corrected until" in question.body

    def test_loading_again_with_nothing_new_writes_not_one_row(self, drafting: Club):
        Officer(drafting).question()  # drafts are made on after a load
        before = drafting.fingerprints()

        done = drafting.run("load")

        assert done.returncode == 0
        assert "Nothing new" in done.stdout
        assert drafting.fingerprints() == before

    def test_a_load_says_that_a_dag_is_paused_and_does_not_wait(self, loaded: Club):
        loaded.pause("collect_pss_ex1", True)
        try:
            done = loaded.run("load", timeout=60)
        finally:
            loaded.pause("collect_pss_ex1", False)

        assert done.returncode == 1
        assert "Paused in Airflow: collect_pss_ex1." in done.stdout + done.stderr

    def test_a_bad_file_is_rejected_and_a_corrected_return_beside_it_replaces_the_figures(
        self, loaded: Club, drafting: Club
    ):
        """Walsall's last good figures stay; the version that Telford has corrected stays readable."""
        figures = figures_of(loaded, "walsall")
        (loaded.landing / "walsall" / "pss_ex1" / "2006-07" / "spend.csv").write_bytes(b"%PDF-1.7 not a table")
        form = Path("pss_ex1") / "2007-08" / "spend.csv"
        shutil.copy(loaded.landing / "dudley" / form, loaded.landing / "telford-and-wrekin" / form)

        done = loaded.run("load")

        assert done.returncode == 0, done.stdout + done.stderr
        assert "walsall pss_ex1 2006-07" in done.stdout and "a PDF document" in done.stdout
        assert figures and figures_of(loaded, "walsall") == figures
        with loaded.connect() as connection:
            versions = connection.execute(
                """
                select version, state, is_in_force from ledger.submission
                where sender = 'telford-and-wrekin' and period_code = '2007-08' order by version
                """
            ).fetchall()
        assert [version for version, _, _ in versions] == [1, 2]
        assert versions[0][1:] == ("rejected", False)


class TestPacks:
    """Each goes on from where the one before has left; the officer was asked about the first build."""

    def test_a_question_about_a_build_that_is_no_longer_read_ends_by_itself(self, loaded: Club):
        """The build that corrected returns have led to is drafted next, in the run that waited for this end."""
        officer = Officer(loaded)
        (about_the_first,) = officer.questions()
        assert f" build {officer.build_read()} " not in about_the_first.subject
        officer.leave_only(*WITH_PACKS)

        officer.look_again()

        states = officer.states(about_the_first.run_id)
        assert states["run"] == {"success"}
        assert states["ask_the_officer"] == states["finish_packs"] == states["record_refusal"] == {"skipped"}
        assert f"superseded: build {officer.build_read()} is read now" in officer.log(about_the_first.run_id)
        question = officer.question()
        assert question.subject.startswith("Sign off 4 packs")
        assert question.run_id.startswith("asset_triggered"), "the build has started it, and nobody else"

    def test_a_question_that_is_still_awaited_is_not_disturbed_by_looking_again(self, loaded: Club):
        officer = Officer(loaded)
        question = officer.question()

        officer.look_again()

        assert officer.question() == question

    def test_approved_without_a_reason_before_the_window_has_ended_it_is_asked_again(self, loaded: Club):
        officer = Officer(loaded)
        question = officer.question()

        officer.answer(question, "Approve")

        assert officer.question() == question
        assert {state for _, state, _, _ in officer.recorded()} == {"draft"}

    def test_approved_with_a_reason_all_is_final_that_was_not_refused_meanwhile(self, loaded: Club):
        officer = Officer(loaded)
        question = officer.question()
        refused = loaded.run("sign-off-packs", "walsall", "--refuse", "hours of a week", "--by", "deputy")
        assert refused.returncode == 0, refused.stdout + refused.stderr

        officer.answer(question, "Approve", "agreed with Dudley")

        states = officer.states(question.run_id)
        assert (states["run"], states["ask_the_officer"]) == ({"success"}, {"success"})
        assert (states["finish_packs"], states["record_refusal"]) == ({"success", "skipped"}, {"skipped"})
        assert {each for each in officer.recorded() if each[1] != "draft"} == {
            ("dudley", "final", "admin", "agreed with Dudley"),
            ("walsall", "refused", "deputy", "hours of a week"),
        }
        final = loaded.settings.outbox / "dudley" / "packs" / "final"
        assert {path.suffix for path in final.iterdir()} == PACK_FILES
        with loaded.connect() as connection:
            hashes = connection.execute(
                "select file_name, sha256 from ledger.publication_file inner join ledger.publication "
                "using (publication_id) where state = 'final'"
            ).fetchall()
        assert dict(hashes) == {path.name: sha256(path.read_bytes()).hexdigest() for path in final.iterdir()}

    def test_once_all_have_the_officers_word_a_run_makes_nothing_and_asks_nothing(self, loaded: Club):
        officer = Officer(loaded)
        before = officer.recorded()

        states = officer.states(officer.run())

        assert states.pop("run") == states.pop("find_members") == {"success"}
        assert set.union(*states.values()) == {"skipped"}
        assert officer.recorded() == before

    def test_rejected_it_is_refused_and_no_pack_is_final(self, loaded: Club):
        officer = Officer(loaded)
        officer.let_another_build_be_read()
        run_id = officer.run()

        officer.answer(officer.question(), "Reject", "Walsall sends again")

        states = officer.states(run_id)
        assert (states["run"], states["record_refusal"]) == ({"success"}, {"success"})
        assert states["finish_packs"] == {"skipped"}
        assert {each for each in officer.recorded() if each[1] != "draft"} == {
            (member, "refused", "admin", "Walsall sends again") for member in ("dudley", "walsall")
        }


def figures_of(club: Club, authority: str) -> list[tuple]:
    """The indicators of one authority."""
    return [row for row in club.figures()["fct_indicator"] if row[0] == authority]


def kill_postgres_once_some_are_registered(club: Club) -> None:
    """Wait until the load is in full swing, then kill the server the hard way.

    Airflow may be registering returns on its own schedule before the load has asked it for anything.
    """
    deadline = time.monotonic() + 600
    count, is_asked, is_paused = 0, False, False
    while time.monotonic() < deadline and not (is_asked and is_paused and count >= 3):
        try:
            is_asked, is_paused = club.has_asked_for_a_run(), club.pause(DAG, True)
            with club.connect() as connection:
                (count,) = connection.execute("select count(*) from ledger.submission").fetchone()
        except (ClubError, psycopg.Error):
            count = 0
        time.sleep(0.05)
    assert is_asked and is_paused and count >= 3, "the collection never started"
    pid_file = next(club.home.rglob("postmaster.pid"))
    os.kill(int(pid_file.read_text().split()[0]), signal.SIGKILL)
