"""Comparisons are alphabetical, explain their gaps, and are the same text for the same figures."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from rich.console import Console

from reporting.charts.dot_plot import LABELS, VALUES, Dot, dot_plot
from reporting.charts.picture import WIDTH
from reporting.charts.scales import scale_over
from reporting.comparison.comparators import Comparator
from reporting.comparison.groups import grouped, years_apart
from reporting.comparison.indicator_figures import (
    AuthorityFigure,
    IndicatorFigures,
    IndicatorVersion,
    Spread,
    YearInRealTerms,
)
from reporting.comparison.page import render_comparison_page, render_group_page
from reporting.comparison.plots import plot_of
from reporting.comparison.rows import comparison_rows
from reporting.comparison.sentences import chance_sentence, change_in_words, ranks_sentence
from reporting.comparison.source import Build, Comparison
from reporting.comparison.table import comparison_table
from reporting.comparison.theme_figures import ThemeFigures
from reporting.comparison.themes import HOME_CARE, PLACEMENT_STABILITY, THEMES, Theme
from reporting.members import Members
from reporting.numbers import DASH, show_number

AUTHORITIES = {"birmingham": "Birmingham", "dudley": "Dudley", "telford-and-wrekin": "Telford and Wrekin"}
REJECTED = "The return is rejected; see its feedback report"
REGION = Comparator(9.57, 14, "West Midlands", "pooled", 0, 0, None, None)
BUILD = Build(7, datetime(2026, 11, 30, 21, 16, tzinfo=UTC), 44, datetime(2026, 7, 1, 21, 10, tzinfo=UTC))
TESTED = replace(REGION, false_alarm_probability=1 - 0.95**14)


def theme_figures(theme: Theme = PLACEMENT_STABILITY) -> ThemeFigures:
    """Birmingham and Telford have every figure, Dudley none; only the anchor knows why."""
    values: dict[str, dict[str, float | None]] = {}
    for column in theme.columns:
        birmingham = 15.7 if column.bounds else 1234.5
        for name in (column.name, *(column.bounds or ())):
            values[name] = {"birmingham": birmingham, "telford-and-wrekin": 13.1}
    return ThemeFigures(
        theme,
        AUTHORITIES,
        "West Midlands",
        {column.name: "2007-08" for column in theme.columns},
        values,
        {column.name: {"dudley": REJECTED} if column.indicator_code else {} for column in theme.columns},
        {column.name: REGION for column in theme.columns if column.indicator_code},
    )


def figure(
    name: str, value: float | None, interval: tuple[float, float] | None = None, reason: str | None = None
) -> AuthorityFigure:
    lower, upper = interval or (None, None)
    return AuthorityFigure(name.lower(), name, 10.0, 100.0, value, lower, upper, "Not significant", reason, None)


def indicator_figures(*figures: AuthorityFigure, code: str = "A1") -> IndicatorFigures:
    indicator = IndicatorVersion(
        code, 1, "Stability <b>", "outcome", "%", 100.0, "In plain words.", "Small numbers move."
    )
    return IndicatorFigures(indicator, "2024-25", "published", figures, REGION, "West Midlands")


def comparison(
    indicators: list[IndicatorFigures], themes: tuple[ThemeFigures, ...] = (), region: str = "West Midlands"
) -> Comparison:
    return Comparison(Members(AUTHORITIES, region), BUILD, list(themes), indicators)


def sections(*indicators: IndicatorFigures, region: str = "West Midlands", own: str | None = None) -> str:
    """Render the page of the group that these are of."""
    shown = comparison(list(indicators), region=region)
    (group,) = grouped(shown.indicators)
    return render_group_page(shown, group, own)


def test_authorities_are_alphabetical_and_the_region_is_last() -> None:
    laid_out = comparison_rows(theme_figures())

    assert [row.name for row in laid_out.rows] == ["Birmingham", "Dudley", "Telford and Wrekin"]
    assert laid_out.region.name == "West Midlands"


def test_a_missing_figure_is_a_dash_with_one_footnote_for_one_reason() -> None:
    dudley = comparison_rows(theme_figures()).rows[1]

    assert {cell.text for cell in dudley.cells} == {DASH}
    assert {cell.footnotes for cell in dudley.cells} == {(1,)}
    assert comparison_rows(theme_figures()).footnotes == (f"Dudley, 2007-08: {REJECTED}.",)


def test_zero_is_a_figure_and_no_gap() -> None:
    assert show_number(0.0, 1) == "0.0"
    assert show_number(None, 1) == DASH


def test_a1_carries_its_interval() -> None:
    assert comparison_rows(theme_figures()).rows[2].cells[-1].text == "13.1 (13.1–13.1)"


def test_plain_measures_have_no_regional_figure_and_the_method_is_told() -> None:
    laid_out = comparison_rows(theme_figures(HOME_CARE))

    assert laid_out.region.cells[0].text == ""
    assert laid_out.remarks == (
        "West Midlands, B17, Rate, Int. and Home: pooled over the 14 members with a figure.",
        "Columns that are no indicators have no regional figure.",
    )


def test_a_regional_figure_tells_what_was_left_out_of_it_and_how_often_chance_stands_apart() -> None:
    figures = theme_figures()
    figures.region["b8_weekly_cost"] = replace(REGION, n=12, n_left_out=2)
    figures.region["a1_three_or_more_placements"] = TESTED
    told = comparison_rows(figures).remarks

    assert (
        "West Midlands, B8: pooled over the 12 members with a figure, 2 more left out for their quality." in told
    )
    assert "A1: of 14 members all alike, one at least is beyond its 95 % limits 51 times in 100." in told
    assert sum("times in 100" in sentence for sentence in told) == 1


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.mart)
def test_the_table_fits_a_terminal_of_80_columns(theme: Theme) -> None:
    console = Console(width=80, record=True, file=None, quiet=False, force_terminal=False)
    with console.capture() as captured:
        console.print(comparison_table(theme_figures(theme)))

    assert "…" not in captured.get()
    assert REJECTED.split(";")[0] in " ".join(captured.get().split())


def test_a_theme_without_any_figures_is_still_a_table() -> None:
    nothing: dict[str, dict[str, float | None]] = {
        name: {} for column in HOME_CARE.columns for name in (column.name, *(column.bounds or ()))
    }
    none: dict[str, str | None] = {column.name: None for column in HOME_CARE.columns}
    empty = ThemeFigures(HOME_CARE, AUTHORITIES, "West Midlands", none, nothing, {name: {} for name in none}, {})

    assert comparison_rows(empty).footnotes == ("All authorities: no figure has been sent.",)
    assert "no year" in render_comparison_page(comparison([], (empty,)))


@pytest.mark.parametrize(
    ("numbers", "start", "end", "step"),
    [
        ([5.2, 18.5], 5.0, 20.0, 5.0),
        ([596.7, 1019.4], 500.0, 1100.0, 100.0),
        ([12.0], 10.0, 15.0, 5.0),
        ([], 0.0, 1.0, 0.2),
    ],
)
def test_an_axis_holds_all_numbers_between_round_marks(
    numbers: list[float], start: float, end: float, step: float
) -> None:
    scale = scale_over(numbers)

    assert scale.step == pytest.approx(step)
    assert [scale.start, scale.end] == pytest.approx([start, end])
    assert [scale.ticks[0], scale.ticks[-1]] == pytest.approx([start, end])
    assert all(scale.start <= number <= scale.end for number in numbers)


def test_dots_whiskers_and_line_stay_inside_the_plot() -> None:
    plot = dot_plot([Dot("Dudley", 7.0, (5.2, 9.3)), Dot("Walsall", 8.8, (6.8, 11.4))], reference=9.6)
    places = [plot.reference_x, *(x for row in plot.rows for x in (row.x, *(row.whisker or ())))]

    assert all(x is not None and LABELS <= x <= WIDTH - VALUES for x in places)
    assert plot.rows[0].y < plot.rows[1].y


def test_an_authority_without_a_figure_keeps_its_row_and_gets_no_dot() -> None:
    some = [figure(f"Authority {n}", 7.0) for n in range(4)]
    page = sections(indicator_figures(*some, figure("Walsall", None, None, REJECTED)))

    assert page.count("<circle") == 4
    assert "no figure</text>" in page
    assert REJECTED in page
    assert "n = 4 of 5 members" in page


def test_fourteen_intervals_come_with_a_word_about_chance() -> None:
    fourteen = indicator_figures(*(figure(f"Authority {n}", 9.0, (7.0, 11.0)) for n in range(14)))
    tested = replace(fourteen, region=TESTED)

    assert "about half of the time (1 − 0.95^14 = 51 %)" in chance_sentence(tested)
    assert chance_sentence(tested) in sections(tested)
    assert chance_sentence(fourteen) == ""
    assert chance_sentence(replace(fourteen, region=None)) == ""


def test_ranks_say_how_sure_they_are_and_are_drawn_as_bands() -> None:
    """Of six, one is surely among the best four, and two cannot be."""
    possible = [(1, 2), (1, 5), (2, 6), (3, 6), (5, 6), (5, 6)]
    six = indicator_figures(
        *(
            replace(figure(f"Authority {n}", 9.0, (7.0, 11.0)), rank=n, rank_lower_95=best, rank_upper_95=worst)
            for n, (best, worst) in enumerate(possible, start=1)
        )
    )
    page = sections(six)

    assert ranks_sentence(six).startswith("Among the best 4 of 6: sure of 1, possible for 4.")
    assert ranks_sentence(six) in page
    assert page.count("<rect") == 6 and "Possible ranks, 1 = best" in page
    assert "<td>1 to 2</td>" in page and "<td>5 to 6</td>" in page
    without = indicator_figures(*(figure(f"Authority {n}", 9.0, (7.0, 11.0)) for n in range(6)))
    assert ranks_sentence(without) == ""
    assert "ossible ranks" not in sections(without)


def test_bands_stand_beside_the_plot_and_a_certain_rank_is_one_step_wide() -> None:
    plot = dot_plot(
        [Dot("Dudley", 7.0, (5.2, 9.3), (1, 1, 1)), Dot("Walsall", 8.8, (6.8, 11.4), (2, 2, 3))], reference=9.6
    )
    assert plot.ranks is not None
    certain, open_band = (row.band for row in plot.rows)
    assert certain is not None and open_band is not None
    assert open_band[1] - open_band[0] == pytest.approx(2 * (certain[1] - certain[0]), abs=0.2)
    assert plot.scale.right < plot.ranks.left <= certain[0] < open_band[1] <= WIDTH
    assert all(row.band and row.rank_x and row.band[0] < row.rank_x < row.band[1] for row in plot.rows)


@pytest.mark.parametrize(
    ("change", "direction", "is_significant", "words"),
    [
        (1.24, "worse", True, "+1.2 (worse, more than chance)"),
        (-1.24, "better", False, "−1.2 (better, within chance)"),
        (-0.04, "better", False, "0.0 (better, within chance)"),
        (30.0, "not judged", None, "+30.0"),
        (None, None, None, DASH),
    ],
)
def test_a_change_says_what_it_means_and_whether_it_is_more_than_chance(
    change: float | None, direction: str | None, is_significant: bool | None, words: str
) -> None:
    changed = replace(
        figure("Dudley", 7.0), change=change, direction=direction, is_change_significant=is_significant
    )

    assert change_in_words(changed, 1) == words
    assert words in sections(indicator_figures(changed))


def test_neighbours_are_shown_with_their_number_where_anybody_has_some() -> None:
    with_neighbours = replace(figure("Dudley", 7.0), neighbours_value=9.7, neighbours_n=8)
    nobody = replace(figure("Walsall", 8.0), neighbours_value=None, neighbours_n=0)

    page = sections(indicator_figures(with_neighbours, nobody))
    assert "9.7 (n = 8)" in page
    assert "n = 0)" not in page
    assert "Neighbours" not in sections(indicator_figures(figure("Dudley", 7.0)))


def test_the_page_shows_definition_and_pitfalls_escapes_markup_and_is_the_same_twice() -> None:
    shown = indicator_figures(figure("Dudley <i>", 7.0, (5.2, 9.3)))
    page = sections(shown)

    assert "In plain words." in page
    assert "Small numbers move." in page
    assert "<b>" not in page
    assert "<i>" not in page
    assert "http" not in page
    assert page == sections(shown)
    whole = comparison([shown], (theme_figures(),))
    assert render_comparison_page(whole) == render_comparison_page(whole)


def test_the_region_is_called_as_the_figures_call_it() -> None:
    anglia = replace(indicator_figures(figure("Norfolk", 7.0)), region_name="East of England")
    theme = replace(theme_figures(), region_name="East of England")
    page = render_comparison_page(comparison([anglia], (theme,), "East of England"))

    assert "East of England benchmarking club" in page
    assert "East of England, B8" in page
    assert "West Midlands" not in page + sections(anglia, region="East of England")


def test_a_region_of_too_few_figures_says_how_many_there_are() -> None:
    few = replace(REGION, value=None, n=2, n_missing=12, too_few="2 of 14 have a figure")
    figures = replace(indicator_figures(figure("Dudley", 9.1), figure("Walsall", 9.9)), region=few)
    neighbourless = replace(figures.figures[0], neighbours_n=1, too_few_neighbours="1 of 10 has a figure")
    page = sections(replace(figures, figures=(neighbourless,)))

    assert "Regional figure: none, as only 2 of 14 have a figure." in page
    assert "<td>1 of 10 has a figure</td>" in page
    assert "the dashed line marks" not in page


def test_what_hangs_on_the_reading_is_drawn_as_a_box_and_said_in_words() -> None:
    dudley, walsall = figure("Dudley", 9.0, (7.0, 11.0)), figure("Walsall", 9.4, (7.0, 11.0))
    open_to_reading = replace(dudley, lowest_reading=8.4, highest_reading=10.2, best_rank=1, worst_rank=2)
    the_same_by_all = replace(walsall, lowest_reading=9.4, highest_reading=9.4, best_rank=2, worst_rank=2)
    others = [figure(f"Authority {n}", 9.0, (7.0, 11.0)) for n in range(2)]
    figures = replace(
        indicator_figures(open_to_reading, the_same_by_all, *others), spread=Spread(1, 0, 0.1, 0.62, 0.28)
    )
    page = sections(figures)

    assert page.count("<rect") == 2 and "under other readings of the definition" in page
    assert "<td>8.4 to 10.2 (rank 1 to 2)</td>" in page and "<td>9.4 (rank 2)</td>" in page
    assert "0 of 1 pairs of members" in page
    assert (
        "10 % of the variance between them would come from that, 62 % from chance, and 28 % would remain." in page
    )
    without = sections(indicator_figures(figure("Dudley", 9.0, (7.0, 11.0))))
    assert "any reading" not in without and "<rect" not in without


def test_money_is_told_in_the_prices_of_one_year_and_nothing_else_is() -> None:
    years = (
        YearInRealTerms("2005-06", 700.4, "2024-25", False),
        YearInRealTerms("2007-08", 811.6, "2024-25", False),
    )
    dudley = replace(figure("Dudley", 600.0), change=30.0, change_real=-2.2, base_period="2024-25")
    figures = replace(indicator_figures(dudley, code="B8"), in_real_terms=years)
    page = sections(figures)
    assert (
        "In the prices of 2024-25, the figure of the West Midlands was 700 in 2005-06 and 812 in 2007-08." in page
    )
    assert "+30 (−2 at 2024-25 prices)" in page and "by the GDP deflator" in page

    forecast = replace(figures, in_real_terms=tuple(replace(year, is_forecast=True) for year in years))
    assert "(by a forecast of prices)" in sections(forecast)
    without = sections(indicator_figures(figure("Dudley", 9.0, (7.0, 11.0))))
    assert "prices" not in without


def test_a_box_reaches_over_all_readings_and_stays_inside_the_plot() -> None:
    plot = dot_plot([Dot("Dudley", 7.0, readings=(2.0, 12.0)), Dot("Walsall", 8.8)], reference=9.6)
    box, none = (row.box for row in plot.rows)
    assert box is not None and none is None
    assert LABELS <= box[0] < plot.rows[0].x < box[1] <= WIDTH - VALUES


def test_a_picture_is_drawn_of_four_figures_and_not_of_three() -> None:
    three = [figure(f"Authority {n}", 7.0) for n in range(3)]
    assert "<svg" not in sections(indicator_figures(*three))
    assert "<svg" in sections(indicator_figures(*three, figure("Dudley", 7.0)))


def test_an_authority_stands_out_in_tables_and_pictures_and_only_when_asked() -> None:
    figures = indicator_figures(*(figure(name, 7.0) for name in ("Dudley", "Walsall", "Solihull", "Sandwell")))
    page, group = (
        render_comparison_page(comparison([figures], (theme_figures(),)), "dudley"),
        sections(figures, own="dudley"),
    )
    assert (
        '<tr class="own"><th scope="row">Dudley</th>' in page and '<tr class="own"><th scope="row">Dudley' in group
    )
    assert page.count('<tr class="own">') == 1 and page.count('<td class="own">') == 1
    assert plot_of(figures, "dudley") in group and plot_of(figures, "dudley") != plot_of(figures)
    for text in (render_comparison_page(comparison([figures], (theme_figures(),))), sections(figures)):
        assert 'class="own"' not in text
    assert plot_of(figures) in sections(figures)


def test_the_page_says_of_which_data_it_is() -> None:
    """A moment of summer is told in the time of summer."""
    page = render_comparison_page(comparison([]))
    assert "Data of 30 November 2026, 21:16." in page
    assert "Build 7, with all that was decided up to 1 July 2026, 22:10 (decision 44)." in page


def test_indicators_stand_in_the_groups_of_the_register_with_contents() -> None:
    adult = replace(indicator_figures(figure("Dudley", 7.0)), period_code="2014-15")
    adult = replace(adult, indicator=replace(adult.indicator, indicator_code="B17", client_group="adults"))
    child = indicator_figures(figure("Dudley", 8.0))
    child = replace(child, indicator=replace(child.indicator, client_group="children of 1 & 2"))
    older = replace(child, period_code="2007-08", indicator=replace(child.indicator, indicator_code="B8"))
    groups = grouped([adult, child, older])
    assert [(group.title, group.slug, len(group.indicators)) for group in groups] == [
        ("Adults", "adults", 1), ("Children of 1 & 2", "children-of-1-2", 2),
    ]  # fmt: skip
    page = render_comparison_page(comparison([adult, child, older]))
    for group in groups:
        assert f'<a href="#{group.slug}">' in page and f'<h2 id="{group.slug}">' in page
        assert f'href="comparison/{group.slug}.html#' in page
    assert page.count('<p class="apart">') == 1
    assert "2007-08 beside 2024-25: the figures are of 2 different years." in page


def test_years_are_told_apart_where_there_is_more_than_one() -> None:
    assert years_apart(["2007-08", None, "2007-08"]) == ""
    assert years_apart([]) == ""
    assert years_apart(["2024-25", "2007-08"]).startswith("2007-08 beside 2024-25")


def test_each_column_has_its_own_year_and_none_anothers() -> None:
    """What is counted from episodes is of the year of the episodes, not of the unit cost beside it."""
    for theme in THEMES:
        for column in theme.columns:
            if column.indicator_code == "A1":
                assert column.anchor == column.name


def test_a_table_for_the_terminal_sets_one_row_in_bold() -> None:
    table = comparison_table(theme_figures(), "dudley")
    assert [row.style for row in table.rows if row.style] == ["bold cyan", "bold"]
    assert [row.style for row in comparison_table(theme_figures()).rows if row.style] == ["bold"]
