with final as ({{ answers_of('good_practice') }})

select * from final
