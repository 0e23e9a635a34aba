{{ config(materialized='ephemeral') }}
-- Beside each node the authority's own figure of the year before, and whether the two can be compared.
with periods_before as (
    select
        periods.period_code,
        before.period_code as period_before
    from {{ ref('dim_period') }} as periods
    left join {{ ref('dim_period') }} as before on periods.starts_on = before.ends_on + 1
),

earlier as (
    select
        own.*,
        earlier.numerator as earlier_numerator,
        earlier.denominator as earlier_denominator,
        earlier.value as earlier_value,
        earlier.missing_reason as earlier_missing_reason,
        -- The same formula, also under another code, or declared comparable with the version before; counted by the
        -- same decisions.
        (
            (earlier.multiplier = own.multiplier and earlier.ingredients = own.ingredients)
            or (
                earlier.indicator_code = own.indicator_code
                and earlier.definition_version = own.definition_version - 1
                and own.comparable_with_previous
            )
        )
        and rules.is_decided_anew is not true as is_comparable
    from {{ ref('int_driver_own_figures') }} as own
    inner join periods_before using (period_code)
    left join {{ ref('int_driver_figures') }} as earlier
        on
            own.authority_code = earlier.authority_code
            and periods_before.period_before = earlier.period_code
            and own.basis = earlier.basis
            and own.node_code = earlier.node_code
    left join {{ ref('int_indicator_rules') }} as rules
        on
            own.basis <> 'published'
            and own.indicator_code = rules.indicator_code
            and own.definition_version = rules.definition_version
            and own.period_code = rules.from_period
),

final as (
    select
        *,
        case
            when not_collected_reason is not null then not_collected_reason
            when is_comparable is null then 'There is no figure of the year before'
            when not is_comparable then 'The definition differs from that of the year before'
            else earlier_missing_reason
        end as other_missing_reason
    from earlier
)

select * from final
