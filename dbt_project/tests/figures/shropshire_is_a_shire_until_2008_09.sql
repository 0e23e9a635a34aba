-- Shropshire has been a unitary authority since 1 April 2009.
with periods as (
    select
        period_code,
        case when period_code <= '2008-09' then 'shire county' else 'unitary authority' end as expected
    from {{ ref('dim_period') }}
),

shown as (
    select authority_code, period_code, authority_type from {{ ref('placement_stability') }}
    union all
    select authority_code, period_code, authority_type from {{ ref('home_care') }}
)

select shown.*, periods.expected
from shown
inner join periods on shown.period_code = periods.period_code
where shown.authority_code = 'shropshire' and shown.authority_type <> periods.expected
