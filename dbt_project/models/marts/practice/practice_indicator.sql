-- Which indicators an entry is about, in the order in which its sender has named them: the first is the one that it is
-- judged by.
with named as (
    select
        entries.practice_code,
        entries.authority_code,
        upper(codes.code) as indicator_code,
        min(codes.position) as position
    from {{ ref('int_practice_entries') }} as entries
    cross join regexp_split_to_table(entries.indicators, '[,;\s]+') with ordinality as codes (code, position)
    group by entries.practice_code, entries.authority_code, upper(codes.code)
),

titles as (
    select distinct on (indicator_code)
        indicator_code,
        title
    from {{ ref('dim_indicator') }}
    order by indicator_code asc, definition_version desc
),

final as (
    select
        named.practice_code,
        named.indicator_code,
        named.authority_code,
        row_number() over (partition by named.practice_code order by named.position)::integer as position,
        titles.title as indicator_title
    from named
    inner join titles on named.indicator_code = titles.indicator_code
)

select * from final
