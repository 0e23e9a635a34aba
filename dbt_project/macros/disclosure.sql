{#
  The disclosure control: which figures about people must not leave the club, so that no small one can be found out.

  Small is what concerns 1 to `disclosure_threshold` people. Small figures are hidden, and so are others beside them, until
  whoever knows every figure that is shown, to the last unit, and all that adds up, can still not tell which number from
  1 to the threshold a small one is. What adds up is a table for each division of a total (`disclosure_members`), region,
  period and basis, of which the totals are shown:

                    part 1   part 2   …   left over | total
      authority a                                   | shown
      authority b                                   | shown
      region        | shown    shown

  The rows and columns with small figures make a block of it, which is hidden as a whole, zeros too. Nothing is known of
  it but the sums S of its rows, K of its columns and N of all. By these alone a figure can be anything from
  max(0, S + K - N) to min(S, K), as in any table of which the margins are known: northwest corners are tables. So it is
  safe where S, K and what lies outside its row and column are each larger than the threshold.

  To a block that is not safe the largest column and the largest row of the table are added. A column that is still not
  safe loses the region's figure, and with it the largest column loses its own, since each could be told from the other.
  An authority whose figure in the largest column is small itself has nothing to hide behind: its row is withheld, and
  left out of the region's figures.
#}
{% macro is_small(people) -%}
    ({{ people }} > 0 and {{ people }} <= {{ var('disclosure_threshold') | int }})
{%- endmacro %}

{% macro is_enough(people) -%}
    ({{ people }} > {{ var('disclosure_threshold') | int }})
{%- endmacro %}

{# To the nearest 5, or what the club has settled on. What is small is hidden, so nothing is rounded to zero. #}
{% macro rounded(value) -%}
    (round(({{ value }})::numeric / {{ var('disclosure_rounding') | int }}) * {{ var('disclosure_rounding') | int }})::double precision
{%- endmacro %}

{# The code of a region, as published figures have it. #}
{% macro region_code(region) -%}
    replace(lower({{ region }}), ' ', '-')
{%- endmacro %}

{# What is neither of these has no one figure: not a part of the division, and nobody states it. #}
{% macro left_over() %}'(left over)'{% endmacro %}

{#
  The figures that have to be hidden at one level of the divisions: 1 are measures without a total, 2 are parts of these, 3
  are parts of parts. Where a total is hidden at the level above, all its parts are withheld.
#}
{% macro hidden_figures(level, above=none) %}
with cells as (
    select * from {{ ref('int_disclosure__cells') }}
    where {{ changed_comparisons('period_code', 'basis') }}
),

parts as (
    select division_code, period_code, basis, region, authority_code, measure_code, total_measure_code, is_total, people
    from cells
    where level = {{ level }}
),

stated as (
    select division_code, period_code, basis, region, authority_code, measure_code, people from parts
    {% if level > 1 %}
    union all
    -- Never shown, and yet a column: who knows the total and all parts knows what is left over.
    select
        parts.division_code, parts.period_code, parts.basis, parts.region, parts.authority_code,
        {{ left_over() }} as measure_code,
        max(totals.people) - sum(parts.people) as people
    from parts
    inner join cells as totals
        on
            parts.total_measure_code = totals.measure_code
            and parts.authority_code = totals.authority_code
            and parts.period_code = totals.period_code
            and parts.basis = totals.basis
    group by 1, 2, 3, 4, 5
    -- Where the parts are more than their total, an authority has contradicted itself.
    having max(totals.people) >= sum(parts.people)
    {% endif %}
),

largest as (
    select
        division_code, period_code, basis, region, measure_code,
        row_number() over (
            partition by division_code, period_code, basis, region order by sum(people) desc, measure_code
        ) = 1 as is_largest,
        count(*) over (partition by division_code, period_code, basis, region) as columns
    from stated
    group by 1, 2, 3, 4, 5
),

figures as (
    select
        *,
        {{ is_small('people') }} as is_small
    from stated
    inner join largest using (division_code, period_code, basis, region, measure_code)
),

{% if level == 1 %}
hidden_totals as (
    -- There is no level above; what others are parts of has nothing to hide behind.
    select division_code, period_code, basis, authority_code
    from parts
    where is_total and {{ is_small('people') }}
),
{% else %}
hidden_totals as (
    select distinct parts.division_code, parts.period_code, parts.basis, parts.authority_code
    from parts
    inner join {{ above }} as above
        on
            parts.total_measure_code = above.measure_code
            and parts.authority_code = above.authority_code
            and parts.period_code = above.period_code
            and parts.basis = above.basis
),
{% endif %}

rows_of_figures as (
    select
        figures.division_code, figures.period_code, figures.basis, figures.region, figures.authority_code,
        sum(figures.people) as people,
        bool_or(figures.is_small) as has_small,
        count(*) = max(figures.columns) as is_complete,
        bool_or(hidden_totals.authority_code is not null) as has_no_total,
        bool_or(figures.is_largest and {{ is_enough('figures.people') }}) as has_large
    from figures
    left join hidden_totals using (division_code, period_code, basis, authority_code)
    group by 1, 2, 3, 4, 5
),

judged as (
    select
        *,
        has_no_total
        {%- if level > 1 %} or (has_small and not (is_complete and has_large)){% endif %} as is_withheld
    from rows_of_figures
),

small as (
    select figures.*
    from figures
    inner join judged using (division_code, period_code, basis, region, authority_code)
    where figures.is_small and not judged.is_withheld
),

small_columns as (
    select distinct division_code, period_code, basis, region, measure_code from small
    {% if level > 1 %}
    union
    select distinct division_code, period_code, basis, region, {{ left_over() }} as measure_code from small
    {% endif %}
),

small_rows as (
    select distinct division_code, period_code, basis, region, authority_code from small
),

small_blocks as (
    {{ block_of('small_rows', 'small_columns', level) }}
),

unsafe_blocks as (
    select distinct division_code, period_code, basis, region
    from small_blocks
    where is_small and not is_safe
),

block_rows as (
    select * from small_rows
    union
    (
        select distinct on (division_code, period_code, basis, region)
            division_code, period_code, basis, region, authority_code
        from judged
        inner join unsafe_blocks using (division_code, period_code, basis, region)
        where is_complete and not has_small and not is_withheld
        order by division_code, period_code, basis, region, people desc, authority_code
    )
),

block_columns as (
    select * from small_columns
    {% if level > 1 %}
    union
    select division_code, period_code, basis, region, measure_code
    from largest
    inner join unsafe_blocks using (division_code, period_code, basis, region)
    where is_largest
    {% endif %}
),

blocks as (
    {{ block_of('block_rows', 'block_columns', level) }}
),

unsafe_columns as (
    select distinct division_code, period_code, basis, region, measure_code
    from blocks
    where is_small and not is_safe
),

hidden_columns as (
    select * from unsafe_columns
    {% if level > 1 %}
    union
    select largest.division_code, largest.period_code, largest.basis, largest.region, largest.measure_code
    from largest
    inner join unsafe_columns using (division_code, period_code, basis, region)
    where largest.is_largest
    {% endif %}
),

hidden as (
    select
        division_code, period_code, basis, region, authority_code, measure_code,
        case when is_small then 'small' else 'beside_small' end as reason
    from blocks
    union all
    select
        division_code, period_code, basis, region, authority_code, figures.measure_code,
        'withheld' as reason
    from figures
    inner join judged using (division_code, period_code, basis, region, authority_code)
    where judged.is_withheld
    union all
    select division_code, period_code, basis, region, null as authority_code, measure_code, 'region' as reason
    from hidden_columns
),

-- What tells of the parts without being one is hidden with them. Of the region it can be told from the others
-- as soon as an authority is left out of theirs.
companions as (
    select distinct
        hidden.division_code, hidden.period_code, hidden.basis, hidden.region,
        case when places.is_authority then hidden.authority_code end as authority_code,
        members.measure_code,
        'companion' as reason
    from hidden
    inner join {{ ref('disclosure_members') }} as members
        on hidden.division_code = members.division_code and members.role = 'companion'
    inner join (values (true), (false)) as places (is_authority)
        on
            (places.is_authority and hidden.authority_code is not null)
            or (not places.is_authority and hidden.reason in ('withheld', 'region'))
),

final as (
    select * from hidden
    where measure_code <> {{ left_over() }}
    union all
    select * from companions
)

select * from final
{% endmacro %}

{# The figures where some rows and columns meet, and whether the sums of these say too much about each. #}
{% macro block_of(block_rows, block_columns, level) -%}
    select
        *,
        {{ is_enough('column_sum') }}
        {%- if level > 1 %}
        and {{ is_enough('row_sum') }}
        and {{ is_enough('block_sum - row_sum - column_sum + people') }}
        {%- endif %} as is_safe
    from (
        select
            figures.*,
            sum(people) over (partition by division_code, period_code, basis, region, authority_code) as row_sum,
            sum(people) over (partition by division_code, period_code, basis, region, measure_code) as column_sum,
            sum(people) over (partition by division_code, period_code, basis, region) as block_sum
        from figures
        inner join {{ block_rows }} using (division_code, period_code, basis, region, authority_code)
        inner join {{ block_columns }} using (division_code, period_code, basis, region, measure_code)
    ) as summed
{%- endmacro %}
