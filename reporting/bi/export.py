"""Write the start for BI tools into a folder, out of what the warehouse shows to the login `club_bi`."""

import zipfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import IO

import psycopg
from sqlalchemy import URL

from ingestion.outbox import stream_if_changed, write_if_changed
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, warehouse_url
from reporting.bi.power_bi import power_bi_project
from reporting.bi.star import Star, read_star
from reporting.bi.superset import FOLDER, MASKED, superset_dashboard
from reporting.one_build import read_one_build

POWER_BI, SUPERSET = "power_bi", "superset"
# Every file of the archive is of this day, so that the same dashboard gives the same bytes.
_DAY = (2026, 1, 1, 0, 0, 0)


def write_bi_export(settings: Settings, folder: Path) -> tuple[Path, Path]:
    """Write the project for Power BI and the dashboard for Superset.

    Returns:
        The project file that Power BI opens, and the archive that Superset imports.

    Raises:
        ClubError: the marts were not built, or show no keys.
    """
    star, built_at = read_one_build(settings, Role.BI, _read)
    url = warehouse_url(settings, Role.BI, "postgresql+psycopg2")
    project = dict(power_bi_project(star, f"{url.host}:{url.port or 5432}", str(url.database)))
    for path, text in project.items():
        write_if_changed(folder / POWER_BI / path, text)
    dashboard = dict(superset_dashboard(star, _masked(url), built_at.isoformat()))
    for path, text in dashboard.items():
        write_if_changed(folder / SUPERSET / FOLDER / path, text)
    archive = folder / SUPERSET / f"{FOLDER}.zip"
    stream_if_changed(archive, lambda file: _zip(file, dashboard.items()))
    return folder / POWER_BI / next(iter(project)), archive


def _read(connection: psycopg.Connection) -> tuple[Star, datetime]:
    star = read_star(connection)
    (built_at,) = connection.execute("select built_at from marts.build").fetchone() or (datetime.min,)
    return star, built_at


def _masked(url: URL) -> str:
    return url.set(password=MASKED).render_as_string(hide_password=False)


def _zip(file: IO[bytes], files: Iterable[tuple[str, str]]) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in files:
            archive.writestr(zipfile.ZipInfo(f"{FOLDER}/{path}", _DAY), text)
