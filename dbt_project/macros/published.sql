{# What a column of the layout is headed with in this file: the first of its known headings that is there. #}
{% macro heading_in_file(column) -%}
    (
        select heading.name
        from jsonb_array_elements_text(layouts.layout -> 'headings' -> ({{ column }})) as heading (name)
        where first_record.record ? heading.name
        limit 1
    )
{%- endmacro %}

{# Parts of base_published__records, by the names that its lateral subqueries have there. #}

{# What kind of year a label names. #}
{% macro published_period_type() -%}
    case
        when spans.kind = 'bare' and starts_with(meant.bare_year, 'financial_year') then 'financial_year'
        when spans.kind = 'bare' and meant.bare_year = 'academic_year_ending' then 'academic_year'
        when spans.kind = 'bare' then meant.bare_year
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
        when spans.kind = 'bare' and meant.bare_year = 'financial_year_ending'
            then {{ year_starting('spans.first_year - 1') }}
        when spans.kind = 'bare' and meant.bare_year = 'financial_year_of_mid_year'
            then {{ year_starting('spans.first_year') }}
        when spans.kind = 'bare' and meant.bare_year = 'academic_year_ending'
            then {{ year_starting('spans.first_year - 1', '/') }}
        when spans.kind = 'financial' then {{ year_starting('spans.first_year') }}
        when spans.kind = 'academic' then {{ year_starting('spans.first_year', '/') }}
        when spans.kind in ('bare', 'several') then labels.span
    end
{%- endmacro %}

{# What a span of years looks like: a bare year, a financial or academic one, or several. #}
{% macro kind_of_span() -%}
    case
        when labels.span ~ '^(19|20)\d\d$' then 'bare'
        when labels.span ~ '^(19|20)\d\d[-/]\d\d$'
            then
                case
                    when (left(labels.span, 4)::int + 1) % 100 <> right(labels.span, 2)::int
                        then 'several'
                    when meant.bare_year = 'academic_year_ending' or substr(labels.span, 5, 1) = '/'
                        then 'academic'
                    else 'financial'
                end
        when labels.span ~ '^(19|20)\d\d/\d\d-\d\d/\d\d$' then 'several'
    end
{%- endmacro %}

{# The labels of the dimensions of a record, as one key. #}
{% macro dimension_key() -%}
    (
        select
            string_agg(
                case
                    when (part.entry -> 'is_numbered')::boolean
                        then regexp_replace(words.tidy, '^[0-9]+ *', '')
                    else words.tidy
                end,
                ' | ' order by part.place
            )
        from jsonb_array_elements(files.dimensions) with ordinality as part (entry, place)
        inner join
            lateral (select raw.tidy_label(records.record ->> (part.entry ->> 'heading')) as tidy)
                as words
            on true
    )
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
