-- Figures that feed the club's indicators and moved by more than half and by more than a trifle.
with figures as (
    select
        submission_id, authority_code, period_code, file_id, file_name, line_number, column_number,
        raw_value as value, item_code, amount_code, amount as figure,
        'line ' || line_code || ', ' || label || ' (' || replace(amount_code, '_', ' ') || ')' as what, 250 as trifle
    from checking.pss_ex1_spend
    where
        amount_code = 'total_expenditure'
        and item_code in (
            'childrens_homes', 'fostering', 'home_care_older_people', 'home_care_physical_disability',
            'home_care_learning_disability', 'home_care_mental_health'
        )
    union all
    select
        submission_id, authority_code, period_code, file_id, file_name, line_number, column_number,
        raw_value as value, item_code, null as amount_code, quantity as figure, label as what, 2000 as trifle
    from checking.pss_ex1_activity
    where is_required
)

select
    figures.submission_id,
    figures.file_id,
    figures.file_name,
    figures.line_number,
    figures.column_number,
    figures.value,
    figures.what,
    trim_scale(round(figures.figure, 1)) as shown,
    trim_scale(round(previous.figure, 1)) as previous,
    previous.period_code as previous_period,
    to_char(100 * (figures.figure / previous.figure - 1), 'FMSG999999990') as percent
from figures
inner join figures as previous
    on
        figures.authority_code = previous.authority_code
        and figures.item_code = previous.item_code
        and figures.amount_code is not distinct from previous.amount_code
        and left(previous.period_code, 4)::int = left(figures.period_code, 4)::int - 1
where
    previous.figure > 0
    and abs(figures.figure - previous.figure) > greatest(0.5 * previous.figure, figures.trifle)
