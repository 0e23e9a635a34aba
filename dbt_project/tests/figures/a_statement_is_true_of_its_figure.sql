-- What a pack says of a figure is worked out anew from the comparison that it speaks of, not from the step before it.
with figures as (
    select
        compared.*,
        facts.lower_95,
        facts.upper_95,
        indicators.polarity,
        indicators.unit,
        case indicators.polarity when 'low' then -1 when 'high' then 1 else 0 end
        * sign(compared.value - compared.comparator_value) as better_way
    from {{ ref('fct_comparison') }} as compared
    inner join {{ ref('fct_indicator') }} as facts using (authority_code, period_code, indicator_code, basis)
    inner join {{ ref('dim_indicator') }} as indicators
        on
            compared.indicator_code = indicators.indicator_code
            and compared.definition_version = indicators.definition_version
    where compared.comparator_set = 'region'
),

said as (
    select
        statements.*,
        figures.value,
        figures.lower_95,
        figures.polarity,
        figures.unit,
        figures.value > figures.comparator_value as is_higher,
        figures.comparator_value not between figures.lower_95 and figures.upper_95 as is_apart,
        figures.change not between figures.expected_change_lower_95 and figures.expected_change_upper_95
            as has_moved,
        case figures.better_way
            when 1 then 'better'
            when -1 then 'worse'
            else case when figures.value > figures.comparator_value then 'higher' else 'lower' end
        end as side
    from {{ ref('pack_statement') }} as statements
    left join figures using (authority_code, period_code, indicator_code, basis)
),

judged as (
    select
        *,
        case kind
            when 'apart'
                then is_apart and finding = side and (strpos(statement, 'higher than') > 0) = is_higher
            when 'moved' then has_moved and (polarity = 'none') = (finding in ('higher', 'lower'))
            when 'cost'
                then
                    starts_with(unit, '£')
                    and finding = side
                    and (strpos(statement, ' above the ') > 0) = is_higher
            when 'position' then polarity <> 'none' and lower_95 is null and finding in ('better', 'worse')
            when 'quality' then value is not null
            when 'missing' then value is null
        end as is_true
    from said
)

select * from judged
where is_true is not true or statement ~ '[{}]' or (polarity = 'none' and statement ~ '(better|worse) than')
