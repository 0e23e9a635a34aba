"""Links in Airflow's grid from a step that is about one sender: to its reports, and to how its returns stand.

They lead into the outbox, by the address under which senders reach it (`CLUB_OUTBOX_URL`), if it has one.
"""

from typing import Any

from airflow.providers.standard.decorators.python import _PythonDecoratedOperator
from airflow.sdk import BaseOperatorLink
from airflow.sdk.bases.decorator import task_decorator_factory


class Report(BaseOperatorLink):
    """All reports that the sender got, the newest first."""

    name = "report"

    def get_link(self, operator: Any, *, ti_key: Any) -> str:
        """Return the address of the sender's page, as the step knows the sender by now."""
        from ingestion.outbox import folder_name

        sender = getattr(operator, "sender", None) or getattr(operator, "op_kwargs", {}).get("sender")
        return _in_outbox(f"{folder_name(sender)}/index.html") if sender else ""


class Ledger(BaseOperatorLink):
    """How the returns of every sender stand, as the ledger has it."""

    name = "ledger"

    def get_link(self, operator: Any, *, ti_key: Any) -> str:
        """Return the address of the page that each build writes anew."""
        return _in_outbox("_club/health.html")


OF_A_SENDER = (Report(), Ledger())


class _StepOfASender(_PythonDecoratedOperator):
    """What `@task` makes, with links; Airflow takes those of a mapped step from its class alone."""

    operator_extra_links = OF_A_SENDER


def step_of_a_sender(**arguments: Any) -> Any:
    """Decorate a function as `@task` does, for a step that takes a `sender`."""
    return task_decorator_factory(decorated_operator_class=_StepOfASender, **arguments)


def _in_outbox(path: str) -> str:
    from ingestion.mail.addresses import address_in_outbox
    from ingestion.settings import Settings

    settings = Settings()
    return address_in_outbox(settings, path) if settings.outbox_url else ""
