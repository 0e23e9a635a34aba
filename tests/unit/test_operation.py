"""What a load is limited to, how it shows its progress, and how Airflow's own log is kept from growing."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from ingestion.collect.limits import require_period, takes_period
from ingestion.errors import ClubError
from ingestion.operation import logs
from ingestion.operation.load import Limits
from ingestion.operation.progress import shown_on
from ingestion.operation.service import collect_dags
from ingestion.returns.catalogue import collected_returns, find_return
from ingestion.settings import Settings


class TestLimits:
    def test_without_limits_everything_is_collected(self):
        assert Limits().dags() == {dag_id: {} for dag_id in collect_dags()}

    def test_an_authority_is_known_by_any_of_its_names_and_publishers_are_left_alone(self):
        dags = Limits(authority="Telford & Wrekin").dags()
        assert set(dags) == set(collect_dags()) - {"collect_published"}
        assert all(params == {"authority": "telford-and-wrekin"} for params in dags.values())

    def test_a_year_takes_the_returns_that_come_for_it(self):
        dags = Limits(period="2006-07").dags()
        assert dags["collect_pss_ex1"] == dags["collect_ssda903"] == {"period": "2006-07"}
        assert not {"collect_questionnaire", "collect_workshop_ballot"} & set(dags)

    @pytest.mark.parametrize(
        ("limits", "sentence"),
        [
            (Limits(authority="dudly"), "There is no authority 'dudly'; the nearest known code is 'dudley'"),
            (Limits(period="2006-7"), "There is no year or round '2006-7' of .*; the nearest is '2006-07'"),
        ],
    )
    def test_what_is_mistyped_is_told_with_the_nearest_that_is_known(self, limits: Limits, sentence: str):
        with pytest.raises(ClubError, match=sentence):
            limits.dags()

    def test_a_return_whose_rounds_the_warehouse_knows_takes_any(self):
        layout = find_return("workshop_ballot")
        assert layout in collected_returns() and takes_period(layout, "demo")
        require_period([layout], "demo")


def lines_of(steps: int = 17) -> tuple[str, str]:
    file = io.StringIO()
    with shown_on(Console(file=file, force_terminal=False, width=40)) as shown:
        number = shown.begin("collect_pss_ex1")
        shown.update(number, done=3, total=steps, received=1)
        begun = file.getvalue()
        shown.update(number, done=steps, total=steps, received=1234)
        shown.end(number, "success")
    return begun, file.getvalue()


def test_into_a_file_a_run_is_two_plain_lines():
    begun, whole = lines_of()
    assert begun == "collect_pss_ex1: started\n"
    assert whole.splitlines()[1:] == ["collect_pss_ex1: success, 17/17 steps, 0 s, 1,234 submissions received"]


def test_on_a_terminal_a_run_is_a_bar():
    file = io.StringIO()
    with shown_on(Console(file=file, force_terminal=True, width=120)) as shown:
        number = shown.begin("collect_pss_ex1")
        shown.update(number, done=17, total=17, received=2)
        shown.end(number, "success")
    assert "17/17 steps" in file.getvalue() and "\x1b[" in file.getvalue()


def test_the_log_is_set_aside_when_it_is_large_and_five_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(logs, "ROTATED_AT_BYTES", 10)
    settings = Settings(home=tmp_path)
    settings.airflow_home.mkdir()
    log = settings.airflow_home / "standalone.log"
    assert not logs.rotate_log(settings), "there is none yet"
    with log.open("ab", buffering=0) as writer:  # as Airflow has it open, for months
        for turn in range(7):
            writer.write(b"short")
            assert not logs.rotate_log(settings)
            writer.write(f" and longer {turn}".encode())
            assert logs.rotate_log(settings)
    assert log.read_bytes() == b""
    kept = {path.name: path.read_bytes()[-1:] for path in log.parent.glob("standalone.log.*")}
    assert kept == {f"standalone.log.{number}": str(7 - number).encode() for number in range(1, 6)}
