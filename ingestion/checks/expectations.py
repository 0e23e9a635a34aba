"""Great Expectations: the verdict on a suite's rules in PostgreSQL, all submissions at once.

Great Expectations asks each question twice, keeps at most 200 failing rows, and its results may hold values. So
every rule's query is run once, into a table of its failing rows; Great Expectations judges that table, and the
findings are taken from it.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass

from psycopg import sql
from sqlalchemy import URL

from ingestion.checks.suite import Rule

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")


@dataclass(frozen=True)
class Verdict:
    """How one rule went; `error` is set when it could not run at all."""

    rule: Rule
    passed: bool
    error: str | None = None


def validate(return_code: str, rules: list[Rule], url: URL) -> list[Verdict]:
    """The verdict on each of these rules, whose failing rows have been laid out in `checking`."""
    import great_expectations as gx
    from great_expectations.expectations.core.unexpected_rows_expectation import UnexpectedRowsExpectation
    from great_expectations.expectations.metadata_types import FailureSeverity

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}  # type: ignore[assignment]
    source = context.data_sources.add_postgres(
        "warehouse", connection_string=url.set(drivername="postgresql+psycopg2").render_as_string(False)
    )
    submissions = sql.SQL("select * from {}").format(sql.Identifier("checking", f"{return_code}_submissions"))
    asset = source.add_query_asset("submissions", submissions.as_string(None))
    expectations = gx.ExpectationSuite(
        name=return_code,
        expectations=[
            UnexpectedRowsExpectation(
                unexpected_rows_query=_no_rows_of(rule),
                severity=FailureSeverity(rule.severity.value),
                meta={"rule": rule.key, "code": rule.code, "dimension": rule.dimension},
            )
            for rule in rules
        ],
    )
    validation = gx.ValidationDefinition(
        name=return_code,
        data=asset.add_batch_definition_whole_table("all"),
        suite=context.suites.add(expectations),
    )
    outcome = context.validation_definitions.add(validation).run(result_format="BOOLEAN_ONLY")
    return list(_verdicts(rules, outcome.results))


def _no_rows_of(rule: Rule) -> str:
    """Great Expectations wants the batch to be named in braces."""
    return sql.SQL("select * from {} /* {{batch}} */").format(rule.failing_table).as_string(None)


def _verdicts(rules: list[Rule], results: list) -> Iterator[Verdict]:  # type: ignore[type-arg]
    by_key = {rule.key: rule for rule in rules}
    for result in results:
        rule = by_key[result.expectation_config.meta["rule"]]
        yield Verdict(rule, bool(result.success), _error(result.exception_info))


def _error(exception_info: object) -> str | None:
    """Great Expectations gives the exception either plainly or under the id of the metric that raised it."""
    entries = exception_info if isinstance(exception_info, dict) else {}
    if "raised_exception" not in entries:
        return next((error for entry in entries.values() if (error := _error(entry))), None)
    return str(entries.get("exception_message")) if entries["raised_exception"] else None
