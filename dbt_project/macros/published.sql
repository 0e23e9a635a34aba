{# What a column of the layout is headed with in this file: the first of its known headings that is there. #}
{% macro heading_in_file(column) -%}
    (
        select heading.name
        from jsonb_array_elements_text(layouts.layout -> 'headings' -> ({{ column }})) as heading (name)
        where first_record.record ? heading.name
        limit 1
    )
{%- endmacro %}

{# Parts of base_published__records, by the names that its queries have there. #}

{# What kind of year a label names. #}
{% macro published_period_type() -%}
    case
        when spans.kind = 'bare' and starts_with(spans.meant_year, 'financial_year') then 'financial_year'
        when spans.kind = 'bare' and spans.meant_year = 'academic_year_ending' then 'academic_year'
        when spans.kind = 'bare' then spans.meant_year
        when spans.kind = 'several' then 'several_years'
        else spans.kind || '_year'
    end
{%- endmacro %}

{#
  Years before this are no years of statistics on social care, nor are those more than two after the file came: a budget is
  published for the year to come. Such a year is a slip of the pen, and is not read.
#}
{% macro first_year_of_calendar() %}1980{% endmacro %}

{# The year as the club writes it. #}
{% macro published_period_code() -%}
    case
        when spans.first_year is null then null
        when spans.kind = 'bare' and spans.meant_year = 'financial_year_ending'
            then {{ year_starting('spans.first_year - 1') }}
        when spans.kind = 'bare' and spans.meant_year = 'financial_year_of_mid_year'
            then {{ year_starting('spans.first_year') }}
        when spans.kind = 'bare' and spans.meant_year = 'academic_year_ending'
            then {{ year_starting('spans.first_year - 1', '/') }}
        when spans.kind = 'financial' then {{ year_starting('spans.first_year') }}
        when spans.kind = 'academic' then {{ year_starting('spans.first_year', '/') }}
        when spans.kind in ('bare', 'several') then spans.span
    end
{%- endmacro %}

{# What a span of years looks like: a bare year, a financial or academic one, or several. #}
{% macro kind_of_span() -%}
    case
        when meant.span ~ '^(19|20)\d\d$' then 'bare'
        when meant.span ~ '^(19|20)\d\d[-/]\d\d$'
            then
                case
                    when (left(meant.span, 4)::int + 1) % 100 <> right(meant.span, 2)::int
                        then 'several'
                    when meant.meant_year = 'academic_year_ending' or substr(meant.span, 5, 1) = '/'
                        then 'academic'
                    else 'financial'
                end
        when meant.span ~ '^(19|20)\d\d/\d\d-\d\d/\d\d$' then 'several'
    end
{%- endmacro %}

{# What a record says of its year; where nothing does, its release is the year. #}
{% macro year_label() -%}
    coalesce(
        records.record ->> files.period_heading,
        substring(files.release from '^\d{4}-\d{2}'),
        files.release
    )
{%- endmacro %}

{# As many dimensions as a layout may have. #}
{% macro most_dimensions() %}4{% endmacro %}

{# The labels of the dimensions of a record, a column each. #}
{% macro labels_of_dimensions() -%}
    {%- for place in range(most_dimensions() | int) %}
    {%- set label = "raw.tidy_label(records.record ->> (files.dimensions -> " ~ place ~ " ->> 'heading'))" %}
    case
        when (files.dimensions -> {{ place }} -> 'is_numbered')::boolean
            then regexp_replace({{ label }}, '^[0-9]+ *', '')
        else {{ label }}
    end as dimension_{{ place }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# The same as one key; none where a record has no label. #}
{% macro dimension_key() -%}
    {%- set labels = [] -%}
    {%- for place in range(most_dimensions() | int) %}{% do labels.append('meant.dimension_' ~ place) %}{% endfor -%}
    case when num_nonnulls({{ labels | join(', ') }}) > 0 then concat_ws(' | ', {{ labels | join(', ') }}) end
{%- endmacro %}

{# Whether a record is of a country, a region, all councils of one kind or an authority. #}
{% macro geography_of_record() -%}
    case
        when files.has_levels then files.levels ->> (records.record ->> files.level_heading)
        when files.national_names ? btrim(records.record ->> files.name_heading) then 'national'
        when files.regional_names ? btrim(records.record ->> files.name_heading) then 'regional'
        else 'local_authority'
    end
{%- endmacro %}

{# Parts of the views of sheets. #}

{# Lines in which the heading of a sheet stands: as many as a table is recognised by. #}
{% macro heading_lines() %}15{% endmacro %}

{# How a council begins: with its number among the councils with social services responsibilities. #}
{% macro council_number() %}'^\s*\d{3}(\M|$)'{% endmacro %}

{% macro council_with_name() %}'^\s*\d{3}\s*-\s*[A-Za-z]'{% endmacro %}

{# A title as a code, whatever year stands in it: '… at 31 March 2010' is '… at 31 March'. #}
{% macro code_of_title(title) -%}
    raw.to_code(regexp_replace({{ title }}, '\m(19|20)\d\d(-\d\d)?\M', '', 'g'))
{%- endmacro %}

{# What stands above the columns of the sheets that have `begun`, one row per file and column. #}
{% macro headings_of_sheets() %}
    select
        cells.file_id,
        cells.return_code,
        cells.table_name,
        cells.is_across,
        cells.year_label,
        cells.column_number,
        max(cells.label) filter (where cells.is_across) as place_label,
        case
            when bool_or(cells.is_number)
                then
                    lower(
                        concat_ws(
                            ' ',
                            max(cells.label) filter (where cells.is_number),
                            max(cells.label) filter (where cells.is_part)
                        )
                    )
        end as reference,
        {{ lowest_title('cells.label') }} as title,
        {{ lowest_title(code_of_title('cells.label')) }} as title_code
    from (
        select
            listed.file_id,
            listed.return_code,
            listed.table_name,
            listed.is_across,
            listed.year_label,
            listed.line_number,
            (listed.heading).key::integer as column_number,
            btrim((listed.heading).value) as label,
            raw.tidy_label((listed.heading).value) in ('numerator', 'denominator', 'unit cost') as is_part,
            btrim((listed.heading).value) ~ '^[A-Za-z]{0,2}[0-9]+([.][0-9]+)*[A-Za-z]?$' as is_number
        from (
            select
                begun.*,
                lines.line_number,
                jsonb_each_text(lines.record) as heading
            from begun
            inner join {{ source('raw', 'published_records') }} as lines
                on
                    begun.submission_id = lines.submission_id
                    and begun.file_id = lines.file_id
                    and case
                        when begun.is_across then lines.line_number = begun.first_line
                        else lines.line_number < begun.first_line
                    end
        ) as listed
        where (listed.heading).key::integer >= listed.first_column and btrim((listed.heading).value) <> ''
    ) as cells
    group by
        cells.file_id, cells.return_code, cells.table_name, cells.is_across, cells.year_label,
        cells.column_number
{% endmacro %}

{% macro lowest_title(text) -%}
    (
        array_agg({{ text }} order by cells.line_number desc)
            filter (where not cells.is_number and not cells.is_part)
    )[1]
{%- endmacro %}

{# Parts of the views of cells: what a text is, and what it stands for where it is no number. #}

{# The number that a text is, and the symbol that it may be; worked out once for each cell. #}
{% macro number_or_symbol(text) -%}
    raw.to_number({{ text }}) as value,
    lower(btrim({{ text }})) as symbol
{%- endmacro %}

{% macro symbol_of_publisher(cells, symbols) -%}
    case when {{ cells }}.value is null and {{ symbols }} ? {{ cells }}.symbol then {{ cells }}.symbol end
{%- endmacro %}

{% macro why_no_number(cells, symbols) -%}
    case
        when {{ cells }}.value is not null then null
        when {{ symbols }} ? {{ cells }}.symbol then {{ symbols }} ->> {{ cells }}.symbol
        else '''' || {{ cells }}.raw_value || ''' is neither a number nor a symbol of the publisher'
    end
{%- endmacro %}
