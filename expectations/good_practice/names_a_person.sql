-- Where a role is asked for.
with marks (kind, pattern) as (
    values
    ('a form of address', '\m(Mr|Mrs|Ms|Miss|Dr|Sir)\M[. ]'),
    ('an e-mail address', '[^ @]@[^ @]'),
    ('a telephone number', '[0-9][0-9 ()-]{6,}[0-9]')
)

{% include "answers/marked.sql" %}
where placed.field in ('contact_role', 'checked_by')
