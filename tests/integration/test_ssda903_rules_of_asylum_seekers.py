"""Who came alone to seek asylum: what the rules point at where the return says so in a field of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from tests.conftest import empty_warehouse, run_road
from tests.support.child_cases import Case, RowOfCase, Rows, case, pointed_at

LAST, THIS = "2024-25", "2025-26"
HEADER, UASC = ("header", 0), ("uasc", 0)
CARE_LEAVER = "YES,F2,B1"
NOT_IN_CARE: Rows = {"episodes": []}


def this_year(code: str, what: str, *points_at: RowOfCase, last: Rows | None = None, **rows: list[str]) -> Case:
    """A case of the year reported. A row in UASC is the sex, the day of ceasing and the flag."""
    return case(code, what, *points_at, last=last, period=THIS, born="01/01/2012", **rows)


CASES = [
    this_year("105", "blank", UASC, uasc=["M,,"]),
    this_year("105", "no code", UASC, uasc=["M,,2"]),
    this_year("105", "a word", UASC, uasc=["M,,Yes"]),
    this_year("105", "one", uasc=["M,,1"]),
    this_year("105", "one with blanks around it", uasc=["M,, 1 "]),
    this_year("105", "nought", uasc=["M,,0"]),
    this_year("105", "no row", uasc=[]),
    this_year("105", "blank, of two rows", ("uasc", 1), uasc=["M,,1", "M,,"]),
    this_year("105", "blank, of a child who is not in the header", UASC, uasc=["M,,"], header=[]),
    this_year("303", "nought and a day of ceasing", HEADER, UASC, uasc=["M,01/09/2025,0"]),
    this_year("303", "blank and a day of ceasing", HEADER, UASC, uasc=["M,01/09/2025,"]),
    this_year("303", "no code and a day of ceasing", HEADER, UASC, uasc=["M,01/09/2025,2"]),
    this_year("303", "nought and a day that is none", HEADER, UASC, uasc=["M,soon,0"]),
    this_year("303", "nought and a day of ceasing, not in the header", UASC, uasc=["M,01/09/2025,0"], header=[]),
    this_year("303", "one and a day of ceasing", uasc=["M,01/09/2025,1"]),
    this_year("303", "nought and no day of ceasing", uasc=["M,,0"]),
    this_year("303", "blank and no day of ceasing", uasc=["M,,"]),
    case("231", "under 11", HEADER, period=THIS, born="01/04/2015", uasc=["M,,1"]),
    case("231", "under 11 and none", period=THIS, born="01/04/2015", uasc=["M,,0"]),
    case("231", "11", period=THIS, born="31/03/2015", uasc=["M,,1"]),
    this_year("1014", "a care leaver who is one", UASC, ("oc3", 0), oc3=[CARE_LEAVER], uasc=["M,,1"],
              **NOT_IN_CARE),
    this_year("1014", "a care leaver who ceased to be one", UASC, ("oc3", 0), oc3=[CARE_LEAVER],
              uasc=["M,01/09/2025,0"], **NOT_IN_CARE),
    this_year("1014", "a care leaver who is none", oc3=[CARE_LEAVER], uasc=["M,,0"], **NOT_IN_CARE),
    this_year("205A", "none this year, no word of why", HEADER, uasc=["M,,0"], last={"uasc": ["M,,1"]}),
    this_year("205A", "none this year, ceased last year", uasc=["M,,0"], last={"uasc": ["M,01/09/2024,1"]}),
    this_year("205A", "none this year, ceased last year and again", HEADER, uasc=["M,01/09/2025,0"],
              last={"uasc": ["M,01/09/2024,1"]}),
    this_year("205A", "none in either year", uasc=["M,,0"], last={"uasc": ["M,,0"]}),
    this_year("205B", "one in both years, no day of ceasing", HEADER, UASC, uasc=["M,,1"],
              last={"uasc": ["M,,1"]}),
    this_year("205B", "one this year alone", uasc=["M,,1"], last={"uasc": ["M,,0"]}),
    this_year("205C", "none in either year, and a day of ceasing", UASC, uasc=["M,01/09/2025,0"],
              last={"uasc": ["M,,0"]}),
    this_year("205C", "one this year, and a day of ceasing", uasc=["M,01/09/2025,1"], last={"uasc": ["M,,0"]}),
    this_year("205C", "none this year, one last year", uasc=["M,01/09/2025,0"], last={"uasc": ["M,,1"]}),
    this_year("205D", "one this year, none last year", HEADER, uasc=["M,,1"], last={"uasc": ["M,,0"]}),
    this_year("205D", "one in both years", uasc=["M,,1"], last={"uasc": ["M,,1"]}),
    this_year("205D", "none in either year", uasc=["M,,0"], last={"uasc": ["M,,0"]}),
]  # fmt: skip


@pytest.fixture(scope="module")
def found(
    prepared_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[tuple[int, str], set[RowOfCase]]]:
    """The rows that each rule points at, by case and rule."""
    landing = tmp_path_factory.mktemp("landing")
    with pointed_at(CASES, prepared_home, landing, (LAST, THIS), with_optional={"uasc"}) as findings:
        yield findings


@pytest.mark.parametrize("number", range(len(CASES)), ids=[f"{one.code}: {one.what}" for one in CASES])
def test_a_rule_points_at_the_rows_that_break_it(number: int, found):
    one = CASES[number]
    assert found.get((number, one.code), set()) == one.points_at


# The XML form, where the flag stands in HEADER, a line a child

IN_XML = {
    "nought": "<UASC>0</UASC>",
    "one": "<UASC>1</UASC><DUC>01/09/2025</DUC>",
    "blank": "<UASC/>",
    "nothing": "",
    "no code": "<UASC>2</UASC>",
    "nought and ceased": "<UASC>0</UASC><DUC>01/09/2025</DUC>",
    "ceased": "<DUC>01/09/2025</DUC>",
}


@pytest.fixture(scope="module")
def found_in_xml(
    prepared_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, set[tuple[str, str]]]]:
    """The children, with the table of the row, that each rule points at."""
    landing = tmp_path_factory.mktemp("xml") / "landing"
    folder = landing / "dudley" / "ssda903" / THIS
    folder.mkdir(parents=True)
    children = [
        f"<CHILD><HEADER><CHILDID>{number}</CHILDID><SEX>M</SEX><DOB>01/01/2012</DOB><ETHNIC>WBRI</ETHNIC>{said}"
        "</HEADER><EPISODE><DECOM>01/05/2020</DECOM><RNE>S</RNE><LS>C2</LS></EPISODE></CHILD>"
        for number, said in enumerate(IN_XML.values())
    ]
    (folder / "return.xml").write_text("\n".join(["<MESSAGE>", *children, "</MESSAGE>"]))
    settings = Settings(home=prepared_home, landing_zone=str(landing), warehouse_url=None, settle_seconds=0)
    empty_warehouse(settings)
    run_road(settings, "ssda903")
    with connect(settings, Role.LOADER) as connection:
        rows = connection.execute(
            "select rule_code, table_name, line_number from ledger.finding where line_number is not null"
        ).fetchall()
        statuses = connection.execute(
            "select line_number from pseudonymised.ssda903_header where is_uasc"
        ).fetchall()
    empty_warehouse(settings)
    names = list(IN_XML)
    findings: dict[str, set[tuple[str, str]]] = {"status": {(names[line - 2], "header") for (line,) in statuses}}
    for rule, table, line in rows:
        findings.setdefault(rule, set()).add((names[line - 2], table))
    yield findings


def test_in_xml_every_child_has_to_say_its_status(found_in_xml: dict[str, set[tuple[str, str]]]):
    wrong = ("blank", "nothing", "no code", "ceased")
    assert found_in_xml["105"] == {(child, "header") for child in wrong}


def test_in_xml_only_who_came_alone_has_a_day_of_ceasing(found_in_xml: dict[str, set[tuple[str, str]]]):
    wrong = ("nought and ceased", "ceased")
    assert found_in_xml["303"] == {(child, table) for child in wrong for table in ("header", "uasc")}


def test_in_xml_the_flag_is_the_status_and_a_day_of_ceasing_is_none(found_in_xml: dict[str, set[tuple[str, str]]]):
    assert found_in_xml["status"] == {("one", "header")}
