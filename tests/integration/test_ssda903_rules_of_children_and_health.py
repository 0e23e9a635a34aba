"""What the rules on the child, its health, age and status point at, and what they leave alone.

Much of the health table is asked of those looked after throughout the twelve months to 31 March, so most cases of
it are about who that is.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.child_cases import Case, RowOfCase, Rows, case, pointed_at

LAST, THIS = "2024-25", "2025-26"
PERIODS = (LAST, THIS)

# Of OC2: a score, a reason for none, and the four answers that every child has, with and without those by age.
SCORE = "12,,,,,,,,,"
TOO_YOUNG = ",SDQ1,,,,,,,,"
NO_SCORE = ",,,,1,1,1,0,,"
CONVICTED, DEVELOPMENT = "12,,0,,1,1,1,0,,", ",,,1,1,1,1,0,,"
OC2 = ("oc2", 0)
CARE_LEAVER = "YES,F2,B1"

THROUGHOUT = {
    "since years ago": ["01/05/2020,S,C2,N1,U1,PR1,,,,,,"],
    "since its first day": ["01/04/2025,S,C2,N1,U1,PR1,,,,,,"],
    "left the day after it": ["01/05/2020,S,C2,N1,U1,PR1,01/04/2026,E4A,,,,"],
    "moved": ["01/05/2020,S,C2,N1,U1,PR1,01/09/2025,X1,,,,", "01/09/2025,P,C2,N1,K2,PR1,,,,,,"],
    "was in care before the first episode told": ["13/05/2025,L,C2,N1,U1,PR1,,,,,,"],
    "goes on after the last episode told": ["01/05/2020,S,C2,N1,U1,PR1,19/12/2025,X1,,,,"],
    "goes on in an episode without a start": [
        "01/05/2020,S,C2,N1,U1,PR1,19/12/2025,X1,,,,", ",P,C2,N1,K2,PR1,,,,,,"],
    "ended with a short break long ago": ["01/05/2020,S,V3,N1,U1,PR1,31/03/2025,X1,,,,",
                                          "31/03/2025,L,C2,N1,U1,PR1,,,,,,"],
}  # fmt: skip
NOT_THROUGHOUT = {
    "since its second day": ["02/04/2025,S,C2,N1,U1,PR1,,,,,,"],
    "left on its last day": ["01/05/2020,S,C2,N1,U1,PR1,31/03/2026,E4A,,,,"],
    "left on its first day": ["01/05/2020,S,C2,N1,U1,PR1,01/04/2025,E4A,,,,"],
    "left and came back": ["01/05/2020,S,C2,N1,U1,PR1,01/09/2025,E4A,,,,", "02/09/2025,S,C2,N1,U1,PR1,,,,,,"],
    "left, no reason given": ["01/05/2020,S,C2,N1,U1,PR1,01/09/2025,,,,,"],
    "left the year before": ["01/05/2020,S,C2,N1,U1,PR1,31/03/2025,E4A,,,,"],
    "came after it": ["01/04/2026,L,C2,N1,U1,PR1,,,,,,"],
    "on a short break": ["01/05/2020,S,V4,N1,U1,PR1,,,,,,"],
    "no episode": [],
}


def this_year(code: str, what: str, *points_at: RowOfCase, born: str = "01/01/2012", last: Rows | None = None,
              **rows: list[str]) -> Case:  # fmt: skip
    """A case of the year reported."""
    return case(code, what, *points_at, last=last, period=THIS, born=born, **rows)


def _of_care() -> Iterator[Case]:
    """The rules that ask whether a child was looked after throughout, or was not."""
    for what, episodes in THROUGHOUT.items():
        yield this_year("185", what, oc2=[SCORE], episodes=episodes)
        yield this_year("190", what, oc2=[CONVICTED], episodes=episodes)
        yield this_year("186", what, OC2, oc2=[NO_SCORE], episodes=episodes)
        yield this_year("191", what, OC2, oc2=[SCORE], episodes=episodes)
        yield this_year("187", what, ("oc3", 0), oc3=[CARE_LEAVER], ad1=[",,,,,"], episodes=episodes)
    for what, episodes in NOT_THROUGHOUT.items():
        yield this_year("185", what, OC2, oc2=[SCORE], episodes=episodes)
        yield this_year("190", what, OC2, oc2=[CONVICTED], episodes=episodes)
        yield this_year("198", what, OC2, oc2=[TOO_YOUNG], episodes=episodes)
        yield this_year("186", what, oc2=[NO_SCORE], episodes=episodes)
        yield this_year("191", what, oc2=[SCORE], episodes=episodes)
        yield this_year("187", what, oc3=[CARE_LEAVER], ad1=[",,,,,"], episodes=episodes)


OPEN = "01/05/2025,S,C2,N1,{},PR1,,,,,,"
CASES = [
    *_of_care(),
    this_year("157", "16 on the last day", OC2, born="01/04/2009", oc2=[TOO_YOUNG]),
    this_year("157", "17 on the last day", born="31/03/2009", oc2=[TOO_YOUNG]),
    this_year("157", "four on the first day", OC2, born="01/04/2021", oc2=[TOO_YOUNG]),
    this_year("157", "four on the second day", born="02/04/2021", oc2=[TOO_YOUNG]),
    this_year("191", "not in the table", ("episodes", 0)),
    this_year("198", "throughout", oc2=[TOO_YOUNG]),
    this_year("543", "ten on the last day", OC2, born="31/03/2016", oc2=[NO_SCORE]),
    this_year("543", "ten the day after", born="01/04/2016", oc2=[NO_SCORE]),
    this_year("543", "told", born="31/03/2016", oc2=[CONVICTED]),
    this_year("545", "five the day after", OC2, born="01/04/2021", oc2=[NO_SCORE]),
    this_year("545", "five on the last day", born="31/03/2021", oc2=[NO_SCORE]),
    this_year("546", "five on the last day", OC2, born="31/03/2021", oc2=[DEVELOPMENT]),
    this_year("546", "five the day after", born="01/04/2021", oc2=[DEVELOPMENT]),
    this_year("546", "five, left on the last day", born="31/03/2021", oc2=[DEVELOPMENT],
              episodes=NOT_THROUGHOUT["left on its last day"]),
    this_year("171", "no such day", ("header", 0), header=["F,01/01/2012,WBRI,,1,30/02/2026"]),
    this_year("171", "a day", header=["F,01/01/2012,WBRI,,1,28/02/2026"]),
    this_year("205A", "lost the status, no word of it", ("header", 0), last={"uasc": ["M,"]}),
    this_year("205A", "lost it last year", last={"uasc": ["M,01/09/2024"]}),
    this_year("205A", "lost it long before", ("header", 0), last={"uasc": ["M,01/09/2023"]}),
    this_year("205A", "still has it", uasc=["M,"], last={"uasc": ["M,"]}),
    this_year("205A", "has it, not in the header", uasc=["M,"], header=[], last={"uasc": ["M,"]}),
    this_year("INT36", "twice", ("uasc", 0), ("uasc", 1), uasc=["M,", "M,01/09/2025"]),
    this_year("INT36", "once", uasc=["M,"]),
    this_year("359", "18 before the last day", ("episodes", 0), born="30/03/2008"),
    this_year("359", "18 on the last day", born="31/03/2008"),
    this_year("359", "in a home under V2", born="30/03/2008", episodes=["01/05/2020,S,V2,N1,K2,PR1,,,,,,"]),
    this_year("359", "two dates of birth, the first of a younger one",
              header=["M,30/03/2012,WBRI,,,", "M,30/03/2008,WBRI,,,"]),
    *(this_year(code, f"{what}, {'still open' if is_open else 'ended'}", *([("episodes", 0)] if is_wrong else []),
                born=born, episodes=[OPEN.format(place).replace(",PR1,,", ",PR1,," if is_open
                                                                else ",PR1,01/06/2025,E4A")])
      for code, place, years in (("371", "K3", 16), ("372", "R5", 10), ("373", "S1", 4), ("374", "P3", 14))
      for what, born, is_wrong in (("too young by a day", f"02/05/{2025 - years}", True),
                                   ("just old enough", f"01/05/{2025 - years}", False))
      for is_open in (True, False)),
    this_year("1011", "the last episode went to another authority", ("oc3", 0), oc3=[CARE_LEAVER],
              episodes=["01/05/2020,S,C2,N1,U1,PR1,01/09/2025,E3,,,,"]),
    this_year("1011", "an earlier one did", oc3=[CARE_LEAVER],
              episodes=["01/05/2020,S,C2,N1,U1,PR1,01/09/2025,E3,,,,", "02/09/2025,S,C2,N1,U1,PR1,,,,,,"]),
    this_year("1011", "one without a start did", ("oc3", 0), oc3=[CARE_LEAVER],
              episodes=["01/05/2020,S,C2,N1,U1,PR1,01/09/2025,X1,,,,", ",P,C2,N1,U1,PR1,,E3,,,,"]),
]  # fmt: skip


@pytest.fixture(scope="module")
def found(
    prepared_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[tuple[int, str], set[RowOfCase]]]:
    """The rows that each rule points at, by case and rule."""
    with pointed_at(CASES, prepared_home, tmp_path_factory.mktemp("landing"), PERIODS) as findings:
        yield findings


@pytest.mark.parametrize("number", range(len(CASES)), ids=[f"{one.code}: {one.what}" for one in CASES])
def test_a_rule_points_at_the_rows_that_break_it(number: int, found):
    one = CASES[number]
    assert found.get((number, one.code), set()) == one.points_at
