"""A workshop from its drawing to the reveal: what its pack holds, who reads its key, and who knew themselves."""

import csv
import re
import stat
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import mean, stdev

import psycopg
import pytest
from openpyxl import load_workbook
from psycopg import errors
from typer.testing import CliRunner, Result

from benchmarks.road import take_in
from ingestion.authorities import authorities
from ingestion.cli.app import app
from ingestion.model.build import build_marts
from ingestion.settings import PROJECT_ROOT, Settings
from ingestion.warehouse.connection import Role, authority_url, connect
from reporting.workshop.figures import Measured, read_figures
from reporting.workshop.key import Labels
from samples.workshop_ballot import ABSENT, WRONG_LABEL
from tests.support.warehouses import Warehouses
from tests.support.workshops import attack, drawn, figures_in, marks_on, page_of, parts_of, ways_to_write, words_of

GROUP, ROUND = "placement_stability", "spring"
PERSPECTIVES = ("operations", "finance", "information")
# What says when and where a file was made; a workbook has to have a time, and it is the same in all.
TIME = re.compile(rb"\d{4}-\d\d-\d\d[T ]\d\d:\d\d|D:\d{8}|\b\d\d:\d\d:\d\d\b")
NO_TIME = b"2000-01-01T00:00:00Z"


@pytest.fixture(scope="module")
def warehouse(warehouses: Warehouses) -> Iterator[Settings]:
    with warehouses.of_samples() as settings:
        yield settings


@pytest.fixture(scope="module")
def figures(warehouse: Settings) -> list[Measured]:
    return read_figures(warehouse, GROUP)[1]


@pytest.fixture(scope="module")
def pack(warehouse: Settings) -> Path:
    """The pack of a workshop that was drawn and not revealed."""
    done = club(warehouse, "workshop", "new", GROUP, "--name", ROUND, "--by", "the officer")
    assert done.exit_code == 0, done.output
    return warehouse.club_outbox / "workshops" / ROUND


@pytest.fixture(scope="module")
def key(warehouse: Settings, pack: Path) -> Labels:
    """Who has which label: only the officer's login reads it."""
    with connect(warehouse, Role.OFFICER) as connection:
        (text,) = connection.execute("select key::jsonb -> 'labels' from workshop.key where round_code = 'spring'")
    return text[0]


@pytest.fixture(scope="module")
def voted(warehouse: Settings, pack: Path, key: Labels) -> Settings:
    """Ballots are in: Dudley always knows itself, Walsall's finance in the first picture, Coventry never."""
    for member in ("walsall", "coventry"):
        send_ballot(warehouse, member, ballot_rows(member, key, knows=False))
    blank = pack / "participants" / "ballot.xlsx"
    send_workbook(warehouse, "dudley", ballot_rows("dudley", key, knows=True), blank)
    take_in(warehouse, "workshop_ballot")
    build_marts(warehouse)
    return warehouse


@pytest.fixture(scope="module")
def revealed(voted: Settings) -> Result:
    return club(voted, "workshop", "reveal", ROUND, "--by", "the officer")


def club(settings: Settings, *arguments: str) -> Result:
    environment = {"CLUB_HOME": str(settings.home), "LANDING_ZONE": settings.landing, "COLUMNS": "400"}
    return CliRunner().invoke(app, arguments, env=environment | {"WAREHOUSE_URL": None})


def own_label(member: str, labels: Mapping[str, str]) -> str:
    return next((label for label, who in labels.items() if who == member), "none")


def ballot_rows(member: str, key: Labels, knows: bool) -> list[list[str]]:
    rows = [["picture", "perspective", "label", "certainty", "theme", "comment"]]
    for picture, labels in key.items():
        own = own_label(member, labels)
        other = next(label for label in labels if label != own)
        for perspective in PERSPECTIVES:
            is_right = knows or (member, perspective, picture) == ("walsall", "finance", "picture_1")
            rows.append([picture, perspective, own if is_right else other, "certain", "", ""])
    rows.append(["consistency", "finance", "", "", "costs", f"Overheads stand elsewhere with {len(member)} of us"])
    return rows


def send_ballot(settings: Settings, member: str, rows: list[list[str]]) -> None:
    with (ballot_folder(settings, member) / "ballot.csv").open("w", newline="") as file:
        csv.writer(file).writerows(rows)


def send_workbook(settings: Settings, member: str, rows: list[list[str]], blank: Path) -> None:
    """Fill in the blank ballot of the pack, which does for every member."""
    book = load_workbook(blank)
    fields = rows[0][2:]
    for item, perspective, *values in rows[1:]:
        for field, value in zip(fields, values, strict=True):
            if value:
                ((sheet, cell),) = book.defined_names[f"answer.{item}.{perspective}.{field}"].destinations
                book[sheet][cell.replace("$", "")].value = value
    book.save(ballot_folder(settings, member) / "ballot.xlsx")


def ballot_folder(settings: Settings, member: str) -> Path:
    folder = Path(settings.landing) / member / "workshop_ballot" / ROUND
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def recognition(settings: Settings) -> dict[str, tuple]:
    with connect(settings, Role.BI) as connection:
        rows = connection.execute(
            "select picture_code, ballots, votes, recognised, by_chance, by_bound, missing_reason"
            " from marts.workshop_recognition where round_code = %s",
            [ROUND],
        ).fetchall()
    return {row[0]: row[1:] for row in rows}


# The pack


def test_the_participants_pack_holds_no_name_code_figure_path_or_time(
    warehouse: Settings, pack: Path, figures: list[Measured]
) -> None:
    members = [authority for authority in authorities().values() if authority.is_member]
    hidden = {each for member in members for each in (member.name, member.code, member.gss_code)}
    hidden |= {"the officer"}
    numbers = {text for each in figures for value in each.known.values() for text in ways_to_write(value)}
    paths = {str(path) for path in (warehouse.home, Path.home() / "", PROJECT_ROOT, tempfile.gettempdir())}
    files = sorted(path for path in (pack / "participants").iterdir())
    assert [path.name for path in files] == ["ballot.pdf", "ballot.xlsx", "pictures.html", "pictures.pdf"]
    parts = {name: part for path in files for name, part in parts_of(path.name, path.read_bytes())}
    parts |= {
        f"{path.name}: words": words_of(path.read_bytes()).encode() for path in files if path.suffix == ".pdf"
    }
    assert len(parts) > 50
    found = [
        (name, text) for name, part in parts.items() for text in hidden
        for written in (text.encode(), text.encode("utf-16-be"))
        if written.lower() in part.lower()
    ]  # fmt: skip
    assert found == [] and figures_in(parts, numbers) == []
    assert [(name, path) for name, part in parts.items() for path in paths if f"{path}/".encode() in part] == []
    assert [name for name, part in parts.items() if TIME.search(part.replace(NO_TIME, b""))] == []


def test_the_search_would_find_them(pack: Path) -> None:
    """What the facilitator keeps does name those who are in no picture; a figure is found in any encoding."""
    for encoding in ("ascii", "utf-16-be"):
        part = '<circle cx="12" data="712.3312"/> 1,234.56, 1712.33120'.encode(encoding)
        assert figures_in({"a": part}, {"712.3312", "1,234.56", "12.331"}) == [
            ("a", "712.3312"),
            ("a", "1,234.56"),
        ]
    content = (pack / "facilitator" / "facilitator.pdf").read_bytes()
    assert "Facilitator’s sheet" in words_of(content)
    assert b"picture_1" in b"".join(
        part for _, part in parts_of("ballot.xlsx", (pack / "participants" / "ballot.xlsx").read_bytes())
    )


def test_a_pack_is_its_owners_to_read(pack: Path) -> None:
    paths = [pack, *pack.rglob("*")]
    assert len(paths) == 9
    for path in paths:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_every_picture_says_what_it_gives_away(pack: Path, warehouse: Settings) -> None:
    page = (pack / "participants" / "pictures.html").read_text(encoding="utf-8")
    with connect(warehouse, Role.LOADER) as connection:
        kept = connection.execute(
            "select title, expected, most_certain from ledger.workshop_picture where round_code = 'spring'"
        ).fetchall()
    assert page.count("What this picture gives away") == len(kept) >= 3
    assert all(title in page.replace("&#39;", "'") for title, *_ in kept)
    assert all(expected <= 3 and most_certain <= 1 / 3 for _, expected, most_certain in kept)


def test_whoever_has_everything_published_never_beats_the_bound(figures: list[Measured]) -> None:
    """200 packs of these figures, read from their pages, by somebody with every figure that is loaded."""
    known = {each.title: each.known for each in figures}
    surplus = []
    for seed in range(200):
        workshop = drawn(seed, figures)
        marks, labels = marks_on(page_of(workshop)), workshop.key.labels
        named = {each.code: attack(marks[each.code], known[each.title]) for each in workshop.pictures}
        hits = sum(labels[code][label] == who for code, found in named.items() for label, who in found.items())
        surplus.append(hits - workshop.together.expected)
    assert mean(surplus) <= 2 * stdev(surplus) / len(surplus) ** 0.5


def test_beyond_the_limits_nothing_is_drawn_without_a_reason(warehouse: Settings) -> None:
    refused = club(warehouse, "workshop", "new", GROUP, "--name", "quarters", "--bands", "4")
    assert refused.exit_code == 1
    sentence = " ".join(refused.output.split())
    assert "in quarters the best guesser expects 4 of" in sentence and "--override REASON" in sentence
    assert club(warehouse, "workshop", "new", GROUP, "--name", "quarters", "--override", " ").exit_code == 1
    more = club(warehouse, "workshop", "new", GROUP, "--name", "quarters", "--limit", "4")
    assert more.exit_code == 1 and "The club allows 3 marks in a picture" in more.output
    done = club(warehouse, "workshop", "new", GROUP, "--name", "quarters", "--override", "They asked for it.")
    assert done.exit_code == 0, done.output
    with connect(warehouse, Role.LOADER) as connection:
        assert connection.execute(
            "select round_code, override_reason from ledger.workshop order by 1"
        ).fetchall() == [
            ("quarters", "They asked for it."),
            (ROUND, None),
        ]
    assert club(warehouse, "workshop", "new", GROUP, "--name", "quarters").exit_code == 1, "the name is taken"


def test_invented_ballots_are_the_same_each_time_and_have_their_defects(
    warehouse: Settings, tmp_path: Path
) -> None:
    for name in ("demo_one", "demo_two"):
        done = club(warehouse, "workshop", "new", GROUP, "--name", name, "--seed", "7")
        assert done.exit_code == 0, done.output
        assert club(warehouse, "sample", "--ballots", name).exit_code == 0
    with connect(warehouse, Role.OFFICER) as connection:
        one, two = connection.execute(
            "select key::jsonb -> 'labels' from workshop.key where round_code like 'demo%'"
        ).fetchall()
    assert one == two
    landing = Path(warehouse.landing)
    sent = sorted(path.parts[-4] for path in landing.glob("*/workshop_ballot/demo_one/ballot.csv"))
    assert len(sent) == 13 and ABSENT not in sent
    assert "1Z" in (landing / WRONG_LABEL / "workshop_ballot" / "demo_one" / "ballot.csv").read_text()
    for path in landing.glob("*/workshop_ballot/demo*/ballot.csv"):
        path.unlink()


# The key


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.ADMIN, Role.OFFICER)])
def test_nobody_but_the_officer_reads_a_key(warehouse: Settings, pack: Path, role: Role) -> None:
    with connect(warehouse, role) as connection, pytest.raises(errors.InsufficientPrivilege):
        connection.execute("select key, nonce from workshop.key")


def test_a_member_reads_no_key_either(warehouse: Settings, pack: Path) -> None:
    url = authority_url(warehouse, "dudley", "postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as connection, pytest.raises(errors.InsufficientPrivilege):
        connection.execute("select key from workshop.key")


def test_the_officer_changes_nothing_of_the_ledger_and_reads_no_figures(warehouse: Settings, pack: Path) -> None:
    for statement in (
        "update ledger.workshop set commitment = ''", "delete from ledger.workshop_label",
        "select * from marts.fct_indicator", "select * from ledger.submission",
    ):  # fmt: skip
        with connect(warehouse, Role.OFFICER) as connection, pytest.raises(errors.InsufficientPrivilege):
            connection.execute(statement)
    assert "club_officer" in club(warehouse, "url", "--role", "officer").output


def test_a_key_that_was_altered_does_not_open_the_seal(warehouse: Settings) -> None:
    assert club(warehouse, "workshop", "new", "home_care", "--name", "broken").exit_code == 0
    with connect(warehouse, Role.OFFICER) as connection:
        connection.execute("update workshop.key set key = replace(key, 'dudley', 'x') where round_code = 'broken'")
    done = club(warehouse, "workshop", "reveal", "broken", "--by", "somebody")
    assert done.exit_code == 1
    assert "The seal of broken is broken" in done.output
    with connect(warehouse, Role.LOADER) as connection:
        tried = connection.execute("select opened_by, is_good from ledger.workshop_opening").fetchall()
        assert ("somebody", False) in tried
        shown = connection.execute("select count(*) from ledger.workshop_label where round_code = 'broken'")
        assert shown.fetchone() == (0,)
    assert "found broken" in club(warehouse, "workshop", "status", "broken").output


# Votes and reveal


def test_before_the_reveal_nobody_knows_who_knew_themselves(voted: Settings) -> None:
    found = recognition(voted)
    assert set(found) > {"all", "picture_1"}
    for ballots, votes, recognised, by_chance, by_bound, reason in found.values():
        assert ballots > 0
        assert (votes, recognised, by_chance, by_bound) == (None, None, None, None)
        assert reason == "The labels have not been revealed yet"
    with connect(voted, Role.BI) as connection:
        assert connection.execute("select count(*) from marts.workshop_label").fetchone() == (0,)
        (count,) = connection.execute("select count(own_label) from marts.workshop_vote").fetchone() or (None,)
    assert count == 0


def test_the_bound_holds_while_nothing_new_is_published(voted: Settings) -> None:
    said = club(voted, "workshop", "status", ROUND).output
    assert "The bound holds" in said and "Ballots of 3 members: coventry, dudley, walsall" in said
    assert "The seal has not been opened" in said


def test_the_reveal_counts_who_knew_themselves(voted: Settings, key: Labels, revealed: Result) -> None:
    assert revealed.exit_code == 0, revealed.output
    found = recognition(voted)
    with connect(voted, Role.LOADER) as connection:
        guesses = {
            (picture, label): guess
            for picture, label, guess in connection.execute(
                "select picture_code, label, guess from ledger.workshop_mark where round_code = %s", [ROUND]
            )
        }
    total = 0
    for picture, labels in key.items():
        shown = [member for member in ("dudley", "walsall", "coventry") if member in labels.values()]
        right = 3 * ("dudley" in shown) + (picture == "picture_1" and "walsall" in shown)
        _, votes, recognised, by_chance, by_bound, reason = found[picture]
        assert (votes, recognised, reason) == (3 * len(shown), right, None)
        assert by_chance == pytest.approx(3 * len(shown) / len(labels))
        assert by_bound == pytest.approx(sum(3 * guesses[picture, own_label(member, labels)] for member in shown))
        total += right
    assert found["all"][2] == total > 4
    assert found["all"][4] == pytest.approx(sum(row[4] for code, row in found.items() if code != "all"))


def test_the_page_of_the_reveal_has_names_votes_and_the_seal(pack: Path, revealed: Result, key: Labels) -> None:
    page = (pack / "reveal" / "reveal.html").read_text(encoding="utf-8")
    assert "The seal was opened by the officer on" in page
    assert page.count("Votes on picture") >= len(key) and "of 9 votes were for the own label: Dudley 3" in page
    assert page.count(", right (") == page.count('<g class="f-own" fill="#12436d"><path') > 4
    assert "Overheads stand elsewhere with" in page and "Costs are laid to other lines: 3" in page


def test_the_reveal_is_logged_and_may_be_shown_again(voted: Settings, revealed: Result) -> None:
    with connect(voted, Role.OFFICER) as connection:
        logged = connection.execute(
            "select opened_by, is_good from ledger.workshop_opening where round_code = %s", [ROUND]
        ).fetchall()
    assert logged[0] == ("the officer", True)
    with connect(voted, Role.LOADER) as connection:
        later = connection.execute(
            "select title from raw.answer_rounds where round_code = %s", [f"{ROUND}_later"]
        ).fetchone()
    assert later == ("Workshop: placement stability, some months later",)


def test_a_ballot_after_the_reveal_counts_for_nothing(voted: Settings, key: Labels, revealed: Result) -> None:
    send_ballot(voted, "coventry", ballot_rows("coventry", key, knows=True))
    take_in(voted, "workshop_ballot")
    with connect(voted, Role.LOADER) as connection:
        states = connection.execute(
            "select version, state, is_in_force from ledger.submission"
            " where sender = 'coventry' and return_code = 'workshop_ballot' order by version"
        ).fetchall()
        (sentence,) = connection.execute(
            "select message from ledger.finding where rule_code = 'workshop_ballot.after_the_reveal'"
        ).fetchone() or ("",)
    assert [state for _, state, _ in states] == ["accepted", "rejected"]
    assert [in_force for *_, in_force in states] == [True, False]
    assert sentence.startswith("ballot.csv: the labels of spring were revealed on") and "spring_later" in sentence


def test_with_a_published_file_that_the_build_did_not_know_the_bound_no_longer_holds(voted: Settings) -> None:
    with connect(voted, Role.LOADER) as connection:
        connection.execute(
            "insert into ledger.submission (sender, return_code, period_code, version, fingerprint)"
            " values ('dfe', 'lait', '2026', 1, repeat('f', 64))"
        )
    said = club(voted, "workshop", "status", ROUND).output
    assert "The bound no longer holds" in said and "1 came after: lait 2026 of dfe" in said
