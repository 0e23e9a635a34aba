{# What a column of the layout is headed with in this file: the first of its known headings that is there. #}
{% macro heading_in_file(column) -%}
    (
        select heading.name
        from jsonb_array_elements_text(layouts.layout -> 'headings' -> ({{ column }})) as heading (name)
        where first_record.record ? heading.name
        limit 1
    )
{%- endmacro %}
