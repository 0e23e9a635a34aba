"""Good practice in a warehouse of samples: entries are found, followed up, rated by rule, listed and linked."""

import csv
from datetime import date
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner

from benchmarks.road import take_in
from ingestion.cli.app import app
from ingestion.model.build import build_marts
from ingestion.settings import PROJECT_ROOT, Settings
from ingestion.warehouse.connection import Role, connect
from reporting.packs.data import read_pack_rows
from reporting.packs.forms import pack_files
from reporting.packs.pack import MOST_TRIED, Pack
from reporting.practice.page import PAGE, render_page, write_practice_pages
from reporting.practice.rows import PracticeRows, read_practices
from reporting.practice.search import search
from samples.good_practice import AS_TABLE, AS_WORKBOOK

QUESTIONS = PROJECT_ROOT / "tests" / "support" / "practice_questions.csv"
# How many of the questions have to have the right entry among the first three.
BAR, FIRST = 27, 3


@pytest.fixture(scope="module")
def rows(sample_warehouse: Settings) -> PracticeRows:
    return read_practices(sample_warehouse)


@pytest.fixture
def club(sample_warehouse: Settings, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """The commands, on the warehouse of samples, on a wide screen."""
    monkeypatch.setenv("CLUB_HOME", str(sample_warehouse.home))
    monkeypatch.delenv("WAREHOUSE_URL", raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    return CliRunner()


def asked(settings: Settings, query: str) -> list[tuple]:
    with connect(settings, Role.ANALYST) as connection:
        return connection.execute(query.encode()).fetchall()


def test_the_entries_of_all_members_are_in_force_however_they_were_sent(rows: PracticeRows) -> None:
    senders = {each.authority_code for each in rows.practices}
    assert len(senders) == 14
    assert senders > {*AS_WORKBOOK, *AS_TABLE}
    # In a workbook the code of an entry is one of its answers.
    assert {"coventry/HC02", "shropshire/HC01", "staffordshire/FC01"} <= {
        each.practice_code for each in rows.practices
    }
    assert all("(invented)" in each.title for each in rows.practices)


def test_what_is_wrong_in_an_entry_is_named_by_sheet_and_cell_or_by_line(sample_warehouse: Settings) -> None:
    with connect(sample_warehouse, Role.LOADER) as connection:
        found = dict(
            connection.execute(
                "select sender, message from ledger.finding inner join ledger.submission using (submission_id)"
                " where return_code = 'good_practice'"
            ).fetchall()
        )
    assert set(found) == {"dudley", "solihull", "wolverhampton"}
    assert found["wolverhampton"].startswith(
        "good_practice.xlsx, sheet 'Entry 1', cell B18: 'next spring' is no date"
    )
    assert found["dudley"].startswith(
        "good_practice.yaml, line 4, column 'indicators': there is no indicator 'A11'"
    )
    assert "DQ01 was checked by the role that answers for it" in found["solihull"]


def test_of_30_questions_of_data_leads_the_right_entry_is_among_the_first_three_for_27(
    sample_warehouse: Settings,
) -> None:
    with QUESTIONS.open(encoding="utf-8", newline="") as file:
        questions = [(row["question"], row["entry"]) for row in csv.DictReader(file)]
    assert len(questions) == 30
    first = {
        question: [found.practice_code for found in search(sample_warehouse, question, limit=FIRST)]
        for question, _ in questions
    }
    missed = [(question, entry, first[question]) for question, entry in questions if entry not in first[question]]
    assert len(questions) - len(missed) >= BAR, missed
    assert len({entry for _, entry in questions}) >= 14


def test_a_search_can_be_exact_and_narrowed(sample_warehouse: Settings) -> None:
    def codes(words: str, **facts: str) -> list[str]:
        return [found.practice_code for found in search(sample_warehouse, words, **facts)]

    assert codes('"concurrent planning"') == ["worcestershire/AD01"]
    assert codes("adoption -tracker") == ["worcestershire/AD01"]
    assert codes("the of and") == codes("xyzzy") == []
    assert set(codes("carers", indicator="D35")) <= {
        "birmingham/PL01",
        "dudley/FC02",
        "staffordshire/FC01",
        "worcestershire/AD01",
    }
    assert codes("carers", authority="walsall") == ["walsall/AD02"] or codes("carers", authority="walsall") == []
    (first, *_) = search(sample_warehouse, "scanned paper files")
    assert first.has_all_words and "\x02" in first.snippet
    # Nothing of a question is taken as SQL, or as an operator that breaks.
    assert codes("carers' line & (weekend | :* <-> !") != []
    assert codes(r"a\\b c'd http://x/\\y?z=1 carers or adopters") != []


def test_the_database_keeps_what_a_search_asks_and_an_index_of_it(sample_warehouse: Settings) -> None:
    ((generated, index),) = asked(
        sample_warehouse,
        "select attgenerated::text, pg_get_indexdef(indexrelid) from pg_attribute"
        " inner join pg_index on indrelid = attrelid and attnum = any(indkey)"
        " where attrelid = 'marts.good_practice'::regclass and attname = 'search'",
    )
    assert generated == "s" and "USING gin (search)" in index


def test_every_verdict_follows_from_its_interval_and_one_of_each_entry_decides(sample_warehouse: Settings) -> None:
    followed = asked(
        sample_warehouse,
        "select practice_code, verdict, change, expected_change_lower_95, expected_change_upper_95, polarity,"
        " n_peers, follow_ups.reason from marts.practice_follow_up as follow_ups"
        " inner join marts.dim_indicator using (indicator_code, definition_version)"
        " where expected_change is not null",
    )
    assert len({code for code, *_ in followed}) >= 2
    for code, verdict, change, lower, upper, polarity, peers, reason in followed:
        within = lower <= change <= upper
        better = (change < lower) == (polarity == "low")
        assert verdict == ("as expected" if within else "improved" if better else "worse"), code
        assert peers >= 8 and reason is None
    without = asked(
        sample_warehouse, "select verdict, reason from marts.practice_follow_up where expected_change is null"
    )
    assert {verdict for verdict, _ in without} == {"no verdict"} and all(reason for _, reason in without)
    decisive = asked(
        sample_warehouse,
        "select practice_code, count(*) filter (where is_decisive) from marts.practice_follow_up group by 1",
    )
    assert {number for _, number in decisive} == {1}


def test_every_level_occurs_among_the_invented_entries_and_none_without_what_its_rule_asks(
    sample_warehouse: Settings,
) -> None:
    """The rules one by one: the unit test of the model."""
    levels = {
        code: (level, kind, verdict)
        for code, level, kind, verdict in asked(
            sample_warehouse,
            "select practice_code, evidence_level, evidence_kind, verdict from marts.good_practice",
        )
    }
    assert levels["solihull/DQ01"][:2] == ("D", "before_and_after"), "it was checked by nobody else"
    assert levels["telford-and-wrekin/RB01"][:2] == ("B", "evaluation")
    assert levels["staffordshire/FC01"] == ("A", "evaluation", "improved")
    assert levels["dudley/FC02"] == ("E", "opinion", "worse"), "whatever those think who sit on the panel"
    assert all(verdict in ("improved", "worse") for level, _, verdict in levels.values() if level in "AE")
    assert {level for level, *_ in levels.values()} == set("ABCDE")


def test_reviews_that_are_overdue_are_listed_and_archived_ones_are_not(
    rows: PracticeRows, club: CliRunner
) -> None:
    late = [each.practice_code for each in rows.practices if each.is_overdue(date(2026, 12, 1))]
    assert late == ["birmingham/PL01"]
    archived = rows.find("coventry/HC02")
    assert archived.review_due < date(2026, 12, 1) and archived.is_archived
    listed = club.invoke(app, ["practice", "overdue"])
    assert listed.exit_code == 0
    assert "birmingham/PL01" in listed.output and "coventry/HC02" not in listed.output


def test_the_commands_show_an_entry_whole_or_say_that_there_is_none(club: CliRunner) -> None:
    found = club.invoke(app, ["practice", "search", "pay", "home", "care", "agencies", "by", "the", "minute"])
    assert found.exit_code == 0, found.output
    assert "coventry/HC02" in found.output and "What went wrong" in found.output and "£140,000" in found.output
    shown = club.invoke(app, ["practice", "show", "ic01"])
    assert "wolverhampton/IC01" in shown.output and "Evidence level" in shown.output
    for arguments in (["show", "XX99"], ["search", "carers", "--authority", "barnet"]):
        refused = club.invoke(app, ["practice", *arguments])
        assert refused.exit_code == 1 and "There is no" in refused.stderr
    none = club.invoke(app, ["practice", "search", "xyzzy"])
    assert none.exit_code == 0 and "No entry has any" in none.output


def test_the_page_holds_every_entry_that_is_no_draft_and_lies_with_each_member(
    sample_warehouse: Settings, rows: PracticeRows
) -> None:
    page = write_practice_pages(sample_warehouse)
    text = page.read_text(encoding="utf-8")
    assert text == render_page(read_practices(sample_warehouse))
    assert (sample_warehouse.outbox / "dudley" / PAGE).read_text(encoding="utf-8") == text
    for each in rows.practices:
        assert text.count(f'id="{each.anchor}"') == 1
    assert "<script" not in text


def test_a_pack_names_what_others_have_tried_and_links_to_it(
    sample_warehouse: Settings, rows: PracticeRows
) -> None:
    pack = Pack(read_pack_rows(sample_warehouse), "placement_stability", "dudley")
    tried = pack.tried_by_others("D35")
    assert 0 < len(tried) <= MOST_TRIED
    assert "dudley" not in {each.authority_code for each in tried}
    assert [each.evidence_level for each in tried] == sorted(each.evidence_level for each in tried)
    page = pack_files(pack, "Draft.")["dudley-placement_stability.html"]
    assert len(page) <= 400_000
    anchors = {each.practice_code: each.anchor for each in rows.practices}
    for each in tried:
        link = f"../../{PAGE}#{anchors[each.practice_code]}"
        assert each.link == link and link.encode() in page
        assert f'data-said="D35:practice:{each.practice_code}"'.encode() in page


def test_nobody_outside_reads_any_of_it(sample_warehouse: Settings) -> None:
    with (
        connect(sample_warehouse, Role.OUTSIDE) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("select * from marts.good_practice")


def test_an_entry_that_is_sent_again_replaces_what_was_sent_before(sample_warehouse: Settings) -> None:
    """In a build of the changes, too, a search finds it. This changes the warehouse, so it comes last."""
    path = Path(sample_warehouse.landing) / "dudley" / "good_practice" / "2026" / "good_practice.yaml"
    text = path.read_text(encoding="utf-8")
    given_up = "status: archived\n  archived_because: The panel was wound up."
    path.write_text(text.replace("status: current", given_up), encoding="utf-8")
    before = len(read_practices(sample_warehouse).practices)
    take_in(sample_warehouse, "good_practice")
    build_marts(sample_warehouse)
    rows = read_practices(sample_warehouse)
    assert rows.find("dudley/FC02").archived_because == "The panel was wound up."
    assert len(rows.practices) == before
    assert search(sample_warehouse, "wound up panel")[0].practice_code == "dudley/FC02"
    ((indexes,),) = asked(
        sample_warehouse,
        "select count(*) from pg_indexes where schemaname = 'marts' and tablename = 'good_practice'",
    )
    assert indexes == 2, "its key and that of the search, however often it was built"
