"""Sample answers to the questionnaire: fourteen departments that exist, and say what nobody has ever said.

Every department answers; what is faulty on purpose stands in `DEFECTS`.
"""

import csv
import io
import random
from collections.abc import Iterator
from pathlib import Path

from ingestion.returns.forms import AnswerField, AnswerKind, Form, Item, form_of
from ingestion.templates.workbook import answer_name, write_workbook
from samples.members import members

RETURN, ROUND = "questionnaire", "round-1"

# What is wrong with whose answers, and why such a thing happens.
DEFECTS = {
    "walsall": "DQ2 is 'every fortnight', which is no choice: somebody pasted over the list.",
    "dudley": "DQ5 is 'two and a half' in words: a text where a number is asked for.",
    "sandwell": "The workbook is of an earlier version of the form, which had neither PR5 nor PR6.",
    "coventry": "A CSV file instead of the workbook, with codes for the choices: their system writes it so.",
    "stoke-on-trent": "DQ3 is 'never' and DQ4 is answered nevertheless: the condition was overlooked.",
    "solihull": "DQ1 is empty: the answer was to follow.",
}

# How far on a department is, from 0 to 3, so that its answers hang together a little.
_HABITS = {
    "birmingham": 2, "coventry": 1, "dudley": 3, "sandwell": 1, "solihull": 2, "walsall": 0, "wolverhampton": 1,
    "staffordshire": 3, "stoke-on-trent": 0, "herefordshire": 2, "worcestershire": 1, "shropshire": 3,
    "telford-and-wrekin": 2, "warwickshire": 1,
}  # fmt: skip

_WORDS = {
    "DQ6": (
        "The record system counts episodes and not placements, so every move has to be looked up by hand.",
        "Two of five posts in the information team are vacant, and training of new staff takes half a year.",
        "Guidance changes each year; what was counted last year is counted in another way now.",
        "Teams enter moves when they have time, which is at the end of the quarter.",
        "Foster carers who take a child at the weekend are recorded on Tuesday, under the wrong date.",
        "Home care hours come from the invoices of agencies, and those come late.",
        "Nothing much. The figures are right; they are not read.",
    ),
    "FP6": (
        "Early support of families, because each child at home is a placement less in three years.",
        "More of our own foster carers: every agency placement costs twice as much.",
        "Two posts for data entry. It is the cheapest way to know what we spend.",
        "Rehabilitation after hospital, so that fewer people need home care for long.",
        "It would close the gap in the budget for residential care.",
        "Higher fees for home care, as nobody can be recruited at the present price.",
    ),
    "PR6": (
        "A monthly meeting on every placement that ended early. Nobody is blamed; the reasons are counted.",
        "Finance sits in the placement panel. The weekly cost stands on the form beside the need.",
        "We tried a traffic-light report. It did not work: everybody explained why theirs was green.",
        "Each team gets its own list of records that are incomplete, on one page, every Friday.",
        "Reviews of home care by telephone first, a visit only where something has changed.",
    ),
}
_LONG_ANSWER = (
    "We began with a wall. On it stood every child who was looked after, as a card without a name, in the "
    "column of the placement, with the weekly cost in the corner. In the first meeting operations explained why "
    "each card hung where it hung; in the second finance asked which of the dear ones were meant to last; in "
    "the third information had to admit that eleven cards were in the wrong column, because moves had been "
    "entered late. From then on the list was corrected before every meeting, and that alone was worth it. After "
    "half a year eight children had moved from agencies to our own foster carers, with a plan and not in haste. "
    "What went wrong: the wall took two hours a month of nine people, the teams that were not invited felt "
    "judged, and the saving was spent before it was there. We would do it again with fewer people and a written "
    "note of what was agreed."
)
_EVIDENCE = (
    "Report to the committee, June",
    "Minutes of the management team",
    "Count of the information team",
    "",
)
_ROLES = ("Operations", "Finance", "Information", "Several of them together")


def write_questionnaire_samples(folder: Path, seed: int) -> list[Path]:
    """Write the answers of every member into a landing zone; return the files."""
    form, written = form_of(RETURN, ROUND), []
    for member in members():
        place = folder / member.code / RETURN / ROUND
        answers = answers_of(member.code, form, seed)
        if member.code == "coventry":
            written.append(_write_table(place / "questionnaire.csv", form, answers))
            continue
        asked = form.model_copy(update={"items": form.items[:-2]}) if member.code == "sandwell" else form
        path = place / "questionnaire.xlsx"
        write_workbook(asked, member.code, path, _by_name(answers))
        written.append(path)
    return written


Answers = dict[tuple[str, str], str | float]


def answers_of(member: str, form: Form, seed: int) -> Answers:
    """Return what a member answers, by question and field; choices in words."""
    answers: Answers = {}
    for item in form.items:
        chance = random.Random(f"{seed} {member} {item.code}")  # noqa: S311 -- samples
        if item.applies_if and not _applies(item, form, answers):
            continue
        answers |= {(item.code, field): value for field, value in _item(item, member, chance) if value != ""}
    return answers | _faults(member)


def _faults(member: str) -> Answers:
    faults: dict[str, Answers] = {
        "walsall": {("DQ2", "answer"): "every fortnight"},
        "dudley": {("DQ5", "answer"): "two and a half"},
        "stoke-on-trent": {("DQ3", "answer"): "Never", ("DQ4", "answer"): "More than half"},
        "solihull": {("DQ1", "answer"): ""},
        "worcestershire": {("PR6", "answer"): _LONG_ANSWER},
    }
    return faults.get(member, {})


def _applies(item: Item, form: Form, answers: Answers) -> bool:
    code, _, choices = item.applies_if.partition(" in ")
    asked = next(each for each in form.items if each.code == code)
    labels = {choice.label: choice.code for choice in asked.fields[0].choices}
    return labels.get(str(answers.get((code, "answer"))), "?") in choices.strip("()").split(", ")


def _item(item: Item, member: str, chance: random.Random) -> Iterator[tuple[str, str | float]]:
    yield "answer", _answer(item, item.fields[0], _HABITS[member], chance)
    yield "role", chance.choice(_ROLES)
    if len(item.fields) > 2:
        yield "evidence", chance.choice(_EVIDENCE)


def _answer(item: Item, field: AnswerField, habit: int, chance: random.Random) -> str | float:
    if field.kind is AnswerKind.TEXT:
        # One department in five has nothing to say.
        return "" if chance.random() < 0.2 else chance.choice(_WORDS[item.code])
    if field.kind is AnswerKind.NUMBER:
        return chance.choice((1.5, 2, 2.5, 3, 4, 5.5, 6)) + habit / 2
    if field.kind is AnswerKind.CHOICES:
        return "; ".join(choice.label for choice in chance.sample(field.choices[:5], chance.randint(1, 3)))
    if chance.random() < 0.08:
        return field.choices[-1].label
    ordered = [choice for choice in field.choices if choice.order]
    place = min(max(round(habit + chance.gauss(0, 0.9)), 0), len(ordered) - 1)
    return ordered[place].label


def _by_name(answers: Answers) -> dict[str, str | float]:
    return {answer_name(item, "", field): value for (item, field), value in answers.items() if value != ""}


def _write_table(path: Path, form: Form, answers: Answers) -> Path:
    """Write a row for each question, with the codes of choices as an export has them."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(["Question", "Answer", "Role", "Evidence"])
    for item in form.items:
        cells = [
            _coded(item, field, answers.get((item.code, field), "")) for field in ("answer", "role", "evidence")
        ]
        writer.writerow([item.code, *cells])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(file.getvalue().encode())
    return path


def _coded(item: Item, field: str, value: str | float) -> str:
    labels = {choice.label: choice.code for each in item.fields if each.code == field for choice in each.choices}
    return ";".join(labels.get(part, part) for part in str(value).split("; ")) if labels else str(value)
