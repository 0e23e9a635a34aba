"""What drives a difference, drawn: the tree with a figure at each node, and the steps of price and mix."""

from collections.abc import Sequence
from functools import cache

from ingestion.seeds import seed_rows
from reporting.charts.driver_tree import Node, draw_driver_tree
from reporting.charts.figures import Figure, Subject
from reporting.charts.picture import Picture
from reporting.charts.waterfall import Kind, Step, draw_waterfall
from reporting.packs.pack import Pack, key
from reporting.packs.rows import Driver

# How many decimals money of a unit is shown with; shares and rates take one.
DECIMALS = {"£ per week": 0, "£ per hour": 2}


def driver_tree_picture(pack: Pack, nodes: Sequence[Driver]) -> Picture:
    """Draw a tree: the figure at each node, what of the difference is due to it, or why that cannot be told."""
    root = next(node for node in nodes if node.parent_node_code is None)
    unit = next((node.contribution_unit for node in nodes if node.contribution_unit), root.unit)
    # Trees of one indicator begin with the same node: each has a title of its own.
    title = f"{_titles()[root.tree_code]}: what drives the difference, {root.period_code}"
    subject = Subject(f"tree-{root.tree_code}", title, unit, _decimals(unit))
    return draw_driver_tree(subject, _node(root, nodes), pack.authority_name, pack.region)


@cache
def _titles() -> dict[str, str]:
    return {row["tree_code"]: row["title"] for row in seed_rows("drivers/driver_trees")}


def _node(node: Driver, nodes: Sequence[Driver]) -> Node:
    below = [each for each in nodes if each.parent_node_code == node.node_code]
    return Node(
        title=node.label,
        own=_figure(node, "value"),
        comparator=_figure(node, "comparator_value"),
        unit=node.unit,
        decimals=_decimals(node.unit),
        contribution=_figure(node, "contribution"),
        cannot_be_split=node.missing_reason or "",
        operator="×" if any(each.kind == "factor" for each in below) else "",
        children=tuple(_node(each, nodes) for each in below),
    )


def waterfall_picture(pack: Pack, nodes: Sequence[Driver]) -> Picture | None:
    """Draw the steps from the region's figure to the own one, of money; None where they are not known."""
    whole = next((node for node in nodes if node.node_code == node.whole_node_code), None)
    if whole is None or whole.value is None or whole.comparator_value is None or not whole.unit.startswith("£"):
        return None
    steps = [
        Step(node.label, _figure(node, "contribution"), _kind(node)) for node in nodes
        if _is_step(node, nodes) and node.contribution is not None
    ]  # fmt: skip
    subject = Subject(
        f"waterfall-{whole.tree_code}", f"{whole.label}: from the {pack.region} to {pack.authority_name}, "
        f"{whole.period_code}", whole.unit, _decimals(whole.unit),
    )  # fmt: skip
    return draw_waterfall(
        subject,
        (pack.region, _figure(whole, "comparator_value")),
        steps,
        (pack.authority_name, _figure(whole, "value")),
    )


def _is_step(node: Driver, nodes: Sequence[Driver]) -> bool:
    """Whether it is one of the last parts: a price with nothing below it, or a mix as a whole."""
    if node.kind == "share" or node.node_code == node.whole_node_code:
        return False
    return node.kind == "mix" or not any(each.parent_node_code == node.node_code for each in nodes)


def _kind(node: Driver) -> Kind:
    return "mix" if node.kind == "mix" else "price" if node.kind == "part" else ""


def _figure(node: Driver, what: str) -> Figure:
    named = node.indicator_code, node.period_code, node.basis, node.authority_code
    return Figure(getattr(node, what), key=key(*named, f"{node.node_code}.{what}"))


def _decimals(unit: str) -> int:
    return DECIMALS.get(unit, 1)
