"""What a column says of itself to whoever reads it without the warehouse."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """A column of a table: its name, PostgreSQL's name of its type, and what it holds."""

    name: str
    data_type: str
    description: str
