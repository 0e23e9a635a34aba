"""Somebody outside who knows everything that is shown, and all that adds up, and wants to know the rest.

The attacker knows more than a reader of `sharing`: every figure that is shown to the last unit (the publisher has put
some of them out), which figure is hidden for which reason, and which authorities a region's figure is the sum of. What is
then still possible for a hidden figure is found by integer programming over all that adds up.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

Figure = tuple[str, str]  # place and measure

LEFT_OVER = "(left over)"
LARGE = 10_000  # no authority of the tests has so many


@dataclass(frozen=True)
class Division:
    """A total and its parts; `is_all` when there is nothing but the parts."""

    code: str
    total: str | None
    parts: tuple[str, ...]
    is_all: bool


@dataclass(frozen=True)
class AtLeast:
    """Of every authority the sum of these measures, each times its weight, is not negative."""

    weights: Mapping[str, int]


@dataclass(frozen=True)
class Shown:
    """What left the club of one region and year.

    `figures` are the true ones, None where there is none; `hidden` are those that were not shown; `left_out` are in
    no sum of the region.
    """

    figures: Mapping[Figure, int | None] = field(repr=False)
    hidden: frozenset[Figure]
    left_out: frozenset[Figure]
    region: str


class Attacker:
    """All tables that are possible, given what is shown."""

    def __init__(self, shown: Shown, divisions: Iterable[Division], bounds: Iterable[AtLeast] = ()) -> None:
        self._shown = shown
        self._places = {place for place, _ in shown.figures if place != shown.region}
        self._unknown: dict[Figure, int] = {}
        self._rows: list[dict[int, int]] = []
        self._least: list[float] = []
        self._most: list[float] = []
        for division in divisions:
            self._add_totals(division)
        self._add_regions()
        for bound in bounds:
            self._add_bounds(bound)

    def range_of(self, figure: Figure) -> tuple[float, float]:
        """The least and the most that a figure can be; all between them are possible too, as sums of a table are a flow."""
        column = self._unknown.get(figure)
        if column is None:
            # It is in no sum: shown, or nothing at all is known of it.
            known = self._value(figure)
            return (0, LARGE) if figure in self._shown.hidden or known is None else (known, known)
        return self._extreme(column, 1), self._extreme(column, -1)

    def _extreme(self, column: int, sign: int) -> float:
        aim = np.zeros(len(self._unknown))
        aim[column] = sign
        answer = milp(
            aim,
            integrality=np.ones_like(aim),
            bounds=Bounds(0, LARGE),
            constraints=LinearConstraint(self._matrix(), self._least, self._most),
        )
        assert answer.status == 0, answer.message  # the true table is one
        return float(round(answer.x[column]))

    def _matrix(self) -> csr_array:
        entries = [(number, column, sign) for number, row in enumerate(self._rows) for column, sign in row.items()]
        rows, columns, signs = zip(*entries, strict=True)
        return csr_array((signs, (rows, columns)), shape=(len(self._rows), len(self._unknown)))

    def _add_totals(self, division: Division) -> None:
        for place in self._places:
            parts = [(place, part) for part in division.parts if self._value((place, part)) is not None]
            total = None if division.total is None else (place, division.total)
            if total is None or self._value(total) is None or not parts:
                continue
            over = self._value(total) - sum(self._value(part) for part in parts)
            if over < 0:
                continue  # the authority contradicts itself: nothing adds up
            terms = [(part, 1) for part in parts] + [(total, -1)]
            if not (division.is_all and len(parts) == len(division.parts)):
                terms.append(((place, f"{division.code} {LEFT_OVER}"), 1))
            self._add(terms)

    def _add_regions(self) -> None:
        """Of each measure the region's figure is the sum of its authorities."""
        columns: dict[str, list[Figure]] = defaultdict(list)
        for place, measure in self._shown.figures:
            figure = (place, measure)
            if place != self._shown.region and figure not in self._shown.left_out and self._value(figure) is not None:
                columns[measure].append(figure)
        for measure, figures in columns.items():
            self._add([(figure, 1) for figure in figures] + [((self._shown.region, measure), -1)])

    def _add_bounds(self, bound: AtLeast) -> None:
        for place in self._places:
            terms = [((place, measure), weight) for measure, weight in bound.weights.items()]
            if all(self._value(figure) is not None for figure, _ in terms):
                self._add(terms, np.inf)

    def _value(self, figure: Figure) -> int | None:
        return self._shown.figures.get(figure)

    def _add(self, terms: list[tuple[Figure, int]], most: float = 0) -> None:
        """The sum of the terms is from 0 to `most`."""
        row: dict[int, int] = {}
        known = 0
        for figure, sign in terms:
            if figure in self._shown.hidden or LEFT_OVER in figure[1]:
                row[self._unknown.setdefault(figure, len(self._unknown))] = sign
            else:
                known += sign * (self._value(figure) or 0)
        if row:
            self._rows.append(row)
            self._least.append(-known)
            self._most.append(most - known)
