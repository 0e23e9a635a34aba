"""What is installed is known: a bill of materials of the whole lock, and no version with a known weakness."""

import re
from datetime import UTC, date, datetime
from importlib import metadata
from pathlib import Path

import pytest

from ingestion.settings import PROJECT_ROOT
from supply_chain.audit import Advisory, affected, read_advisories
from supply_chain.lock import Locked, locks, read_lock
from supply_chain.sbom import DISTRIBUTED, LOCK, bill_of_materials

TODAY = datetime.now(UTC).date()


def test_every_lock_is_read_whole():
    assert len(locks()) >= 7
    for lock in locks():
        text = lock.read_text(encoding="utf-8")
        packages = read_lock(lock)
        assert len(packages) == len(re.findall(r"^[\w.-]+==", text, re.MULTILINE)) > 0
        assert sum(len(package.hashes) for package in packages) == text.count("--hash=sha256:")
        assert all(package.hashes for package in packages)


@pytest.mark.parametrize("lock", [LOCK, DISTRIBUTED], ids=lambda lock: lock.name)
def test_the_bill_lists_every_package_of_the_lock_with_the_version_that_is_installed(lock: Path):
    bill = bill_of_materials(lock)
    listed = {component["name"]: component["version"] for component in bill["components"]}
    assert listed == {package.name: package.version for package in read_lock(lock)}
    assert bill["specVersion"] == "1.6"
    for name in ("apache-airflow", "dbt-core", "great-expectations", "psycopg"):
        assert metadata.version(name) == listed[name]


def test_what_several_machines_need_comes_on_top_of_what_one_installs():
    one, several = (
        {(package.name, package.version) for package in read_lock(lock)} for lock in (LOCK, DISTRIBUTED)
    )
    assert one < several
    assert {"celery", "redis", "apache-airflow-providers-edge3"} <= {name for name, _ in several - one}


def test_every_advisory_is_of_a_package_that_is_locked():
    """What no lock has any more goes, so that the list says what was looked at."""
    locked = {package.name for lock in locks() for package in read_lock(lock)}
    assert {advisory.package for advisory in read_advisories()} - locked == set()


def test_the_bill_names_a_licence_and_is_the_same_twice():
    bill = bill_of_materials()
    licences = {
        one["name"]: one["licenses"][0]["license"]["name"] for one in bill["components"] if "licenses" in one
    }
    assert "Apache" in licences["apache-airflow"]
    assert len(licences) > 0.9 * len(bill["components"])
    assert bill_of_materials() == bill


@pytest.mark.parametrize("lock", locks(), ids=lambda lock: lock.parent.name + "/" + lock.name)
def test_no_locked_version_has_a_weakness_that_is_known(lock: Path):
    name = lock.relative_to(PROJECT_ROOT).as_posix()
    assert affected(read_lock(lock), name, TODAY, read_advisories()) == []


def test_a_version_with_a_weakness_is_named_until_it_is_accepted_and_after():
    advisory = Advisory(
        "jinja2", "<3.1.6", "CVE-2025-27516", "left by attr", "some.lock", "2026-06-30", "a reason"
    )
    packages = [Locked("jinja2", "3.1.5", "", ("0" * 64,)), Locked("markupsafe", "2.0", "", ("0" * 64,))]
    in_time, too_late = date(2026, 6, 30), date(2026, 7, 1)
    assert affected(packages, "some.lock", in_time, [advisory]) == []
    assert affected(packages, "other.lock", in_time, [advisory]) == [
        "jinja2 3.1.5: left by attr (CVE-2025-27516, <3.1.6)"
    ]
    assert len(affected(packages, "some.lock", too_late, [advisory])) == 1
    assert affected([Locked("jinja2", "3.1.6", "", ("0" * 64,))], "other.lock", in_time, [advisory]) == []


def test_what_is_accepted_has_a_reason_an_end_and_a_lock():
    for advisory in read_advisories():
        told = (advisory.accepted_in, advisory.accepted_until, advisory.why_accepted)
        assert all(told) or not any(told), advisory
        assert not advisory.accepted_in or (PROJECT_ROOT / advisory.accepted_in).is_file()
