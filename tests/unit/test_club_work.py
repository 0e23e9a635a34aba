"""What has come of the club's work with people: the decision that the quiz would settle, and what others tried."""

from dataclasses import replace
from datetime import UTC, date, datetime

from reporting.club_work import _decision_in_words
from reporting.definitions.effects import Effect
from reporting.definitions.propose import Proposal
from reporting.one_build import Build
from reporting.practice.rows import Indicator, Practice, PracticeRows
from tests.support.quiz_rows import SETTLED

BUILD = Build(1, 1, None, "", datetime(2026, 12, 1, tzinfo=UTC), 0)


def practice(code: str, level: str, status: str = "current") -> Practice:
    words = dict.fromkeys(("problem", "what_was_done", "evidence_level_meaning", "went_wrong"), "")
    none = dict.fromkeys(
        (
            "indicators", "factor", "client_group", "started_in", "cost_posts", "cost_pounds", "evidence_kind",
            "evidence", "outcome_claimed", "transferable_to", "contact_role", "checked_by", "review_due",
            "archived_because", "origin",
        )
    )  # fmt: skip
    return Practice(
        practice_code=code, authority_code="", authority_name="", round_code="", title=code, evidence_level=level,
        evidence_level_title={"A": "Followed up", "D": "Opinion"}[level], status=status, **words, **none,
    )  # fmt: skip


def practices(*found: Practice, about: str = "A1") -> PracticeRows:
    indicators = {each.practice_code: [Indicator(each.practice_code, about, "")] for each in found}
    return PracticeRows(BUILD, "West Midlands", found, indicators, {})


def told(effects: list[Effect], rows: PracticeRows) -> list[str]:
    proposal = Proposal(
        "2027-28", date(2026, 12, 1), [SETTLED], [], {SETTLED.case_code: effects}, before=[], after=[]
    )
    return list(_decision_in_words(proposal, SETTLED, rows))


def test_a_decision_is_told_with_votes_years_and_what_it_moves() -> None:
    moved = Effect("Dudley", "A1", "2026-27", 8.1, 9.2, 3, 5)
    votes, decision, impact = told([moved, replace(moved, value=8.1, rank=3)], practices())
    assert votes.startswith("M24 is settled: 12 of 14 members count 2 placements; 1 counts otherwise")
    assert decision == (
        "To be decided: stay_open_at_year_end = counted from 2027-28 on, where ignored is in force;"
        " agreed on 1 December 2026."
    )
    assert impact == "It would move 1 of 2 figures of the last year that is counted."


def test_where_nothing_is_counted_that_is_said() -> None:
    assert told([], practices())[2] == "No figure that is counted rests on it yet."


def test_what_members_have_tried_about_the_indicator_stands_beside_it() -> None:
    rows = practices(
        practice("staffordshire/FC01", "A"), practice("dudley/X", "D"), practice("x/Y", "D", "archived")
    )
    assert told([], rows)[3] == (
        "What members have tried about A1: staffordshire/FC01 (followed up), dudley/X (opinion)."
    )
    assert len(told([], practices(practice("dudley/X", "D"), about="B17"))) == 3, "about another indicator"
