"""An invented round of the quiz, as the marts would have it."""

from dataclasses import replace
from datetime import date

from reporting.members import Members
from reporting.quiz.rows import Agreement, Case, Gap, QuizRows, Reading, Reliability, Round, Settlement

MEMBERS = Members({"dudley": "Dudley"}, "West Midlands")

ROUND = Round(
    "2026-2", "What counts?", "Count as you do today.", date(2026, 11, 2), date(2026, 11, 27), 14, 13, 120
)

SETTLED = Settlement(
    round_code="2026-2", case_code="M24", indicator_code="A1", most_frequent_answer="2", members=14, votes_for=12,
    votes_against=1, without_vote=1, perspectives_against=None, most_members_outside=4,
    most_perspectives_against=0, decision_code="stay_open_at_year_end", value_in_force="ignored", value="counted",
    finding="settled",
)  # fmt: skip
SPLIT = replace(
    SETTLED, case_code="M41", votes_for=7, votes_against=6, decision_code="opening_day", value_in_force="included",
    value="included", finding="split",
)  # fmt: skip
AGAINST = replace(
    SETTLED, case_code="M37", most_frequent_answer="3", decision_code="min_days", value_in_force="1", value="0",
    perspectives_against="finance", finding="perspective_against",
)  # fmt: skip
SETTLEMENTS = (SETTLED, SPLIT, AGAINST)


def quiz_rows() -> QuizRows:
    """Return a round with a case that is settled, one that is split, and one that finance is against."""
    return QuizRows(
        round=ROUND,
        cases=tuple(_case(one) for one in SETTLEMENTS),
        readings=(
            Reading("M24", "stay_open_at_year_end", "ignored", "1", True, "It is no placement."),
            Reading("M24", "stay_open_at_year_end", "counted", "2", False, "It is a placement."),
        ),
        agreements={
            (one.case_code, raters): Agreement(
                one.case_code, raters, 13, one.most_frequent_answer, one.votes_for, one.votes_against, 0.6, 1
            )
            for one in SETTLEMENTS
            for raters in ("members", "operations", "finance", "information")
        },
        given={
            (one.case_code, raters): {str(one.most_frequent_answer): one.votes_for, "9": one.votes_against}
            for one in SETTLEMENTS
            for raters in ("members", "operations", "finance", "information")
        },
        reasons={"M24": [("2", "The child <is> there.")]},
        reliabilities=(
            Reliability("2026-1", "A1", "members", "gwet_ac1", 3, 40, 0.5481, 0.48, 0.63, None),
            Reliability("2026-2", "A1", "members", "gwet_ac1", 3, 39, 0.7534, 0.68, 0.82, None),
            Reliability("2026-2", "A1", "finance", "gwet_ac1", 3, 39, None, None, None, "no case has two answers"),
        ),
        gaps=(
            Gap("M37", "operations", "finance", 156, 144, 156, 12, 0.85),
            Gap("M24", "operations", "finance", 156, 24, 156, 24, 0.0),
        ),
        settlements={one.case_code: one for one in SETTLEMENTS},
    )


def _case(settlement: Settlement) -> Case:
    episode = {
        "begins": "2024-06-01", "ends": "", "why_it_begins": "Starts to be looked after",
        "where": "Children's home (address A)", "legal_status": "Full care order", "why_it_ends": "",
    }  # fmt: skip
    return Case(
        settlement.case_code,
        "Stays",
        f"Case {settlement.case_code}",
        settlement.indicator_code,
        "1 April 2024 to 31 March 2025",
        "Placements in the year",
        [],
        "1",
        "Why so.",
        [episode],
    )
