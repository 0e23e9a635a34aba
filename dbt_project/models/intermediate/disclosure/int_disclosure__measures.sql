-- What each measure of the register is to the disclosure control: its class, and where it is a part.
with measures as (
    select
        register.measure_code,
        register.unit,
        counted.measure_code is not null as counted_from_children
    from {{ ref('register_measures') }} as register
    left join {{ ref('ssda903_measures') }} as counted on register.measure_code = counted.measure_code
),

parts as (
    select * from {{ ref('disclosure_members') }}
    where role in ('part', 'cover')
),

totals as (
    select * from {{ ref('disclosure_members') }}
    where role = 'total'
),

divided as (
    select distinct measure_code from totals
),

classified as (
    select
        measures.measure_code,
        measures.unit,
        case when kept_inside.measure_code is null then units.disclosure else 'kept_inside' end as disclosure,
        coalesce(kept_inside.why, units.why) as why,
        units.amount_of_one,
        kept_inside.measure_code is null
        and coalesce(units.disclosure in ('people', 'time_of_people'), false) as is_about_people,
        -- Not as published: a publisher's figures leave as he put them out. What has no class stays inside.
        kept_inside.measure_code is null
        and coalesce(units.disclosure in ('people', 'time_of_people', 'not_disclosive'), false) as may_leave,
        -- A measure that is no part of another is a division of its own.
        coalesce(parts.division_code, measures.measure_code) as division_code,
        totals.measure_code as total_measure_code,
        coalesce(parts.role = 'cover', false) as is_cover,
        divided.measure_code is not null as is_total
    from measures
    left join {{ ref('disclosure_units') }} as units
        on
            measures.unit = units.unit
            and measures.counted_from_children = units.counted_from_children
    left join {{ ref('disclosure_kept_inside') }} as kept_inside
        on measures.measure_code = kept_inside.measure_code
    left join parts on measures.measure_code = parts.measure_code
    left join totals on parts.division_code = totals.division_code
    left join divided on measures.measure_code = divided.measure_code
),

final as (
    select
        classified.*,
        -- How deep it lies: 1 has no total, 2 is part of such a one, 3 is part of a part.
        case
            when classified.total_measure_code is null then 1
            when above.total_measure_code is null then 2
            else 3
        end as level
    from classified
    left join classified as above on classified.total_measure_code = above.measure_code
)

select * from final
