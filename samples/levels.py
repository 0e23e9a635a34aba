"""Repeatable random levels: one for every authority and quantity, with its change from year to year."""

import random
from dataclasses import dataclass, field
from typing import NamedTuple

BASE_YEAR = 2006  # levels are drawn as they stood in 2006-07
FIRST_YEAR, LAST_YEAR = 2000, 2007


class Between(NamedTuple):
    """A range to draw from."""

    low: float
    high: float


STEADY = Between(1.0, 1.0)
QUANTITY_GROWTH = Between(1.0, 1.01)
PRICE_GROWTH = Between(1.03, 1.05)
BUDGET_GROWTH = Between(1.03, 1.06)


@dataclass
class Levels:
    """The levels of one authority. Each name has its own random stream, so no figure affects another."""

    seed: int
    authority: str
    known: dict[str, dict[int, float]] = field(default_factory=dict)

    def level(self, name: str, between: Between, growth: Between, year: int) -> float:
        """Return the level of a quantity in a year; `between` is its range in the base year."""
        if name not in self.known:
            self.known[name] = self._draw(name, between, growth)
        return self.known[name][year]

    def _draw(self, name: str, between: Between, growth: Between) -> dict[int, float]:
        chance = random.Random(f"{self.seed}/{self.authority}/{name}")  # noqa: S311 -- figures, not secrets
        levels = {BASE_YEAR: chance.uniform(*between)}
        for year in range(BASE_YEAR, FIRST_YEAR, -1):
            levels[year - 1] = levels[year] / chance.uniform(*growth)
        for year in range(BASE_YEAR, LAST_YEAR):
            levels[year + 1] = levels[year] * chance.uniform(*growth)
        return levels
