"""The pictures of an indicator: every member beside the region, the years, and who stands apart for its size."""

from ingestion.days import day_in_words
from reporting.charts.figures import MISSING, Figure
from reporting.charts.funnel import draw_funnel
from reporting.charts.funnel_parts import FunnelPoint, Limits
from reporting.charts.picture import Picture
from reporting.charts.spine import draw_spine_of_members
from reporting.charts.spine_parts import SpineRow
from reporting.charts.trend import draw_trend
from reporting.charts.trend_parts import Annotation, Break, Series, YearFigure
from reporting.site.figures import IndicatorFigures
from reporting.site.rows import Authority, Compared, Shown

SPARK_YEARS = 5


def members_picture(figures: IndicatorFigures) -> Picture | None:
    """Draw a line for each member in the newest year; None where none has a figure."""
    year = figures.newest
    if year is None:
        return None
    rows = [spine_row(figures, member, member.name) for member in figures.members]
    subject = figures.subject("members", f"{figures.title}: members beside their region, {year}")
    return draw_spine_of_members(subject, rows, region_of(figures))


def spine_row(figures: IndicatorFigures, member: Authority, name: str, ending: str = "") -> SpineRow:
    """Lay out the newest figure of a member beside its region, its own type and its neighbours."""
    year = figures.newest or ""
    shown, region = figures.of(year, member.authority_code), figures.region(year)
    own = figures.compared(year, member.authority_code)
    limits = _limits(own)
    spark = [each for each in figures.years if each <= year][-SPARK_YEARS:]
    return SpineRow(
        name=name + ending,
        ending=ending,
        unit=figures.unit,
        decimals=figures.decimals,
        polarity=figures.indicator.latest["polarity"],  # type: ignore[arg-type]  # one of three, a test of the register
        own=_figure(shown),
        region=Figure(region.comparator_value) if region else MISSING,
        quartiles=_both(region.lower_quartile_value, region.upper_quartile_value) if region else None,
        ends=_both(region.minimum_value, region.maximum_value) if region else None,
        limits=None if limits is None else tuple(map(Figure, limits.numbers)),  # type: ignore[arg-type]  # four
        own_type=_comparator(figures.compared(year, member.authority_code, "own_type")),
        neighbours=_comparator(figures.compared(year, member.authority_code, "statistical_neighbours")),
        years=tuple(_value(figures.of(each, member.authority_code)) for each in spark),
        quality=(shown.quality_rating or "") if shown else "",
    )


def trend_picture(figures: IndicatorFigures) -> Picture | None:
    """Draw the years of the region, its members behind it; None where there is but one year."""
    known = [year for year in figures.years if (row := figures.region(year)) and row.comparator_value is not None]
    if len(known) < 2:
        return None
    region = [_region_year(figures, year) for year in figures.years]
    return draw_trend(
        figures.subject("trend", f"{figures.title}: the years"),
        [Series(region_of(figures), tuple(region), "own"), *(_series(figures, each) for each in figures.members)],
        _breaks(figures),
        [
            Annotation(event.period_code, event.what, day_in_words(event.on_date))
            for event in figures.events if figures.years[0] <= event.period_code <= figures.years[-1]
        ],
    )  # fmt: skip


def _series(figures: IndicatorFigures, member: Authority) -> Series:
    years = (YearFigure(year, _value(figures.of(year, member.authority_code))) for year in figures.years)
    return Series(member.name, tuple(years), "peer")


def _region_year(figures: IndicatorFigures, year: str) -> YearFigure:
    region = figures.region(year)
    basis = "published" if figures.basis_in(year) == "published" else "submitted"
    return YearFigure(year, Figure(region.comparator_value) if region else MISSING, basis=basis)  # type: ignore[arg-type]


def _breaks(figures: IndicatorFigures) -> list[Break]:
    """Say from which years on the figures follow another definition, or another source."""
    found: list[Break] = []
    for before, year in zip(figures.years, figures.years[1:], strict=False):
        old, new = figures.version_in(before), figures.version_in(year)
        if old and new and old.number != new.number and new.row["comparable_with_previous"] != "true":
            found.append(Break(year, f"Another definition (version {new.number})"))
        elif figures.basis_in(before) != figures.basis_in(year):
            words = f"Another basis: {figures.basis_in(year)}, before {figures.basis_in(before)}"
            found.append(Break(year, words))
    return found


def funnel_picture(figures: IndicatorFigures) -> Picture | None:
    """Draw everybody against their size in the newest year; None for what cannot be tested against chance."""
    year = figures.newest
    region = figures.region(year) if year else None
    if year is None or region is None:
        return None
    members = {member.authority_code for member in figures.members}
    # The limits of a council elsewhere lie around what its own region comes to: they are not those drawn here.
    points = [
        FunnelPoint(
            row.authority_name, Figure(row.value), Figure(row.denominator),
            _limits(figures.compared(year, code)) if code in members else None, is_member=code in members,
        )
        for (of_year, code), row in sorted(figures.shown.items()) if of_year == year
    ]  # fmt: skip
    if not any(point.limits and point.place for point in points):
        return None
    return draw_funnel(
        figures.subject("funnel", f"{figures.title}: who stands apart, {year}"),
        points,
        region_of(figures),
        Figure(region.comparator_value),
        "how many are counted",
    )


def region_of(figures: IndicatorFigures) -> str:
    """Name the region of the members."""
    return " and ".join(sorted({member.region for member in figures.members})) or "All members"


def _limits(row: Compared | None) -> Limits | None:
    ends = row and (row.funnel_lower_99_8, row.funnel_lower_95, row.funnel_upper_95, row.funnel_upper_99_8)
    return None if not ends or None in ends else Limits(*ends)  # type: ignore[arg-type]  # none is missing


def _figure(shown: Shown | None) -> Figure:
    if shown is None or shown.value is None:
        return MISSING
    has_interval = shown.lower_95 is not None and shown.upper_95 is not None
    return Figure(shown.value, *((shown.lower_95, shown.upper_95) if has_interval else ()))


def _value(shown: Shown | None) -> Figure:
    return MISSING if shown is None else Figure(shown.value)


def _comparator(row: Compared | None) -> Figure:
    return MISSING if row is None else Figure(row.comparator_value)


def _both(lower: float | None, upper: float | None) -> tuple[Figure, Figure] | None:
    return None if lower is None or upper is None else (Figure(lower), Figure(upper))
