"""What one submission answers, for its sender to correct: what was sent to each question, and how it is read."""

from dataclasses import dataclass

import psycopg
from psycopg import sql
from psycopg.rows import class_row

from ingestion.returns.catalogue import ReturnLayout


@dataclass(frozen=True)
class ReadAnswer:
    """One answer that a form takes: as it was sent, and as it is read; None where there is none."""

    item_code: str
    wording: str
    label: str
    field: str
    respondent: str
    sent: str | None
    read_as: str | None
    place: str | None


# A choice is read by its code or its words, as the models do (dbt_project/macros/answers.sql). Of an open form
# only what was sent stands here: its entries are the sender's own.
_READ = """
select
    coalesce(answers.item_code, asked.item_code) as item_code,
    asked.wording,
    asked.label,
    asked.field,
    coalesce(answers.respondent, respondents.respondent) as respondent,
    answers.value as sent,
    case
        when asked.kind in ('choice', 'choices') then (
            select string_agg(listed.choice ->> 'label', '; ' order by listed.turn)
            from jsonb_array_elements(asked.choices) with ordinality as listed (choice, turn)
            where
                array[lower(listed.choice ->> 'code'), lower(listed.choice ->> 'label')]
                && case asked.kind
                    when 'choice' then array[lower(btrim(answers.value))]
                    else regexp_split_to_array(lower(btrim(answers.value)), '\\s*;\\s*')
                end
        )
        when asked.kind = 'number' then trim_scale(raw.to_number(answers.value))::text
        else left(answers.value, asked.longest)
    end as read_as,
    case
        when answers.sheet_name = '' then format('line %%s, column %%s', answers.line_number, answers.cell)
        when answers.sheet_name <> '' then format('sheet %%s, cell %%s', answers.sheet_name, answers.cell)
    end as place
from ledger.submission
inner join raw.answer_rounds as rounds
    on submission.return_code = rounds.return_code and submission.period_code = rounds.round_code
inner join raw.answer_forms as asked
    on rounds.return_code = asked.return_code and rounds.round_code = asked.round_code
cross join lateral unnest(coalesce(nullif(rounds.respondents, '{{}}'), '{{""}}')) as respondents (respondent)
left join {answers} as answers
    on
        submission.submission_id = answers.submission_id
        and (lower(answers.item_code) = lower(asked.item_code) or asked.item_code = '*')
        and answers.item_code <> 'stamp'
        and asked.field = answers.field
        and respondents.respondent = answers.respondent
where
    submission.submission_id = %(submission)s
    and (asked.item_code <> '*' or answers.value is not null)
order by asked.item_turn, answers.item_code, respondents.respondent, asked.field_turn, answers.answer_number
"""


def read_answers(
    connection: psycopg.Connection, layout: ReturnLayout, submission_id: int
) -> tuple[ReadAnswer, ...]:
    """Read what one submission answers, in the order of its form."""
    query = sql.SQL(_READ).format(answers=sql.Identifier("raw", layout.raw_tables[0]))
    with connection.cursor(row_factory=class_row(ReadAnswer)) as cursor:
        return tuple(cursor.execute(query, {"submission": submission_id}).fetchall())
