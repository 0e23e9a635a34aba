"""Drive the product as a person does: the `club` command in a process of its own, in a state folder of its own."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import psycopg

from ingestion.operation.airflow_process import ADMIN_USER, AirflowProcess
from ingestion.settings import PROJECT_ROOT, Settings
from ingestion.warehouse.connection import Role, connect, warehouse_url
from ingestion.warehouse.processes import works_in
from ingestion.warehouse.secrets import load_secrets
from ingestion.warehouse.server import AIRFLOW, EmbeddedServer

CLUB = str(Path(sys.executable).with_name("club"))

# What two runs of the same files must agree on; numbers and times of submissions are not among it.
FIGURES = {
    "fct_indicator": """
        select authority_code, period_code, indicator_code, definition_version, basis, numerator, denominator,
            value,
            lower_95, upper_95, note, regexp_replace(missing_reason, 'submission [0-9]+', 'submission')
        from marts.fct_indicator order by 1, 2, 3, 5
    """,
    "fct_measure": """
        select authority_code, period_code, measure_code, basis, value, missing_reason
        from marts.fct_measure order by 1, 2, 3, 4
    """,
    "fct_comparison": """
        select authority_code, period_code, indicator_code, basis, comparator_set, comparator_value, n, rank
        from marts.fct_comparison order by 1, 2, 3, 4, 5
    """,
    "submissions": """
        select sender, return_code, period_code, version, state, is_in_force
        from ledger.submission order by 1, 2, 3, 4
    """,
    "findings": """
        select
            sender, return_code, period_code, version, rule_code, table_name, line_number, column_number, message
        from ledger.finding inner join ledger.submission using (submission_id)
        order by 1, 2, 3, 4, 5, 6, 7, 8, 9
    """,
    "cells": "select count(*), count(distinct submission_id) from raw.pss_ex1_cells",
}


@dataclass
class Club:
    """One installation of the product."""

    home: Path
    landing: Path

    @property
    def settings(self) -> Settings:
        """The settings the commands run with."""
        return Settings(home=self.home, landing_zone=str(self.landing), warehouse_url=None)

    def environment(self) -> dict[str, str]:
        """The process environment of the commands."""
        return os.environ | {
            "CLUB_HOME": str(self.home), "LANDING_ZONE": str(self.landing), "CLUB_AIRFLOW_PARALLELISM": "3",
            "CLUB_AIRFLOW_PORT": "0",
            "COLUMNS": "200",
        }  # fmt: skip

    def run(self, *arguments: str, timeout: float = 900) -> subprocess.CompletedProcess[str]:
        """Run one command to its end."""
        return subprocess.run(
            [CLUB, *arguments],
            env=self.environment(),
            cwd=PROJECT_ROOT,
            capture_output=True,
            text=True,
            timeout=timeout,
        )

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start one command and leave it running."""
        return subprocess.Popen(
            [CLUB, *arguments], env=self.environment(), cwd=PROJECT_ROOT, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def connect(self) -> psycopg.Connection:
        """A connection to look into the warehouse with."""
        return connect(self.settings, Role.LOADER, autocommit=True)

    def connect_to_airflow(self) -> psycopg.Connection:
        """A connection to Airflow's own database."""
        url = warehouse_url(self.settings, Role.ADMIN, driver="postgresql").set(database=AIRFLOW)
        return psycopg.connect(url.render_as_string(hide_password=False))

    def airflow(self) -> httpx.Client:
        """A client of Airflow's API, logged in as the one who works in Airflow."""
        url, password = AirflowProcess(self.settings).url, load_secrets(self.settings)["airflow_admin"]
        client = httpx.Client(base_url=f"{url}/api/v2/", timeout=60)
        login = client.post(f"{url}/auth/token", json={"username": ADMIN_USER, "password": password})
        client.headers["Authorization"] = f"Bearer {login.raise_for_status().json()['access_token']}"
        return client

    def pause(self, dag_id: str, is_paused: bool) -> bool:
        """Pause an Airflow DAG as a person does in Airflow, or let it run again; say if it is there yet."""
        with self.connect_to_airflow() as connection:
            update = "update dag set is_paused = %s where dag_id = %s"
            return connection.execute(update, [is_paused, dag_id]).rowcount == 1

    def has_asked_for_a_run(self) -> bool:
        """Whether a command has started a run in Airflow, beside those that are due by the clock."""
        with self.connect_to_airflow() as connection:
            row = connection.execute("select 1 from dag_run where run_type = 'manual' limit 1").fetchone()
        return row is not None

    def listening(self) -> set[tuple[str, str]]:
        """Return every process of Airflow and of the database that listens, by name, with the address it takes."""
        address = EmbeddedServer(self.settings).address()
        assert address is not None
        started = json.loads((self.settings.state_folder / "airflow.json").read_text())["pid"]
        family = [psutil.Process(started), *psutil.Process(started).children(recursive=True)]
        family += [psutil.Process(pid) for pid in works_in(address.data_folder)]
        return {
            (process.name(), connection.laddr.ip)
            for process in family
            for connection in process.net_connections("tcp")
            if connection.status == psutil.CONN_LISTEN
        }

    def figures(self) -> dict[str, list[tuple]]:
        """Everything that must be the same however the road was travelled."""
        with self.connect() as connection:
            return {name: connection.execute(query).fetchall() for name, query in FIGURES.items()}

    def fingerprints(self) -> dict[str, tuple]:
        """For every table of the warehouse, what changes when any of its rows is written again."""
        # The admin sees every table, those of children among them.
        with connect(self.settings, Role.ADMIN, autocommit=True) as connection:
            tables = connection.execute(
                """
                select schemaname, tablename from pg_tables
                where schemaname in ('raw', 'ledger', 'marts', 'staging') order by 1, 2
                """
            ).fetchall()
            return {
                f"{schema}.{table}": connection.execute(
                    f"select min(tableoid::bigint), count(*), max(xmin::text::bigint) from {schema}.{table}"
                ).fetchone()
                for schema, table in tables
            }
