"""Bounds on what is read from a cell: numbers of which a double holds the square, codes that an index holds."""

from alembic import op

revision = "0011"
down_revision = "0010"

# The largest figure of a return is a few thousand million pounds. A number far beyond, like `1e400`, is no figure:
# it gives null, as text that is no number does, and a finding in the checks. What a spreadsheet leaves of the
# difference of two equal sums, like `1.4e-17`, is kept; what is far smaller is nothing.
TO_NUMBER = """
create or replace function raw.to_number(cell text) returns numeric
language sql immutable parallel safe
return case
    -- Most cells are one of these, and there are millions of them.
    when cell in ('', '..', '-') then null
    when length(cell) <= 15 and cell ~ '^-?[0-9]+[.]?[0-9]*$' then cell::numeric
    when replace(btrim(cell, E' \\t\\r\\n\\u00a0'), ',', '')
        ~ '^[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]{1,3})?$'
    then
        case
            when abs(replace(btrim(cell, E' \\t\\r\\n\\u00a0'), ',', '')::numeric) < 1e-30 then 0
            when abs(replace(btrim(cell, E' \\t\\r\\n\\u00a0'), ',', '')::numeric) <= 1e15
            then replace(btrim(cell, E' \\t\\r\\n\\u00a0'), ',', '')::numeric
        end
end
"""

# A name of more than a hundred characters is cut, and ends with a digest of all of it.
TO_CODE = """
create or replace function raw.to_code(name text) returns text
language sql immutable parallel safe
return (
    select
        case
            when length(codes.code) <= 100 then codes.code
            else left(codes.code, 83) || '_' || left(md5(codes.code), 16)
        end
    from (
        select
            btrim(regexp_replace(replace(raw.tidy_label(name), '%', ' pct '), '[^a-z0-9]+', '_', 'g'), '_') as code
    ) as codes
)
"""


def upgrade() -> None:
    op.execute(TO_NUMBER)
    op.execute(TO_CODE)
