"""A driver tree: a figure and what it is made of, left to right, with what each part adds to the difference."""

from collections.abc import Iterator
from dataclasses import dataclass

from reporting.charts.figures import MISSING, Cell, Figure, Subject, listing, without_figure
from reporting.charts.lettering import LINE, Label, shorten, text_width, wrap
from reporting.charts.picture import WIDTH, Picture, draw

DEEPEST, MOST = 5, 25
TOP, GAP, WIDEST = 30, 12, 220

# Between columns; of many columns less, so that the boxes stay wide enough for their words.
COLUMN_GAP, MANY, NARROW_GAP = 40, 5, 24

# The largest contribution is drawn so wide; the number stands beside it.
REACH = 32


@dataclass(frozen=True)
class Node:
    """A part: its own figure, the comparator's, and what the difference adds to that of the whole.

    `operator` (×, +, ÷, −) stands between its children; `cannot_be_split` says why there is no contribution.
    """

    title: str
    own: Figure
    comparator: Figure
    unit: str = ""
    decimals: int = 0
    contribution: Figure = MISSING
    cannot_be_split: str = ""
    operator: str = ""
    children: tuple["Node", ...] = ()

    @property
    def subject(self) -> Subject:
        """How its figures are written."""
        return Subject("", self.title, self.unit, self.decimals)

    @property
    def every(self) -> Iterator["Node"]:
        """It and all below it, in reading order."""
        yield self
        for child in self.children:
            yield from child.every

    @property
    def depth(self) -> int:
        """How many columns it needs."""
        return 1 + max((child.depth for child in self.children), default=0)


@dataclass(frozen=True)
class DrawnNode:
    """A node as a box: its lines, and the bar of its contribution from zero."""

    node: Node
    x: float
    top: float
    height: float
    title: tuple[str, ...]
    own: str
    comparator: str
    reason: tuple[str, ...]
    contribution: str
    bar: tuple[float, float] | None
    zero: float
    fit: float
    children: tuple["DrawnNode", ...]

    @property
    def middle(self) -> float:
        """Where lines reach it."""
        return self.top + self.height / 2

    @property
    def every(self) -> Iterator["DrawnNode"]:
        """It and all below it."""
        yield self
        for child in self.children:
            yield from child.every

    @property
    def operators(self) -> list[float]:
        """Where the operator stands between its children."""
        if not self.node.operator:
            return []
        return [(self.children[n].middle + self.children[n + 1].middle) / 2 for n in range(len(self.children) - 1)]


@dataclass(frozen=True)
class DriverTree:
    """Everything the drawing needs."""

    width: int
    height: float
    column: float
    gap: float
    nodes: tuple[DrawnNode, ...]
    names: tuple[tuple[str, Label], ...]


def draw_driver_tree(subject: Subject, root: Node, own_name: str, comparator_name: str) -> Picture:
    """Draw the tree; contributions are in the unit of the subject.

    Raises ValueError for a tree that is too deep or too large to be read.
    """
    chart = driver_tree(subject, root, own_name, comparator_name)
    columns = ("Part", own_name, comparator_name, "Adds to the difference", "Remark")
    table = columns, [_cells(subject, node) for node in root.every]
    return draw("driver_tree.svg.j2", subject, _describe(subject, root, own_name, comparator_name), chart, table)


def driver_tree(subject: Subject, root: Node, own_name: str, comparator_name: str) -> DriverTree:
    """Compute the geometry: leaves one below the other, each parent before the middle of its children."""
    if root.depth > DEEPEST or len(list(root.every)) > MOST:
        raise ValueError(f"a tree of more than {DEEPEST} levels or {MOST} parts cannot be read")
    gap = NARROW_GAP if root.depth >= MANY else COLUMN_GAP
    column = min(WIDEST, (WIDTH - 2 - gap * (root.depth - 1)) / root.depth)
    largest = max((abs(node.contribution.value) for node in root.every if node.contribution.value), default=0.0)
    layout = _Layout(subject, column, gap, largest)
    nodes = tuple(layout.place(root, 0, TOP)[0].every)
    bottom = max(node.top + node.height for node in nodes)
    return DriverTree(WIDTH, bottom + 8, column, gap, nodes, _names(own_name, comparator_name))


class _Layout:
    """Places nodes: each has a stretch of its own from top to bottom, which holds it and all below it."""

    def __init__(self, subject: Subject, column: float, gap: float, largest: float) -> None:
        self.subject, self.column, self.gap, self.largest = subject, column, gap, largest
        # The number needs the rest of the box.
        self.reach = min(REACH, (column - 84) / 2)

    def place(self, node: Node, level: int, top: float) -> tuple[DrawnNode, float]:
        """Return a node that begins no higher than `top`, and where its stretch ends."""
        title = wrap(node.title, self.column - 16, most=2, bold=True)
        reason, amount = self._reason(node), node.contribution.value
        height = 12 + LINE * (len(title) + 1 + len(reason)) + (LINE + 4 if amount is not None else 0)
        children, end = self._children(node, level, top)
        middle = (children[0].middle + children[-1].middle) / 2 if children else top + height / 2
        x = 1 + level * (self.column + self.gap)
        own, comparator = node.subject.show(node.own.value), node.subject.show(node.comparator.value)
        drawn = DrawnNode(
            node=node,
            x=x,
            top=max(top, middle - height / 2),
            height=height,
            title=title,
            own=own,
            comparator=comparator,
            reason=reason,
            contribution="" if amount is None else self.subject.signed(amount),
            bar=self._bar(node, x),
            zero=self._zero(x),
            fit=self._fit(own, comparator),
            children=children,
        )
        return drawn, max(end, drawn.top + height + GAP)

    def _children(self, node: Node, level: int, top: float) -> tuple[tuple[DrawnNode, ...], float]:
        children = []
        for child in node.children:
            drawn, top = self.place(child, level + 1, top)
            children.append(drawn)
        return tuple(children), top

    def _reason(self, node: Node) -> tuple[str, ...]:
        words = f"cannot be split: {node.cannot_be_split}"
        return wrap(words, self.column - 16, most=3) if node.cannot_be_split else ()

    def _fit(self, own: str, comparator: str) -> float:
        """Return the width into which each of two numbers too long to stand side by side is set closer, or 0."""
        room = self.column - 24
        return round(room / 2, 1) if text_width(own, bold=True) + text_width(comparator) > room else 0

    def _zero(self, x: float) -> float:
        return round(x + 8 + self.reach, 1)

    def _bar(self, node: Node, x: float) -> tuple[float, float] | None:
        amount = node.contribution.value
        if amount is None:
            return None
        width = self.reach * abs(amount) / self.largest if self.largest else 0.0
        zero = self._zero(x)
        return (zero, width) if amount >= 0 else (zero - width, width)


def _names(own_name: str, comparator_name: str) -> tuple[tuple[str, Label], ...]:
    """Return what stands where in a box, each in the colour of its role."""
    own = Label(shorten(f"Left: {own_name}", 230, bold=True), 1, 14, bold=True)
    other = Label(shorten(f"right: {comparator_name}", 230), own.box.right + 16, 14)
    bars = Label("bar: what it adds to the difference", other.box.right + 16, 14)
    return ("own", own), ("region", other), ("quiet", bars)


def _describe(subject: Subject, root: Node, own_name: str, comparator_name: str) -> str:
    figures = [root.subject.show(figure.value) for figure in (root.own, root.comparator)]
    words = [f"{root.title}: {own_name} {figures[0]}, {comparator_name} {figures[1]}."]
    if root.own.value is not None and root.comparator.value is not None:
        words[0] = (
            f"{words[0][:-1]}, a difference of {root.subject.signed(root.own.value - root.comparator.value)}."
        )
    # A part that is split further is told by its own parts.
    parts = [node for node in root.every if node is not root and _is_last(node)]
    largest = sorted(parts, key=lambda node: -abs(node.contribution.value or 0.0))[:3]
    if largest:
        told = [f"{node.title} ({subject.signed(node.contribution.value)})" for node in largest]
        words.append(f"The largest contributions: {listing(told)}.")
    unsplit = [node.title for node in root.every if node.cannot_be_split]
    words += [f"Cannot be split: {listing(unsplit)}."] if unsplit else []
    return " ".join(words) + without_figure(node.title for node in root.every if node.own.value is None)


def _is_last(node: Node) -> bool:
    below = (part for child in node.children for part in child.every)
    return bool(node.contribution.value) and not any(part.contribution.value for part in below)


def _cells(subject: Subject, node: Node) -> list[Cell]:
    amount: Cell = ("", None)
    if node.contribution.value is not None:
        amount = (subject.signed(node.contribution.value), node.contribution.key)
    remark = f"cannot be split: {node.cannot_be_split}" if node.cannot_be_split else ""
    title = node.title if node.unit in ("", "£", "%") else f"{node.title} ({node.unit})"
    return [(title, None), node.subject.cell(node.own), node.subject.cell(node.comparator), amount, (remark, None)]
