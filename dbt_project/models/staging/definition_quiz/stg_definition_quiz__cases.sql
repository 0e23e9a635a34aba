-- The form has a row for each field of a case; what is told of the case is the same in all of them.
with final as (
    select
        round_code,
        item_code as case_code,
        item_turn as turn,
        section,
        attributes ->> 'title' as title,
        attributes ->> 'indicator' as indicator_code,
        (attributes ->> 'year_end')::date as year_end,
        attributes ->> 'counted_for' as counted_for,
        label as asked,
        choices,
        attributes ->> 'key' as key_answer,
        attributes -> 'otherwise' as otherwise,
        attributes ->> 'why' as why,
        attributes ->> 'rule_basis' as rule_basis,
        attributes -> 'episodes' as episodes
    from {{ source('raw', 'answer_forms') }}
    where return_code = 'definition_quiz' and field = 'answer'
)

select * from final
