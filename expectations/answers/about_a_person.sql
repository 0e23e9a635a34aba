-- Numbers and addresses that belong to one person.
with marks (kind, pattern) as (
    values
    ('what looks like a pupil number', '\m[A-HJ-NP-RT-Za-hj-np-rt-z][0-9]{11}[0-9A-Za-z]\M'),
    ('what looks like an NHS number', '\m[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{4}\M'),
    ('what looks like a national insurance number', '\m[A-Za-z]{2} ?([0-9]{2} ?){3}[A-Da-d]\M'),
    ('a full postcode', '\m[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}\M'),
    (
        'a date of birth',
        '(?i)\m(born|birth|dob|d\.o\.b\.)[^0-9]{0,20}[0-9]{1,2}[/. -]([0-9]{1,2}|[a-z]{3,9})[/. -][0-9]{2,4}'
    )
)

{% include "answers/marked.sql" %}
