-- What holds one of the `marks` of the query that includes this. The value is not carried on: it would stand in the finding.
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
