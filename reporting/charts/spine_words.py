"""What a spine shows, in words and as a table."""

from collections.abc import Sequence

from reporting.charts.figures import MISSING, Cell, Figure, listing, without_figure
from reporting.charts.spine_parts import SpineRow

MISSING_LETTER = "–"

COLUMNS = (
    "Lowest", "Lower quartile", "Upper quartile", "Highest",
    "Limit 99.8 % from", "Limit 95 % from", "Limit 95 % to", "Limit 99.8 % to",
    "Own type", "Neighbours",
)  # fmt: skip


def describe(rows: Sequence[SpineRow], beside: str, row_name: str = "indicator") -> str:
    """Say in which rows the figure lies beyond its limits, on which side; `beside` says whose rows they are."""
    judged = [row for row in rows if row.place]
    count = f"1 {row_name}" if len(rows) == 1 else f"{len(rows)} {row_name}s"
    words = [f"{count} {beside}."]
    sides = [
        ("better", "better than the 95 % limits"), ("worse", "worse than the 95 % limits"),
        ("lower", "below them, where neither end is better"),
        ("higher", "above them, where neither end is better"),
    ]  # fmt: skip
    if judged:
        found = {side: [row.name for row in judged if row.place == place] for place, side in sides}
        told = [f"{len(names)} {side} ({listing(names)})" for side, names in found.items() if names]
        within = sum(row.place == "within" for row in judged)
        words.append(f"Of {len(judged)} with limits: {'; '.join([*told, f'{within} within'])}.")
    return " ".join(words) + without_figure(row.name for row in rows if row.own.value is None)


def spine_table(
    rows: Sequence[SpineRow], row_name: str, own_name: str, region_name: str
) -> tuple[list[str], list[list[Cell]]]:
    """Return each row of the picture, with every number drawn."""
    years = max((len(row.years) for row in rows), default=0)
    before = [f"{years - n} years before" if years - n > 1 else "Year before" for n in range(1, years)]
    columns = [row_name, own_name, region_name, *COLUMNS, *before, *(["Last year"] if years else [])]
    return [*columns, "Quality", "Better is"], [_cells(row, years) for row in rows]


def _cells(row: SpineRow, years: int) -> list[Cell]:
    ends, quartiles = row.ends or (MISSING, MISSING), row.quartiles or (MISSING, MISSING)
    spread = (ends[0], *quartiles, ends[1], *(row.limits or (MISSING,) * 4), row.own_type, row.neighbours)
    own = [row.subject.cell(figure) for figure in (row.own, row.region)]
    past = (*(None,) * (years - len(row.years)), *row.years)
    return [
        (row.name if row.unit in ("%", "") else f"{row.name} ({row.unit})", None),
        *own,
        *(_optional(row, figure) for figure in spread),
        *(row.subject.cell(figure) if figure else ("", None) for figure in past),
        (row.quality or MISSING_LETTER, row.quality_key),
        ({"low": "low", "high": "high", "none": "neither end"}[row.polarity], None),
    ]


def _optional(row: SpineRow, figure: Figure) -> Cell:
    return ("", None) if figure.value is None else row.subject.cell(figure)
