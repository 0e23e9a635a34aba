-- What people answered at workshops.
with final as ({{ answers_of('workshop_ballot') }})

select * from final
