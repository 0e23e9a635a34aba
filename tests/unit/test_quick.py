"""`make quick` knows the rooms as they are, and finds the tests of a change."""

import pytest

from ingestion.settings import PROJECT_ROOT
from tests.support.quick import ROOMS, checks, modules_of


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_and_its_tests_are_where_they_are_said_to_be(room: str) -> None:
    assert any(path.is_file() for path in PROJECT_ROOT.glob(room.replace("/*", "/**/*")))
    for module in ROOMS[room]:
        assert (PROJECT_ROOT / "tests" / "integration" / f"test_{module}.py").is_file()


def test_every_room_of_the_product_has_tests() -> None:
    """But for the command line, which has unit tests, and those of what it calls."""
    rooms = {f"ingestion/{path.parent.name}/*" for path in (PROJECT_ROOT / "ingestion").glob("*/__init__.py")}
    assert rooms - set(ROOMS) == {"ingestion/cli/*"}


def test_a_changed_file_asks_for_the_tests_of_its_room_and_a_changed_test_for_itself() -> None:
    assert modules_of(["ingestion/decide.py"]) == {"tests/integration/test_deciding.py"}
    assert modules_of(["ingestion/decided_elsewhere.py", "README.md"]) == set()
    changed = "tests/integration/test_history.py"
    assert modules_of([changed]) == {changed}


def test_only_what_a_change_can_break_is_linted() -> None:
    def programs(*changed: str) -> list[str]:
        return [words[0].rsplit("/")[-1] for words in checks(changed)][:-1]

    assert programs("README.md") == []
    assert programs("tests/unit/test_quick.py") == ["ruff", "ruff"]
    assert programs("ingestion/decide.py") == ["ruff", "ruff", "mypy"]
    assert programs("dbt_project/models/sharing/measure.sql") == ["sqlfluff", "dbt"]
    *_, tests = checks(["README.md"])
    assert tests[-1] == "tests/unit"
