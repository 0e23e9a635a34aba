"""Invented answers to two rounds of the quiz on what counts as a placement: more agree in the second.

Planted on purpose, in the second round:

- M24 and S17, a temporary stay that lasts on 31 March: twelve of fourteen members take it for a placement, in both
  questions that are asked about it, against what is decided.
- S06, in the same placement since 1 April two years ago: seven members take it for two years, and six do not.
- M41, a placement that ends on 1 April: seven count it and six do not.
- M37, a stay of some hours: operations and information count it nearly everywhere, finance does not.

And three files are faulty: Walsall writes a number in words, Herefordshire answers a case that was not asked, and
Solihull sends nothing in the second round.
"""

from collections.abc import Iterator
from pathlib import Path
from random import Random

from ingestion.returns.forms import Form, Item, form_of, rounds_of
from ingestion.settings import RETURNS
from samples.members import Member, members
from samples.tables import write_csv

RETURN = "definition_quiz"
HEADER = ("case", "perspective", "answer", "certainty", "reason")

SILENT = ("solihull", "2026-2")
# Of an answer that is not as the key: how often, round by round, where a reading counts so, and where none does.
ASTRAY = {"2026-1": (0.34, 0.14), "2026-2": (0.14, 0.04)}
REASONS = {
    "sure": "That is how our system counts.",
    "fairly": "We have always read the guidance so.",
    "guess": "We have had no such case.",
}
# How many members, from the first by name on, count otherwise than decided, and who of them, case by case.
PLANTED: dict[tuple[str, str], tuple[int, tuple[str, ...]]] = {
    ("2026-1", "M24"): (9, ("operations", "finance", "information")),
    ("2026-2", "M24"): (13, ("operations", "finance", "information")),
    ("2026-2", "S17"): (13, ("operations", "finance", "information")),
    ("2026-2", "S06"): (6, ("operations", "finance", "information")),
    ("2026-2", "M41"): (6, ("operations", "finance", "information")),
    ("2026-2", "M37"): (14, ("operations", "information")),
}
# Who keeps to the decision, whatever the others of a planted case do.
STEADFAST = "worcestershire"


def write_quiz(folder: Path, seed: int) -> list[Path]:
    """Write what every member answered to every round; return the files, in order."""
    return [
        write_csv(folder / member.code / RETURN / round_code / "quiz.csv", _rows(seed, member, round_code))
        for round_code in rounds_of(RETURNS / RETURN)
        for member in members()
        if (member.code, round_code) != SILENT
    ]


def _rows(seed: int, member: Member, round_code: str) -> Iterator[tuple[str, ...]]:
    form = form_of(RETURN, round_code)
    random = Random(f"{seed} {member.code} {round_code} quiz")  # noqa: S311 -- nothing to guess
    yield HEADER
    for item in form.items:
        habit = _habit(random, item, round_code)
        for perspective in form.respondents:
            answer = _answer(random, member, form, item, perspective, habit)
            certainty = random.choices(("sure", "fairly", "guess"), (5, 3, 2 if answer != _key(item) else 1))[0]
            yield item.code, perspective, answer, certainty, REASONS[certainty] if random.random() < 0.2 else ""
    if (member.code, round_code) == ("herefordshire", "2026-1"):
        yield "M99", "operations", "2", "guess", ""


def _answer(random: Random, member: Member, form: Form, item: Item, perspective: str, habit: str) -> str:
    """Return what a perspective answers: as its department does, mostly, or as is planted."""
    if (member.code, form.round_code, item.code, perspective) == ("walsall", "2026-1", "M06", "finance"):
        return "one"
    planted = PLANTED.get((form.round_code, item.code))
    if planted:
        count, who = planted
        departs = members().index(member) < count and perspective in who and member.code != STEADFAST
        return _other(item) if departs else _key(item)
    return habit if random.random() < 0.9 else _other(item)


def _habit(random: Random, item: Item, round_code: str) -> str:
    """Return how a department counts a case."""
    where_read, elsewhere = ASTRAY[round_code]
    astray = where_read if item.attributes["otherwise"] else elsewhere
    return _other(item) if random.random() < astray else _key(item)


def _key(item: Item) -> str:
    return str(item.attributes["key"])


def _other(item: Item) -> str:
    """Return the count by another reading or, where there is none, one placement more or the next choice."""
    choices = [choice.code for choice in item.fields[0].choices]
    astray = choices[choices.index(_key(item)) - 1] if choices else str(int(_key(item)) + 1)
    return next(iter(item.attributes["otherwise"].values()), astray)
