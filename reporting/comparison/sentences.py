"""What is said in words about an indicator's figures: chance, ranks, readings, prices and changes."""

from reporting.comparison.indicator_figures import AuthorityFigure, IndicatorFigures
from reporting.numbers import DASH, show_number

# A quarter of the members.
BEST = 4


def sentences_of(figures: IndicatorFigures) -> tuple[str, ...]:
    """Return what is to be said of an indicator, beside its definition."""
    said = (
        real_terms_sentence(figures, figures.decimals), chance_sentence(figures), ranks_sentence(figures),
        readings_sentence(figures),
    )  # fmt: skip
    return tuple(filter(None, said))


def chance_sentence(figures: IndicatorFigures) -> str:
    """State the effect of chance alone on intervals of this many members; empty where nothing is tested."""
    region = figures.region
    if region is None or region.false_alarm_probability is None:
        return ""
    chance = region.false_alarm_probability
    return (
        f"With {region.n} members, chance alone leaves the regional figure outside the 95 % interval "
        f"of at least one of them {_often(chance)} "
        f"(1 − 0.95^{region.n} = {100 * chance:.0f} %), even when all are alike. "
        "One figure apart from the region is a question to ask, not a finding."
    )


def ranks_sentence(figures: IndicatorFigures) -> str:
    """State how much the ranks can be relied on; empty where no figure has a rank that chance plays a part in."""
    sets = [
        (figure.rank_lower_95, figure.rank_upper_95)
        for figure in figures.figures
        if figure.rank_lower_95 is not None and figure.rank_upper_95 is not None
    ]
    if len(sets) <= BEST:
        return ""
    sure = sum(worst <= BEST for _, worst in sets)
    possible = sum(best <= BEST for best, _ in sets)
    return (
        f"Among the best {BEST} of {len(sets)}: sure of {sure}, possible for {possible}. The band beside each "
        "figure holds the ranks that chance leaves possible; of 100 such pictures 95 hold every true rank."
    )


def readings_sentence(figures: IndicatorFigures) -> str:
    """State what hangs on how the definition is read; empty where nothing of it is counted by readings."""
    spread = figures.spread
    if spread is None or all(figure.lowest_reading is None for figure in figures.figures):
        return ""
    return (
        "The outline around each dot holds the figures under every reading of the definition. "
        f"Whatever the club had decided about the counting, {spread.pairs_in_one_order} of {spread.pairs} pairs "
        "of members stand in the same order. If every department read the definition in a way of its own, "
        f"{_percent(spread.by_definition)} of the variance between them would come from that, "
        f"{_percent(spread.by_chance)} from chance, and {_percent(spread.remaining)} would remain."
    )


def real_terms_sentence(figures: IndicatorFigures, decimals: int) -> str:
    """State how the region's figure moved in real terms; empty where it is no money, or without a deflator."""
    if len(figures.in_real_terms) < 2:
        return ""
    first, last = figures.in_real_terms[0], figures.in_real_terms[-1]
    rests = " (by a forecast of prices)" if last.is_forecast else ""
    return (
        f"In the prices of {last.base_period}{rests}, the figure of the {figures.region_name} was "
        f"{show_number(first.value, decimals)} in {first.period_code} and {show_number(last.value, decimals)} in "
        f"{last.period_code}."
    )


def change_in_words(figure: AuthorityFigure, decimals: int) -> str:
    """Write the change on the year before with its sign, its meaning, and whether it is more than chance."""
    if figure.change is None:
        return DASH
    words = [] if figure.direction in (None, "not judged") else [str(figure.direction)]
    if figure.is_change_significant is not None:
        words.append("more than chance" if figure.is_change_significant else "within chance")
    if figure.change_real is not None:
        words.append(f"{_signed(figure.change_real, decimals)} at {figure.base_period} prices")
    return _signed(figure.change, decimals) + (f" ({', '.join(words)})" if words else "")


def _signed(change: float, decimals: int) -> str:
    # Rounded first: a change that is shown as 0 has no sign.
    change = round(change, decimals) + 0.0
    sign = "+" if change > 0 else "−" if change < 0 else ""
    return f"{sign}{show_number(abs(change), decimals)}"


def readings_in_words(figure: AuthorityFigure, decimals: int) -> str:
    """Write between which figures, and ranks, an authority lies under any reading of the definition."""
    lowest, highest = figure.lowest_reading, figure.highest_reading
    if lowest is None or highest is None:
        return DASH
    ends = [show_number(end, decimals) for end in (lowest, highest)]
    words = ends[0] if ends[0] == ends[1] else " to ".join(ends)
    if figure.best_rank is None:
        return words
    ranks = [str(rank) for rank in (figure.best_rank, figure.worst_rank)]
    return f"{words} (rank {ranks[0] if ranks[0] == ranks[1] else ' to '.join(ranks)})"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _often(chance: float) -> str:
    return "about half of the time" if 0.45 <= chance <= 0.55 else f"in {100 * chance:.0f} of 100 such comparisons"
