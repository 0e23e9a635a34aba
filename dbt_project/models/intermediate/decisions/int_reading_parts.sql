{{ config(materialized='table', tags=['by_reading']) }}
-- Of what a reading is counted. Where every reading is tried, the children without a temporary stay are counted apart:
-- what is decided about stays says nothing of them, so that several readings have that part in common. The steps of
-- a child differ by the decisions about stays alone.
with codes as (
    select
        readings.*,
        coalesce({{ code_of_decisions('readings.chosen', about_stays()) }}, 'agreed') as stays_code,
        {{ code_of_decisions('readings.chosen', 'not ' ~ about_stays()) }} as other_code
    from {{ ref('int_readings') }} as readings
),

final as (
    select
        parts.part_code,
        parts.steps_code,
        parts.has_stays,
        codes.*
    from codes
    cross join
        lateral (
            values
            (codes.reading_code, codes.stays_code, true),
            ('no stays/' || codes.other_code, 'no stays', false)
        ) as parts (part_code, steps_code, has_stays)
    where parts.has_stays or {{ tries_every_reading() }}
)

select * from final
