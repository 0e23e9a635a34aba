"""Alerts to the engineer: which step of which DAG failed, for whom, in a sentence, and where its log is.

The text of an error may hold a child's value, so an alert has only the name of the error; the log has the rest.
"""

from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import localtime, make_msgid

from ingestion.mail.letters import DOMAIN


@dataclass(frozen=True)
class Alert:
    """What the engineer is told: a subject, a sentence, and where to look."""

    subject: str
    sentence: str
    link: str

    @property
    def text(self) -> str:
        """Sentence and link."""
        return f"{self.sentence}\n{self.link}"


def step_failed(
    dag_id: str, task_id: str, *, whose: str | None, tries: int, error: BaseException | str | None, link: str
) -> Alert:
    """Tell of a step that failed for good; `whose` is what a mapped step was at, such as a sender."""
    name = type(error).__name__ if isinstance(error, BaseException) else "an error"
    at = f" for {whose}" if whose else ""
    after = f" after {tries} tries" if tries > 1 else ""
    return Alert(
        f"Failed: {dag_id}, {task_id}{at}", f"The step {task_id} of {dag_id} failed{at}{after}: {name}.", link
    )


def deadline_passed(dag_id: str, run_id: str, deadline: str, link: str) -> Alert:
    """Tell of a run that should have ended by now."""
    return Alert(f"Late: {dag_id}", f"The run {run_id} of {dag_id} was to end by {deadline}, and has not.", link)


def as_message(alert: Alert, sender: str, address: str) -> EmailMessage:
    """Set an alert as a mail. It is no row of the ledger: the database may be what is down."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = sender, address, alert.subject
    message["Date"], message["Message-ID"] = localtime(), make_msgid(domain=DOMAIN)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(alert.text)
    return message
