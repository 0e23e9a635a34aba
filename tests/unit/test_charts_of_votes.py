"""The votes at a reveal, drawn: who knew itself, what the others took for theirs, and who did not vote."""

from collections import Counter

from reporting.charts.figures import Subject
from reporting.charts.votes import MOST_OTHERS, Revealed, Vote, draw_votes, geometry
from tests.support.gallery import VOTERS, some_votes

SUBJECT = Subject("votes-1", "Votes on picture 1")


def vote(voter: str, label: str | None, *, right: bool = False) -> Vote:
    return Vote(voter, label, right, label or "we are not in it")


REVEALED = [
    Revealed("1B", "Lower half", "Dudley", (vote("operations", "1B", right=True), vote("finance", "1A"))),
    Revealed("1C", "Lower half", "Walsall", (vote("operations", None),)),
    Revealed("1A", "Higher half", "Telford and Wrekin", ()),
]


def test_a_row_is_a_label_in_its_band_with_the_votes_of_its_member() -> None:
    chart = geometry(REVEALED, VOTERS, Counter({"1A": 1}))
    assert [(row.label, row.name) for row in chart.rows] == [
        ("1B", "Dudley"), ("1C", "Walsall"), ("1A", "Telford and Wrekin"),
    ]  # fmt: skip
    lower, higher = chart.stripes
    assert lower.top < chart.rows[0].y < chart.rows[1].y < lower.top + lower.height <= higher.top
    assert [(each.words, each.is_right, each.is_none) for row in chart.rows for each in row.votes] == [
        ("1B", True, False), ("1A", False, False), ("–", False, True),
    ]  # fmt: skip
    columns = dict(chart.voters)
    assert [each.x for each in chart.rows[0].votes] == [columns["Operations"], columns["Finance"]]


def test_who_knew_itself_is_told_by_shape_and_not_by_colour_alone() -> None:
    svg = str(draw_votes(SUBJECT, REVEALED, VOTERS).svg)
    assert svg.count("l14 14l-14 14l-14-14z") == 1, "a diamond"
    assert svg.count('r="13"') == 1, "a circle for the vote that was wrong"


def test_the_votes_of_members_without_a_label_count_for_what_they_took() -> None:
    picture = draw_votes(SUBJECT, REVEALED, VOTERS, [vote("finance", "1A"), vote("operations", None)])
    assert [row[-1] for row in picture.rows] == ["0", "0", "2"]


def test_the_words_count_those_who_knew_and_name_those_who_did_not_vote() -> None:
    assert draw_votes(SUBJECT, REVEALED, VOTERS).description == (
        "1 of 3 votes were for the own label: Dudley 1. Without a vote: Telford and Wrekin."
    )
    nobody = [Revealed("1A", "Lower half", "Dudley", ())]
    assert draw_votes(SUBJECT, nobody, VOTERS).description == "Nobody has voted on this picture."


def test_the_table_has_every_vote_in_words() -> None:
    picture = draw_votes(SUBJECT, REVEALED, VOTERS)
    assert picture.columns == (
        "Label", "Band", "It is", "Operations", "Finance", "Information", "Votes of others for it",
    )  # fmt: skip
    assert picture.rows[0] == ("1B", "Lower half", "Dudley", "1B", "1A", "no vote", "0")
    assert picture.rows[1][3] == "we are not in it"


def test_more_votes_than_fit_keep_their_number() -> None:
    (row,) = geometry([Revealed("1A", "All", "Dudley", ())], VOTERS, Counter({"1A": 40})).rows
    assert (len(row.others), row.taken) == (MOST_OTHERS, 40)
    assert max(row.others) < 752


def test_the_votes_of_fourteen_are_all_drawn() -> None:
    svg = str(some_votes().svg)
    assert svg.count('font-weight="600">1') >= 14
