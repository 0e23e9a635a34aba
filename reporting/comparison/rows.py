"""A theme's figures as rows of text: alphabetical, the region last, gaps as a dash with a footnote."""

from dataclasses import dataclass, field

from reporting.comparison.comparators import Comparator
from reporting.comparison.theme_figures import ThemeFigures
from reporting.comparison.themes import Column
from reporting.numbers import DASH, show_number

NO_REASON = "no figure has been sent"


@dataclass(frozen=True)
class Cell:
    """One cell: its text, and the numbers of its footnotes."""

    text: str
    footnotes: tuple[int, ...] = ()


@dataclass(frozen=True)
class Row:
    """The row of one authority, or of the region."""

    name: str
    cells: tuple[Cell, ...]
    code: str | None = None


@dataclass(frozen=True)
class ComparisonRows:
    """A table ready to be shown in any form."""

    rows: tuple[Row, ...]
    region: Row
    footnotes: tuple[str, ...]
    remarks: tuple[str, ...]


@dataclass
class _Footnotes:
    """Footnotes in the order of first use; the same sentence gets the same number."""

    sentences: list[str] = field(default_factory=list)

    def number(self, sentence: str) -> int:
        if sentence not in self.sentences:
            self.sentences.append(sentence)
        return self.sentences.index(sentence) + 1


def comparison_rows(figures: ThemeFigures) -> ComparisonRows:
    """Lay a theme out as rows."""
    footnotes = _Footnotes()
    rows = tuple(
        Row(name, tuple(_cell(figures, column, code, footnotes) for column in figures.theme.columns), code)
        for code, name in figures.authorities.items()
    )
    region = Row(figures.region_name, tuple(_region_cell(figures, column) for column in figures.theme.columns))
    return ComparisonRows(rows, region, tuple(footnotes.sentences), remarks(figures))


def remarks(figures: ThemeFigures) -> tuple[str, ...]:
    """Explain the last row: the method of its figures, and the number of authorities behind them."""
    by_method: dict[str, list[str]] = {}
    for column in figures.theme.columns:
        comparator = figures.region.get(column.name)
        if comparator:
            by_method.setdefault(how_made(comparator), []).append(column.heading)
    methods = [f"{figures.region_name}, {_listed(headings)}: {method}." for method, headings in by_method.items()]
    by_chance: dict[str, list[str]] = {}
    for column in figures.theme.columns:
        comparator = figures.region.get(column.name)
        if comparator and comparator.false_alarm_probability is not None:
            by_chance.setdefault(false_alarms(comparator), []).append(column.heading)
    warnings = [f"{_listed(headings)}: {warning}." for warning, headings in by_chance.items()]
    return (*methods, *warnings, "Columns that are no indicators have no regional figure.") if methods else ()


def how_made(comparator: Comparator) -> str:
    """Describe how a comparator's figure is made, from how many figures, how many were left out; or why not."""
    if comparator.too_few:
        return f"none, as only {comparator.too_few}"
    left_out = f", {comparator.n_left_out} more left out for their quality" if comparator.n_left_out else ""
    return f"{comparator.method} over the {comparator.n} members with a figure{left_out}"


def false_alarms(comparator: Comparator) -> str:
    """State how likely it is that a member stands apart though all are alike."""
    chance = 100 * (comparator.false_alarm_probability or 0)
    return f"of {comparator.n} members all alike, one at least is beyond its 95 % limits {chance:.0f} times in 100"


def _cell(figures: ThemeFigures, column: Column, code: str, footnotes: _Footnotes) -> Cell:
    value = figures.values[column.name].get(code)
    if value is None:
        period = figures.periods[column.name]
        reason = figures.reasons[column.name].get(code) or _reason_of_anchor(figures, column, code) or NO_REASON
        where = f"{figures.authorities[code]}, {period}" if period else "All authorities"
        return Cell(DASH, (footnotes.number(f"{where}: {reason}."),))
    text = show_number(value, column.decimals)
    if column.bounds:
        lower, upper = (figures.values[bound].get(code) for bound in column.bounds)
        text += f" ({show_number(lower, column.decimals)}–{show_number(upper, column.decimals)})"
    return Cell(text)


def _reason_of_anchor(figures: ThemeFigures, column: Column, code: str) -> str | None:
    """Return the indicator's reason of the same year: a return that never came leaves no measures with reasons."""
    return figures.reasons.get(column.anchor, {}).get(code)


def _region_cell(figures: ThemeFigures, column: Column) -> Cell:
    comparator = figures.region.get(column.name)
    return Cell(show_number(comparator.value, column.decimals) if comparator else "")


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
