"""Great Expectations: the verdict on a suite's rules in PostgreSQL, all submissions at once.

Great Expectations asks each question of its own twice, takes a quarter of a second over it, keeps at most 200
failing rows, and its results may hold values. So every rule's query is run once, into a table of its failing rows,
and these are counted into one row with a column for each rule. Great Expectations judges the columns, all of which
it asks for at once; the findings are taken from the tables.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass

from psycopg import sql
from sqlalchemy import URL

from ingestion.check.suite import Rule

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
    from great_expectations.expectations.core.expect_column_max_to_be_between import ExpectColumnMaxToBeBetween
    from great_expectations.expectations.metadata_types import FailureSeverity

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}  # type: ignore[assignment]
    source = context.data_sources.add_postgres(
        "warehouse", connection_string=url.set(drivername="postgresql+psycopg2").render_as_string(False)
    )
    asset = source.add_query_asset("failing_rows", _count_failing_rows(rules).as_string(None))
    expectations = gx.ExpectationSuite(
        name=return_code,
        expectations=[
            ExpectColumnMaxToBeBetween(
                column=rule.failing_name,
                max_value=0,
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


def _count_failing_rows(rules: list[Rule]) -> sql.Composed:
    """One row with the number of failing rows of each rule."""
    counts = [
        sql.SQL("(select count(*) from {}) as {}").format(rule.failing_table, sql.Identifier(rule.failing_name))
        for rule in rules
    ]
    return sql.SQL("select {}").format(sql.SQL(", ").join(counts))


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
