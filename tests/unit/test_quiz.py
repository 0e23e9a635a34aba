"""The quiz on its pages, and what it settles: the sentences, the order, and the rows of the seed."""

import re
from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from ingestion.errors import ClubError
from ingestion.returns.forms import form_of, rounds_of
from ingestion.returns.worked_cases import worked_cases
from ingestion.settings import RETURNS, SEEDS
from reporting.definitions.decisions import Decided
from reporting.definitions.proposal import (
    as_seed,
    decisions_of_the_club,
    difference,
    require_period,
    settled_cases,
    with_decision,
    year_beside,
)
from reporting.quiz.page import answered_cases, gaps_to_name, render_answers, render_questions
from reporting.quiz.words import coefficient_in_words, votes_in_words
from samples.definition_quiz import PLANTED, STEADFAST
from samples.members import members
from tests.support.quiz_rows import AGAINST, MEMBERS, SETTLED, SETTLEMENTS, SPLIT, quiz_rows

AGREED_ON = date(2026, 12, 1)


# What is asked


@pytest.mark.parametrize("round_code", rounds_of(RETURNS / "definition_quiz"))
def test_a_round_asks_every_worked_case_without_writing_it_again(round_code: str) -> None:
    form = form_of("definition_quiz", round_code)
    assert form.respondents == ("operations", "finance", "information")
    assert sorted(item.code for item in form.items) == sorted(worked_cases())
    for item in form.items:
        case = worked_cases()[item.code]
        assert item.attributes["key"] == case.answer and item.attributes["otherwise"] == case.otherwise
        assert case.title in item.wording and all(one["DECOM"] in item.wording for one in case.episodes)
        assert case.counted_for in item.wording and item.attributes["indicator"] == case.indicator


def test_a_case_takes_the_answer_of_its_indicator_and_every_count_of_it_can_be_given() -> None:
    for item in form_of("definition_quiz", "2026-2").items:
        answer = item.fields[0]
        counts = {item.attributes["key"], *item.attributes["otherwise"].values()}
        if item.attributes["indicator"] == "A1":
            assert answer.kind == "number" and all(0 <= int(count) <= 20 for count in counts)
        else:
            assert counts <= {choice.code for choice in answer.choices}


def test_the_cases_of_a_round_tell_every_decision_apart_that_is_tried() -> None:
    for round_code in rounds_of(RETURNS / "definition_quiz"):
        told = {
            decided.split("=")[0]
            for item in form_of("definition_quiz", round_code).items
            for decided in item.attributes["otherwise"]
        }
        assert told == {
            "min_days", "opening_day", "non_returning_stay", "stay_open_at_year_end", "overlong_stay",
            "day_of_start",
        }  # fmt: skip


def test_the_questions_do_not_say_what_counts() -> None:
    page = render_questions(quiz_rows(), MEMBERS)
    assert "1 June 2024" in page and "still there" in page
    assert "Why so." not in page and "stay_open_at_year_end" not in page and "As decided" not in page


# What was answered


def test_the_case_with_the_least_agreement_stands_first() -> None:
    assert [one.case.case_code for one in answered_cases(quiz_rows())] == ["M41", "M24", "M37"]


def test_every_case_has_fourteen_dots_for_the_members_and_for_each_perspective() -> None:
    page = render_answers(quiz_rows(), MEMBERS)
    (case,) = re.findall(r'<article class="case">\s*<h3>M24.*?</article>', page, re.S)
    assert case.count("<circle") == 4 * 14


def test_agreement_with_each_other_and_with_the_key_are_said_apart() -> None:
    page = render_answers(quiz_rows(), MEMBERS)
    assert "<strong>With each other:</strong> 12 of 14 members count 2 placements; 1 counts otherwise" in page
    assert "<strong>With the key:</strong> 1 of 13 votes are for 1 placement, as decided." in page


def test_a_case_shows_its_count_by_every_reading_and_escapes_what_people_wrote() -> None:
    page = render_answers(quiz_rows(), MEMBERS)
    assert "<code>stay_open_at_year_end=counted</code>: It is a placement." in page
    assert "As decided</strong>. <code>stay_open_at_year_end=ignored</code>" in page
    assert "The child &lt;is&gt; there." in page


def test_only_a_gap_between_perspectives_that_is_one_is_named() -> None:
    assert [one.case_code for one in gaps_to_name(quiz_rows())] == ["M37"]
    assert "differ in 144 of 156 pairs of members; within either of them 12 of 156" in render_answers(
        quiz_rows(), MEMBERS
    )


def test_a_coefficient_has_its_interval_or_a_reason() -> None:
    _, second, none = quiz_rows().reliabilities
    assert coefficient_in_words(second) == "0.75 (0.68 to 0.82)"
    assert coefficient_in_words(none) == "none: no case has two answers"


@pytest.mark.parametrize(("day", "is_over"), [(date(2026, 11, 27), False), (date(2026, 11, 28), True)])
def test_answers_are_shown_when_the_round_is_over(day: date, is_over: bool) -> None:
    assert quiz_rows().round.is_over(day) == is_over


def test_a_case_that_nobody_answered_is_said_to_be() -> None:
    assert votes_in_words(replace(SETTLED, most_frequent_answer=None, votes_for=0)) == "Nobody has answered."


def test_a_case_of_long_term_stability_is_answered_by_a_word() -> None:
    moved = replace(SETTLED, case_code="S17", indicator_code="D35", most_frequent_answer="moved")
    assert votes_in_words(moved).startswith("12 of 14 members say moved; 1 says otherwise; 1 without a vote")
    rows = quiz_rows()
    case = replace(
        rows.cases[0], indicator_code="D35", asked="In the same placement for long?", key_answer="stable",
        counted_for="31 March 2025; born on 1 May 2014", choices=[{"code": "moved", "label": "Moved: not yet"}],
    )  # fmt: skip
    rows = replace(rows, cases=(case, *rows.cases[1:]))
    for page in (render_questions(rows, MEMBERS), render_answers(rows, MEMBERS)):
        assert "In the same placement for long? One of:" in page and "<li>Moved: not yet</li>" in page
        assert "Counted for 31 March 2025; born on 1 May 2014" in page
    assert "votes are for stable, as decided" in render_answers(rows, MEMBERS)


# What is settled


def test_the_rows_of_the_seed_end_the_decision_in_force_the_year_before() -> None:
    before = decisions_of_the_club()
    after = with_decision(before, SETTLED, "2026-27", AGREED_ON)
    old, new = (row for row in after if row["decision_code"] == "stay_open_at_year_end")
    assert (old["value"], old["valid_from_period"], old["valid_to_period"]) == ("ignored", "", "2025-26")
    assert new == old | {
        "decision_version": "2", "value": "counted", "valid_from_period": "2026-27", "valid_to_period": "",
        "agreed_on": "2026-12-01", "round": "2026-2", "votes_for": "12", "votes_against": "1", "supersedes": "1",
        "provenance": "club",
    }  # fmt: skip
    assert Decided(new).agreed == "2026-12-01, round 2026-2, 12 for and 1 against", "as its page says it"
    others = [row for row in after if row["decision_code"] != "stay_open_at_year_end"]
    assert others == [row for row in before if row["decision_code"] != "stay_open_at_year_end"]


def test_only_the_lines_of_the_decision_change_in_the_file() -> None:
    before = decisions_of_the_club()
    assert as_seed(before) == (SEEDS / "ssda903" / "club_decisions.csv").read_text(encoding="utf-8")
    changed = Counter(
        line[0]
        for line in difference(before, with_decision(before, SETTLED, "2026-27", AGREED_ON))
        if not line.startswith(("---", "+++", "@@"))
    )
    assert changed == {"-": 1, "+": 2}


def test_a_decision_begins_after_the_one_that_it_follows() -> None:
    decided = with_decision(decisions_of_the_club(), SETTLED, "2026-27", AGREED_ON)
    again = replace(SETTLED, value="ignored")
    assert len(with_decision(decided, again, "2027-28", AGREED_ON)) == len(decided) + 1
    with pytest.raises(ClubError, match="was decided from 2026-27 on"):
        with_decision(decided, again, "2026-27", AGREED_ON)
    with pytest.raises(ClubError, match="is `counted` already"):
        with_decision(decided, SETTLED, "2027-28", AGREED_ON)


@pytest.mark.parametrize(
    ("case", "sentence"),
    [
        (SPLIT, "7 of 14 members are outside the most frequent answer; the club has decided that 4 may be"),
        (AGAINST, "most answers of finance are other ones; the club has decided that no perspective may be"),
        (replace(SPLIT, finding="tied"), "two answers are equally frequent"),
        (replace(SPLIT, finding="no_votes"), "nobody has answered"),
        (replace(SPLIT, finding="no_option"), "no option of `opening_day` gives this answer"),
        (replace(SPLIT, finding="cases_contradict"), "another case of this round agrees on another option"),
        (replace(SPLIT, finding="as_decided"), "Agreed as decided: `opening_day` stays `included`"),
        (replace(SPLIT, finding="tells_no_decision_apart"), "It hangs on no decision"),
    ],
)
def test_a_case_that_is_not_settled_is_refused_by_the_rule_that_it_fails(case: object, sentence: str) -> None:
    with pytest.raises(ClubError, match=re.escape(sentence)):
        settled_cases([case], case.case_code)  # type: ignore[list-item, attr-defined]


def test_a_round_proposes_each_decision_once_with_the_fewest_votes_that_are_for_it() -> None:
    weaker = replace(SETTLED, case_code="M25", votes_for=10)
    assert settled_cases([*SETTLEMENTS, weaker], None) == [weaker]


def test_a_round_that_settles_nothing_says_why_of_each_decision() -> None:
    with pytest.raises(ClubError, match=r"(?s)settles anything.*M41: Not settled.*M37: Not settled"):
        settled_cases([SPLIT, AGAINST], None)
    with pytest.raises(ClubError, match="no case 'M99'"):
        settled_cases(SETTLEMENTS, "M99")


@pytest.mark.parametrize("period", ["2027", "2027-29", "27-28", "2027-2028"])
def test_a_year_is_written_as_the_club_writes_it(period: str) -> None:
    with pytest.raises(ClubError, match="write it as 2027-28"):
        require_period(period)
    assert (year_beside("1998-99", 1), year_beside("2000-01", -1)) == ("1999-00", "1999-00")


def test_what_is_planted_in_the_samples_is_of_cases_that_are_asked() -> None:
    assert STEADFAST in {member.code for member in members()}
    for round_code, case_code in PLANTED:
        assert case_code in {item.code for item in form_of("definition_quiz", round_code).items}
