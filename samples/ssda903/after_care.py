"""Follow-up of young people who have left care, in the year of each birthday from the 17th to the 21st."""

from samples.ssda903.care import SHORT_BREAKS, stream
from samples.ssda903.days import Year, birthday
from samples.ssda903.lives import Life, pick

NOT_FOLLOWED = frozenset({"E2", "E3", "E11", "E12"})  # died, another authority's, adopted
DAYS_SINCE_FOURTEEN = 91
CONTACT = (("YES", 0.89), ("NO", 0.94), ("REFU", 0.96), ("NREQ", 0.98), ("RHOM", 1.0))
ACTIVITIES = (
    ("F1", 0.07), ("P1", 0.09), ("F2", 0.24), ("P2", 0.28), ("F4", 0.42), ("P4", 0.47), ("F5", 0.5), ("P5", 0.52),
    ("G4", 0.62), ("G5", 0.93), ("G6", 1.0),
)  # fmt: skip
HOMES = (
    ("B1", 0.14), ("C1", 0.2), ("D1", 0.3), ("E1", 0.36), ("K1", 0.4), ("U1", 0.75), ("U2", 0.77), ("V1", 0.86),
    ("Y1", 0.92), ("X2", 0.95), ("G1", 1.0),
)  # fmt: skip


def care_leaver(life: Life, year: Year) -> list[str] | None:
    """Return contact, activity and accommodation; None if the young person is not followed up in the year."""
    found = life.child.plan
    if found.leaves > year.end or birthday(found.born, 17) > year.end:
        return None
    last = life.episodes[-1]
    if last.rec in NOT_FOLLOWED or last.ls in SHORT_BREAKS or found.leaves < birthday(found.born, 16):
        return None
    for age in range(17, 22):
        turns = birthday(found.born, age)
        if year.start <= turns <= year.end and found.leaves < turns and _days_since_fourteen(life) > 0:
            return _answers(life, age)
    return None


def _days_since_fourteen(life: Life) -> int:
    fourteen = birthday(life.child.plan.born, 14)
    days = sum(max(0, end - max(start, fourteen)) for start, end in life.child.plan.periods)
    return max(0, days - DAYS_SINCE_FOURTEEN)


def _answers(life: Life, age: int) -> list[str]:
    chance = stream(life, age)
    contact = pick(CONTACT, chance.random())
    if contact != "YES":
        return [contact, "0", "0"]
    return [contact, pick(ACTIVITIES, chance.random()), pick(HOMES, chance.random())]
