"""The pictures of a pack: its rows as what the charts draw."""

from collections.abc import Sequence

from reporting.charts.dot_plot import Dot, Words, draw_dot_plot
from reporting.charts.figures import Figure, Subject
from reporting.charts.funnel import draw_funnel
from reporting.charts.funnel_parts import FunnelPoint, Limits
from reporting.charts.picture import Picture
from reporting.charts.quadrant import Measured, QuadrantPoint, draw_quadrant
from reporting.charts.quality import QualityRow, draw_quality
from reporting.charts.spine import draw_spine
from reporting.charts.spine_parts import SpineRow
from reporting.packs.pack import Pack, figure_of, key, key_of, own_figure
from reporting.packs.rows import CostAndOutcome, Peer, Profile
from reporting.packs.trend_pictures import element_id, year_key

SPARK_YEARS = 5
# The earlier letters are in the tidy file and the workbook.
QUALITY_YEARS = 12


def spine_picture(pack: Pack) -> Picture:
    """Draw all indicators of the group, one a row."""
    subject = Subject("spine", f"{pack.authority_name} beside the {pack.region}: every figure of the group")
    return draw_spine(subject, [_spine_row(pack, row) for row in pack.profiles], pack.authority_name, pack.region)


def _spine_row(pack: Pack, row: Profile) -> SpineRow:
    limits = tuple(figure_of(row, f"funnel_{end}") for end in ("lower_99_8", "lower_95", "upper_95", "upper_99_8"))
    return SpineRow(
        name=f"{row.title}, {row.period_code}",
        unit=row.unit,
        decimals=row.decimals,
        polarity=row.polarity,  # type: ignore[arg-type]  # one of the three, by the contract of the mart
        own=figure_of(row, "value"),
        region=figure_of(row, "region_value"),
        quartiles=_both(row, "region_lower_quartile", "region_upper_quartile"),
        ends=_both(row, "region_minimum", "region_maximum"),
        limits=None if row.funnel_upper_95 is None else limits,  # type: ignore[arg-type]  # four, just above
        own_type=figure_of(row, "own_type_value"),
        neighbours=figure_of(row, "neighbours_value"),
        years=tuple(Figure(year.value, key=year_key(year)) for year in pack.own_years(row)[-SPARK_YEARS:]),
        quality=row.quality_rating or "",
        quality_key=key_of(row, "quality_rating"),
        ending=f", {row.period_code}",
    )


def _both(row: Profile, lower: str, upper: str) -> tuple[Figure, Figure] | None:
    found = figure_of(row, lower), figure_of(row, upper)
    return None if found[0].value is None or found[1].value is None else found


def funnel_picture(pack: Pack, row: Profile) -> Picture | None:
    """Draw all councils against their size, with the limits of the region; None for what cannot be tested so.

    None, too, where neither end is better: the limits stand in the spine, and a page stays under 400 kB.
    """
    peers = pack.peers_of(row)
    if not peers or row.polarity == "none":
        return None
    return draw_funnel(
        Subject(element_id("funnel", row.indicator_code), f"{row.title}: who stands apart, {row.period_code}",
                row.unit, row.decimals),
        [_funnel_point(pack, row, peer) for peer in peers],
        pack.region,
        figure_of(row, "region_value"),
        "how many are counted",
    )  # fmt: skip


def _funnel_point(pack: Pack, row: Profile, peer: Peer) -> FunnelPoint:
    return FunnelPoint(
        peer.place_name,
        Figure(peer.value, key=key_of(row, "value", peer.place_code)),
        Figure(peer.denominator, key=key_of(row, "denominator", peer.place_code)),
        # The limits of a council elsewhere lie around what its own region comes to: they are not those drawn here.
        _limits(row, peer) if peer.region == pack.region else None,
        peer.place_code == pack.authority_code,
        peer.is_member,
    )


def _limits(row: Profile, peer: Peer) -> Limits | None:
    limits = (
        peer.funnel_lower_99_8, peer.funnel_lower_95, peer.funnel_upper_95, peer.funnel_upper_99_8,
    )  # fmt: skip
    ends = ("lower_99_8", "lower_95", "upper_95", "upper_99_8")
    keys = tuple(key_of(row, f"funnel_{end}", peer.place_code) for end in ends)
    return None if None in limits else Limits(*limits, keys=keys)  # type: ignore[arg-type]  # four, none missing


def ranks_picture(pack: Pack, row: Profile) -> Picture | None:
    """Draw all members with their intervals and the ranks that chance leaves possible; None without ranks."""
    rows = sorted(
        (each for each in pack.everybody if each.indicator_code == row.indicator_code),
        key=lambda each: (each.rank is None, each.rank or 0, each.authority_name),
    )
    if not any(each.rank_lower_95 for each in rows):
        return None
    words = Words(
        element_id=element_id("ranks", row.indicator_code),
        title=f"{row.title}: ranks that chance leaves possible, {row.period_code}",
        description=_ranks_in_words(pack, row),
        unit=row.unit,
        reference_label=pack.region,
        ranks_label="rank, 1 is best",
        reference_key=key_of(row, "region_value"),
    )
    return draw_dot_plot([_dot(pack, each) for each in rows], row.region_value, row.decimals, words)


def _ranks_in_words(pack: Pack, row: Profile) -> str:
    if row.rank is None or row.rank_lower_95 is None:
        return f"{pack.authority_name} has no rank: it has no figure, or one that is rated too low."
    possible = (
        f"chance leaves the ranks {row.rank_lower_95} to {row.rank_upper_95} possible"
        if row.rank_lower_95 != row.rank_upper_95 else "and chance leaves no other rank possible"
    )  # fmt: skip
    return f"{pack.authority_name} ranks {row.rank} of {row.n_ranked}; {possible}."


def _dot(pack: Pack, row: Profile) -> Dot:
    figure, reading = own_figure(row), pack.reading_of(row)
    has_ranks = None not in (row.rank, row.rank_lower_95, row.rank_upper_95)
    return Dot(
        row.authority_name,
        row.value,
        figure.interval,
        (row.rank, row.rank_lower_95, row.rank_upper_95) if has_ranks else None,  # type: ignore[arg-type]
        (reading.lowest_value, reading.highest_value) if reading else None,
        row.authority_code == pack.authority_code,
        key_of(row, "value"),
    )


def quadrant_picture(pack: Pack, rows: Sequence[CostAndOutcome]) -> Picture:
    """Draw what is paid beside what comes of it, of all members."""
    first = rows[0]
    decimals = {each.indicator_code: each.decimals for each in pack.indicators}

    points = [
        QuadrantPoint(
            row.authority_name,
            _cost(row),
            _outcome(row),
            row.authority_code == pack.authority_code,
        )
        for row in rows
    ]  # fmt: skip
    return draw_quadrant(
        Subject(element_id("quadrant", first.pair_code), f"{first.title}, {_years(first)}"),
        points,
        Measured(first.cost_title, first.cost_unit, decimals[first.cost_indicator_code],
                 Figure(first.cost_median, key=f"{first.pair_code}:{first.period_code}:cost_median")),
        Measured(first.outcome_title, first.outcome_unit, decimals[first.outcome_indicator_code],
                 Figure(first.outcome_median, key=f"{first.pair_code}:{first.period_code}:outcome_median")),
        first.outcome_polarity,  # type: ignore[arg-type]  # one of the three, by the contract of the mart
    )  # fmt: skip


def _years(row: CostAndOutcome) -> str:
    """Write the year of the cost, and that of the outcome where it is another one."""
    if row.outcome_period_code == row.period_code:
        return row.period_code
    return f"the cost of {row.period_code} and the outcome of {row.outcome_period_code}"


def _cost(row: CostAndOutcome) -> Figure:
    named = (row.cost_indicator_code, row.period_code, row.cost_basis, row.authority_code)
    return Figure(row.cost_value, key=key(*named))


def _outcome(row: CostAndOutcome) -> Figure:
    named = (row.outcome_indicator_code, row.outcome_period_code, row.outcome_basis, row.authority_code)
    keys = key(*named), key(*named, "lower_95"), key(*named, "upper_95")
    return Figure(row.outcome_value, row.outcome_lower_95, row.outcome_upper_95, *keys)


def quality_picture(pack: Pack) -> Picture:
    """Draw how good each figure is, by year."""
    years = {row.indicator_code: pack.years_of(row) for row in pack.profiles}
    every = sorted({year.period_code for found in years.values() for year in found})[-QUALITY_YEARS:]
    rows = [_letters(pack, row, every) for row in pack.profiles]
    return draw_quality(Subject("quality", f"How good the figures of {pack.authority_name} are"), every, rows)


def _letters(pack: Pack, row: Profile, every: Sequence[str]) -> QualityRow:
    """Lay out the letters of an indicator; nothing is due in a year in which no member has a figure."""
    due = {year.period_code for year in pack.years_of(row) if year.value is not None}
    own = {year.period_code: year for year in pack.own_years(row)}
    letters = [(own[period].quality_rating or "") if period in own else "" for period in every]
    return QualityRow(
        row.title,
        tuple(letter if period in due else None for period, letter in zip(every, letters, strict=True)),
    )
