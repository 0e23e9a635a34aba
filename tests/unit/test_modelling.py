"""What the models are built from, beside the returns."""

from ingestion.model.inputs import definitions_digest
from ingestion.settings import Settings


def test_another_threshold_of_the_disclosure_control_makes_the_figures_out_of_date():
    assert definitions_digest(Settings()) == definitions_digest(Settings(disclosure_threshold=5))
    for settings in (Settings(disclosure_threshold=10), Settings(disclosure_rounding=10)):
        assert definitions_digest(settings) != definitions_digest(Settings())
