{#
  What people answered to a return of answers, in submissions in force, as its form takes it: one row for each good answer.
  A choice is its code, however it was written; text is cut to the longest that the form takes; what is no choice or no
  number, and what is not asked, is left out and stands in a finding.

  The staging model of the return selects from it: `with final as ({{ answers_of('questionnaire') }}) select * from final`.
#}
{% macro answers_of(return_code) %}
    select
        given.submission_id,
        submissions.sender as authority_code,
        submissions.period_code as round_code,
        case when asked.item_code = '*' then given.item_code else asked.item_code end as item_code,
        asked.item_version,
        given.respondent,
        given.field,
        case asked.kind
            when 'choice' then {{ choice_of('given.value') }}
            when 'choices' then {{ choices_of('given.value') }}
            when 'number' then trim_scale(raw.to_number(given.value))::text
            else left(given.value, asked.longest)
        end as value,
        given.file_id,
        given.line_number,
        given.sheet_name,
        given.cell
    from {{ source('raw', return_code ~ '_answers') }} as given
    inner join {{ ref('stg_ledger__submissions') }} as submissions on given.submission_id = submissions.submission_id
    inner join {{ source('raw', 'answer_rounds') }} as rounds
        on rounds.return_code = '{{ return_code }}' and submissions.period_code = rounds.round_code
    inner join {{ source('raw', 'answer_forms') }} as asked
        on
            asked.return_code = '{{ return_code }}'
            and submissions.period_code = asked.round_code
            and (lower(given.item_code) = lower(asked.item_code) or asked.item_code = '*')
            and given.field = asked.field
    where
        submissions.is_in_force
        and case
            when cardinality(rounds.respondents) = 0 then given.respondent = ''
            else given.respondent = any(rounds.respondents)
        end
        and case asked.kind
            when 'choice' then {{ choice_of('given.value') }} is not null
            when 'choices' then {{ choices_of('given.value') }} is not null
            when 'number'
                then
                    raw.to_number(given.value) >= coalesce(asked.least, '-infinity')
                    and raw.to_number(given.value) <= coalesce(asked.most, 'infinity')
            else true
        end
{% endmacro %}

{# The code of the choice that a text names, by its code or its label; null where it names none. #}
{% macro choice_of(value) -%}
    (
        select min(listed.choice ->> 'code')
        from jsonb_array_elements(asked.choices) as listed (choice)
        where lower(btrim({{ value }})) in (lower(listed.choice ->> 'code'), lower(listed.choice ->> 'label'))
    )
{%- endmacro %}

{# The codes of the choices that a text names, separated by semicolons; null where it names none. #}
{% macro choices_of(value) -%}
    (
        select string_agg(listed.choice ->> 'code', '; ' order by listed.turn)
        from jsonb_array_elements(asked.choices) with ordinality as listed (choice, turn)
        where
            array[lower(listed.choice ->> 'code'), lower(listed.choice ->> 'label')]
            && regexp_split_to_array(lower(btrim({{ value }})), '\s*;\s*')
    )
{%- endmacro %}
