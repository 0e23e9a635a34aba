"""Every return of figures has a day on which it is due, for each year that it has a form for."""

import csv

from ingestion.returns.catalogue import collected_returns
from ingestion.settings import SEEDS


def test_every_year_of_every_return_of_figures_is_in_the_calendar():
    with (SEEDS / "calendar" / "return_calendar.csv").open(encoding="utf-8", newline="") as file:
        known = {(row["return_code"], row["period_code"]) for row in csv.DictReader(file)}
    wanted = {
        (layout.code, period)
        for layout in collected_returns() if not layout.is_of_answers for period in layout.periods
    }  # fmt: skip
    assert wanted <= known
    assert {code for code, _ in known} == {code for code, _ in wanted}
