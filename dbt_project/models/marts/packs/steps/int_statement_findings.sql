-- What there is to say of each member's newest figures: the kinds of finding that statement_rules puts into words, with
-- how large each is (relative to what it is set beside) and how sure.
with profiles as (
    select
        *,
        -- The better end in the words of the finding; higher and lower where neither is.
        case
            when polarity = 'none' then 'neither end is better'
            else polarity || ' is better'
        end as better,
        case
            when gap > 0 and polarity = 'none' then 'higher'
            when gap < 0 and polarity = 'none' then 'lower'
            when (gap > 0) = (polarity = 'high') then 'better'
            else 'worse'
        end as side
    from {{ ref('authority_profile') }}
),

apart as (
    select
        group_code,
        authority_code,
        indicator_code,
        'apart' as kind,
        side as finding,
        case when funnel_position like '%(0.001)' then '99.8' else '95' end as certainty,
        abs(gap) / nullif(abs(region_value), 0) as size
    from profiles
    where funnel_position <> 'Not significant'
),

moved as (
    select
        group_code,
        authority_code,
        indicator_code,
        'moved' as kind,
        change_beyond_expected as finding,
        '95' as certainty,
        abs(change) / nullif(abs(previous_value), 0) as size
    from profiles
    where change_beyond_expected <> 'no'
),

costs as (
    select
        group_code,
        authority_code,
        indicator_code,
        'cost' as kind,
        side as finding,
        'none' as certainty,
        abs(gap) / nullif(abs(region_value), 0) as size
    from profiles
    where {{ is_money('unit') }} and is_in_baseline and gap <> 0
),

-- The two best and the two worst of figures that cannot be tested.
positions as (
    select
        group_code,
        authority_code,
        indicator_code,
        'position' as kind,
        case when rank <= 2 then 'better' else 'worse' end as finding,
        'none' as certainty,
        abs(gap) / nullif(abs(region_value), 0) as size
    from profiles
    where
        not {{ is_money('unit') }}
        and funnel_position is null
        and n_ranked >= 8
        and (rank <= 2 or rank >= n_ranked - 1)
),

rated as (
    select
        group_code,
        authority_code,
        indicator_code,
        'quality' as kind,
        'any' as finding,
        'none' as certainty,
        0::double precision as size
    from profiles
    where quality_rating = 'C'
),

missing as (
    select
        group_code,
        authority_code,
        indicator_code,
        'missing' as kind,
        'any' as finding,
        'none' as certainty,
        0::double precision as size
    from profiles
    where value is null
),

final as (
    select * from apart
    union all
    select * from moved
    union all
    select * from costs
    union all
    select * from positions
    union all
    select * from rated
    union all
    select * from missing
)

select * from final
