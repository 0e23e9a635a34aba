{{ config(materialized='table', tags=['published']) }}
-- Published figures of the files in force, all releases side by side: one row per place, period, measure,
-- release and qualifier; which of them is current, and what the release before said.
with figures as (
    select * from {{ ref('int_published__figure_versions') }}
    where in_force_to is null
),

ranked as (
    select
        *,
        row_number() over (
            partition by measure_code, geography, place_code, period_type, period_code order by preference
        ) = 1 as is_current,
        row_number() over (
            partition by measure_code, geography, place_code, period_type, period_code, release
            order by preference
        ) = 1 as is_word_of_release
    from figures
),

-- The last word of each release on a figure, and that of the release before it.
words as (
    select
        measure_code,
        geography,
        place_code,
        period_type,
        period_code,
        release,
        lag(release) over earlier as previous_release,
        lag(value) over earlier as previous_release_value
    from ranked
    where is_word_of_release
    window earlier as (
        partition by measure_code, geography, place_code, period_type, period_code order by release
    )
),

final as (
    select
        ranked.submission_id,
        ranked.return_code,
        ranked.release,
        ranked.recorded_at,
        ranked.geography,
        ranked.place_code,
        ranked.place_name,
        ranked.region,
        ranked.authority_code,
        ranked.period_type,
        ranked.period_code,
        ranked.measure_code,
        ranked.qualifier,
        ranked.file_id,
        ranked.line_number,
        ranked.column_name,
        ranked.raw_value,
        ranked.symbol,
        ranked.value,
        ranked.missing_reason,
        ranked.is_current,
        words.previous_release,
        words.previous_release_value
    from ranked
    inner join words
        on
            ranked.measure_code = words.measure_code
            and ranked.geography = words.geography
            and ranked.place_code = words.place_code
            and ranked.period_type = words.period_type
            and ranked.period_code = words.period_code
            and ranked.release = words.release
)

select * from final
