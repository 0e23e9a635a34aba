-- Financial years: from the first that an indicator is defined for, or that figures were published of, to the
-- current one, and to the last that a return has a form for.
with starts as (
    select left(valid_from_period, 4)::integer as year
    from {{ ref('register_indicators') }}
    union all
    select left(period_code, 4)::integer as year
    from {{ ref('stg_published__cells') }}
    where period_type = 'financial_year'
    union all
    select left('{{ last_form_period() }}', 4)::integer as year
    union all
    -- A financial year starts in April.
    select extract(year from current_date - interval '3 months')::integer as year
),

years as (
    select generate_series(min(year), max(year)) as starts
    from starts
),

final as (
    select
        {{ year_starting('starts') }} as period_code,
        make_date(starts, 4, 1) as starts_on,
        make_date(starts + 1, 3, 31) as ends_on,
        'year ending 31 March ' || (starts + 1)::text as title
    from years
)

select * from final
