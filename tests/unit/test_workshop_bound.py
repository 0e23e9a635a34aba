"""What a picture without names gives away, against trying every order of the labels."""

from collections.abc import Hashable, Mapping, Sequence
from itertools import permutations, product
from math import factorial, isclose
from random import Random

import numpy as np
import pytest

from reporting.workshop.bound import (
    MOST_MARKS,
    best_assignment,
    bound_of_all,
    bound_of_likelihoods,
    bound_of_signatures,
    matching_chances,
)

EXACT = 1e-12


def best_of_all_labellings(likelihoods: np.ndarray) -> tuple[float, float]:
    """Expected matches of the best guess, and the most certain single one, by trying every order of the labels."""
    size = len(likelihoods)
    labels, orders = np.arange(size), np.array(list(permutations(range(size))))
    weights = likelihoods[labels, orders].prod(axis=1)
    chances = np.zeros((size, size))
    for label in labels:
        np.add.at(chances[label], orders[:, label], weights / weights.sum())
    return float(chances[labels, orders].sum(axis=1).max()), float(chances.max())


def signatures_of(random: Random, size: int, bands: int) -> dict[str, Hashable]:
    """Members in so many bands, some with nothing to show, which is a band too."""
    return {f"member {place}": random.choice([*range(bands), None]) for place in range(size)}


def as_likelihoods(signatures: Mapping[str, Hashable]) -> np.ndarray:
    marks = list(signatures.values())
    return np.array([[float(mark == own) for own in marks] for mark in marks])


@pytest.mark.parametrize("size", range(1, 9))
@pytest.mark.parametrize("seed", range(2))
def test_a_picture_without_chance_gives_away_its_different_marks(size: int, seed: int) -> None:
    signatures = signatures_of(Random(seed * 100 + size), size, bands=3)
    expected, most_certain = best_of_all_labellings(as_likelihoods(signatures))
    bound = bound_of_signatures(signatures)
    assert isclose(bound.expected, expected, abs_tol=EXACT)
    assert isclose(bound.most_certain, most_certain, abs_tol=EXACT)


@pytest.mark.parametrize("size", range(1, 9))
@pytest.mark.parametrize("seed", range(2))
def test_a_picture_with_chance_gives_away_what_the_permanents_say(size: int, seed: int) -> None:
    random = Random(seed * 100 + size)
    # Ties (members with the same figure, so equal columns), and marks that some member cannot have.
    kinds = [[random.random() for _ in range(size)] for _ in range(max(1, size // 2))]
    likelihoods = np.array([kinds[place % len(kinds)] for place in range(size)]).T
    likelihoods[0, -1] = 0 if size > 2 else likelihoods[0, -1]
    expected, most_certain = best_of_all_labellings(likelihoods)
    bound = bound_of_likelihoods([str(place) for place in range(size)], likelihoods)
    assert isclose(bound.expected, expected, abs_tol=EXACT)
    assert isclose(bound.most_certain, most_certain, abs_tol=EXACT)


def test_without_chance_both_ways_to_reckon_agree_for_fourteen() -> None:
    signatures = signatures_of(Random(7), 14, bands=3)
    chances = matching_chances(as_likelihoods(signatures))
    assert isclose(best_assignment(chances), bound_of_signatures(signatures).expected, abs_tol=EXACT)
    assert np.allclose(chances.sum(axis=0), 1, atol=EXACT)
    assert np.allclose(chances.sum(axis=1), 1, atol=EXACT)


def test_very_small_likelihoods_lose_no_digits() -> None:
    likelihoods = np.random.default_rng(1).random((6, 6)) * 1e-200
    assert np.allclose(matching_chances(likelihoods), matching_chances(likelihoods * 1e200), atol=EXACT)


def test_marks_that_no_order_gives_are_refused() -> None:
    with pytest.raises(ValueError, match="No order"):
        matching_chances(np.array([[0.0, 1.0], [0.0, 1.0]]))
    with pytest.raises(ValueError, match="as many"):
        matching_chances(np.ones((2, 3)))
    with pytest.raises(ValueError, match="at most"):
        matching_chances(np.ones((MOST_MARKS + 1, MOST_MARKS + 1)))


def both_pictures_seen(one: Sequence[Hashable], two: Sequence[Hashable]) -> tuple[float, float, float]:
    """Matches expected in both pictures, the most certain guess, and members named at least once.

    Every pair of orders of labels is tried; the guesser holds both pictures, and guesses from both.
    """
    size = len(one)
    labels, orders = np.arange(size), np.array(list(permutations(range(size))))
    places = np.argsort(orders, axis=1)  # of each member, in each order
    seen: dict[tuple[Hashable, ...], list[tuple[int, int]]] = {}
    for first, second in product(range(len(orders)), repeat=2):
        marks = (*(one[who] for who in orders[first]), *(two[who] for who in orders[second]))
        seen.setdefault(marks, []).append((first, second))
    matches = certain = once = 0.0
    for pairs in seen.values():
        share = len(pairs) / factorial(size) ** 2
        for picture in range(2):
            chances = np.zeros((size, size))
            for pair in pairs:
                chances[labels, orders[pair[picture]]] += 1 / len(pairs)
            matches += share * float(chances[labels, orders].sum(axis=1).max())
            certain = max(certain, float(chances.max()))
        # Whom each guess names rightly in each pair of orders; the guesses of both pictures are tried together.
        hits = [np.array([places == places[pair[picture]] for pair in pairs]) for picture in range(2)]
        named = (hits[0][:, :, None] | hits[1][:, None, :]).sum(axis=3).mean(axis=0)
        once += share * float(named.max())
    return matches, certain, once


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (("low", "low", "high", "high"), ("low", "high", "low", "high")),
        # The same row under two labels, with another beside it: nothing is linked.
        (("a", "a", "b", "b"), ("a1", "a2", "b1", "b1")),
        ((0, 0, 0), (0, 0, 1)),
    ],
)
def test_fresh_labels_make_two_pictures_give_away_what_each_does(
    one: tuple[Hashable, ...], two: tuple[Hashable, ...]
) -> None:
    matches, certain, once = both_pictures_seen(one, two)
    together = bound_of_all([bound_of_signatures({str(who): mark for who, mark in enumerate(each)})
                             for each in (one, two)])  # fmt: skip
    assert isclose(together.expected, matches, abs_tol=EXACT)
    assert isclose(together.most_certain, certain, abs_tol=EXACT)
    assert isclose(together.named_once, once, abs_tol=EXACT)


def test_a_label_that_is_kept_would_give_away_more_than_fresh_ones() -> None:
    one, two = {"a": 0, "b": 0, "c": 1, "d": 1}, {"a": 0, "b": 1, "c": 0, "d": 1}
    kept = bound_of_signatures({who: (one[who], two[who]) for who in one})
    assert (kept.expected, kept.most_certain) == (4, 1)
    assert bound_of_all([bound_of_signatures(one), bound_of_signatures(two)]).most_certain == 0.5
