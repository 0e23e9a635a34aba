"""The sample returns of children looked after: repeatable, continued from year to year, and clean."""

import csv
import io
import xml.etree.ElementTree as ET
from collections import Counter, defaultdict
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from ingestion.errors import ClubError
from ingestion.readers.workbook import read_workbook
from samples.figures import Figures
from samples.members import Member, members
from samples.ssda903 import write_authority, write_child_samples
from samples.ssda903.days import COLUMNS, Year
from samples.ssda903.defects import DEFECTS, spoil, with_children_of
from samples.ssda903.habits import Habit

YEARS = (2023, 2024, 2025, 2026)
TEMPORARY = {"T0", "T1", "T2", "T3", "T4"}

Row = dict[str, str]
Return = dict[str, list[Row]]  # rows by table


def member(code: str) -> Member:
    return next(found for found in members() if found.code == code)


def read(content: bytes, encoding: str = "utf-8-sig") -> list[Row]:
    rows = csv.DictReader(io.StringIO(content.decode(encoding), newline=""))
    return [{str(name).lower(): cell for name, cell in row.items()} for row in rows]


def read_return(folder: Path) -> Return:
    return {path.stem: read(path.read_bytes()) for path in folder.iterdir()}


def day(text: str) -> date:
    return datetime.strptime(text, "%d/%m/%Y").date()


def turns(born: str, age: int) -> date:
    found = day(born)
    return found.replace(year=found.year + age)


def written(folder: Path, code: str, years: tuple[int, ...], **options: int) -> dict[int, Return]:
    write_authority(folder, member(code), [Year(year) for year in years], habit=Habit(), **options)
    return {year: read_return(folder / Year(year).period) for year in years}


def by_child(rows: list[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["child"]].append(row)
    return found


@pytest.fixture(scope="module")
def solihull(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Return]:
    return written(tmp_path_factory.mktemp("solihull"), "solihull", YEARS, children=400)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("walsall")
    write_authority(folder, member("walsall"), [Year(2025)], children=200, habit=Habit())
    return {path.name: path.read_bytes() for path in (folder / "2025-26").iterdir()}


# Repeatable


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    names = ("coventry", "herefordshire", "staffordshire")
    options = {"periods": ("2024-25",), "children": 30, "authorities": names}
    for folder, seed in (("a", 1), ("b", 1), ("c", 2)):
        write_child_samples(tmp_path / folder, seed=seed, **options)  # type: ignore[arg-type]
    first, again, other = (
        {path.relative_to(tmp_path / name): path.read_bytes() for path in (tmp_path / name).rglob("*.*")}
        for name in ("a", "b", "c")
    )
    assert first == again
    assert first.keys() == other.keys()
    # Nobody at all is in a few tables of so small an authority.
    assert sum(first[path] == other[path] for path in first) <= 3


def test_a_year_is_the_same_whatever_other_years_are_asked_for(tmp_path: Path) -> None:
    alone = written(tmp_path / "alone", "dudley", (2025,), children=60)
    together = written(tmp_path / "together", "dudley", (2023, 2024, 2025), children=60)
    assert alone[2025] == together[2025]


def test_an_authority_looks_after_about_as_many_as_asked(solihull: dict[int, Return]) -> None:
    for year in YEARS:
        rows = solihull[year]["episodes"]
        assert 380 <= len({row["child"] for row in rows if not row["dec"] and row["ls"] != "V4"}) <= 420


# Complete


def test_every_table_of_the_year_is_there_with_its_columns(solihull: dict[int, Return]) -> None:
    assert "dolo" in solihull[2026] and "dolo" not in solihull[2025]
    for year in YEARS:
        assert solihull[year].keys() == set(Year(year).tables)
        for table, rows in solihull[year].items():
            assert rows and all(tuple(row) == COLUMNS[table] for row in rows)


def test_the_clubs_own_extract_has_eight_tables(tmp_path: Path) -> None:
    found = written(tmp_path, "dudley", (2006,), children=40)[2006]
    assert found.keys() == {"header", "episodes", "uasc", "oc2", "oc3", "ad1", "reviews", "missing"}
    assert not any(row["urn"] or row["reason_place_change"] for row in found["episodes"])


def test_who_is_in_any_table_is_once_in_the_header_born_on_one_day(solihull: dict[int, Return]) -> None:
    for year in YEARS:
        header = {row["child"]: row for row in solihull[year]["header"]}
        assert len(header) == len(solihull[year]["header"])
        numbers = [row["upn"] for row in header.values() if not row["upn"].startswith("UN")]
        assert len(set(numbers)) == len(numbers)
        for table in set(solihull[year]) - {"header"}:
            for row in solihull[year][table]:
                assert row.get("dob", header[row["child"]]["dob"]) == header[row["child"]]["dob"]
        for table in ("header", "oc2", "oc3", "ad1", "uasc", "prev_perm"):
            assert max(Counter(row["child"] for row in solihull[year][table]).values()) == 1


# Continued


@pytest.mark.parametrize("year", YEARS[1:])
def test_an_episode_open_at_the_end_of_a_year_comes_first_in_the_next(
    solihull: dict[int, Return], year: int
) -> None:
    now, continued = by_child(solihull[year]["episodes"]), 0
    same = ("decom", "rne", "ls", "cin", "place", "place_provider", "home_post", "pl_post", "urn")
    for child, rows in by_child(solihull[year - 1]["episodes"]).items():
        if rows[-1]["dec"]:
            continue
        renamed = rows[-1] | {"place": rows[-1]["place"].replace("H5", "K3")}
        assert [renamed[column] for column in same] == [now[child][0][column] for column in same]
        continued += 1
    assert continued > 350
    began = {row["decom"] for rows in now.values() for row in rows[:1] if day(row["decom"]) < date(year, 4, 1)}
    assert began <= {row["decom"] for row in solihull[year - 1]["episodes"] if not row["dec"]}


@pytest.mark.parametrize("year", YEARS[1:])
def test_a_child_stays_who_it_is(solihull: dict[int, Return], year: int) -> None:
    before = {row["child"]: row for row in solihull[year - 1]["header"]}
    known = 0
    for row in solihull[year]["header"]:
        if last := before.get(row["child"]):
            known += 1
            assert (row["dob"], row["ethnic"]) == (last["dob"], last["ethnic"])
            assert {last["sex"], row["sex"]} in ({"1", "M"}, {"2", "F"}, {"M"}, {"F"})
            assert row["upn"] == last["upn"] or last["upn"] == "UN1"
            assert row["mc_dob"] == last["mc_dob"] or not last["mc_dob"]
    assert known > 400


def test_a_decision_to_place_is_told_every_year_until_the_adoption(solihull: dict[int, Return]) -> None:
    for year in YEARS[1:]:
        now = {row["child"]: row for row in solihull[year]["placed_adoption"]}
        for row in solihull[year - 1]["placed_adoption"]:
            adopted = {found["child"] for found in solihull[year - 1]["ad1"]}
            if not row["date_placed_ceased"] and row["child"] not in adopted:
                assert now[row["child"]]["date_placed"] == row["date_placed"]


def test_social_workers_hand_over_without_a_gap(solihull: dict[int, Return]) -> None:
    year = Year(2025)
    told = by_child(solihull[2025]["sw_episodes"])
    open_now = {row["child"] for row in solihull[2025]["episodes"] if not row["dec"] and row["ls"] != "V4"}
    assert told.keys() == open_now
    for rows in told.values():
        assert rows[-1]["sw_dec"] == ""
        for row, following in pairwise(rows):
            assert (day(following["sw_decom"]) - day(row["sw_dec"])).days == 1
            assert day(row["sw_dec"]).toordinal() >= year.start


# Consistent


def neighbours(found: Return) -> list[tuple[Row, Row]]:
    return [pair for rows in by_child(found["episodes"]).values() for pair in pairwise(rows)]


PLACE = ("place", "place_provider", "pl_post", "urn")


def test_each_new_episode_has_the_reason_that_its_changes_tell(solihull: dict[int, Return]) -> None:
    seen: Counter[str] = Counter()
    for year in YEARS:
        for before, row in neighbours(solihull[year]):
            moved = any(before[column] != row[column] for column in PLACE)
            seen[row["rne"]] += 1
            if row["rne"] == "S":
                assert before["rec"] != "X1" and day(before["dec"]) < day(row["decom"])
                continue
            assert (before["rec"], before["dec"]) == ("X1", row["decom"])
            expected = {(True, True): "BU", (True, False): "L", (False, True): "PT"}
            assert row["rne"] in expected[before["ls"] != row["ls"], moved]
            assert before["cin"] == row["cin"]
            due = moved and not {before["place"], row["place"]} & TEMPORARY
            assert bool(before["reason_place_change"]) == due
    assert min(seen[code] for code in "SPLT") > 5 and seen["B"]


def test_a_child_comes_back_from_a_temporary_placement(solihull: dict[int, Return]) -> None:
    returns = 0
    for year in YEARS:
        for rows in by_child(solihull[year]["episodes"]).values():
            for before, away, back in zip(rows, rows[1:], rows[2:], strict=False):
                if away["place"] in TEMPORARY:
                    returns += 1
                    assert back["rne"] == "P"
                    assert [before[column] for column in PLACE] == [back[column] for column in PLACE]
                    assert not away["place_provider"] and not away["urn"]
    assert returns > 20


def test_health_is_told_of_who_was_looked_after_all_year(solihull: dict[int, Return]) -> None:
    for year in YEARS:
        rows = by_child(solihull[year]["episodes"])
        start, end = date(year, 4, 1), date(year + 1, 3, 31)
        all_year = {
            child
            for child, found in rows.items()
            if not found[-1]["dec"]
            and found[0]["ls"] != "V4"
            and not any(row["rne"] == "S" and day(row["decom"]) > start for row in found)
        }
        assert {row["child"] for row in solihull[year]["oc2"]} == all_year
        for row in solihull[year]["oc2"]:
            scored = bool(row["sdq_score"]) + bool(row["sdq_reason"])
            due = turns(row["dob"], 4) <= end and turns(row["dob"], 17) > start
            assert scored == due
            if row["sdq_reason"] == "SDQ1":
                assert turns(row["dob"], 4) > start or turns(row["dob"], 17) <= end
            assert bool(row["convicted"]) == (turns(row["dob"], 10) <= end)
            assert bool(row["health_check"]) == (turns(row["dob"], 5) > end)
            assert bool(row["intervention_received"]) == (row["substance_misuse"] == "1")
            assert bool(row["intervention_offered"]) == (row["intervention_received"] == "0")


def test_care_leavers_turn_seventeen_to_twenty_one_out_of_care(solihull: dict[int, Return]) -> None:
    ages: Counter[int] = Counter()
    for year in YEARS:
        episodes = by_child(solihull[year]["episodes"])
        for row in solihull[year]["oc3"]:
            born, first = day(row["dob"]), date(year, 4, 1)
            birthday = next(
                turns(row["dob"], year + more - born.year)
                for more in (0, 1)
                if turns(row["dob"], year + more - born.year) >= first
            )
            ages[birthday.year - born.year] += 1
            assert all(found["dec"] and day(found["dec"]) < birthday for found in episodes.get(row["child"], []))
            assert (row["activ"] == "0") == (row["accom"] == "0") == (row["in_touch"] != "YES")
    assert ages.keys() == set(range(17, 22))


def test_adoptions_are_told_with_their_decision(solihull: dict[int, Return]) -> None:
    for year in YEARS:
        adopted = {row["child"]: row for row in solihull[year]["episodes"] if row["rec"] in ("E11", "E12")}
        decided = {row["child"]: row for row in solihull[year]["placed_adoption"]}
        assert adopted and adopted.keys() == {row["child"] for row in solihull[year]["ad1"]}
        for row in solihull[year]["ad1"]:
            assert row["date_int"] == decided[row["child"]]["date_placed"]
            assert day(row["date_int"]) <= day(row["date_match"]) <= day(adopted[row["child"]]["decom"])
            assert row["foster_care"] == str(int(adopted[row["child"]]["place"] in ("A3", "A5")))
        placed = {
            row["child"] for row in solihull[year]["episodes"] if row["place"][0] == "A" or row["ls"] == "E1"
        }
        assert placed <= decided.keys()


def test_reviews_are_at_most_six_months_apart(solihull: dict[int, Return]) -> None:
    all_year = {row["child"] for row in solihull[2025]["oc2"]}
    for child, rows in by_child(solihull[2025]["reviews"]).items():
        for row, following in pairwise(rows):
            assert (day(following["review"]) - day(row["review"])).days <= 184 or child not in all_year
        for row in rows:
            assert (row["review_code"] == "PN0") == (day(row["review"]) < turns(row["dob"], 4))


def test_a_period_of_being_missing_lies_within_one_placement(solihull: dict[int, Return]) -> None:
    for year in YEARS:
        episodes = by_child(solihull[year]["episodes"])
        for row in solihull[year]["missing"]:
            start = day(row["mis_start"])
            around = [
                found
                for found in episodes[row["child"]]
                if day(found["decom"]) < start and (not found["dec"] or start < day(found["dec"]))
            ]
            assert len(around) == 1 or start < date(year, 4, 1)
            if not row["mis_end"]:
                assert not around[0]["dec"]


# As many as the sample of PSS EX1 tells


def test_days_and_moves_are_plausible(tmp_path: Path) -> None:
    year, told, counted = Year(2006), 0, 0
    moves: Counter[int] = Counter()
    for code in ("coventry", "sandwell", "warwickshire", "worcestershire"):
        rows = written(tmp_path / code, code, (2006,))[2006]["episodes"]
        figures = Figures(1999, member(code), 2006)
        kinds = ("foster", "adoption", "homes", "schools", "short_term_foster", "short_term_homes")
        told_here = sum(figures.quantity(f"days_{kind}") for kind in kinds) + figures.quantity("days_secure")
        counted_here = sum(days_within(row, year) for row in rows if row["place"][0] in "UAKS")
        assert counted_here == pytest.approx(told_here, rel=0.06)
        told, counted = told + told_here, counted + counted_here
        for found in by_child(rows).values():
            if not found[-1]["dec"] and found[-1]["ls"] != "V3":
                moves[min(3, placements(found))] += 1
    assert counted == pytest.approx(told, rel=0.04)
    assert 0.09 <= moves[3] / sum(moves.values()) <= 0.13


def days_within(row: Row, year: Year) -> int:
    end = min(day(row["dec"]).toordinal(), year.end + 1) if row["dec"] else year.end + 1
    return end - max(day(row["decom"]).toordinal(), year.start)


def placements(rows: list[Row]) -> int:
    """As A1 counts them, but for the rare cases: neither an absence nor the return from it is a placement."""
    counted, away = 1, False
    for row in rows[1:]:
        if row["place"] in TEMPORARY:
            away = True
            continue
        counted += row["rne"] in "SPB" and not away
        away = False
    return counted


# As each authority sends it


def test_authorities_write_their_files_in_their_own_way(tmp_path: Path) -> None:
    write_child_samples(tmp_path, periods=("2024-25",), children=250)
    folders = {path.name: path / "ssda903" / "2024-25" for path in tmp_path.iterdir()}
    assert len(folders) == 14
    heads = {code: next(iter(sorted(folder.iterdir()))).read_bytes()[:60] for code, folder in folders.items()}
    assert heads["coventry"].startswith(b"child,")
    assert heads["dudley"].startswith(b"\xef\xbb\xbfCHILD,")
    assert heads["shropshire"].startswith(b'"CHILD",')
    workers = (folders["sandwell"] / "SWEpisodes.CSV").read_bytes()
    assert "SWÉ".encode("latin-1") in workers and b"\r\n" in workers


def test_the_workbook_has_a_sheet_for_every_table(tmp_path: Path) -> None:
    write_child_samples(tmp_path, periods=("2024-25",), children=60, authorities=["herefordshire"])
    (path,) = tmp_path.rglob("*.xlsx")
    sheets = {sheet.sheet_name: sheet for sheet in read_workbook(lambda: path.open("rb"), 10**8)}
    assert len(sheets) == 11
    expected = written(tmp_path / "csv", "herefordshire", (2024,), children=60)[2024]["episodes"]
    _, *cells = (tuple(cells) for _, cells in sheets["Episodes"].rows)
    assert [tuple(row.values()) for row in expected] == cells


def test_one_authority_flags_its_asylum_seekers(tmp_path: Path) -> None:
    options = {"periods": ("2025-26",), "children": 60, "authorities": ["worcestershire", "dudley"]}
    write_child_samples(tmp_path, **options)  # type: ignore[arg-type]
    with next(tmp_path.rglob("903UASC.csv")).open() as file:
        flagged = list(csv.DictReader(file))
    with next(tmp_path.rglob("Dudley 903 UASC*.csv")).open(encoding="utf-8-sig") as file:
        assert "UASC" not in next(csv.reader(file))
    assert flagged and {row["UASC"] for row in flagged} == {"1"}


def test_the_xml_says_what_the_tables_say(tmp_path: Path) -> None:
    write_child_samples(tmp_path, periods=("2026-27",), children=60, authorities=["staffordshire"])
    (path,) = tmp_path.rglob("*.xml")
    expected = written(tmp_path / "csv", "staffordshire", (2026,), children=60)[2026]
    root = ET.parse(path).getroot()
    assert [found.findtext("HEADER/CHILDID") for found in root] == [row["child"] for row in expected["header"]]
    assert sum(found.findtext("HEADER/UASC") == "1" for found in root) == len(expected["uasc"])
    for table, name in (
        ("episodes", "EPISODE"),
        ("reviews", "HEADER/AREVIEW"),
        ("sw_episodes", "HEADER/SWEPISODE"),
        ("missing", "HEADER/AMISSING"),
        ("prev_perm", "HEADER/PERMANENCE"),
        ("oc2", "HEADER/OC2"),
    ):
        renamed = {"PL": "place"}
        rows = [
            {renamed.get(cell.tag, cell.tag.lower()): cell.text or "" for cell in row}
            for found in root
            for row in found.findall(name)
        ]
        columns = COLUMNS[table][1 if table == "episodes" else 2 :]
        assert rows == [{column: row[column] for column in columns} for row in expected[table]]


# Spoilt on purpose


@pytest.mark.parametrize("name", DEFECTS)
def test_a_fault_is_where_it_says(files: dict[str, bytes], name: str) -> None:
    spoilt, changes = spoil(name, files)
    assert DEFECTS[name].what.endswith(".") and changes and spoilt != files
    for change in changes:
        if change.column:
            before, after = (read(content[change.file])[change.line - 2] for content in (files, spoilt))
            assert before[change.column] != after[change.column]
    touched = {name for name in files.keys() | spoilt.keys() if files.get(name) != spoilt.get(name)}
    assert len(touched) == 1


def test_children_of_another_return_can_be_mixed_in(files: dict[str, bytes], tmp_path: Path) -> None:
    write_authority(tmp_path, member("dudley"), [Year(2025)], children=30, habit=Habit())
    others = {path.name: path.read_bytes() for path in (tmp_path / "2025-26").iterdir()}
    mixed, changes = with_children_of(files, others)
    assert len(read(mixed["header.csv"])) == len(read(files["header.csv"])) + 3
    strange = {read(mixed[change.file])[change.line - 2]["child"][:3] for change in changes}
    assert strange == {member("dudley").dfe_la_number}


def test_an_unknown_fault_is_refused(files: dict[str, bytes]) -> None:
    with pytest.raises(ClubError, match="no fault 'typo'; known are unknown place"):
        spoil("typo", files)


def test_a_fault_that_no_row_fits_is_refused(files: dict[str, bytes]) -> None:
    heading = files["placed_adoption.csv"].splitlines(keepends=True)[0]
    nobody = {"placed_adoption.csv": heading, "episodes.csv": files["episodes.csv"].splitlines(keepends=True)[0]}
    with pytest.raises(ClubError, match="No row of this return fits"):
        spoil("no decision to place", nobody)


# Refused


def test_returns_are_not_written_among_others(tmp_path: Path) -> None:
    real = tmp_path / "dudley/ssda903/2024-25/header.csv"
    real.parent.mkdir(parents=True)
    real.write_text("real")
    with pytest.raises(ClubError, match="already holds files"):
        write_child_samples(tmp_path, periods=("2025-26",), children=5, authorities=["dudley"])
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [real]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"periods": ("2012-13",)}, "'2012-13'; known are 2005-06"),
        ({"children": 0}, "at least one child; found 0"),
    ],
)
def test_what_cannot_be_written_is_refused(tmp_path: Path, options: dict[str, object], said: str) -> None:
    with pytest.raises(ClubError, match=said):
        write_child_samples(tmp_path, **options)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []
