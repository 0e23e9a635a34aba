"""The forms that people fill in: the items of a round, the answers that each takes, and the wording of a version.

A form is data: `items.yaml` beside the layout of its return. An item's code never changes and is never used again;
its wording and choices have versions, each for the rounds from one to another.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from ingestion.errors import ClubError
from ingestion.returns.worked_cases import cases_as_items
from ingestion.settings import RETURNS

# The item whose answers say which form a file is.
STAMP = "stamp"
# The one item of an open form, whose entries have codes of their own.
ANY_ITEM = "*"

# Every code becomes part of a defined name of a workbook, which holds 255 characters of these.
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AnswerTable(_Part):
    """How answers stand in a table: a row for each item and respondent, a column for each field."""

    item: str = Field(description="The heading of the item: question, case, picture, entry")
    respondent: str = Field(default="perspective", description="The heading of who of the authority answers")
    carries_over: bool = Field(
        default=False,
        description="The workbook of a round holds what was answered to the same questions in the round before",
    )


class AnswerKind(StrEnum):
    """The kind of answer that a field takes; it decides what is a good one."""

    CHOICE = "choice"
    CHOICES = "choices"  # several of them, separated by semicolons
    NUMBER = "number"
    TEXT = "text"


class Choice(_Part):
    """A choice of a field; its code stays readable for ever."""

    code: str
    label: str
    order: int | None = Field(default=None, description="Its place in a scale; None where it is on none")

    @field_validator("code", "label", mode="before")
    @classmethod
    def _yes_is_a_word(cls, word: object, about: ValidationInfo) -> object:
        # YAML reads a bare yes or no as true or false.
        if not isinstance(word, bool):
            return word
        text = "yes" if word else "no"
        return text.capitalize() if about.field_name == "label" else text


class AnswerField(_Part):
    """One answer that an item takes, such as the answer itself, how certain it is, or the evidence for it."""

    code: str
    kind: AnswerKind
    label: str = "Answer"
    choices: tuple[Choice, ...] = ()
    is_required: bool = False
    least: float | None = None
    most: float | None = None
    longest: int = Field(default=2_000, description="Characters of a text")

    @model_validator(mode="after")
    def _has_choices_where_it_takes_them(self) -> Self:
        if bool(self.choices) != (self.kind in (AnswerKind.CHOICE, AnswerKind.CHOICES)):
            raise ValueError(
                f"{self.code} is of the kind '{self.kind}': it has choices if, and only if, it takes one"
            )
        # Either is an answer: a word that means two choices would let an answer become another one.
        words = [word for choice in self.choices for word in {choice.code.lower(), choice.label.lower()}]
        if len(set(words)) < len(words):
            raise ValueError(f"a code or label of {self.code} means two choices")
        if self.kind is AnswerKind.CHOICES and any(";" in word for word in words):
            raise ValueError(f"a choice of {self.code} has a semicolon, which stands between several of them")
        _require_code(self.code)
        return self


class Item(_Part):
    """One question, case or picture, as a round asks it."""

    code: str
    version: int = 1
    section: str = ""
    wording: str
    hint: str = ""
    applies_if: str = Field(
        default="", description="The answer to another item that it depends on: 'DQ1 in (yes)'"
    )
    fields: tuple[AnswerField, ...]
    attributes: Mapping[str, Any] = {}

    @model_validator(mode="after")
    def _has_a_code_and_fields(self) -> Self:
        if not self.fields or len({field.code for field in self.fields}) < len(self.fields):
            raise ValueError(f"{self.code} needs fields, each with a code of its own")
        if self.code != ANY_ITEM:
            _require_code(self.code)
        return self


class Form(_Part):
    """What one round of a return asks."""

    return_code: str
    round_code: str
    title: str
    introduction: str = ""
    opens_on: date | None = None
    closes_on: date | None = None
    respondents: tuple[str, ...] = Field(
        default=(),
        description="Who of an authority answers each item: perspectives; none: the authority as a whole",
    )
    items: tuple[Item, ...]

    @model_validator(mode="after")
    def _asks_each_item_once(self) -> Self:
        codes = [item.code.lower() for item in self.items]
        if not codes or len(set(codes)) < len(codes) or STAMP in codes:
            raise ValueError(f"a form has items, each once, and none is called '{STAMP}'")
        return self

    @property
    def is_open(self) -> bool:
        """True if the items are the sender's own entries, and the one item here says what each has."""
        return self.items[0].code == ANY_ITEM

    @property
    def version(self) -> str:
        """The first digits of SHA-256 over all that is asked: two forms that differ anywhere have two versions."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:12]


def _require_code(code: str) -> None:
    if not _CODE.fullmatch(code):
        raise ValueError(
            f"'{code}' cannot be a code: a letter, then letters, digits and _, forty characters at most"
        )


def rounds_of(folder: Path) -> list[str]:
    """List the rounds of a return whose form stands in this folder, in the order of the file."""
    return [str(each["code"]) for each in _document(folder / "items.yaml")["rounds"]]


@cache
def form_of(return_code: str, round_code: str) -> Form:
    """Read the form of one round from `items.yaml` beside the layout of its return.

    Raises:
        ClubError: the return has no such round.
    """
    document = _document(RETURNS / return_code / "items.yaml")
    rounds = {str(each["code"]): each for each in document["rounds"]}
    if round_code not in rounds:
        raise ClubError(f"There is no round '{round_code}' of {return_code}; known are {', '.join(rounds)}.")
    asked = rounds[round_code]
    order = list(rounds)
    titles = {each["code"]: each["title"] for each in document.get("sections", ())}
    items = (_item(entry, round_code, order, titles) for entry in _entries(document))
    return Form(
        return_code=return_code,
        round_code=round_code,
        title=asked.get("title") or document["title"],
        introduction=document.get("introduction", ""),
        opens_on=asked.get("opens_on"),
        closes_on=asked.get("closes_on"),
        respondents=tuple(document.get("respondents", ())),
        items=tuple(item for item in items if item),
    )


def _entries(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what the file asks: items of its own, and the worked cases that it names."""
    yield from document.get("items", ())
    if "worked_cases" in document:
        yield from cases_as_items(document["worked_cases"], document["fields"])


def _item(entry: dict[str, Any], round_code: str, order: list[str], titles: dict[str, str]) -> Item | None:
    """Take the version of an item that a round asks; None where it asks none."""
    here = order.index(round_code)
    for version in entry["versions"]:
        first = order.index(version.get("from_round", order[0]))
        last = order.index(version.get("to_round", order[-1]))
        if first <= here <= last:
            asked = {key: value for key, value in version.items() if key not in ("from_round", "to_round")}
            section = titles.get(entry.get("section", ""), entry.get("section", ""))
            attributes = {key: value for key, value in entry.items() if key not in ("code", "section", "versions")}
            return Item(code=entry["code"], section=section, attributes=attributes, **asked)
    return None


@cache
def _document(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 -- a safe one
    return document


def form_as_rows(form: Form) -> list[dict[str, Any]]:
    """Write a form as rows of `raw.answer_forms`, one for each field of each item."""
    return [
        {
            "return_code": form.return_code, "round_code": form.round_code,
            "item_code": item.code, "item_version": item.version, "item_turn": turn, "section": item.section,
            "wording": item.wording, "hint": item.hint, "applies_if": item.applies_if,
            "attributes": json.dumps(dict(item.attributes), default=str),
            "field": field.code, "field_turn": number, "kind": field.kind.value, "label": field.label,
            "choices": json.dumps([choice.model_dump() for choice in field.choices]),
            "is_required": field.is_required, "least": field.least, "most": field.most, "longest": field.longest,
        }
        for turn, item in enumerate(form.items, 1)
        for number, field in enumerate(item.fields, 1)
    ]  # fmt: skip
