"""The state of the parts and of the submissions, and the addresses to continue at."""

from typing import Any

from ingestion.errors import ClubError
from ingestion.mail.contacts import read_contacts
from ingestion.mail.overview import count_mail
from ingestion.model.readings import not_counted
from ingestion.model.schemas import facts_of_build
from ingestion.operation.airflow_process import ADMIN_USER, AirflowProcess
from ingestion.operation.doctor import examine
from ingestion.operation.overview import count_by_state
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, warehouse_url
from ingestion.warehouse.secrets import load_secrets


def read_status(settings: Settings) -> dict[str, Any]:
    """Return the state of the parts, the submissions by state and what is wrong; what is down is no error here."""
    airflow_url = AirflowProcess(settings).url
    marts, without_readings = None, []
    try:
        submissions = dict(count_by_state(settings))
        mail = dict(count_mail(settings))
        marts = facts_of_build(settings)
        without_readings = not_counted(settings)
        warehouse = {
            "running": True,
            "url": warehouse_url(settings, Role.BI).render_as_string(hide_password=True),
        }
    except ClubError as error:
        submissions, mail = {}, {}
        warehouse = {"running": False, "reason": str(error)}
    return {
        "warehouse": warehouse,
        "airflow": {"running": airflow_url is not None, "url": airflow_url},
        "landing_zone": settings.landing,
        "submissions": submissions,
        "mail": {"contacts": _contacts_in_words(settings), "by_state": mail},
        "marts": marts,
        "without_readings": without_readings,
        "faults": [fault.code for fault in examine(settings)],
    }


def _contacts_in_words(settings: Settings) -> str:
    """Say to how many mail may go, or why to nobody."""
    try:
        contacts = read_contacts(settings)
    except ClubError as error:
        return str(error)
    if contacts is None:
        return f"no contacts in {settings.contacts_file}, so no mail goes out"
    return f"{len(contacts)} contacts"


def where_to_look(settings: Settings, *, with_passwords: bool) -> list[tuple[str, str]]:
    """Return addresses, logins and folders, each with its purpose; passwords are for a terminal, not for a log."""
    password = load_secrets(settings)["airflow_admin"] if with_passwords else "by `club airflow-login`"
    return [
        (
            "BI tool connects to",
            warehouse_url(settings, Role.BI).render_as_string(hide_password=not with_passwords),
        ),
        (
            "Airflow",
            f"{AirflowProcess(settings).url or 'not running'}  user {ADMIN_USER}, password {password}",
        ),
        ("Feedback reports", str(settings.outbox)),
        ("Packs of members", f"{settings.outbox}/<member>/packs, drafts a while after a load; see publish_packs"),
        ("Comparison page", str(settings.club_outbox / "comparison.html")),
        ("What people answered", f"{settings.club_outbox}, a folder for each return, a page for each round"),
    ]
