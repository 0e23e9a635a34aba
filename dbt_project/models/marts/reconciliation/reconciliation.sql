{# A file of published costs is taken for a few rows; a loop would read them all once each. #}
{{ config(pre_hook=without_loops()) }}
-- What the publisher printed beside what the returns give, one row per authority, period and unit cost. Equal
-- means to one millionth. Whatever is not equal says why, from the figures themselves.
with published as (
    select
        unit_costs.*,
        files.file_name
    from {{ ref('stg_nhs_ic__unit_costs') }} as unit_costs
    inner join {{ ref('stg_ledger__submission_files') }} as files on unit_costs.file_id = files.file_id
),

computed as (
    select
        facts.authority_code,
        facts.period_code,
        facts.indicator_code,
        facts.definition_version,
        definitions.unit_cost_ref,
        facts.numerator,
        facts.denominator,
        facts.value,
        facts.missing_reason,
        facts.note
    from {{ ref('fct_indicator') }} as facts
    inner join {{ ref('dim_indicator') }} as definitions
        on
            facts.indicator_code = definitions.indicator_code
            and facts.definition_version = definitions.definition_version
    where facts.basis = 'submitted'
),

compared as (
    select
        published.authority_code,
        published.period_code,
        definitions.indicator_code,
        definitions.definition_version,
        published.unit_cost_ref,
        computed.value as computed,
        published.value::double precision as published,
        computed.numerator as computed_numerator,
        published.numerator::double precision as published_numerator,
        computed.denominator as computed_denominator,
        published.denominator::double precision as published_denominator,
        published.raw_value as published_as,
        published.submission_id as published_submission_id,
        published.file_name as published_file_name,
        published.line_number as published_line_number,
        published.column_number as published_column_number,
        computed.missing_reason,
        computed.note
    from published
    inner join {{ ref('dim_indicator') }} as definitions
        on
            published.unit_cost_ref = definitions.unit_cost_ref
            and published.period_code between definitions.valid_from_period and definitions.valid_to_period
    left join computed
        on
            published.authority_code = computed.authority_code
            and published.period_code = computed.period_code
            and definitions.indicator_code = computed.indicator_code
),

-- Where the return lacks a figure, what its other cells add up to. A cell that the public copy shows as '-'
-- holds more than nothing and at most 5.
shown as (
    select
        compared.authority_code,
        compared.period_code,
        compared.indicator_code,
        coalesce(sum(components.weight * cells.value) filter (where components.role = 'denominator'), 0)
            as denominator,
        count(*) filter (where cells.value is null and components.role = 'numerator') as numerator_gaps,
        count(*) filter (where cells.value is null and btrim(cells.raw_value) = '-') as hidden_cells,
        count(*) filter (where cells.value is null and btrim(cells.raw_value) = '..') as unknown_cells,
        5 * coalesce(
            sum(components.weight) filter (where cells.value is null and btrim(cells.raw_value) = '-'), 0
        ) as hidden_at_most
    from compared
    inner join {{ ref('bridge_indicator_measure') }} as components
        on
            compared.indicator_code = components.indicator_code
            and compared.definition_version = components.definition_version
    inner join {{ ref('bridge_measure_source') }} as cells
        on
            compared.authority_code = cells.authority_code
            and compared.period_code = cells.period_code
            and components.measure_code = cells.measure_code
            and cells.basis = 'submitted'
    where compared.published is not null and compared.computed is null
    group by compared.authority_code, compared.period_code, compared.indicator_code
),

-- What a version of the return gave that was in force before: the publisher may have had that one.
of_earlier_versions as (
    select distinct on (compared.authority_code, compared.period_code, compared.indicator_code)
        compared.authority_code,
        compared.period_code,
        compared.indicator_code,
        earlier.value,
        earlier.recorded_to
    from compared
    inner join {{ ref('fct_indicator_history') }} as earlier
        on
            compared.authority_code = earlier.authority_code
            and compared.period_code = earlier.period_code
            and compared.indicator_code = earlier.indicator_code
            and earlier.basis = 'submitted'
            and earlier.recorded_to is not null
    where {{ is_equal('earlier.value', 'compared.published') }}
    order by
        compared.authority_code, compared.period_code, compared.indicator_code, earlier.recorded_to desc
),

judged as (
    select
        compared.*,
        of_earlier_versions.recorded_to as published_until,
        shown.hidden_cells,
        published_denominator - shown.denominator as not_shown,
        {{ is_equal('computed', 'published') }} as is_equal_value,
        {{ is_equal('computed_numerator', 'published_numerator') }} as is_equal_numerator,
        {{ is_equal('computed_denominator', 'published_denominator') }} as is_equal_denominator,
        shown.numerator_gaps = 0
        and shown.hidden_cells > 0
        and published_denominator > shown.denominator
        and published_denominator <= shown.denominator + shown.hidden_at_most as is_hidden,
        shown.numerator_gaps = 0
        and shown.hidden_cells = 0
        and shown.unknown_cells > 0
        and {{ is_equal('shown.denominator', 'published_denominator') }} as is_counted_as_none
    from compared
    left join shown
        on
            compared.authority_code = shown.authority_code
            and compared.period_code = shown.period_code
            and compared.indicator_code = shown.indicator_code
    left join of_earlier_versions
        on
            compared.authority_code = of_earlier_versions.authority_code
            and compared.period_code = of_earlier_versions.period_code
            and compared.indicator_code = of_earlier_versions.indicator_code
),

final as (
    select
        authority_code,
        period_code,
        indicator_code,
        definition_version,
        unit_cost_ref,
        computed,
        published,
        computed - published as difference,
        case
            when is_equal_value then 'equal'
            when published is not null and computed is not null then 'differs'
            when published is not null then 'not_computed'
            when computed is not null then 'not_published'
            else 'both_missing'
        end as status,
        {{ reason_of_difference() }} as reason,
        computed_numerator,
        published_numerator,
        computed_denominator,
        published_denominator,
        published_as,
        published_submission_id,
        published_file_name,
        published_line_number,
        published_column_number
    from judged
)

select * from final
