"""An outsider who knows everything that is shown, and every sum, and wants to know the rest.

The attacker knows more than a reader of `sharing`: every figure that is shown to the last unit (a publisher may
have released it), and which authorities a region's figure is the sum of. The possible range of a hidden
figure is found by integer programming. Given a `rounding`, the attacker knows what a reader does: every figure as
it was rounded, and that a shown figure of an authority is not small.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

Figure = tuple[str, str]  # place and measure

LEFT_OVER = "(left over)"
MANY = 10_000  # more than any authority of the tests has
SMALLEST_SHOWN = 6  # of an authority; a true zero apart


@dataclass(frozen=True)
class Division:
    """A total and its parts; `is_all` if the parts make up the whole total."""

    code: str
    total: str
    parts: tuple[str, ...]
    is_all: bool = False


@dataclass(frozen=True)
class Between:
    """A bound for every authority: the weighted sum of these measures is from `least` to `most`."""

    weights: Mapping[str, int]
    least: float = 0
    most: float = np.inf


@dataclass(frozen=True)
class Shown:
    """The release about one region and year.

    `figures` are the true ones, the region's among them, None where there is none; `hidden` are those that were
    not shown; `left_out` are in no figure of the region.
    """

    region: str
    figures: Mapping[Figure, int | None] = field(repr=False)
    hidden: frozenset[Figure]
    left_out: frozenset[Figure] = frozenset()


class Attacker:
    """All tables that are possible, given what is shown."""

    def __init__(
        self, shown: Shown, divisions: Iterable[Division], bounds: Iterable[Between] = (), rounding: int = 1
    ) -> None:
        self._shown = shown
        self._rounding = rounding
        self._authorities = sorted({place for place, _ in shown.figures if place != shown.region})
        self._unknown: dict[Figure, int] = {}
        self._rows: list[dict[int, int]] = []
        self._least: list[float] = []
        self._most: list[float] = []
        for authority in self._authorities:
            for division in divisions:
                self._add_division(authority, division)
            for bound in bounds:
                self._add_bound(authority, bound)
        self._add_regions()

    def range_of(self, figure: Figure) -> tuple[float, float]:
        """Return the least and the most that a figure can be.

        Everything between is possible too: between two tables with the same sums lie others that differ by one.
        """
        column = self._unknown.get(figure)
        if column is None:  # in no sum: shown, or nothing at all is known of it
            known = self._value(figure)
            return (0, MANY) if figure in self._shown.hidden or known is None else (known, known)
        return self._extreme(column, 1), self._extreme(column, -1)

    def _extreme(self, column: int, sign: int) -> float:
        aim = np.zeros(len(self._unknown))
        aim[column] = sign
        answer = milp(
            aim,
            integrality=np.ones_like(aim),
            bounds=Bounds(*zip(*map(self._limits, self._unknown), strict=True)),
            constraints=LinearConstraint(self._matrix(), self._least, self._most),
        )
        assert answer.status == 0, answer.message  # the true table is one
        return float(round(answer.x[column]))

    def _matrix(self) -> csr_array:
        entries = [(number, column, sign) for number, row in enumerate(self._rows) for column, sign in row.items()]
        rows, columns, signs = zip(*entries, strict=True)
        return csr_array((signs, (rows, columns)), shape=(len(self._rows), len(self._unknown)))

    def _add_division(self, authority: str, division: Division) -> None:
        total = (authority, division.total)
        stated = [
            ((authority, part), value)
            for part in division.parts
            if (value := self._value((authority, part))) is not None
        ]
        known_total = self._value(total)
        if known_total is None or not stated or sum(value for _, value in stated) > known_total:
            return  # nothing adds up
        terms = [(part, 1) for part, _ in stated] + [(total, -1)]
        if not division.is_all or len(stated) < len(division.parts):
            terms.append(((authority, f"{division.code} {LEFT_OVER}"), 1))
        self._add(terms)

    def _add_bound(self, authority: str, bound: Between) -> None:
        terms = [((authority, measure), weight) for measure, weight in bound.weights.items()]
        if all(self._value(figure) is not None for figure, _ in terms):
            self._add(terms, bound.least, bound.most)

    def _add_regions(self) -> None:
        columns: dict[str, list[Figure]] = defaultdict(list)
        for (place, measure), value in self._shown.figures.items():
            if place != self._shown.region and value is not None and (place, measure) not in self._shown.left_out:
                columns[measure].append((place, measure))
        for measure, figures in columns.items():
            self._add([(figure, 1) for figure in figures] + [((self._shown.region, measure), -1)])

    def _value(self, figure: Figure) -> int | None:
        return self._shown.figures.get(figure)

    def _is_known(self, figure: Figure) -> bool:
        """Return True if the figure is shown exactly, not only rounded."""
        is_shown = figure not in self._shown.hidden and figure in self._shown.figures
        return is_shown and (self._rounding == 1 or self._value(figure) == 0)

    def _limits(self, figure: Figure) -> tuple[int, int]:
        """Return the limits of a figure, considered by itself."""
        value = self._value(figure)
        if value is None or figure in self._shown.hidden:
            return 0, MANY
        rounded = self._rounding * round(value / self._rounding)
        least_shown = 1 if figure[0] == self._shown.region else SMALLEST_SHOWN
        return max(least_shown, rounded - self._rounding // 2), rounded + self._rounding // 2

    def _add(self, terms: list[tuple[Figure, int]], least: float = 0, most: float = 0) -> None:
        """Require that the sum of the terms is from `least` to `most`."""
        row: dict[int, int] = {}
        known = 0
        for figure, sign in terms:
            if self._is_known(figure):
                known += sign * (self._value(figure) or 0)
            else:
                row[self._unknown.setdefault(figure, len(self._unknown))] = sign
        if row:
            self._rows.append(row)
            self._least.append(least - known)
            self._most.append(most - known)
