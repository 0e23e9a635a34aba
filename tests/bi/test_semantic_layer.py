"""The metrics asked for through MetricFlow, in its own environment, beside the marts."""

import csv
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from ingestion.model.dbt import dbt_environment
from ingestion.settings import DBT_PROJECT, PROJECT_ROOT, Settings
from ingestion.warehouse.connection import Role, connect

METRICFLOW = Path(os.environ.get("CLUB_METRICFLOW", PROJECT_ROOT / "var" / "bi" / "metricflow"))

pytestmark = pytest.mark.skipif(
    not (METRICFLOW / "bin" / "mf").exists(),
    reason=f"MetricFlow is not installed in {METRICFLOW}; `make bi-test` does it",
)

METRICS = {
    "b8_gross_weekly_cost": ("B8", "submitted"),
    "a1_three_or_more_placements_published": ("A1", "published"),
}


def run(program: str, *arguments: str, settings: Settings, project: Path) -> None:
    """Run a program of MetricFlow's environment in the folder of the dbt project."""
    done = subprocess.run(
        [METRICFLOW / "bin" / program, *arguments],
        cwd=project,
        env=os.environ | dbt_environment(settings) | {"DBT_PROFILES_DIR": str(project)},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def project(sample_warehouse: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the dbt project, because MetricFlow looks for what dbt has parsed below the project itself."""
    copy = tmp_path_factory.mktemp("metricflow") / "dbt_project"
    shutil.copytree(DBT_PROJECT, copy, ignore=shutil.ignore_patterns("target", "logs"))
    run("dbt", "parse", settings=sample_warehouse, project=copy)
    return copy


@pytest.mark.parametrize("metric", sorted(METRICS))
def test_a_metric_over_several_councils_is_pooled_as_in_the_marts(
    metric: str, sample_warehouse: Settings, project: Path
) -> None:
    code, basis = METRICS[metric]
    answer = project / "answer.csv"
    run(
        "mf", "query", "--metrics", metric, "--group-by", "figure__period_starts_on__day",
        "--where", "{{ Dimension('authority__region') }} = 'West Midlands'", "--csv", str(answer),
        settings=sample_warehouse, project=project,
    )  # fmt: skip
    with answer.open(encoding="utf-8", newline="") as file:
        found = {
            row["figure__period_starts_on__day"][:10]: float(row[metric])
            for row in csv.DictReader(file)
            if row[metric]
        }
    with connect(sample_warehouse, Role.BI) as connection:
        expected = {
            str(starts_on): value
            for starts_on, value in connection.execute(
                """
                select periods.starts_on, sum(facts.value * facts.denominator) / sum(facts.denominator)
                from marts.fct_indicator as facts
                inner join marts.dim_authority as authorities using (authority_code)
                inner join marts.dim_period as periods using (period_code)
                where facts.indicator_code = %s and facts.basis = %s and authorities.region = 'West Midlands'
                    and facts.value is not null
                group by periods.starts_on
                """,
                [code, basis],
            )
        }
    assert expected
    assert found == pytest.approx(expected)
