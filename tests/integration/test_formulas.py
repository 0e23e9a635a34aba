"""A wrong figure in any cell that a formula of the form touches is found, in every year; rounding is not.

Many cells are changed in each of 112 returns, and one check run must find exactly the formulas they break.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from samples.form import LAYOUT, Form, form_of, known_periods
from samples.members import members
from tests.conftest import empty_warehouse, run_road
from tests.support.returns import Cell, SampleReturn, sample_return

CARRIERS = tuple(member.code for member in members())
ROUNDED, SLIPPED, ACTIVITY_CARRIERS = CARRIERS[0], CARRIERS[1], CARRIERS[2:9]
SPEND, ACTIVITY = "spend.csv", "activity.csv"
FORMULAS = {"pss_ex1.column_formula", "pss_ex1.line_total"}

Broken = set[tuple[str, int, int]]  # rule, line and column of the total


def number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


@dataclass(frozen=True)
class Formula:
    """One total cell of a form and the cells it is made of."""

    rule: str
    total: Cell
    parts: tuple[tuple[int, Cell], ...]

    def remainder(self, rows: list[list[str]]) -> float:
        figures = [(sign, number(rows[line - 1][column - 1])) for sign, (line, column) in self.parts]
        total = number(rows[self.total[0] - 1][self.total[1] - 1])
        if total is None or all(figure is None for _, figure in figures):
            return 0
        return sum(sign * (figure or 0) for sign, figure in figures) - total


def formulas(form: Form, sent: SampleReturn) -> Iterator[Formula]:
    """Every formula of a form, cell by cell."""
    line_of = {line.code: sent.spend_line(line.code) for line in form.lines}
    column_of = {column.letter: column.number for column in form.columns}
    for line in form.lines:
        for column in form.columns:
            here = line_of[line.code], column.number
            if column.terms:
                parts = tuple((term.sign, (here[0], column_of[term.name])) for term in column.terms)
                yield Formula("pss_ex1.column_formula", here, parts)
            if line.terms:
                parts = tuple((term.sign, (line_of[term.name], here[1])) for term in line.terms)
                yield Formula("pss_ex1.line_total", here, parts)


def broken_in(sent: SampleReturn, within: float = 0.001) -> Broken:
    rows = sent.rows(SPEND)
    return {
        (formula.rule, *formula.total)
        for formula in formulas(form_of(sent.period), sent)
        if abs(formula.remainder(rows)) > within
    }


def sound(authority: str, period: str) -> SampleReturn:
    """A return without any of the samples' own defects."""
    return SampleReturn(authority, period, sample_return("solihull", period).files)


def figure_cells(sent: SampleReturn) -> list[Cell]:
    codes = {line.code for line in form_of(sent.period).lines}
    columns = [column.number for column in form_of(sent.period).columns]
    return [
        (line, column)
        for line, row in enumerate(sent.rows(SPEND), start=1)
        if row[0] in codes
        for column in columns
        if row[column - 1]
    ]


@cache
def wrong_returns(period: str) -> tuple[tuple[SampleReturn, tuple[Cell, ...]], ...]:
    """Every figure of a year's expenditure is wrong in one of these returns, each by an amount of its own."""
    cells = figure_cells(sound("solihull", period))
    made = []
    for turn_of, authority in enumerate(CARRIERS):
        chosen = tuple(cells[turn_of :: len(CARRIERS)])
        sent = sound(authority, period)
        changes = {
            cell: str(int(sent.value(SPEND, cell)) + 1000 + 7 * turn**2) for turn, cell in enumerate(chosen)
        }
        made.append((sent.with_cells(SPEND, changes), chosen))
    return tuple(made)


@dataclass(frozen=True)
class Found:
    """The findings of one check run, by sender and year."""

    places: dict[tuple[str, str], Broken]
    messages: list[str]


def check_all(home: Path, landing: Path, returns: list[SampleReturn]) -> Found:
    settings = empty_warehouse(
        Settings(home=home, landing_zone=str(landing), warehouse_url=None, settle_seconds=0)
    )
    for sent in returns:
        sent.deliver(settings)
    run_road(settings)
    places: dict[tuple[str, str], Broken] = {}
    messages = []
    with connect(settings, Role.LOADER) as connection:
        for sender, period, rule, line, column, message in connection.execute(
            """
            select sender, period_code, rule_code, line_number, column_number, message
            from ledger.finding inner join ledger.submission using (submission_id)
            """
        ).fetchall():
            places.setdefault((sender, period), set()).add((rule, line, column))
            messages.append(message)
    return Found(places, messages)


@pytest.fixture(scope="module")
def wrong(prepared_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Found:
    returns = [sent for period in known_periods() for sent, _ in wrong_returns(period)]
    return check_all(prepared_home, tmp_path_factory.mktemp("landing"), returns)


@pytest.mark.parametrize("period", known_periods())
def test_exactly_the_formulas_that_a_wrong_cell_breaks_are_found(wrong: Found, period: str):
    for sent, _ in wrong_returns(period):
        found = {place for place in wrong.places[sent.authority, period] if place[0] in FORMULAS}
        assert found == broken_in(sent)


@pytest.mark.parametrize("period", known_periods())
def test_every_figure_of_the_form_is_held_by_a_formula(wrong: Found, period: str):
    """But for what stands for itself: the lines that only have a net total, and what no total takes in."""
    form = form_of(period)
    sent, _ = wrong_returns(period)[0]
    held = {
        cell for formula in formulas(form, sent) for cell in (formula.total, *(part for _, part in formula.parts))
    }
    free = {sent.rows(SPEND)[line - 1][0] for line, column in figure_cells(sent) if (line, column) not in held}
    assert free <= {"Memorandum"}


def item_relations(period: str) -> list[tuple[str, str, list[tuple[float, str]]]]:
    with (LAYOUT / "pss_ex1_item_totals.csv").open(newline="") as file:
        return [
            (
                row["item_code"],
                row["relation"],
                [
                    (float(sign + "1") * float(weight or 1), code)
                    for sign, weight, code in re.findall(r"([+-]?)\s*([0-9.]+(?=\s))?\s*([a-z]\w+)", row["parts"])
                ],
            )
            for row in csv.DictReader(file)
            if row["from_period"] <= period <= row["to_period"]
        ]


def relations_broken_in(sent: SampleReturn) -> Broken:
    def figure(code: str) -> float:
        return float(sent.value(ACTIVITY, sent.activity_cell(code)))

    broken: Broken = set()
    for total, relation, parts in item_relations(sent.period):
        difference = figure(total) - sum(weight * figure(code) for weight, code in parts)
        rounding = 0.5 * (len(parts) + 1) if total.startswith("weeks") else 0
        is_broken = {
            "equals": abs(difference) > rounding + 0.001,
            "at_least": difference < -rounding - 0.001,
            "at_most": difference > rounding + 0.001,
        }[relation]
        if is_broken:
            broken.add(("pss_ex1.item_total", *sent.activity_cell(total)))
    return broken


@cache
def wrong_activities(period: str) -> tuple[SampleReturn, ...]:
    """Totals that are nought and too large, and each part in its turn too large."""
    relations, right = item_relations(period), sound("solihull", period)
    changes: list[dict[str, int]] = [
        {total: -int(right.value(ACTIVITY, right.activity_cell(total))) for total, _, _ in relations},
        {total: 100_000 for total, _, _ in relations},
    ]
    for turn in range(max(len(parts) for _, _, parts in relations)):
        changes.append({parts[turn][1]: 9 for _, _, parts in relations if turn < len(parts)})
    made = []
    for authority, change in zip(ACTIVITY_CARRIERS, changes, strict=False):
        sent = sound(authority, period)
        for code, amount in change.items():
            sent = sent.with_amount_added(ACTIVITY, sent.activity_cell(code), amount)
        made.append(sent)
    return tuple(made)


def rounded(period: str) -> SampleReturn:
    """Every figure a seventh of what it was, each rounded by itself."""
    sent = sound(ROUNDED, period)
    return sent.with_cells(
        SPEND, {cell: str(round(int(sent.value(SPEND, cell)) / 7)) for cell in figure_cells(sent)}
    )


def slipped(period: str) -> SampleReturn:
    """A single total is out by one."""
    sent = sound(SLIPPED, period)
    return sent.with_amount_added(
        SPEND, sent.spend_cell(sent.line_code("total_children_looked_after"), "own_provision"), 1
    )


@pytest.fixture(scope="module")
def small(prepared_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Found:
    returns = [
        sent
        for period in known_periods()
        for sent in (*wrong_activities(period), rounded(period), slipped(period))
    ]
    return check_all(prepared_home, tmp_path_factory.mktemp("landing"), returns)


@pytest.mark.parametrize("period", known_periods())
def test_exactly_the_items_that_do_not_add_up_are_found(small: Found, period: str):
    for sent in wrong_activities(period):
        found = {
            place
            for place in small.places.get((sent.authority, period), set())
            if place[0] == "pss_ex1.item_total"
        }
        assert found == relations_broken_in(sent)
    too_small, too_large = (relations_broken_in(sent) for sent in wrong_activities(period)[:2])
    totals = {sound("solihull", period).activity_cell(total) for total, *_ in item_relations(period)}
    assert {(line, column) for _, line, column in too_small | too_large} == totals


@pytest.mark.parametrize("period", known_periods())
def test_a_form_rounded_figure_by_figure_is_sound(small: Found, period: str):
    assert broken_in(rounded(period)), "rounding does break sums"
    assert not {place for place in small.places.get((ROUNDED, period), set()) if place[0] in FORMULAS}


@pytest.mark.parametrize("period", known_periods())
def test_a_difference_of_one_is_found_where_a_form_is_computed(small: Found, period: str):
    found = {place for place in small.places[SLIPPED, period] if place[0] in FORMULAS}
    assert found == broken_in(slipped(period))
    assert {rule for rule, *_ in found} == FORMULAS


def test_a_finding_says_by_how_much_and_by_which_formula(small: Found):
    said = [
        message
        for message in small.messages
        if "in column C (own provision, including capital charges)" in message
    ]
    assert any("the total of BB1 + BB2 + BB3 + BB4" in message and "1 too large" in message for message in said)
