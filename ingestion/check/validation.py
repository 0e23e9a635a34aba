"""Great Expectations: a checkpoint that judges the rules of a run and hands the outcomes to the ledger.

Every rule's query has been run once, into one table of failing rows, because Great Expectations runs each query
of its own twice and keeps at most 200 rows. Its batch is that table: all submissions at once, split by submission
where the outcomes are written. Its results say how many rows break a rule, and hold none of them.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import URL

from ingestion.check import (
    data_docs,
    expectation,  # noqa: F401 -- its type is known to Great Expectations from here on
)
from ingestion.check.failing import TABLE
from ingestion.check.findings import RuleOutcome
from ingestion.check.great_expectations import Checkpoint, ValidationAction, gx, pydantic
from ingestion.check.plan import Plan

# A callback for the outcomes of the rules that were judged.
Keep = Callable[[list[RuleOutcome]], None]


class RecordInLedger(ValidationAction):
    """Hand the outcome of every rule to the ledger of the warehouse."""

    type: Literal["record_in_ledger"] = "record_in_ledger"

    _plans: list[Plan] = pydantic.PrivateAttr(default_factory=list)
    _keep: Keep = pydantic.PrivateAttr(default=lambda _: None)

    @classmethod
    def of(cls, plans: list[Plan], keep: Keep) -> "RecordInLedger":
        """Return an action that hands the outcomes of these rules to `keep`."""
        action = cls(name="record_in_ledger")
        action._plans, action._keep = plans, keep
        return action

    def run(self, checkpoint_result: Any, action_context: Any = None) -> dict[str, Any]:
        """Hand the outcomes over."""
        (validation,) = checkpoint_result.run_results.values()
        plans = {(plan.rule.code, plan.rule.first): plan for plan in self._plans}
        outcomes = [_outcome(plans, result) for result in validation.results]
        self._keep(outcomes)
        return {"rules": len(outcomes)}


def validate(return_code: str, plans: list[Plan], url: URL, keep: Keep, documents: Path) -> Callable[[], None]:
    """Judge these rules by the table of failing rows, which must be committed.

    Args:
        return_code: the return, which names the suite and the table.
        plans: the rules that could run.
        url: the warehouse, as the loader.
        keep: takes the outcomes, before this function returns.
        documents: the folder for the results and their Data Docs.

    Returns:
        A function that publishes the Data Docs.
    """
    context = gx.get_context(mode="ephemeral", project_config=data_docs.project(documents))
    address = url.set(drivername="postgresql+psycopg2")
    source = context.data_sources.add_postgres("warehouse", connection_string=address.render_as_string(False))
    # The schema is the table's, not the connection's: a pooler takes no settings with which a session begins.
    asset = source.add_table_asset(TABLE, table_name=f"{return_code}_{TABLE}", schema_name="checking")
    suite = gx.ExpectationSuite(name=return_code, expectations=[plan.rule.expectation for plan in plans])
    validation = gx.ValidationDefinition(
        name=return_code, data=asset.add_batch_definition_whole_table("run"), suite=context.suites.add(suite)
    )
    checkpoint = Checkpoint(
        name=return_code,
        validation_definitions=[context.validation_definitions.add(validation)],
        actions=[RecordInLedger.of(plans, keep)],
        result_format="BASIC",
    )
    try:
        result = checkpoint.run()
    finally:
        # Great Expectations leaves its connections to the garbage collector; the server has few to give.
        source.get_execution_engine().close()
        source.get_engine().dispose()
    return partial(data_docs.publish, context, result)


def _outcome(plans: dict[tuple[str, str | None], Plan], result: Any) -> RuleOutcome:
    kwargs = result.expectation_config.kwargs
    plan = plans[kwargs["rule"], kwargs.get("from_year")]
    return RuleOutcome(plan, int((result.result or {}).get("observed_value") or 0), _error(result.exception_info))


def _error(exception_info: object) -> str | None:
    """Return the error text, found either at the top level or under the id of the metric that raised it."""
    entries = exception_info if isinstance(exception_info, dict) else {}
    if "raised_exception" not in entries:
        return next((error for entry in entries.values() if (error := _error(entry))), None)
    return str(entries.get("exception_message")) if entries["raised_exception"] else None
