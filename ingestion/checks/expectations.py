"""Great Expectations: run a suite's rules in PostgreSQL, all submissions at once.

Great Expectations keeps at most 200 failing rows, and its results may hold values; so it is asked for the
verdict only, and the failing rows are taken by one INSERT ... SELECT of the rule's own query.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import URL

from ingestion.checks.suite import Rule, Suite

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")


@dataclass(frozen=True)
class Verdict:
    """How one rule went; `error` is set when it could not run at all."""

    rule: Rule
    passed: bool
    error: str | None = None


def validate(suite: Suite, url: URL) -> list[Verdict]:
    """Run every rule of the suite; a rule that raises fails alone."""
    import great_expectations as gx
    from great_expectations.expectations.core.unexpected_rows_expectation import UnexpectedRowsExpectation
    from great_expectations.expectations.metadata_types import FailureSeverity

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}  # type: ignore[assignment]
    source = context.data_sources.add_postgres(
        "warehouse", connection_string=url.set(drivername="postgresql+psycopg2").render_as_string(False)
    )
    asset = source.add_table_asset("submissions", f"{suite.return_code}_submissions", schema_name="checking")
    expectations = gx.ExpectationSuite(
        name=suite.return_code,
        expectations=[
            UnexpectedRowsExpectation(
                unexpected_rows_query=_as_template(rule.statement),
                severity=FailureSeverity(rule.severity.value),
                meta={"code": rule.code, "dimension": rule.dimension},
            )
            for rule in suite.rules
        ],
    )
    validation = gx.ValidationDefinition(
        name=suite.return_code,
        data=asset.add_batch_definition_whole_table("all"),
        suite=context.suites.add(expectations),
    )
    outcome = context.validation_definitions.add(validation).run(result_format="BOOLEAN_ONLY")
    return list(_verdicts(suite, outcome.results))


def _as_template(statement: str) -> str:
    """Great Expectations fills braces: those of the statement are kept, and the batch it asks for is named."""
    return "/* {batch} */\n" + statement.replace("{", "{{").replace("}", "}}")


def _verdicts(suite: Suite, results: list) -> Iterator[Verdict]:  # type: ignore[type-arg]
    rules = {rule.code: rule for rule in suite.rules}
    for result in results:
        rule = rules[result.expectation_config.meta["code"]]
        yield Verdict(rule, bool(result.success), _error(result.exception_info))


def _error(exception_info: object) -> str | None:
    """Great Expectations gives the exception either plainly or under the id of the metric that raised it."""
    entries = exception_info if isinstance(exception_info, dict) else {}
    if "raised_exception" not in entries:
        return next((error for entry in entries.values() if (error := _error(entry))), None)
    return str(entries.get("exception_message")) if entries["raised_exception"] else None
