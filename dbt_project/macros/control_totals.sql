{#
  The comparison of control totals with the sums of their councils, step by step: of those in force for the marts, and of those
  that are not checked yet for the checks. It stands on three steps of the model: `councils` (submission_id, authority_code,
  period_code: the returns in force), `totals` (the cells of the publisher's sheets) and `figures` (the same cells of the
  councils' returns).
#}

{# A council is of one type at a time; England is all of them. #}
{% macro councils_with_types() %}
    select
        types.authority_type,
        types.authority_code,
        periods.period_code
    from (select distinct period_code from totals) as periods
    inner join {{ ref('authority_types') }} as types
        on
            periods.period_code >= types.from_period
            and periods.period_code <= coalesce(types.to_period, periods.period_code)
{% endmacro %}

{# How many councils are in each group, by their `types`, and how many of them are silent. #}
{% macro sizes_of_council_groups() %}
    select
        groups.group_code,
        types.period_code,
        count(*) as councils_in_group,
        count(*) filter (where councils.submission_id is null) as councils_silent
    from {{ ref('authority_groups') }} as groups
    inner join types
        on groups.authority_type is null or groups.authority_type = types.authority_type
    left join councils
        on types.authority_code = councils.authority_code and types.period_code = councils.period_code
    group by groups.group_code, types.period_code
{% endmacro %}

{# By type first: the cells of a council are added up once, not once for each of its groups. #}
{% macro sums_of_council_types() %}
    select
        types.authority_type,
        types.period_code,
        figures.table_name,
        figures.item_code,
        figures.amount_code,
        sum(figures.figure) as figure,
        count(figures.figure) as counted,
        count(*) filter (where btrim(figures.raw_value) = '-') as suppressed
    from types
    inner join figures
        on types.authority_code = figures.authority_code and types.period_code = figures.period_code
    group by
        types.authority_type, types.period_code, figures.table_name, figures.item_code, figures.amount_code
{% endmacro %}

{# The `sums_of_types` of each group. #}
{% macro sums_of_council_groups() %}
    select
        groups.group_code,
        sums_of_types.period_code,
        sums_of_types.table_name,
        sums_of_types.item_code,
        sums_of_types.amount_code,
        sum(sums_of_types.figure) as sum_of_councils,
        sum(sums_of_types.counted)::bigint as councils_counted,
        sum(sums_of_types.suppressed)::bigint as councils_suppressed
    from {{ ref('authority_groups') }} as groups
    inner join sums_of_types
        on groups.authority_type is null or groups.authority_type = sums_of_types.authority_type
    group by
        groups.group_code, sums_of_types.period_code, sums_of_types.table_name, sums_of_types.item_code,
        sums_of_types.amount_code
{% endmacro %}

{# The `totals` beside the `sums` and `group_sizes`. #}
{% macro totals_beside_sums() %}
    select
        totals.*,
        sums.sum_of_councils,
        coalesce(sums.councils_counted, 0) as councils_counted,
        group_sizes.councils_in_group - coalesce(sums.councils_counted, 0) as councils_missing,
        coalesce(sums.councils_suppressed, 0) as councils_suppressed,
        group_sizes.councils_silent,
        totals.stated_total - coalesce(sums.sum_of_councils, 0) as difference,
        -- One year's sheets are stated to the nearest ten throughout.
        case
            when bool_and(totals.stated_total % 10 = 0) over (partition by totals.file_id) then 5 else 0
        end as rounding
    from totals
    inner join group_sizes
        on totals.group_code = group_sizes.group_code and totals.period_code = group_sizes.period_code
    left join sums
        on
            totals.group_code = sums.group_code
            and totals.period_code = sums.period_code
            and totals.table_name = sums.table_name
            and totals.item_code = sums.item_code
            and totals.amount_code is not distinct from sums.amount_code
    -- Where neither the sheet nor any council has a figure, the form has no such cell.
    where totals.stated_total is not null or sums.councils_counted > 0
{% endmacro %}

{# What the returns themselves explain of a difference; null where nothing does. #}
{% macro explanation_of_difference() -%}
    case
        when councils_silent > 0
            then 'Councils of the group without a return in force: ' || councils_silent
        when stated_total is null
            then 'The sheet has no figure here'
        -- A form kept in a spreadsheet carries the last binary digits of its sums.
        when abs(difference) <= greatest(0.001, 0.000000001 * abs(stated_total))
            then null
        when
            councils_suppressed > 0
            and difference >= -1 * rounding
            and difference <= 5 * councils_suppressed + rounding
            then
                'Figures withheld by councils: ' || councils_suppressed
                || ' (1 to 5 each, shown as -), which accounts for the difference'
        when abs(difference) <= rounding
            then 'The totals of this year are stated to the nearest ten, which accounts for the difference'
        when councils_missing > councils_suppressed and difference > 0
            then
                'Councils without a figure: ' || councils_missing
                || '; the total is larger than the sum of the others and may hold something for them'
    end
{%- endmacro %}

{# Those `explained`, each with its verdict. #}
{% macro control_totals_judged() %}
    select
        submission_id,
        group_code,
        period_code,
        file_id,
        file_name,
        table_name,
        line_number,
        column_number,
        item_code,
        amount_code,
        item_label,
        raw_value,
        stated_total,
        sum_of_councils,
        councils_counted,
        councils_missing,
        councils_silent,
        difference,
        case
            when explanation is not null then 'not_comparable'
            when abs(difference) <= greatest(0.001, 0.000000001 * abs(stated_total)) then 'equal'
            else 'differs'
        end as status,
        explanation as reason
    from explained
{% endmacro %}
