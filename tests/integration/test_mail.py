"""Mail to the fourteen members: each gets exactly one of each, whoever is killed, and nobody who is complete."""

import multiprocessing
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from smtplib import SMTP

import psycopg
import pytest
from typer.testing import CliRunner

from ingestion.authorities import authorities
from ingestion.cli.app import app
from ingestion.errors import ClubError
from ingestion.mail.compose import compose_mail, to_compose
from ingestion.mail.contacts import Contacts, Recipient, read_contacts
from ingestion.mail.letters import as_html
from ingestion.mail.overview import count_to_settle, settle
from ingestion.mail.sending import MailNotSentError, send_mail
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from ingestion.warehouse.mail_states import MailKind, MailRole, MailState
from ingestion.warehouse.ports import HOST
from ingestion.warehouse.states import State
from samples.contacts import write_contacts
from tests.support.mail_server import MOMENTS, MailServer, mail_server

MEMBERS = [code for code, each in authorities().items() if each.is_member]
SENDER = "club@club.invalid"
# Years that the samples have nothing of: one is nearly due, one is overdue.
NEARLY_DUE, OVERDUE = "2004-05", "2005-06"


@pytest.fixture(scope="module")
def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(scope="module")
def warehouse(sample_warehouse: Settings, now: datetime) -> Settings:
    """The samples, decided just now; of two years nobody has sent anything."""
    with connect(sample_warehouse, Role.ADMIN) as connection:
        connection.execute("update ledger.decision set decided_at = %s", [now - timedelta(hours=1)])
        for period, days in ((NEARLY_DUE, 14), (OVERDUE, -1)):
            connection.execute(
                "update marts.dim_return_due set due_on = %s, opens_on = null, provenance = 'club'"
                " where (return_code, period_code) = ('pss_ex1', %s)",
                [now.date() + timedelta(days=days), period],
            )
    write_contacts(sample_warehouse.contacts_file)
    return sample_warehouse


@pytest.fixture(scope="module")
def contacts(warehouse: Settings) -> Contacts:
    found = read_contacts(warehouse)
    assert found is not None and len(found) == 30
    return found


@pytest.fixture(scope="module")
def composed(warehouse: Settings, contacts: Contacts, now: datetime) -> int:
    """How many mails were composed."""
    return compose_mail(warehouse, contacts, now)


@pytest.fixture
def ledger(warehouse: Settings, composed: int) -> Iterator[psycopg.Connection]:
    """The ledger, all of its mail composed and none sent."""
    with connect(warehouse, Role.ADMIN, autocommit=True) as connection:
        connection.execute(
            "update ledger.mail"
            " set state = 'composed', attempts = 0, attempted_at = null, sent_at = null, note = null"
        )
        yield connection


@pytest.fixture
def few(ledger: psycopg.Connection) -> psycopg.Connection:
    """The same, all receipts but those of one member put aside: some forty mails are left."""
    ledger.execute("update ledger.mail set state = 'lapsed' where kind = 'receipt' and recipient <> 'dudley'")
    return ledger


@pytest.fixture
def server(tmp_path: Path) -> MailServer:
    return mail_server(tmp_path / "mails")


def send(settings: Settings, contacts: Contacts, server: MailServer, now: datetime) -> int:
    @contextmanager
    def session() -> Iterator[SMTP]:
        with SMTP(HOST, server.port, timeout=20) as client:
            yield client

    return send_mail(settings, contacts, SENDER, session, now)


def states(ledger: psycopg.Connection) -> dict[str, int]:
    """How many mails are in which state, but those that were put aside."""
    rows = ledger.execute(
        "select state, count(*) from ledger.mail where state <> 'lapsed' or note is not null group by state"
    )
    return dict(rows.fetchall())


def test_each_is_composed_once(warehouse: Settings, contacts: Contacts, composed: int, now: datetime):
    assert composed > 14 * 3
    assert compose_mail(warehouse, contacts, now) == 0
    assert to_compose(warehouse, contacts, now) == []


def test_every_member_gets_exactly_one_of_each(
    warehouse: Settings, contacts: Contacts, ledger: psycopg.Connection, server: MailServer, now: datetime,
    composed: int,
):  # fmt: skip
    with server.running():
        sent = send(warehouse, contacts, server, now)
        assert send(warehouse, contacts, server, now) == 0
    assert len(server.mails) == sent == composed
    assert set(server.copies().values()) == {1}
    for kind, period in (("reminder", NEARLY_DUE), ("chase", OVERDUE)):
        ids = (str(mail["Message-ID"]) for mail in server.mails if mail["To"].startswith("data-lead@"))
        who = Counter(name.split("/")[1] for name in ids if name.startswith(f"<{kind}/") and f"/{period}/" in name)
        assert set(who) == set(MEMBERS) and set(who.values()) == {1}


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_mail_server_killed_and_started_again(
    warehouse: Settings, contacts: Contacts, few: psycopg.Connection, server: MailServer, now: datetime,
    moment: str,
):  # fmt: skip
    with server.running(moment, after=7), pytest.raises(MailNotSentError):
        send(warehouse, contacts, server, now)
    with server.running():
        send(warehouse, contacts, server, now)
    copies = server.copies()
    assert set(states(few)) == {"sent"} and len(copies) == states(few)["sent"]
    # Killed after it had kept the mail and before it said so, it is given the same mail again: the ID says so.
    assert sorted(copies.values())[-2:] == ([1, 2] if moment == "stored" else [1, 1])


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_sender_killed_and_started_again(
    warehouse: Settings, contacts: Contacts, few: psycopg.Connection, server: MailServer, now: datetime,
    moment: str,
):  # fmt: skip
    with server.running(moment, after=7, victim="client"):
        run = multiprocessing.get_context("fork").Process(target=send, args=(warehouse, contacts, server, now))
        run.start()
        run.join(60)
        assert run.exitcode == -signal.SIGKILL
        send(warehouse, contacts, server, now)
    copies = server.copies()
    assert set(copies.values()) == {1}
    sent = {name for (name,) in few.execute("select message_id from ledger.mail where state = 'sent'")}
    uncertain = {name for (name,) in few.execute("select message_id from ledger.mail where state = 'uncertain'")}
    assert sent <= set(copies) <= sent | uncertain and len(sent | uncertain) == sum(states(few).values())
    # Until the end of the mail nothing is uncertain; from then to the answer the mail server alone knows.
    if moment in ("mail", "rcpt"):
        assert uncertain == set()
    if moment in ("end", "stored"):
        assert len(uncertain) == 1 and uncertain <= set(copies)


def test_two_that_send_at_once_send_each_mail_once(
    warehouse: Settings, contacts: Contacts, few: psycopg.Connection, server: MailServer, now: datetime
):
    forked = multiprocessing.get_context("fork")
    with server.running():
        runs = [forked.Process(target=send, args=(warehouse, contacts, server, now)) for _ in range(2)]
        for run in runs:
            run.start()
        for run in runs:
            run.join(60)
    assert [run.exitcode for run in runs] == [0, 0]
    assert set(server.copies().values()) == {1} and set(states(few)) == {"sent"}


def test_a_mail_server_that_does_not_answer_is_not_given_the_same_mail_again(
    warehouse: Settings, contacts: Contacts, few: psycopg.Connection, server: MailServer, now: datetime,
    monkeypatch: pytest.MonkeyPatch,
):  # fmt: skip
    monkeypatch.setattr("ingestion.mail.sending.ANSWERS_WITHIN_SECONDS", 0.5)
    with server.running("silent", after=3):
        send(warehouse, contacts, server, now)
    assert states(few) == {"sent": len(server.mails), "uncertain": 1}
    (number,) = few.execute("select mail_id from ledger.mail where state = 'uncertain'").fetchone() or (0,)

    settle(warehouse, number, MailState.COMPOSED, "J. Engineer")
    with pytest.raises(ClubError, match="waits for somebody's word"):
        settle(warehouse, number, MailState.COMPOSED, "J. Engineer")
    with server.running():
        assert send(warehouse, contacts, server, now) == 1
    assert set(states(few)) == {"sent"} and set(server.copies().values()) == {1}


def test_an_address_that_is_refused_or_put_off_holds_up_no_other(
    warehouse: Settings, contacts: Contacts, ledger: psycopg.Connection, server: MailServer, now: datetime
):
    changed = {
        each: contacts.address_of(each) or "" for code in (*MEMBERS, "club") for each in all_of(contacts, code)
    }
    changed[Recipient("dudley", MailRole.DATA_LEAD)] = "nobody@dudley.invalid"
    changed[Recipient("walsall", MailRole.DATA_LEAD)] = "later@walsall.invalid"
    del changed[Recipient("solihull", MailRole.DATA_LEAD)]
    with server.running(), pytest.raises(MailNotSentError, match="to be sent later"):
        send(warehouse, Contacts(changed), server, now)
    by_state = ledger.execute(
        "select recipient, state, min(note) from ledger.mail where role = 'data_lead' and state <> 'sent' "
        "group by 1, 2 order by 1"
    ).fetchall()
    assert by_state == [
        ("dudley", "failed", "the mail server answered 550: 5.1.1 no such mailbox"),
        ("solihull", "composed", None),
        ("walsall", "composed", "the mail server answered 451: 4.7.1 come again later"),
    ]
    assert count_to_settle(warehouse) == states(ledger)["failed"]


def all_of(contacts: Contacts, code: str) -> list[Recipient]:
    return contacts.with_role(code, *MailRole)


def test_who_is_complete_is_not_reminded_even_if_the_return_came_after_the_reminder_was_composed(
    warehouse: Settings, contacts: Contacts, ledger: psycopg.Connection, server: MailServer, now: datetime
):
    with complete(ledger, "dudley", NEARLY_DUE), complete(ledger, "walsall", OVERDUE), server.running():
        send(warehouse, contacts, server, now)
    asked = {
        (kind, recipient)
        for kind, recipient in ledger.execute(
            "select kind, recipient from ledger.mail where state = 'sent' and period_code = any(%s)",
            [[NEARLY_DUE, OVERDUE]],
        )
    }
    assert ("reminder", "dudley") not in asked and ("chase", "walsall") not in asked
    assert {("chase", "dudley"), ("reminder", "walsall")} <= asked
    lapsed = ledger.execute("select recipient, note from ledger.mail where state = 'lapsed' order by 1")
    assert set(lapsed) == {(member, "what it asks for has come") for member in ("dudley", "walsall")}


@contextmanager
def complete(ledger: psycopg.Connection, sender: str, period: str) -> Iterator[None]:
    """A member's return of a year is in force, since just now: the marts do not know."""
    (number,) = ledger.execute(
        "insert into ledger.submission"
        " (sender, return_code, period_code, version, fingerprint, state, is_in_force)"
        " values (%s, 'pss_ex1', %s, 1, repeat('0', 64), 'accepted', true) returning submission_id",
        [sender, period],
    ).fetchone() or (0,)
    yield
    ledger.execute("delete from ledger.submission where submission_id = %s", [number])


def test_news_of_long_ago_is_neither_composed_nor_sent(
    warehouse: Settings, contacts: Contacts, ledger: psycopg.Connection, server: MailServer, now: datetime
):
    later = now + timedelta(days=8)
    drafts = to_compose(warehouse, contacts, later)
    assert {draft.kind for draft in drafts} <= {MailKind.REMINDER, MailKind.CHASE, MailKind.OVERDUE}
    assert send(warehouse, contacts, server, later) == 0  # no server runs: none is asked
    assert set(states(ledger)) == {"lapsed"}


SECRETS = ("A820200112001", "Jane-Doe", "2014-02-30", "CV1 1AA")


@pytest.fixture
def about_children(ledger: psycopg.Connection) -> Iterator[int]:
    """A return about children that was rejected, with a child in every field that a sender's file can fill."""
    (number,) = ledger.execute(
        "insert into ledger.submission (sender, return_code, period_code, version, fingerprint, state)"
        " values ('dudley', 'ssda903', '2018-19', 1, repeat('0', 64), 'rejected') returning submission_id"
    ).fetchone() or (0,)
    (file,) = ledger.execute(
        "insert into ledger.submission_file (submission_id, table_name, file_name, landing_path, size_bytes)"
        " values (%s, 'episodes', 'Jane-Doe.csv', 'dudley/Jane-Doe.csv', 9) returning file_id",
        [number],
    ).fetchone() or (0,)
    for rule, heading in (("101", "DOB"), ("intake.missing_columns", None)):
        ledger.execute(
            "insert into ledger.finding (submission_id, file_id, rule_code, severity, dimension, table_name,"
            " line_number, column_number, column_name, value, message, heading)"
            " values (%s, %s, %s, 'critical', 'validity', 'episodes', 12, 2, 'B', %s, %s, %s)",
            [number, file, rule, SECRETS[0], f"{' '.join(SECRETS)} is not right", heading],
        )
    ledger.execute(
        "insert into ledger.decision (submission_id, from_state, to_state, decided_by, reason)"
        " values (%s, 'received', 'rejected', 'rules', '2 critical findings')",
        [number],
    )
    yield number
    for table in ("decision", "finding", "mail", "submission_file", "submission"):
        ledger.execute(f"delete from ledger.{table} where submission_id = %s", [number])


def test_no_value_of_a_child_is_in_a_mail_or_a_log(
    warehouse: Settings, contacts: Contacts, server: MailServer, about_children: int, capfd: pytest.CaptureFixture
):
    now = datetime.now(UTC)
    assert compose_mail(warehouse, contacts, now) == 1
    with server.running():
        send(warehouse, contacts, server, now)
    (mail,) = (each for each in server.mails if "/ssda903/" in str(each["Message-ID"]))
    parts = [str(part.get_content()) for part in mail.iter_parts()]
    assert len(parts) == 2
    for part in parts:
        assert "episodes, line 12, column DOB (B)" in part and "Rule 101: " in part and "Missing columns" in part
    written = "".join((*parts, *map(str, mail.values()), *capfd.readouterr()))
    assert [secret for secret in SECRETS if secret in written] == []


def test_what_is_mailed_about_figures_says_what_is_wrong_and_leads_to_the_page(
    warehouse: Settings, contacts: Contacts, ledger: psycopg.Connection, now: datetime
):
    (subject, text, page) = ledger.execute(
        "select subject, text_body, html_body from ledger.mail where kind = 'rejected'"
    ).fetchone() or ("", "", "")
    assert subject == "Rejected: PSS EX1 2007-08, version 1"
    for said in (
        "There is no spend table for 2007-08",
        "send the whole return again",
        "telford-and-wrekin/pss_ex1",
    ):
        assert said in text and said in page
    path = next(line for line in text.splitlines() if line.endswith("feedback.html"))
    assert Path(path).is_file()


def test_with_an_address_of_the_outbox_a_mail_links_to_the_page(
    warehouse: Settings, contacts: Contacts, ledger: psycopg.Connection, now: datetime
):
    ledger.execute("delete from ledger.mail where kind = 'rejected'")
    reachable = warehouse.model_copy(update={"outbox_url": "https://club.example.org/outbox/"})
    (draft,) = to_compose(reachable, contacts, now)
    link = "https://club.example.org/outbox/telford-and-wrekin/pss_ex1/2007-08/v1/feedback.html"
    assert f'<a href="{link}">' in as_html(draft.letter, draft.recipient)
    assert compose_mail(warehouse, contacts, now) == 1


@pytest.fixture
def signed_off(ledger: psycopg.Connection) -> Iterator[None]:
    """What awaited sign-off was accepted by the officer."""
    (number,) = ledger.execute(
        "update ledger.submission set state = 'accepted_with_warnings' where state = 'awaiting_sign_off'"
        " returning submission_id"
    ).fetchone() or (0,)
    ledger.execute(
        "insert into ledger.decision (submission_id, from_state, to_state, decided_by, reason)"
        " values (%s, 'awaiting_sign_off', 'accepted_with_warnings', 'J. Officer', 'pounds are right')",
        [number],
    )
    yield
    ledger.execute("delete from ledger.decision where decided_by = 'J. Officer'")
    ledger.execute("update ledger.submission set state = 'awaiting_sign_off' where submission_id = %s", [number])


def test_when_the_officer_has_signed_off_the_sender_is_told_and_the_officer_no_longer_asked(
    warehouse: Settings, contacts: Contacts, ledger: psycopg.Connection, server: MailServer, now: datetime,
    signed_off: None,
):  # fmt: skip
    (draft,) = to_compose(warehouse, contacts, datetime.now(UTC))
    assert draft.kind is MailKind.RECEIPT and draft.recipient.recipient == "herefordshire"
    assert draft.subject == "Signed off: PSS EX1 2006-07, version 1"
    assert ("Decided", "Accepted at sign-off by J. Officer: pounds are right") in draft.letter.facts
    with server.running():
        send(warehouse, contacts, server, now)
    asked = ledger.execute("select state, note from ledger.mail where kind = 'sign_off_wanted'").fetchall()
    assert asked == [("lapsed", "it was signed off, rejected or withdrawn meanwhile")]


@pytest.fixture
def quarantined(ledger: psycopg.Connection) -> Iterator[None]:
    """What Dudley sent breaks a build."""
    (number, before) = ledger.execute(
        "select submission_id, state from ledger.submission"
        " where (sender, return_code, period_code) = ('dudley', 'pss_ex1', '2007-08')"
    ).fetchone() or (0, "")
    ledger.execute("update ledger.submission set state = 'quarantined' where submission_id = %s", [number])
    ledger.execute(
        "insert into ledger.decision (submission_id, from_state, to_state, decided_by, reason)"
        " values (%s, %s, 'quarantined', 'a test', 'breaks a test')",
        [number, before],
    )
    yield
    ledger.execute("delete from ledger.decision where decided_by = 'a test'")
    ledger.execute("update ledger.submission set state = %s where submission_id = %s", [before, number])


def test_officer_and_engineer_are_told_once_of_what_breaks_a_build(
    warehouse: Settings, contacts: Contacts, quarantined: None
):
    drafts = to_compose(warehouse, contacts, datetime.now(UTC))
    told = [each for each in drafts if each.kind is MailKind.QUARANTINED]
    assert {each.recipient.role for each in told} == {MailRole.OFFICER, MailRole.ENGINEER}
    assert {each.subject for each in told} == {"Quarantined: PSS EX1 2007-08 of Dudley, version 1"}
    assert len({each.message_id for each in told}) == len(told)


def test_they_are_told_again_of_what_was_tried_again_and_set_aside_once_more(
    warehouse: Settings, contacts: Contacts, ledger: psycopg.Connection, quarantined: None
):
    def told() -> dict[str, str]:
        drafts = to_compose(warehouse, contacts, datetime.now(UTC))
        return {each.message_id: each.subject for each in drafts if each.kind is MailKind.QUARANTINED}

    first = told()
    decisions = ledger.execute(
        "select submission_id, from_state from ledger.decision where decided_by = 'a test'"
    ).fetchall()
    ((number, before),) = decisions
    for steps in ((State.QUARANTINED, before), (before, State.QUARANTINED)):
        ledger.execute(
            "insert into ledger.decision (submission_id, from_state, to_state, decided_by, reason)"
            " values (%s, %s, %s, 'a test', 'tried again')",
            [number, *steps],
        )

    assert set(told().values()) == {"Quarantined again: PSS EX1 2007-08 of Dudley, version 1"}
    assert first.keys().isdisjoint(told())
    assert told() == told()


class TestPacks:
    @pytest.fixture
    def build(self, ledger: psycopg.Connection) -> Iterator[int]:
        """The build that is read, with drafts of two members."""
        (build,) = ledger.execute("select build_id from marts.build").fetchone() or (0,)
        for authority in ("dudley", "walsall"):
            for group in ("home_care", "placement_stability"):
                self.publish(ledger, build, authority, group, "draft")
        yield build
        ledger.execute("delete from ledger.mail where build_id is not null")
        ledger.execute("delete from ledger.publication")

    @staticmethod
    def publish(ledger: psycopg.Connection, build: int, authority: str, group: str, state: str) -> None:
        ledger.execute(
            "insert into ledger.publication"
            " (authority_code, group_code, state, build_id, definitions_digest, decided_by)"
            " values (%s, %s, %s, %s, 'x', %s)",
            [authority, group, state, build, "J. Officer" if state == "final" else None],
        )

    def test_the_officer_is_told_once_of_drafts_and_each_member_once_of_a_final_pack(
        self, warehouse: Settings, contacts: Contacts, ledger: psycopg.Connection, build: int
    ):
        def told() -> list[tuple[str, str, str]]:
            compose_mail(warehouse, contacts, datetime.now(UTC))
            return ledger.execute(
                "select kind, recipient, about from ledger.mail where build_id = %s and role <> 'director' "
                "order by mail_id",
                [build],
            ).fetchall()

        wanted = ("sign_off_wanted", "club", f"packs/build-{build}")
        assert told() == told() == [wanted]
        self.publish(ledger, build, "dudley", "home_care", "final")
        first = ("pack_ready", "dudley", f"dudley/packs/build-{build}/home_care")
        assert told() == [wanted, first]
        self.publish(ledger, build, "dudley", "placement_stability", "final")
        second = ("pack_ready", "dudley", f"dudley/packs/build-{build}/placement_stability")
        assert told() == told() == [wanted, first, second]

    def test_when_all_packs_have_the_officers_word_nobody_is_asked_any_more(
        self, warehouse: Settings, contacts: Contacts, ledger: psycopg.Connection, server: MailServer, build: int
    ):
        moment = datetime.now(UTC)
        compose_mail(warehouse, contacts, moment)
        for authority in ("dudley", "walsall"):
            for group in ("home_care", "placement_stability"):
                self.publish(ledger, build, authority, group, "refused")
        with server.running():
            send(warehouse, contacts, server, moment)
        (state,) = ledger.execute("select state from ledger.mail where build_id = %s", [build]).fetchone() or ("",)
        assert state == "lapsed"


class TestTheCommand:
    @pytest.fixture
    def club(self, warehouse: Settings) -> Callable[..., str]:
        environment = {"CLUB_HOME": str(warehouse.home), "WAREHOUSE_URL": None, "COLUMNS": "200"}

        def run(*arguments: str, code: int = 0) -> str:
            result = CliRunner().invoke(app, list(arguments), env=environment)
            assert result.exit_code == code, result.output
            return result.output

        return run

    def test_it_lists_what_went_to_whom(self, club: Callable[..., str], ledger: psycopg.Connection):
        shown = club("mail", "--recipient", "telford-and-wrekin")
        assert "Rejected: PSS EX1 2007-08, version 1" in shown and "composed" in shown and "dudley" not in shown
        assert "Rejected" not in club("mail", "--state", "sent")
        assert "the nearest is 'sent'" in club("mail", "--state", "snt", code=1)

    def test_a_preview_shows_every_word_and_writes_nothing(
        self, club: Callable[..., str], warehouse: Settings, ledger: psycopg.Connection
    ):
        ledger.execute("update ledger.mail set message_id = 'x' || message_id where kind = 'rejected'")
        before = states(ledger)
        shown = club("mail", "--preview")
        assert "rejected to the data lead of Telford and Wrekin" in shown and "There is no spend table" in shown
        assert "1 mail would be composed. Nothing was sent" in shown
        assert states(ledger) == before
        ledger.execute("update ledger.mail set message_id = substr(message_id, 2) where kind = 'rejected'")

    def test_it_takes_somebodys_word(self, club: Callable[..., str], ledger: psycopg.Connection):
        (one, other) = (
            number for (number,) in ledger.execute("select mail_id from ledger.mail order by mail_id limit 2")
        )
        ledger.execute(
            "update ledger.mail set state = 'uncertain', attempts = 1, attempted_at = now()"
            " where mail_id = any(%s)",
            [[one, other]],
        )
        assert "2 uncertain" in club("status")
        club("mail", "--arrived", str(one), "--send-again", str(other), "--by", "J. Officer")
        assert ledger.execute(
            "select state, note, sent_at is null from ledger.mail where mail_id = any(%s) order by mail_id",
            [[one, other]],
        ).fetchall() == [("sent", "as J. Officer says", False), ("composed", "as J. Officer says", True)]
        assert "There is no mail 0" in club("mail", "--leave", "0", code=1)

    def test_without_contacts_it_says_that_no_mail_goes_out(self, club: Callable[..., str], warehouse: Settings):
        away = warehouse.contacts_file.with_suffix(".away")
        warehouse.contacts_file.rename(away)
        try:
            assert "so no mail goes out" in club("mail", "--preview", code=1)
            assert "so no mail goes out" in club("status").replace("\n", " ")
        finally:
            away.rename(warehouse.contacts_file)
