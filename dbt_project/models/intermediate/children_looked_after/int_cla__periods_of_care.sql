{{ config(tags=['by_reading']) }}
-- From the start of being looked after to its end, as known in a year. Where the first episode known is no
-- start, the period began before it.
-- X1 says that another episode follows on the same day.
with ended as (
    select
        spells.*,
        decisions.adoption_reasons,
        case
            when last_dec <= {{ year_end('period_code') }} and coalesce(last_rec, '') <> 'X1' then last_dec
        end as ends_on
    from {{ ref('int_cla__spells_of_care') }} as spells
    inner join {{ ref('int_decisions') }} as decisions on {{ holds_in('decisions', 'spells.period_code') }}
),

final as (
    select
        authority_code,
        period_code,
        recorded_from,
        recorded_to,
        child_id,
        steps_code,
        period_of_care,
        starts_on,
        has_known_start,
        ends_on,
        case when ends_on is not null then last_rec end as ended_because,
        has_known_start and starts_on >= {{ year_start('period_code') }} as started_in_year,
        coalesce(ends_on >= {{ year_start('period_code') }}, false) as ceased_in_year,
        coalesce(
            ends_on >= {{ year_start('period_code') }}
            and last_rec = any(string_to_array(adoption_reasons, ' ')),
            false
        ) as adopted_in_year
    from ended
)

select * from final
