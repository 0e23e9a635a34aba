"""Move marks aside by chance, as little as gives away no more than the club allows."""

from collections.abc import Mapping
from random import Random

import numpy as np

from reporting.workshop.banding import Banded, Limits
from reporting.workshop.bound import Numbers, bound_of_likelihoods

STEPS = 9

# How far a mark is moved on average, in steps: the least first.
SPREADS = (0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 9.0, 14.0, 30.0)

HOW = "steps, moved aside by chance"
NAMES = tuple(f"Step {step}" for step in range(1, STEPS + 1))


def blur(values: Mapping[str, float], limits: Limits, random: Random) -> Banded | None:
    """Draw each mark near the step of its figure, as little moved as the limits allow; None where nothing does.

    What is refused on the way is seen by nobody. Whether a drawing is refused depends on its marks alone, not on
    who has which label, so it changes nothing of what the accepted one tells: its bound is that of the marks as
    drawn.
    """
    members = sorted(values)
    places = _places(values)
    for spread in SPREADS:
        chances = _chances(spread)
        drawn = {member: random.choices(range(STEPS), chances[places[member]])[0] for member in members}
        likelihoods = np.array(
            [[chances[places[member], drawn[label]] for member in members] for label in members]
        )
        bound = bound_of_likelihoods(members, likelihoods)
        if limits.allow(bound):
            return Banded(HOW, NAMES, drawn, bound)
    return None


def _places(values: Mapping[str, float]) -> dict[str, int]:
    """Return the step of each figure; the lowest and the highest are pulled to the next."""
    order = sorted(values.values())
    low, high = (order[1], order[-2]) if len(order) > 3 else (order[0], order[-1])
    width = (high - low) or 1.0
    return {
        member: round((STEPS - 1) * (min(max(value, low), high) - low) / width) for member, value in values.items()
    }


def _chances(spread: float) -> Numbers:
    """Return the chance of each step to be drawn (column) for each step of a figure (row)."""
    steps = np.arange(STEPS)
    weights = np.exp(-np.abs(steps[:, None] - steps[None, :]) / spread)
    chances: Numbers = weights / weights.sum(axis=1, keepdims=True)
    return chances
