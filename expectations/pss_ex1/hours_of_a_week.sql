-- Hours of the whole year that are those of the sample week, or the other way round: of England's councils no others
-- are less than a tenth or more than ten times of what the week makes of the year.
with pairs (year_item, week_item) as (
    values
    ('home_care_hours_year_own', 'hh1_hours_la'),
    ('home_care_hours_year_independent', 'hh1_hours_independent')
)

select
    of_year.submission_id,
    of_year.file_id,
    of_year.file_name,
    of_year.line_number,
    of_year.column_number,
    of_year.raw_value as value,
    of_year.label,
    trim_scale(round(of_week.quantity, 1)) as week,
    trim_scale(round(52 * of_week.quantity)) as expected
from checking.pss_ex1_activity as of_year
inner join pairs on of_year.item_code = pairs.year_item
inner join checking.pss_ex1_activity as of_week
    on of_year.submission_id = of_week.submission_id and pairs.week_item = of_week.item_code
where
    of_year.quantity > 0
    and of_week.quantity > 0
    and of_year.quantity not between 0.1 * 52 * of_week.quantity and 10 * 52 * of_week.quantity
