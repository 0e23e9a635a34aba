"""The forms of a workshop: a ballot on its pictures and the day, and what is asked some months later."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from ingestion.returns.forms import AnswerField, AnswerKind, Choice, Form, Item
from ingestion.settings import RETURNS

RETURN = Path(__file__).parent.name

# The choice of a member that has no figure in a picture.
NOT_IN_IT = "none"


@dataclass(frozen=True)
class BallotPicture:
    """A picture to vote on: its item, what it is of, and its labels."""

    code: str
    wording: str
    labels: Sequence[str]


def later_round(round_code: str) -> str:
    """Return the round in which a workshop is asked after, some months later."""
    return f"{round_code}_later"


def ballot_form(round_code: str, title: str, pictures: Sequence[BallotPicture], opens_on: date) -> Form:
    """Return the form of a workshop's ballot: a vote on each picture, then what the room has to say."""
    asked = _topics()
    certainty = AnswerField(
        code="certainty", kind=AnswerKind.CHOICE, label="How sure are you?", choices=_choices(asked["certainty"])
    )
    return Form(
        return_code=RETURN,
        round_code=round_code,
        title=title,
        introduction=asked["introduction"],
        opens_on=opens_on,
        respondents=tuple(asked["respondents"]),
        items=(*(_vote(picture, certainty) for picture in pictures), *_comments(asked["topics"], "The day")),
    )


def later_form(round_code: str, title: str, opens_on: date) -> Form:
    """Return the form of what is asked some months after a workshop."""
    asked = _topics()
    return Form(
        return_code=RETURN,
        round_code=later_round(round_code),
        title=f"{title}, some months later",
        introduction=asked["later"]["introduction"],
        opens_on=opens_on,
        respondents=tuple(asked["respondents"]),
        items=tuple(_comments(asked["later"]["topics"], "Since then")),
    )


def _vote(picture: BallotPicture, certainty: AnswerField) -> Item:
    labels = [Choice(code=label, label=label) for label in picture.labels]
    none = Choice(code=NOT_IN_IT, label="We are not in it")
    label = AnswerField(code="label", kind=AnswerKind.CHOICE, label="Which one is yours?", choices=(*labels, none))
    reason = AnswerField(code="reason", kind=AnswerKind.TEXT, label="Why?", longest=500)
    return Item(
        code=picture.code,
        section="Pictures",
        wording=picture.wording,
        fields=(label, certainty, reason),
        attributes={"is_picture": True},
    )


def _comments(topics: Sequence[Mapping[str, Any]], section: str) -> Iterator[Item]:
    for topic in topics:
        theme = AnswerField(
            code="theme", kind=AnswerKind.CHOICE, label="What comes nearest?", choices=_choices(topic["themes"])
        )
        comment = AnswerField(code="comment", kind=AnswerKind.TEXT, label="In your words", longest=1_000)
        yield Item(code=topic["code"], section=section, wording=topic["wording"], fields=(theme, comment))


def _choices(listed: Sequence[Mapping[str, Any]]) -> tuple[Choice, ...]:
    return tuple(Choice(**each) for each in listed)


@cache
def _topics() -> dict[str, Any]:
    path = RETURNS / RETURN / "topics.yaml"
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found
