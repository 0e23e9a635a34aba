-- Every cell of a value column, and every figure of a sheet: the text, the number or the symbol it is, and its
-- measure, if it is of one.
-- The entries of a record's columns are taken apart in the select list, where no join has to be lateral.
with entries as (
    select
        *,
        jsonb_array_elements(value_columns) as entry
    from {{ ref('base_published__records') }}
),

cells as (
    select
        submission_id,
        return_code,
        release,
        received_at,
        file_id,
        file_name,
        table_name,
        line_number,
        geography,
        authority_code,
        place_code,
        place_name,
        region,
        year_label,
        period_type,
        period_code,
        qualifier,
        dimension_key,
        each_measure_code,
        series_value_column,
        symbols,
        entry ->> 'column' as value_column,
        entry ->> 'kind' as kind,
        entry ->> 'heading' as column_name,
        record ->> (entry ->> 'heading') as raw_value
    from entries
),

-- With a WITH of its own, as in `base_published__records`.
read as (
    with numbers as (
        select
            cells.*,
            {{ number_or_symbol('cells.raw_value') }}
        from cells
    )

    select * from numbers
),

final as (
    select
        cells.submission_id,
        cells.return_code,
        cells.release,
        cells.received_at,
        cells.file_id,
        cells.file_name,
        cells.table_name,
        cells.line_number,
        cells.column_name,
        cells.value_column,
        cells.kind,
        cells.geography,
        cells.authority_code,
        cells.place_code,
        cells.place_name,
        cells.region,
        cells.year_label,
        cells.period_type,
        cells.period_code,
        cells.qualifier,
        cells.dimension_key,
        coalesce(
            series.measure_code,
            case when cells.series_value_column = cells.value_column then cells.each_measure_code end
        ) as measure_code,
        cells.raw_value,
        cells.value,
        {{ symbol_of_publisher('cells', "cells.symbols") }} as symbol,
        {{ why_no_number('cells', "cells.symbols") }} as missing_reason
    from read as cells
    left join {{ ref('base_published__series') }} as series
        on
            cells.return_code = series.return_code
            and cells.table_name = series.table_name
            and cells.dimension_key = series.dimension_key
            and cells.value_column = series.value_column
            and coalesce(series.qualifier, cells.qualifier) = cells.qualifier
    union all
    select
        submission_id, return_code, release, received_at, file_id, file_name, table_name, line_number,
        column_name, null as value_column, kind, geography, authority_code, place_code, place_name, region,
        year_label, period_type, period_code, qualifier, dimension_key, measure_code, raw_value, value,
        symbol, missing_reason
    from {{ ref('base_published__sheet_cells') }}
)

select * from final
