{# Why a computed unit cost is not the published one, from the figures themselves; null where it is. #}
{% macro reason_of_difference() -%}
    case
        when is_equal_value then null
        when published_until is not null
            then
                'The return has been sent again since: the published value is that of the version that was in force until '
                || to_char({{ day_in_england('published_until') }}, 'YYYY-MM-DD')
        when published is not null and computed is not null and is_equal_denominator
            then
                'The published numerator is '
                || coalesce(published_numerator::text, 'not known')
                || '; the cells of the return add up to '
                || computed_numerator || ': the publisher changed it'
        when published is not null and computed is not null
            then
                'The published denominator is ' || coalesce(published_denominator::text, 'not known')
                || '; the cells of the return add up to ' || computed_denominator
                || ': the publisher changed it'
        when published is not null and missing_reason is null
            then 'No return of this authority and year is in the warehouse'
        when is_hidden
            then
                'The publisher counted what its own copy of the return hides as 1 to 5: '
                || 'its denominator is ' || trim_scale(round(not_shown::numeric, 2))
                || ' more than the cells that can be read, and ' || hidden_cells
                || case when hidden_cells = 1 then ' is' else ' are' end || ' hidden. ' || missing_reason
        when is_counted_as_none
            then
                'The publisher counted as none what the return gives as not known: '
                || 'its denominator is the sum of the other cells. ' || missing_reason
        when published is not null then missing_reason
        when computed is not null
            then
                'The publisher withheld its figure (it gives ''' || coalesce(published_as, '')
                || '''), though the return has all cells of it' || coalesce('. ' || note, '')
        else coalesce(missing_reason, 'No return of this authority and year is in the warehouse')
    end
{%- endmacro %}
