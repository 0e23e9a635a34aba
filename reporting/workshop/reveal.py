"""The page of the reveal: who was who, the votes beside it, and how many knew themselves."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg.rows import class_row

from ingestion.settings import Settings
from ingestion.warehouse.connection import Role
from reporting.charts import votes
from reporting.charts.figures import Subject
from reporting.charts.picture import Picture
from reporting.members import read_members
from reporting.one_build import read_one_build
from reporting.workshop import banding, blur
from reporting.workshop.pages import render

PERSPECTIVES = ("operations", "finance", "information")
_BAND_PLACES = {name: place for names in (*banding.NAMES.values(), blur.NAMES) for place, name in enumerate(names)}

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
        """The vote in words, with how sure it was and why."""
        said = "we are not in it" if self.label == "none" else self.label
        sure = f" ({self.certainty.replace('_', ' ')})" if self.certainty else ""
        return f"{said}{', right' if self.is_right else ''}{sure}{f': {self.reason}' if self.reason else ''}"

    @property
    def drawn(self) -> votes.Vote:
        """The vote as it is drawn."""
        return votes.Vote(
            self.perspective, None if self.label == "none" else self.label, self.is_right, self.words
        )


@dataclass(frozen=True)
class RevealedPicture:
    """A picture with whose its labels were, and the votes of members that are not in it."""

    number: int
    code: str
    title: str
    period_code: str
    labels: tuple[votes.Revealed, ...]
    not_in_it: tuple[votes.Vote, ...] = ()

    @property
    def drawing(self) -> Picture:
        """The votes, drawn: the labels of a band next to each other, the lowest first."""
        subject = Subject(
            f"votes-{self.number}", f"Votes on picture {self.number}: {self.title}, {self.period_code}"
        )
        in_order = sorted(self.labels, key=lambda each: (_BAND_PLACES.get(each.band, 0), each.label))
        return votes.draw_votes(subject, in_order, PERSPECTIVES, self.not_in_it)


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
        cast = cursor.execute(_VOTES, [round_code]).fetchall()
    return {
        "recognition": recognition,
        "pictures": _pictures(connection, round_code, cast, names),
        "comments": _comments(connection, rounds),
    }


def _pictures(
    connection: psycopg.Connection, round_code: str, cast: list[Vote], names: Mapping[str, str]
) -> list[RevealedPicture]:
    by_member: dict[tuple[str, str], list[Vote]] = defaultdict(list)
    for vote in cast:
        by_member[vote.picture_code, vote.authority_code].append(vote)
    labels: dict[tuple[int, str, str, str], list[votes.Revealed]] = defaultdict(list)
    for number, code, title, period, label, band, authority in connection.execute(_LABELS, [round_code]):
        own = tuple(vote.drawn for vote in by_member.pop((code, authority), []))
        labels[number, code, title, period].append(
            votes.Revealed(label, band, names.get(authority, authority), own)
        )
    # What is left are the votes of members that have no label in the picture.
    others = [(code, vote.drawn) for (code, _), left in by_member.items() for vote in left]
    return [
        RevealedPicture(*picture, tuple(found), tuple(vote for code, vote in others if code == picture[1]))
        for picture, found in labels.items()
    ]


def _comments(connection: psycopg.Connection, rounds: tuple[str, ...]) -> dict[str, dict[str, Counter[str]]]:
    """Return what was said: topic, theme, and how often which words; none where only the theme was chosen."""
    found: dict[str, dict[str, Counter[str]]] = {}
    for topic, theme, comment in connection.execute(_COMMENTS, [list(rounds)]):
        found.setdefault(topic, {}).setdefault(theme, Counter())[comment or ""] += 1
    return found
