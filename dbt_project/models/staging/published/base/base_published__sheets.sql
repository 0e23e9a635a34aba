-- Every sheet that a publisher made for readers, one row per file: its release as a year, where its figures begin,
-- and what stands above each column: a council, or a figure's number on the form ("2.22A"), its part ("Numerator")
-- and its title, of several the lowest. Above the first council ("408 - Dudley") stand headings, below the last
-- one notes.
-- Materialized, and with the headings in one value: what is said of a file is worked out once, and not again for
-- each of its lines.
-- noqa: disable=ST05,AM09
with known as materialized (
    select * from {{ ref('base_published__sheet_figures') }}
),

sheets as (
    select
        file_id,
        submission_id,
        file_name,
        table_name,
        return_code,
        release,
        received_at,
        sheet,
        sheet ->> 'councils' = 'across' as is_across,
        -- No year of the calendar, and the file is refused.
        case
            when
                release ~ '^(19|20)\d{2}-\d{2}$'
                and left(release, 4)::integer between {{ first_year_of_calendar() }}
                and extract(year from received_at)::integer + 2
                and (left(release, 4)::integer + 1) % 100 = right(release, 2)::integer
                then release
        end as year_label
    from {{ ref('base_published__files') }}
    where sheet is not null
),

begun as materialized (
    select
        sheets.*,
        councils.line_number as first_line,
        -- Councils side by side stand in the heading. One below the other they are left of the figures, the
        -- number and the name together or in a column each.
        case
            when sheets.is_across then councils.column_number
            when councils.label ~ '^\s*\d{3}\s*$' then 3
            else 2
        end as first_column
    from sheets
    inner join lateral (
        select
            lines.line_number,
            cells.column_number::integer as column_number,
            cells.label
        from {{ source('raw', 'published_records') }} as lines
        cross join lateral jsonb_each_text(lines.record) as cells (column_number, label)
        where
            lines.submission_id = sheets.submission_id
            and lines.file_id = sheets.file_id
            and lines.line_number <= {{ heading_lines() }}
            and case
                when sheets.is_across then cells.label ~ {{ council_with_name() }}
                else cells.column_number = '1' and cells.label ~ {{ council_number() }}
            end
        order by lines.line_number, cells.column_number::integer
        limit 1
    ) as councils on true
),

headings as (
    {{ headings_of_sheets() }}
),

meant as (
    select
        headings.file_id,
        jsonb_build_object(
            'column', headings.column_number,
            'place', headings.place_label,
            'reference', headings.reference,
            'title', headings.title,
            'measure', figures.measure_code
        ) as entry,
        headings.column_number
    from headings
    left join lateral (
        select known.measure_code
        from known
        where
            not headings.is_across
            and known.return_code = headings.return_code
            and known.table_name = headings.table_name
            and headings.year_label between known.from_release and known.to_release
            and case known.turn
                when 1 then known.figure_key = headings.column_number::text
                when 2 then known.figure_key = headings.reference
                else headings.reference is null and known.figure_key = headings.title_code
            end
        order by known.turn
        limit 1
    ) as figures on true
),

final as materialized (
    select
        begun.*,
        (
            select jsonb_agg(meant.entry order by meant.column_number)
            from meant
            where meant.file_id = begun.file_id
        ) as headings,
        (
            select jsonb_object_agg(known.figure_key, known.measure_code)
            from known
            where
                begun.is_across
                and known.turn = 3
                and known.return_code = begun.return_code
                and known.table_name = begun.table_name
                and begun.year_label between known.from_release and known.to_release
        ) as measures_of_rows
    from begun
)

select * from final
