"""The quiz: its coefficients beside known answers, the rule that settles a case, the rounds of the samples."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import combinations, permutations
from pathlib import Path
from random import Random

import psycopg
import pytest
from typer.testing import CliRunner

import ingestion.seeds
import reporting.definitions.propose
from ingestion.cli.app import app
from ingestion.seeds import seed_rows
from ingestion.settings import SEEDS, Settings
from ingestion.warehouse.connection import Role, connect
from reporting.club_pages import write_club_pages
from reporting.definitions.proposal import year_after
from samples.members import members
from tests.support.compiled_models import Models, compiled_models

# Gwet's twelve subjects and four raters; a point is no answer.
GWET = "11.1 2232 3333 3333 2222 1234 4444 1121 2222 .555 ..11 ..3."
KNOWN = {"gwet_ac1": 0.77544, "fleiss_kappa": 0.76117, "krippendorff_alpha": 0.74342}

RATINGS = "round_code text, indicator_code text, raters text, case_code text, authority_code text, answer text"
ANSWERS = (
    "round_code text, case_code text, authority_code text, perspective text, answer text, is_as_key boolean,"
    " certainty text, reason text, submission_id bigint"
)
PERSPECTIVES = ("operations", "finance", "information")
CODES = [member.code for member in members()]
PROPOSE = ["definitions", "propose", "2026-2", "--from", "2026-27"]
CHAIN = ("int_quiz_ratings", "quiz_tally", "quiz_agreement", "quiz_settlement")


@pytest.fixture(scope="module")
def models(sample_warehouse: Settings) -> Iterator[Models]:
    names = ("int_quiz_coefficients", "quiz_reliability", "perspective_gap", *CHAIN)
    with compiled_models(sample_warehouse.home, *names) as found:
        yield found


@pytest.fixture(scope="module")
def analyst(sample_warehouse: Settings) -> Iterator[psycopg.Connection]:
    with connect(sample_warehouse, Role.ANALYST, autocommit=True) as connection:
        yield connection


# How far answers agree beyond chance


def rated(cases: str) -> list[tuple[str, ...]]:
    """Ratings of cases that are written as one character for each rater."""
    return [
        ("r", "A1", "members", f"{number:02}", str(rater), answer)
        for number, case in enumerate(cases.split())
        for rater, answer in enumerate(case)
        if answer != "."
    ]


def reliability(models: Models, cases: str) -> dict[str, tuple[float | None, ...]]:
    """Value, ends and reason of each coefficient."""
    models.put("int_quiz_ratings", RATINGS, rated(cases))
    models.put_model("int_quiz_coefficients", put=["int_quiz_ratings"])
    columns = "coefficient, value, lower_95, upper_95, missing_reason"
    return {code: found for code, *found in models.run("quiz_reliability", columns, put=["int_quiz_coefficients"])}


def by_pairs(cases: str) -> dict[str, float]:
    """The coefficients by their definitions, pair by pair of answers."""
    given = [[answer for answer in case if answer != "."] for case in cases.split()]
    categories = {answer for case in given for answer in case}
    pairable = [case for case in given if len(case) > 1]
    agreeing = sum(
        sum(one == other for one, other in combinations(case, 2)) / (len(case) * (len(case) - 1) / 2)
        for case in pairable
    ) / len(pairable)
    shares = {each: sum(case.count(each) / len(case) for case in given) / len(given) for each in categories}
    by_gwet = sum(share * (1 - share) for share in shares.values()) / (len(categories) - 1)
    by_fleiss = sum(share**2 for share in shares.values())
    values = [answer for case in pairable for answer in case]
    observed = sum(
        sum(one != other for one, other in permutations(case, 2)) / (len(case) - 1) for case in pairable
    ) / len(values)
    expected = sum(one != other for one, other in permutations(values, 2)) / (len(values) * (len(values) - 1))
    return {
        "gwet_ac1": (agreeing - by_gwet) / (1 - by_gwet),
        "fleiss_kappa": (agreeing - by_fleiss) / (1 - by_fleiss),
        "krippendorff_alpha": 1 - observed / expected,
    }


def test_the_coefficients_are_the_published_ones(models: Models) -> None:
    found = reliability(models, GWET)
    assert {code: values[0] for code, values in found.items()} == pytest.approx(KNOWN, abs=5e-6)


@pytest.mark.parametrize("seed", range(5))
def test_the_coefficients_are_those_of_their_definitions(models: Models, seed: int) -> None:
    random = Random(seed)
    cases = " ".join("".join(random.choices("1123.", k=random.randint(2, 9))) for _ in range(15)) + " 12 21"
    cases = " ".join(case for case in cases.split() if case.strip("."))
    found = reliability(models, cases)
    assert {code: values[0] for code, values in found.items()} == pytest.approx(by_pairs(cases), abs=1e-12)


def test_an_interval_is_drawn_from_the_cases_and_the_same_each_time(models: Models) -> None:
    found = reliability(models, GWET)
    assert found == reliability(models, GWET)
    random, cases = Random(7), GWET.split()
    drawn = sorted(
        by_pairs(" ".join(again))["fleiss_kappa"]
        for again in (random.choices(cases, k=len(cases)) for _ in range(2000))
        if len(set("".join(again)) - {"."}) > 1
    )
    value, lower, upper, _ = found["fleiss_kappa"]
    assert lower is not None and upper is not None and value is not None and lower < value <= upper
    assert (lower, upper) == pytest.approx((drawn[50], drawn[1949]), abs=0.05)


def test_where_all_agree_each_coefficient_is_one(models: Models) -> None:
    found = reliability(models, "111 22 3333")
    assert {code: values[:3] for code, values in found.items()} == {
        code: [pytest.approx(1), pytest.approx(1), pytest.approx(1)] for code in KNOWN
    }


def test_where_only_one_answer_is_given_at_all_there_is_no_coefficient(models: Models) -> None:
    reason = "all answers are the same one, so that chance alone would agree"
    assert reliability(models, "111 11 1111") == {code: [None, None, None, reason] for code in KNOWN}


def test_where_no_case_has_two_answers_there_is_no_coefficient(models: Models) -> None:
    found = reliability(models, "1.. .2. ..3")
    assert found == {code: [None, None, None, "no case has two answers"] for code in KNOWN}


def test_of_a_single_case_there_is_a_coefficient_and_no_interval(models: Models) -> None:
    found = reliability(models, "1122")
    assert found["gwet_ac1"][1:] == [None, None, None] and found["gwet_ac1"][0] == pytest.approx(-1 / 3)


# What settles a case


# Of a case: its indicator, the decision that it tells apart, and the count by each option, that in force first.
STAY = ("A1", "stay_open_at_year_end", {"ignored": "1", "counted": "2"})
FIRST_DAY = ("D35", "day_of_start", {"counted": "stable", "not_counted": "moved"})


def settled(
    models: Models, answers: dict[str, dict[str, str]], about: tuple[str, str, dict[str, str]] = STAY
) -> dict[str, tuple[object, ...]]:
    """Ask cases about one thing: by case and perspective a digit a member, which counts the options."""
    indicator, decision, counts = about
    given_as = dict(enumerate(counts.values(), 1))
    key = given_as[1]
    asked = [("r", case, number, indicator, key) for number, case in enumerate(answers)]
    models.put(
        "quiz_case", "round_code text, case_code text, turn int, indicator_code text, key_answer text", asked
    )
    models.put("quiz_round", "round_code text, members int", [("r", 14)])
    models.put(
        "quiz_case_reading",
        "round_code text, case_code text, decision_code text, value text, answer text",
        [("r", case, decision, value, answer) for case in answers for value, answer in counts.items()],
    )
    given = [
        ("r", case, code, perspective, answer, answer == key, "sure", None, 1)
        for case, by_perspective in answers.items()
        for perspective in PERSPECTIVES
        for code, digit in zip(CODES, by_perspective.get(perspective, ""), strict=False)
        if digit != "."
        for answer in [given_as.get(int(digit), digit)]
    ]
    models.put("quiz_answer", ANSWERS, given)
    put = ["quiz_case", "quiz_round", "quiz_case_reading", "quiz_answer"]
    for model in CHAIN[:-1]:
        models.put_model(model, put=put)
        put.append(model)
    columns = "case_code, finding, votes_for, votes_against, without_vote, perspectives_against, value"
    return {case: tuple(found) for case, *found in models.run("quiz_settlement", columns, put=put)}


def everybody(answers: str) -> dict[str, str]:
    return dict.fromkeys(PERSPECTIVES, answers)


def test_ten_of_fourteen_settle_a_case_and_nine_do_not(models: Models) -> None:
    found = settled(models, {"ten": everybody("2" * 10 + "1" * 4), "nine": everybody("2" * 9 + "1" * 5)})
    assert found["ten"] == ("settled", 10, 4, 0, None, "counted")
    assert found["nine"] == ("split", 9, 5, 0, None, "counted")


def test_a_case_of_long_term_stability_is_settled_by_the_same_rule(models: Models) -> None:
    found = settled(
        models, {"ten": everybody("2" * 10 + "1" * 4), "nine": everybody("2" * 9 + "1" * 5)}, FIRST_DAY
    )
    assert found["ten"] == ("settled", 10, 4, 0, None, "not_counted")
    assert found["nine"] == ("split", 9, 5, 0, None, "not_counted")


def test_a_member_that_has_not_answered_or_is_of_several_minds_has_not_agreed(models: Models) -> None:
    found = settled(
        models,
        {
            "silent": everybody("2" * 9 + "1" + "...."),
            "of several minds": {"operations": "2" * 14, "finance": "2" * 9 + "1" * 5, "information": "." * 14},
        },
    )
    assert found["silent"] == ("split", 9, 1, 4, None, "counted")
    assert found["of several minds"] == ("split", 9, 0, 5, None, "counted")


def test_a_perspective_of_which_most_answer_otherwise_holds_a_case_up(models: Models) -> None:
    case: dict[str, str] = {"operations": "2" * 14, "information": "2" * 14}
    found = settled(
        models,
        {"half": case | {"finance": "2" * 7 + "1" * 7}, "most": case | {"finance": "2" * 6 + "1" * 8}},
    )
    assert found["half"] == ("settled", 14, 0, 0, None, "counted")
    assert found["most"] == ("perspective_against", 14, 0, 0, "finance", "counted")


def test_two_cases_that_agree_on_opposite_options_settle_neither(models: Models) -> None:
    found = settled(models, {"one": everybody("2" * 14), "other": everybody("1" * 14)})
    assert (found["one"][0], found["other"][0]) == ("cases_contradict", "as_decided")


def test_what_nobody_answers_is_tied_or_stands_for_no_option_settles_nothing(models: Models) -> None:
    found = settled(
        models, {"nobody": {}, "tied": everybody("2" * 7 + "1" * 7), "no reading": everybody("5" * 14)}
    )
    assert {case: values[0] for case, values in found.items()} == {
        "nobody": "no_votes", "tied": "tied", "no reading": "no_option",
    }  # fmt: skip


# How far perspectives differ


def gap(models: Models, **answers: str) -> dict[tuple[object, ...], tuple[object, ...]]:
    models.put(
        "stg_definition_quiz__answers",
        "round_code text, item_code text, authority_code text, respondent text, field text, value text",
        [
            ("r", "M24", code, perspective, "answer", answer)
            for perspective, given in answers.items()
            for code, answer in zip(CODES, given, strict=False)
        ],
    )
    models.put(
        "stg_answers__fields",
        "return_code text, round_code text, item_code text, field text, kind text",
        [("definition_quiz", "r", "M24", "answer", "number")],
    )
    columns = "perspective, other_perspective, pairs, differing, pairs_within, differing_within, gap"
    put = ["stg_definition_quiz__answers", "stg_answers__fields"]
    found = models.run("perspective_gap", f"return_code, {columns}", put=put)
    return {tuple(row[1:3]): tuple(row[3:]) for row in found if row[0] == "definition_quiz"}


def test_two_perspectives_that_never_agree_are_a_whole_apart(models: Models) -> None:
    assert gap(models, operations="1111", finance="2222") == {("operations", "finance"): (12, 12, 12, 0, 1.0)}


def test_two_perspectives_that_answer_alike_are_not_apart(models: Models) -> None:
    assert gap(models, finance="1212", information="1212") == {
        ("finance", "information"): (12, 8, 12, 8, pytest.approx(0))
    }


def test_of_a_single_answer_there_is_no_gap(models: Models) -> None:
    assert gap(models, operations="1", finance="22")["operations", "finance"][-1] is None


# The two rounds of the samples


def test_more_agree_in_the_second_round_than_in_the_first(analyst: psycopg.Connection) -> None:
    first, second = analyst.execute(
        "select value, lower_95, upper_95 from marts.quiz_reliability"
        " where raters = 'members' and coefficient = 'gwet_ac1' and indicator_code = 'A1' order by round_code"
    ).fetchall()
    assert first[2] < second[1], "the intervals do not even meet"


def test_each_question_has_a_reliability_of_its_own(analyst: psycopg.Connection) -> None:
    found = analyst.execute(
        "select distinct indicator_code, cases, categories from marts.quiz_reliability"
        " where raters = 'members' and round_code = '2026-2' order by 1"
    ).fetchall()
    assert [(indicator, cases) for indicator, cases, _ in found] == [("A1", 53), ("D35", 24)]
    assert found[1][2] == 3, "stable, moved and excluded"


def test_every_case_says_what_it_counts_by_every_reading_that_concerns_it(analyst: psycopg.Connection) -> None:
    found = analyst.execute(
        "select case_code, decision_code, value, answer, is_agreed from marts.quiz_case_reading"
        " where round_code = '2026-2' and case_code like 'S%' and decision_code <> '' order by 1, 5 desc"
    ).fetchall()
    assert found == [
        ("S04", "day_of_start", "counted", "stable", True),
        ("S04", "day_of_start", "not_counted", "excluded", False),
        ("S06", "day_of_start", "counted", "stable", True),
        ("S06", "day_of_start", "not_counted", "moved", False),
        ("S17", "stay_open_at_year_end", "ignored", "stable", True),
        ("S17", "stay_open_at_year_end", "counted", "moved", False),
    ]  # fmt: skip


def test_the_faults_of_the_samples_are_found_and_count_as_no_answers(analyst: psycopg.Connection) -> None:
    found = analyst.execute(
        "select distinct sender, period_code, rule_code from marts.fct_finding"
        " inner join marts.dim_submission using (submission_id) where return_code = 'definition_quiz' order by 1"
    ).fetchall()
    assert found == [
        ("herefordshire", "2026-1", "answers.unknown_item"), ("walsall", "2026-1", "answers.not_a_number"),
    ]  # fmt: skip
    silent = analyst.execute(
        "select round_code, members - members_answering from marts.quiz_round order by 1"
    ).fetchall()
    assert silent == [("2026-1", 0), ("2026-2", 1)]


def test_what_is_planted_is_found(analyst: psycopg.Connection) -> None:
    found = dict(
        analyst.execute(
            "select case_code, finding from marts.quiz_settlement where round_code = '2026-2'"
        ).fetchall()
    )
    assert (found["M24"], found["M41"], found["M37"]) == ("settled", "split", "perspective_against")
    assert (found["S17"], found["S06"]) == ("settled", "split")
    assert {case for case, finding in found.items() if finding == "settled"} == {"M24", "S17"}


@pytest.fixture
def club(sample_warehouse: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """The command line, with seeds of its own."""
    seeds = tmp_path / "seeds"
    shutil.copytree(SEEDS, seeds)
    monkeypatch.setattr(ingestion.seeds, "SEEDS", seeds)
    monkeypatch.setattr(reporting.definitions.propose, "SEEDS", seeds)
    return CliRunner(env={"CLUB_HOME": str(sample_warehouse.home), "COLUMNS": "500"})


def test_a_split_vote_is_refused_with_the_rule_and_nothing_is_written(club: CliRunner) -> None:
    before = seed_rows("ssda903/club_decisions")
    for case, rule in (
        ("M41", "most_members_outside"), ("S06", "most_members_outside"), ("M37", "most_perspectives_against"),
    ):  # fmt: skip
        refused = club.invoke(
            app, ["definitions", "propose", "2026-2", "--case", case, "--from", "2026-27", "--write"]
        )
        assert refused.exit_code == 1 and rule in refused.stderr
    assert seed_rows("ssda903/club_decisions") == before


def test_a_consensus_is_shown_and_written_only_when_told_to(club: CliRunner) -> None:
    before = seed_rows("ssda903/club_decisions")
    shown = club.invoke(app, PROPOSE)
    assert shown.exit_code == 0, shown.output
    assert "+stay_open_at_year_end,2,counted,2026-27,," in shown.output
    assert seed_rows("ssda903/club_decisions") == before

    written = club.invoke(app, [*PROPOSE, "--write"])
    assert written.exit_code == 0
    row = next(row for row in seed_rows("ssda903/club_decisions") if row["decision_version"] == "2")
    assert (row["round"], row["votes_for"], row["votes_against"]) == ("2026-2", "12", "1")
    again = club.invoke(app, [*PROPOSE, "--write"])
    assert again.exit_code == 1 and "was decided from 2026-27 on" in again.stderr


def test_without_a_year_and_a_count_the_next_year_to_begin_is_the_first(club: CliRunner) -> None:
    asked = club.invoke(app, ["definitions", "propose", "2026-2"])
    assert asked.exit_code == 0, asked.output
    assert f"From {year_after(datetime.now(UTC).date())} on." in asked.output
    assert "No figure that is counted rests on it yet." in asked.output


def test_the_work_with_people_is_told_in_a_few_lines_with_pages_that_are_there(
    club: CliRunner, sample_warehouse: Settings
) -> None:
    write_club_pages(sample_warehouse)
    shown = club.invoke(app, ["people"])
    assert shown.exit_code == 0, shown.output
    lines = shown.output.splitlines()
    assert len(lines) < 20
    assert "  13 of 14 members have answered 2026-2." in lines
    assert any(line.startswith("  To be decided: stay_open_at_year_end = counted from ") for line in lines)
    assert "  No figure that is counted rests on it yet." in lines
    pages = [line.strip().partition("#")[0] for line in lines if ".html" in line]
    assert len(pages) == 3 and all(Path(page).is_file() for page in pages)


def test_the_pages_of_definitions_are_still_written_by_the_bare_command(club: CliRunner, tmp_path: Path) -> None:
    written = club.invoke(app, ["definitions", str(tmp_path / "pages")])
    assert written.exit_code == 0 and (tmp_path / "pages" / "A1.md").is_file()


def test_the_quiz_is_written_as_page_and_sheet(club: CliRunner, tmp_path: Path) -> None:
    written = club.invoke(app, ["quiz", "2026-1", "--folder", str(tmp_path)])
    assert written.exit_code == 0, written.output
    assert sorted(path.name for path in tmp_path.glob("quiz-*")) == [
        "quiz-2026-1-answers.html", "quiz-2026-1-questions.html", "quiz-2026-1-questions.pdf",
    ]  # fmt: skip
    unknown = club.invoke(app, ["quiz", "1999", "--folder", str(tmp_path)])
    assert unknown.exit_code == 1 and "known are 2026-1, 2026-2" in unknown.stderr
