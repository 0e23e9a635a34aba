{{ config(materialized='table', tags=['by_reading']) }}
-- The readings that are counted by, for every stretch of years: as the club has decided; and, where every reading is
-- tried, each other choice among the options of the seed that touches an indicator.
with recursive tried as (
    select
        decision_code,
        value,
        dense_rank() over (order by decision_code) as turn
    from {{ ref('decision_options') }}
    where is_tried and {{ tries_every_reading() }}
),

choices as (
    select
        0::bigint as turn,
        '{}'::jsonb as chosen
    union all
    select
        tried.turn,
        choices.chosen || jsonb_build_object(tried.decision_code, tried.value) as chosen
    from choices
    inner join tried on choices.turn + 1 = tried.turn
),

touching as (
    {{ tried_decisions_of_indicators() }}
),

-- What is decided about other things is as decided; as the club has decided, all is.
sets_of_decisions as (
    select decision_codes from touching
    union
    select array[]::text[] as decision_codes
),

final as (
    select distinct
        decided.from_period,
        decided.before_period,
        decided.values @> choices.chosen as is_agreed,
        choices.chosen,
        coalesce({{ code_of_decisions('choices.chosen') }}, 'agreed') as reading_code,
    {%- for code, type in decisions().items() %}
        (decided.values || choices.chosen ->> '{{ code }}')::{{ type }}
            as {{ code }}{{ ',' if not loop.last }}
    {%- endfor %}
    from {{ ref('int_decisions') }} as decided
    cross join choices
    inner join sets_of_decisions as sets on decided.values @> (choices.chosen - sets.decision_codes)
    where choices.turn = (select coalesce(max(tried.turn), 0) from tried)
)

select * from final
