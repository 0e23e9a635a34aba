"""Every figure by every reading in one pass, against one rebuild of the counting models for each reading."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random

import psycopg
import pytest

from ingestion.model.build import build_marts
from ingestion.model.readings import count_readings, not_counted, readings_are_behind
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from reporting.definitions.proposal import (
    decisions_of_the_club,
    effects,
    next_year_to_count,
    with_decision,
    year_beside,
)
from reporting.definitions.words import MOVES_OF_FIGURES
from reporting.quiz.rows import Settlement
from tests.conftest import empty_warehouse
from tests.support.children import Row, episode, send
from tests.support.compiled_models import Models, compiled_queries
from tests.support.quiz_rows import SETTLED
from tests.support.random_lives import returns_of

SENDERS = ("dudley", "walsall", "sandwell", "solihull")
YEARS = (2005, 2006, 2007, 2008)
OF_A1 = {
    "min_days": "1", "opening_day": "included", "non_returning_stay": "counted",
    "stay_open_at_year_end": "ignored", "overlong_stay": "ignored",
}  # fmt: skip
AGREED = OF_A1 | {"day_of_start": "counted"}
TOUCHING = {"A1": set(OF_A1), "D35": set(AGREED) - {"opening_day"}}

# A case of each indicator that the quiz could settle.
SETTLED_OF_D35 = replace(
    SETTLED, case_code="S06", indicator_code="D35", decision_code="day_of_start", value_in_force="counted",
    value="not_counted",
)  # fmt: skip

# What a rebuild is made of, from the decisions to the indicators, each read by those after it.
CHAIN = (
    "club_decisions", "int_decisions", "int_readings", "int_reading_parts", "int_cla__steps",
    "int_cla__periods_of_care", "int_cla__placements", "int_cla__children", "int_cla__counts",
    "int_ssda903__measure_sources", "int_measure_sources", "int_stated_measures", "int_measure_versions",
    "int_measures", "int_indicator_components", "int_indicators",
)  # fmt: skip
# Nothing of them is here, and planning them takes longer than all else.
OTHER_SOURCES = (
    "int_pss_ex1__measure_sources", "int_published__measure_sources", "int_returns__measure_sources",
    "int_pss_ex1__children_in_need",
)  # fmt: skip
Figures = dict[tuple[str, ...], tuple[object, ...]]
Decided = tuple[object, ...]
DECIDED = (
    "decision_code text, decision_version integer, value text, valid_from_period text, valid_to_period text,"
    " touches text"
)


@pytest.fixture(scope="module")
def warehouse(prepared_home: Path) -> Iterator[Settings]:
    settings = Settings(
        home=prepared_home, landing_zone=str(prepared_home / "none"), warehouse_url=None, settle_seconds=0
    )
    empty_warehouse(settings)
    assert not readings_are_behind(settings), "where nobody has sent children's returns there is nothing to count"
    random = Random(1999)
    for sender in SENDERS:
        for period, episodes in returns_of(random, 40, YEARS).items():
            send(settings, sender, period, {"episodes": [*episodes, _on_the_first_day(period)]})
    build_marts(settings)
    assert readings_are_behind(settings)
    count_readings(settings)
    yield settings
    empty_warehouse(settings)


def _on_the_first_day(period: str) -> Row:
    """A child that has been in one placement for thirty months, if the day on which that began is one of them."""
    year_end = int(period[:4]) + 1
    return episode(f"first-day-{year_end}", f"{year_end - 3}-10-01", "S", "U4")


@pytest.fixture(scope="module")
def connection(warehouse: Settings) -> Iterator[psycopg.Connection]:
    with connect(warehouse, Role.TRANSFORMER, autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def rebuild(warehouse: Settings, connection: psycopg.Connection) -> Callable[[list[Decided]], Figures]:
    """Count all indicators anew by other decisions than the club's, with the models as a full build runs them."""
    models = Models(connection, compiled_queries(warehouse, *CHAIN))
    for other in OTHER_SOURCES:
        (rows,) = connection.execute(f"select count(*) from intermediate.{other}").fetchone() or (None,)
        assert rows == 0, other
        connection.execute(f"create temp table {other} as table intermediate.{other}")

    def rebuilt(decisions: list[Decided]) -> Figures:
        models.put("club_decisions", DECIDED, decisions)
        for number, model in enumerate(CHAIN[1:], 1):
            models.put_model(model, put=(*OTHER_SOURCES, *CHAIN[:number]))
        return _figures(
            connection.execute(
                """
                select authority_code, period_code, indicator_code, numerator, denominator, value, missing_reason
                from pg_temp.int_indicators
                where
                    basis = 'submitted' and submission_ids is not null
                    and indicator_code in (select indicator_code from marts.fct_reading)
                """
            ).fetchall()
        )

    return rebuilt


@pytest.fixture(scope="module")
def decided(connection: psycopg.Connection) -> list[Decided]:
    """What the club has decided: code, version, value, first and last year, and what it touches."""
    return connection.execute(
        "select decision_code, decision_version, value, valid_from_period, valid_to_period, touches"
        " from staging.club_decisions"
    ).fetchall()


def _with(decided: list[Decided], **otherwise: str) -> list[Decided]:
    return [(code, version, otherwise.get(str(code), value), *rest) for code, version, value, *rest in decided]


def _code(taken: dict[str, str]) -> str:
    return " ".join(f"{code}={value}" for code, value in sorted(taken.items()))


def _of(indicator: str, figures: Figures) -> Figures:
    return {key: figure for key, figure in figures.items() if key[2] == indicator}


def by_reading(connection: psycopg.Connection, reading: str) -> Figures:
    """What was counted by one choice in every decision; the reading of an indicator stands for several."""
    return _figures(
        connection.execute(
            """
            select authority_code, period_code, indicator_code, numerator, denominator, value, missing_reason
            from marts.fct_reading
            where string_to_array(reading_code, ' ') <@ string_to_array(%s, ' ')
            """,
            [reading],
        ).fetchall()
    )


def _figures(rows: list[tuple]) -> Figures:
    return {tuple(row[:3]): (*map(_exact, row[3:6]), row[6]) for row in rows}


def _exact(value: object) -> float | None:
    return None if value is None else float(value)  # type: ignore[arg-type]


def test_the_pass_over_all_readings_gives_what_a_rebuild_for_each_gives(
    connection: psycopg.Connection, rebuild: Callable[[list[Decided]], Figures], decided: list[Decided]
) -> None:
    """Of A1 and of D35 each: a decision that touches one alone is tried along with that of the other."""
    readings = connection.execute(
        "select distinct reading_code from marts.fct_reading where indicator_code = 'A1' order by 1"
    ).fetchall()
    assert len(readings) == 2 ** len(OF_A1)
    of_d35 = set()
    for (reading,) in readings:
        otherwise = dict(part.split("=") for part in reading.split())
        if otherwise["opening_day"] != AGREED["opening_day"]:
            otherwise["day_of_start"] = "not_counted"
        taken = AGREED | otherwise
        of_d35.add(_code({code: value for code, value in taken.items() if code in TOUCHING["D35"]}))
        assert by_reading(connection, _code(taken)) == rebuild(_with(decided, **otherwise)), reading
    assert len(of_d35) == 2 ** len(TOUCHING["D35"])


def test_a_decision_counts_from_its_first_year_on_and_earlier_years_keep_their_reading(
    connection: psycopg.Connection, rebuild: Callable[[list[Decided]], Figures], decided: list[Decided]
) -> None:
    decisions = []
    for code, version, value, first, last, touches in decided:
        if code == "min_days":
            decisions += [
                (code, version, value, first, "2005-06", touches), (code, 2, "0", "2006-07", last, touches),
            ]  # fmt: skip
        else:
            decisions.append((code, version, value, first, last, touches))
    figures = rebuild(decisions)

    agreed, anew = (by_reading(connection, _code(taken)) for taken in (AGREED, AGREED | {"min_days": "0"}))
    before = {key for key in figures if key[1] <= "2005-06"}
    assert before and {key: figures[key] for key in before} == {key: agreed[key] for key in before}
    assert {key: figures[key] for key in figures.keys() - before} == {
        key: anew[key] for key in anew.keys() - before
    }
    assert {key: figures[key] for key in figures.keys() - before} != {
        key: agreed[key] for key in agreed.keys() - before
    }


@pytest.mark.parametrize("case", [SETTLED, SETTLED_OF_D35], ids=["A1", "D35"])
def test_what_the_quiz_settles_is_counted_for_the_years_it_is_valid_for_and_only_those(
    connection: psycopg.Connection, rebuild: Callable[[list[Decided]], Figures], case: Settlement
) -> None:
    """From 2006-07 on, until a later round of the quiz goes back to what was decided before."""
    settled = with_decision(decisions_of_the_club(), case, "2006-07", date(2026, 12, 1))
    back = with_decision(settled, replace(case, value=case.value_in_force), "2007-08", date(2027, 12, 1))
    agreed, anew = _before_and_after(connection, case)
    for rows, years in ((settled, ("2006-07", "2007-08", "2008-09")), (back, ("2006-07",))):
        figures = _of(case.indicator_code, rebuild([_as_decided(row) for row in rows]))
        assert {key: figure for key, figure in figures.items() if key[1] in years} == {
            key: figure for key, figure in anew.items() if key[1] in years
        }
        moved = {key[1] for key, figure in figures.items() if figure != agreed[key]}
        assert moved == {key[1] for key in agreed if agreed[key] != anew[key]} & set(years)
        assert moved


@pytest.mark.parametrize("case", [SETTLED, SETTLED_OF_D35], ids=["A1", "D35"])
def test_a_decision_is_proposed_with_every_figure_and_rank_that_it_moves(
    connection: psycopg.Connection, case: Settlement
) -> None:
    found = [one for one in effects(connection, case, "2006-07") if one.indicator_code == case.indicator_code]
    agreed, anew = _before_and_after(connection, case)
    assert {one.period_code for one in found} == {key[1] for key in agreed if key[1] >= "2006-07"}
    assert sum(one.agreed_value != one.value for one in found) == sum(
        figure[2] != anew[key][2] for key, figure in agreed.items() if key[1] >= "2006-07"
    )
    assert any(one.moves for one in found) and not all(one.moves for one in found)
    last = max(one.period_code for one in found)
    later = effects(connection, case, year_beside(last, 1))
    assert {one.period_code for one in later} == {last}, "of the last year that is counted"
    assert next_year_to_count(connection, case.indicator_code, date(1999, 9, 1)) == year_beside(last, 1)
    assert next_year_to_count(connection, "nothing", date(2027, 3, 31)) == "2027-28"
    assert next_year_to_count(connection, "nothing", date(2027, 4, 1)) == "2028-29"


def _before_and_after(connection: psycopg.Connection, case: Settlement) -> tuple[Figures, Figures]:
    """What was counted as decided, and by what a case settles, of its indicator."""
    settles = {str(case.decision_code): str(case.value)}
    agreed, anew = (by_reading(connection, _code(AGREED | other)) for other in ({}, settles))
    return _of(case.indicator_code, agreed), _of(case.indicator_code, anew)


def _as_decided(row: dict[str, str]) -> Decided:
    return (
        row["decision_code"], int(row["decision_version"]), row["value"], row["valid_from_period"] or None,
        row["valid_to_period"] or None, row["touches"],
    )  # fmt: skip


def test_the_reading_that_is_agreed_is_the_figure_of_the_marts(connection: psycopg.Connection) -> None:
    (readings, same) = connection.execute(
        """
        select count(*), count(*) filter (
            where (counted.numerator, counted.denominator, counted.value, counted.missing_reason)
                is not distinct from (facts.numerator, facts.denominator, facts.value, facts.missing_reason)
        )
        from marts.fct_reading as counted
        inner join marts.fct_indicator as facts using (authority_code, period_code, indicator_code)
        where counted.is_agreed and facts.basis = 'submitted'
        """
    ).fetchone() or (0, 0)
    assert readings == same == 14 * len(SENDERS) * len(YEARS) - _not_yet_told(connection)


def _not_yet_told(connection: psycopg.Connection) -> int:
    """How many figures of the marts rest on no return."""
    (untold,) = connection.execute(
        "select count(*) from marts.fct_indicator where basis = 'submitted' and submission_ids is null"
        " and authority_code = any(%s) and indicator_code in (select indicator_code from marts.fct_reading)",
        [list(SENDERS)],
    ).fetchone() or (0,)
    return int(untold)


def test_the_ranks_of_the_agreed_reading_are_those_of_the_comparison(connection: psycopg.Connection) -> None:
    (ranked, other) = connection.execute(
        """
        select count(compared.rank), count(*) filter (
            where (counted.rank, counted.n_ranked, counted.rank_lower_95, counted.rank_upper_95)
                is distinct from (
                    compared.rank, case when compared.rank is not null then compared.n_ranked end,
                    compared.rank_lower_95, compared.rank_upper_95
                )
        )
        from marts.fct_reading as counted
        inner join marts.fct_comparison as compared using (authority_code, period_code, indicator_code)
        where counted.is_agreed and compared.basis = 'submitted' and compared.comparator_set = 'club'
        """
    ).fetchone() or (0, 0)
    assert ranked > 50 and other == 0


def test_each_decision_alone_moves_a_figure(connection: psycopg.Connection) -> None:
    moved = connection.execute(
        "select distinct indicator_code, decision_code from marts.decision_effect"
        " where indicator_code in ('A1', 'D35') and change <> 0"
    ).fetchall()
    assert {decision for indicator, decision in moved if indicator == "A1"} == TOUCHING["A1"]
    of_d35 = {decision for indicator, decision in moved if indicator == "D35"}
    assert {"day_of_start", "stay_open_at_year_end"} <= of_d35 <= TOUCHING["D35"]


def test_the_ends_of_a_figure_are_those_of_its_readings(connection: psycopg.Connection) -> None:
    ends = connection.execute(
        "select authority_code, period_code, indicator_code, lowest_value, lowest_value_reading, highest_value,"
        " highest_value_reading, agreed_value, readings, best_rank, worst_rank from marts.definition_sensitivity"
    ).fetchall()
    assert {"A1", "D35"} <= {row[2] for row in ends if row[3] != row[5]}
    for authority, period, indicator, lowest, lowest_reading, highest, highest_reading, agreed, *others in ends:
        by_reading = {
            code: (value, is_agreed, rank)
            for code, value, is_agreed, rank in connection.execute(
                "select reading_code, value, is_agreed, rank from marts.fct_reading"
                " where authority_code = %s and period_code = %s and indicator_code = %s",
                [authority, period, indicator],
            ).fetchall()
        }
        values = [value for value, _, _ in by_reading.values() if value is not None]
        ranks = [rank for _, _, rank in by_reading.values() if rank is not None]
        assert others == [len(by_reading), min(ranks, default=None), max(ranks, default=None)]
        assert (lowest, highest) == (min(values, default=None), max(values, default=None))
        assert values == [] or (by_reading[lowest_reading][0], by_reading[highest_reading][0]) == (lowest, highest)
        assert [value for value, is_agreed, _ in by_reading.values() if is_agreed] == [agreed]


def test_a_further_decision_is_tried_by_rows_of_the_seeds(
    warehouse: Settings,
    connection: psycopg.Connection,
    rebuild: Callable[[list[Decided]], Figures],
    decided: list[Decided],
) -> None:
    """How long a child has to be in one placement to be stable: it touches D35 alone."""
    code, agreed, otherwise = "same_placement_months", "24", "12"
    connection.execute("update staging.decision_options set is_tried = true where decision_code = %s", [code])
    connection.execute(
        "insert into staging.decision_options (decision_code, value, is_tried, meaning, guidance)"
        " values (%s, %s, true, 'A year is enough.', 'None.')",
        [code, otherwise],
    )
    try:
        count_readings(warehouse)
        readings = connection.execute(
            "select indicator_code, count(distinct reading_code) from marts.fct_reading"
            " where indicator_code in ('A1', 'D35') group by 1 order by 1"
        ).fetchall()
        assert readings == [("A1", 32), ("D35", 64)]
        rebuilt = _of("D35", rebuild(_with(decided, **{code: otherwise})))
        assert _of("D35", by_reading(connection, _code(AGREED | {code: otherwise}))) == rebuilt
        assert _of("D35", by_reading(connection, _code(AGREED | {code: agreed}))) != rebuilt
    finally:
        connection.execute(
            "delete from staging.decision_options where decision_code = %s and value = %s", [code, otherwise]
        )
        connection.execute("update staging.decision_options set is_tried = false where decision_code = %s", [code])
        count_readings(warehouse)


def test_an_answer_moves_figures_in_the_one_direction_that_its_page_says(connection: psycopg.Connection):
    moved = connection.execute(
        """
        select
            options.placements, effects.indicator_code = 'D35' as counts_stability,
            count(*) filter (where effects.change > 0), count(*) filter (where effects.change < 0)
        from marts.decision_effect as effects
        inner join staging.decision_options as options
            on effects.decision_code = options.decision_code and effects.value_otherwise = options.value
        where effects.indicator_code in ('A1', 'D35') and options.placements is not null
        group by 1, 2
        order by 1, 2
        """
    ).fetchall()
    assert {(placements, stability) for placements, stability, *_ in moved} == {
        ("more", False), ("fewer", False), ("more", True), ("fewer", True),
    }  # fmt: skip
    for placements, stability, risen, fallen in moved:
        direction = MOVES_OF_FIGURES[placements][stability]
        assert (risen == 0) if direction == "fall" else (fallen == 0), (placements, stability, risen, fallen)
    assert all(risen + fallen for _, stability, risen, fallen in moved if not stability)


def test_nothing_is_left_of_the_children_that_were_counted(connection: psycopg.Connection) -> None:
    rooms = connection.execute("select nspname from pg_namespace where nspname like '%readings%'").fetchall()
    assert rooms == [("readings",)]


def test_a_return_that_breaks_the_readings_is_left_out_and_all_others_have_theirs(
    warehouse: Settings, connection: psycopg.Connection
) -> None:
    """The last of this module, as the figures are then other ones; it counts twice."""
    slice_of_walsall = "authority_code = 'walsall' and period_code = '2005-06'"
    figures = (
        "select authority_code, period_code, indicator_code, reading_code, numerator, denominator"
        " from marts.fct_reading where not ({}) order by 1, 2, 3, 4"
    )
    sound = connection.execute(figures.format(slice_of_walsall)).fetchall()
    connection.execute(f"update intermediate.int_cla__episodes set decom = null where {slice_of_walsall}")
    assert not_counted(warehouse) == []
    counted = count_readings(warehouse)

    assert [(one.sender, one.period_code) for one in counted.left_out] == [("walsall", "2005-06")]
    assert "a fault of the warehouse" in next(iter(counted.left_out.values()))
    assert connection.execute(figures.format("false")).fetchall() == sound
    assert counted.figures == len(sound)
    (submission,) = (one.submission_id for one in counted.left_out)
    assert not_counted(warehouse) == [f"walsall 2005-06 (submission {submission})"]
