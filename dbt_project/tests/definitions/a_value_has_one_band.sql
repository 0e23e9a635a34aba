-- Cut-offs of one indicator and year do not overlap, unless they are of groups that have no member in common.
with cutoffs as (
    select
        *,
        row_number() over () as line,
        coalesce(lower, '-infinity') as begins,
        coalesce(upper, 'infinity') as ends
    from {{ ref('band_scheme_cutoffs') }}
)

select one.indicator_code, one.period_code, one.authority_group, one.begins, other.begins as other_begins
from cutoffs as one
inner join cutoffs as other
    on
        one.indicator_code = other.indicator_code
        and one.period_code = other.period_code
        and one.line < other.line
        and one.begins < other.ends
        and one.ends > other.begins
where
    one.authority_group is null
    or other.authority_group is null
    or exists (
        select 1
        from {{ ref('comparator_set_members') }} as its
        inner join {{ ref('comparator_set_members') }} as theirs on its.authority_code = theirs.authority_code
        where
            its.comparator_set = one.authority_group
            and theirs.comparator_set = other.authority_group
    )
union all
select indicator_code, period_code, authority_group, begins, ends as other_begins
from cutoffs
where
    begins >= ends
    or indicator_code not in (
        select register.indicator_code from {{ ref('register_indicators') }} as register
    )
