"""The faults that the sample returns carry on purpose, all in one place; everything else in them is clean."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """The kinds of faults, each made by one step of the writing."""

    TEXT = "text"  # `value` replaces the item's figure
    NO_FILE = "no file"  # the table was not sent
    SLIP = "slip"  # one cell of a total line is out by `value`; figures computed from it follow
    FACTOR = "factor"  # every cell of the line is `value` times too large; the totals are not
    JUMP = "jump"  # the line's cost is `value` times last year's


@dataclass(frozen=True)
class SampleDefect:
    """One fault: its sender and period, its place and nature, and the reason why such a thing happens."""

    authority: str
    period: str
    table: str
    fault: Fault
    places: tuple[str, ...]  # item codes of `activity`, service codes of `spend`
    value: str
    what: str
    why: str


DEFECTS: tuple[SampleDefect, ...] = (
    SampleDefect(
        "coventry", "2006-07", "activity", Fault.TEXT, ("hh1_hours_la", "hh1_hours_independent"), "..",
        what="Both HH1 hours are '..'.",
        why="The sample week was not counted; a missing figure must not become a zero.",
    ),
    SampleDefect(
        "walsall", "2007-08", "spend", Fault.SLIP, ("total_older_people", "own_provision"), "9",
        what="The total of older people's services, own provision, is 9 more than its lines.",
        why="Somebody typed over the total; the form computes on from the typed figure.",
    ),
    SampleDefect(
        "herefordshire", "2006-07", "spend", Fault.FACTOR, ("day_care_older_people",), "1000",
        what="Day care of older people is 1,000 times too large; the totals are not.",
        why="The line was entered in pounds where the form asks for thousands.",
    ),
    SampleDefect(
        "telford-and-wrekin", "2007-08", "spend", Fault.NO_FILE, (), "",
        what="There is no spend file.",
        why="Activity and spend come from two departments, and one was late.",
    ),
    SampleDefect(
        "sandwell", "2007-08", "activity", Fault.TEXT, ("days_homes_others",), "n/k",
        what="Days in homes provided by others hold the text 'n/k'.",
        why="Not known, in words that the form does not have.",
    ),
    SampleDefect(
        "dudley", "2007-08", "spend", Fault.JUMP, ("fostering",), "1.4",
        what="Fostering costs 40 % more than in 2006-07, for about the same days.",
        why="Nothing is wrong with the form; only last year's figure makes one ask.",
    ),
)  # fmt: skip


def defects_of(authority: str, period: str, fault: Fault) -> Iterator[SampleDefect]:
    """Yield the faults of one kind in one authority's return of one period."""
    for defect in DEFECTS:
        if (defect.authority, defect.period, defect.fault) == (authority, period, fault):
            yield defect
