"""A sender sees its own figures once they are built, as the marts have them."""

import psycopg

from ingestion.feedback.report import write_own_figures
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect

FIGURE = """
select facts.indicator_code, facts.value, submission.sender, submission.period_code, submission.version
from marts.fct_indicator as facts
inner join ledger.submission on submission.submission_id = any(facts.submission_ids)
where
    facts.indicator_code = 'B8' and facts.value is not null and submission.sender = facts.authority_code
    and submission.return_code = 'pss_ex1' and submission.is_in_force
order by submission.sender
limit 1
"""


def test_the_report_on_what_is_in_force_has_the_figures_of_the_marts(sample_warehouse: Settings):
    with connect(sample_warehouse, Role.LOADER) as connection:
        indicator, value, sender, period, version = figure(connection)
    write_own_figures(sample_warehouse)

    page = (sample_warehouse.outbox / sender / "pss_ex1" / period / f"v{version}" / "feedback.html").read_text()
    assert "Your figures" in page
    assert f'<th scope="row" class="together">{indicator}</th>' in page
    assert f'<td class="number">£{value:,.0f}</td>' in page
    assert write_own_figures(sample_warehouse) == []


def figure(connection: psycopg.Connection) -> tuple[str, float, str, str, int]:
    """The unit cost of home care of a member."""
    row = connection.execute(FIGURE).fetchone()
    assert row is not None
    return row
