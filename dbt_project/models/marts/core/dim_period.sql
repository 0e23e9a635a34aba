-- Financial years, from the first one the club's indicators know to the current one, and to the last one that a
-- return has a form for.
with years as (
    select generate_series(1998, greatest(2026, extract(year from current_date)::int)) as starts
),

final as (
    select
        starts::text || '-' || lpad(((starts + 1) % 100)::text, 2, '0') as period_code,
        make_date(starts, 4, 1) as starts_on,
        make_date(starts + 1, 3, 31) as ends_on,
        'year ending 31 March ' || (starts + 1)::text as title
    from years
)

select * from final
