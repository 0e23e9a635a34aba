"""Returns that come one after the other, each with a build of its own, come to what all at once come to."""

from pathlib import Path

from ingestion.model.build import build_marts
from samples import write_child_samples, write_samples
from tests.conftest import build_everything, run_road, what_others_read
from tests.support.warehouses import Warehouses

# Forms and children of the same authorities and years, and publishers' figures beside both.
RETURNS = ("pss_ex1", "la_cla_placement_stability", "ssda903", "sn_model", "pss_unit_costs")


def test_returns_that_come_one_after_the_other_come_to_what_all_at_once_come_to(warehouses: Warehouses) -> None:
    """Slow, as it builds six times."""
    with warehouses.empty() as settings:
        write_samples(Path(settings.landing))
        write_child_samples(Path(settings.landing), children=5)
        for return_code in RETURNS:
            run_road(settings, return_code)
            build_marts(settings)
        one_by_one = what_others_read(settings)
        build_everything(settings)
        assert what_others_read(settings) == one_by_one
