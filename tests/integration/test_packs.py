"""Packs: the same rows in every form, statements and chances that are right, and files that can be verified."""

import csv
import io
import os
import random
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from html import unescape
from itertools import product
from pathlib import Path

import pikepdf
import psycopg
import pytest
from scipy import stats

from ingestion.collect.archived_cells import look_up_cells
from ingestion.errors import ClubError
from ingestion.model.dbt import run_dbt
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from reporting.numbers import show_figure
from reporting.packs.claims import Claims, read_claims
from reporting.packs.data import PackRows, read_pack_rows
from reporting.packs.doubts import compare
from reporting.packs.forms import FORMS, make_form, pack_files
from reporting.packs.pack import Pack, chance, key_of
from reporting.packs.page import draw_pack, render_page, render_print
from reporting.packs.pictures import funnel_picture
from reporting.packs.publish import pack_folder, publish_drafts
from reporting.packs.verify import verify_file

AUTHORITY = "dudley"
GROUPS = ("placement_stability", "home_care")
# CLUB_PACK_CHANGES=1000 is a quarter of an hour.
CHANGES = int(os.environ.get("CLUB_PACK_CHANGES", "40"))


@pytest.fixture(scope="module")
def rows(sample_warehouse: Settings) -> PackRows:
    return read_pack_rows(sample_warehouse)


@pytest.fixture(scope="module")
def marts(sample_warehouse: Settings) -> Iterator[psycopg.Connection]:
    with connect(sample_warehouse, Role.ANALYST, autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="module", params=GROUPS)
def pack(request: pytest.FixtureRequest, rows: PackRows) -> Pack:
    return Pack(rows, request.param, AUTHORITY)


@pytest.fixture(scope="module")
def files(pack: Pack) -> dict[str, bytes]:
    """The forms of a pack, by the end of their names."""
    made = pack_files(pack, "Draft.")
    return {form: made[f"{AUTHORITY}-{pack.group_code}{form}"] for form in FORMS}


# What the rows say


def test_a_pack_has_a_row_for_each_figure_of_its_group_or_the_reason_why_not(rows: PackRows) -> None:
    shown = {each.indicator_code for each in rows.profiles}
    for authority in rows.authorities:
        own = [each for each in rows.profiles if each.authority_code == authority]
        assert {each.indicator_code for each in own} == shown
        assert all((each.value is None) == (each.missing_reason is not None) for each in own)


def test_everything_of_an_indicator_is_of_one_year_basis_and_definition(rows: PackRows) -> None:
    told = {(each.indicator_code, each.period_code, each.basis, each.definition_version) for each in rows.profiles}
    assert len(told) == len({indicator for indicator, *_ in told})


def test_the_regions_are_rows_that_equal_what_members_are_set_beside(marts: psycopg.Connection) -> None:
    asked = "select region, indicator_code, period_code, basis, {} from marts.tidy where {}"
    regions = {
        tuple(named): value
        for *named, value in marts.execute(asked.format("value", "place_kind = 'region'")).fetchall()
    }
    beside = marts.execute(asked.format("region_value", "is_member and value is not null")).fetchall()
    assert len(beside) > 1000
    assert all(regions[tuple(named)] == value for *named, value in beside)


def test_one_basis_a_year_is_preferred_that_of_most_members(marts: psycopg.Connection) -> None:
    counted = marts.execute(
        """
        select indicator_code, period_code, basis, bool_or(is_preferred), count(value) filter (where is_member)
        from marts.tidy
        where place_kind = 'authority'
        group by indicator_code, period_code, basis
        """
    ).fetchall()
    best = Counter()
    for indicator, period, _, _, members in counted:
        best[indicator, period] = max(best[indicator, period], members)
    preferred = [(indicator, period) for indicator, period, _, is_preferred, _ in counted if is_preferred]
    assert sorted(preferred) == sorted({(indicator, period) for indicator, period, *_ in counted})
    assert all(members == best[indicator, period] for indicator, period, _, chosen, members in counted if chosen)


def test_a_pack_says_what_its_authority_answered_and_how_it_counted(
    pack: Pack, files: dict[str, bytes], marts: psycopg.Connection
) -> None:
    page = files[".html"].decode()
    said = read_claims("pack.html", files[".html"]).sentences
    beside = [each for row in pack.profiles for each in pack.answered_beside(row.indicator_code)]
    assert beside and all(said[each.key] == each.sentence and each.question in unescape(page) for each in beside)
    labels = marts.execute(
        "select distinct answer_label from marts.fct_answer where authority_code = %s and missing_kind is null"
        " and answer_label is not null",
        [AUTHORITY],
    ).fetchall()
    answered = [each for each in beside if each.sentence.startswith(f"{pack.authority_name}: “")]
    assert answered and all(any(label in each.sentence for (label,) in labels) for each in answered)
    for key, sentence in pack.counted_in_quiz:
        indicator, _, round_code = key.split(":")
        counted = marts.execute(
            "select count(*) filter (where is_as_key), count(*)"
            " from marts.quiz_answer inner join marts.quiz_case using (round_code, case_code)"
            " where (authority_code, indicator_code, round_code, perspective) = (%s, %s, %s, 'finance')",
            [AUTHORITY, indicator, round_code],
        ).fetchone()
        assert counted is not None and counted[1] > 0
        assert said[key] == sentence and f"finance {counted[0]} of {counted[1]}" in sentence
    assert bool(pack.counted_in_quiz) == (pack.group_code == "placement_stability")


def test_pounds_a_year_are_the_gap_times_the_volume_of_the_year(marts: psycopg.Connection) -> None:
    """B17 of 2006-07 to 2007-08 divides by the hours of a week, so that its multiplier holds the 52 of a year."""
    found = marts.execute(
        """
        select profiles.gap_pounds_a_year, 1000 * facts.numerator,
            profiles.region_value * facts.denominator / indicators.multiplier * 1000
        from marts.authority_profile as profiles
        inner join marts.fct_indicator as facts using (authority_code, period_code, indicator_code, basis)
        inner join marts.dim_indicator as indicators
            on facts.indicator_code = indicators.indicator_code
            and facts.definition_version = indicators.definition_version
        where profiles.gap_pounds_a_year is not null
        """
    ).fetchall()
    assert len(found) > 100
    for pounds, spent, at_the_price_of_the_region in found:
        assert pounds == pytest.approx(spent - at_the_price_of_the_region, rel=1e-6, abs=1)


# Chance


def exact_chance(marts: psycopg.Connection) -> dict[tuple[str, str], tuple[float, float]]:
    """What the mart says of each figure, and the same by scipy's distributions."""
    figures = marts.execute(
        """
        select place_code, region, indicator_code, value_kind, numerator, denominator, multiplier,
            funnel_lower_95, funnel_upper_95, is_member
        from marts.latest
        where place_kind = 'authority' and is_in_baseline and funnel_position is not null
        """
    ).fetchall()
    said = {
        (authority, indicator): probability
        for authority, indicator, probability in marts.execute(
            "select distinct authority_code, indicator_code, chance_of_standing_apart "
            "from marts.authority_profile where chance_of_standing_apart is not null"
        ).fetchall()
    }
    found = {}
    for authority, region, indicator, kind, _, own, multiplier, lower, upper, _ in figures:
        if (authority, indicator) not in said:
            continue
        pool = [each for each in figures if each[1] == region and each[2] == indicator]
        events, counted = (round(sum(each[place] for each in pool)) for place in (4, 5))
        if kind == "proportion":
            law = stats.hypergeom(counted, events, round(own))
        else:
            law = stats.binom(events, own / counted)
        inside = [count for count in range(events + 1) if lower - 1e-9 <= count * multiplier / own <= upper + 1e-9]
        outside = 1 - float(law.pmf(inside).sum())
        found[authority, indicator] = (said[authority, indicator], outside)
    return found


def test_the_chance_of_standing_apart_is_that_of_the_exact_distribution(marts: psycopg.Connection) -> None:
    found = exact_chance(marts)
    assert len(found) > 50
    for said, outside in found.values():
        assert said == pytest.approx(outside, abs=1e-6)


def test_the_front_page_counts_what_stands_apart(rows: PackRows) -> None:
    for authority in rows.authorities:
        counted = chance(Pack(rows, "placement_stability", authority))
        apart = [
            each for each in rows.profiles
            if (each.authority_code, each.group_code) == (authority, "placement_stability")
            and each.funnel_position not in (None, "Not significant")
        ]  # fmt: skip
        assert (counted.apart, counted.tested) == (len(apart), 5)


# Statements


def test_at_most_five_statements_of_different_figures_stand_on_the_front_page(rows: PackRows) -> None:
    for authority in rows.authorities:
        for group in GROUPS:
            front = Pack(rows, group, authority).front_page
            assert 1 <= len(front) <= 5
            assert len({each.indicator_code for each in front}) == len(front)
            sure = [["none", "95", "99.8"].index(each.certainty) for each in front]
            assert sure == sorted(sure, reverse=True)


def test_a_statement_gives_the_figures_of_its_row(rows: PackRows) -> None:
    profiles = {(each.group_code, each.authority_code, each.indicator_code): each for each in rows.profiles}
    assert rows.statements
    for said in rows.statements:
        row = profiles[said.group_code, said.authority_code, said.indicator_code]
        if said.kind != "missing":
            assert show_figure(row.value, row.decimals).lstrip("£") in said.statement
        if said.kind in ("apart", "cost", "position"):
            assert show_figure(row.region_value, row.decimals).lstrip("£") in said.statement


def test_a_cost_is_never_called_better_or_worse(rows: PackRows) -> None:
    costs = [said.statement + said.question for said in rows.statements if said.kind == "cost"]
    assert costs and not [each for each in costs if re.search(r"\b(better|worse|good|bad)\b", each)]


def test_a_statement_that_is_not_true_fails_the_build(sample_warehouse: Settings) -> None:
    select = ("test", "--quiet", "--select", "a_statement_is_true_of_its_figure")
    run_dbt(sample_warehouse, *select)
    wrong = (
        ("update marts.pack_statement set finding = case finding when 'higher' then 'lower' else 'higher' end "
         "where kind = 'apart'"),
        "update marts.pack_statement set statement = replace(statement, ' above the ', ' below the ')",
        "update marts.pack_statement set statement = statement || ' {region}'",
    )  # fmt: skip
    for change in wrong:
        with connect(sample_warehouse, Role.TRANSFORMER) as connection:
            before = connection.execute("create temporary table kept as select * from marts.pack_statement")
            assert before.rowcount
            connection.execute(change)
            connection.commit()
            try:
                with pytest.raises(ClubError):
                    run_dbt(sample_warehouse, *select)
            finally:
                connection.execute("delete from marts.pack_statement")
                connection.execute("insert into marts.pack_statement select * from kept")
                connection.commit()


# Four forms of the same rows


def texts(claims: Claims) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for key, text in claims.numbers:
        found.setdefault(key, set()).add(text)
    return found


def test_a_number_is_written_in_one_way_wherever_the_page_shows_it(files: dict[str, bytes]) -> None:
    """The openings, the spine, the funnels and the trends are all of the same rows."""
    shown = texts(read_claims("a.html", files[".html"]))
    # A label of a picture may name the place before its number, and a figure in words its sign after it.
    bare = {
        key: {re.findall(r"−?£?[\d,]+\.?\d*", text)[-1].lstrip("£") for text in found if re.search(r"\d", text)}
        for key, found in shown.items()
    }
    assert [(key, found) for key, found in bare.items() if len(found) > 1] == []


def test_page_workbook_and_tidy_file_hold_the_same_figures(pack: Pack, files: dict[str, bytes]) -> None:
    page = texts(read_claims("a.html", files[".html"]))
    workbook = texts(read_claims("a.xlsx", files[".xlsx"]))
    tidy = texts(read_claims("a.csv", files[".csv"]))
    for row in pack.profiles:
        key = key_of(row)
        if row.value is None:
            assert f"{key}:value" not in tidy
            continue
        assert [float(each) for each in workbook[f"{key}:value"]] == [pytest.approx(row.value, rel=1e-14)]
        assert {float(each) for each in tidy[f"{key}:value"]} == {row.value}
        assert show_figure(row.value, row.decimals, row.unit) in page[key]
    compared = [key for key in tidy if key in workbook]
    assert len(compared) > 1000
    # A workbook keeps sixteen digits.
    for key in compared:
        (whole,), (kept,) = tidy[key], workbook[key]
        assert float(kept) == pytest.approx(float(whole), rel=1e-14)


def test_the_pdf_carries_the_tidy_file_and_the_sentences(files: dict[str, bytes], pack: Pack) -> None:
    inside, tidy = read_claims("a.pdf", files[".pdf"]), read_claims("a.csv", files[".csv"])
    assert inside.numbers == tidy.numbers
    assert [*inside.sentences.values()] == [said.statement for said in pack.statements]


def test_an_opening_shows_figures_of_its_group_and_counts_nothing_anew(
    pack: Pack, files: dict[str, bytes]
) -> None:
    page = files[".html"].decode()
    codes = {each.indicator_code for each in pack.indicators}
    assert set(pack.openings) == {"Operations", "Finance", "Information"}
    for found in pack.openings.values():
        assert {each.indicator_code for each in found} <= codes | {
            each.indicator_code for each in pack.rows.openings
        }
    assert page.index("Operations</h2>") < page.index("Finance</h2>") < page.index("Information</h2>")


def test_the_same_rows_give_the_same_bytes(rows: PackRows) -> None:
    first, second = (pack_files(Pack(rows, "home_care", "walsall"), "Draft.") for _ in range(2))
    assert first == second


def test_the_limits_of_a_council_elsewhere_are_not_drawn(rows: PackRows) -> None:
    """They lie around what its own region comes to; drawn among those of this one the curves would jump."""
    member = next(each for each in rows.peers["A1"] if each.place_code == AUTHORITY)
    elsewhere = replace(
        member, place_code="kent", place_name="Kent", region="South East", is_member=False,
        funnel_lower_95=1.0, funnel_upper_95=2.0, funnel_lower_99_8=0.5, funnel_upper_99_8=2.5,
    )  # fmt: skip
    more = replace(rows, peers={**rows.peers, "A1": [*rows.peers["A1"], elsewhere]})
    before, after = (Pack(each, "placement_stability", AUTHORITY) for each in (rows, more))
    row = next(each for each in before.profiles if each.indicator_code == "A1")
    one, other = (funnel_picture(pack, row) for pack in (before, after))
    assert one is not None and other is not None
    assert curves(one.svg) == curves(other.svg) != []
    assert [row[3:] for row in other.rows if row[0] == "Kent"] == [("",) * 5]


def curves(svg: str) -> list[str]:
    return re.findall(r'<path d="([^"]+)" class="s-quiet"', svg)


def test_packs_of_every_member_and_group_can_be_made(rows: PackRows) -> None:
    """Whatever a member lacks. What a PDF is set from is written for all; it is set for those looked at above."""
    lacking = {each.authority_code for each in rows.profiles if each.value is None}
    assert lacking and len(rows.authorities) == 14
    for authority, group in product(rows.authorities, rows.groups):
        drawn = draw_pack(Pack(rows, group, authority))
        leaves = render_print(drawn, "Draft.")
        assert rows.authorities[authority] in leaves
        for form in FORMS:
            assert form == ".pdf" or make_form(drawn, "Draft.", form)


def test_a_page_is_small_and_needs_no_script(files: dict[str, bytes]) -> None:
    page = files[".html"].decode()
    assert len(files[".html"]) <= 400_000
    assert "<script" not in page and "http://" not in page.replace("http://www.w3.org", "")


def test_a_page_says_which_returns_were_in_on_the_day_of_the_build(
    pack: Pack, rows: PackRows, files: dict[str, bytes]
) -> None:
    page = files[".html"].decode()
    table = page[page.index("Which returns are in") : page.index('<section aria-labelledby="figures">')]
    assert re.findall(r'<th scope="row">([^<\n]+)', table)[:2] == [rows.authorities[AUTHORITY], "Birmingham"]
    assert table.count("<td>✓") > len(rows.authorities)
    assert len(table.encode()) <= 3_000
    # Whoever makes it again on a later day makes the same.
    on_another = {"due": "late", "late": "due", "not_due": "due"}
    later = tuple(replace(each, status=on_another.get(each.status, each.status)) for each in rows.owed)
    assert later != rows.owed
    assert render_page(draw_pack(replace(pack, rows=replace(rows, owed=later))), "Draft.") == page


def test_a_workbook_runs_nothing_that_a_title_says(rows: PackRows) -> None:
    from openpyxl import load_workbook

    evil = '=HYPERLINK("http://example.org","look")'
    changed = replace(rows, profiles=tuple(replace(each, title=evil) for each in rows.profiles))
    content = pack_files(Pack(changed, "home_care", AUTHORITY), "=1+1")[f"{AUTHORITY}-home_care.xlsx"]
    book = load_workbook(io.BytesIO(content))
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line]
    assert evil in {cell.value for cell in cells} and not [cell for cell in cells if cell.data_type == "f"]
    for sheet in book:
        assert sheet.freeze_panes == "C2"
        assert all(sheet.column_dimensions[letter].width > 6 for letter in "ABC")


def test_the_metadata_describe_each_column_of_the_tidy_file(files: dict[str, bytes]) -> None:
    import json

    described = json.loads(files[".csv-metadata.json"])
    heading = next(csv.reader(io.StringIO(files[".csv"].decode())))
    assert [column["name"] for column in described["tableSchema"]["columns"]] == heading
    assert all(column["dc:description"] for column in described["tableSchema"]["columns"])
    keys = [row["key"] for row in csv.DictReader(io.StringIO(files[".csv"].decode()))]
    assert len(keys) == len(set(keys))


# Verified


@pytest.fixture(scope="module")
def published(sample_warehouse: Settings) -> Path:
    """The folder of the drafts of one authority, as published."""
    list(publish_drafts(sample_warehouse, [AUTHORITY]))
    return pack_folder(sample_warehouse, AUTHORITY, "draft")


def test_a_published_file_holds_down_to_the_cells_of_its_returns(
    sample_warehouse: Settings, published: Path
) -> None:
    for path in sorted(published.iterdir()):
        if path.suffix == ".json":
            continue
        found = verify_file(sample_warehouse, path, partial(look_up_cells, sample_warehouse))
        assert found.doubts == () and found.numbers > 500
        assert found.sources.figures > 100 and found.sources.cells > 100 and found.publication
        assert f"{found.numbers:,} of {found.numbers:,} numbers hold" in found.summary


def changed(content: bytes, source: random.Random) -> bytes:
    """Change one thing of a page or table: a digit, a word that compares, a label, a coordinate."""
    text = content.decode()
    body = text.index("<body") if "<body" in text else text.index("\n")
    kind = source.choice(("digit", "word", "label", "coordinate"))
    patterns = {
        "digit": r"\d", "word": r"\b(higher|lower|above|below|dearest|cheapest|better|worst|best)\b",
        "label": r"(?<=>)[A-Z][a-z]{3,}|(?<=,)[A-Z][a-z]{3,}",
        "coordinate": r'(?<= [xydr]=")\d+|(?<=[ML ])\d+\.\d',
    }  # fmt: skip
    places = [*re.finditer(patterns[kind], text[body:])] or [*re.finditer(r"\d", text[body:])]
    place = source.choice(places)
    old = place.group()
    if old[0].isdigit():
        new = str((int(old[0]) + source.randint(1, 9)) % 10) + old[1:]
    else:
        new = old[::-1] if old[::-1] != old else old + "x"
    return (text[: body + place.start()] + new + text[body + place.end() :]).encode()


def changed_sheet(content: bytes, source: random.Random) -> bytes:
    """Change one thing of a sheet of a workbook, or of the words that its sheets share."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as parts, zipfile.ZipFile(target, "w") as copy:
        names = parts.namelist()
        chosen = source.choice([name for name in names if "sheet" in name or "sharedStrings" in name])
        for name in names:
            part = parts.read(name)
            copy.writestr(name, changed(part, source) if name == chosen else part)
    return target.getvalue()


def changed_leaf(content: bytes, source: random.Random) -> bytes:
    """Change what is drawn on a page of a PDF: a number of a drawing, or a letter."""
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        page = source.choice(pdf.pages)
        page.contents_coalesce()
        drawn = page.Contents.read_bytes()
        place = source.choice([*re.finditer(rb"\d", drawn)]).start()
        digit = str((int(drawn[place : place + 1]) + source.randint(1, 9)) % 10).encode()
        page.Contents.write(drawn[:place] + digit + drawn[place + 1 :])
        pdf.save(target)
    return target.getvalue()


def is_doubted(name: str, content: bytes, expected: Claims) -> bool:
    try:
        return any(compare(read_claims(name, content), expected))
    except ClubError:
        return True


@pytest.mark.parametrize("form", [".html", ".csv", ".xlsx", ".pdf"])
def test_of_many_changes_to_a_file_all_are_caught(files: dict[str, bytes], form: str) -> None:
    source, expected = random.Random(2001), read_claims(f"a{form}", files[form])
    change = {".xlsx": changed_sheet, ".pdf": changed_leaf}.get(form, changed)
    missed = [
        number for number in range(CHANGES)
        if not is_doubted(f"a{form}", change(files[form], source), expected)
    ]  # fmt: skip
    assert missed == []


def test_an_altered_file_is_told_from_a_published_one(
    sample_warehouse: Settings, published: Path, tmp_path: Path
) -> None:
    look_up = partial(look_up_cells, sample_warehouse)
    page = published / f"{AUTHORITY}-home_care.html"
    altered = tmp_path / page.name
    altered.write_text(page.read_text().replace("cheapest of 14", "dearest of 14", 1))
    found = verify_file(sample_warehouse, altered, look_up)
    assert len(found.doubted_sentences) == 1 and "it is not as it was published" in found.doubts[0]
    for name in (f"{AUTHORITY}-home_care.pdf", f"{AUTHORITY}-home_care.xlsx"):
        content = bytearray((published / name).read_bytes())
        with_other_bytes = tmp_path / name
        content[-30] ^= 1
        with_other_bytes.write_bytes(content)
        try:
            assert verify_file(sample_warehouse, with_other_bytes, look_up).doubts
        except ClubError as error:
            assert "cannot be read" in str(error)


def test_a_file_that_is_no_pack_is_refused_in_a_sentence(sample_warehouse: Settings, tmp_path: Path) -> None:
    look_up = partial(look_up_cells, sample_warehouse)
    for name, content, says in (
        ("notes.txt", b"hello", "no form of a pack"),
        ("walsall-home_care.xlsx", b"hello", "cannot be read"),
        ("elsewhere-home_care.csv", b"key\n", "does not say of which member"),
    ):
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(ClubError, match=says):
            verify_file(sample_warehouse, path, look_up)
    with pytest.raises(ClubError, match="There is no file"):
        verify_file(sample_warehouse, tmp_path / "gone.html", look_up)


def test_a_file_of_the_archive_that_was_touched_is_told(
    sample_warehouse: Settings, published: Path, marts: psycopg.Connection
) -> None:
    (digest,) = marts.execute(
        "select sha256 from ledger.submission_file inner join ledger.submission using (submission_id) "
        "where sender = %s and return_code = 'pss_ex1' and period_code = '2007-08' and file_name = 'activity.csv'",
        [AUTHORITY],
    ).fetchone() or (None,)
    archived = sample_warehouse.archive / str(digest)[:2] / str(digest)
    before = archived.read_bytes()
    archived.chmod(0o600)
    try:
        archived.write_bytes(before.replace(b"1", b"2"))
        page = published / f"{AUTHORITY}-home_care.csv"
        found = verify_file(sample_warehouse, page, partial(look_up_cells, sample_warehouse))
        assert any("activity.csv has the hash" in each for each in found.doubts)
    finally:
        archived.write_bytes(before)
