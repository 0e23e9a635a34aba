"""What a pack says in words of its own: where a figure stands, of which years figures are, what chance does."""

from collections.abc import Sequence

from markupsafe import Markup

from reporting.numbers import show_figure
from reporting.packs.pack import Chance, key_of
from reporting.packs.rows import Profile

IN_WORDS = {"low": "Low is better", "high": "High is better", "none": "Neither end is better"}

POSITIONS = {
    "Not significant": "within what chance leaves",
    "Low (0.025)": "below, beyond 95 %",
    "Low (0.001)": "below, beyond 99.8 %",
    "High (0.025)": "above, beyond 95 %",
    "High (0.001)": "above, beyond 99.8 %",
}


def chance_sentence(counted: Chance, region: str) -> str:
    """Say how many figures stand apart, and how many chance alone would set apart."""
    if not counted.tested:
        return (
            "None of these figures can be tested against chance: they are costs, or published without the "
            "counts that they rest on. Nothing here is a finding; each is a question to ask."
        )
    return (
        f"{counted.apart} of {counted.tested} figures that can be tested stand apart from the {region}; chance "
        f"alone would set about {counted.expected:.1f} of them apart, even if all were alike."
    )


def years_sentence(profiles: Sequence[Profile]) -> str:
    """Say of which years the figures are, where they are not of one."""
    years = sorted({row.period_code for row in profiles})
    if len(years) == 1:
        return f"All figures are of {years[0]}."
    return (
        f"The figures are not of one year: they reach from {years[0]} to {years[-1]}. Each says its year; do not "
        "set one of them beside another without it."
    )


def show_profile(row: Profile, what: str, show_unit: bool = False) -> Markup:
    """Write a number of a row with its key; a dash where there is none."""
    value = getattr(row, what)
    if value is None:
        return Markup("–")
    text = show_figure(value, row.decimals, row.unit)
    unit = row.unit.removeprefix("£").strip() if show_unit and row.unit != "%" else ""
    return Markup('<span data-key="{}">{}</span>{}').format(key_of(row, what), text, f" {unit}" if unit else "")


def place_in_words(row: Profile) -> str:
    """Say where a figure stands in its region: by its limits, by rank, or by size alone."""
    if row.value is None:
        return row.missing_reason or ""
    if row.funnel_position:
        return POSITIONS[row.funnel_position]
    if row.rank is not None:
        return f"rank {row.rank} of {row.n_ranked}, not tested"
    if row.position_by_size is not None:
        return f"{row.position_by_size} of {row.n_by_size} by size, no judgement"
    return ""
