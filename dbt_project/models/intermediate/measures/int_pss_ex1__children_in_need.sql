-- Spending on children in need who are not looked after, with their share of commissioning and social work
-- (the numerator of E44). Half of leaving care is theirs. Commissioning follows the spending it can be told
-- apart from:
--     in need + in need x commissioning / (in need + leaving care + looked after)
-- where the first and second "in need" hold half of leaving care, and the third does not.
with spending as (
    select
        authority_code,
        period_code,
        basis,
        submission_id,
        recorded_at,
        recorded_from,
        recorded_to,
        max(value) filter (where measure_code = 'cost_children_in_need') as in_need,
        max(value) filter (where measure_code = 'cost_leaving_care') as leaving_care,
        max(value) filter (where measure_code = 'cost_looked_after_and_secure') as looked_after,
        max(value) filter (where measure_code = 'cost_childrens_commissioning') as commissioning,
        string_agg(missing_reason, '; ' order by measure_code) as missing_reasons,
        string_agg(note, '; ' order by measure_code) as note
    from {{ ref('int_stated_measures') }}
    where
        measure_code in (
            'cost_children_in_need', 'cost_leaving_care', 'cost_looked_after_and_secure',
            'cost_childrens_commissioning'
        )
    group by authority_code, period_code, basis, submission_id, recorded_at, recorded_from, recorded_to
),

shares as (
    select
        *,
        in_need + leaving_care / 2 as own_spending,
        in_need + leaving_care + looked_after as told_apart
    from spending
),

final as (
    select
        authority_code,
        period_code,
        'cost_children_in_need_with_commissioning' as measure_code,
        basis,
        submission_id,
        recorded_at,
        recorded_from,
        recorded_to,
        own_spending + own_spending * commissioning / nullif(told_apart, 0) as value,
        case
            when own_spending * commissioning / nullif(told_apart, 0) is null
                then
                    coalesce(
                        missing_reasons, 'No spending on children''s services to share commissioning by'
                    )
        end as missing_reason,
        note
    from shares
)

select * from final
