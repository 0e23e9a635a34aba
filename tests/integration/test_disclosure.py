"""Nothing small can be found out from what leaves the club: attackers try, on what the models give as they are."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise, product
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from psycopg import sql

from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from tests.support.attack import LEFT_OVER, Attacker, Between, Division, Figure, Shown
from tests.support.compiled_models import compiled_queries

SMALL = range(1, 6)
ROUNDING = 5
REGION = "west-midlands"
AUTHORITIES = ("birmingham", "coventry", "dudley", "sandwell", "shropshire", "solihull")

CHILDREN = "cla_at_31_march"
AGES = (
    "cla_aged_under_1", "cla_aged_1_to_4", "cla_aged_5_to_9", "cla_aged_10_to_15", "cla_aged_16_and_over",
    "cla_age_unknown",
)  # fmt: skip
HOME_CARE = "clients_home_care_all_ages"
CLIENT_GROUPS = tuple(
    f"clients_home_care_{group}"
    for group in ("older_people", "learning_disability", "mental_health", "physical_disability")
)
# What adds up among the measures of these tests; said a second time, so that a gap in the seeds shows.
DIVISIONS = (
    Division("age", CHILDREN, AGES, is_all=True),
    Division("moves", CHILDREN, ("cla_three_or_more_placements",)),
    Division("long_term", CHILDREN, ("cla_long_term_under_16",)),
    Division("same_placement", "cla_long_term_under_16", ("cla_long_term_same_placement",)),
    Division("adopted", "cla_ceased_in_year", ("cla_adopted",)),
    Division("days_homes", "cla_days_homes", ("cla_days_homes_own", "cla_days_homes_others")),
    Division("home_care", HOME_CARE, CLIENT_GROUPS),
)
# Every child has a placement, and one with three or more has two more.
MOVES = Between({"cla_placements_in_year": 1, CHILDREN: -1, "cla_three_or_more_placements": -2})
STARTED, CEASED, ADOPTED = "cla_started_in_year", "cla_ceased_in_year", "cla_adopted"
YEARS = ("2021-22", "2022-23", "2023-24")
DAYS = ("cla_days_homes", "cla_days_homes_own", "cla_days_homes_others")
DAYS_OF_A_YEAR = 365

# The models in the order they are built in; what leaves is read and not kept.
TABLES = (
    "intermediate.int_disclosure__hidden_totals", "intermediate.int_disclosure__hidden_parts",
    "intermediate.int_disclosure__hidden_parts_of_parts", "marts.fct_disclosure",
)  # fmt: skip

Region = dict[Figure, int | None]


@dataclass(frozen=True)
class Line:
    """A figure as somebody outside reads it."""

    place: str
    measure: str
    value: float | None
    not_shown: str | None
    authorities: int


@dataclass(frozen=True, repr=False)
class Models:
    """The models of the disclosure control, compiled, on a connection whose work is thrown away."""

    connection: psycopg.Connection = field(repr=False)
    compiled: dict[str, str] = field(repr=False)

    def take(self, regions: dict[str, Region]) -> None:
        """Build the models on these figures of the returns, by period."""
        self.connection.rollback()
        # As the project says for these models.
        self.connection.execute("set local enable_nestloop = off")
        # Invented figures come from no submission.
        self.connection.execute("alter table marts.fct_measure alter column submission_id drop not null")
        self.connection.execute("delete from marts.fct_measure")
        columns = "authority_code, period_code, measure_code, basis, title, unit, value"
        with self.connection.cursor().copy(f"copy marts.fct_measure ({columns}) from stdin") as copy:
            for period, region in regions.items():
                for (place, measure), value in region.items():
                    amount = DAYS_OF_A_YEAR if measure in DAYS else 1
                    stated = None if value is None else value * amount
                    copy.write_row((place, period, measure, "submitted", measure, "people", stated))
        for table in TABLES:
            self._build(table)

    def lines(self) -> dict[str, list[Line]]:
        """What has left the club, by period."""
        found = defaultdict(list)
        for period, *line in self.connection.execute(
            "select period_code, place_code, measure_code, value, not_shown, authorities"
            f" from ({self.compiled['measure']}) as measure order by 1, 2, 3"
        ):
            found[period].append(Line(*line))
        return found

    def shown(self, regions: dict[str, Region]) -> Iterator[Shown]:
        """The same with the true figures beside it, and who is left out of the region's."""
        left_out = defaultdict(set)
        for period, place, measure in self.connection.execute(
            "select period_code, place_code, measure_code from marts.fct_disclosure where reason = 'withheld'"
        ):
            left_out[period].add((place, measure))
        for period, lines in self.lines().items():
            figures = regions[period] | sums_of(regions[period], left_out[period])
            for line in lines:
                assert line.place != REGION or line.authorities == sum(
                    value is not None
                    for (place, measure), value in regions[period].items()
                    if measure == line.measure and (place, measure) not in left_out[period]
                )
            hidden = frozenset((line.place, line.measure) for line in lines if line.not_shown == "confidential")
            yield Shown(REGION, figures, hidden, frozenset(left_out[period]))

    def _build(self, table: str) -> None:
        query = sql.SQL(self.compiled[table.split(".")[1]])  # type: ignore[arg-type]
        name = sql.Identifier(*table.split("."))
        self.connection.execute(sql.SQL("delete from {}").format(name))
        empty = self.connection.execute(sql.SQL("select * from ({}) as query limit 0").format(query))
        columns = sql.SQL(", ").join(sql.Identifier(column.name) for column in empty.description or ())
        self.connection.execute(sql.SQL("insert into {} ({}) {}").format(name, columns, query))
        self.connection.execute(sql.SQL("analyze {}").format(name))


def sums_of(region: Region, left_out: Iterable[Figure] = ()) -> Region:
    """The region's figures."""
    counted: dict[str, list[int]] = defaultdict(list)
    for (place, measure), value in region.items():
        if value is not None and (place, measure) not in left_out:
            counted[measure].append(value)
    return {(REGION, measure): sum(values) for measure, values in counted.items()}


@pytest.fixture(scope="module")
def models(prepared_home: Path) -> Iterator[Models]:
    settings = Settings(home=prepared_home, landing_zone=None, warehouse_url=None, settle_seconds=0)
    compiled = compiled_queries(settings, *(table.split(".")[1] for table in TABLES), "measure")
    with connect(settings, Role.TRANSFORMER) as connection:
        yield Models(connection, compiled)
        connection.rollback()


# Figures that add up as those of returns do

counts = st.one_of(st.just(0), st.integers(1, 5), st.integers(6, 12), st.integers(13, 60))


@st.composite
def home_care(draw: st.DrawFn, count: st.SearchStrategy[int | None]) -> dict[str, int | None]:
    """People by client group and in all; figures may be lacking, and an authority may contradict itself."""
    groups = {group: draw(count) for group in CLIENT_GROUPS}
    of_groups = sum(value or 0 for value in groups.values())
    every = st.integers(of_groups, of_groups + 9) | st.just(of_groups) | st.integers(0, of_groups) | st.none()
    return groups | {HOME_CARE: draw(every)}


@st.composite
def returns(draw: st.DrawFn) -> dict[str, int | None]:
    """The figures of one authority about children and home care."""
    ages = {age: draw(counts) for age in AGES}
    children = sum(ages.values())
    part = st.integers(0, children) | st.integers(0, min(children, 7))
    moved, long_term, ceased, own, others = draw(part), draw(part), draw(counts), draw(counts), draw(counts)
    return {
        CHILDREN: children,
        **ages,
        "cla_three_or_more_placements": moved,
        "cla_placements_in_year": children + 2 * moved + draw(counts),
        "cla_long_term_under_16": long_term,
        "cla_long_term_same_placement": draw(st.integers(0, long_term)),
        "cla_started_in_year": draw(counts),
        "cla_ceased_in_year": ceased,
        "cla_adopted": draw(st.integers(0, ceased)),
        "cla_days_homes": own + others + draw(st.integers(0, 7)),
        "cla_days_homes_own": own,
        "cla_days_homes_others": others,
        "hh1_intensive_households": draw(counts),
        **draw(home_care(counts | st.none())),
    }


def regions_of(authority: st.SearchStrategy[dict[str, int | None]]) -> st.SearchStrategy[Region]:
    """From one authority to six."""
    return st.lists(authority, min_size=1, max_size=len(AUTHORITIES)).map(
        lambda figures: {
            (place, measure): value
            for place, known in zip(AUTHORITIES, figures, strict=False)
            for measure, value in known.items()
        }
    )


# A few tight tables tell more than one large one: with little in it, every rule of the control counts.
tight = st.one_of(st.just(0), st.integers(1, 5), st.integers(1, 5), st.integers(6, 9), st.integers(10, 30))
tight_regions = st.lists(regions_of(home_care(tight)), min_size=1, max_size=12)


def small_figures(shown: Shown) -> Iterator[Figure]:
    """Everything of 1 to 5 people, also what the parts of a total leave over."""
    yield from (figure for figure, value in shown.figures.items() if value in SMALL)
    for division in DIVISIONS:
        for place in {place for place, _ in shown.figures} - {shown.region}:
            total = shown.figures.get((place, division.total))
            parts = [shown.figures.get((place, part)) for part in division.parts]
            known = [part for part in parts if part is not None]
            if division.is_all and len(known) == len(parts):
                continue
            if total is not None and known and total - sum(known) in SMALL:
                yield (place, f"{division.code} {LEFT_OVER}")


def narrowed(shown: Shown) -> dict[Figure, tuple[float, float]]:
    """The small figures of which the attacker can rule something out, and between what they must be."""
    attacker = Attacker(shown, DIVISIONS, [MOVES])
    ranges = {figure: attacker.range_of(figure) for figure in small_figures(shown)}
    return {
        figure: (least, most) for figure, (least, most) in ranges.items() if least > SMALL[0] or most < SMALL[-1]
    }


OF_THE_MODELS = hypothesis_settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@given(region=regions_of(returns()))
@OF_THE_MODELS
def test_a_small_figure_may_be_anything_from_1_to_5(models: Models, region: Region) -> None:
    regions = {"2023-24": region}
    models.take(regions)
    (shown,) = models.shown(regions)
    assert narrowed(shown) == {}


@given(drawn=tight_regions)
@OF_THE_MODELS
def test_a_small_figure_may_be_anything_from_1_to_5_in_tables_with_little_in_them(
    models: Models, drawn: list[Region]
) -> None:
    regions = {f"table {number}": region for number, region in enumerate(drawn)}
    models.take(regions)
    assert [found for shown in models.shown(regions) if (found := narrowed(shown))] == []


# Who sets the years side by side


@st.composite
def successive_returns(draw: st.DrawFn) -> dict[str, dict[str, int]]:
    """The figures of one authority, year by year: its children are last year's and who came, less who went."""
    children = draw(counts)
    years = {}
    for year in YEARS:
        started = draw(counts)
        ceased = draw(st.integers(0, min(7, children + started)) | st.integers(0, children + started))
        children += started - ceased
        oldest = draw(st.integers(0, children))
        ages = dict.fromkeys(AGES, 0) | {AGES[4]: oldest, AGES[3]: children - oldest}
        years[year] = {
            CHILDREN: children, **ages, STARTED: started, CEASED: ceased, ADOPTED: draw(st.integers(0, ceased)),
        }  # fmt: skip
    return years


def as_one(shown: Iterable[tuple[str, Shown]]) -> Shown:
    """What left in several years, as measures of their own of one year."""
    figures: Region = {}
    hidden: set[Figure] = set()
    left_out: set[Figure] = set()
    for year, of_year in shown:
        figures |= {(place, in_year(measure, year)): value for (place, measure), value in of_year.figures.items()}
        hidden |= {(place, in_year(measure, year)) for place, measure in of_year.hidden}
        left_out |= {(place, in_year(measure, year)) for place, measure in of_year.left_out}
    return Shown(REGION, figures, frozenset(hidden), frozenset(left_out))


def in_year(measure: str, year: str) -> str:
    return f"{measure} {year}"


DIVISIONS_OF_YEARS = [
    replace(
        division,
        code=in_year(division.code, year),
        total=in_year(division.total, year),
        parts=tuple(in_year(part, year) for part in division.parts),
    )
    for division in DIVISIONS
    for year in YEARS
]
# A child counts once however often it comes and goes, so this holds to one or two; the attacker takes it for one.
FLOWS = [
    Between(
        {
            in_year(CHILDREN, year): 1,
            in_year(CHILDREN, year_before): -1,
            in_year(STARTED, year): -1,
            in_year(CEASED, year): 1,
        },
        least=-1,
        most=1,
    )
    for year_before, year in pairwise(YEARS)
]


def told_by_the_children(figures: Region, figure: Figure) -> int:
    """The least that the children of two years tell of who came or went: as many as they are more, or fewer."""
    place, measure = figure
    for year_before, year in pairwise(YEARS):
        children = [(place, in_year(CHILDREN, of_year)) for of_year in (year_before, year)]
        if measure in (in_year(STARTED, year), in_year(CEASED, year)) and figures.keys() >= set(children):
            before, after = (figures[child_count] for child_count in children)
            came = measure == in_year(STARTED, year)
            return max(SMALL[0], after - before if came else before - after)
    return SMALL[0]


@given(drawn=st.lists(successive_returns(), min_size=1, max_size=len(AUTHORITIES)))
@OF_THE_MODELS
def test_the_years_together_do_not_tell_a_small_figure(
    models: Models, drawn: list[dict[str, dict[str, int]]]
) -> None:
    regions: dict[str, Region] = {
        year: {
            (place, measure): value
            for place, years in zip(AUTHORITIES, drawn, strict=False)
            for measure, value in years[year].items()
        }
        for year in YEARS
    }
    models.take(regions)
    shown = as_one(zip(YEARS, models.shown(regions), strict=True))
    attacker = Attacker(shown, DIVISIONS_OF_YEARS, FLOWS, rounding=ROUNDING)
    for figure, value in shown.figures.items():
        if value in SMALL:
            least, most = attacker.range_of(figure)
            assert least <= told_by_the_children(shown.figures, figure) and most >= SMALL[-1], figure


# The attacker is worth the name

LARGE = {"cla_aged_1_to_4": 30, "cla_aged_5_to_9": 40, "cla_aged_10_to_15": 50, "cla_aged_16_and_over": 20}


def of_ages(place: str, **more: int) -> Region:
    ages = dict.fromkeys(AGES, 0) | LARGE | more
    return {(place, age): value for age, value in ages.items()} | {(place, CHILDREN): sum(ages.values())}


def test_the_attacker_finds_a_figure_that_is_hidden_alone() -> None:
    region = of_ages("dudley", cla_aged_under_1=3)
    shown = Shown(REGION, region | sums_of(region), frozenset({("dudley", "cla_aged_under_1")}))
    assert Attacker(shown, DIVISIONS).range_of(("dudley", "cla_aged_under_1")) == (3, 3)


def test_the_attacker_finds_what_only_all_sums_together_tell() -> None:
    """Two hidden in each row and in each column but one: that one is the bridge between them."""
    region = of_ages("dudley", cla_aged_under_1=3) | of_ages("walsall", cla_aged_under_1=9)
    hidden = {("dudley", "cla_aged_under_1"), ("dudley", "cla_aged_1_to_4"), ("walsall", "cla_aged_under_1")}
    shown = Shown(REGION, region | sums_of(region), frozenset(hidden))
    assert Attacker(shown, DIVISIONS).range_of(("dudley", "cla_aged_under_1")) == (3, 3)


def test_the_attacker_uses_the_region_that_an_authority_is_left_out_of() -> None:
    region = of_ages("dudley", cla_aged_under_1=3) | of_ages("walsall", cla_aged_under_1=9)
    infants, others = ("dudley", "cla_aged_under_1"), ("dudley", "cla_aged_1_to_4")
    withheld = frozenset({infants, others})
    shown = Shown(REGION, region | sums_of(region, withheld), hidden=withheld, left_out=withheld)
    assert Attacker(shown, DIVISIONS).range_of(infants) == (0, 33)


def test_the_attacker_sets_the_years_side_by_side() -> None:
    """Who started is hidden, but not who ceased, and how many children there were before and after is known."""
    years = {YEARS[0]: (40, 9, 9), YEARS[1]: (43, 3, 0)}
    figures = {
        ("dudley", in_year(measure, year)): value
        for year, values in years.items()
        for measure, value in zip((CHILDREN, STARTED, CEASED), values, strict=True)
    }
    hidden = ("dudley", in_year(STARTED, YEARS[1]))
    shown = Shown(REGION, figures, frozenset({hidden}))
    assert Attacker(shown, [], FLOWS).range_of(hidden) == (2, 4)
    assert Attacker(shown, [], FLOWS, rounding=ROUNDING).range_of(hidden) == (0, 10)


def test_without_those_beside_them_small_figures_would_be_found(models: Models) -> None:
    """What the control hides besides the small ones is not hidden for nothing."""
    region = of_ages("dudley", cla_aged_under_1=3) | of_ages("walsall", cla_aged_under_1=9)
    models.take({"2023-24": region})
    (shown,) = models.shown({"2023-24": region})
    assert ("walsall", "cla_aged_under_1") in shown.hidden
    assert narrowed(shown) == {}
    alone = Shown(shown.region, shown.figures, frozenset({("dudley", "cla_aged_under_1")}))
    assert narrowed(alone) == {("dudley", "cla_aged_under_1"): (3, 3)}


def test_a_small_total_cannot_be_told_from_the_parts_of_the_others(models: Models) -> None:
    """Solihull's 4 children are in no figure of the region: the others' would tell them, by their ages."""
    small = {("solihull", age): 0 for age in AGES} | {("solihull", CHILDREN): 4, ("solihull", AGES[2]): 4}
    region = of_ages("dudley") | of_ages("walsall", cla_aged_under_1=9) | small
    models.take({"2023-24": region})
    (shown,) = models.shown({"2023-24": region})
    assert ("dudley", CHILDREN) not in shown.hidden
    assert narrowed(shown) == {}


# Who knows the rules as well


def all_tables(authorities: int, parts: int, most: int) -> dict[str, Region]:
    """Every table of so many authorities with up to `most` people in each, by parts and others; by period."""
    rows = [row for row in product(range(most + 1), repeat=parts + 1) if sum(row) <= most]
    measures, places = (*CLIENT_GROUPS[:parts], HOME_CARE), AUTHORITIES[:authorities]
    return {
        f"table {number}": {
            (place, measure): value
            for place, row in zip(places, table, strict=True)
            for measure, value in zip(measures, (*row[:-1], sum(row)), strict=True)
        }
        for number, table in enumerate(product(rows, repeat=authorities))
    }


@pytest.mark.parametrize(("authorities", "parts", "most"), [(2, 1, 12), (2, 2, 8), (3, 1, 7)])
def test_who_knows_the_rules_by_heart_learns_no_more(
    models: Models, authorities: int, parts: int, most: int
) -> None:
    """Of all tables that would have left the club as the same lines, some have each small number there is.

    The attacker of the other tests does not ask why a figure is hidden. This one has the program, runs it on every
    table there is, and keeps those that look like the one that was seen.
    """
    tables = all_tables(authorities, parts, most)
    models.take(tables)
    alike: dict[tuple[Line, ...], list[Region]] = defaultdict(list)
    for period, lines in models.lines().items():
        alike[tuple(lines)].append(tables[period])
    judged = 0
    for same in alike.values():
        every = [value or 0 for table in same for (_, measure), value in table.items() if measure == HOME_CARE]
        if any(ROUNDING * round(value / ROUNDING) + ROUNDING // 2 > most for value in every):
            continue  # larger tables, which are not among those tried, would look the same
        for possible in hidden_values(same):
            if possible & set(SMALL):
                judged += 1
                assert possible >= set(SMALL), same[0]
    assert judged > 20


def hidden_values(tables: list[Region]) -> Iterator[set[int]]:
    """What each figure of an authority is in these tables, and what its parts leave over."""
    for place, measure in tables[0]:
        yield {table[(place, measure)] or 0 for table in tables}
        if measure == HOME_CARE:
            parts = [known for known in tables[0] if known[0] == place and known[1] != HOME_CARE]
            yield {(table[(place, HOME_CARE)] or 0) - sum(table[part] or 0 for part in parts) for table in tables}
