"""Put figures into bands before anything is drawn: the finest that give away no more than the club allows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reporting.workshop.bound import Bound, Together, bound_of_signatures

# The finest first. One band for all would tell nothing, and is no picture.
FINEST_FIRST = (4, 3, 2)

NAMES: dict[int, tuple[str, ...]] = {
    2: ("Lower half", "Higher half"),
    3: ("Lowest third", "Middle third", "Highest third"),
    4: ("Lowest quarter", "Second quarter", "Third quarter", "Highest quarter"),
}
WORDS = {2: "halves", 3: "thirds", 4: "quarters"}

# What is worked out in floating point may miss a limit by its last digit.
_SLACK = 1e-9


@dataclass(frozen=True)
class Limits:
    """How much may be given away.

    Attributes:
        expected: of a picture, how many matches the best guesser may expect.
        most_certain: of a picture, how certain its most certain guess may be.
        named_once: of all pictures of a pack, how many members it may expect to name rightly in at least one.
    """

    expected: float = 3.0
    most_certain: float = 1 / 3
    named_once: float = 8.0

    def allow_together(self, together: Together) -> bool:
        """Tell whether pictures that give away this much together may be in one pack."""
        return together.named_once <= self.named_once + _SLACK

    def allow(self, bound: Bound) -> bool:
        """Tell whether a picture with this bound may be drawn."""
        return bound.expected <= self.expected + _SLACK and bound.most_certain <= self.most_certain + _SLACK


@dataclass(frozen=True)
class Banded:
    """Who is in which band (0 is the lowest), how that was made, and what a picture of it gives away."""

    how: str
    names: tuple[str, ...]
    bands: Mapping[str, int]
    bound: Bound


def put_in_bands(values: Mapping[str, float], count: int) -> Banded:
    """Put members into bands of as equal size as ties allow: the same figure is never in two.

    Args:
        values: the figure of each member that has one.
        count: how many bands.
    """
    below = {member: sum(other < value for other in values.values()) for member, value in values.items()}
    bands = {member: rank * count // len(values) for member, rank in below.items()}
    return Banded(WORDS[count], NAMES[count], bands, bound_of_signatures(bands))


def finest_bands(
    values: Mapping[str, float], limits: Limits, counts: Sequence[int] = FINEST_FIRST
) -> Banded | None:
    """Return the finest bands within the limits; None where even the widest give away more."""
    banded = (put_in_bands(values, count) for count in counts)
    return next((each for each in banded if limits.allow(each.bound)), None)
