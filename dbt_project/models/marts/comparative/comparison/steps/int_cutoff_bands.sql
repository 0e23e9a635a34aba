-- The band that a publisher's cut-offs give a figure, where there are any for its indicator and year: of
-- all councils, or of those of a named set. A band begins at its lower cut-off and ends below its upper
-- one.
with final as (
    select
        facts.authority_code,
        facts.period_code,
        facts.indicator_code,
        facts.basis,
        cutoffs.band_scheme,
        cutoffs.band
    from {{ ref('band_scheme_cutoffs') }} as cutoffs
    inner join {{ ref('fct_indicator') }} as facts
        on
            cutoffs.indicator_code = facts.indicator_code
            and cutoffs.period_code = facts.period_code
            and facts.value >= coalesce(cutoffs.lower, '-infinity')
            and facts.value < coalesce(cutoffs.upper, 'infinity')
    left join {{ ref('int_comparator_members') }} as members
        on
            cutoffs.authority_group = members.comparator_set
            and facts.authority_code = members.member_code
            and facts.period_code = members.period_code
    where cutoffs.authority_group is null or members.member_code is not null
)

select * from final
