{#
  The rows of a model that break a promise made of its columns, counted by column, slice and value. A promise is
  {column, says, breaks}: what is said of the column, and the condition under which a row breaks it. All of them are
  looked at in one pass over what this build wrote of the model; the slice is read from the broken rows alone, since not every
  model has one.
#}
{% macro broken_promises(model, promises) %}
with broken as materialized (
    select * from {{ model }}
    where
        {{ written_rows(model.identifier) }}
        and (
        {%- for promise in promises %}
        {% if not loop.first %}or {% endif %}{{ promise.breaks }}
        {%- endfor %}
        )
)

select
    promise.column_name,
    promise.says,
    coalesce(to_jsonb(broken) ->> 'authority_code', to_jsonb(broken) ->> 'sender') as authority_code,
    to_jsonb(broken) ->> 'period_code' as period_code,
    to_jsonb(broken) ->> 'submission_id' as submission_id,
    to_jsonb(broken) ->> promise.column_name as value,
    count(*) as broken_rows
from broken
cross join lateral (
    values
    {%- for promise in promises %}
    ('{{ promise.column }}', '{{ promise.says }}', {{ promise.breaks }}){% if not loop.last %},{% endif %}
    {%- endfor %}
) as promise (column_name, says, is_broken)
where promise.is_broken
group by 1, 2, 3, 4, 5, 6
{% endmacro %}
