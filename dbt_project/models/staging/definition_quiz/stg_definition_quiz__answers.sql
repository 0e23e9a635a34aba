with final as (
    {{ answers_of('definition_quiz') }}
)

select * from final
