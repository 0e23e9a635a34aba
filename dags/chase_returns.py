"""Write to members, officer and engineer: what came of their files, what is due, what awaits (Airflow DAG)."""

from datetime import timedelta

from airflow.sdk import AssetAny, AssetOrTimeSchedule, CronTriggerTimetable, chain, dag, task
from assets import MARTS, PACKS
from steps import EVERY_STEP, PATIENT

# A mail server that is down for a while, or puts off whom it does not know, is tried again for half an hour.
UNTIL_IT_ANSWERS = PATIENT | {
    "retries": 6,
    "retry_delay": timedelta(seconds=30),
    "max_retry_delay": timedelta(minutes=10),
}


@task(execution_timeout=timedelta(minutes=5), **PATIENT)
def show_what_is_owed() -> str:
    """Write the club's page of what is owed, as of today: a return becomes late without anything being built."""
    from datetime import UTC, datetime

    from ingestion.settings import Settings
    from reporting.return_calendar.page import write_returns_page

    return str(write_returns_page(Settings(), datetime.now(UTC).date()))


@task(execution_timeout=timedelta(minutes=20), **PATIENT)
def compose_mail() -> int:
    """Write the mails that are due into the ledger; skipped where there are no contacts."""
    from datetime import UTC, datetime

    from airflow.sdk.exceptions import AirflowSkipException

    from ingestion.mail.compose import compose_mail as compose
    from ingestion.mail.contacts import read_contacts
    from ingestion.settings import Settings

    settings = Settings()
    contacts = read_contacts(settings)
    if contacts is None:
        raise AirflowSkipException(f"There are no contacts in {settings.contacts_file}: no mail goes out.")
    return compose(settings, contacts, datetime.now(UTC))


@task(execution_timeout=timedelta(minutes=60), **UNTIL_IT_ANSWERS)
def send_mail() -> int:
    """Send what is composed, each mail exactly once; skipped where no mail server is set up."""
    from datetime import UTC, datetime

    from airflow.sdk.exceptions import AirflowSkipException
    from mail_server import CONNECTION, mail_server, sender

    from ingestion.mail.contacts import read_contacts
    from ingestion.mail.sending import send_mail as send
    from ingestion.settings import Settings

    settings = Settings()
    contacts, address = read_contacts(settings), sender()
    if contacts is None or address is None:
        raise AirflowSkipException(
            f"There are no contacts, or there is no connection {CONNECTION}: nothing is sent."
        )
    return send(settings, contacts, address, mail_server, datetime.now(UTC))


@task(execution_timeout=timedelta(minutes=5), trigger_rule="all_done", **PATIENT)
def look_after_mail() -> None:
    """Be red while a mail needs somebody's word: refused for good, or of unknown fate."""
    from airflow.sdk.exceptions import AirflowFailException

    from ingestion.mail.overview import count_to_settle
    from ingestion.settings import Settings

    if waiting := count_to_settle(Settings()):
        raise AirflowFailException(f"{waiting} mails were refused or are of unknown fate: see `club mail`.")


@dag(
    description="Write to members, officer and engineer: what came, what is due, what awaits.",
    # In the morning; and when what was decided has been built, and so is known to break no build.
    schedule=AssetOrTimeSchedule(
        timetable=CronTriggerTimetable("30 7 * * *", timezone="Europe/London"),
        assets=AssetAny(MARTS, PACKS),
    ),
    catchup=False,
    max_active_runs=1,
    default_args=EVERY_STEP,
    dagrun_timeout=timedelta(hours=3),
    tags=["publish"],
    doc_md="""
    ### Mail: receipts, rejections, reminders, chases, sign-off wanted, packs
    Runs every morning, when another build is read, and when packs are out or final. Each mail is a row of
    `ledger.mail` before it is sent, and is delivered once: `club mail` lists them, `club mail --preview` shows
    what would go out. To whom: the contacts (`CLUB_CONTACTS`). Through what: Airflow's connection `club_smtp`.
    Without one of these the steps are skipped, and nothing is sent.

    The page of what is owed, `_club/returns.html`, is written anew each time.

    **Who is complete is not reminded**, also when the return came after the reminder was composed.

    **A red `send_mail`**: the mail server cannot be reached, or puts mail off; the next run sends it.
    **A red `look_after_mail`**: an address was refused, or a process was killed while the mail server had a mail
    in hand. `club mail` says which, and takes your word: `--send-again`, `--arrived`, `--leave`.

    **Safe to repeat:** what the ledger has is not composed again, and what was sent is not sent again.
    """,
)
def chase_returns() -> None:
    """Show what is owed; compose, send, and look what is left."""
    show_what_is_owed()
    chain(compose_mail(), send_mail(), look_after_mail())


chase_returns()
