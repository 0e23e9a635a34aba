"""The expectation behind every rule: no row breaks it."""

from typing import Any, ClassVar

from ingestion.check.great_expectations import UnexpectedRowsExpectation, pydantic

# What may leave the database: the places of rows, never their contents.
PLACE = "submission_id, file_id, line_number, column_number, heading"


class ExpectNoRowToBreakRule(UnexpectedRowsExpectation):
    """No row breaks this rule.

    The batch is a table of rows that break rules, under the key of the rule in `rule`. It is asked only how
    many rows there are; their places, all of them, come from `ValidationDefinition.get_unexpected_rows`.

    Args:
        rule: the code of the rule.
        from_year: the first year that it is a rule of; a rule that changed has an expectation for each version.
        to_year: the last year that it is a rule of.
    """

    rule: str = pydantic.Field(regex=r"^[\w.]+$")
    from_year: str | None = pydantic.Field(default=None, regex=r"^\d{4}-\d{2}$")
    to_year: str | None = pydantic.Field(default=None, regex=r"^\d{4}-\d{2}$")

    # The parent asks for the rows as well, which would put them into the results.
    metric_dependencies: ClassVar[tuple[str, ...]] = ("unexpected_rows_query.row_count",)

    @pydantic.root_validator(pre=True)
    def _ask_for_rows(cls, values: dict[str, Any]) -> dict[str, Any]:  # noqa: N805 -- pydantic gives the class
        key = " ".join(filter(None, (values.get("rule"), values.get("from_year"))))
        query = f"select {PLACE} from {{batch}} where rule = '{key}'"  # noqa: S608 -- both are matched above
        return values | {"unexpected_rows_query": query}

    def _validate(
        self, metrics: dict[str, Any], runtime_configuration: Any = None, execution_engine: Any = None
    ) -> dict[str, Any]:
        rows = metrics["unexpected_rows_query.row_count"]
        return {"success": rows == 0, "result": {"observed_value": rows}}
