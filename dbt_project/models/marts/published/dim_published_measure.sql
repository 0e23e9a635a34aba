-- Every published measure: in the club's own words where it is in the register, else in the publisher's.
with seen as (
    select
        measure_code,
        max(return_code) as return_code,
        min(dimension_key) as dimension_key,
        min(column_name) as column_name
    from {{ ref('stg_published__cells') }}
    group by measure_code
),

final as (
    select
        seen.measure_code,
        seen.return_code,
        register.measure_code is not null as is_registered,
        coalesce(
            register.title, dictionary.title, seen.dimension_key || ' (' || seen.column_name || ')'
        ) as title,
        coalesce(register.unit, dictionary.unit) as unit,
        register.domain,
        dictionary.series_number,
        dictionary.topic,
        coalesce(dictionary.polarity, 'none') as polarity,
        dictionary.description
    from seen
    left join {{ ref('register_measures') }} as register on seen.measure_code = register.measure_code
    left join {{ ref('base_published__dictionary') }} as dictionary
        on seen.measure_code = dictionary.measure_code and seen.return_code = dictionary.return_code
)

select * from final
