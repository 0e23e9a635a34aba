"""Run dbt on the warehouse, in a process of its own, as the transformer."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from ingestion.errors import ClubError
from ingestion.returns.catalogue import Shape, catalogue, published_returns
from ingestion.settings import DBT_PROJECT, Settings
from ingestion.warehouse.connection import Role, connect, warehouse_url

# What a variable of dbt may be.
Variable = int | str | list[str]

NO_VARIABLES: Mapping[str, Variable] = MappingProxyType({})


def run_dbt(
    settings: Settings,
    *arguments: str,
    project: Path = DBT_PROJECT,
    room: str = "dbt",
    variables: Mapping[str, Variable] = NO_VARIABLES,
    since_decision: int = 0,
) -> str:
    """Run one dbt command, on this project or on a changed copy of it; returns what it printed.

    What dbt keeps of the run is in the state folder, in `room`. `variables` are those that are to differ from what
    dbt_project.yml says of them; those that are settings are given always. Other variables than those of the last
    run in the same room have dbt parse the whole project again, which takes longer than a small build. Incremental
    models take in what was decided after `since_decision`.

    Raises:
        ClubError: the warehouse cannot be reached, or dbt failed; the message holds the lines that say why.
    """
    connect(settings, Role.TRANSFORMER).close()  # a warehouse that is down is told in a sentence
    target = settings.state_folder / room
    command = [
        sys.executable, "-W", "ignore", "-m", "dbt.cli.main", *arguments,
        "--project-dir", str(project), "--profiles-dir", str(project),
        "--target-path", str(target / "target"), "--log-path", str(target / "logs"),
        "--vars", json.dumps(variables_of(settings, project) | dict(variables)),
    ]  # fmt: skip
    environment = os.environ | dbt_environment(settings) | {"CLUB_SINCE_DECISION": str(since_decision)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    if done.returncode != 0:
        raise ClubError(f"dbt {' '.join(arguments)} failed:\n{_why(done.stdout + done.stderr)}")
    return done.stdout


def write_docs(settings: Settings) -> Path:
    """Write the description of every model, column and test as one page that needs no server; where it is."""
    run_dbt(settings, "docs", "generate", "--static")
    page = settings.club_outbox / "warehouse.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(settings.state_folder / "dbt" / "target" / "static_index.html", page)
    return page


def dbt_environment(settings: Settings) -> dict[str, str]:
    """The environment that `dbt_project/profiles.yml` reads its connection from."""
    url = warehouse_url(settings, Role.TRANSFORMER)
    return {
        "CLUB_DBT_HOST": str(url.host),
        "CLUB_DBT_PORT": str(url.port or 5432),
        "CLUB_DBT_USER": str(url.username),
        "CLUB_DBT_PASSWORD": str(url.password),
        "CLUB_DBT_DATABASE": str(url.database),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DBT_USE_COLORS": "false",
    }


def variables_of(settings: Settings, project: Path = DBT_PROJECT) -> dict[str, Variable]:
    """The variables that are settings, and those that the return catalogue gives."""
    returns, published = catalogue().values(), published_returns()
    submitted = [layout for layout in returns if not (layout.is_published or layout.totals_of)]
    return {
        "disclosure_threshold": settings.disclosure_threshold,
        "disclosure_rounding": settings.disclosure_rounding,
        "submitted_returns": [layout.code for layout in submitted],
        "person_level_returns": [layout.code for layout in submitted if layout.is_person_level],
        "figure_models": _figure_models([layout.code for layout in submitted], project),
        "control_total_returns": [layout.code for layout in returns if layout.totals_of],
        "neighbour_returns": [
            layout.code
            for layout in published
            if layout.shape is Shape.RECORDS and not any(table.figures for table in layout.tables)
        ],
        "last_form_period": max(period for layout in submitted for period in layout.periods),
    }


def _figure_models(return_codes: list[str], project: Path) -> list[str]:
    """The staging models that give the items of a return, for those that have one."""
    names = {code: f"stg_{code}__figures" for code in return_codes}
    staging = project / "models" / "staging"
    return [name for code, name in names.items() if (staging / code / f"{name}.sql").exists()]


def _why(output: str) -> str:
    """The failing part of dbt's output: everything from the first error on, without the progress lines."""
    lines = [line for line in output.splitlines() if line.strip()]
    marks = ("Error", "ERROR", "FAIL", "Failure", "Compilation", "Runtime")
    first = next((number for number, line in enumerate(lines) if any(mark in line for mark in marks)), 0)
    return "\n".join(lines[first : first + 60])
