"""A pack as a tidy CSV file, and its metadata in the W3C's vocabulary for CSV on the web."""

import json

from ingestion.outbox.spreadsheets import csv_text
from reporting.packs.pack import Pack
from reporting.packs.tables import years_table

# What the columns hold that are no text.
NUMBERS = {"value", "lower_95", "upper_95", "value_real", "first_value"}


def write_tidy_csv(pack: Pack) -> bytes:
    """Write every figure of every member and of the region, a row each; numbers with all their digits."""
    table = years_table(pack)
    return csv_text((column.name for column in table.columns), table.rows).encode()


def write_statements(pack: Pack) -> bytes:
    """Write what is said of the authority, a sentence a row with its key."""
    rows = ((f"{said.indicator_code}:{said.rule_code}", said.statement, said.question) for said in pack.statements)
    return csv_text(("key", "says", "ask"), rows).encode()


def write_metadata(pack: Pack, status: str, file_name: str) -> bytes:
    """Describe the file: https://www.w3.org/TR/tabular-metadata/."""
    columns = [
        {
            "name": column.name,
            "titles": column.name,
            "dc:description": column.holds,
            "datatype": "number" if column.name in NUMBERS else "string",
        }
        for column in years_table(pack).columns
    ]
    described = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": file_name,
        "dc:title": f"{pack.authority_name}: {pack.indicators[0].group_title.lower()}",
        "dc:publisher": f"{pack.region} benchmarking club",
        "dc:rights": status,
        "dc:created": pack.build.built_at.isoformat(timespec="seconds"),
        "dc:identifier": pack.stamp,
        "dialect": {"header": True, "encoding": "utf-8", "lineTerminators": ["\n"]},
        "tableSchema": {"columns": columns, "primaryKey": "key"},
    }
    return (json.dumps(described, indent=2, ensure_ascii=False) + "\n").encode()
