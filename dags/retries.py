"""Which failure of an Airflow step is tried again: a lost connection is, a fault of data or code is not."""

from datetime import timedelta

from airflow.sdk import ExceptionRetryPolicy, RetryAction, RetryRule


class LateRule(RetryRule):
    """A rule whose exceptions are looked up when a step fails, and not while a DAG file is read."""

    def __post_init__(self) -> None:
        """Leave out looking them up: psycopg would be imported with every DAG file."""


# The first that fits counts. What none fits is tried again: it may be the machine.
BY_CAUSE = ExceptionRetryPolicy(
    rules=[
        LateRule(
            ["ingestion.errors.PassingError", "psycopg.OperationalError", "psycopg.InterfaceError"],
            RetryAction.RETRY,
            reason="a connection was lost, or the machine could do no more: it may be there again",
        ),
        LateRule(
            [
                "ingestion.errors.ClubError", "psycopg.DataError", "psycopg.ProgrammingError",
                "builtins.LookupError", "builtins.TypeError", "builtins.ValueError", "builtins.AttributeError",
                "builtins.ArithmeticError",
            ],
            RetryAction.FAIL,
            reason="the same data and code would fail again",
        ),
    ]
)  # fmt: skip

PATIENCE = {
    "retries": 3,
    "retry_delay": timedelta(seconds=10),
    "retry_exponential_backoff": True,
    "max_retry_delay": timedelta(minutes=5),
}
