-- What happened that a reader of a trend should know.
with final as (
    select
        annotation_code as event_code,
        indicator_code,
        group_code,
        period_code,
        on_date,
        what,
        provenance
    from {{ ref('annotation') }}
)

select * from final
