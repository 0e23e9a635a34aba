"""Deliveries with a cell or a file in them that could break the models: none of them stops anybody's figures.

All come at once, beside a good resubmission of Solihull. The marts are built of the changes, then all anew with
every test of dbt. A poison leaves a finding at the door, and a missing figure in place of a broken build.
"""

import csv
import io
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from ingestion.model.build import build_marts
from ingestion.returns.catalogue import published_returns
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from tests.conftest import run_road, what_others_read
from tests.support.child_returns import PERIOD as CHILD_PERIOD
from tests.support.child_returns import TABLES, write_return
from tests.support.children import episode, send
from tests.support.returns import as_csv, sample_return

PERIOD = "2006-07"
DFE = Path("_published") / "dfe"
STABILITY = "la_cla_placement_stability"
LONG = "x" * 9_000
Rows = list[list[str]]


@dataclass(frozen=True)
class Spoiled:
    """A figure of a form, and what is written in its place."""

    authority: str
    file: str
    text: str


SPOILED = (
    Spoiled("birmingham", "activity.csv", "1e400"),
    Spoiled("staffordshire", "activity.csv", "1e308"),
    Spoiled("warwickshire", "activity.csv", "9" * 400),
    Spoiled("wolverhampton", "spend.csv", "1e400"),
    Spoiled("stoke-on-trent", "spend.csv", "1e17"),
)
# These are nothing, and read so.
SMALL = (
    Spoiled("shropshire", "activity.csv", "1e-400"),
    Spoiled("worcestershire", "spend.csv", f"0.{'0' * 400}1"),
)

# Each into a cell of its own of one return, which is accepted all the same.
ODD = (
    "-1e14", "1e15", "NaN", "Infinity", "-inf", "0x1F", "1_000", "１２", "1e-31", "--5", "1.2.3", "1,2,3,4", "'5",
    "5%", "£5", "1e9999", "-1e9999", LONG, "🙂", "\\N", "\\.", "a\tb", "\u202e5", "\ufeff7", "1e", "e5", ".", "+",
    "1e+", "9999999999999999", "-9999999999999999", "0.1e-400", "true", "null", "None", "12 34", "½", "٣",
    "1e1000000",
)  # fmt: skip
# Single children as no return should have them, with nothing in them that would refuse the return.
CHILDREN = {
    "header": [
        *TABLES["header"],
        *(f"{child},M,10/05/2015,WBRI,A12345678901{n},," for n, child in enumerate((LONG, "🙂", "C3", "C9"))),
    ],
    "episodes": [
        *TABLES["episodes"],
        f"{LONG},03/06/2025,S,C2,N1,U4,PR1,,,,{LONG},{LONG},{LONG}",
        "🙂,03/06/2025,S,C2,N1,U4,PR1,,,,½,\u202e5,0", "C3,03/06/2025,S,C2,N1,U4,PR1,04/06/2025,E8,,,,",
        *(f"C9,{day:02}/06/2025,{'P' if day > 1 else 'S'},C2,N1,U4,PR1,{day + 1:02}/06/2025,X1,CARPL,,,"
          for day in range(1, 29)),
        "C9,29/06/2025,P,C2,N1,U4,PR1,,,,,,",
    ],
}  # fmt: skip
# These are refused, and no rule breaks over them.
REFUSED = {
    "header": [
        *TABLES["header"],
        "C2,7,01/01/0001,XXXX,,,", "C3,F,31/12/9999,WBRI,,,", "C4,,,,,,", "C5,M,29/02/2023,WBRI,,,",
        "C6,M,10/05/2015,WBRI,,,", "C6,F,11/05/2015,WBRI,,,", "C7,M,1,1,1,1,1",
    ],
    "episodes": [
        *TABLES["episodes"],
        "C2,01/01/0001,S,C2,N1,U4,PR1,,,,,,", "C3,31/12/9999,S,C2,N1,U4,PR1,,,,,,",
        "C4,03/06/2025,S,C2,N1,U4,PR1,01/06/2025,E11,,,,",
        "C5,03/06/2025,?,??,N99,ZZ,PR99,,E99,,AA1 1AA,AA1 1AA,0", "C6,03/06/2025,S,C2,N1,U4,PR1,,,,,,",
        "C6,03/06/2025,S,C2,N1,U4,PR1,,,,,,", "C7,,,,,,,,,,,,",
    ],
    "missing": [
        *TABLES["missing"],
        "C3,31/12/9999,M,01/01/0001,31/12/9999", "C6,10/05/2015,M,05/06/2025,01/06/2025",
    ],
}  # fmt: skip


def with_cells(where: dict[str, str], **to: str) -> Callable[[Rows], None]:
    """Change cells of the first row with these texts."""

    def make(rows: Rows) -> None:
        header = rows[0]
        row = next(row for row in rows[1:] if all(row[header.index(name)] == text for name, text in where.items()))
        for heading, text in to.items():
            row[header.index(heading)] = text

    return make


def without(heading: str, text: str) -> Callable[[Rows], None]:
    """Leave out every row with this text."""

    def make(rows: Rows) -> None:
        place = rows[0].index(heading)
        rows[:] = [row for row in rows if row[place] != text]

    return make


def with_neighbours(rows: Rows) -> None:
    """Of Dudley one neighbour through a spreadsheet, a blank one and one far too large; Coventry stands twice."""
    header = rows[0]
    dudley = next(row for row in rows if row[header.index("la_name")] == "Dudley")
    dudley[header.index("old_la_code")] = "332.0"
    dudley[header.index("SN_1")] += ".0"
    dudley[header.index("SN_2")] = ""
    dudley[header.index("SN_3")] = "99999999999"
    rows.append(list(next(row for row in rows if row[header.index("la_name")] == "Coventry")))


def with_councils(rows: Rows) -> None:
    """Coventry stands twice; Dudley's costs are nothing, and Walsall's are not there."""
    rows.append([*next(row for row in rows if row[1:3] == ["407", "Coventry"])][:3] + ["7"] * (len(rows[1]) - 3))
    for name, text in (("Dudley", "0"), ("Walsall", "")):
        row = next(row for row in rows if row[2] == name)
        row[3:] = [text] * len(row[3:])


def with_prices(rows: Rows) -> None:
    """A year twice, at no price, at one beyond all bounds, of no two years, and a forecast of minus all."""
    for row in rows:
        row[:] = {
            "2005-06": [*row[:2], "1e400", *row[3:]], "2006-07": [*row[:2], "0", *row[3:]],
            "2010-11": ["", "2010-12", *row[2:]], "2025-26": [*row[:3], "-100", *row[4:]],
        }.get(row[1][:7], row)  # fmt: skip
    rows.append(list(next(row for row in rows if row[1] == "2012-13")))


def with_outcomes(rows: Rows) -> None:
    """Dudley's outcomes beyond all bounds, Walsall's of a place that nobody knows, and Coventry's twice."""
    for row in rows[1:]:
        if row[1] == "Dudley":
            row[5] = "1e308" if row[0] == "2023-24" else "-1e-400"
        if row[1] == "Walsall":
            row[1:3] = [LONG, LONG]
    rows += [[*row[:5], "7", *row[6:]] for row in rows if row[1] == "Coventry"]


WALSALL = {"la_name": "Walsall", "time_period": "2025"}
NOWHERE = with_cells(WALSALL, la_name=LONG, old_la_code="", new_la_code="")
COVENTRY_COST = {"LA and Regions": "Coventry", "Short Desc": "LACFinance"}
# Where the file comes from, where it goes to in the landing zone, and what is done to it.
PUBLISHED: tuple[tuple[str, str, Callable[[Rows], None]], ...] = (
    (f"dfe/{STABILITY}/2025", f"dfe/{STABILITY}/2040", with_cells(WALSALL, time_period="2040")),
    (f"dfe/{STABILITY}/2025", f"dfe/{STABILITY}/1897", with_cells(WALSALL, time_period="1901")),
    (f"dfe/{STABILITY}/2025", f"dfe/{STABILITY}/1997", with_cells(WALSALL, time_period="1997")),
    (f"dfe/{STABILITY}/2025", f"dfe/{STABILITY}/minus", with_cells(WALSALL, children_count="-5")),
    (f"dfe/{STABILITY}/2025", f"dfe/{STABILITY}/huge", with_cells(WALSALL, children_count="1e308")),
    (f"dfe/{STABILITY}/2025", f"dfe/{STABILITY}/vast", with_cells(WALSALL, children_percent="1e400")),
    (f"dfe/{STABILITY}/2025", f"dfe/{STABILITY}/place", NOWHERE),
    (f"dfe/{STABILITY}/2025", f"dfe/{STABILITY}/label", with_cells(WALSALL, cla_group=LONG)),
    ("dfe/lait/2025", "dfe/lait/label", with_cells(COVENTRY_COST, **{"Short Desc": LONG})),
    ("dfe/lait/label", "dfe/lait/label", without("LA and Regions", "Walsall")),
    ("dfe/lait/2025", "dfe/lait/2025", without("LA and Regions", "Walsall")),
    ("dfe/sn_model/2025", "dfe/sn_model/2026", with_neighbours),
    ("nhs_ic/pss_unit_costs/2007-08", "nhs_ic/pss_unit_costs/2007-08", with_councils),
    ("hm_treasury/gdp_deflators/2025-12", "hm_treasury/gdp_deflators/2026", with_prices),
    ("nhs_digital/ascof/2023-24", "nhs_digital/ascof/2025", with_outcomes),
)  # fmt: skip


@dataclass(frozen=True)
class Poisoned:
    """The warehouse after the poisons, and what others read before them and after each build."""

    settings: Settings
    before: dict[str, list[str]]
    of_changes: dict[str, list[str]]
    of_everything: dict[str, list[str]]


@pytest.fixture(scope="module")
def poisoned(sample_warehouse: Settings) -> Poisoned:
    """Slow, as it builds twice: the changes, and then everything with all tests of dbt."""
    settings = sample_warehouse
    before = what_others_read(settings)
    for spoiled in (*SPOILED, *SMALL):
        sent = sample_return(spoiled.authority, PERIOD)
        sent.with_cell(spoiled.file, place_of(spoiled), spoiled.text).deliver(settings)
    solihull = sample_return("solihull", PERIOD)
    solihull.with_amount_added("activity.csv", solihull.activity_cell("hh1_hours_la"), 100).deliver(settings)
    for source, target, spoil in PUBLISHED:
        publish(Path(settings.landing) / "_published", source, target, spoil)
    odd = sample_return("birmingham", "2007-08")
    places = [
        (line, 2) for line, row in enumerate(odd.rows("activity.csv"), start=1) if row[1:2] and row[1].isdigit()
    ]
    odd.with_cells("activity.csv", dict(zip(places, ODD, strict=False))).deliver(settings)
    write_return(Path(settings.landing) / "wolverhampton" / "ssda903" / CHILD_PERIOD, **CHILDREN)
    write_return(Path(settings.landing) / "coventry" / "ssda903" / CHILD_PERIOD, **REFUSED)
    run_road(settings)
    run_road(settings, "ssda903")
    for layout in published_returns():
        run_road(settings, layout.code)
    # Nobody is looked after on 31 March.
    send(settings, "walsall", "2018-19", {"episodes": [episode("ann", "2018-05-01", "S", "U6", "2018-07-01")]})
    build_marts(settings)
    of_changes = what_others_read(settings)
    build_marts(settings, full=True)
    return Poisoned(settings, before, of_changes, what_others_read(settings))


def place_of(spoiled: Spoiled) -> tuple[int, int]:
    """Return the cell that is spoiled: hours of home care, or what residential care of children costs."""
    sent = sample_return(spoiled.authority, PERIOD)
    if spoiled.file == "activity.csv":
        return sent.activity_cell("hh1_hours_la")
    return sent.spend_cell(sent.line_code("childrens_homes"), "own_provision")


def publish(root: Path, source: str, target: str, spoil: Callable[[Rows], None]) -> None:
    """Put a changed copy of a publisher's file into the landing zone, with what comes beside it."""
    for path in list((root / source).iterdir()):
        (root / target).mkdir(parents=True, exist_ok=True)
        rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
        if "dictionary" in path.name or "direction" in path.name:
            if source != target:
                shutil.copy(path, root / target)
            continue
        spoil(rows)
        (root / target / path.name).write_bytes(as_csv(rows))


@pytest.fixture(scope="module")
def loader(poisoned: Poisoned) -> Iterator[psycopg.Connection]:
    with connect(poisoned.settings, Role.LOADER, autocommit=True) as connection:
        yield connection


def test_a_build_of_the_changes_gives_what_a_build_of_everything_gives(poisoned: Poisoned) -> None:
    assert poisoned.of_changes == poisoned.of_everything


def test_the_good_resubmission_is_in_the_marts_and_nobody_else_has_moved(
    poisoned: Poisoned, loader: psycopg.Connection
) -> None:
    spoiled = {each.authority for each in (*SPOILED, *SMALL)}
    moved = set(poisoned.of_everything["marts.fct_measure"]) ^ set(poisoned.before["marts.fct_measure"])
    senders = {row.lstrip("(").split(",")[0] for row in moved if ",submitted," in row}
    assert "solihull" in senders
    assert senders <= spoiled | {"birmingham", "solihull", "walsall", "wolverhampton"}
    assert ("walsall", "2018-19") in {
        (row.lstrip("(").split(",")[0], row.split(",")[1]) for row in moved if ",submitted," in row
    }


def test_the_poisons_have_reached_the_models(loader: psycopg.Connection) -> None:
    in_force = set(
        loader.execute(
            "select sender, return_code, period_code from ledger.submission where is_in_force and"
            " (version = 2 or return_code = 'ssda903')"
        ).fetchall()
    )
    assert {(each.authority, "pss_ex1", PERIOD) for each in (*SPOILED, *SMALL)} <= in_force
    assert ("birmingham", "pss_ex1", "2007-08") in in_force
    assert ("wolverhampton", "ssda903", CHILD_PERIOD) in in_force
    (children,) = loader.execute(
        "select count(*) from marts.fct_measure where authority_code = 'wolverhampton' and period_code = %s"
        " and basis = 'submitted' and value is not null",
        [CHILD_PERIOD],
    ).fetchone() or (0,)
    assert children > 0


def test_children_as_they_cannot_be_are_refused_and_break_no_rule(loader: psycopg.Connection) -> None:
    assert loader.execute(
        "select state from ledger.submission where sender = 'coventry' and return_code = 'ssda903'"
    ).fetchall() == [("rejected",)]
    assert (
        loader.execute("select rule_code, error from ledger.rule_result where error is not null").fetchall() == []
    )


@pytest.mark.parametrize("spoiled", SPOILED, ids=[each.text[:8] for each in SPOILED])
def test_a_figure_beyond_all_bounds_is_a_finding_and_missing(spoiled: Spoiled, loader: psycopg.Connection) -> None:
    line, _ = place_of(spoiled)
    found = loader.execute(
        "select rule_code, line_number from ledger.finding inner join ledger.submission using (submission_id)"
        " where sender = %s and period_code = %s and version = 2 and value = %s",
        [spoiled.authority, PERIOD, spoiled.text],
    ).fetchall()
    assert ("pss_ex1.not_a_number", line) in found


def findings_of(connection: psycopg.Connection, return_code: str, period: str) -> set[tuple[str, str]]:
    """The rules that speak of a release, each with the text found."""
    return set(
        connection.execute(
            "select rule_code, left(value, 20) from ledger.finding"
            " inner join ledger.submission using (submission_id) where return_code = %s and period_code = %s",
            [return_code, period],
        ).fetchall()
    )


@pytest.mark.parametrize(
    ("release", "rule", "value"),
    [
        ("2040", "unreadable_year", "2040"),
        ("1897", "unreadable_year", "1901"),
        ("minus", "negative_count", "-5"),
        ("huge", "unreadable_value", "1e308"),
        ("vast", "unreadable_value", "1e400"),
        ("place", "unknown_authority", LONG[:20]),
        ("label", "unknown_row", LONG[:20]),
    ],
)
def test_what_a_publisher_cannot_mean_is_a_finding(
    release: str, rule: str, value: str, loader: psycopg.Connection
) -> None:
    assert (f"published.{rule}", value) in findings_of(loader, STABILITY, release)


def test_what_a_new_version_says_no_more_is_gone(loader: psycopg.Connection) -> None:
    held = loader.execute(
        "select distinct authority_code from marts.fct_published_figure"
        " where return_code = 'lait' and release = '2025' and authority_code is not null"
    ).fetchall()
    assert ("walsall",) not in held and ("dudley",) in held
    measured = loader.execute(
        "select distinct authority_code from marts.fct_measure where basis = 'published'"
        " and measure_code in (select measure_code from marts.fct_published_figure where return_code = 'lait')"
    ).fetchall()
    assert ("walsall",) not in measured and ("dudley",) in measured


def test_a_price_level_that_cannot_be_is_a_finding_and_deflates_nothing(loader: psycopg.Connection) -> None:
    found = findings_of(loader, "gdp_deflators", "2026")
    assert {("published.unreadable_deflator", value) for value in ("1e400", "0", "-100")} == found
    held = dict(loader.execute("select period_code, release from marts.dim_deflator").fetchall())
    assert not {"2005-06", "2006-07", "2010-12", "2025-26", "2026-27"} & held.keys()
    assert held["2012-13"] == held["2024-25"] == "2026"


def test_a_neighbour_is_an_authority_or_a_finding(loader: psycopg.Connection) -> None:
    assert {
        (rule, value)
        for rule, value in findings_of(loader, "sn_model", "2026")
        if rule.endswith("unreadable_neighbour")
    } >= {("published.unreadable_neighbour", ""), ("published.unreadable_neighbour", "99999999999")}
    ranks = loader.execute(
        "select rank from marts.bridge_statistical_neighbour"
        " where authority_code = 'dudley' and model_version = '2026' order by 1"
    ).fetchall()
    assert [rank for (rank,) in ranks] == [1, *range(4, 11)]
    (coventry,) = loader.execute(
        "select count(*) from marts.bridge_statistical_neighbour"
        " where authority_code = 'coventry' and model_version = '2026'"
    ).fetchone() or (0,)
    assert coventry == 10


def test_a_council_that_stands_twice_counts_once_and_every_difference_has_a_reason(
    loader: psycopg.Connection,
) -> None:
    assert ("published.council_twice", "407") in findings_of(loader, "pss_unit_costs", "2007-08")
    without_reason = loader.execute(
        "select count(*) from marts.reconciliation where status <> 'equal' and coalesce(reason, '') = ''"
    ).fetchone()
    assert without_reason == (0,)
    (published,) = loader.execute(
        "select published from marts.reconciliation where authority_code = 'dudley' and unit_cost_ref = '1.1'"
    ).fetchone() or (None,)
    assert published == 0
