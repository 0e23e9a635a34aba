"""Sentences about a round of the quiz."""

from datetime import date

from ingestion.days import day_in_words
from reporting.numbers import show_number
from reporting.quiz.rows import Gap, Reliability, Settlement

COEFFICIENTS = {
    "gwet_ac1": "Gwet’s AC1",
    "krippendorff_alpha": "Krippendorff’s alpha",
    "fleiss_kappa": "Fleiss’ kappa",
}
RATERS = {
    "members": "Members, one vote each",
    "operations": "Operations",
    "finance": "Finance",
    "information": "Information",
}


def answer_in_words(answer: str) -> str:
    """Write an answer: 1 placement, 2 placements, 1 or 3 placements; a choice as it is, moved, moved or stable."""
    if not answer[0].isdigit():
        return answer
    return f"{answer} placement{'' if answer == '1' else 's'}"


def votes_in_words(settlement: Settlement) -> str:
    """Say how a case was voted on."""
    if settlement.most_frequent_answer is None:
        return "Nobody has answered."
    most = answer_in_words(settlement.most_frequent_answer)
    verb = "count" if settlement.most_frequent_answer[0].isdigit() else "say"
    said = f"{settlement.votes_for} of {settlement.members} members {verb} {most}"
    against, without = settlement.votes_against, settlement.without_vote
    rest = [
        f"{against} {verb}{'s' if against == 1 else ''} otherwise" if against else "",
        f"{without} without a vote: not answered, or of several minds" if without else "",
    ]
    return "; ".join([said, *filter(None, rest)]) + "."


def outcome_in_words(settlement: Settlement) -> str:
    """Say what a case settles, or by which rule of the club it settles nothing."""
    decision, value = f"`{settlement.decision_code}`", f"`{settlement.value}`"
    return {
        "settled": f"Settled: {decision} would be {value}, where `{settlement.value_in_force}` is decided.",
        "as_decided": f"Agreed as decided: {decision} stays {value}.",
        "no_votes": "Not settled: nobody has answered.",
        "tied": "Not settled: two answers are equally frequent, so there is no most frequent one.",
        "split": (
            f"Not settled: {settlement.members - settlement.votes_for} of {settlement.members} members are outside"
            f" the most frequent answer; the club has decided that {settlement.most_members_outside} may be"
            " (`most_members_outside`)."
        ),
        "perspective_against": (
            f"Not settled: most answers of {settlement.perspectives_against} are other ones; the club has decided"
            f" that {settlement.most_perspectives_against or 'no'} perspective may be against"
            " (`most_perspectives_against`)."
        ),
        "tells_no_decision_apart": "It hangs on no decision: whatever is decided, the count is the same.",
        "no_option": f"Not settled: no option of {decision} gives this answer; add it to `decision_options`.",
        "cases_contradict": (
            f"Not settled: another case of this round agrees on another option of {decision} than {value}."
        ),
    }[settlement.finding]


def coefficient_in_words(found: Reliability) -> str:
    """Write a coefficient with its interval, or why there is none."""
    if found.value is None:
        return f"none: {found.missing_reason}"
    value = show_number(found.value, 2)
    if found.lower_95 is None or found.upper_95 is None:
        return value
    return f"{value} ({show_number(found.lower_95, 2)} to {show_number(found.upper_95, 2)})"


def gap_in_words(gap: Gap) -> str:
    """Say how far two perspectives differ on a case, with how many pairs that rests on."""
    return (
        f"{gap.case_code}: {gap.perspective} and {gap.other_perspective} differ in {gap.differing} of {gap.pairs}"
        f" pairs of members; within either of them {gap.differing_within} of {gap.pairs_within} pairs do."
    )


def day_of_case(day: str) -> str:
    """Write a date of a case, 2024-06-01, as 1 June 2024."""
    return day_in_words(date.fromisoformat(day))
