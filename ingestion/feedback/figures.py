"""A sender's own figures, as the marts work them out from a submission that counts."""

from dataclasses import dataclass

import psycopg
from psycopg.rows import class_row

from ingestion.feedback.facts import DecidedSubmission

_ARE_BUILT = "select to_regclass('marts.fct_indicator') is not null"

_FIGURES = """
select
    facts.indicator_code,
    indicators.title,
    case
        when facts.value is null then null
        when indicators.unit like '£%%' then
            case when round(facts.value::numeric) < 0 then '−' else '' end
            || '£' || to_char(abs(facts.value::numeric), 'FM999,999,999,990')
        else to_char(facts.value::numeric, 'FM999,999,999,990.0')
            || case indicators.unit when '%%' then ' %%' else '' end
    end as figure,
    indicators.unit,
    facts.missing_reason
from marts.fct_indicator as facts
inner join marts.dim_indicator as indicators
    on
        facts.indicator_code = indicators.indicator_code
        and facts.definition_version = indicators.definition_version
where
    facts.authority_code = %(sender)s and facts.period_code = %(period)s
    and %(submission)s = any(facts.submission_ids)
order by facts.value is null, indicators.unit_cost_ref is not null, facts.indicator_code
"""


@dataclass(frozen=True)
class OwnFigure:
    """An indicator of the sender's: the figure in words, or why there is none."""

    indicator_code: str
    title: str
    figure: str | None
    unit: str
    missing_reason: str | None


def own_figures(connection: psycopg.Connection, submission: DecidedSubmission) -> tuple[OwnFigure, ...]:
    """Read the figures that were worked out from a submission; none while it does not count or is not built."""
    if not submission.is_in_force:
        return ()
    row = connection.execute(_ARE_BUILT).fetchone()
    if not (row and row[0]):
        return ()
    facts = {
        "sender": submission.sender, "period": submission.period_code, "submission": submission.submission_id,
    }  # fmt: skip
    with connection.cursor(row_factory=class_row(OwnFigure)) as cursor:
        return tuple(cursor.execute(_FIGURES, facts).fetchall())
