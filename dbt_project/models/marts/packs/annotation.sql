-- What happened that a reader of a trend should know, with its date; of one indicator, of a group, or of all.
with final as (
    select
        annotation_code,
        indicator_code,
        group_code,
        period_code,
        on_date,
        what,
        provenance
    from {{ ref('annotations') }}
)

select * from final
