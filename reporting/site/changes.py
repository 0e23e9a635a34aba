"""What has changed, by the day: figures that moved, definitions that were agreed, decisions of the club."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from reporting.definitions.decisions import Decision, decisions_of
from reporting.definitions.register import Indicator
from reporting.site.read import Shared
from reporting.site.rows import Change


@dataclass(frozen=True)
class Agreement:
    """What was agreed or decided on a day, and which indicators it is about."""

    words: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Day:
    """A day on which something changed."""

    on: date
    decided: tuple[Agreement, ...]
    changes: tuple[Change, ...]

    @property
    def title(self) -> str:
        """Say how much changed."""
        figures, decisions = len(self.changes), len(self.decided)
        parts = [
            f"{figures} figure{'' if figures == 1 else 's'} moved" if figures else "",
            f"{decisions} decision{'' if decisions == 1 else 's'}" if decisions else "",
        ]
        return " and ".join(filter(None, parts))

    @property
    def summary(self) -> str:
        """Say what changed, without values."""
        titles = dict.fromkeys(f"{change.title} ({change.indicator_code})" for change in self.changes)
        return " ".join([*(each.words for each in self.decided), "; ".join(titles)]).strip()


def collect_days(shared: Shared) -> list[Day]:
    """Collect everything that has a day, the latest first."""
    changes, decided = defaultdict(list), defaultdict(list)
    for change in shared.of(Change):
        changes[change.changed_on].append(change)
    for on, agreement in (*_definitions(shared.register), *_decisions(shared.register)):
        decided[on].append(agreement)
    return [Day(on, tuple(decided[on]), tuple(changes[on])) for on in sorted({*changes, *decided}, reverse=True)]


def _definitions(register: Iterable[Indicator]) -> list[tuple[date, Agreement]]:
    codes: dict[str, dict[str, None]] = defaultdict(dict)
    for indicator in register:
        for version in indicator.versions:
            codes[version.row["agreed_on"]][indicator.code] = None
    return [(date.fromisoformat(day), _agreed(list(found))) for day, found in codes.items()]


def _agreed(codes: list[str]) -> Agreement:
    of = "one indicator" if len(codes) == 1 else f"{len(codes)} indicators"
    return Agreement(f"The definition of {of} was agreed", tuple(codes))


def _decisions(register: Iterable[Indicator]) -> list[tuple[date, Agreement]]:
    touching: dict[str, Decision] = {}
    codes: dict[str, list[str]] = defaultdict(list)
    for indicator in register:
        for decision in decisions_of(indicator):
            touching[decision.code] = decision
            codes[decision.code].append(indicator.code)
    return [
        (
            date.fromisoformat(each.row["agreed_on"]),
            Agreement(f"Decided for {each.periods}: {_meaning(decision, each.row['value'])}", tuple(codes[code])),
        )
        for code, decision in touching.items() for each in decision.decided
    ]  # fmt: skip


def _meaning(decision: Decision, value: str) -> str:
    return next(
        (option["meaning"].rstrip(".") for option in decision.options if option["value"] == value),
        f"{decision.code} is {value}",
    )
