"""Alerts of Airflow to the engineer, by mail and webhook: what failed for good, what should have ended by now."""

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from airflow.sdk import BaseNotifier

if TYPE_CHECKING:
    from ingestion.mail.alerts import Alert
    from ingestion.settings import Settings


class TellEngineer(BaseNotifier):
    """Tell the engineer of the club, by whichever way is set up: the contacts, `CLUB_ALERT_WEBHOOK`, or both."""

    def notify(self, context: Any) -> None:
        """Tell; where one way is closed, say so in the log and go the other."""
        from ingestion.settings import Settings

        settings, alert = Settings(), _alert(context)
        for way in (_by_webhook, _by_mail):
            try:
                way(settings, alert)
            except Exception as error:  # an alert is never what breaks a step
                self.log.warning("The engineer could not be told by %s: %s", way.__name__, type(error).__name__)


# Part of what holds for every step (`steps.EVERY_STEP`).
ALERTED = {"on_failure_callback": [TellEngineer()]}


def _alert(context: Any) -> "Alert":
    from ingestion.mail.alerts import deadline_passed, step_failed

    if "deadline" in context:
        from airflow.sdk.configuration import conf

        run, deadline = context["dag_run"], context["deadline"]
        dag_id, run_id = run["dag_id"], run["dag_run_id"]
        airflow = conf.get("api", "base_url", fallback="http://localhost:8080").rstrip("/")
        link = f"{airflow}/dags/{dag_id}/runs/{quote(run_id)}"
        return deadline_passed(dag_id, run_id, f"{deadline['deadline_time']:%Y-%m-%d %H:%M %Z}", link)
    step = context["ti"]
    return step_failed(
        step.dag_id, step.task_id, whose=step.rendered_map_index, tries=step.try_number,
        error=context.get("exception"), link=step.log_url,
    )  # fmt: skip


def _by_webhook(settings: "Settings", alert: "Alert") -> None:
    import httpx

    if settings.alert_webhook:
        httpx.post(settings.alert_webhook, json={"text": alert.text}, timeout=10).raise_for_status()


def _by_mail(settings: "Settings", alert: "Alert") -> None:
    from mail_server import mail_server, sender

    from ingestion.mail.alerts import as_message
    from ingestion.mail.contacts import ENGINEER, read_contacts

    contacts, come_from = read_contacts(settings), sender()
    address = contacts.address_of(ENGINEER) if contacts else None
    if address and come_from:
        with mail_server() as server:
            server.send_message(as_message(alert, come_from, address))
