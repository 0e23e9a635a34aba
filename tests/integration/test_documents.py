"""Every command of the documents that needs no Airflow runs as written, on a warehouse built from the samples."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from ingestion.cli.app import app
from ingestion.settings import Settings
from tests.support.documents import Typed, commands

# What is not run here, and where it is.
ELSEWHERE = {
    "up": "the whole road", "worker": "workers", "down": "the whole road", "load": "the whole road",
    "sample": "the samples themselves", "rebuild": "the fixture of this module", "migrate": "its fixture",
    "check": "a return's own check", "sign-off": "deciding", "withdraw": "withdrawal", "as-known-on": "history",
    "reference": "reference lists", "pack": "packs", "verify": "packs", "sign-off-packs": "sign-off of packs",
    "practice": "good practice", "workshop": "workshops", "site": "the site", "mail": "mail", "backup": "backups",
    "restore": "backups", "doctor": "the doctor", "edge": "the gate", "airflow-login": "the command line",
}  # fmt: skip


def runnable() -> list[Typed]:
    return [typed for typed in commands("club") if typed.arguments[0] not in ELSEWHERE]


@pytest.mark.parametrize("typed", runnable(), ids=lambda typed: typed.text)
def test_a_command_of_a_document_runs(
    sample_warehouse: Settings, typed: Typed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    environment = {
        "CLUB_HOME": str(sample_warehouse.home), "LANDING_ZONE": sample_warehouse.landing, "WAREHOUSE_URL": None,
    }  # fmt: skip
    result = CliRunner().invoke(app, list(typed.arguments), env=environment)
    assert result.exit_code == 0, result.output
