{{ config(
    materialized='incremental', indexes=[{'columns': ['period_code']}],
    pre_hook="{{ clear(changed_years_by_basis()) }}"
) }}
-- What does not leave the club, and why: one row per hidden figure, of an authority or of a region. The
-- figure itself is not here.
with hidden as (
    select * from {{ ref('int_disclosure__hidden_totals') }}
    union all
    select * from {{ ref('int_disclosure__hidden_parts') }}
    union all
    select * from {{ ref('int_disclosure__hidden_parts_of_parts') }}
    union all
    select * from {{ ref('int_disclosure__kept_inside') }}
),

-- The same figure can be hidden for more than one reason; what leaves it out of the region's figure comes
-- first.
reasons as (
    select
        *,
        case when authority_code is null then 'regional' else 'local_authority' end as geography,
        coalesce(authority_code, {{ region_code('region') }}) as place_code,
        array_position(
            array['kept_inside', 'withheld', 'small', 'beside_small', 'companion', 'region'], reason
        ) as turn
    from hidden
    where {{ changed_years_by_basis() }}
),

final as (
    select distinct on (geography, place_code, period_code, reasons.measure_code, basis)
        geography,
        place_code,
        region,
        period_code,
        reasons.measure_code,
        basis,
        reasons.division_code,
        reason,
        case reason
            when 'kept_inside'
                then measures.why
            when 'small'
                then
                    'It is about so few people (1 to {{ var('disclosure_threshold') | int }}) '
                    || 'that one may be recognised'
            when 'beside_small'
                then 'With it, a small figure of the same division could be worked out from the totals'
            when 'withheld'
                then
                    'There is too little beside a small figure of this authority to hide it among: '
                    || 'the division is hidden, and left out of the region''s figures'
            when 'companion'
                then 'It tells so much about a hidden figure that it is hidden with it'
            when 'region'
                then 'With it, a small figure of an authority could be worked out'
        end as explanation,
        {{ var('disclosure_threshold') | int }} as threshold,
        {{ var('disclosure_rounding') | int }} as rounding
    from reasons
    inner join {{ ref('int_disclosure__measures') }} as measures
        on reasons.measure_code = measures.measure_code
    order by geography, place_code, period_code, reasons.measure_code, basis, turn, reasons.division_code
)

select * from final
