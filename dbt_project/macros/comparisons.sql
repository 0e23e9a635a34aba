{#
  How figures are compared, in one place for the marts and for what leaves the club: the latter is compared anew, by
  figures of its own (models/sharing). Each macro is one step of a model, over the steps before it; the relations that they
  take have the columns of those of the marts.
#}

{# The figures that can enter a comparator, with what makes one better than another. #}
{% macro figures_with_merit(indicator_table) %}
    select
        facts.authority_code,
        facts.period_code,
        facts.indicator_code,
        facts.basis,
        facts.numerator,
        facts.denominator,
        facts.value,
        facts.quality_rating,
        indicators.value_kind,
        indicators.multiplier,
        {{ merit('facts.value', 'indicators.polarity') }} as merit,
        authorities.is_member
    from {{ indicator_table }} as facts
    inner join {{ ref('dim_indicator') }} as indicators
        on
            facts.indicator_code = indicators.indicator_code
            and facts.definition_version = indicators.definition_version
    inner join {{ ref('authorities') }} as authorities on facts.authority_code = authorities.authority_code
    where facts.value is not null and {{ changed_comparisons('facts.period_code', 'facts.basis') }}
{% endmacro %}

{# How many councils are in each group. #}
{% macro sizes_of_groups(member_table) %}
    select
        comparator_set,
        comparator_group,
        period_code,
        count(*) as members
    from {{ member_table }}
    group by comparator_set, comparator_group, period_code
{% endmacro %}

{# The `figures` of each group, and whether they are good enough for its set. #}
{% macro figures_in_groups(member_table) %}
    select
        members.comparator_set,
        members.comparator_group,
        sets.made_by <> 'country' or not figures.is_member as makes_a_comparator,
        figures.*,
        figures.quality_rating <= sets.least_rating as is_in
    from {{ member_table }} as members
    inner join {{ ref('comparator_sets') }} as sets on members.comparator_set = sets.comparator_set
    inner join figures
        on members.member_code = figures.authority_code and members.period_code = figures.period_code
{% endmacro %}

{# What those `entered` come to in each group. #}
{% macro sums_of_groups() %}
    select
        comparator_set,
        comparator_group,
        period_code,
        indicator_code,
        basis,
        max(value_kind) as value_kind,
        count(*) filter (where is_in) as n,
        count(*) filter (where not is_in) as n_left_out,
        -- In one order, whatever was written when: the last digit of a sum depends on it.
        max(multiplier) * sum(numerator order by authority_code) filter (where is_in)
        / nullif(sum(denominator order by authority_code) filter (where is_in), 0) as quotient,
        avg(value order by authority_code) filter (where is_in) as mean_value,
        percentile_cont(array[0, 0.25, 0.5, 0.75, 1]) within group (order by value) filter (where is_in)
            as five_numbers,
        array_agg(merit order by merit) filter (where is_in and merit is not null) as merits
    from entered
    group by comparator_set, comparator_group, period_code, indicator_code, basis
    having bool_or(makes_a_comparator)
{% endmacro %}

{# The sums as baselines; see int_comparator_baselines. Fewer figures than the set asks for are counted and no more. #}
{% macro baselines_of_groups() %}
    select
        summed.comparator_set,
        summed.comparator_group,
        summed.period_code,
        summed.indicator_code,
        summed.basis,
        case when summed.value_kind = 'published' then 'median' else 'pooled' end as comparator_method,
        case when summed.value_kind <> 'published' then enough.quotient end as pooled_value,
        enough.five_numbers[3] as median_value,
        enough.mean_value,
        enough.five_numbers[1] as minimum_value,
        enough.five_numbers[2] as lower_quartile_value,
        enough.five_numbers[4] as upper_quartile_value,
        enough.five_numbers[5] as maximum_value,
        summed.n,
        sizes.members - summed.n - summed.n_left_out as n_missing,
        summed.n_left_out,
        case
            when summed.n < sets.least_n
                then
                    summed.n || ' of ' || sizes.members || case summed.n when 1 then ' has' else ' have' end
                    || ' a figure' || case when summed.n_left_out > 0 then ' that is good enough' else '' end
        end as too_few,
        enough.merits
    from summed
    inner join {{ ref('comparator_sets') }} as sets on summed.comparator_set = sets.comparator_set
    left join
        lateral (
            select summed.quotient, summed.five_numbers, summed.mean_value, summed.merits
            where summed.n >= sets.least_n
        ) as enough on true
    inner join sizes
        on
            summed.comparator_set = sizes.comparator_set
            and summed.comparator_group = sizes.comparator_group
            and summed.period_code = sizes.period_code
{% endmacro %}

{# The figures of the years that are written, and those of the years before them. #}
{% macro figures_of_the_years(indicator_table) %}
    select * from {{ indicator_table }}
    where value is not null and {{ changed_comparisons('period_code', 'basis', looks_back=true) }}
{% endmacro %}

{# Of the `facts` those that are written, with what a change of them means. #}
{% macro figures_with_polarity() %}
    select
        facts.authority_code,
        facts.period_code,
        facts.indicator_code,
        facts.basis,
        facts.definition_version,
        facts.numerator,
        facts.denominator,
        facts.value,
        facts.lower_95,
        facts.upper_95,
        facts.lower_99_8,
        facts.upper_99_8,
        facts.interval_method,
        facts.quality_rating,
        indicators.value_kind,
        indicators.multiplier,
        indicators.polarity,
        indicators.comparable_with_previous,
        {{ merit('facts.value', 'indicators.polarity') }} as merit
    from facts
    inner join {{ ref('dim_indicator') }} as indicators
        on
            facts.indicator_code = indicators.indicator_code
            and facts.definition_version = indicators.definition_version
    where {{ changed_comparisons('facts.period_code', 'facts.basis') }}
{% endmacro %}

{# Each of the `figures` with that of the year before, where the versions and the decisions can be compared. #}
{% macro figures_with_previous() %}
    select
        figures.*,
        earlier.value as previous_value,
        earlier.numerator as previous_numerator,
        earlier.denominator as previous_denominator,
        earlier.quality_rating as previous_quality_rating,
        earlier.lower_95 as previous_lower_95,
        earlier.upper_95 as previous_upper_95,
        earlier.interval_method as previous_interval_method
    from figures
    inner join {{ ref('dim_period') }} as periods on figures.period_code = periods.period_code
    left join {{ ref('dim_period') }} as periods_before on periods.starts_on = periods_before.ends_on + 1
    left join {{ ref('int_indicator_rules') }} as rules
        on
            figures.basis <> 'published'
            and figures.indicator_code = rules.indicator_code
            and figures.definition_version = rules.definition_version
            and figures.period_code = rules.from_period
    left join facts as earlier
        on
            rules.is_decided_anew is not true
            and figures.authority_code = earlier.authority_code
            and figures.indicator_code = earlier.indicator_code
            and figures.basis = earlier.basis
            and periods_before.period_code = earlier.period_code
            and (
                figures.definition_version = earlier.definition_version
                or (
                    figures.definition_version = earlier.definition_version + 1
                    and figures.comparable_with_previous
                )
            )
{% endmacro %}

{# By how much each has changed, with the interval of the difference. #}
{% macro changes_with_bounds() %}
    select
        *,
        value - previous_value as change,
        {{ difference_bound('value', 'lower_95', 'previous_value', 'previous_upper_95', '-') }}
            as change_lower_95,
        {{ difference_bound('value', 'upper_95', 'previous_value', 'previous_lower_95', '+') }}
            as change_upper_95
    from previous
{% endmacro %}

{# What a change is worth: by which method, beyond chance or not, better or worse. #}
{% macro changes_judged() %}
    select
        authority_code,
        period_code,
        indicator_code,
        basis,
        definition_version,
        value_kind,
        multiplier,
        numerator,
        denominator,
        value,
        lower_95,
        upper_95,
        lower_99_8,
        upper_99_8,
        quality_rating,
        polarity,
        merit,
        previous_value,
        previous_numerator,
        previous_denominator,
        previous_quality_rating,
        change,
        change_lower_95,
        change_upper_95,
        case
            when change_lower_95 is null then null
            when interval_method = 'wilson' and previous_interval_method = 'wilson' then 'newcombe'
            else 'mover'
        end as change_method,
        change_lower_95 > 0 or change_upper_95 < 0 as is_change_significant,
        case
            when previous_value is null then null
            when polarity = 'none' then 'not judged'
            when {{ is_equal('value', 'previous_value') }} then 'no change'
            when (change < 0) = (polarity = 'low') then 'better'
            else 'worse'
        end as direction_of_travel
    from changed
{% endmacro %}

{# The `figures` beside each of their `baselines`. #}
{% macro figures_beside_baselines() %}
    select
        figures.*,
        groups.comparator_set,
        groups.comparator_group,
        groups.comparator_title,
        groups.comparator_version,
        groups.least_rating,
        figures.quality_rating <= groups.least_rating as is_good_enough,
        groups.is_in_group and figures.quality_rating <= groups.least_rating as is_in_baseline,
        baselines.comparator_method,
        case baselines.comparator_method
            when 'pooled' then baselines.pooled_value else baselines.median_value
        end as comparator_value,
        baselines.pooled_value,
        baselines.median_value,
        baselines.mean_value,
        baselines.minimum_value,
        baselines.lower_quartile_value,
        baselines.upper_quartile_value,
        baselines.maximum_value,
        baselines.n,
        baselines.n_missing,
        baselines.n_left_out,
        baselines.too_few,
        baselines.merits
    from figures
    inner join {{ ref('int_comparator_groups') }} as groups
        on figures.authority_code = groups.authority_code and figures.period_code = groups.period_code
    inner join baselines
        on
            groups.comparator_set = baselines.comparator_set
            and groups.comparator_group = baselines.comparator_group
            and figures.period_code = baselines.period_code
            and figures.indicator_code = baselines.indicator_code
            and figures.basis = baselines.basis
{% endmacro %}

{# Those that are `compared` with their rank, their quarter and their place in the funnel. #}
{% macro ranks_and_positions() %}
    select
        placed.*,
        case when placed.rank is not null then {{ quarter_by_values() }} end as quartile
    from ({{ placed_figures() }}) as placed
{% endmacro %}

{# Which quarter a figure is in by the quartile values that stand beside it: 1 is better than they are, or as good. #}
{% macro quarter_by_values() -%}
    case placed.polarity
        when 'low'
            then case
                when placed.value <= placed.lower_quartile_value then 1
                when placed.value <= placed.median_value then 2
                when placed.value <= placed.upper_quartile_value then 3
                else 4
            end
        else case
            when placed.value >= placed.upper_quartile_value then 1
            when placed.value >= placed.median_value then 2
            when placed.value >= placed.lower_quartile_value then 3
            else 4
        end
    end
{%- endmacro %}

{% macro placed_figures() %}
    select
        *,
        -- A figure that is not in the baseline (of neighbours, say) takes its place among those that are.
        n + case when is_in_baseline then 0 else 1 end as n_ranked,
        {{ funnel_position('comparator_value') }} as funnel_position,
        -- First is best and ties share the lowest rank: one more than the baseline has better figures. Nobody
        -- is first where neither end is better, or with a figure that is not good enough for the baseline.
        case when is_good_enough then 1 + n - width_bucket(merit, merits) end as rank
    from compared
{% endmacro %}
