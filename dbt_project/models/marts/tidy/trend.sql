-- Each place's figures of an indicator over the years, one a year, with what breaks the line: another definition that
-- is not declared comparable, or another basis. Where a figure was stated otherwise before, what it was first.
with figures as (
    select * from {{ ref('tidy') }}
    where is_preferred
),

versions as (
    select
        indicator_code,
        definition_version,
        comparable_with_previous
    from {{ ref('dim_indicator') }}
),

in_line as (
    select
        figures.*,
        versions.comparable_with_previous,
        lag(figures.period_code) over years as period_before,
        lag(figures.definition_version) over years as version_before,
        lag(figures.basis) over years as basis_before
    from figures
    inner join versions
        on
            figures.indicator_code = versions.indicator_code
            and figures.definition_version = versions.definition_version
    window years as (
        partition by figures.place_kind, figures.place_code, figures.indicator_code
        order by figures.period_code
    )
),

restated as (
    select
        authority_code,
        period_code,
        indicator_code,
        basis,
        (array_agg(old_value order by restated_at, new_source) filter (where old_value is not null))[1]
            as first_value,
        count(*)::integer as restatements,
        max(restated_at) as restated_at
    from {{ ref('restatement') }}
    where figure_kind = 'indicator' and authority_code is not null
    group by authority_code, period_code, indicator_code, basis
),

final as (
    select
        in_line.place_kind,
        in_line.place_code,
        in_line.place_name,
        in_line.is_member,
        in_line.indicator_code,
        in_line.period_code,
        in_line.definition_version,
        in_line.title,
        in_line.unit,
        in_line.polarity,
        in_line.basis,
        in_line.value,
        in_line.lower_95,
        in_line.upper_95,
        in_line.missing_reason,
        in_line.quality_rating,
        in_line.region_value,
        in_line.own_type_value,
        in_line.neighbours_value,
        in_line.england_value,
        in_line.value_real,
        in_line.base_period,
        case
            when in_line.period_before is null then null
            when in_line.definition_version <> in_line.version_before and not in_line.comparable_with_previous
                then 'Another definition (version ' || in_line.definition_version || ')'
            when in_line.basis <> in_line.basis_before
                then 'Another basis: ' || in_line.basis || ', before ' || in_line.basis_before
        end as break_before,
        restated.first_value,
        coalesce(restated.restatements, 0) as restatements,
        restated.restated_at
    from in_line
    left join restated
        on
            in_line.place_kind = 'authority'
            and in_line.place_code = restated.authority_code
            and in_line.period_code = restated.period_code
            and in_line.indicator_code = restated.indicator_code
            and in_line.basis = restated.basis
)

select * from final
