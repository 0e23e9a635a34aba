"""Send the composed mail, each exactly once, whoever is killed in between.

A mail is handed over in one SMTP transaction of its own. Until the server has been given the end of the mail (the
line with a full stop) it must not deliver it (RFC 5321, 4.1.1.4), so whatever breaks before is simply begun anew.
Just before, the row becomes `sending`; when the server has answered 250, it has taken the mail on, and the row
becomes `sent`. What may happen in between, and what is done then, is told in docs/decisions.md.
"""

import re
import smtplib
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256

import psycopg
import structlog
from psycopg.rows import class_row

from ingestion.errors import PassingError
from ingestion.mail.contacts import CLUB, Contacts, Recipient
from ingestion.mail.lapsing import lapse
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from ingestion.warehouse.mail_states import MailRole, MailState
from ingestion.warehouse.step_lock import one_at_a_time, require_lock

log = structlog.get_logger()

# How long the server may take to answer after the end of a mail (RFC 5321, 4.5.3.2.6).
ANSWERS_WITHIN_SECONDS = 600

_END = b".\r\n"

# Whatever is found as `sending` by the only one who sends was left by a process that is no more.
_INTERRUPTED = """
update ledger.mail
set
    state = 'uncertain',
    note = 'the process that sent it was killed before it knew whether the mail server had taken it on'
where state = 'sending'
"""

_WAITING = """
select mail_id, recipient, role, message_id, subject, text_body, html_body, composed_at
from ledger.mail
where state = 'composed'
order by mail_id
"""

# Opens a session with the mail server, logged in where it asks for that.
OpenServer = Callable[[], AbstractContextManager[smtplib.SMTP]]


class MailNotSentError(PassingError):
    """Mail is left that can be sent later: the mail server could not be reached, or has put it off."""


@dataclass(frozen=True)
class WaitingMail:
    """A mail that is composed and not sent."""

    mail_id: int
    recipient: str
    role: str
    message_id: str
    subject: str
    text_body: str
    html_body: str
    composed_at: datetime

    @property
    def to(self) -> Recipient:
        """The role that it goes to."""
        return Recipient(self.recipient, MailRole(self.role))


class _Ledger:
    """Notes at once what became of a mail: each note is a transaction of its own."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection

    def attempt(self, mail: WaitingMail) -> None:
        self._connection.execute(
            "update ledger.mail set attempts = attempts + 1, attempted_at = now() where mail_id = %s",
            [mail.mail_id],
        )

    def note(self, mail: WaitingMail, state: MailState, note: str | None = None) -> MailState:
        self._connection.execute(
            "update ledger.mail set state = %s, note = %s, sent_at = case when %s then now() end "
            "where mail_id = %s",
            [state.value, note, state is MailState.SENT, mail.mail_id],
        )
        return state


class _NotTakenError(Exception):
    """The server has not taken a mail on, and says why."""

    def __init__(self, code: int, reply: bytes) -> None:
        self.is_for_good = code // 100 == 5
        super().__init__(f"the mail server answered {code}: {reply.decode('ascii', 'replace')}")


def send_mail(settings: Settings, contacts: Contacts, sender: str, open_server: OpenServer, now: datetime) -> int:
    """Send what is composed and still to be sent; return how many mails the server took on.

    Args:
        settings: where the warehouse is.
        contacts: the addresses.
        sender: the address that mail comes from.
        open_server: opens a session with the mail server.
        now: what is no news any more by then is not sent.

    Raises:
        MailNotSentError: mail is left that a later attempt may send.
    """
    with (
        one_at_a_time(settings, Role.LOADER, "send mail") as lock,
        connect(settings, Role.LOADER, autocommit=True) as connection,
    ):
        connection.execute(_INTERRUPTED)
        lapse(connection, now)
        with connection.cursor(row_factory=class_row(WaitingMail)) as cursor:
            waiting = cursor.execute(_WAITING).fetchall()
        messages = list(_messages(waiting, sender, contacts))
        states = list(_send_each(lock, _Ledger(connection), messages, open_server))
    sent = states.count(MailState.SENT)
    log.info("mail sent", sent=sent, of=len(states), without_address=len(waiting) - len(messages))
    if put_off := states.count(MailState.COMPOSED):
        raise MailNotSentError(f"{put_off} of {len(states)} mails are to be sent later; `club mail` says why.")
    return sent


def _send_each(
    lock: psycopg.Connection,
    ledger: _Ledger,
    messages: list[tuple[WaitingMail, EmailMessage]],
    open_server: OpenServer,
) -> Iterator[MailState]:
    """Send one mail after the other; where a session breaks off, go on in another."""
    with ExitStack() as session:
        server: smtplib.SMTP | None = None
        for mail, message in messages:
            require_lock(lock)
            server = server or _open(session, open_server)
            ledger.attempt(mail)
            state = _send(ledger, server, mail, message)
            yield state
            if state is not MailState.SENT and not _begin_anew(server):
                session.close()
                server = None


def _open(session: ExitStack, open_server: OpenServer) -> smtplib.SMTP:
    try:
        server = session.enter_context(open_server())
        server.ehlo_or_helo_if_needed()
        if server.sock is not None:  # the end of a mail is a packet of its own, and waits for none before it
            server.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except (OSError, smtplib.SMTPException) as error:
        raise MailNotSentError(
            f"The mail server cannot be reached ({type(error).__name__}). Mail waits."
        ) from error
    return server


def _send(ledger: _Ledger, server: smtplib.SMTP, mail: WaitingMail, message: EmailMessage) -> MailState:
    """Take one mail through its SMTP transaction; note what came of it, and return that."""
    try:
        _expect(2, *server.mail(message["From"].addresses[0].addr_spec))
        _expect(2, *server.rcpt(message["To"].addresses[0].addr_spec))
        _expect(3, *server.docmd("DATA"))
        # A line that begins with a full stop gets another one, so that it does not end the mail.
        server.send(re.sub(rb"(?m)^\.", b"..", message.as_bytes()))
        ledger.note(mail, MailState.SENDING)
        if server.sock is not None:
            server.sock.settimeout(ANSWERS_WITHIN_SECONDS)
        server.send(_END)
        _expect(2, *server.getreply())
    except _NotTakenError as refusal:
        return ledger.note(mail, MailState.FAILED if refusal.is_for_good else MailState.COMPOSED, str(refusal))
    except TimeoutError:
        return ledger.note(mail, MailState.COMPOSED, "the mail server did not take it in time")
    except (OSError, smtplib.SMTPException) as error:
        # smtplib says of a time that has run out that the server has gone.
        if isinstance(error.__context__, TimeoutError):
            return ledger.note(mail, MailState.UNCERTAIN, "the mail server was given it and has not answered")
        # Before its 250 it has not taken the mail on, and every sender sends it again (RFC 5321, 4.5.4.1).
        return ledger.note(mail, MailState.COMPOSED, "the mail server broke off before it had taken it on")
    return ledger.note(mail, MailState.SENT)


def _expect(first_digit: int, code: int, reply: bytes) -> None:
    if code // 100 != first_digit:
        raise _NotTakenError(code, reply)


def _begin_anew(server: smtplib.SMTP) -> bool:
    """Leave a transaction that was refused; return False where the session is over."""
    try:
        code, _ = server.rset()
    except (OSError, smtplib.SMTPException):
        return False
    return code // 100 == 2


def _messages(
    waiting: list[WaitingMail], sender: str, contacts: Contacts
) -> Iterator[tuple[WaitingMail, EmailMessage]]:
    """Put the mails together that have an address; the others wait until the contacts have one, or lapse."""
    officer = contacts.address_of(Recipient(CLUB, MailRole.OFFICER))
    for mail in waiting:
        if address := contacts.address_of(mail.to):
            yield mail, _message(mail, sender, address, officer)


def _message(mail: WaitingMail, sender: str, address: str, reply_to: str | None) -> EmailMessage:
    """Put a mail together; it is the same bytes at each attempt."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = address
    if reply_to:
        message["Reply-To"] = reply_to
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.composed_at)
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"  # absence notices do not answer it (RFC 3834)
    message.set_content(mail.text_body, cte="quoted-printable")
    message.add_alternative(mail.html_body, subtype="html", cte="quoted-printable")
    message.set_boundary(sha256(mail.message_id.encode()).hexdigest()[:40])
    return message
