"""Invented ballots of a workshop: the same for the same labels and seed.

A workshop has to be drawn first (`club workshop new`), as its labels are on every ballot. Two of three
perspectives know where their department stands, and take one of the labels there; the others guess. Faulty on
purpose:

- Sandwell sends no ballot.
- Coventry's finance takes a label that is in no picture.
- Solihull answers for a fourth perspective, which nobody asked.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random

from ingestion.returns.forms import Form, Item
from samples.members import members
from samples.tables import write_csv

ABSENT, WRONG_LABEL, FOURTH = "sandwell", "coventry", "solihull"

_HEADINGS = ("picture", "perspective", "label", "certainty", "reason", "theme", "comment")
_SURE = ("guess", "unsure", "fairly_sure", "certain")
_KNOWS = {"operations": 0.7, "finance": 0.6, "information": 0.9}
_REASONS = ("We know about where we stand", "It looked right", "Our costs are always there", "A guess")
_SAID = {
    "own_figures_known": "Our own figures were no surprise to us",
    "late": "By the time we see them the year is over",
    "not_used": "The return is made and nobody looks at it again",
    "systems": "We count by hand what the system should give",
    "same": "We seem to count alike",
    "definitions_read": "We would have counted this differently",
    "recording": "What is written down depends on the team",
    "costs": "Overheads stand in another line with us",
    "helps": "It made us ask",
    "steers": "What is counted gets done",
    "games": "A move is put off until April",
    "burden": "A week of work for each return",
    "others": "The others have the same trouble",
    "perspectives": "Finance and we had never looked at it together",
    "figures": "I had not seen it like this",
    "nothing": "I learnt nothing new",
    "other": "Something else again",
}


def write_ballots(
    folder: Path, form: Form, own: Mapping[str, Mapping[str, Sequence[str]]], seed: int = 1999
) -> list[Path]:
    """Write the ballots of the members into a landing zone; return the files.

    Args:
        folder: the landing zone.
        form: the form of the workshop.
        own: the labels in each member's own band, for each picture.
        seed: another seed gives other votes.
    """
    written = []
    for member in members():
        if member.code != ABSENT:
            path = folder / member.code / form.return_code / form.round_code / "ballot.csv"
            written.append(write_csv(path, [_HEADINGS, *_rows(form, member.code, own, seed)]))
    return written


def _rows(
    form: Form, member: str, own: Mapping[str, Mapping[str, Sequence[str]]], seed: int
) -> Iterator[tuple[str, ...]]:
    random = Random(f"{seed} {form.round_code} {member}")  # noqa: S311 -- invented
    asked = (*form.respondents, "elected members") if member == FOURTH else form.respondents
    for perspective in asked:
        for item in form.items:
            if item.attributes.get("is_picture"):
                label, *rest = _vote(item, perspective, own[item.code].get(member), random)
                is_wrong = member == WRONG_LABEL and perspective == "finance" and item == form.items[0]
                yield (item.code, perspective, "1Z" if is_wrong else label, *rest, "", "")
            elif random.random() < 0.6:
                theme = random.choice([choice.code for choice in item.fields[0].choices])
                yield (item.code, perspective, "", "", "", theme, _SAID.get(theme, ""))


def _vote(item: Item, perspective: str, own: Sequence[str] | None, random: Random) -> tuple[str, str, str]:
    """Choose a label: one of the own band by those who know it, else any; none without a figure."""
    if own is None:
        return "none", "certain", "We have no figure of that year"
    every = [choice.code for choice in item.fields[0].choices if choice.code != "none"]
    knows = random.random() < _KNOWS.get(perspective, 0.5)
    label = random.choice(list(own) if knows else every)
    return label, _SURE[random.randrange(2) + (1 if knows else 0)], random.choice(_REASONS)
