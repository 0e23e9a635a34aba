"""The rules are data: every suite names queries that exist and sentences that can be filled."""

import re

import pytest

from ingestion.check.suite import Rule, Suite, load_suite
from ingestion.collect.rules import intake_rules
from ingestion.returns.catalogue import returns_of_answers
from ingestion.settings import EXPECTATIONS

# The rule book of children looked after is of another kind: `test_child_suites.py`.
SUITES = sorted(path.parent.name for path in EXPECTATIONS.glob("*/suite.yaml") if path.parent.name != "ssda903")
RULES = [(code, rule) for code in SUITES for rule in load_suite(code).rules]
# A return of answers has the rules of all such returns, and its own.
RULES += [
    (code, rule)
    for code in returns_of_answers()
    for rule in load_suite(code).rules
    if rule.code.startswith(f"{code}.")
]
DIMENSIONS = {"completeness", "validity", "uniqueness", "consistency", "plausibility", "timeliness"}
REQUIRED_COLUMNS = ("submission_id", "file_id", "line_number", "column_number", "value")

each_rule = pytest.mark.parametrize(("return_code", "rule"), RULES, ids=[rule.code for _, rule in RULES])


@pytest.fixture(params=SUITES)
def suite(request: pytest.FixtureRequest) -> Suite:
    return load_suite(request.param)


def test_a_return_without_rules_has_no_suite():
    assert load_suite("no_such_return") is None


def test_every_publishers_table_is_checked_by_the_same_rules_in_a_work_area_of_its_own():
    common = load_suite("published")
    lait = load_suite("lait")
    assert lait.return_code == "lait"
    assert [rule.code for rule in lait.rules] == [rule.code for rule in common.rules]
    assert all("checking.published_" not in rule.statement for rule in lait.rules)
    assert any("checking.lait_cells" in rule.statement for rule in lait.rules)


def test_a_suite_is_called_like_its_folder(suite: Suite):
    assert (EXPECTATIONS / suite.return_code / "suite.yaml").exists()


def test_no_two_rules_have_the_same_code(suite: Suite):
    codes = [rule.code for rule in suite.rules] + list(intake_rules())
    assert len(codes) == len(set(codes))


def test_every_query_in_the_folder_belongs_to_a_rule(suite: Suite):
    files = {path.name for path in (EXPECTATIONS / suite.return_code).glob("*.sql")}
    tables = {f"{name}.sql" for name in suite.unknown_statements | suite.prepared_statements}
    shared = {
        name
        for query in EXPECTATIONS.rglob("*.sql")
        for folder, name in re.findall(r'include "(\w+)/(\w+\.sql)"', query.read_text())
        if folder == suite.return_code
    }
    assert files == {rule.query for rule in suite.rules} | tables | shared


@pytest.mark.parametrize("return_code", returns_of_answers())
def test_every_query_of_a_return_of_answers_belongs_to_a_rule_of_its_own(return_code: str):
    files = {path.name for path in (EXPECTATIONS / return_code).glob("*.sql")}
    assert files == {
        rule.query for rule in load_suite(return_code).rules if rule.code.startswith(f"{return_code}.")
    }


@each_rule
def test_a_rule_says_what_it_is_about(return_code: str, rule: Rule):
    assert rule.code.startswith(f"{return_code}.")
    assert rule.dimension in DIMENSIONS


@each_rule
def test_a_rules_sentence_says_what_to_do_and_ends_as_one(return_code: str, rule: Rule):
    assert rule.sentence.endswith(".")
    assert rule.sentence.count(". ") >= 1, "what was found; then what to do"


@each_rule
def test_a_rules_query_mentions_every_column_that_is_asked_of_it(return_code: str, rule: Rule):
    # The letter of a column is filled in by the check itself, which knows how the file is shifted.
    placeholders = set(re.findall(r"\{(\w+)\}", rule.sentence)) - {"column_letter"}
    for column in (*REQUIRED_COLUMNS, *placeholders):
        assert re.search(rf"\b{column}\b", rule.statement) or ".*" in rule.statement, column


@each_rule
def test_a_rules_sentence_names_the_file_or_the_table_that_is_missing(return_code: str, rule: Rule):
    assert "{file_name}" in rule.sentence or "{table_name}" in rule.sentence


@each_rule
def test_a_rule_looks_only_at_what_is_under_check_or_what_is_fixed(return_code: str, rule: Rule):
    """Anything else would make a check run slower with every year that is loaded."""
    relations = re.findall(r"\b(?:(?<!distinct )from|join)\s+(\w+\.\w+)", rule.statement)
    assert relations
    for relation in relations:
        schema, table = relation.split(".")
        assert schema in ("checking", "ledger", "raw", "staging")
        assert not table.startswith("base_")


def test_only_a_rule_that_does_not_reject_can_wait_for_the_officer(suite: Suite):
    for rule in suite.rules:
        assert not (rule.needs_sign_off and rule.severity == "critical"), rule.code


def test_the_sentence_becomes_text_and_columns_in_turn():
    rule = Rule(
        code="x.y", severity="info", dimension="validity", sentence="{a}, line {b}: 100 % 'so'.", query="q"
    )
    text = rule.message().as_string(None)
    assert text == """concat('', "failing"."a", ', line ', "failing"."b", ': 100 % ''so''.')"""
