"""What is announced of a build that is read."""

from pathlib import Path

from ingestion.model.announcement import facts_to_tell
from tests.support.warehouses import settings_in


def test_a_build_is_announced_without_its_facts_where_they_cannot_be_read(tmp_path: Path):
    """A step that failed by now would be tried again, find the marts up to date, and announce nothing."""
    assert facts_to_tell(settings_in(tmp_path), "marts", after=0) == {}
