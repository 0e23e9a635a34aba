{# What some submissions are, in words: the version of a return, the release of a publisher. #}
{% macro what_submissions_are(submission_ids, qualifier) -%}
    (
        select string_agg(
            submissions.return_code
            || case
                when {{ is_one_of('submissions.return_code', submitted_returns()) }}
                    then ' version ' || submissions.version
                when submissions.version > 1
                    then ' ' || submissions.period_code || ' version ' || submissions.version
                else ' ' || submissions.period_code
            end,
            '; ' order by submissions.return_code, submissions.period_code
        )
        from {{ ref('stg_ledger__submissions') }} as submissions
        where submissions.submission_id = any({{ submission_ids }})
    ) || coalesce(' (' || replace(nullif({{ qualifier }}, 'as_published'), '_', ' ') || ')', '')
{%- endmacro %}

{#
  What else a count of children was made from: a year is counted with what the years before it say, so a figure may move
  though its own return stays the same. Names the return that was accepted at the moment; nothing where the own return changed.
#}
{% macro what_moved_beside(old_submission_ids, new_submission_ids, authority, restated_at) -%}
    coalesce(
        (
            select ', after ' || string_agg(
                submissions.return_code || ' ' || submissions.period_code || ' version ' || submissions.version,
                ' and ' order by submissions.return_code, submissions.period_code
            )
            from {{ ref('stg_ledger__submissions') }} as submissions
            where
                {{ old_submission_ids }} = {{ new_submission_ids }}
                and submissions.sender = {{ authority }}
                and exists (
                    select from {{ ref('stg_ledger__spells') }} as spells
                    where
                        submissions.submission_id = spells.submission_id
                        and spells.in_force_from = {{ restated_at }}
                )
                and {{ is_one_of('submissions.return_code', person_level_returns()) }}
        ),
        ''
    )
{%- endmacro %}
