"""Nothing small can be found out from what leaves the club: an attacker tries, with the models as they are."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from psycopg import sql

from ingestion.database.connection import Role, connect
from ingestion.modelling import run_dbt
from ingestion.settings import Settings
from tests.attack import LEFT_OVER, AtLeast, Attacker, Division, Figure, Shown
from tests.children import empty_warehouse

pytestmark = pytest.mark.xdist_group("disclosure")  # one warehouse for the whole module

SMALL = range(1, 6)
PERIOD = "2023-24"
REGION = "west-midlands"
AUTHORITIES = ("birmingham", "coventry", "dudley", "sandwell", "shropshire", "solihull")

CHILDREN = "cla_at_31_march"
AGES = (
    "cla_aged_under_1", "cla_aged_1_to_4", "cla_aged_5_to_9", "cla_aged_10_to_15", "cla_aged_16_and_over",
    "cla_age_unknown",
)  # fmt: skip
CLIENT_GROUPS = tuple(
    f"clients_home_care_{group}"
    for group in ("older_people", "learning_disability", "mental_health", "physical_disability")
)
# What adds up among the measures of these tests; said a second time, so that a gap in the seeds shows.
DIVISIONS = (
    Division("age", CHILDREN, AGES, is_all=True),
    Division("moves", CHILDREN, ("cla_three_or_more_placements",), is_all=False),
    Division("long_term", CHILDREN, ("cla_long_term_under_16",), is_all=False),
    Division("same_placement", "cla_long_term_under_16", ("cla_long_term_same_placement",), is_all=False),
    Division("adopted", "cla_ceased_in_year", ("cla_adopted",), is_all=False),
    Division("days_homes", "cla_days_homes", ("cla_days_homes_own", "cla_days_homes_others"), is_all=False),
    Division("home_care", "clients_home_care_all_ages", CLIENT_GROUPS, is_all=False),
)
# Every child has a placement, and those with three or more have two more.
MOVES = AtLeast({"cla_placements_in_year": 1, CHILDREN: -1, "cla_three_or_more_placements": -2})
DAYS = ("cla_days_homes", "cla_days_homes_own", "cla_days_homes_others")
DAYS_OF_A_YEAR = 365

TABLES = (
    "intermediate.int_disclosure__hidden_totals", "intermediate.int_disclosure__hidden_parts",
    "intermediate.int_disclosure__hidden_parts_of_parts", "marts.fct_disclosure",
)  # fmt: skip

World = dict[Figure, int | None]


@dataclass(frozen=True)
class Models:
    """The models of the disclosure control, compiled, on a connection whose work is thrown away."""

    connection: psycopg.Connection = field(repr=False)
    compiled: dict[str, str] = field(repr=False)

    def release(self, worlds: dict[str, World]) -> None:
        """Take these as the figures of the returns, by period, and run the models on them."""
        self.connection.rollback()
        self.connection.execute("set local enable_nestloop = off")
        self.connection.execute("delete from marts.fct_measure")
        with self.connection.cursor().copy(
            "copy marts.fct_measure (authority_code, period_code, measure_code, basis, title, unit, value) from stdin"
        ) as copy:
            for period, world in worlds.items():
                for (place, measure), value in world.items():
                    amount = DAYS_OF_A_YEAR if measure in DAYS else 1
                    stated = None if value is None else value * amount
                    copy.write_row((place, period, measure, "submitted", measure, "people", stated))
        for table in TABLES:
            self._build(table)

    def shown(self, period: str, world: World) -> Shown:
        """What somebody outside can see of one period, by the schema `sharing` and the log."""
        regional = {(place, measure): None for place, measure in world}
        hidden, sums = set(), {}
        for geography, place, measure, not_shown, authorities in self.connection.execute(
            f"select geography, place_code, measure_code, not_shown, authorities from ({self.compiled['measure']}) as m"
            " where period_code = %s",
            [period],
        ):
            if not_shown == "confidential":
                hidden.add((place, measure))
            if geography == "regional":
                sums[measure] = authorities
        left_out = {
            (place, measure)
            for place, measure in self.connection.execute(
                "select place_code, measure_code from marts.fct_disclosure"
                " where reason = 'withheld' and period_code = %s",
                [period],
            )
        }
        assert regional is not None
        figures = dict(world)
        for measure in sums:
            counted = [
                value
                for (place, known), value in world.items()
                if known == measure and value is not None and (place, measure) not in left_out
            ]
            assert sums[measure] == len(counted)
            figures[(REGION, measure)] = sum(counted) if counted else None
        return Shown(figures, frozenset(hidden), frozenset(left_out), REGION)

    def _build(self, table: str) -> None:
        query = self.compiled[table.split(".")[1]]
        names = [column.name for column in self.connection.execute(f"select * from ({query}) as q limit 0").description or ()]
        name = sql.SQL(table)  # type: ignore[arg-type]
        self.connection.execute(sql.SQL("delete from {}").format(name))
        columns = sql.SQL(", ").join(map(sql.Identifier, names))
        self.connection.execute(
            sql.SQL("insert into {} ({}) ").format(name, columns) + sql.SQL(query)  # type: ignore[arg-type]
        )


@pytest.fixture(scope="module")
def models(prepared_home: Path) -> Iterator[Models]:
    settings = Settings(home=prepared_home, landing_zone=None, warehouse_url=None, settle_seconds=0)
    empty_warehouse(settings)
    run_dbt(
        settings, "build", "--quiet", "--full-refresh", "--exclude-resource-type", "test", "unit_test",
        "--select", "+path:models/sharing",
    )  # fmt: skip
    names = [table.split(".")[1] for table in TABLES]
    run_dbt(settings, "compile", "--quiet", "--full-refresh", "--select", *names, "measure")
    folder = settings.state_folder / "dbt" / "target" / "compiled"
    compiled = {path.stem: path.read_text() for path in folder.rglob("models/**/*.sql")}
    with connect(settings, Role.TRANSFORMER) as connection:
        yield Models(connection, compiled)
        connection.rollback()


counts = st.one_of(st.just(0), st.integers(1, 5), st.integers(6, 12), st.integers(13, 60))


@st.composite
def figures_of_an_authority(draw: st.DrawFn) -> dict[str, int | None]:
    """Figures that add up as those of a return do; home care may lack some, or contradict itself."""
    ages = {age: draw(counts) for age in AGES}
    children = sum(ages.values())
    moved = draw(st.integers(0, children) | st.integers(0, min(children, 7)))
    long_term = draw(st.integers(0, children) | st.integers(0, min(children, 7)))
    ceased = draw(counts)
    own, others, unknown = draw(counts), draw(counts), draw(st.just(0) | st.integers(0, 7))
    groups = {group: draw(counts | st.none()) for group in CLIENT_GROUPS}
    of_groups = sum(value or 0 for value in groups.values())
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
        "cla_days_homes": own + others + unknown,
        "cla_days_homes_own": own,
        "cla_days_homes_others": others,
        **groups,
        "clients_home_care_all_ages": draw(
            st.integers(of_groups, of_groups + 9) | st.integers(0, of_groups) | st.none()
        ),
        "hh1_intensive_households": draw(counts),
    }


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A region in one year."""
    authorities = AUTHORITIES[: draw(st.integers(1, len(AUTHORITIES)))]
    figures = {authority: draw(figures_of_an_authority()) for authority in authorities}
    return {(place, measure): value for place, known in figures.items() for measure, value in known.items()}


def small_figures(shown: Shown) -> Iterator[Figure]:
    """Everything of 1 to 5 people, also what the parts of a total leave over."""
    yield from (figure for figure, value in shown.figures.items() if value in SMALL)
    for division in DIVISIONS:
        for place in {place for place, _ in shown.figures}:
            total = shown.figures.get((place, division.total or ""))
            parts = [shown.figures.get((place, part)) for part in division.parts]
            known = [part for part in parts if part is not None]
            is_sum = division.is_all and len(known) == len(parts)
            if place != shown.region and total is not None and known and not is_sum and total - sum(known) in SMALL:
                yield (place, f"{division.code} {LEFT_OVER}")


def narrowed(shown: Shown) -> dict[Figure, tuple[float, float]]:
    """The small figures of which the attacker can rule something out, and between what they must be."""
    attacker = Attacker(shown, DIVISIONS, [MOVES])
    ranges = {figure: attacker.range_of(figure) for figure in small_figures(shown)}
    return {figure: (least, most) for figure, (least, most) in ranges.items() if least > SMALL[0] or most < SMALL[-1]}


@given(world=worlds())
@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_a_small_figure_stays_any_from_1_to_5(models: Models, world: World) -> None:
    models.release({PERIOD: world})
    assert narrowed(models.shown(PERIOD, world)) == {}
