{{ config(tags=['answers'], indexes=[{'columns': ['words'], 'type': 'gin'}]) }}
-- What departments wrote in their own words: answers and evidence, with the words to search by and the themes that they touch. A
-- theme is found by its words alone (seed questionnaire_themes).
with texts as (
    select
        authority_code,
        round_code,
        question_code,
        respondent,
        parts.part,
        parts.text_given,
        to_tsvector('english', parts.text_given) as words
    from {{ ref('fct_answer') }}
    cross join lateral (values ('answer', answer_text), ('evidence', evidence)) as parts (part, text_given)
    where parts.text_given is not null
),

final as (
    select
        authority_code,
        round_code,
        question_code,
        respondent,
        part,
        text_given,
        words,
        coalesce(touched.theme_codes, '{}') as theme_codes,
        coalesce(touched.theme_titles, '{}') as theme_titles
    from texts
    cross join lateral (
        select
            array_agg(themes.theme_code order by themes.position) as theme_codes,
            array_agg(themes.title order by themes.position) as theme_titles
        from {{ ref('questionnaire_themes') }} as themes
        where texts.words @@ websearch_to_tsquery('english', themes.search)
    ) as touched
)

select * from final
