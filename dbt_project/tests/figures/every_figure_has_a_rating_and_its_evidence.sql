-- A rating goes with a value, it is the one of fct_quality, and whatever is not A says why.
select
    figures.authority_code, figures.period_code, figures.indicator_code, figures.basis, figures.value,
    figures.quality_rating, quality.quality_rating as rating_of_evidence, quality.reasons
from {{ ref('fct_indicator') }} as figures
full join {{ ref('fct_quality') }} as quality
    on
        figures.authority_code = quality.authority_code
        and figures.period_code = quality.period_code
        and figures.indicator_code = quality.indicator_code
        and figures.basis = quality.basis
where
    {{ changed_figures(
        'coalesce(figures.authority_code, quality.authority_code)',
        'coalesce(figures.period_code, quality.period_code)',
        'coalesce(figures.basis, quality.basis)'
    ) }}
    and (
        figures.quality_rating is distinct from quality.quality_rating
        or (figures.value is null) <> (figures.quality_rating is null)
        or figures.definition_version <> quality.definition_version
        or (quality.quality_rating = 'A') <> (quality.reasons is null)
        or quality.quality_rating <> greatest(
            quality.completeness_rating, quality.validity_rating, quality.timeliness_rating,
            quality.restatement_rating
        )
        or quality.parts_assumed > quality.parts
        or quality.cells_warned > quality.parts
        or quality.cells_contradicted > quality.cells_warned
    )
