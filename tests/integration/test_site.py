"""The site says what may leave the club and nothing else, and is there whole or not at all."""

import csv
import json
import re
import stat
import threading
import urllib.request
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from ingestion.backup.manifest import files_below
from ingestion.cli.app import app
from ingestion.errors import ClubError
from ingestion.outbox.publication import current
from ingestion.seeds import seed_rows
from ingestion.settings import Settings
from ingestion.settings import place as place_of
from ingestion.warehouse.connection import Role, connect
from reporting import one_build
from reporting.definitions.register import indicators
from reporting.numbers import rounded
from reporting.sharing import write_release
from reporting.site import serve, write, write_site
from tests.support.attack import Attacker, Division, Figure, Shown
from tests.support.site_pages import Page

ADDRESS = "https://club.example/figures"
SMALL = range(1, 6)
LARGEST_PAGE = 100_000
# Names of formats, which nobody asks for.
NAMESPACES = (
    "http://www.w3.org/2005/Atom", "http://www.sitemaps.org/schemas/sitemap/0.9", "http://www.w3.org/ns/csvw",
)  # fmt: skip
MOVED = """
insert into sharing.change
select
    authority_code, indicator_code, period_code, basis, date '2026-07-02', authority_name, '=' || title, unit,
    case when not is_rounded then 12345.5 end, case when not is_rounded then value end,
    case when is_rounded then 'confidential' end
from sharing.indicator
where authority_code = 'dudley' and indicator_code = %s and value is not null
order by period_code desc limit 1
"""


@pytest.fixture(scope="module")
def warehouse(sample_warehouse: Settings) -> Settings:
    """The samples, with a figure of money and one of people that moved, whose titles a spreadsheet would run."""
    with connect(sample_warehouse, Role.TRANSFORMER) as connection:
        for code in ("B8", "HH1.INTENSIVE"):
            assert connection.execute(MOVED, [code]).rowcount == 1
    return sample_warehouse


@pytest.fixture(scope="module")
def site(warehouse: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_site(warehouse, tmp_path_factory.mktemp("site") / "site", {"pss_ex1": "PSS EX1"}).folder


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, Page]:
    return {str(path.relative_to(site)): Page(path) for path in site.rglob("*.html")}


def plain(text: str) -> str:
    """A number without its unit and thousands separators."""
    return re.sub(r"[£%,\s]", "", text.replace("−", "-"))


# What is there


def test_every_indicator_and_member_has_a_page_at_a_place_that_stays(site: Path, warehouse: Settings) -> None:
    assert {path.stem for path in (site / "indicators").glob("*.html")} == {
        "index", *(each.code for each in indicators()),
    }  # fmt: skip
    with connect(warehouse, Role.OUTSIDE) as outside:
        members = outside.execute("select authority_code from sharing.authority where is_member").fetchall()
    assert {path.stem for path in (site / "members").glob("*.html")} == {"index", *(code for (code,) in members)}


def test_a_page_has_the_definition_in_the_words_of_the_register(site: Path) -> None:
    text = (site / "indicators" / "B17.html").read_text(encoding="utf-8")
    assert "Version 1, 2000-01 to 2007-08" in text
    assert "£ per hour = 1000 ÷ 52 × (" in text
    assert "line B6, column C" in text
    assert 'id="pitfalls"' in text


def test_the_same_figures_give_the_same_bytes(site: Path, warehouse: Settings, tmp_path: Path) -> None:
    again = write_site(warehouse, tmp_path / "again", {"pss_ex1": "PSS EX1"}).folder
    assert contents(again) == contents(site)


def test_every_link_leads_somewhere_within_the_folder(site: Path, pages: dict[str, Page]) -> None:
    ids = {site / name: page.ids for name, page in pages.items()}
    broken = []
    for name, page in pages.items():
        for link in page.links:
            target, _, fragment = link.partition("#")
            path = ((site / name).parent / unquote(target)).resolve() if target else site / name
            if not path.is_file() or (fragment and fragment not in ids[path]):
                broken.append((name, link))
    assert broken == []
    feed, sitemap = (ElementTree.parse(site / name).getroot() for name in ("changes.xml", "sitemap.xml"))
    named = [each.get("href", "").partition("#")[0] for each in feed.iter("{http://www.w3.org/2005/Atom}link")]
    listed = [each.text for each in sitemap.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert all((site / link).is_file() for link in named)
    assert set(listed) == set(pages)


def test_no_page_is_large_and_nothing_names_another_server(site: Path) -> None:
    sizes = {str(path): path.stat().st_size for path in site.rglob("*.html")}
    assert {path: size for path, size in sizes.items() if size > LARGEST_PAGE} == {}
    for path, content in contents(site).items():
        text = content.decode()
        for name in NAMESPACES:
            text = text.replace(name, "")
        assert not re.search(r"(https?:)?//[\w.]+\.\w|@import|url\(", text), path


def test_only_the_feed_and_the_sitemap_name_the_address(site: Path, warehouse: Settings, tmp_path: Path) -> None:
    there = contents(write_site(warehouse, tmp_path / "there", {"pss_ex1": "PSS EX1"}, ADDRESS).folder)
    here = contents(site)
    assert {path for path, content in there.items() if content != here[path]} == {"changes.xml", "sitemap.xml"}
    assert f"<loc>{ADDRESS}/indicators/A1.html</loc>".encode() in there["sitemap.xml"]


def test_what_moved_is_told_and_of_figures_about_people_only_that(site: Path) -> None:
    page = (site / "changes.html").read_text(encoding="utf-8")
    assert 'id="day-2026-07-02"' in page and "£12,346 → £" in page
    assert "it stands on counts of people" in page
    assert "2 figures moved" in (site / "changes.xml").read_text(encoding="utf-8")


# What is not there


def test_the_site_is_read_by_the_login_that_sees_nothing_else(
    warehouse: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    roles = []

    def connecting(settings: Settings, role: Role, **more: bool):  # type: ignore[no-untyped-def]
        roles.append(role)
        return connect(settings, role, **more)

    monkeypatch.setattr(one_build, "connect", connecting)
    write_site(warehouse, tmp_path / "site", {})
    assert set(roles) == {Role.OUTSIDE}


def rows_of_files(files: Iterator[Path]) -> list[tuple[str, ...]]:
    found = []
    for path in files:
        with path.open(encoding="utf-8", newline="") as file:
            _, *rows = csv.reader(file)
            found += [tuple(row) for row in rows]
    return sorted(found)


def test_the_files_hold_the_rows_that_may_leave(site: Path, warehouse: Settings, tmp_path: Path) -> None:
    write_release(warehouse, tmp_path)
    released = rows_of_files(iter([tmp_path / "indicator.csv"]))
    assert rows_of_files((site / "indicators").glob("*.csv")) == released
    assert rows_of_files((site / "members").glob("*.csv")) == released
    for file in (site / "changes.csv", tmp_path / "change.csv"):
        with file.open(encoding="utf-8", newline="") as opened:
            assert {row["title"][:2] for row in csv.DictReader(opened)} == {"'="}
    described = json.loads((site / "indicators" / "B8.csv-metadata.json").read_text(encoding="utf-8"))
    with (site / "indicators" / "B8.csv").open(encoding="utf-8", newline="") as file:
        assert [column["name"] for column in described["tableSchema"]["columns"]] == next(csv.reader(file))
    assert all(column["dc:description"] for column in described["tableSchema"]["columns"])


def test_no_page_has_a_number_that_is_not_among_those_that_may_leave(
    pages: dict[str, Page], warehouse: Settings
) -> None:
    allowed: dict[str, set[str]] = defaultdict(set)
    with connect(warehouse, Role.OUTSIDE) as outside:
        for table in ("indicator", "comparison"):
            cursor = outside.execute(f"select * from sharing.{table}")
            names = [column.name for column in cursor.description or ()]
            for row in cursor:
                for value in row:
                    if isinstance(value, float):
                        allowed[row[names.index("indicator_code")]] |= {
                            str(rounded(value, decimals)) for decimals in range(3)
                        }
    told = 0
    for code in (each.code for each in indicators()):
        numbers = [plain(number) for number in pages[f"indicators/{code}.html"].numbers]
        strange = {number for number in numbers if re.fullmatch(r"-?[\d.]+", number)} - allowed[code]
        assert strange == set(), code
        told += len(numbers)
    assert told > 10_000


def test_a_figure_that_is_not_shown_is_a_letter_in_the_table_of_years(
    pages: dict[str, Page], warehouse: Settings
) -> None:
    with connect(warehouse, Role.OUTSIDE) as outside:
        hidden = outside.execute(
            "select indicator_code, authority_name from sharing.indicator"
            " inner join sharing.authority using (authority_code) where not_shown = 'confidential' and is_member"
        ).fetchall()
    assert hidden
    for code, name in hidden:
        rows = [row for row in pages[f"indicators/{code}.html"].rows if row and row[0] == name]
        assert any("c" in row for row in rows), (code, name)


# Who attacks the files


DIVISIONS = [
    Division(
        row["division_code"],
        next(each["measure_code"] for each in seed_rows("disclosure/disclosure_members")
             if each["division_code"] == row["division_code"] and each["role"] == "total"),
        tuple(each["measure_code"] for each in seed_rows("disclosure/disclosure_members")
              if each["division_code"] == row["division_code"] and each["role"] != "total"),
        is_all=row["holds"] == "equal",
    )
    for row in seed_rows("disclosure/disclosure_divisions") if row["holds"]
]  # fmt: skip


def told_by_the_files(site: Path) -> dict[str, set[Figure]]:
    """The counts that the files tell, by year: a numerator or denominator that is one measure, as it is."""
    alone = {
        (one.code, str(version.number), role): parts[0].measure.code
        for one in indicators() for version in one.versions
        for role, parts in (("numerator", version.numerator), ("denominator", version.denominator))
        if len(parts) == 1
    }  # fmt: skip
    told: dict[str, set[Figure]] = defaultdict(set)
    for path in (site / "indicators").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                for role in ("numerator", "denominator"):
                    measure = alone.get((row["indicator_code"], row["definition_version"], role))
                    if row["basis"] == "submitted" and measure and row[role]:
                        told[row["period_code"]].add((row["authority_code"], measure))
    return told


def test_who_reads_the_files_cannot_tell_a_small_count(site: Path, warehouse: Settings) -> None:
    with connect(warehouse, Role.ANALYST) as analyst:
        rows = analyst.execute(
            "select period_code, authority_code, measure_code, value from marts.fct_measure"
            " inner join marts.fct_disclosure using (period_code, measure_code, basis)"
            " where basis = 'submitted' and value is not null group by 1, 2, 3, 4"
        ).fetchall()
    figures: dict[str, dict[Figure, int]] = defaultdict(dict)
    for period, place, measure, value in rows:
        figures[period][place, measure] = round(value)
    told, attacked = told_by_the_files(site), 0
    for period, true in figures.items():
        small = [figure for figure, value in true.items() if value in SMALL]
        attacker = Attacker(Shown("", true, frozenset(true.keys() - told[period])), DIVISIONS)
        for figure in small:
            least, most = attacker.range_of(figure)
            assert least <= SMALL[0] and most >= SMALL[-1], (period, figure)
            attacked += 1
        with_one_told = Attacker(Shown("", true, frozenset(true.keys() - told[period] - {small[0]})), DIVISIONS)
        assert with_one_told.range_of(small[0]) == (true[small[0]], true[small[0]])
    assert attacked


# How it comes to be there


def test_a_reader_sees_the_site_before_until_the_next_is_whole(
    site: Path, warehouse: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(site)

    def breaking(*_: object) -> None:
        assert contents(site) == before
        raise OSError("the disk is full")

    monkeypatch.setattr(write, "render_files", breaking)
    with pytest.raises(OSError, match="full"):
        write_site(warehouse, site, {})
    assert contents(site) == before
    assert [path.name for path in site.parent.iterdir()] == [site.name]


def test_the_site_takes_the_place_of_the_one_before_and_of_nothing_else(
    site: Path, warehouse: Settings, tmp_path: Path
) -> None:
    (site / "indicators" / "GONE.html").write_text("an indicator that is gone")
    before = {path: content for path, content in contents(site).items() if "GONE" not in path}
    write_site(warehouse, site, {"pss_ex1": "PSS EX1"})
    assert contents(site) == before
    (tmp_path / "letter.txt").write_text("Dear all")
    with pytest.raises(ClubError, match="holds something else"):
        write_site(warehouse, tmp_path, {})
    assert (tmp_path / "letter.txt").is_file()


def test_behind_a_uri_one_page_leads_to_the_site_as_it_stands(
    site: Path, warehouse: Settings, tmp_path: Path
) -> None:
    there = place_of(f"memory://{tmp_path.name}/site")
    for _ in range(2):
        write_site(warehouse, there, {"pss_ex1": "PSS EX1"})
    standing = there / current(there)["path"]
    assert {path.relative_to(standing).as_posix() for path in files_below(standing)} == contents(site).keys()
    assert f'href="{current(there)["path"]}/index.html"' in (there / "index.html").read_text()
    paths = write_release(warehouse, place_of(f"memory://{tmp_path.name}/shared"))
    write_release(warehouse, tmp_path / "shared")
    assert {path.name: path.read_bytes() for path in paths} == {
        path.name: path.read_bytes() for path in (tmp_path / "shared").iterdir()
    }


def test_the_command_writes_it_and_says_where(warehouse: Settings, site: Path, tmp_path: Path) -> None:
    environment = {"CLUB_HOME": str(warehouse.home), "LANDING_ZONE": warehouse.landing, "WAREHOUSE_URL": None}
    folder = tmp_path / "site"
    done = CliRunner().invoke(app, ["site", str(folder), "--address", ADDRESS], env=environment)
    assert done.exit_code == 0, done.output
    assert "index.html" in done.output.replace("\n", "")
    assert contents(folder).keys() == contents(site).keys()
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*")} == {0o644, 0o755}
    (tmp_path / "letter.txt").write_text("Dear all")
    for arguments, sentence in (
        ([str(tmp_path)], "something else"),
        ([str(folder), "--address", "club.example"], "is no address"),
        ([str(tmp_path / "letter.txt" / "site")], "cannot be written"),
    ):
        refused = CliRunner().invoke(app, ["site", *arguments], env=environment)
        assert refused.exit_code == 1
        assert sentence in " ".join(refused.output.split())


def test_the_site_is_served_to_this_machine_alone(site: Path) -> None:
    with serve.open_site(site, 0) as server:
        assert server.server_address[0] == "127.0.0.1"
        threading.Thread(target=server.serve_forever).start()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}/indicators/A1.html") as answer:
                assert answer.read() == (site / "indicators" / "A1.html").read_bytes()
        finally:
            server.shutdown()
