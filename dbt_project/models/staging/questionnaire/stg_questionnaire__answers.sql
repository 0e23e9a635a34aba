-- What departments answered to the questionnaire, as the form of the round takes it.
with final as ({{ answers_of('questionnaire') }})

select * from final
