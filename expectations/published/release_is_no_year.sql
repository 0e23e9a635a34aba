-- A sheet made for readers has no column of years: the release is the year.
select
    submission_id, file_id, file_name, null::integer as line_number, null::integer as column_number,
    release as value
from {{ work_area }}_layouts
where
    sheet is not null
    and case
        when release ~ '^(19|20)[0-9]{2}-[0-9]{2}$'
            then (left(release, 4)::integer + 1) % 100 <> right(release, 2)::integer
        else true
    end
