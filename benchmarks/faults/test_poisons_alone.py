"""Each poison of the test suite by itself, beside a good resubmission: the others stand as if it had not come.

In the suite they come all at once, so that one might hide what another does.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingestion.model.build import build_marts
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from tests.conftest import run_road
from tests.integration.test_poisoned_deliveries import (
    CHILDREN,
    ODD,
    PERIOD,
    PUBLISHED,
    REFUSED,
    SMALL,
    SPOILED,
    Spoiled,
    place_of,
    publish,
)
from tests.support.child_returns import PERIOD as CHILD_PERIOD
from tests.support.child_returns import write_return
from tests.support.children import episode, send
from tests.support.returns import sample_return
from tests.support.warehouses import Warehouses

Figures = set[tuple[str, ...]]
# Puts a poison into the landing zone; returns whose figures it may move, and the return that it is.
Delivery = Callable[[Settings], tuple[str, str]]

FIGURES = """
    select authority_code, period_code, measure_code, value::text, missing_reason
    from marts.fct_measure where basis = 'submitted'
"""


def in_a_cell(spoiled: Spoiled) -> Delivery:
    """A figure of a form that is none."""

    def deliver(settings: Settings) -> tuple[str, str]:
        sent = sample_return(spoiled.authority, PERIOD)
        sent.with_cell(spoiled.file, place_of(spoiled), spoiled.text).deliver(settings)
        return spoiled.authority, "pss_ex1"

    return deliver


def of_children(authority: str, tables: dict[str, list[str]]) -> Delivery:
    """Children as they cannot be."""

    def deliver(settings: Settings) -> tuple[str, str]:
        write_return(Path(settings.landing) / authority / "ssda903" / CHILD_PERIOD, **tables)
        return authority, "ssda903"

    return deliver


def of_a_publisher(source: str, target: str, spoil: Callable[[list[list[str]]], None]) -> Delivery:
    """A publisher's file with rows in it that cannot be."""

    def deliver(settings: Settings) -> tuple[str, str]:
        root = Path(settings.landing) / "_published"
        publish(root, source if (root / source).exists() else source.replace("label", "2025"), target, spoil)
        return "", target.split("/")[1]

    return deliver


def of_nobody(settings: Settings) -> tuple[str, str]:
    """Nobody is looked after on 31 March."""
    send(settings, "walsall", "2018-19", {"episodes": [episode("ann", "2018-05-01", "S", "U6", "2018-07-01")]})
    return "walsall", "ssda903"


POISONS: dict[str, Delivery] = {
    **{f"{each.authority}: {each.text[:8]}": in_a_cell(each) for each in (*SPOILED, *SMALL)},
    **{
        f"odd {number}: {text[:12].encode('unicode_escape').decode()}": in_a_cell(
            Spoiled("birmingham", "activity.csv", text)
        )
        for number, text in enumerate(ODD)
    },
    "odd children": of_children("wolverhampton", CHILDREN),
    "impossible children": of_children("coventry", REFUSED),
    "nobody on 31 March": of_nobody,
    **{
        f"publisher {number}: {target}": of_a_publisher(source, target, spoil)
        for number, (source, target, spoil) in enumerate(PUBLISHED)
    },
}


@pytest.fixture
def samples(warehouses: Warehouses) -> Iterator[Settings]:
    """A warehouse of its own for each poison, built from the samples, and a good resubmission of Solihull."""
    with warehouses.of_samples() as settings:
        send_solihull_again(settings)
        yield settings


def send_solihull_again(settings: Settings) -> None:
    """A good return, with more hours than the one before."""
    solihull = sample_return("solihull", PERIOD)
    solihull.with_amount_added("activity.csv", solihull.activity_cell("hh1_hours_la"), 100).deliver(settings)


def figures(settings: Settings) -> Figures:
    """Every measure that a member's return gives."""
    with connect(settings, Role.LOADER) as connection:
        return set(connection.execute(FIGURES).fetchall())


@pytest.fixture(scope="session")
def without_poison(warehouses: Warehouses) -> Figures:
    """What the resubmission alone comes to."""
    with warehouses.of_samples() as settings:
        before = figures(settings)
        send_solihull_again(settings)
        run_road(settings)
        build_marts(settings)
        after = figures(settings)
    assert {row[0] for row in before ^ after} == {"solihull"}
    return after


@pytest.mark.parametrize("poison", POISONS)
def test_a_poison_by_itself_moves_nobody_elses_figures(
    samples: Settings, without_poison: Figures, poison: str
) -> None:
    sender, return_code = POISONS[poison](samples)
    run_road(samples)
    if return_code != "pss_ex1":
        run_road(samples, return_code)
    build_marts(samples)
    assert {row[0] for row in figures(samples) ^ without_poison} <= {sender}
