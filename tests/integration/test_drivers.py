"""Differences taken apart: that the parts add up, in any order, and what the two sides of each node are."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.support.compiled_models import Models, compiled_models

KEY = ("dudley", "2006-07", "submitted")
SIDES = (
    "authority_code text, period_code text, basis text, tree_code text, compared_with text, node_code text,"
    " node_indicator_code text, n integer, own_numerator float8, own_denominator float8, own_value float8,"
    " own_missing_reason text, other_numerator float8, other_denominator float8, other_value float8,"
    " other_missing_reason text, note text"
)
FIGURES = (
    "authority_code text, period_code text, basis text, tree_code text, node_code text, kind text,"
    " indicator_code text, definition_version integer, multiplier float8, comparable_with_previous boolean,"
    " ingredients text, numerator float8, denominator float8, value float8, missing_reason text,"
    " quality_rating text"
)

TREES = "tree_code text, indicator_code text"
NODES = (
    "tree_code text, node_code text, parent_node_code text, position integer, kind text, share_of text,"
    " label text, unit text"
)
CASES = yaml.safe_load(Path(__file__).with_name("driver_cases.yml").read_text(encoding="utf-8"))["cases"]

MEMBERS = "comparator_set text, comparator_group text, period_code text, member_code text"
SETS = "comparator_set text, made_by text, least_rating text, least_n integer"
GROUPS = "authority_code text, period_code text, comparator_set text, comparator_group text"


@pytest.fixture(scope="module")
def models(prepared_home: Path) -> Iterator[Models]:
    with compiled_models(prepared_home, "int_driver_sides", "fct_driver") as compiled:
        yield compiled


# The split, in worked cases


def names_of(columns: str) -> list[str]:
    return [column.split()[0] for column in columns.split(", ")]


def rounded(row: dict[str, Any]) -> str:
    """A row as text, without the last binary digits of its numbers; there is no zero below nothing."""
    return str({
        name: round(float(value), 9) + 0.0 if isinstance(value, int | float) else value
        for name, value in row.items()
    })  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_worked_case_is_split_as_by_hand(models: Models, case: dict[str, Any]) -> None:
    tables = {"driver_trees": TREES, "driver_nodes": NODES, "int_driver_sides": SIDES}
    for given_rows in case["given"]:
        columns = tables[given_rows["input"]]
        rows = [[row.get(name) for name in names_of(columns)] for row in given_rows["rows"]]
        models.put(given_rows["input"], columns, rows)
    expected = case["expect"]["rows"]
    found = models.run("fct_driver", ", ".join(expected[0]), put=tuple(tables))
    as_dicts = [dict(zip(expected[0], row, strict=True)) for row in found]
    assert sorted(map(rounded, as_dicts)) == sorted(map(rounded, expected))


# The split, over the trees of the club


@dataclass(frozen=True)
class Side:
    """What one side has of a node: the value is their quotient times the node's multiplier."""

    numerator: float
    denominator: float

    def value(self, multiplier: float) -> float | None:
        return multiplier * self.numerator / self.denominator if self.denominator else None

    def __add__(self, other: "Side") -> "Side":
        return Side(self.numerator + other.numerator, self.denominator + other.denominator)


@dataclass(frozen=True)
class Tree:
    """Both sides of the nodes of one tree."""

    code: str
    multipliers: dict[str, float]
    own: dict[str, Side]
    other: dict[str, Side]

    def swapped(self) -> "Tree":
        return Tree(self.code, self.multipliers, self.other, self.own)


Drivers = dict[str, float | None]


def contributions(models: Models, tree: Tree, nodes: Sequence[str] = ()) -> Drivers:
    """Node -> contribution, or none, as `fct_driver` has it."""
    models.put("int_driver_sides", SIDES, [
        (*KEY, tree.code, "region", node, None, 14,
         own.numerator, own.denominator, own.value(multiplier), None if own.denominator else "none",
         other.numerator, other.denominator, other.value(multiplier), None if other.denominator else "none", None)
        for node, multiplier in tree.multipliers.items()
        for own, other in [(tree.own[node], tree.other[node])]
    ])  # fmt: skip
    found = models.run("fct_driver", "node_code, contribution", put=("int_driver_sides", *nodes))
    return {str(node): contribution for node, contribution in found}


# Each example is a statement of its own; how long one takes says more of the machine than of the split.
of_many = hypothesis_settings(deadline=None, max_examples=40)
amounts = st.floats(1, 1e7)
somebody = st.builds(Side, amounts, amounts)
anybody = st.one_of(somebody, st.builds(Side, st.just(0.0), amounts), st.just(Side(0.0, 0.0)))


@st.composite
def costs_of_children(draw: st.DrawFn) -> dict[str, Side]:
    """Homes and foster care, own and others': some without cost, some not there at all."""
    parts = {
        "b8_homes_own": draw(anybody), "b8_homes_others": draw(somebody),
        "b8_foster_own": draw(somebody), "b8_foster_others": draw(anybody),
    }  # fmt: skip
    homes = parts["b8_homes_own"] + parts["b8_homes_others"]
    foster = parts["b8_foster_own"] + parts["b8_foster_others"]
    return {"b8": homes + foster, "b8_homes": homes, "b8_foster": foster, **parts}


@st.composite
def costs_of_home_care(draw: st.DrawFn) -> dict[str, Side]:
    la, independent, people = draw(somebody), draw(somebody), draw(amounts)
    both = la + independent
    return {
        "hh1_cost_per_person": Side(both.numerator, people), "hh1_hours": Side(both.denominator, people),
        "hh1_cost_per_hour": both, "hh1_cost_per_hour_la": la, "hh1_cost_per_hour_independent": independent,
    }  # fmt: skip


def children_tree(own: dict[str, Side], other: dict[str, Side]) -> Tree:
    return Tree("b8", dict.fromkeys(own, 7000), own, other)


def home_care_tree(own: dict[str, Side], other: dict[str, Side]) -> Tree:
    multipliers = dict.fromkeys(own, 1000 / 52) | {"hh1_hours": 1.0}
    return Tree("hh1", multipliers, own, other)


trees = st.one_of(
    st.builds(children_tree, costs_of_children(), costs_of_children()),
    st.builds(home_care_tree, costs_of_home_care(), costs_of_home_care()),
)


@pytest.fixture(scope="module")
def parents(models: Models) -> dict[str, str | None]:
    return dict(
        models.connection.execute("select node_code, parent_node_code from staging.driver_nodes").fetchall()
    )


def size(tree: Tree) -> float:
    """What a rounding error is small against: the dearest figure on either side."""
    values = [
        side[node].value(multiplier)
        for node, multiplier in tree.multipliers.items()
        for side in (tree.own, tree.other)
    ]
    return max(abs(value) for value in values if value is not None)


@of_many
@given(trees)
def test_the_parts_add_up_to_the_whole(models: Models, parents: dict[str, str | None], tree: Tree) -> None:
    found = contributions(models, tree)
    whole = "b8" if tree.code == "b8" else "hh1_cost_per_person"
    multiplier = tree.multipliers[whole]
    expected = (tree.own[whole].value(multiplier) or 0) - (tree.other[whole].value(multiplier) or 0)
    assert found[whole] == pytest.approx(expected, rel=1e-12, abs=1e-12)
    for parent in set(parents.values()) & set(found):
        below = [found[node] for node in found if parents[node] == parent]
        assert None not in below
        total = math.fsum(value for value in below if value is not None)
        assert total == pytest.approx(found[parent], rel=1e-9, abs=1e-9 * size(tree)), parent


@of_many
@given(trees)
def test_swapping_the_sides_turns_every_sign(models: Models, tree: Tree) -> None:
    there, back = contributions(models, tree), contributions(models, tree.swapped())
    assert {node: -value for node, value in back.items() if value is not None} == pytest.approx(
        there, rel=1e-9, abs=1e-9 * size(tree)
    )


@of_many
@given(trees)
def test_the_order_of_the_factors_has_no_say(models: Models, tree: Tree) -> None:
    """The same tree with its nodes named and listed the other way round."""
    straight = contributions(models, tree)
    models.connection.execute("drop table if exists pg_temp.driver_nodes")
    models.connection.execute(
        "create temp table driver_nodes as select reverse(node_code) as node_code, tree_code,"
        " reverse(parent_node_code) as parent_node_code, -position as position, kind,"
        " reverse(share_of) as share_of, label, unit from staging.driver_nodes order by node_code desc"
    )
    turned = Tree(
        tree.code,
        {node[::-1]: multiplier for node, multiplier in reversed(tree.multipliers.items())},
        {node[::-1]: side for node, side in tree.own.items()},
        {node[::-1]: side for node, side in tree.other.items()},
    )
    found = {node[::-1]: value for node, value in contributions(models, turned, nodes=("driver_nodes",)).items()}
    assert found == pytest.approx(straight, rel=1e-9, abs=1e-9 * size(tree))


@of_many
@given(costs_of_children(), costs_of_children())
def test_prices_and_mix_are_what_shapley_gives(
    models: Models, own: dict[str, Side], other: dict[str, Side]
) -> None:
    """Worked out a second time: the two prices and the mix are changed one after the other, in all six orders."""

    def cost(taken: frozenset[str]) -> float:
        prices = {
            part: (own if part in taken else other)[part].value(7000) or 0 for part in ("b8_homes", "b8_foster")
        }
        mix = own if "b8_mix" in taken else other
        return sum(price * mix[part].denominator / mix["b8"].denominator for part, price in prices.items())

    players = ("b8_homes", "b8_foster", "b8_mix")
    orders = list(permutations(players))
    expected = dict.fromkeys(players, 0.0)
    for order in orders:
        for turn, player in enumerate(order):
            step = cost(frozenset(order[: turn + 1])) - cost(frozenset(order[:turn]))
            expected[player] += step / len(orders)
    tree = children_tree(own, other)
    found = contributions(models, tree)
    assert {player: found[player] for player in players} == pytest.approx(
        expected, rel=1e-9, abs=1e-9 * size(tree)
    )


@of_many
@given(costs_of_home_care(), costs_of_home_care())
def test_factors_of_a_product_have_their_logarithmic_share(
    models: Models, own: dict[str, Side], other: dict[str, Side]
) -> None:
    tree = home_care_tree(own, other)
    found = contributions(models, tree)
    values = {
        node: ((own[node].value(factor) or 0), (other[node].value(factor) or 0))
        for node, factor in tree.multipliers.items()
    }
    logs = {node: math.log(now / then) for node, (now, then) in values.items()}
    whole = found["hh1_cost_per_person"] or 0
    # Where the whole hardly changes, this quotient of two small numbers is the one that is not exact.
    if abs(logs["hh1_cost_per_person"]) > 1e-3:
        for node in ("hh1_hours", "hh1_cost_per_hour"):
            share = logs[node] / logs["hh1_cost_per_person"]
            assert found[node] == pytest.approx(whole * share, rel=1e-6, abs=1e-6 * size(tree))


def test_a_product_that_stays_as_it_is_still_has_its_drivers(models: Models) -> None:
    """Twice the hours at half the price: as much up as down, and nothing in all."""
    la, independent = Side(60.0, 6.0), Side(40.0, 4.0)
    both = la + independent
    own = {
        "hh1_cost_per_person": Side(both.numerator, 5.0), "hh1_hours": Side(both.denominator, 5.0),
        "hh1_cost_per_hour": both, "hh1_cost_per_hour_la": la, "hh1_cost_per_hour_independent": independent,
    }  # fmt: skip
    halved = {node: Side(side.numerator, side.denominator / 2) for node, side in own.items()}
    other = halved | {"hh1_cost_per_person": own["hh1_cost_per_person"], "hh1_hours": Side(5.0, 5.0)}
    found = contributions(models, home_care_tree(own, other))
    assert found["hh1_cost_per_person"] == 0
    expected = 1000 / 52 * 20 * math.log(2)
    assert found["hh1_hours"] == pytest.approx(expected, rel=1e-12)
    assert found["hh1_cost_per_hour"] == pytest.approx(-expected, rel=1e-12)


# The two sides


MULTIPLIER = 10.0


def figure(
    authority: str, node: str, numerator: float | None, denominator: float | None, *, period: str = "2006-07",
    kind: str = "part", code: str = "X", version: int = 1, comparable: bool = False, formula: str = "the same",
    rating: str = "A",
) -> tuple[object, ...]:  # fmt: skip
    value = MULTIPLIER * numerator / denominator if numerator is not None and denominator else None
    reason = "An empty cell" if numerator is None else None
    return (
        authority, period, "submitted", "b8", node, kind, code, version, MULTIPLIER, comparable, formula,
        numerator, denominator, value, reason, rating,
    )  # fmt: skip


def sides(
    models: Models, figures: Sequence[tuple[object, ...]], columns: str, where: str, *, least_n: int = 1
) -> list[tuple[object, ...]]:
    models.put("int_driver_figures", FIGURES, figures)
    models.put("dim_period", "period_code text, starts_on date, ends_on date", [
        ("2005-06", "2005-04-01", "2006-03-31"), ("2006-07", "2006-04-01", "2007-03-31"),
    ])  # fmt: skip
    regions = {"dudley": "west", "solihull": "west", "walsall": "west", "barnsley": "east"}
    sets = {
        "region": regions,
        "own_type": dict.fromkeys(regions, "metropolitan"),
        "england": dict.fromkeys(regions, "england"),
    }
    of_walsall = [
        ("statistical_neighbours", "walsall", "2006-07", neighbour) for neighbour in ("solihull", "barnsley")
    ]
    models.put("int_comparator_members", MEMBERS, of_walsall + [
        (name, group, "2006-07", authority) for name, groups in sets.items() for authority, group in groups.items()
    ])  # fmt: skip
    models.put("int_comparator_groups", GROUPS, [("walsall", "2006-07", "statistical_neighbours", "walsall")] + [
        (authority, "2006-07", name, group) for name, groups in sets.items() for authority, group in groups.items()
    ])  # fmt: skip
    models.put("comparator_sets", SETS, [
        ("region", "region", "B", least_n), ("own_type", "authority_type", "B", least_n),
        ("england", "country", "B", least_n),
        ("statistical_neighbours", "statistical_neighbours", "B", least_n),
    ])  # fmt: skip
    put = (
        "int_driver_figures", "dim_period", "int_comparator_members", "int_comparator_groups", "comparator_sets",
    )  # fmt: skip
    found = models.run("int_driver_sides", f"{columns}, {where} as is_wanted", put=put)
    return sorted(row[:-1] for row in found if row[-1])


def test_every_node_is_pooled_over_the_same_authorities(models: Models) -> None:
    """Walsall lacks what most have and is left out at every node; what Dudley alone has is asked of nobody."""
    figures = [
        figure("dudley", "b8", 6, 3, kind="whole"), figure("solihull", "b8", 2, 1, kind="whole"),
        figure("walsall", "b8", 100, 1, kind="whole"), figure("barnsley", "b8", 4, 1, kind="whole"),
        figure("dudley", "b8_homes", 4, 1), figure("solihull", "b8_homes", 0, 0),
        figure("walsall", "b8_homes", None, None), figure("barnsley", "b8_homes", 4, 1),
        figure("dudley", "b8_foster", 2, 2),
    ]  # fmt: skip
    found = sides(
        models, figures, "compared_with, node_code, n, other_numerator, other_denominator, other_value",
        "authority_code = 'walsall' and node_code in ('b8', 'b8_homes', 'b8_foster')",
    )  # fmt: skip
    assert found == [
        ("england", "b8", 3, 12.0, 5.0, 24.0),
        ("england", "b8_foster", 3, None, None, None),
        ("england", "b8_homes", 3, 8.0, 2.0, 40.0),
        ("own_type", "b8", 3, 12.0, 5.0, 24.0),
        ("own_type", "b8_foster", 3, None, None, None),
        ("own_type", "b8_homes", 3, 8.0, 2.0, 40.0),
        ("previous_year", "b8", None, None, None, None),
        ("previous_year", "b8_foster", None, None, None, None),
        ("previous_year", "b8_homes", None, None, None, None),
        ("region", "b8", 2, 8.0, 4.0, 20.0),
        ("region", "b8_foster", 2, None, None, None),
        ("region", "b8_homes", 2, 4.0, 1.0, 40.0),
        ("statistical_neighbours", "b8", 2, 6.0, 2.0, 30.0),
        ("statistical_neighbours", "b8_foster", 2, None, None, None),
        ("statistical_neighbours", "b8_homes", 2, 4.0, 1.0, 40.0),
    ]
    said = sides(
        models, figures, "node_code, own_missing_reason, other_missing_reason, note",
        "authority_code = 'walsall' and compared_with = 'region' and node_code in ('b8_homes', 'b8_foster')",
    )  # fmt: skip
    left_out = "Left out of the comparator for want of a good figure of this tree: 1 of 3"
    assert said == [
        (
            "b8_foster",
            "The form of this year does not give it",
            "Of the comparators only 1 of 3 have a figure",
            left_out,
        ),
        ("b8_homes", "An empty cell", None, left_out),
    ]


def test_too_few_figures_are_no_mark_for_others(models: Models) -> None:
    figures = [
        figure("dudley", "b8_homes", 4, 1), figure("solihull", "b8_homes", 6, 1),
        figure("walsall", "b8_homes", 9, 1), figure("barnsley", "b8_homes", 5, 1),
    ]  # fmt: skip
    found = sides(
        models, figures, "compared_with, n, other_value, other_missing_reason",
        "authority_code = 'walsall' and compared_with in ('england', 'region') and node_code = 'b8_homes'",
        least_n=4,
    )  # fmt: skip
    too_few = "Of the comparators only 3 of 3 have every figure of this tree, and it takes 4"
    assert found == [("england", 4, 60.0, None), ("region", 3, None, too_few)]


def test_a_figure_rated_c_is_no_mark_for_others(models: Models) -> None:
    figures = [
        figure("dudley", "b8_homes", 4, 1), figure("solihull", "b8_homes", 6, 1),
        figure("walsall", "b8_homes", 90, 1, rating="C"),
    ]  # fmt: skip
    found = sides(
        models, figures, "own_value, other_value, n",
        "authority_code = 'walsall' and compared_with = 'region' and node_code = 'b8_homes'",
    )  # fmt: skip
    assert found == [(900.0, 50.0, 2)]


def test_members_alone_are_not_compared_with_england(models: Models) -> None:
    figures = [figure("dudley", "b8_homes", 4, 1), figure("walsall", "b8_homes", 2, 1)]
    found = sides(models, figures, "compared_with", "node_code = 'b8_homes' and authority_code = 'dudley'")
    assert found == [("own_type",), ("previous_year",), ("region",)]


def test_a_tree_is_not_open_where_nobody_has_a_part(models: Models) -> None:
    assert sides(models, [figure("dudley", "b8", 4, 1, kind="whole")], "node_code", "true") == []


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        pytest.param({}, (20.0, None), id="the same version"),
        pytest.param({"code": "Y", "version": 3}, (20.0, None), id="the same formula under another code"),
        pytest.param(
            {"version": 0, "formula": "another"}, (None, "The definition differs from that of the year before"),
            id="another formula",
        ),
        pytest.param({"period": "2004-05"}, (None, "There is no figure of the year before"), id="no year before"),
    ],
)  # fmt: skip
def test_the_year_before_is_the_other_side_where_it_is_comparable(
    models: Models, before: dict[str, object], expected: tuple[float | None, str | None]
) -> None:
    earlier = figure("dudley", "b8_homes", 2, 1, **({"period": "2005-06"} | before))
    found = sides(
        models, [earlier, figure("dudley", "b8_homes", 4, 1)], "other_value, other_missing_reason",
        "compared_with = 'previous_year' and node_code = 'b8_homes' and period_code = '2006-07'",
    )  # fmt: skip
    assert found == [expected]


def test_a_version_that_is_declared_comparable_looks_back(models: Models) -> None:
    earlier = figure("dudley", "b8_homes", 2, 1, period="2005-06", formula="another")
    later = figure("dudley", "b8_homes", 4, 1, version=2, comparable=True)
    found = sides(
        models, [earlier, later], "other_value, other_missing_reason",
        "compared_with = 'previous_year' and node_code = 'b8_homes' and period_code = '2006-07'",
    )  # fmt: skip
    assert found == [(20.0, None)]
