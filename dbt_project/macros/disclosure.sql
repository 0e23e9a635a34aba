{#
  The disclosure control: which figures about people must not leave the club, so that no small one can be found out.

  Small is what concerns 1 to `disclosure_threshold` people. Small figures are hidden, and so are others beside them, until
  whoever knows every figure that is shown, to the last unit, and all that adds up, can still not rule out any number from
  1 to the threshold. What adds up is a table for each division of a total (`disclosure_members`), region, period and
  basis, of which the margins are shown:

                    part 1   part 2   …   left over | total
      authority a                                   | shown
      authority b                                   | shown
      region        | shown    shown

  Hidden is a block of the table, zeros too: the rows with a small figure and those of the two largest authorities; the
  columns with a small figure, the covers (parts that are large by nature) and what is left over; all columns, where one
  of these rows has nothing but small figures in them. So only its sums are known, S of a row, K of a column, N of all, and
  with these alone a figure can be anything from max(0, S + K - N) to min(S, K): every number between is in a table with
  the same margins. Where that leaves less than 1 to the threshold of what may be small, the region's figures of all columns
  of the block are hidden too.

  All this is settled by sums that the outside knows anyway, and by which rows and columns have a small figure; not by the
  hidden figures themselves. So the rules do not give away either what they hide.
#}
{% macro is_small(people) -%}
    ({{ people }} > 0 and {{ people }} <= {{ var('disclosure_threshold') | int }})
{%- endmacro %}

{# To the nearest 5, or what the club has settled on. What is small is hidden, so nothing is rounded to zero. #}
{% macro rounded(value) -%}
    (
        round(({{ value }})::numeric / {{ var('disclosure_rounding') | int }})
        * {{ var('disclosure_rounding') | int }}
    )::double precision
{%- endmacro %}

{# The code of a region, as published figures have it. #}
{% macro region_code(region) -%}
    replace(lower({{ region }}), ' ', '-')
{%- endmacro %}

{# The column of what the parts leave over of their total: nobody states it, but who knows these knows it. #}
{% macro left_over() %}'(left over)'{% endmacro %}

{#
  The figures to hide at one level of the divisions: 1 are measures without a total, 2 are parts of these, 3 are parts of
  parts. Where a total is hidden, by `above` or because it is small itself, all its parts are withheld: hidden, and in no
  figure of the region. So is a row with a small figure where others are missing. The steps are those of one statement, each
  group standing on the one before it.
#}

{# The tables of the divisions of one level, with what their parts leave over, and which columns each has. #}
{% macro tables_of_divisions(level) %}
cells as (
    select * from {{ ref('int_disclosure__cells') }}
    where {{ changed_years_by_basis() }}
),

parts as (
    select * from cells
    where level = {{ level }}
),

sizes as (
    select period_code, basis, authority_code, sum(people) as size
    from cells
    where level = 1
    group by 1, 2, 3
),

stated as (
    select
        division_code, period_code, basis, region, authority_code, measure_code, people,
        {{ is_small('people') }} as is_small,
        is_cover
    from parts
    {% if level > 1 %}
    union all
    select
        parts.division_code, parts.period_code, parts.basis, parts.region, parts.authority_code,
        {{ left_over() }} as measure_code,
        max(totals.people) - sum(parts.people) as people,
        {{ is_small('max(totals.people) - sum(parts.people)') }} as is_small,
        true as is_cover
    from parts
    inner join cells as totals
        on
            parts.total_measure_code = totals.measure_code
            and parts.authority_code = totals.authority_code
            and parts.period_code = totals.period_code
            and parts.basis = totals.basis
    group by 1, 2, 3, 4, 5
    -- Where the parts are more than their total, an authority has contradicted itself, and nothing adds up.
    having max(totals.people) >= sum(parts.people)
    {% endif %}
),

columns as (
    select
        division_code, period_code, basis, region, measure_code, is_cover,
        count(*) over (partition by division_code, period_code, basis, region) as columns
    from stated
    group by 1, 2, 3, 4, 5, 6
)
{% endmacro %}

{# The rows of the blocks: who has a small figure, and the two largest beside. Whose total is hidden is withheld. #}
{% macro hidden_rows(level, above=none) %}
hidden_totals as (
    {% if level == 1 %}
    select division_code, period_code, basis, authority_code
    from parts
    where is_total and {{ is_small('people') }}
    {% else %}
    select distinct parts.division_code, parts.period_code, parts.basis, parts.authority_code
    from parts
    inner join {{ above }} as above
        on
            parts.total_measure_code = above.measure_code
            and parts.authority_code = above.authority_code
            and parts.period_code = above.period_code
            and parts.basis = above.basis
    {% endif %}
),

rows_of_figures as (
    select
        stated.division_code, stated.period_code, stated.basis, stated.region, stated.authority_code,
        max(sizes.size) as size,
        bool_or(stated.is_small) as has_small,
        count(*) = max(columns.columns) as is_complete,
        bool_or(hidden_totals.authority_code is not null) as has_no_total
    from stated
    inner join columns using (division_code, period_code, basis, region, measure_code)
    left join sizes using (period_code, basis, authority_code)
    left join hidden_totals using (division_code, period_code, basis, authority_code)
    group by 1, 2, 3, 4, 5
),

judged as (
    select
        *,
        has_no_total or (has_small and not is_complete) as is_withheld
    from rows_of_figures
),

-- From the largest authority on; of equals the first by its code.
ranked as (
    select
        *,
        bool_or(has_small) over (partition by division_code, period_code, basis, region) as is_needed,
        row_number() over (
            partition by division_code, period_code, basis, region order by size desc, authority_code
        ) as turn
    from judged
    where is_complete and not is_withheld
),

block_rows as (
    select
        division_code, period_code, basis, region, authority_code, has_small
    from ranked
    where has_small or (is_needed and turn <= 2)
)
{% endmacro %}

{# The columns of the blocks: those with a small figure, the covers, and all where a row has too little in these. #}
{% macro hidden_columns(level) %}
small_columns as (
    select distinct division_code, period_code, basis, region, stated.measure_code
    from stated
    inner join block_rows using (division_code, period_code, basis, region, authority_code)
    where stated.is_small
),

covered_columns as (
    select * from small_columns
    union
    select distinct division_code, period_code, basis, region, columns.measure_code
    from columns
    inner join block_rows using (division_code, period_code, basis, region)
    where columns.is_cover
),

-- Where a row has too little in these columns, the block takes all of them.
poor_rows as (
    select division_code, period_code, basis, region
    from stated
    inner join block_rows using (division_code, period_code, basis, region, authority_code)
    inner join covered_columns using (division_code, period_code, basis, region, measure_code)
    where block_rows.has_small
    group by division_code, period_code, basis, region, authority_code
    having {{ is_small('sum(stated.people)') }}
),

block_columns as (
    select * from covered_columns
    {% if level > 1 %}
    union
    select division_code, period_code, basis, region, columns.measure_code
    from columns
    inner join poor_rows using (division_code, period_code, basis, region)
    {% endif %}
)
{% endmacro %}

{# The blocks themselves, the figures of the region that would give them away, and what tells of the parts without being one. #}
{% macro hidden_cells(level) %}
blocks as (
    select
        division_code, period_code, basis, region, authority_code, measure_code, stated.is_small,
        sum(stated.people) over (partition by division_code, period_code, basis, region, authority_code) as row_sum,
        sum(stated.people) over (partition by division_code, period_code, basis, region, measure_code) as column_sum,
        sum(stated.people) over (partition by division_code, period_code, basis, region) as block_sum
    from stated
    inner join block_rows using (division_code, period_code, basis, region, authority_code)
    inner join block_columns using (division_code, period_code, basis, region, measure_code)
),

unsafe_blocks as (
    select distinct division_code, period_code, basis, region
    from blocks
    where
        {{ is_small('column_sum') }}
        {% if level > 1 %}
        -- The least that a figure can be: where it is small, not every small number is possible.
        or {{ is_small('row_sum + column_sum - block_sum') }}
        {% endif %}
),

hidden as (
    select
        division_code, period_code, basis, region, authority_code, measure_code,
        case when is_small then 'small' else 'beside_small' end as reason
    from blocks
    union all
    select
        division_code, period_code, basis, region, authority_code, stated.measure_code,
        'withheld' as reason
    from stated
    inner join judged using (division_code, period_code, basis, region, authority_code)
    where judged.is_withheld
    union all
    select distinct
        division_code, period_code, basis, region,
        null as authority_code,
        blocks.measure_code,
        'region' as reason
    from blocks
    inner join unsafe_blocks using (division_code, period_code, basis, region)
),

-- What tells of the parts without being one is hidden with them; of the region too, where an authority's is
-- hidden that is left out of the region's parts.
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
{% endmacro %}
