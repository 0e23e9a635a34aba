"""All that a comparison shows, read from one build of the marts."""

from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg.rows import class_row

from ingestion.settings import Settings
from ingestion.warehouse.connection import Role
from reporting.comparison.indicator_figures import IndicatorFigures, read_indicators
from reporting.comparison.theme_figures import ThemeFigures, read_theme
from reporting.comparison.themes import THEMES
from reporting.members import Members, read_members
from reporting.one_build import read_one_build

_BUILD = "select build_id, built_at, last_decision_id, last_decided_at from marts.build"


@dataclass(frozen=True)
class Build:
    """Which build is read: its number, when it began to be read, and the last decision that it took in."""

    build_id: int
    built_at: datetime
    last_decision_id: int
    last_decided_at: datetime | None


@dataclass(frozen=True)
class Comparison:
    """The members' figures of one build: the themes, and every indicator that has any."""

    members: Members
    build: Build | None
    themes: list[ThemeFigures]
    indicators: list[IndicatorFigures]


def read_comparison(settings: Settings) -> Comparison:
    """Read the themes and all indicators of one build."""
    return read_one_build(settings, Role.ANALYST, _read)


def _read(connection: psycopg.Connection) -> Comparison:
    return Comparison(
        read_members(connection),
        _read_build(connection),
        [read_theme(connection, theme) for theme in THEMES],
        read_indicators(connection),
    )


def _read_build(connection: psycopg.Connection) -> Build | None:
    with connection.cursor(row_factory=class_row(Build)) as cursor:
        return cursor.execute(_BUILD).fetchone()
