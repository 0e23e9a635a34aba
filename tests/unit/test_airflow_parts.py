"""What `airflow standalone` starts as its parts: none of them is told to serve logs to other machines."""

import subprocess
from pathlib import Path

import pytest

from ingestion.operation.airflow_process import PARTS


@pytest.mark.parametrize(
    ("typed", "becomes"),
    [
        (["scheduler"], ["scheduler", "--skip-serve-logs"]),
        (["triggerer", "--capacity", "7"], ["triggerer", "--capacity", "7", "--skip-serve-logs"]),
        (["api-server"], ["api-server"]),
        (["dag-processor"], ["dag-processor"]),
        (["version", "a b"], ["version", "a b"]),
    ],
)
def test_a_part_is_started_by_airflow_itself(tmp_path: Path, typed: list[str], becomes: list[str]):
    airflow = tmp_path / "airflow"
    airflow.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\nexit 7\n')
    airflow.chmod(0o755)
    done = subprocess.run(
        [PARTS / "airflow", *typed], env={"CLUB_AIRFLOW": str(airflow)}, capture_output=True, text=True
    )
    assert (done.stdout.splitlines(), done.returncode) == (becomes, 7)


def test_the_parts_of_airflow_know_the_option():
    from airflow.cli.cli_config import ARG_SKIP_SERVE_LOGS, core_commands

    known = {command.name: command.args for command in core_commands if hasattr(command, "args")}
    for part in ("scheduler", "triggerer"):
        assert ARG_SKIP_SERVE_LOGS in known[part]
