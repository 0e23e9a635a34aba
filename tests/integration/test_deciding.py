"""Deciding: what findings do to a submission, what the officer may do, and what stays in force."""

import threading

import psycopg
import pytest

from ingestion.decide import decide, quarantine, release_quarantined, sign_off, withdraw
from ingestion.errors import ClubError
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from ingestion.warehouse.decisions import Verdict, apply_verdict, moment_of_deciding, take_out_of_force
from ingestion.warehouse.states import State
from tests.support.waiting import until


def submit(loader: psycopg.Connection, *severities: str, needs_sign_off: bool = False) -> int:
    """A checked submission of Dudley with findings of these severities; its number."""
    (number,) = loader.execute(
        """
        insert into ledger.submission (sender, return_code, period_code, version, fingerprint, checked_at)
        select 'dudley', 'pss_ex1', '2006-07', coalesce(max(version), 0) + 1, 'x', now() from ledger.submission
        returning submission_id
        """
    ).fetchone()
    for line, severity in enumerate(severities, start=1):
        loader.execute(
            """
            insert into ledger.finding
                (submission_id, rule_code, severity, dimension, needs_sign_off, line_number, message)
            values (%s, 'a.rule', %s, 'validity', %s, %s, 'A sentence.')
            """,
            [number, severity, needs_sign_off, line],
        )
    return number


def standing(loader: psycopg.Connection, number: int) -> tuple[str, bool]:
    return loader.execute(
        "select state, is_in_force from ledger.submission where submission_id = %s", [number]
    ).fetchone()


def decisions(loader: psycopg.Connection, number: int) -> list[tuple]:
    return loader.execute(
        """
        select from_state, to_state, decided_by, reason from ledger.decision
        where submission_id = %s order by decision_id
        """,
        [number],
    ).fetchall()


@pytest.mark.parametrize(
    ("severities", "state", "reason"),
    [
        ((), "accepted", "no findings that matter"),
        (("info", "info"), "accepted", "no findings that matter"),
        (("warning",), "accepted_with_warnings", "1 warning finding"),
        (("warning", "warning", "info"), "accepted_with_warnings", "2 warning findings"),
        (("critical",), "rejected", "1 critical finding"),
        (("warning", "critical", "critical"), "rejected", "2 critical findings"),
    ],
)
def test_the_gravest_finding_decides(
    settings: Settings, loader: psycopg.Connection, severities: tuple[str, ...], state: str, reason: str
):
    number = submit(loader, *severities)
    decide(settings, "pss_ex1")
    assert standing(loader, number) == (state, state.startswith("accepted"))
    assert decisions(loader, number) == [("received", state, "rules", reason)]


def test_what_was_not_checked_is_not_decided(settings: Settings, loader: psycopg.Connection):
    number = submit(loader)
    loader.execute("update ledger.submission set checked_at = null")
    assert decide(settings, "pss_ex1") == []
    assert standing(loader, number) == ("received", False)


def test_deciding_again_changes_nothing(settings: Settings, loader: psycopg.Connection):
    number = submit(loader, "warning")
    decide(settings, "pss_ex1")
    assert decide(settings, "pss_ex1") == []
    assert len(decisions(loader, number)) == 1


def test_a_finding_for_the_officer_keeps_the_submission_waiting(settings: Settings, loader: psycopg.Connection):
    number = submit(loader, "warning", needs_sign_off=True)
    decide(settings, "pss_ex1")
    assert standing(loader, number) == ("awaiting_sign_off", False)


def test_a_critical_finding_rejects_whatever_there_is_to_sign_off(settings: Settings, loader: psycopg.Connection):
    number = submit(loader, "critical", "warning", needs_sign_off=True)
    decide(settings, "pss_ex1")
    assert standing(loader, number) == ("rejected", False)


@pytest.mark.parametrize(
    ("accept", "state"), [(True, "accepted_with_warnings"), (False, "rejected")], ids=["accepts", "rejects"]
)
def test_the_officers_word_counts_and_is_recorded(
    settings: Settings, loader: psycopg.Connection, accept: bool, state: str
):
    number = submit(loader, "warning", needs_sign_off=True)
    decide(settings, "pss_ex1")
    sign_off(settings, number, accept=accept, by="officer", reason="Asked by telephone.")
    assert standing(loader, number) == (state, accept)
    assert decisions(loader, number)[1:] == [("awaiting_sign_off", state, "officer", "Asked by telephone.")]


def test_the_same_word_once_more_is_no_further_decision(settings: Settings, loader: psycopg.Connection):
    number = submit(loader, "warning", needs_sign_off=True)
    decide(settings, "pss_ex1")
    word = {"accept": True, "by": "officer", "reason": "Asked by telephone."}
    first = sign_off(settings, number, **word)
    noted = decisions(loader, number)
    assert sign_off(settings, number, **word) == first
    assert decisions(loader, number) == noted
    for other in ({"accept": False}, {"by": "another"}, {"reason": "Asked again."}):
        with pytest.raises(ClubError, match="only one that awaits sign-off"):
            sign_off(settings, number, **word | other)


def test_decisions_are_numbered_in_the_order_in_which_they_are_committed(
    settings: Settings, loader: psycopg.Connection
):
    """A build takes in what was decided up to a number: none below it may still be on its way."""
    first, second = submit(loader), submit(loader, "warning", needs_sign_off=True)
    decide(settings, "pss_ex1")
    officer = threading.Thread(
        target=lambda: sign_off(settings, second, accept=True, by="officer", reason="Asked by telephone.")
    )
    with connect(settings, Role.LOADER) as slow:
        withdrawn = Verdict(first, State.WITHDRAWN, "sent by mistake")
        take_out_of_force(slow, withdrawn, "officer", moment_of_deciding(slow))
        officer.start()
        until(lambda: not officer.is_alive() or waits_for(loader, slow))
        assert decisions(loader, second)[1:] == []
    officer.join()
    last = loader.execute("select submission_id from ledger.decision order by decision_id desc limit 2").fetchall()
    assert last == [(second,), (first,)]


def waits_for(loader: psycopg.Connection, other: psycopg.Connection) -> bool:
    """Whether somebody waits for another connection's transaction to end."""
    found = loader.execute(
        "select from pg_stat_activity where %s = any(pg_blocking_pids(pid))", [other.info.backend_pid]
    )
    return found.fetchone() is not None


def test_only_what_awaits_sign_off_can_be_signed_off(settings: Settings, loader: psycopg.Connection):
    number = submit(loader)
    decide(settings, "pss_ex1")
    with pytest.raises(ClubError, match=rf"Submission {number} is accepted; only one that awaits sign-off"):
        sign_off(settings, number, accept=False, by="officer", reason="No.")
    with pytest.raises(ClubError, match="There is no submission 4711"):
        sign_off(settings, 4711, accept=True, by="officer", reason="Yes.")
    assert standing(loader, number) == ("accepted", True)
    assert len(decisions(loader, number)) == 1


@pytest.mark.parametrize(
    ("severity", "needs_sign_off"), [("critical", False), ("warning", True)], ids=["rejected", "waiting"]
)
def test_the_last_good_one_stays_in_force_while_the_next_is_no_good(
    settings: Settings, loader: psycopg.Connection, severity: str, needs_sign_off: bool
):
    good = submit(loader)
    decide(settings, "pss_ex1")
    bad = submit(loader, severity, needs_sign_off=needs_sign_off)
    decide(settings, "pss_ex1")
    assert standing(loader, good) == ("accepted", True)
    assert not standing(loader, bad)[1]


def test_a_better_one_comes_into_force_in_the_place_of_the_last_good_one(
    settings: Settings, loader: psycopg.Connection
):
    good = submit(loader)
    decide(settings, "pss_ex1")
    better = submit(loader, "warning")
    decide(settings, "pss_ex1")
    assert standing(loader, good) == ("accepted", False)
    assert standing(loader, better) == ("accepted_with_warnings", True)


def test_a_late_sign_off_of_an_old_version_does_not_push_out_a_newer_one(
    settings: Settings, loader: psycopg.Connection
):
    old = submit(loader, "warning", needs_sign_off=True)
    decide(settings, "pss_ex1")
    new = submit(loader)
    decide(settings, "pss_ex1")
    sign_off(settings, old, accept=True, by="officer", reason="It was right after all.")
    assert standing(loader, old) == ("accepted_with_warnings", False)
    assert standing(loader, new) == ("accepted", True)


def test_a_sign_off_of_a_newer_version_pushes_out_the_older_one(settings: Settings, loader: psycopg.Connection):
    old = submit(loader)
    new = submit(loader, "warning", needs_sign_off=True)
    decide(settings, "pss_ex1")
    sign_off(settings, new, accept=True, by="officer", reason="It is right.")
    assert standing(loader, old) == ("accepted", False)
    assert standing(loader, new) == ("accepted_with_warnings", True)


def test_the_database_itself_allows_only_one_in_force(settings: Settings, loader: psycopg.Connection):
    submit(loader)
    submit(loader)
    with pytest.raises(psycopg.errors.UniqueViolation):
        loader.execute("update ledger.submission set is_in_force = true")


def test_a_decision_on_a_state_that_is_no_more_is_refused(settings: Settings, loader: psycopg.Connection):
    """Another process has decided meanwhile: it had read the submission as received, too."""
    number = submit(loader, "critical")
    decide(settings, "pss_ex1")
    before = standing(loader, number), decisions(loader, number)

    with pytest.raises(ClubError, match=f"Submission {number} has been decided by another process meanwhile"):
        apply_verdict(
            loader, Verdict(number, State.ACCEPTED, "late"), "rules", moment_of_deciding(loader), {State.RECEIVED}
        )
    assert (standing(loader, number), decisions(loader, number)) == before


def test_a_finding_and_a_first_decision_stand_once(settings: Settings, loader: psycopg.Connection):
    submit(loader, "warning")
    decide(settings, "pss_ex1")
    for table, columns in (
        ("finding", "submission_id, rule_code, severity, dimension, line_number, message"),
        ("decision", "submission_id, from_state, to_state, decided_by, reason"),
    ):
        with pytest.raises(psycopg.errors.UniqueViolation):
            loader.execute(f"insert into ledger.{table} ({columns}) select {columns} from ledger.{table}")


class TestWithdrawal:
    def test_the_version_before_comes_back_into_force(self, settings: Settings, loader: psycopg.Connection):
        good, better = submit(loader), submit(loader, "warning")
        decide(settings, "pss_ex1")
        assert withdraw(settings, better, by="J. Officer", reason=" Sent by mistake. ") == 1
        assert standing(loader, good) == ("accepted", True)
        assert standing(loader, better) == ("withdrawn", False)
        assert decisions(loader, better)[1:] == [
            ("accepted_with_warnings", "withdrawn", "J. Officer", "Sent by mistake.")
        ]
        assert len(decisions(loader, good)) == 1, "nothing was decided anew on the version before"

    def test_without_a_version_before_nothing_is_in_force(self, settings: Settings, loader: psycopg.Connection):
        only = submit(loader)
        decide(settings, "pss_ex1")
        assert withdraw(settings, only, by="J. Officer", reason="Another year's.") is None
        assert standing(loader, only) == ("withdrawn", False)

    def test_a_version_that_was_itself_withdrawn_does_not_come_back(
        self, settings: Settings, loader: psycopg.Connection
    ):
        first, second, third = submit(loader), submit(loader), submit(loader)
        decide(settings, "pss_ex1")
        withdraw(settings, third, by="J. Officer", reason="Wrong.")
        withdraw(settings, second, by="J. Officer", reason="Wrong, too.")
        assert [standing(loader, each) for each in (first, second, third)] == [
            ("accepted", True), ("withdrawn", False), ("withdrawn", False)
        ]  # fmt: skip

    def test_what_waits_can_be_withdrawn_and_what_is_in_force_stays(
        self, settings: Settings, loader: psycopg.Connection
    ):
        good, waiting = submit(loader), submit(loader, "warning", needs_sign_off=True)
        decide(settings, "pss_ex1")
        assert withdraw(settings, waiting, by="J. Officer", reason="Telford sends again.") == 1
        assert standing(loader, waiting) == ("withdrawn", False)
        assert standing(loader, good) == ("accepted", True)

    def test_what_was_quarantined_and_withdrawn_is_not_tried_again(
        self, settings: Settings, loader: psycopg.Connection
    ):
        number = submit(loader)
        decide(settings, "pss_ex1")
        quarantine(settings, {number: "it breaks a test"})
        withdraw(settings, number, by="J. Officer", reason="It was wrong.")
        assert release_quarantined(settings) == []
        assert standing(loader, number) == ("withdrawn", False)

    def test_the_officers_word_takes_a_withdrawal_back(self, settings: Settings, loader: psycopg.Connection):
        old, new = submit(loader), submit(loader)
        decide(settings, "pss_ex1")
        withdraw(settings, new, by="J. Officer", reason="Wrong.")
        with pytest.raises(ClubError, match=f"Submission {new} was withdrawn: there is nothing in it to reject"):
            sign_off(settings, new, accept=False, by="J. Officer", reason="No.")
        sign_off(settings, new, accept=True, by="J. Officer", reason="It was right after all.")
        assert standing(loader, old) == ("accepted", False)
        assert standing(loader, new) == ("accepted_with_warnings", True)

    def test_what_gives_no_figure_cannot_be_withdrawn(self, settings: Settings, loader: psycopg.Connection):
        old, rejected, unchecked = submit(loader), submit(loader, "critical"), submit(loader)
        newer = submit(loader)
        loader.execute("update ledger.submission set checked_at = null where submission_id = %s", [unchecked])
        decide(settings, "pss_ex1")
        for number, why in ((old, "no longer in force"), (rejected, "rejected"), (unchecked, "received")):
            with pytest.raises(ClubError, match=f"Submission {number} is {why}: no figure comes from it"):
                withdraw(settings, number, by="J. Officer", reason="Wrong.")
        with pytest.raises(ClubError, match="There is no submission 4711"):
            withdraw(settings, 4711, by="J. Officer", reason="Wrong.")
        assert standing(loader, newer) == ("accepted", True)

    def test_a_second_withdrawal_says_who_did_it_when_and_why(
        self, settings: Settings, loader: psycopg.Connection
    ):
        number = submit(loader)
        decide(settings, "pss_ex1")
        withdraw(settings, number, by="J. Officer", reason="Sent by mistake.")
        today = r"\d{4}-\d\d-\d\d"
        already = rf"is withdrawn already: by J\. Officer on {today}, because: Sent by mistake\."
        with pytest.raises(ClubError, match=already):
            withdraw(settings, number, by="Somebody else", reason="Again.")
        assert len(decisions(loader, number)) == 2

    @pytest.mark.parametrize("reason", ["", "  \n"])
    def test_neither_withdrawal_nor_sign_off_goes_without_a_reason(
        self, settings: Settings, loader: psycopg.Connection, reason: str
    ):
        number = submit(loader, "warning", needs_sign_off=True)
        decide(settings, "pss_ex1")
        with pytest.raises(ClubError, match="A withdrawal needs a reason, which the ledger keeps"):
            withdraw(settings, number, by="J. Officer", reason=reason)
        with pytest.raises(ClubError, match="A sign-off needs a reason, which the ledger keeps"):
            sign_off(settings, number, accept=True, by="J. Officer", reason=reason)
        assert standing(loader, number) == ("awaiting_sign_off", False)
