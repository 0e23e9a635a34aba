{{ config(materialized='table') }}
-- What the club has decided, one column a decision: one row for every stretch of years in which all of it holds.
-- A decision without a first year holds from the beginning.
with decided as (
    select
        decision_code,
        decision_version,
        value,
        coalesce(valid_from_period, '') as from_period,
        coalesce(valid_to_period, '9999-99') as to_period
    from {{ ref('club_decisions') }}
),

stretches as (
    select
        from_period,
        lead(from_period, 1, '9999-99') over (order by from_period) as before_period
    from (select distinct from_period from decided) as beginnings
),

final as (
    select
        stretches.from_period,
        stretches.before_period,
        {%- for code, type in decisions().items() %}
            max(decided.value) filter (where decided.decision_code = '{{ code }}')::{{ type }} as {{ code }},
        {%- endfor %}
        jsonb_object_agg(decided.decision_code, decided.value) as values,
        jsonb_object_agg(decided.decision_code, decided.decision_version) as versions
    from stretches
    inner join decided
        on stretches.from_period >= decided.from_period and stretches.from_period <= decided.to_period
    group by stretches.from_period, stretches.before_period
)

select * from final
