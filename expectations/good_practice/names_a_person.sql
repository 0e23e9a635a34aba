-- Where a role is asked for. The value is not carried on: it would stand in the finding.
with marks (kind, pattern) as (
    values
    ('a form of address', '\m(Mr|Mrs|Ms|Miss|Dr|Sir)\M[. ]'),
    ('an e-mail address', '[^ @]@[^ @]'),
    ('a telephone number', '[0-9][0-9 ()-]{6,}[0-9]')
)

select
    placed.submission_id,
    placed.file_id,
    placed.line_number,
    placed.column_number,
    null::text as value,
    placed.file_name,
    placed.place,
    marks.kind
from {{ work_area }}_placed as placed
inner join marks on placed.value ~ marks.pattern
where placed.field in ('contact_role', 'checked_by')
