"""Axes: where a value lies in a picture, and where an axis has its marks."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

MARKS = 5
SMALLEST = 1e-30

# Sizes further apart than this are drawn on a logarithmic axis, or the small ones would all stand on one spot.
FAR_APART = 20


class Axis(Protocol):
    """What a picture needs of an axis."""

    @property
    def ticks(self) -> list[float]:
        """The values at the axis marks."""

    @property
    def decimals(self) -> int:
        """How many decimals the values at the marks have."""

    def at(self, value: float) -> float:
        """Return where a value lies, in pixels."""


@dataclass(frozen=True)
class Scale:
    """A linear axis from `start` to `end`, drawn between the pixels `left` and `right` (or bottom and top)."""

    start: float
    end: float
    step: float
    left: float
    right: float

    def at(self, value: float) -> float:
        """Return where a value lies, in pixels."""
        return round(self.left + (value - self.start) / (self.end - self.start) * (self.right - self.left), 1)

    @property
    def ticks(self) -> list[float]:
        """The values at the axis marks."""
        count = round((self.end - self.start) / self.step)
        return [self.start + number * self.step for number in range(count + 1)]

    @property
    def decimals(self) -> int:
        """How many decimals the values at the marks have."""
        return max(0, -math.floor(math.log10(self.step) + 1e-9))


@dataclass(frozen=True)
class LogScale:
    """A logarithmic axis from `start` to `end`, both above zero."""

    start: float
    end: float
    left: float
    right: float

    def at(self, value: float) -> float:
        """Return where a value lies, in pixels."""
        share = math.log(value / self.start) / math.log(self.end / self.start)
        return round(self.left + share * (self.right - self.left), 1)

    @property
    def ticks(self) -> list[float]:
        """The values at the axis marks: powers of ten, with twice and five times those where they are few."""
        powers = range(math.floor(math.log10(self.start)), math.ceil(math.log10(self.end)) + 1)
        within = [10.0**power * nice for power in powers for nice in (1, 2, 5) if self._holds(10.0**power * nice)]
        tens = [10.0**power for power in powers if self._holds(10.0**power)]
        return tens if len(tens) > MARKS else within

    def _holds(self, value: float) -> bool:
        return self.start <= value * (1 + 1e-9) and value <= self.end * (1 + 1e-9)

    @property
    def decimals(self) -> int:
        """How many decimals the values at the marks have."""
        return max(0, -math.floor(math.log10(self.start)))


def scale_over(numbers: Iterable[float], left: float = 0.0, right: float = 1.0) -> Scale:
    """Return an axis with round marks (1, 2 or 5 times a power of ten) that covers all numbers."""
    known = list(numbers)
    lowest, highest = (min(known), max(known)) if known else (0.0, 1.0)
    span = highest - lowest or abs(highest)
    # Closer together than figures of the warehouse can be (`raw.to_number`): one number, as far as can be drawn.
    rough = (span if span > SMALLEST else 1.0) / MARKS
    power = 10 ** math.floor(math.log10(rough))
    step = next(power * nice for nice in (1, 2, 5, 10) if power * nice >= rough * 0.999)
    start = math.floor(lowest / step) * step
    end = math.ceil(highest / step) * step
    if start == end:
        # One number on a mark: it stands in the middle, but for zero, below which there may be nothing.
        start, end = start - step * (start != 0), end + step
    return Scale(start, end, step, left, right)


def size_scale(sizes: Iterable[float], left: float, right: float) -> Axis:
    """Return the axis of sizes (all above zero): from zero, or logarithmic where they are very far apart."""
    known = list(sizes)
    if not known or max(known) <= FAR_APART * min(known):
        return scale_over([0.0, *known], left, right)
    return LogScale(_round_down(min(known) * 0.9), max(known) * 1.15, left, right)


def _round_down(value: float) -> float:
    power = float(10 ** math.floor(math.log10(value)))
    return max(power * nice for nice in (1, 2, 5) if power * nice <= value * (1 + 1e-9))
