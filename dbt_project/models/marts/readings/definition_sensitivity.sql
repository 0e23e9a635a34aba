-- How far a figure and its rank depend on how the definition is read: the lowest and the highest under any reading, and
-- under which. Of several readings with the same end the agreed one stands, or the first by its code.
with readings as (
    select * from {{ ref('fct_reading') }}
),

ends as (
    select
        authority_code,
        period_code,
        indicator_code,
        definition_version,
        count(*)::integer as readings,
        count(distinct value)::integer as different_values,
        max(value) filter (where is_agreed) as agreed_value,
        max(rank) filter (where is_agreed) as agreed_rank,
        min(value) as lowest_value,
        max(value) as highest_value,
        array_agg(reading_code order by value, is_agreed desc, reading_code)
        filter (where value is not null) as from_lowest_value,
        array_agg(reading_code order by value desc, is_agreed desc, reading_code)
        filter (where value is not null) as from_highest_value,
        min(rank) as best_rank,
        max(rank) as worst_rank,
        array_agg(reading_code order by rank, is_agreed desc, reading_code)
        filter (where rank is not null) as from_best_rank,
        array_agg(reading_code order by rank desc, is_agreed desc, reading_code)
        filter (where rank is not null) as from_worst_rank,
        max(n_ranked) as n_ranked,
        max(build_id) as build_id
    from readings
    group by authority_code, period_code, indicator_code, definition_version
),

final as (
    select
        authority_code,
        period_code,
        indicator_code,
        definition_version,
        readings,
        different_values,
        agreed_value,
        lowest_value,
        highest_value,
        from_lowest_value[1] as lowest_value_reading,
        from_highest_value[1] as highest_value_reading,
        agreed_rank,
        best_rank,
        worst_rank,
        from_best_rank[1] as best_rank_reading,
        from_worst_rank[1] as worst_rank_reading,
        n_ranked,
        build_id
    from ends
)

select * from final
