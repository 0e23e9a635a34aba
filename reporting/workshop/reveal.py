"""The page of the reveal: who was who, the votes beside it, and how many knew themselves."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg.rows import class_row

from ingestion.settings import Settings
from ingestion.warehouse.connection import Role
from reporting.members import read_members
from reporting.one_build import read_one_build
from reporting.workshop.pages import render

_RECOGNITION = """
select picture_code, title, ballots, votes, recognised, by_chance, by_bound, missing_reason
from marts.workshop_recognition
where round_code = %s
order by number = 0, number
"""

_LABELS = """
select picture_number, picture_code, title, period_code, label, band, authority_code
from marts.workshop_label
where round_code = %s
order by picture_number, label
"""

_VOTES = """
select
    picture_code, authority_code, perspective, label, certainty, reason,
    coalesce(is_recognised, false) as is_right
from marts.workshop_vote
where round_code = %s
order by picture_code, authority_code, perspective
"""

_COMMENTS = """
select topic, theme, comment
from marts.workshop_comment
where round_code = any(%s)
order by topic_position, topic, theme_comments desc, theme, comment_number
"""


@dataclass(frozen=True)
class Opened:
    """A seal that was opened: by whom and when, what was in it, and what became of the bound."""

    round_code: str
    revealed_by: str
    revealed_at: datetime
    commitment: str
    key: str
    nonce: str
    override: str | None
    newer_files: int


@dataclass(frozen=True)
class Recognition:
    """How many knew themselves; a row of `marts.workshop_recognition`."""

    picture_code: str
    title: str
    ballots: int
    votes: int | None
    recognised: int | None
    by_chance: float | None
    by_bound: float | None
    missing_reason: str | None


@dataclass(frozen=True)
class Vote:
    """What one perspective of a member voted; a row of `marts.workshop_vote`."""

    picture_code: str
    authority_code: str
    perspective: str
    label: str
    certainty: str | None
    reason: str | None
    is_right: bool

    @property
    def words(self) -> str:
        """The vote in words."""
        said = "we are not in it" if self.label == "none" else self.label
        sure = f" ({self.certainty.replace('_', ' ')})" if self.certainty else ""
        return f"{self.perspective}: {said}{', right' if self.is_right else ''}{sure}"


@dataclass(frozen=True)
class Who:
    """Whose a label was, and what that member voted."""

    label: str
    band: str
    name: str
    votes: tuple[Vote, ...]


@dataclass(frozen=True)
class RevealedPicture:
    """A picture with its names."""

    number: int
    code: str
    title: str
    period_code: str
    rows: tuple[Who, ...]


def render_reveal(settings: Settings, opened: Opened, rounds: tuple[str, ...]) -> str:
    """Write the page from the marts.

    Args:
        settings: where the marts are.
        opened: the seal.
        rounds: whose comments are read back: the workshop, and what was asked after it.
    """
    facts = read_one_build(settings, Role.ANALYST, lambda connection: _read(connection, opened.round_code, rounds))
    return render("reveal.html.j2", shown=opened, **facts)


def _read(connection: psycopg.Connection, round_code: str, rounds: tuple[str, ...]) -> dict[str, object]:
    names = read_members(connection).names
    with connection.cursor(row_factory=class_row(Recognition)) as cursor:
        recognition = cursor.execute(_RECOGNITION, [round_code]).fetchall()
    with connection.cursor(row_factory=class_row(Vote)) as cursor:
        votes = cursor.execute(_VOTES, [round_code]).fetchall()
    return {
        "recognition": recognition,
        "pictures": _pictures(connection, round_code, votes, names),
        "comments": _comments(connection, rounds),
    }


def _pictures(
    connection: psycopg.Connection, round_code: str, votes: list[Vote], names: Mapping[str, str]
) -> list[RevealedPicture]:
    by_member: dict[tuple[str, str], list[Vote]] = defaultdict(list)
    for vote in votes:
        by_member[vote.picture_code, vote.authority_code].append(vote)
    rows: dict[tuple[int, str, str, str], list[Who]] = defaultdict(list)
    for number, code, title, period, label, band, authority in connection.execute(_LABELS, [round_code]):
        name = names.get(authority, authority)
        rows[number, code, title, period].append(Who(label, band, name, tuple(by_member[code, authority])))
    return [RevealedPicture(*picture, tuple(who)) for picture, who in rows.items()]


def _comments(connection: psycopg.Connection, rounds: tuple[str, ...]) -> dict[str, dict[str, Counter[str]]]:
    """Return what was said: topic, theme, and how often which words; none where only the theme was chosen."""
    found: dict[str, dict[str, Counter[str]]] = {}
    for topic, theme, comment in connection.execute(_COMMENTS, [list(rounds)]):
        found.setdefault(topic, {}).setdefault(theme, Counter())[comment or ""] += 1
    return found
