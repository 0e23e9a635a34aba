"""The ballot of a workshop as a form, and invented ballots."""

import csv
from datetime import date
from pathlib import Path

import pytest

from ingestion.returns.forms import Form
from ingestion.returns.workshop_ballot.forms import NOT_IN_IT, BallotPicture, ballot_form, later_form
from reporting.workshop.own_band import labels_of_own_band
from samples.members import members
from samples.workshop_ballot import ABSENT, FOURTH, WRONG_LABEL, write_ballots
from tests.support.workshops import drawn, invented

DAY = date(2026, 12, 1)


@pytest.fixture(scope="module")
def form() -> Form:
    pictures = [BallotPicture(each.code, f"Picture {each.number}", each.labels) for each in drawn(1).pictures]
    return ballot_form("a_round", "Workshop: a group", pictures, DAY)


def own_labels() -> dict[str, dict[str, list[str]]]:
    seen = [
        (picture.code, picture.indicator_code, picture.banding, band, label)
        for picture in drawn(1).pictures
        for label, band, _ in picture.marks
    ]
    return labels_of_own_band(invented(), seen)


def test_a_vote_is_one_of_the_labels_or_not_being_in_the_picture(form: Form):
    for item, picture in zip(form.items, drawn(1).pictures, strict=False):
        label, certainty, reason = item.fields
        assert [choice.code for choice in label.choices] == [*picture.labels, NOT_IN_IT]
        assert [choice.order for choice in certainty.choices] == [1, 2, 3, 4]
        assert reason.kind == "text"
    assert form.respondents == ("operations", "finance", "information")


def test_the_room_is_asked_by_topic_and_some_months_later_again(form: Form):
    topics = [item.code for item in form.items if not item.attributes.get("is_picture")]
    assert topics == ["management_information", "consistency", "national_reporting", "the_day"]
    later = later_form("a_round", "Workshop: a group", DAY)
    assert later.round_code == "a_round_later"
    assert [item.code for item in later.items] == ["changed", "worth_it"]
    for item in (*form.items[-4:], *later.items):
        assert [field.code for field in item.fields] == ["theme", "comment"]
        assert "other" in {choice.code for choice in item.fields[0].choices}


def test_the_labels_of_the_own_band_hold_the_own_label():
    own = own_labels()
    for code, labels in drawn(1).key.labels.items():
        for label, member in labels.items():
            assert label in own[code][member]
            assert len(own[code][member]) in (4, 5)


def test_invented_ballots_are_the_same_twice_and_faulty_where_they_say(form: Form, tmp_path: Path):
    written = [write_ballots(tmp_path / name, form, own_labels()) for name in ("one", "two")]
    assert [path.read_bytes() for path in written[0]] == [path.read_bytes() for path in written[1]]
    sent = {path.parts[-4]: list(csv.DictReader(path.open(encoding="utf-8"))) for path in written[0]}
    assert set(sent) == {member.code for member in members()} - {ABSENT}
    faults = {
        (member, row["perspective"], row["label"])
        for member, rows in sent.items()
        for row in rows
        if row["label"] == "1Z" or row["perspective"] not in form.respondents
    }
    assert (WRONG_LABEL, "finance", "1Z") in faults
    assert {member for member, *_ in faults} == {WRONG_LABEL, FOURTH}
