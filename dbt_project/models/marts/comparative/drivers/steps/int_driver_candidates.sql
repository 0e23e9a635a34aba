{{ config(materialized='ephemeral') }}
-- Who could be a comparator with which figures of a tree, in each group, and whether each figure is known.
with final as (
    select
        members.comparator_set as compared_with,
        members.comparator_group as group_code,
        sets.least_n,
        own.*,
        -- A part of which there is none is known; a whole without a denominator is no figure. One rated too
        -- low for the set is no mark for others.
        own.numerator is not null
        and own.denominator is not null
        and (own.kind = 'part' or own.value is not null)
        and coalesce(own.quality_rating, sets.least_rating) <= sets.least_rating as is_known
    from {{ ref('int_driver_own_figures') }} as own
    inner join {{ ref('int_comparator_members') }} as members
        on own.authority_code = members.member_code and own.period_code = members.period_code
    inner join {{ ref('comparator_sets') }} as sets on members.comparator_set = sets.comparator_set
    where own.has_figures and (sets.made_by <> 'country' or own.is_national)
)

select * from final
