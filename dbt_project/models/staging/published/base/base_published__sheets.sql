-- Every sheet that a publisher made for readers, one row per file: its release as a year, where its figures begin,
-- and what stands above each column: a council, or a figure's number on the form ("2.22A"), its part ("Numerator")
-- and its title, of several the lowest. Above the first council ("408 - Dudley") stand headings, below the last
-- one notes.
-- Materialized, and with the headings in one value: what is said of a file is worked out once, and not again for
-- each of its lines.
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

heading_cells as (
    select
        sheets.*,
        lines.line_number,
        jsonb_each_text(lines.record) as cell
    from sheets
    inner join {{ source('raw', 'published_records') }} as lines
        on
            sheets.submission_id = lines.submission_id
            and sheets.file_id = lines.file_id
            and lines.line_number <= {{ heading_lines() }}
),

councils as (
    select
        heading_cells.*,
        (heading_cells.cell).key::integer as column_number,
        (heading_cells.cell).value as label
    from heading_cells
),

begun as materialized (
    select distinct on (submission_id, file_id)
        file_id,
        submission_id,
        file_name,
        table_name,
        return_code,
        release,
        received_at,
        sheet,
        is_across,
        year_label,
        line_number as first_line,
        -- Councils side by side stand in the heading. One below the other they are left of the figures, the
        -- number and the name together or in a column each.
        case
            when is_across then column_number
            when label ~ '^\s*\d{3}\s*$' then 3
            else 2
        end as first_column
    from councils
    where
        case
            when is_across then label ~ {{ council_with_name() }}
            else column_number = 1 and label ~ {{ council_number() }}
        end
    order by submission_id, file_id, line_number, column_number
),

headings as (
    {{ headings_of_sheets() }}
),

-- By its column, its number or its title, in this order.
meant as (
    select distinct on (headings.file_id, headings.column_number)
        headings.file_id,
        headings.column_number,
        jsonb_build_object(
            'column', headings.column_number,
            'place', headings.place_label,
            'reference', headings.reference,
            'title', headings.title,
            'measure', known.measure_code
        ) as entry
    from headings
    left join known
        on
            not headings.is_across
            and headings.return_code = known.return_code
            and headings.table_name = known.table_name
            and headings.year_label between known.from_release and known.to_release
            and case known.turn
                when 1 then headings.column_number::text = known.figure_key
                when 2 then headings.reference = known.figure_key
                else headings.reference is null and headings.title_code = known.figure_key
            end
    order by headings.file_id, headings.column_number, known.turn
),

headed as materialized (
    select
        file_id,
        jsonb_agg(entry order by column_number) as headings
    from meant
    group by file_id
),

final as materialized (
    select
        begun.*,
        headed.headings,
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
    left join headed on begun.file_id = headed.file_id
)

select * from final
