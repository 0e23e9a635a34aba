{#
  What a model promises of its columns one by one, in one test: those that are never null, those that are unique, and those
  that have one of a few values or none. Marts and what is shared promise the same by constraints of their contracts, which
  the database holds at every write.
#}
{% test columns_are_valid(model, never_null=[], unique=[], one_of={}) %}
    {%- set promises = [] -%}
    {%- for column in never_null -%}
        {%- do promises.append({'column': column, 'says': 'is never null', 'breaks': column ~ ' is null'}) -%}
    {%- endfor -%}
    {%- for column in unique -%}
        {%- set repeated = column ~ ' in (select every.' ~ column ~ ' from ' ~ model ~ ' as every group by 1 having count(*) > 1)' -%}
        {%- do promises.append({'column': column, 'says': 'is unique', 'breaks': repeated}) -%}
    {%- endfor -%}
    {%- for column, values in one_of.items() -%}
        {%- do promises.append({
            'column': column, 'says': 'is one of a few values', 'breaks': 'not (' ~ is_one_of(column, values) ~ ')',
        }) -%}
    {%- endfor -%}
    {{ broken_promises(model, promises) }}
{% endtest %}
