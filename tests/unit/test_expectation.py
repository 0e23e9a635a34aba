"""What a rule is to Great Expectations: an entry in its own form, which asks for places and never for values."""

import subprocess
import sys

import pytest

from ingestion.check.expectation import ExpectNoRowToBreakRule
from ingestion.check.great_expectations import gx, pydantic
from ingestion.check.suite import load_suite
from ingestion.check.validation import _error

SUITES = ("pss_ex1", "pss_ex1_totals", "published", "ssda903")


@pytest.mark.parametrize("return_code", SUITES)
def test_a_suite_is_taken_by_great_expectations_as_it_stands(return_code: str):
    rules = load_suite(return_code).rules
    suite = gx.ExpectationSuite(name=return_code, expectations=[rule.expectation for rule in rules])
    taken = [(each.rule, each.from_year, each.severity.value, each.description) for each in suite.expectations]
    assert taken == [(rule.code, rule.first, rule.severity.value, rule.sentence) for rule in rules]


def test_a_rule_asks_for_the_places_of_its_own_rows_and_for_no_value():
    one = ExpectNoRowToBreakRule(rule="105", from_year="2017-18")
    assert one.unexpected_rows_query == (
        "select submission_id, file_id, line_number, column_number, heading"
        " from {batch} where rule = '105 2017-18'"
    )


def test_a_query_that_is_given_is_not_the_one_that_is_asked():
    one = ExpectNoRowToBreakRule(rule="105", unexpected_rows_query="select value from {batch}")
    assert one.unexpected_rows_query.endswith("where rule = '105'")


@pytest.mark.parametrize("code", ["1' or true --", "{batch}", ""])
def test_what_is_no_code_of_a_rule_is_refused(code: str):
    with pytest.raises(pydantic.ValidationError):
        ExpectNoRowToBreakRule(rule=code)


IMPORT = """
import sys
from ingestion.check.great_expectations import gx
assert not {"scipy", "scipy.stats", "altair"} & set(sys.modules)
from great_expectations.expectations.core import expect_column_kl_divergence_to_be_less_than as divergence
assert divergence.alt.Chart and round(divergence.stats.entropy([0.5, 0.5]), 3) == 0.693
import scipy.stats
assert scipy.stats.entropy is divergence.stats.entropy
"""


def test_what_only_three_metrics_use_is_loaded_when_it_is_used():
    subprocess.run([sys.executable, "-c", IMPORT], check=True, timeout=300)


@pytest.mark.parametrize(
    ("info", "error"),
    [
        ({"raised_exception": False, "exception_message": None}, None),
        ({"raised_exception": True, "exception_message": "boom"}, "boom"),
        ({"metric": {"raised_exception": True, "exception_message": "boom"}}, "boom"),
        ({"a": {"raised_exception": False}, "b": {"raised_exception": True, "exception_message": "b"}}, "b"),
        ({}, None),
        (None, None),
    ],
)
def test_the_error_of_a_rule_is_found_wherever_it_is_told(info: object, error: str | None):
    assert _error(info) == error
