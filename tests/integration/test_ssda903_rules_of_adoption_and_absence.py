"""What the rules on adoption, absence, social workers, permanence and liberty point at, and what they leave alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.child_cases import BORN, IN_CARE, RowOfCase, case, pointed_at

pytestmark = pytest.mark.xdist_group("ssda903_adoption")  # one warehouse for the whole module

LEFT = "01/05/2020,S,C2,N1,U1,PR1,30/09/2024,E4A,,,,"
ADOPTED = "01/05/2020,S,E1,N1,A5,PR1,30/09/2024,E11,,,,"
ADOPTION = "01/06/2023,01/07/2023,1,2,MF,L11"

CASES = [
    case("112", "no such day", ("ad1", 0), ad1=["31/02/2024,01/07/2024,1,2,MF,L11"]),
    case("151", "five of six items", ("ad1", 0), ad1=["01/06/2023,01/07/2023,1,2,MF,"]),
    case("151", "no item at all", ad1=[",,,,,"]),
    case("333", "matched the day before", ("ad1", 0), ad1=["02/07/2023,01/07/2023,1,2,MF,L11"]),
    case("333", "matched the same day", ad1=["01/07/2023,01/07/2023,1,2,MF,L11"]),
    case("514", "one adopter, no gender", ("ad1", 0), ad1=["01/07/2023,01/07/2023,1,1,,L0"]),
    case("601", "adopted without a row", ("episodes", 0), episodes=[ADOPTED]),
    case("601", "adopted with all items", episodes=[ADOPTED], ad1=[ADOPTION]),
    case("602", "items, never adopted", ("ad1", 0), ad1=[ADOPTION]),
    case("INT31", "adopted twice", ("ad1", 0), ("ad1", 1), ad1=[ADOPTION, ADOPTION]),
    case("117", "decided after the year", ("placed_adoption", 0), ("episodes", 0),
         placed_adoption=["01/04/2025,,"]),
    case("117", "decided on its last day", placed_adoption=["31/03/2025,,"]),
    case("118", "reversed before the year", ("placed_adoption", 0), ("episodes", 0),
         placed_adoption=["01/06/2023,31/03/2024,RD1"]),
    case("118", "reversed on its first day", placed_adoption=["01/06/2023,01/04/2024,RD1"]),
    case("551", "placed, undecided", ("episodes", 0), episodes=[ADOPTED]),
    case("553", "order, decision undated", ("episodes", 0), episodes=[ADOPTED], placed_adoption=[",,"]),
    case("553", "order in force, reversed", ("placed_adoption", 0),
         episodes=["01/05/2020,S,E1,N1,U1,PR1,,,,,,"], placed_adoption=["01/06/2023,01/05/2024,RD1"]),
    case("557", "left care unadopted", ("episodes", 0), ("placed_adoption", 0),
         episodes=["01/05/2020,S,C2,N1,A5,PR1,30/09/2024,E4A,,,,"], placed_adoption=["01/06/2023,,"]),
    case("557", "freed, no longer asked for", episodes=["01/05/2020,S,D1,N1,U1,PR1,30/09/2024,E4A,,,,"]),
    case("558", "the only decision reversed", ("episodes", 0), episodes=[ADOPTED],
         placed_adoption=["01/06/2023,01/05/2024,RD1"]),
    case("558", "an earlier decision reversed", episodes=[ADOPTED],
         placed_adoption=["01/06/2023,01/05/2024,RD1", "01/06/2024,,"]),
    case("579", "decided while one stands", ("placed_adoption", 1),
         placed_adoption=["01/06/2023,,", "01/06/2024,,"]),
    case("579", "decided the day of the reversal",
         placed_adoption=["01/06/2023,01/06/2024,RD1", "01/06/2024,,"]),
    case("583", "the earlier of two stands", ("placed_adoption", 1),
         placed_adoption=["02/12/2024,,", "15/06/2024,,"]),
    case("559", "not told last year", ("placed_adoption", 0), placed_adoption=["31/03/2024,,"]),
    case("559", "decided this year", placed_adoption=["01/04/2024,,"]),
    case("560", "another date", ("placed_adoption", 0), placed_adoption=["02/06/2023,,"],
         last={"placed_adoption": ["01/06/2023,,"]}),
    case("560", "carried on, and a new one beside it",
         placed_adoption=["01/06/2023,01/05/2024,RD1", "01/06/2024,,"],
         last={"placed_adoption": ["01/06/2023,,"]}),
    case("561", "reversed last year, told again", ("placed_adoption", 0), placed_adoption=["01/06/2023,,"],
         last={"placed_adoption": ["01/06/2023,01/09/2023,RD1"]}),
    case("584", "no later than the one reversed", ("placed_adoption", 0), placed_adoption=["01/12/2022,,"],
         last={"placed_adoption": ["15/06/2023,01/09/2023,RD1"]}),
    case("584", "later than the one reversed", placed_adoption=["01/12/2023,,"],
         last={"placed_adoption": ["15/06/2023,01/09/2023,RD1"]}),
    case("571", "ended the day before the year", ("missing", 0), missing=["M,01/03/2024,31/03/2024"]),
    case("571", "ended on its first day", missing=["M,01/03/2024,01/04/2024"]),
    case("574", "the earlier goes on", ("missing", 1), missing=["M,01/06/2024,", "M,01/07/2024,02/07/2024"]),
    case("574", "missing again the day it ended", missing=["M,01/06/2024,03/06/2024", "M,03/06/2024,04/06/2024"]),
    case("576", "dropped, another told", ("missing", 0), missing=["M,05/04/2024,06/04/2024"],
         last={"missing": ["M,20/03/2024,"]}),
    case("576", "dropped, none told", ("header", 0), last={"missing": ["M,20/03/2024,"]}),
    case("576", "carried on", missing=["M,20/03/2024,02/04/2024"], last={"missing": ["M,20/03/2024,"]}),
    case("577", "left care, still missing", ("missing", 0), episodes=[LEFT], missing=["M,29/09/2024,"]),
    case("577", "found the day it left care", episodes=[LEFT], missing=["M,29/09/2024,30/09/2024"]),
    case("578", "missing after it left care", ("missing", 0), episodes=[LEFT],
         missing=["M,01/10/2024,02/10/2024"]),
    case("578", "missing the day it left care", episodes=[LEFT], missing=["M,30/09/2024,30/09/2024"]),
    case("581", "missing before it came", ("missing", 0), missing=["M,30/04/2020,02/05/2020"]),
    case("586", "missing the day it was born", ("missing", 0), missing=[f"M,{BORN},02/01/2010"]),
    case("630", "came without a row", ("episodes", 0), episodes=["01/04/2024,S,C2,N1,U1,PR1,,,,,,"]),
    case("630", "came with Z1", episodes=["01/04/2024,S,C2,N1,U1,PR1,,,,,,"], prev_perm=["Z1,,"]),
    case("632", "may have been before", episodes=["20/05/2020,S,C2,N1,U1,PR1,,,,,,"],
         prev_perm=["P1,332,zz/05/2020"]),
    case("632", "cannot have been before", ("prev_perm", 0), ("episodes", 0),
         episodes=["20/05/2020,S,C2,N1,U1,PR1,,,,,,"], prev_perm=["P1,332,zz/06/2020"]),
    case("632", "no such month", ("prev_perm", 0), ("episodes", 0), prev_perm=["P1,332,zz/13/2019"]),
    case("632", "nothing known of the date", prev_perm=["P1,332,zz/zz/zzzz"]),
    case("633", "an authority of 2019", prev_perm=["P1,838,01/01/2019"]),
    case("633", "no authority", ("prev_perm", 0), prev_perm=["P1,100,01/01/2019"]),
    case("634", "came before it was asked for", ("prev_perm", 0), ("episodes", 0),
         episodes=["31/03/2016,S,C2,N1,U1,PR1,,,,,,"], prev_perm=["Z1,,"]),
    case("634", "came on the first day", episodes=["01/04/2016,S,C2,N1,U1,PR1,,,,,,"], prev_perm=["Z1,,"]),
    case("635", "no order, but its authority", ("prev_perm", 0), prev_perm=["Z1,332,"]),
    case("SW01bSTG1", "no reason since April 2023", ("sw_episodes", 0), sw_episodes=["SW12,01/04/2023,,"]),
    case("SW01bSTG1", "no reason before", sw_episodes=["SW12,31/03/2023,,"]),
    case("SW07STG2", "over before the two years", ("sw_episodes", 0),
         sw_episodes=["SW12,01/01/2023,31/03/2023,MANAGE"]),
    case("SW07STG2", "over on their first day", sw_episodes=["SW12,01/01/2023,01/04/2023,MANAGE"]),
    case("SW08STG2", "followed, not ended", ("sw_episodes", 0),
         sw_episodes=["SW12,01/01/2024,,MANAGE", "SW13,01/06/2024,,MANAGE"]),
    case("SW10STG2", "eight days between", ("sw_episodes", 1),
         sw_episodes=["SW12,01/01/2024,01/06/2024,MANAGE", "SW13,09/06/2024,,MANAGE"]),
    case("SW10STG2", "seven days between",
         sw_episodes=["SW12,01/01/2024,01/06/2024,MANAGE", "SW13,08/06/2024,,MANAGE"]),
    case("SW10STG2", "a first contact",
         sw_episodes=["SW12,01/01/2024,01/06/2024,MANAGE", "SW13,09/07/2024,,FCONTA"]),
    case("SW11bSTG2", "ended five days before", ("sw_episodes", 0),
         sw_episodes=["SW12,01/01/2024,26/03/2025,MANAGE"]),
    case("SW11bSTG2", "ended six days before", sw_episodes=["SW12,01/01/2024,25/03/2025,MANAGE"]),
    case("SW11bSTG2", "ended and followed",
         sw_episodes=["SW12,01/01/2024,26/03/2025,MANAGE", "SW13,26/03/2025,,MANAGE"]),
    case("SW12STG2", "told from the second day", ("episodes", 0), sw_episodes=["SW12,02/04/2024,,MANAGE"]),
    case("SW12STG2", "told from the first day", sw_episodes=["SW12,01/04/2024,,MANAGE"]),
    case("SW12STG2", "a child who left", episodes=[LEFT], sw_episodes=["SW12,02/04/2024,,MANAGE"]),
    case("SW13STG1", "no such reason", ("sw_episodes", 0), sw_episodes=["SW12,01/01/2020,,NOTONE"]),
    case("SW13STG1", "none asked for", sw_episodes=["SW12,01/01/2020,,"]),
    case("SW16aSTG2", "another social worker", ("sw_episodes", 0), sw_episodes=["SW13,01/01/2024,,MANAGE"],
         last={"sw_episodes": ["SW12,01/01/2024,,MANAGE"]}),
    case("SW16aSTG2", "the same social worker", sw_episodes=["SW12,01/01/2024,,MANAGE"],
         last={"sw_episodes": ["SW12,01/01/2024,,MANAGE"]}),
    case("702", "ends the day it starts", ("dolo", 0), period="2026-27", dolo=["01/06/2026,01/06/2026"]),
    case("705", "the earlier goes on", ("dolo", 1), period="2026-27",
         dolo=["01/06/2026,", "01/07/2026,01/08/2026"]),
    case("709", "elsewhere in its time", ("dolo", 0), ("episodes", 0), period="2026-27",
         dolo=["01/06/2026,01/07/2026"]),
    case("709", "moved in the day it starts", period="2026-27", dolo=["01/06/2026,01/07/2026"],
         episodes=["01/05/2020,S,C2,N1,U1,PR1,01/06/2026,X1,CARPL,,,", "01/06/2026,P,C2,N1,K2,PR1,,,,,,"]),
    case("710", "with its parents", ("dolo", 0), ("episodes", 0), period="2026-27", dolo=["01/06/2026,01/07/2026"],
         episodes=["01/05/2020,S,C2,N1,P1,PR0,,,,,,"]),
]  # fmt: skip

PERIODS = ("2023-24", "2024-25", "2026-27")


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
