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
        from ingestion.mail.addresses import reports_of
        from ingestion.settings import Settings

        settings = Settings()
        sender = getattr(operator, "sender", None) or getattr(operator, "op_kwargs", {}).get("sender")
        return reports_of(settings, sender) if sender and settings.outbox_url else ""


class Ledger(BaseOperatorLink):
    """How the returns of every sender stand, as the ledger has it."""

    name = "ledger"

    def get_link(self, operator: Any, *, ti_key: Any) -> str:
        """Return the address of the page that each build writes anew."""
        from ingestion.mail.addresses import address_in_outbox
        from ingestion.settings import Settings

        settings = Settings()
        return address_in_outbox(settings, "_club/health.html") if settings.outbox_url else ""


OF_A_SENDER = (Report(), Ledger())


class _StepOfASender(_PythonDecoratedOperator):
    """What `@task` makes, with links; Airflow takes those of a mapped step from its class alone."""

    operator_extra_links = OF_A_SENDER


def step_of_a_sender(**arguments: Any) -> Any:
    """Decorate a function as `@task` does, for a step that takes a `sender`."""
    return task_decorator_factory(decorated_operator_class=_StepOfASender, **arguments)
