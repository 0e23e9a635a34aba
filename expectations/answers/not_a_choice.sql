-- By code or by label, whatever the letters' case; several are separated by semicolons.
with parts as (
    select
        submission_id,
        file_id,
        line_number,
        column_number,
        file_name,
        place,
        item_code,
        choices,
        unnest(case kind when 'choices' then string_to_array(value, ';') else array[value] end) as value
    from {{ work_area }}_placed
    where kind in ('choice', 'choices')
)

select
    submission_id,
    file_id,
    line_number,
    column_number,
    btrim(value) as value,
    file_name,
    place,
    item_code,
    (
        select string_agg('''' || (listed.choice ->> 'label') || '''', ', ' order by listed.turn)
        from jsonb_array_elements(parts.choices) with ordinality as listed (choice, turn)
    ) as known
from parts
where
    btrim(value) <> ''
    and not exists (
        select 1 from jsonb_array_elements(parts.choices) as listed (choice)
        where lower(btrim(parts.value)) in (lower(listed.choice ->> 'code'), lower(listed.choice ->> 'label'))
    )
