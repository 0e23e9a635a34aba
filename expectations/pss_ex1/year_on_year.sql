-- Figures that feed the club's indicators and moved by more than a share and by more than a trifle: the seed
-- pss_ex1_watched_figures.
with figures as (
    select
        spend.submission_id, spend.authority_code, spend.period_code, spend.file_id, spend.file_name,
        spend.line_number, spend.column_number, spend.raw_value as value, spend.item_code, spend.amount_code,
        spend.amount as figure,
        'line '
        || spend.line_code
        || ', '
        || spend.label
        || ' ('
        || replace(spend.amount_code, '_', ' ')
        || ')'
            as what,
        watched.trifle, watched.share
    from checking.pss_ex1_spend as spend
    inner join staging.pss_ex1_watched_figures as watched
        on
            spend.item_code = watched.item_code
            and spend.amount_code = watched.amount_code
            and watched.table_name = 'spend'
    union all
    select
        activity.submission_id, activity.authority_code, activity.period_code, activity.file_id,
        activity.file_name, activity.line_number, activity.column_number, activity.raw_value as value,
        activity.item_code, null as amount_code, activity.quantity as figure, activity.label as what,
        watched.trifle, watched.share
    from checking.pss_ex1_activity as activity
    inner join staging.pss_ex1_watched_figures as watched
        on watched.table_name = 'activity' and watched.item_code is null
    where activity.is_required
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
    and abs(figures.figure - previous.figure) > greatest(figures.share * previous.figure, figures.trifle)
