"""The years of an indicator, drawn: the own line, the region, other members behind, breaks and restatements."""

from collections.abc import Sequence

from ingestion.days import day_in_words
from reporting.charts.figures import Figure, Subject
from reporting.charts.picture import Picture
from reporting.charts.trend import draw_trend
from reporting.charts.trend_parts import Annotation, Break, Series, YearFigure
from reporting.packs.pack import Pack, key
from reporting.packs.rows import Profile, Year


def element_id(*parts: str) -> str:
    """Make an id of an element out of codes."""
    return "-".join(part.lower().replace(".", "_") for part in parts)


def year_key(year: Year, what: str = "value") -> str:
    """Name a number of a year."""
    return key(year.indicator_code, year.period_code, year.basis, year.place_code, what)


def trend_picture(pack: Pack, row: Profile) -> Picture | None:
    """Draw the years of an indicator; None where there is but one."""
    years = pack.years_of(row)
    own = [year for year in years if year.place_code == pack.authority_code]
    if len({year.period_code for year in own if year.value is not None}) < 2:
        return None
    shown = {year.period_code for year in years}
    return draw_trend(
        Subject(element_id("trend", row.indicator_code), f"{row.title}: the years", row.unit, row.decimals),
        [*_series(pack, years), *_real(pack, own)],
        [Break(year.period_code, year.break_before) for year in own if year.break_before],
        [
            Annotation(note.period_code, note.what, day_in_words(note.on_date)) for note in pack.notes
            if note.period_code in shown and note.indicator_code in (None, row.indicator_code)
        ],
    )  # fmt: skip


def _series(pack: Pack, years: Sequence[Year]) -> list[Series]:
    """All places; of the others, figures that are too bad for a comparator would only stretch the scale."""
    by_place: dict[tuple[str, str], list[Year]] = {}
    for year in years:
        if year.quality_rating == "C" and year.place_code != pack.authority_code:
            continue
        by_place.setdefault((year.place_code, year.place_name), []).append(year)
    return [
        Series(
            name,
            tuple(_year_figure(year) for year in found),
            "own" if code == pack.authority_code else "comparator" if name == pack.region else "peer",
        )
        for (code, name), found in by_place.items()
    ]  # fmt: skip


def _year_figure(year: Year) -> YearFigure:
    return YearFigure(
        year.period_code,
        Figure(
            year.value,
            year.lower_95 if year.upper_95 is not None and year.value is not None else None,
            year.upper_95 if year.lower_95 is not None and year.value is not None else None,
            year_key(year), year_key(year, "lower_95"), year_key(year, "upper_95"),
        ),
        Figure(year.first_value, key=year_key(year, "first_value")),
        "published" if year.basis == "published" else "submitted",
    )  # fmt: skip


def _real(pack: Pack, own: Sequence[Year]) -> list[Series]:
    """The own figure in the prices of one year, where it is money."""
    found = [year for year in own if year.value_real is not None]
    if not found:
        return []
    figures = tuple(
        YearFigure(year.period_code, Figure(year.value_real, key=year_key(year, "value_real"))) for year in found
    )
    return [Series(f"{pack.authority_name}, {found[0].base_period} prices", figures, "real")]
