"""The pages of a workshop in a real browser and as PDF: readable by everybody."""

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pdfua
import pytest

from ingestion.returns.workshop_ballot.forms import BallotPicture, ballot_form
from reporting.charts import votes
from reporting.charts.votes import Revealed
from reporting.workshop.banding import Limits
from reporting.workshop.choosing import Wanted
from reporting.workshop.pages import ForTheRoom, facilitators_files, participants_files, render, render_ballot
from reporting.workshop.reveal import Opened, Recognition, RevealedPicture, Vote
from samples.members import members
from tests.support.browser import Browser
from tests.support.workshops import PRIOR, drawn, page_of

BANDS = ("Lowest third", "Middle third", "Highest third")
PAGES = ("pictures", "blurred", "facilitator", "ballot", "reveal")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one page of each kind, and what is printed."""
    target: Path = tmp_path_factory.mktemp("workshop")
    workshop = drawn(1, wanted=Wanted(Limits(), override="The members know each other’s figures."))
    seen = ForTheRoom.of(workshop, PRIOR, is_seeded=True)
    voted_on = [BallotPicture(each.code, f"Picture {each.number}", each.labels) for each in workshop.pictures]
    form = ballot_form("a_round", "Workshop: a group", voted_on, date(2026, 12, 1))
    files = participants_files(seen, form) | facilitators_files(seen, workshop, names())
    files |= {"blurred.html": page_of(drawn(2, wanted=Wanted(Limits(), is_blurred=True))).encode()}
    files |= {"ballot.html": render_ballot(form).encode(), "reveal.html": a_reveal().encode()}
    for name, content in files.items():
        (target / name).write_bytes(content)
    return target


def names() -> dict[str, str]:
    return {member.code: member.name for member in members()}


def a_reveal() -> str:
    opened = Opened(
        "a_round", "A. Officer", datetime(2026, 12, 1, 15, 30, tzinfo=UTC), "a" * 64, '{"labels":{}}' * 40,
        "b" * 64, "They asked for it.", 2,
    )  # fmt: skip
    counted = [
        Recognition("picture_1", "Children who move three times or more", 40, 39, 11, 2.8, 8.4, None),
        Recognition("all", "All pictures", 40, 39, 11, 2.8, 8.4, None),
    ]
    rows = tuple(
        Revealed(
            f"1{chr(65 + place)}", BANDS[place % 3], member.name, some_votes(member.code) if place % 4 else ()
        )
        for place, member in enumerate(members())
    )
    said = {"Consistency": {"Recording differs": Counter({"It depends": 2, "": 1}), "The same": Counter({"": 1})}}
    pictures = [RevealedPicture(1, "picture_1", "Children who move three times or more", "2024-25", rows)]
    return render("reveal.html.j2", shown=opened, recognition=counted, pictures=pictures, comments=said)


def some_votes(member: str) -> tuple[votes.Vote, ...]:
    return (
        Vote("picture_1", member, "operations", "1A", "fairly_sure", "We know <how>", member == "dudley").drawn,
        Vote("picture_1", member, "finance", "none", None, None, is_right=False).drawn,
    )


@pytest.mark.parametrize("name", PAGES)
def test_a_page_can_be_read_by_everybody(browser: Browser, folder: Path, name: str) -> None:
    assert browser.faults(folder / f"{name}.html") == []


@pytest.mark.parametrize("name", ["pictures", "ballot", "facilitator"])
def test_what_is_printed_can_be_read_by_a_screen_reader(folder: Path, name: str) -> None:
    assert [finding.message for finding in pdfua.validate(folder / f"{name}.pdf").findings] == []
