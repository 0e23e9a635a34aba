"""What a picture without names gives away: how many of its marks the best guesser gives the right name.

What is assumed of the guesser:

* It knows the figure of every member that is drawn: everything published that is loaded, and more than that.
  Who knows less does no better, since to forget something never adds matches.
* It knows how marks are made of figures: the cuts between bands, or the chances of a step to the side.
* It knows nothing of who has which label. Labels are given at random, each order as likely as any other, anew
  for each picture, and stand in their own order.

Then all that a picture tells is which mark stands at which label. Where marks are made without chance, members
with the same mark (the same *signature*) can be told apart by nothing: in a group of m, each guess is right
with 1/m, whatever is guessed. So a group adds one match, and the picture as many as it has different
signatures. Where chance is in the marks, the chance that a label is a member's follows from the permanents of
the table of likelihoods, label by member.

Several pictures tell no more about each other than each does about itself: their labels are given
independently, and this guesser knows beforehand which marks there are. A row that is shown twice under two
labels links nothing either. A label that was kept from one picture to the next would: the signature would be
that of both, and no pictures here share one. What adds up over pictures is how often one may guess, so
`Together` says how many members are named rightly in at least one of them.

Not counted is what a member knows of itself beyond its figure, what it is told in the room, and the key.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import prod

import numpy as np
from numpy.typing import NDArray

# The tables of sums over subsets have 2^n entries.
MOST_MARKS = 16

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Bound:
    """What the best guesser makes of one picture.

    Attributes:
        expected: how many marks it expects to name rightly, naming each member once.
        chances: of each member, how certain the guesser can be of any one label.
        guesses: of the mark of each member, how certain the guesser can be whose it is.
    """

    expected: float
    chances: Mapping[str, float]
    guesses: Mapping[str, float]

    @property
    def marks(self) -> int:
        """How many members are drawn."""
        return len(self.chances)

    @property
    def most_certain(self) -> float:
        """The chance that the most certain single guess is right."""
        return max(self.chances.values())


@dataclass(frozen=True)
class Together:
    """What the best guesser makes of all pictures of a pack.

    Attributes:
        marks: how many there are in all pictures.
        expected: how many of those it expects to name rightly.
        most_certain: the chance that the most certain single guess of all is right.
        members: how many members are drawn at all.
        named_once: how many of them it expects to name rightly in at least one picture, without knowing in which.
        by_chance: the same of somebody who knows no figure.
    """

    marks: int
    expected: float
    most_certain: float
    members: int
    named_once: float
    by_chance: float


def bound_of_signatures(signatures: Mapping[str, Hashable]) -> Bound:
    """Return the bound of a picture without chance in its marks, from the signature of each member drawn."""
    sizes = Counter(signatures.values())
    chances = {member: 1 / sizes[mark] for member, mark in signatures.items()}
    return Bound(float(len(sizes)), chances, chances)


def bound_of_likelihoods(members: Sequence[str], likelihoods: Numbers) -> Bound:
    """Return the bound of a picture as it was drawn, with chance in its marks.

    Args:
        members: whose figures are drawn, in the order of the columns; the rows are their marks in the same order.
        likelihoods: how likely each mark (row) is if it is the member's (column).

    Raises:
        ValueError: the table is not square, is too large, or no order of the labels is possible.
    """
    chances = matching_chances(likelihoods)
    surest = (dict(zip(members, map(float, chances.max(axis=axis)), strict=True)) for axis in (0, 1))
    return Bound(best_assignment(chances), *surest)


def bound_of_all(pictures: Sequence[Bound]) -> Together:
    """Return the bound of all pictures of a pack, whose labels were given independently."""
    members = sorted({member for picture in pictures for member in picture.chances})
    return Together(
        marks=sum(picture.marks for picture in pictures),
        expected=sum(picture.expected for picture in pictures),
        most_certain=max(picture.most_certain for picture in pictures),
        members=len(members),
        named_once=_named_once(members, pictures, lambda picture, member: picture.chances[member]),
        by_chance=_named_once(members, pictures, lambda picture, _: 1 / picture.marks),
    )


def _named_once(members: Sequence[str], pictures: Sequence[Bound], chance: Callable[[Bound, str], float]) -> float:
    missed = (
        prod(1 - chance(picture, member) for picture in pictures if member in picture.chances)
        for member in members
    )
    return sum(1 - each for each in missed)


def matching_chances(likelihoods: Numbers) -> Numbers:
    """Return the chance of each label (row) to be each member's (column), every order of labels being as likely.

    That is likelihood x permanent of what is left without the row and the column / permanent of the whole. The
    permanents are summed over subsets of columns, from the first row and from the last: nothing is subtracted, so
    no digits are lost as they are in Ryser's formula.

    Raises:
        ValueError: the table is not square, is too large, or no order of the labels is possible.
    """
    size = _require_square(likelihoods)
    # Chances do not change when a row is multiplied by a number; so nothing becomes too small to be a number.
    scale = likelihoods.max(axis=1, keepdims=True)
    scaled = np.divide(likelihoods, scale, out=np.zeros_like(likelihoods), where=scale > 0)
    above = _over_subsets(scaled, np.add.at, np.multiply)
    below = _over_subsets(scaled[::-1], np.add.at, np.multiply)
    everything = (1 << size) - 1
    if above[everything] == 0:
        raise ValueError("No order of the labels could have given these marks.")
    chances = np.zeros_like(scaled)
    for row, subsets in enumerate(_subsets_by_size(size)[:-1]):
        for column in range(size):
            free = subsets[subsets >> column & 1 == 0]
            rest = everything ^ free ^ (1 << column)
            chances[row, column] = scaled[row, column] * np.dot(above[free], below[rest])
    result: Numbers = chances / above[everything]
    return result


def best_assignment(chances: Numbers) -> float:
    """Return the largest sum of entries with one in each row and each column."""
    return float(_over_subsets(chances, np.maximum.at, np.add)[-1])


def _over_subsets(table: Numbers, gather: Callable[..., None], extend: Callable[..., Numbers]) -> Numbers:
    """Sum (or take the best) over all ways to give the first rows the columns of each subset, by its bits."""
    size = len(table)
    sums = np.zeros(1 << size)
    sums[0] = 1.0 if extend is np.multiply else 0.0
    for row, subsets in enumerate(_subsets_by_size(size)[:-1]):
        for column in range(size):
            free = subsets[subsets >> column & 1 == 0]
            gather(sums, free | (1 << column), extend(sums[free], table[row, column]))
    return sums


@cache
def _subsets_by_size(size: int) -> list[NDArray[np.int64]]:
    """Return the subsets of so many columns, as bits, by how many columns are in them."""
    subsets = np.arange(1 << size, dtype=np.int64)
    counts = np.bitwise_count(subsets)
    return [subsets[counts == count] for count in range(size + 1)]


def _require_square(likelihoods: Numbers) -> int:
    rows, columns = likelihoods.shape
    if rows != columns or not 0 < rows <= MOST_MARKS:
        raise ValueError(
            f"A table of {rows} labels and {columns} members; expected as many, at most {MOST_MARKS}."
        )
    return int(rows)
