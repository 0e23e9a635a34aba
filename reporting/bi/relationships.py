"""Which relationships of a star are active: Power BI takes no model in which a filter has two ways to a table."""

from collections.abc import Iterable

from reporting.bi.star import Key, Star


def active_keys(star: Star) -> frozenset[Key]:
    """Choose the keys along which filters go, those of facts before those between dimensions.

    From each table at most one way leads to each other one. The rest can be asked for in a measure
    (`USERELATIONSHIP`).
    """
    chosen: list[Key] = []
    for key in sorted(star.keys, key=lambda key: key.table in star.dimensions):
        if not _has_two_ways([*chosen, key]):
            chosen.append(key)
    return frozenset(chosen)


def _has_two_ways(keys: Iterable[Key]) -> bool:
    steps: dict[str, list[str]] = {}
    for key in keys:
        steps.setdefault(key.table, []).append(key.of)
    return any(len(reached) > len(set(reached)) for reached in (_reached(start, steps) for start in steps))


def _reached(start: str, steps: dict[str, list[str]]) -> list[str]:
    """Every table that filters `start`, once for each way; one that would go round counts as two ways."""
    found: list[str] = [start]
    for here in found:
        found.extend(steps.get(here, ()))
        if len(found) > len(set(found)):
            break
    return found
