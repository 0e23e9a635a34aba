"""Lists are put together in an order that the query names: otherwise a sentence differs from run to run."""

import re
from collections.abc import Iterator

from ingestion.settings import DBT_PROJECT, EXPECTATIONS

SQL = sorted(
    path
    for folder in (EXPECTATIONS, *(DBT_PROJECT / name for name in ("models", "macros", "tests", "analyses")))
    for path in folder.rglob("*")
    if path.suffix in (".sql", ".yaml")
)
AGGREGATE = re.compile(r"\b(?:string|array|jsonb?)_agg\(")


def arguments(text: str) -> Iterator[str]:
    """What stands between the brackets of every aggregate that makes a list."""
    for found in AGGREGATE.finditer(text):
        depth, end = 1, found.end()
        while depth:
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
        yield text[found.end() : end - 1]


def test_the_aggregates_are_found():
    assert list(arguments("select string_agg(quote_literal(a), ', ') from b, array_agg(distinct c)")) == [
        "quote_literal(a), ', '", "distinct c",
    ]  # fmt: skip
    assert sum(len(list(arguments(path.read_text()))) for path in SQL) > 30


def test_every_list_is_ordered():
    """One of distinct values is: they are sorted to tell them apart."""
    unordered = [
        (path.name, each)
        for path in SQL
        for each in arguments(path.read_text())
        if "order by" not in each and "distinct" not in each
    ]
    assert unordered == []
