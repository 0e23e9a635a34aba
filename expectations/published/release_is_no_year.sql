-- A sheet made for readers has no column of years: the release is the year. A year like 2011-13 is none, nor is one
-- outside the calendar.
select
    layouts.submission_id, layouts.file_id, layouts.file_name, null::integer as line_number,
    null::integer as column_number, layouts.release as value
from {{ work_area }}_layouts as layouts
inner join {{ work_area }}_sheets as sheets on layouts.file_id = sheets.file_id
where sheets.year_label is null
