{#
  Whether a text counts people, 1 to the threshold of them: `3 children`, `two young people`. It looks for a number, in digits
  or in words, and one of the words for people among the two that follow. True or false, also of no text.
#}
{% macro tells_of_few_people(text) -%}
    {%- set words = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'] -%}
    {%- set threshold = var('disclosure_threshold') | int -%}
    {%- set numbers = range(1, threshold + 1) | list + words[:threshold] + ['both'] -%}
    {%- set people = [
        'bab(y|ies)', 'infants?', 'child(ren)?', 'boys?', 'girls?', 'siblings?', 'brothers?', 'sisters?', 'teenagers?',
        'pupils?', 'famil(y|ies)', 'mothers?', 'fathers?', 'parents?', 'persons?', 'people', 'm[ae]n', 'wom[ae]n',
        'adults?', 'residents?', 'clients?', 'users?', 'patients?', 'households?', 'widows?', 'carers?',
    ] -%}
    (coalesce({{ text }}, '') ~* '(?<![0-9][.,])\m({{ numbers | join('|') }})\M(?![.,][0-9])(\W+\w+){0,2}?\W+({{ people | join('|') }})\M')
{%- endmacro %}
