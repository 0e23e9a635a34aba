"""The models' own SQL over figures that a test makes up, in a real PostgreSQL."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from ingestion.model.dbt import run_dbt
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect

Row = dict[str, Any]
# Works a query out over the figures that it is given, a tuple each.
Figures = Callable[[Iterable[tuple[Any, ...]]], list[Row]]


def over_figures(settings: Settings, figures: str, query: str) -> Figures:
    """Return what works a query of the models' macros out over figures that a test makes up.

    Args:
        figures: the statement that makes a temporary table of them; its parameters are their columns.
        query: begins with `with`; it is compiled here, once.
    """
    printed = run_dbt(settings, "compile", "--inline", query, "--quiet").printed
    compiled = printed[printed.index("with ") :]

    def of(found: Iterable[tuple[Any, ...]]) -> list[Row]:
        with connect(settings, Role.TRANSFORMER) as connection, connection.transaction(force_rollback=True):
            connection.execute(figures.encode(), [list(column) for column in zip(*found, strict=True)])
            return connection.cursor(row_factory=dict_row).execute(compiled.encode()).fetchall()

    return of


def compiled_queries(settings: Settings, *names: str) -> dict[str, str]:
    """Return the SQL of these models as a full build would run it, by their names."""
    run_dbt(settings, "compile", "--quiet", "--full-refresh", "--select", *names)
    folder = settings.state_folder / "dbt" / "target" / "compiled" / "club" / "models"
    return {path.stem: path.read_text(encoding="utf-8") for path in folder.rglob("*.sql") if path.stem in names}


class Models:
    """Compiled models, with some of the relations that they read replaced."""

    def __init__(self, connection: psycopg.Connection, compiled: dict[str, str]) -> None:
        self.connection = connection
        self._compiled = compiled
        self._database = connection.info.dbname

    def put(self, name: str, columns: str, rows: Sequence[Sequence[object]]) -> None:
        """Put a table of these rows where the models read the relation of this name."""
        table = sql.Identifier(name)
        self.connection.execute(sql.SQL("drop table if exists pg_temp.{}").format(table))
        self.connection.execute(f'create temp table "{name}" ({columns})')
        with self.connection.cursor().copy(sql.SQL("copy pg_temp.{} from stdin").format(table)) as copy:
            for row in rows:
                copy.write_row(row)

    def run(self, model: str, columns: str, *, put: Sequence[str]) -> list[tuple[object, ...]]:
        """Return the rows of a model that reads the replaced relations, and the others from the warehouse."""
        return self.connection.execute(f"select {columns} from ({self._query(model, put)}) as model").fetchall()

    def put_model(self, model: str, *, put: Sequence[str]) -> None:
        """Put the result of a model where the models after it read it."""
        self.connection.execute(f'drop table if exists pg_temp."{model}"')
        self.connection.execute(f'create temp table "{model}" as {self._query(model, put)}')

    def _query(self, model: str, put: Sequence[str]) -> str:
        query = self._compiled[model]
        for name in put:
            for schema in ("staging", "intermediate", "marts"):
                query = query.replace(f'"{self._database}"."{schema}"."{name}"', f"pg_temp.{name}")
        return query


@contextmanager
def compiled_models(home: Path, *names: str) -> Iterator[Models]:
    """Provide these models as a full build would run them, on a connection of the transformer."""
    settings = Settings(home=home, landing_zone=str(home / "landing"), warehouse_url=None)
    compiled = compiled_queries(settings, *names)
    with connect(settings, Role.TRANSFORMER, autocommit=True) as connection:
        yield Models(connection, compiled)
