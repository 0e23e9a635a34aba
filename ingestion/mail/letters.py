"""What a mail says, as facts that its text and its HTML set in the same words.

Nothing out of a return of persons or of answers stands in it but rules, counts and places.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment

from ingestion.authorities import authorities
from ingestion.feedback.wording import return_title
from ingestion.mail.contacts import CLUB, Recipient
from ingestion.outbox.pages import page_templates, text_templates
from ingestion.warehouse.mail_states import MailKind, MailRole

_FOLDER = Path(__file__).parent

# Of Message-IDs: it names no host, and stays the same when the club's mail moves to another.
DOMAIN = "benchmarking-club.invalid"

ROLE_WORDS = {
    MailRole.DATA_LEAD: "data lead",
    MailRole.DIRECTOR: "director",
    MailRole.OFFICER: "officer",
    MailRole.ENGINEER: "engineer",
}


@dataclass(frozen=True)
class Line:
    """One line of a table: what it is about, how many, and a place or an address."""

    what: str
    count: str = ""
    place: str = ""


@dataclass(frozen=True)
class Letter:
    """The contents of one mail.

    Attributes:
        subject: what stands in the list of mails.
        lead: the sentence that matters.
        facts: labels and what stands beside them.
        to_do: what the reader is asked to do, sentence by sentence.
        table_title: what the lines below are.
        lines: a table.
        page_title: what the page at the address is.
        page: the address of a page, or where it lies.
    """

    subject: str
    lead: str
    facts: tuple[tuple[str, str], ...] = ()
    to_do: tuple[str, ...] = ()
    table_title: str = ""
    lines: tuple[Line, ...] = ()
    page_title: str = ""
    page: str = ""


@dataclass(frozen=True)
class About:
    """What a mail is about: a submission, a return that is due, or the packs of a build; one of these.

    `name` says it in words that are the same again in a ledger that was restored from a backup.
    """

    name: str
    submission_id: int | None = None
    return_code: str | None = None
    period_code: str | None = None
    build_id: int | None = None


@dataclass(frozen=True)
class Draft:
    """A mail to one recipient that is to be composed, unless the ledger has it."""

    kind: MailKind
    about: About
    recipient: Recipient
    letter: Letter

    @property
    def subject(self) -> str:
        """The subject in one line: the name of a folder, which may be part of it, can hold anything."""
        return " ".join(self.letter.subject.split())

    @property
    def message_id(self) -> str:
        """The same for the same mail, whenever it is worked out: a mailbox that has it knows a second copy."""
        parts = (self.kind, self.about.name, self.recipient.recipient, self.recipient.role)
        return f"<{'/'.join(quote(part, safe='/+') for part in parts)}@{DOMAIN}>"


def return_words(return_code: str, period_code: str) -> str:
    """Name a return and its year or round in few words: 'SSDA903 2026-27', 'Good practice, 2026'."""
    title = return_title(return_code).partition(",")[0]
    is_year = "-" in period_code and period_code[:4].isdigit()
    return f"{title} {period_code}" if is_year else f"{title}, {period_code}"


def recipient_words(recipient: Recipient) -> str:
    """Name a recipient: 'the data lead of Dudley', 'the officer of the club'."""
    whose = "the club" if recipient.recipient == CLUB else authorities()[recipient.recipient].name
    return f"the {ROLE_WORDS[recipient.role]} of {whose}"


def as_text(letter: Letter, recipient: Recipient) -> str:
    """Set a letter as plain text."""
    return _text().get_template("letter.txt.j2").render(letter=letter, recipient=recipient_words(recipient))


def as_html(letter: Letter, recipient: Recipient) -> str:
    """Set a letter as HTML that loads nothing from outside and tells nobody that it was opened."""
    return _html().get_template("letter.html.j2").render(letter=letter, recipient=recipient_words(recipient))


@cache
def _text() -> Environment:
    return text_templates(_FOLDER)


@cache
def _html() -> Environment:
    return page_templates(_FOLDER)
