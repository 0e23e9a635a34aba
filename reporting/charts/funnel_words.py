"""What a funnel shows, in words and as a table."""

from collections.abc import Sequence

from reporting.charts.figures import Cell, Figure, Subject, listing, without_figure
from reporting.charts.funnel_parts import FunnelPoint
from reporting.numbers import show_figure

SIDES = ("99.8 % from", "95 % from", "95 % to", "99.8 % to")


def describe(subject: Subject, points: Sequence[FunnelPoint], comparator_name: str, comparator: Figure) -> str:
    """Say where the own authority lies, and who lies outside the limits."""
    drawn = [point for point in points if point.place]
    words = [
        f"{point.name}: {subject.show(point.figure.value)}{f', {point.position}' if point.position else ''}."
        for point in points
        if point.is_own
    ]
    if comparator.value is not None:
        words.append(f"{comparator_name}: {subject.show(comparator.value)}.")
    judged = [point for point in drawn if point.limits]
    if judged:
        words.append(f"Of {len(judged)} authorities with a figure and limits: {_outside(judged)}.")
        others = len(drawn) - len(judged)
        words += [f"{others} more are drawn, to whom these limits do not apply."] if others else []
    missing = without_figure(point.name for point in points if not point.place)
    return " ".join(words) + missing if words else missing.strip() or "No figures."


def _outside(judged: Sequence[FunnelPoint]) -> str:
    kinds = [f"{side} the {band} % limits" for band in ("99.8", "95") for side in ("below", "above")]
    found = {kind: [point.name for point in judged if point.position == kind] for kind in kinds}
    told = [f"{len(names)} {kind} ({listing(names)})" for kind, names in found.items() if names]
    return "; ".join(told) if told else "none lies outside them"


def funnel_table(
    subject: Subject, points: Sequence[FunnelPoint], comparator_name: str, comparator: Figure
) -> tuple[list[str], list[list[Cell]]]:
    """Return a row for each authority, with its size, its figure and its limits."""
    rows: list[list[Cell]] = []
    for point in points:
        limits: list[Cell] = [("", None)] * 4
        if point.limits:
            limits = [
                (subject.show(at), key) for at, key in zip(point.limits.numbers, point.limits.keys, strict=True)
            ]
        size = (show_figure(point.size.value, 0), point.size.key)
        rows.append([(point.name, None), size, subject.cell(point.figure), *limits, (point.position, None)])
    if comparator.value is not None:
        rows.append([(comparator_name, None), ("", None), subject.cell(comparator), *[("", None)] * 5])
    return ["Authority", "Size", "Figure", *SIDES, "Place in the funnel"], rows
