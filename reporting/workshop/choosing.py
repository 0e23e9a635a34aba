"""Choose the pictures of a workshop: each, and all of them together, give away no more than the club allows."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from random import Random

from reporting.workshop.banding import FINEST_FIRST, WORDS, Banded, Limits, finest_bands, put_in_bands
from reporting.workshop.blur import blur
from reporting.workshop.bound import Together, bound_of_all
from reporting.workshop.figures import Measured

# A workshop of an afternoon.
MOST_PICTURES = 6

Chosen = list[tuple[Measured, Banded]]


@dataclass(frozen=True)
class Wanted:
    """What the officer asks for.

    Attributes:
        limits: how much a picture, and all of them together, may give away.
        bands: how many; None for the finest within the limits.
        override: why it may give away more; None where it may not.
        is_blurred: no bands, but marks that chance has moved aside.
    """

    limits: Limits
    bands: int | None = None
    override: str | None = None
    is_blurred: bool = False


def choose_pictures(figures: Sequence[Measured], wanted: Wanted, random: Random) -> tuple[Chosen, dict[str, str]]:
    """Return the pictures that may be drawn, and of those that may not the reason, by title.

    Args:
        figures: the indicators of the group in their order, with the figure of each member.
        wanted: limits, and what the officer decides about them.
        random: moves marks aside, where that is wanted.
    """
    chosen: Chosen = []
    left_out: dict[str, str] = {}
    for measured in figures:
        found = _bands(measured, wanted, random)
        if isinstance(found, str):
            left_out[measured.title] = found
        elif len(chosen) < MOST_PICTURES:
            chosen.append((measured, found))
    if not wanted.override:
        _hold_together(chosen, wanted, left_out)
    return chosen, left_out


def together(chosen: Chosen) -> Together:
    """Return what all pictures together give away."""
    return bound_of_all([banded.bound for _, banded in chosen])


def _bands(measured: Measured, wanted: Wanted, random: Random) -> Banded | str:
    """Put the figures of an indicator into bands; a sentence where that gives away too much."""
    values = measured.known
    if len(set(values.values())) < 2:
        return "too few different figures"
    if wanted.is_blurred:
        return blur(values, wanted.limits, random) or "gives away too much, however far its marks are moved"
    if wanted.override:
        return put_in_bands(values, wanted.bands or max(WORDS))
    if wanted.bands is None:
        return finest_bands(values, wanted.limits) or "gives away too much, even in halves"
    banded = put_in_bands(values, wanted.bands)
    return banded if wanted.limits.allow(banded.bound) else _too_much(banded, wanted.limits)


def _too_much(banded: Banded, limits: Limits) -> str:
    bound = banded.bound
    return (
        f"in {banded.how} the best guesser expects {bound.expected:g} of {bound.marks} (at most "
        f"{limits.expected:g}), and is right in its most certain guess with {bound.most_certain:.0%} "
        f"(at most {limits.most_certain:.0%})"
    )


def _hold_together(chosen: Chosen, wanted: Wanted, left_out: dict[str, str]) -> None:
    """Widen bands, or leave pictures out, until all together stay within the limit; of those alike the last first.

    Bands that the officer has asked for are not widened, nor are marks that were moved aside.
    """
    may_be_widened = wanted.bands is None and not wanted.is_blurred
    while chosen and not wanted.limits.allow_together(given := together(chosen)):
        if may_be_widened and _widen_one(chosen, wanted.limits):
            continue
        measured, _ = chosen.pop()
        left_out[measured.title] = (
            f"with it the best guesser would be right at least once about {ceil(given.named_once * 10) / 10:g} of "
            f"{given.members} members, over all pictures together (at most {wanted.limits.named_once:g})"
        )


def _widen_one(chosen: Chosen, limits: Limits) -> bool:
    """Put the picture with the finest bands into wider ones; False where none can be."""
    for count in FINEST_FIRST[:-1]:
        for place, (measured, banded) in reversed(list(enumerate(chosen))):
            if banded.how == WORDS[count]:
                wider = finest_bands(measured.known, limits, [other for other in FINEST_FIRST if other < count])
                if wider:
                    chosen[place] = (measured, wider)
                    return True
    return False
