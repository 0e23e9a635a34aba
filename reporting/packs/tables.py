"""A pack as tables: what its workbook and its tidy file hold, of the same rows as its pages."""

from dataclasses import dataclass
from datetime import date

from reporting.packs.pack import Pack, chance, key, key_of
from reporting.packs.rows import Driver, Profile, Year
from reporting.packs.tried import how_it_went
from reporting.packs.words import chance_sentence, place_in_words, years_sentence

Value = str | float | int | bool | date | None


@dataclass(frozen=True)
class Column:
    """A column of a table: its name, what it holds in words, and how many characters wide it is shown."""

    name: str
    holds: str
    width: int = 12


@dataclass(frozen=True)
class Table:
    """A table with its title; numbers are whole, not rounded for showing."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]


# Numbers of a profile that the workbook holds, with what each is.
FIGURES = {
    "value": "The figure",
    "lower_95": "Lower end of its 95 % interval",
    "upper_95": "Upper end of its 95 % interval",
    "region_value": "What the councils of the region come to",
    "region_n": "How many figures that rests on",
    "region_minimum": "Smallest figure of the region",
    "region_lower_quartile": "A quarter of the region lies below it",
    "region_median": "The middle figure of the region",
    "region_upper_quartile": "A quarter of the region lies above it",
    "region_maximum": "Largest figure of the region",
    "own_type_value": "What councils of the same type come to",
    "neighbours_value": "What its statistical neighbours come to",
    "england_value": "What the councils of England come to",
    "rank": "Rank in the region, 1 being best; empty where neither end is better",
    "n_ranked": "Of how many",
    "rank_lower_95": "The best rank that chance leaves possible",
    "rank_upper_95": "The worst rank that chance leaves possible",
    "funnel_lower_99_8": "Below it a figure of this size stands apart at 99.8 %",
    "funnel_lower_95": "Below it a figure of this size stands apart at 95 %",
    "funnel_upper_95": "Above it a figure of this size stands apart at 95 %",
    "funnel_upper_99_8": "Above it a figure of this size stands apart at 99.8 %",
    "chance_of_standing_apart": "How likely it would stand apart if all of the region were alike",
    "previous_value": "Figure of the year before, where the definitions are comparable",
    "change": "Value less that",
    "gap": "Value less region_value",
    "gap_pounds_a_year": "What the gap comes to in pounds a year",
}

YEARS = (
    Column("key", "Names the figure: indicator, year, basis (s submitted, p published) and place", 34),
    Column("place_code", "Code of the authority or region", 20),
    Column("place_name", "Its name", 20),
    Column("indicator_code", "Code of the indicator", 14),
    Column("title", "What it measures", 50),
    Column("unit", "Unit of the figures of the row", 16),
    Column("period_code", "Financial year", 10),
    Column("basis", "submitted or published", 11),
    Column("value", "The figure; empty where there is none, never zero for none", 14),
    Column("lower_95", "Lower end of its 95 % interval", 14),
    Column("upper_95", "Upper end of its 95 % interval", 14),
    Column("value_real", "Money in the prices of base_period", 14),
    Column("base_period", "In whose prices that is", 11),
    Column("first_value", "What it was first stated as, where it was stated otherwise", 14),
    Column("quality_rating", "A, B or C", 8),
    Column("break_before", "What breaks the line between the year before and this one", 40),
)

DRIVERS = (
    Column("key", "Names the node", 44),
    Column("tree_code", "Which tree", 14),
    Column("label", "What the node is", 50),
    Column("unit", "Unit of value and comparator_value", 16),
    Column("period_code", "Financial year", 10),
    Column("value", "Figure of the authority", 14),
    Column("comparator_value", "Figure of the region", 14),
    Column("contribution", "How much of the difference of the whole is due to the node", 14),
    Column("contribution_unit", "Unit of that", 16),
    Column("missing_reason", "Why there is no contribution", 60),
)


def tables(pack: Pack, status: str) -> tuple[Table, ...]:
    """Lay the pack out as tables, the most important first."""
    return (
        _front_page(pack, status), _figures(pack), years_table(pack), _drivers(pack), _definitions(pack),
        _tried(pack), _answered(pack),
    )  # fmt: skip


def _front_page(pack: Pack, status: str) -> Table:
    group = pack.indicators[0]
    lines: list[tuple[Value, ...]] = [
        ("", f"{group.group_title}: where {pack.authority_name} stands", ""),
        ("", status, ""),
        ("", f"Build {pack.build.build_id}, decisions up to {pack.build.last_decision_id}", ""),
        ("", years_sentence(pack.profiles), ""),
        ("chance", chance_sentence(chance(pack), pack.region), ""),
    ]
    lines += [
        (f"{said.indicator_code}:{said.rule_code}", said.statement, said.question) for said in pack.statements
    ]
    columns = (
        Column("key", "Names the sentence", 36),
        Column("says", "The sentence", 90),
        Column("ask", "To ask", 50),
    )
    return Table("Front page", columns, tuple(lines))


def _figures(pack: Pack) -> Table:
    columns = (
        Column("key", "Names the figure", 30),
        Column("title", "What it measures", 50),
        Column("unit", "Unit", 16),
        Column("period_code", "Financial year", 10),
        Column("where_it_stands", "In words", 34),
        *(Column(name, holds, 14) for name, holds in FIGURES.items()),
        Column("quality_rating", "A, B or C", 8),
        Column("missing_reason", "Why there is no figure", 40),
    )
    return Table("Figures", columns, tuple(_figures_of(row) for row in pack.profiles))


def _figures_of(row: Profile) -> tuple[Value, ...]:
    return (
        key_of(row), row.title, row.unit, row.period_code, place_in_words(row),
        *(getattr(row, name) for name in FIGURES), row.quality_rating, row.missing_reason,
    )  # fmt: skip


def years_table(pack: Pack) -> Table:
    """Lay out every figure of every member and of the region, a row each."""
    rows = [_year(row, year) for row in pack.profiles for year in pack.years_of(row)]
    return Table("Years", YEARS, tuple(rows))


def _year(row: Profile, year: Year) -> tuple[Value, ...]:
    return (
        key(year.indicator_code, year.period_code, year.basis, year.place_code),
        year.place_code, year.place_name, year.indicator_code, row.title, row.unit, year.period_code, year.basis,
        year.value, year.lower_95, year.upper_95, year.value_real, year.base_period, year.first_value,
        year.quality_rating, year.break_before,
    )  # fmt: skip


def _drivers(pack: Pack) -> Table:
    nodes = [node for found in pack.drivers.values() for node in found]
    return Table("Drivers", DRIVERS, tuple(_driver(node) for node in nodes))


def _driver(node: Driver) -> tuple[Value, ...]:
    named = key(node.indicator_code, node.period_code, node.basis, node.authority_code, node.node_code)
    return (named, *(getattr(node, column.name) for column in DRIVERS[1:]))


def _definitions(pack: Pack) -> Table:
    columns = (
        Column("indicator_code", "Code", 14),
        Column("definition_version", "Version", 9),
        Column("definition", "How it is counted", 80),
        Column("why_it_matters", "Why it matters", 60),
        Column("what_good_looks_like", "What good looks like", 60),
        Column("caveats", "To keep in mind", 60),
        Column("pitfalls", "Pitfalls of the definition", 60),
        Column("agreed_on", "In use since", 12),
        Column("written_by", "Who wrote this", 14),
        Column("checked_by", "Who checked it", 14),
        Column("review_due", "To be looked through again", 12),
    )
    rows = (tuple(getattr(each, column.name) for column in columns) for each in pack.indicators)
    return Table("Definitions", columns, tuple(rows))


def _tried(pack: Pack) -> Table:
    columns = (
        Column("key", "Names the indicator and the entry", 34),
        Column("authority_name", "Who has tried it", 20),
        Column("title", "What was tried", 50),
        Column("how_it_went", "How well it is known what came of it, and what went wrong", 90),
    )
    rows = tuple(
        (f"{row.indicator_code}:practice:{each.practice_code}", each.authority_name, each.title, how_it_went(each))
        for row in pack.profiles
        for each in pack.tried_by_others(row.indicator_code)
    )
    return Table("Tried by others", columns, rows)


def _answered(pack: Pack) -> Table:
    columns = (
        Column("key", "Names the indicator and the question, or the round of the quiz", 34),
        Column("asked", "What was asked", 60),
        Column("says", "What the authority answered, and whether answers and figures go together", 90),
    )
    rows = [
        (each.key, each.question, each.sentence)
        for row in pack.profiles
        for each in pack.answered_beside(row.indicator_code)
    ]
    quiz = [(key, "The quiz on what counts", sentence) for key, sentence in pack.counted_in_quiz]
    return Table("Answers", columns, (*rows, *quiz))
