"""The dot plot of an indicator: a row for every member, one of them marked."""

from markupsafe import Markup

from reporting.charts.dot_plot import Dot, Words, draw_dot_plot
from reporting.comparison.indicator_figures import AuthorityFigure, IndicatorFigures
from reporting.numbers import show_number

# With fewer figures a picture says no more than the table.
FEWEST = 4


def plot_of(figures: IndicatorFigures, own: str | None = None) -> Markup | None:
    """Draw an indicator; None where too few have a figure. The row of the authority `own` is marked."""
    if figures.n < FEWEST:
        return None
    dots = [_dot(figure, own) for figure in figures.figures]
    region = figures.region.value if figures.region else None
    has_ranks = any(dot.ranks for dot in dots)
    code, shown = figures.indicator.indicator_code, show_number(region, figures.decimals)
    words = Words(
        f"plot-{code}",
        f"{code} by authority, {figures.period_code}",
        _description(figures, dots, shown),
        figures.indicator.unit,
        f"{figures.region_name} {shown}",
        "Possible ranks, 1 = best" if has_ranks else "",
    )
    return draw_dot_plot(dots, region, figures.decimals, words).svg


def _description(figures: IndicatorFigures, dots: list[Dot], shown: str) -> str:
    has_region = figures.region is not None and figures.region.value is not None
    return (
        "One row per authority, in alphabetical order; a dot marks its figure"
        + (", a line through it the 95 % interval" if any(dot.interval for dot in dots) else "")
        + (
            ", a box around it what it would be under other readings of the definition"
            if any(dot.readings for dot in dots)
            else ""
        )
        + (f"; the dashed line marks the {figures.region_name}, {shown}" if has_region else "")
        + (
            "; beside it, a band of the ranks that are possible and a dot for the rank."
            if any(dot.ranks for dot in dots)
            else "."
        )
    )


def _dot(figure: AuthorityFigure, own: str | None) -> Dot:
    lower, upper = figure.lower_95, figure.upper_95
    lowest, highest = figure.lowest_reading, figure.highest_reading
    rank, best, worst = figure.rank, figure.rank_lower_95, figure.rank_upper_95
    return Dot(
        figure.name,
        figure.value,
        None if lower is None or upper is None else (lower, upper),
        None if rank is None or best is None or worst is None else (rank, best, worst),
        None if lowest is None or highest is None else (lowest, highest),
        is_own=figure.authority_code == own,
    )
