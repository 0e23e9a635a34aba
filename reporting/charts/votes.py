"""Votes at a reveal: whose each label was, what that member voted, and how many others took the label for theirs.

A vote for the own label is a filled diamond, one for another label a circle with that label, "we are not in it" a
dash; so nothing hangs on a colour.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from reporting.charts.figures import Cell, Subject, listing
from reporting.charts.lettering import shorten
from reporting.charts.picture import WIDTH, Picture, draw

TOP, HEAD, ROW, BOTTOM = 52, 22, 34, 14
NAME_X, NAME_END = 56, 222
FIRST_VOTER, BETWEEN_VOTERS = 268, 84
FIRST_OTHER, BETWEEN_OTHERS = 520, 14
# More marks than this do not fit into the row; their number always does.
MOST_OTHERS = 16


@dataclass(frozen=True)
class Vote:
    """What one voter of a member voted: a label, or none where the member is not in the picture."""

    voter: str
    label: str | None
    is_right: bool
    words: str


@dataclass(frozen=True)
class Revealed:
    """A label with its band, whose it was, and what that member voted."""

    label: str
    band: str
    name: str
    votes: tuple[Vote, ...]


@dataclass(frozen=True)
class DrawnVote:
    """A vote with its place."""

    x: int
    y: int
    words: str
    is_right: bool
    is_none: bool


@dataclass(frozen=True)
class Row:
    """A label as a row of the picture: the votes of its member, and the marks of others who took it for theirs."""

    y: int
    label: str
    name: str
    votes: tuple[DrawnVote, ...]
    others: tuple[int, ...]
    taken: int


@dataclass(frozen=True)
class Stripe:
    """A band behind its rows."""

    name: str
    top: int
    height: int


@dataclass(frozen=True)
class Votes:
    """Everything the drawing needs."""

    width: int
    height: int
    voters: tuple[tuple[str, int], ...]
    stripes: tuple[Stripe, ...]
    rows: tuple[Row, ...]


def draw_votes(
    subject: Subject, revealed: Sequence[Revealed], voters: Sequence[str], not_in_it: Sequence[Vote] = ()
) -> Picture:
    """Draw the votes of a picture of a workshop, label by label.

    Args:
        subject: the picture.
        revealed: its labels, those of a band next to each other.
        voters: who of a member votes, in the order of the columns.
        not_in_it: the votes of members that have no label in the picture.
    """
    taken = _taken_by_others(revealed, not_in_it)
    table = _table(revealed, voters, taken)
    return draw("votes.svg.j2", subject, _describe(revealed), geometry(revealed, voters, taken), table)


def geometry(revealed: Sequence[Revealed], voters: Sequence[str], taken: Counter[str]) -> Votes:
    """Compute where everything stands; `taken` are the votes for each label of members whose it was not."""
    rows: list[Row] = []
    stripes: list[Stripe] = []
    top = TOP
    for band, found in groupby(revealed, key=lambda each: each.band):
        first, of_band = top + HEAD, list(found)
        rows += [_row(first + ROW * place, each, voters, taken[each.label]) for place, each in enumerate(of_band)]
        stripes.append(Stripe(band, top, HEAD + ROW * len(of_band)))
        top = first + ROW * len(of_band)
    columns = tuple((voter.capitalize(), _column(place)) for place, voter in enumerate(voters))
    return Votes(WIDTH, top + BOTTOM, columns, tuple(stripes), tuple(rows))


def _column(place: int) -> int:
    return FIRST_VOTER + BETWEEN_VOTERS * place


def _row(top: int, revealed: Revealed, voters: Sequence[str], taken: int) -> Row:
    y = top + ROW // 2
    votes = tuple(
        DrawnVote(
            _column(voters.index(vote.voter)), y, vote.label or "–", vote.is_right,
            vote.label is None,
        )
        for vote in revealed.votes
    )  # fmt: skip
    others = tuple(FIRST_OTHER + BETWEEN_OTHERS * place for place in range(min(taken, MOST_OTHERS)))
    return Row(y, revealed.label, shorten(revealed.name, NAME_END - NAME_X), votes, others, taken)


def _taken_by_others(revealed: Sequence[Revealed], not_in_it: Sequence[Vote]) -> Counter[str]:
    """Count the votes for each label of members whose it was not."""
    cast = [*(vote for each in revealed for vote in each.votes), *not_in_it]
    return Counter(vote.label for vote in cast if vote.label is not None and not vote.is_right)


def _describe(revealed: Sequence[Revealed]) -> str:
    cast = [vote for each in revealed for vote in each.votes]
    if not cast:
        return "Nobody has voted on this picture."
    knew = [f"{each.name} {right}" for each in revealed if (right := sum(vote.is_right for vote in each.votes))]
    words = f"{sum(vote.is_right for vote in cast)} of {len(cast)} votes were for the own label"
    silent = [each.name for each in revealed if not each.votes]
    return (
        f"{words}{': ' + ', '.join(knew) if knew else ''}."
        f"{' Without a vote: ' + listing(silent) + '.' if silent else ''}"
    )


def _table(
    revealed: Sequence[Revealed], voters: Sequence[str], taken: Counter[str]
) -> tuple[list[str], list[list[Cell]]]:
    rows: list[list[Cell]] = []
    for each in revealed:
        said = {vote.voter: vote.words for vote in each.votes}
        told = (each.label, each.band, each.name, *(said.get(voter, "no vote") for voter in voters))
        rows.append([(words, None) for words in (*told, str(taken[each.label]))])
    return ["Label", "Band", "It is", *(voter.capitalize() for voter in voters), "Votes of others for it"], rows
