"""What is said of a figure after a practice began: how often no effect is called one, and a true one is."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from ingestion.settings import Settings
from tests.integration.test_expected_changes import MEMBERS, SIZES, TRUE_SHARES, TURNS
from tests.support.compiled_models import Row
from tests.support.expected_changes import Counts, Shares
from tests.support.follow_ups import Figure, Follow, follow_ups_of

STARTS = 1000  # of a region each
LATER = 3  # years after the start that are looked at
WORST = MEMBERS // 4  # whole councils in the worst quarter
# How far true levels wander each year of themselves, as a share of the level.
DRIFT = {"steady": 0.0, "drifting": 0.1}


@pytest.fixture(scope="module")
def follow(prepared_home: Path) -> Follow:
    return follow_ups_of(Settings(home=prepared_home, warehouse_url=None))


def starts(sizes: Counts, shares: Shares, drift: float, effect: float = 1.0) -> tuple[list[Figure], float]:
    """Starts in the worst quarter of a region; `effect` is what becomes of its true share from then on.

    Returns the figures, and how many of a hundred starts stand better against the region a year later.
    """
    random = np.random.default_rng(2003)
    figures, naively = [], 0
    for start in range(STARTS):
        kind, polarity = TURNS[start % len(TURNS)]
        of_years = wandering(random, shares, drift)
        draw = random.binomial if kind == "proportion" else lambda totals, share: random.poisson(totals * share)
        before = draw(sizes, of_years[0])
        sign = 1 if polarity == "low" else -1
        own = random.choice(np.argsort(sign * before / sizes)[-WORST:])
        of_years[1:, own] *= effect if polarity == "low" else 1 / effect
        later = [draw(sizes, of_year.clip(0, 0.995)) for of_year in of_years[1:]]
        change = later[0] / sizes - before / sizes
        naively += bool(sign * change[own] < sign * np.delete(change, own).mean())
        for year, counts in enumerate(later, start=1):
            figures += [
                (str(start), str(year), str(own), str(each), *map(float, of_council), kind, polarity)
                for each, of_council in enumerate(zip(before, sizes, counts, sizes, strict=True))
            ]
    return figures, 100 * naively / STARTS


def wandering(random: np.random.Generator, shares: Shares, drift: float) -> Shares:
    """True shares of the year before the start and of those after it."""
    steps = random.normal(0, drift, (LATER, MEMBERS))
    return shares * np.exp(np.vstack([np.zeros(MEMBERS), np.cumsum(steps, axis=0)])).clip(0.5, 2)


def share_called(rows: Iterable[Row], verdict: str, year: str = "1") -> float:
    return 100 * float(np.mean([row["verdict"] == verdict for row in rows if row["period_code"] == year]))


@pytest.mark.parametrize(
    ("case", "sizes", "drift"),
    [
        ("equal", "real", "steady"),
        ("equal", "mixed", "drifting"),
        ("spread", "real", "steady"),
        ("spread", "mixed", "drifting"),
        ("rare", "real", "steady"),
        ("one stands out", "real", "drifting"),
    ],
)
def test_of_1000_starts_without_effect_at_most_5_of_100_are_called_improved(
    follow: Follow, case: str, sizes: str, drift: str
) -> None:
    """Begun in years in which the council was among the worst: by its sign the change would be called in most."""
    figures, naively = starts(SIZES[sizes], TRUE_SHARES[case], DRIFT[drift])
    rows = follow(figures)
    called = share_called(rows, "improved")
    said = f"{called:.1f} of 100 starts without effect are called improved; by the sign alone {naively:.0f}"
    assert len(rows) == STARTS * LATER, said
    assert called <= 5, said
    assert share_called(rows, "worse") <= 5, said
    assert naively >= 55, said


def test_an_effect_is_called_in_most_starts_and_lasts(follow: Follow) -> None:
    """The true share falls by half, or doubles where high is better; in a region whose members wander too."""
    figures, _ = starts(SIZES["real"], TRUE_SHARES["spread"], DRIFT["drifting"], effect=0.5)
    rows = follow(figures)
    assert share_called(rows, "improved") > 80
    assert share_called(rows, "improved", "3") > 60
    assert {row["n_peers"] for row in rows} == {MEMBERS - 1}


def one_start(kind: str, before: list[float], after: list[float], polarity: str = "low") -> list[Figure]:
    """The first council begins; each of them has a thousand in total."""
    return [
        ("1", "1", "0", str(each), *counts, kind, polarity)
        for each, counts in enumerate(
            (first, 1000.0, then, 1000.0) for first, then in zip(before, after, strict=True)
        )
    ]


STEADY = [100.0, 95.0, 105.0, 98.0, 103.0, 101.0, 97.0]


def test_a_change_is_judged_by_the_better_end(follow: Follow) -> None:
    fallen = [20.0, *STEADY[1:]]
    for polarity, verdict in (("low", "improved"), ("high", "worse"), ("none", "no verdict")):
        (row,) = follow(one_start("proportion", STEADY, fallen, polarity))
        assert row["verdict"] == verdict
        assert row["change"] == pytest.approx(-8)
        assert row["expected_change_upper_95"] > 0 > row["expected_change_lower_95"]


def test_what_all_peers_did_is_no_effect_of_one(follow: Follow) -> None:
    halved = [each / 2 for each in STEADY]
    (row,) = follow(one_start("proportion", STEADY, halved))
    assert row["verdict"] == "as expected"
    assert row["expected_change"] == pytest.approx(row["change"], abs=1)


def test_nothing_is_said_beside_few_peers_or_without_an_interval(follow: Follow) -> None:
    for kind, councils, rows in (("proportion", 5, 1), ("proportion", 4, 0), ("published", 7, 0)):
        found = follow(one_start(kind, STEADY[:councils], [10.0, *STEADY[1:councils]]))
        assert len(found) == rows, (kind, councils)
