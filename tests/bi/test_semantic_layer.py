"""The metrics asked for through MetricFlow, in its own environment, beside the marts."""

import csv
import os
import subprocess
from pathlib import Path

import pytest

from ingestion.database.connection import Role, connect
from ingestion.modelling import dbt_environment
from ingestion.settings import DBT_PROJECT, PROJECT_ROOT, Settings

METRICFLOW = Path(os.environ.get("CLUB_METRICFLOW", PROJECT_ROOT / "var" / "bi" / "metricflow"))

pytestmark = pytest.mark.skipif(
    not (METRICFLOW / "bin" / "mf").exists(),
    reason=f"MetricFlow is not installed in {METRICFLOW}; `make bi-test` does it",
)

METRICS = {
    "b8_gross_weekly_cost": ("B8", "submitted"),
    "a1_three_or_more_placements_published": ("A1", "published"),
}


def ask(settings: Settings, folder: Path, *arguments: str) -> list[dict[str, str]]:
    """The answer of `mf query` as records."""
    answer = folder / "answer.csv"
    done = subprocess.run(
        [METRICFLOW / "bin" / "mf", "query", *arguments, "--csv", str(answer)],
        cwd=DBT_PROJECT,
        env=os.environ
        | dbt_environment(settings)
        | {"DBT_PROFILES_DIR": str(DBT_PROJECT), "DBT_TARGET_PATH": str(folder), "DBT_LOG_PATH": str(folder)}
        | {"PATH": f"{METRICFLOW / 'bin'}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    with answer.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def parsed(sample_warehouse: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the semantic manifest that MetricFlow reads, as its own dbt writes it."""
    folder = tmp_path_factory.mktemp("metricflow")
    done = subprocess.run(
        [METRICFLOW / "bin" / "dbt", "parse", "--project-dir", str(DBT_PROJECT),
         "--profiles-dir", str(DBT_PROJECT), "--target-path", str(folder), "--log-path", str(folder)],
        env=os.environ | dbt_environment(sample_warehouse), capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.mark.parametrize("metric", sorted(METRICS))
def test_a_metric_over_several_councils_is_pooled_as_in_the_marts(
    metric: str, sample_warehouse: Settings, parsed: Path
) -> None:
    code, basis = METRICS[metric]
    found = {
        row["figure__period_starts_on__day"][:10]: float(row[metric])
        for row in ask(
            sample_warehouse, parsed, "--metrics", metric, "--group-by", "figure__period_starts_on__day",
            "--where", "{{ Dimension('authority__region') }} = 'West Midlands'",
        )
        if row[metric]
    }  # fmt: skip
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
