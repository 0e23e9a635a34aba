"""The decisions of the club that an indicator rests on: since when each holds, and what else could be decided."""

from dataclasses import dataclass
from functools import cache

from ingestion.seeds import seed_rows
from reporting.definitions.register import Indicator

# The count of children who have not moved.
STABLE = "same_placement"


@dataclass(frozen=True)
class Decided:
    """A value that was decided, with its years and how it came about."""

    row: dict[str, str]

    @property
    def periods(self) -> str:
        """The years that are counted by it, in words."""
        first, last = self.row["valid_from_period"], self.row["valid_to_period"]
        if first and last:
            return f"{first} to {last}"
        return f"since {first}" if first else f"until {last}" if last else "all years"

    @property
    def agreed(self) -> str:
        """When it was agreed, in which round, and by how many."""
        votes = f", {self.row['votes_for']} for and {self.row['votes_against']} against"
        return (
            self.row["agreed_on"]
            + (f", round {self.row['round']}" if self.row["round"] else "")
            + (votes if self.row["votes_for"] else "")
        )


@dataclass(frozen=True)
class Decision:
    """A decision of the club, what was decided, and its options."""

    code: str
    decided: tuple[Decided, ...]
    options: tuple[dict[str, str], ...]

    @property
    def is_tried(self) -> bool:
        """Whether figures are counted by more than one of its options."""
        return sum(option["is_tried"] == "true" for option in self.options) > 1

    def holds_now(self, option: dict[str, str]) -> Decided | None:
        """Return the decision for an option which is the last in force; None where another answer holds."""
        last = self.decided[-1]
        return last if option["value"] == last.row["value"] else None

    def in_force(self, option: dict[str, str]) -> list[Decided]:
        """Return when an option was, or is, what is decided."""
        return [each for each in self.decided if each.row["value"] == option["value"]]


def decisions_of(indicator: Indicator) -> list[Decision]:
    """Return the decisions that touch one of the counts of an indicator, those that are tried first."""
    divisions = _divisions()
    counted = {divisions[measure.code] for measure in indicator.measures if measure.code in divisions}
    touching = [
        decision
        for decision in _decisions()
        if counted & set(decision.decided[-1].row["touches"].split())
        or (counted and decision.decided[-1].row["touches"] == "all")
    ]
    return sorted(touching, key=lambda decision: not decision.is_tried)


def tried_decisions() -> list[Decision]:
    """Return the decisions by more than one option of which figures are counted."""
    return [decision for decision in _decisions() if decision.is_tried]


def counts_stability(indicator: Indicator) -> bool:
    """Return True where an indicator counts children who have stayed in one placement."""
    divisions = _divisions()
    return any(divisions.get(measure.code) == STABLE for measure in indicator.measures)


def option_in_words(decision_code: str, value: str) -> str:
    """Say what is decided by this value of a decision; the value itself, where nothing is said of it."""
    known = {(row["decision_code"], row["value"]): row["meaning"] for row in seed_rows("ssda903/decision_options")}
    return known.get((decision_code, value), f"{decision_code} is {value}")


@cache
def _divisions() -> dict[str, str]:
    return {row["measure_code"]: row["division"] for row in seed_rows("ssda903/ssda903_measures")}


@cache
def _decisions() -> tuple[Decision, ...]:
    rows, options = seed_rows("ssda903/club_decisions"), seed_rows("ssda903/decision_options")
    codes = dict.fromkeys(row["decision_code"] for row in rows)
    return tuple(
        Decision(
            code,
            tuple(Decided(row) for row in rows if row["decision_code"] == code),
            tuple(row for row in options if row["decision_code"] == code),
        )
        for code in codes
    )
