"""The rule book of children looked after is data: years, columns and queries fit the layout of the return."""

import csv
import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from ingestion.check.needs import NEEDS
from ingestion.check.suite import Rule, load_suite
from ingestion.returns.catalogue import find_return

LAYOUT = find_return("ssda903")
RULES = load_suite("ssda903").rules
DIMENSIONS = {"completeness", "validity", "uniqueness", "consistency", "plausibility"}
WORK_AREA = {table.name for table in LAYOUT.tables} | {f"{table.name}_last" for table in LAYOUT.tables}
WORK_AREA |= {"authorities", "children", "codes", "held_elsewhere", "providers", "last_years"}

each_rule = pytest.mark.parametrize("rule", RULES, ids=[rule.key for rule in RULES])


@pytest.mark.parametrize("period", [period for period in LAYOUT.periods if period >= "2017-18"])
def test_a_code_has_one_version_in_a_year(period: str):
    valid = Counter(rule.code for rule in RULES if rule.is_valid_for(period))
    assert {code for code, count in valid.items() if count > 1} == set()
    assert len(valid) > 280


def test_the_years_before_the_rule_book_have_no_rules():
    assert {rule.code for rule in RULES if rule.is_valid_for("2007-08")} == {"ssda903.other_authority"}


@each_rule
def test_a_rule_is_valid_in_a_year_of_the_layout_and_says_what_it_is_about(rule: Rule):
    assert any(rule.is_valid_for(period) for period in LAYOUT.periods)
    assert rule.first in LAYOUT.periods
    assert rule.last is None or rule.last in LAYOUT.periods
    assert rule.dimension in DIMENSIONS
    assert set(rule.needs) <= set(NEEDS)


@each_rule
def test_a_rule_points_at_columns_of_the_return(rule: Rule):
    columns = {table.name: table.known_columns for table in LAYOUT.tables}
    assert rule.columns
    for table, pointed in rule.columns.items():
        assert pointed, table
        assert set(pointed) <= set(columns[table]), table


@each_rule
def test_a_rules_sentence_says_what_to_do_and_holds_nothing_of_a_child(rule: Rule):
    assert rule.sentence.strip().endswith(".")
    assert re.search(r"[.:;] \w", rule.sentence), "what was found; then what to do"
    assert "{" not in rule.sentence


@each_rule
def test_a_rule_looks_at_the_work_area_alone_and_gives_the_place_of_each_row(rule: Rule):
    looked_at = set(re.findall(r"checking\.ssda903_(\w+)", rule.statement))
    assert looked_at
    assert looked_at <= WORK_AREA, looked_at - WORK_AREA
    assert not re.search(r"\b(raw|pseudonymised|ledger|staging)\.\w+\s", rule.statement)
    assert "file_id" in rule.statement
    assert "line_number" in rule.statement


@each_rule
def test_a_rule_that_looks_at_the_list_of_providers_needs_it(rule: Rule):
    assert "providers" in rule.needs or "ssda903_providers" not in rule.statement


def published_rules(shared_data: Path) -> dict[str, list[str]]:
    found = defaultdict(list)
    with (shared_data / "ssda903" / "ssda903_validation_rules.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            found[row["rule_code"]].append(row["message"])
    return found


def test_every_published_code_has_a_rule(shared_data: Path):
    assert set(published_rules(shared_data)) - {rule.code for rule in RULES} == set()


def test_no_sentence_is_the_published_one(shared_data: Path):
    def words(text: str) -> str:
        return " ".join(re.findall(r"[a-z0-9]+", text.lower()))

    published = {words(message) for messages in published_rules(shared_data).values() for message in messages}
    assert [rule.code for rule in RULES if words(rule.sentence) in published] == []
