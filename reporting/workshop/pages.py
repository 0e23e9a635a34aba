"""The pages of a workshop: pictures for the room, a sheet for whoever leads it, a ballot on paper."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import ceil
from pathlib import Path
from typing import Protocol

from jinja2 import Environment

from ingestion.outbox.pages import page_templates
from reporting.documents.pdf import html_to_pdf
from reporting.numbers import show_number
from reporting.workshop.banding import Limits
from reporting.workshop.bound import Together
from reporting.workshop.draw import LabelledPicture, Workshop

FOLDER = Path(__file__).parent

_EMPTY_LINES = re.compile(r"\n\s*\n")


@dataclass(frozen=True)
class Prior:
    """The published files that a bound was worked out against: how many, and SHA-256 over their hashes."""

    files: int
    digest: str


class Item(Protocol):
    """What a form asks, as a ballot prints it."""

    @property
    def code(self) -> str:
        """Its code; that of a picture begins with `picture_`."""


class BallotForm(Protocol):
    """The form of a workshop."""

    @property
    def items(self) -> Sequence[Item]:
        """What it asks."""


@dataclass(frozen=True)
class ForTheRoom:
    """What participants see of a workshop: no figure, no authority, and not the key."""

    round_code: str
    title: str
    pictures: tuple[LabelledPicture, ...]
    together: Together
    limits: Limits
    override: str | None
    is_seeded: bool
    commitment: str
    prior: Prior

    @classmethod
    def of(cls, workshop: Workshop, prior: Prior, is_seeded: bool) -> "ForTheRoom":
        """Take what may be seen of a workshop."""
        return cls(
            workshop.round_code, workshop.title, workshop.pictures, workshop.together, workshop.limits,
            workshop.override, is_seeded, workshop.key.commitment, prior,
        )  # fmt: skip


def participants_files(seen: ForTheRoom, form: BallotForm) -> dict[str, bytes]:
    """Make what participants get, by file name; the workbook of the ballot is the template of its form."""
    return {
        "pictures.html": render("pictures.html.j2", workshop=seen, on_paper=False).encode(),
        "pictures.pdf": html_to_pdf(render("pictures.html.j2", workshop=seen, on_paper=True)),
        "ballot.pdf": html_to_pdf(render_ballot(form)),
    }


def facilitators_files(seen: ForTheRoom, workshop: Workshop, names: Mapping[str, str]) -> dict[str, bytes]:
    """Make what the facilitator keeps, by file name."""
    page = render(
        "facilitator.html.j2",
        workshop={**vars(seen), "without_figure": workshop.without_figure, "left_out": workshop.left_out},
        names=names,
    )
    return {"facilitator.html": page.encode(), "facilitator.pdf": html_to_pdf(page)}


def render_ballot(form: BallotForm) -> str:
    """Write the ballot on paper."""
    pictures = [item for item in form.items if item.code.startswith("picture_")]
    return render("ballot.html.j2", form=form, pictures=pictures, others=form.items[len(pictures) :])


def render(template: str, **facts: object) -> str:
    """Write a page; the same facts give the same text."""
    return _EMPTY_LINES.sub("\n", _environment().get_template(template).render(**facts))


def at_most(value: float) -> str:
    """Write a bound to a tenth, rounded up: what is printed is never less than what is so."""
    return f"{ceil(round(value * 10, 6)) / 10:g}"


def share(value: float) -> str:
    """Write a chance: `1 in 4` where it is one, else in tenths of a per cent, rounded up."""
    one_in = round(1 / value)
    if abs(one_in * value - 1) < 1e-9:
        return f"1 in {one_in}"
    return f"{ceil(round(value * 1000, 6)) / 10:g}\N{NO-BREAK SPACE}%"


def _member(code: str, names: Mapping[str, str]) -> str:
    return names.get(code, code)


@cache
def _environment() -> Environment:
    charts = FOLDER.parent / "charts"
    return page_templates(FOLDER, charts, at_most=at_most, share=share, number=show_number, member=_member)
