"""The worked cases in words: what a person is asked about holds no code, no child and no real place."""

import re

import pytest

from ingestion.returns.worked_cases import WorkedCase, episodes_in_words, stated_otherwise, worked_cases

CASES = worked_cases()
MEANINGS = "ssda903/ssda903_codes"


def test_a_case_is_told_in_words() -> None:
    case = CASES["M20"]
    told = episodes_in_words(case, MEANINGS)
    assert [(one["begins"], one["ends"], one["where"]) for one in told] == [
        ("2023-05-01", "2024-07-01", "Children's home (address A, home 1)"),
        ("2024-07-01", "2024-07-05", "Other temporary stay of at most seven days (address B)"),
        ("2024-07-05", "", "Children's home (address A, home 2)"),
    ]
    assert (case.answer, case.otherwise) == ("3", {"non_returning_stay=ignored": "2"})


def test_the_end_of_care_has_a_reason_and_a_move_has_none() -> None:
    told = episodes_in_words(CASES["M46"], MEANINGS)
    assert [one["why_it_ends"] for one in told] == ["", "", "Went home as planned"]


@pytest.mark.parametrize("case", CASES.values(), ids=lambda case: case.code)
def test_nobody_is_named(case: WorkedCase) -> None:
    told = " ".join(" ".join(one.values()) for one in episodes_in_words(case, MEANINGS))
    assert not re.search(r"\bCH[A-Z]\d|\b[A-Z]{1,2}\d[A-Z]? ?\d[A-Z]{2}\b|\b(SC|SCH)\d", told)


def test_what_another_decision_counts_is_read_from_one_cell() -> None:
    assert stated_otherwise("min_days=0: 3; opening_day=excluded: 1") == {
        "min_days=0": "3", "opening_day=excluded": "1",
    }  # fmt: skip
    assert stated_otherwise("") == {}
