"""A pack that went out before a return was sent again: exactly the figures that moved are named, and why."""

from functools import partial
from pathlib import Path

from ingestion.collect.archived_cells import look_up_cells
from ingestion.model.build import build_marts
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from reporting.packs.publish import pack_folder, publish_drafts
from reporting.packs.verify import verify_file
from tests.conftest import run_road
from tests.integration.test_incremental import send_more_hours

AUTHORITY = "dudley"


def figures_of(settings: Settings) -> dict[str, float]:
    """Every number of the tidy file, straight from the marts, by its key."""
    with connect(settings, Role.ANALYST) as connection:
        rows = connection.execute(
            """
            select
                concat_ws(':', indicator_code, period_code, left(basis, 1), place_code, names.name),
                case names.name
                    when 'value' then value when 'lower_95' then lower_95 when 'upper_95' then upper_95
                    when 'value_real' then value_real else first_value
                end
            from marts.trend
            cross join unnest(array['value', 'lower_95', 'upper_95', 'value_real', 'first_value']) as names (name)
            inner join marts.indicator_group as members using (indicator_code)
            where members.group_code = 'home_care' and (is_member or place_name = 'West Midlands')
            """
        ).fetchall()
    return {key: value for key, value in rows if value is not None}


def test_exactly_the_figures_that_moved_are_named(sample_warehouse: Settings) -> None:
    list(publish_drafts(sample_warehouse, [AUTHORITY], ["home_care"]))
    folder, before = pack_folder(sample_warehouse, AUTHORITY, "draft"), figures_of(sample_warehouse)
    kept = {path.name: path.read_bytes() for path in folder.iterdir()}
    send_more_hours(Path(sample_warehouse.landing), AUTHORITY)
    run_road(sample_warehouse)
    build_marts(sample_warehouse)
    after = figures_of(sample_warehouse)
    moved = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    assert any(f":{AUTHORITY}:" in key for key in moved) and any(":west-midlands:" in key for key in moved)

    look_up = partial(look_up_cells, sample_warehouse)
    found = verify_file(sample_warehouse, folder / f"{AUTHORITY}-home_care.csv", look_up)
    assert {doubt.where for doubt in found.doubted_numbers} == moved
    assert found.sources.faults == () and found.doubted_rest == ()
    own = next(
        doubt for doubt in found.doubted_numbers if doubt.where.startswith("HH1.HOURS:2006-07:s:dudley:value")
    )
    assert "restated on" in own.why and "version 1" in own.why

    # Every form of it is known as what was published then; nothing is taken for altered.
    for name in kept:
        if not name.endswith(".json"):
            verified = verify_file(sample_warehouse, folder / name, look_up)
            assert verified.publication and not [doubt for doubt in verified.doubts if "altered" in doubt]

    # The draft of the new build holds again.
    list(publish_drafts(sample_warehouse, [AUTHORITY], ["home_care"]))
    assert verify_file(sample_warehouse, folder / f"{AUTHORITY}-home_care.csv", look_up).doubts == ()
