"""The club's mail server, by Airflow's SMTP provider and its connection `club_smtp`."""

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import cast

CONNECTION = "club_smtp"


def sender() -> str | None:
    """Return the address that mail comes from; None where no mail server is set up.

    Raises:
        AirflowFailException: the connection has no such address.
    """
    from airflow.providers.smtp.hooks.smtp import SmtpHook
    from airflow.sdk.exceptions import AirflowFailException, AirflowNotFoundException

    try:
        connection = SmtpHook.get_connection(CONNECTION)
    except AirflowNotFoundException:
        return None
    address = connection.extra_dejson.get("from_email")
    if not address:
        raise AirflowFailException(f"Airflow's connection {CONNECTION} has no `from_email` in its extra.")
    return str(address)


@contextmanager
def mail_server() -> Iterator[smtplib.SMTP]:
    """Open a session with the mail server, encrypted and logged in as the connection says."""
    from airflow.providers.smtp.hooks.smtp import SmtpHook
    from airflow.sdk.exceptions import AirflowException

    try:
        hook = SmtpHook(CONNECTION).get_conn()
    except AirflowException as error:
        raise smtplib.SMTPServerDisconnected(str(error)) from error
    # The hook's own way of sending has no text beside the HTML, and tries again where nobody knows whether it may.
    client = cast("smtplib.SMTP", hook._smtp_client)
    try:
        yield client
    finally:
        with suppress(OSError, smtplib.SMTPException):
            client.quit()
