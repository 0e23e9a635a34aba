"""Reference data come as they are published; a wrong file is named and takes nothing away."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import psycopg
import pytest

from ingestion.collect.reference_lists import Loaded, load_postcodes, load_providers
from ingestion.errors import ClubError
from ingestion.settings import Settings

ONS = """pcd,pcd2,pcds,dointr,oscty,oslaua,usertype,oseast1m,osnrth1m
DY1 1AA,DY1  1AA,DY1 1AA,198001,E99999999,E08000027,0,394600,290400
WR1 1AA,WR1  1AA,WR1 1AA,198001,E10000034,E07000237,0,385000,254900
CF101AA,CF10 1AA,CF10 1AA,198001,W99999999,W06000015,0,318500,176500
IM1 1AA,IM1  1AA,IM1 1AA,198001,M99999999,M99999999,0,,
ZZ1 1ZZ,ZZ1  1ZZ,ZZ1 1ZZ,198001,,,0,394600,290400
"""
PLAIN = "Postcode,Easting,Northing,LA code\ndy1 1aa,394600,290400,E08000027\nDY1 1AA,1,2,E08000027\n"
PROVIDERS = """URN,Post code,LA code,Provider codes,Place codes,REG_END
SC001,dy1 1aa,332,"PR1, pr4",K2;R1,31/12/2024
SC002,,Walsall,PR4,U1 U2,
SC002,WS1 1AA,Walsall,PR4,K3,
SC002,WS1 1AA,Walsall,PR4,K3,
,,,,,
"""


@pytest.fixture(autouse=True)
def nothing_loaded(settings: Settings, loader: psycopg.Connection) -> Iterator[None]:
    yield
    loader.execute("delete from raw.reference_postcodes")
    loader.execute("delete from raw.reference_providers")


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "list.csv"
    path.write_text(text, encoding=encoding)
    return path


def postcodes(loader: psycopg.Connection) -> list[tuple]:
    return loader.execute(
        "select postcode, easting, northing, la_code from raw.reference_postcodes order by postcode"
    ).fetchall()


def test_the_directory_of_postcodes_is_read_as_it_is_published(
    settings: Settings, loader: psycopg.Connection, tmp_path: Path
):
    assert load_postcodes(settings, written(tmp_path, ONS)) == Loaded(rows=4, left_out=1)
    assert postcodes(loader) == [
        ("CF101AA", 318500, 176500, "WAL"),
        ("DY11AA", 394600, 290400, "E08000027"),
        ("IM11AA", None, None, "M99999999"),
        ("WR11AA", 385000, 254900, "E10000034"),
    ]


def test_our_own_columns_do_too_and_replace_what_was_there(
    settings: Settings, loader: psycopg.Connection, tmp_path: Path
):
    load_postcodes(settings, written(tmp_path, ONS))

    assert load_postcodes(settings, written(tmp_path, PLAIN, "utf-8-sig")) == Loaded(rows=1, left_out=1)
    assert [row[0] for row in postcodes(loader)] == ["DY11AA"]


def test_a_list_of_providers_is_read_with_several_codes_a_cell_and_several_premises_a_provider(
    settings: Settings, loader: psycopg.Connection, tmp_path: Path
):
    assert load_providers(settings, written(tmp_path, PROVIDERS)) == Loaded(rows=3, left_out=2)
    assert loader.execute(
        "select urn, la_code, provider_code, place_codes, closed_on, postcode"
        " from raw.reference_providers order by urn, postcode nulls first"
    ).fetchall() == [
        ("SC001", "E08000027", "PR1,PR4", ["K2", "R1"], date(2024, 12, 31), "DY11AA"),
        ("SC002", "E08000030", "PR4", ["U1", "U2"], None, None),
        ("SC002", "E08000030", "PR4", ["K3"], None, "WS11AA"),
    ]


@pytest.mark.parametrize(
    ("load", "content", "sentence"),
    [
        (
            load_postcodes,
            PROVIDERS.encode(),
            "not a postcode directory: no column for easting, northing was",
        ),
        (load_providers, ONS.encode(), "this is not a list of providers: no column for urn"),
        (load_postcodes, b"", "no headings at all"),
        (load_postcodes, ONS.replace(",", ";").encode(), "separated by semicolons; expected a postcode directory"),
        (load_postcodes, ONS.splitlines()[0].encode(), "not one row that can be used"),
        (load_postcodes, b"PK\x03\x04\xff\xfe\x00\x01", "not a text in UTF-8"),
        (load_postcodes, ONS.encode() + b'"' + b"x" * 200_000, "The file looks damaged"),
    ],
)
def test_a_wrong_file_is_named_and_what_was_loaded_is_kept(
    settings: Settings,
    loader: psycopg.Connection,
    tmp_path: Path,
    load: Callable[[Settings, Path], Loaded],
    content: bytes,
    sentence: str,
):
    load_postcodes(settings, written(tmp_path, ONS))
    path = tmp_path / "wrong.csv"
    path.write_bytes(content)

    with pytest.raises(ClubError, match=sentence) as raised:
        load(settings, path)
    assert "wrong.csv" in str(raised.value)
    assert len(postcodes(loader)) == 4


def test_a_file_that_is_not_there_is_named(settings: Settings, tmp_path: Path):
    with pytest.raises(ClubError, match="There is no file"):
        load_postcodes(settings, tmp_path / "nowhere.csv")
