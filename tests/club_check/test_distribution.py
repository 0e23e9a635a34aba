"""The distribution that an authority installs: what is in it, and that it checks as the product does.

`make check-wheel-test` builds it, and installs it with its locked packages into an environment of its own.
"""

import os
import pwd
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from club_check.build import contents
from ingestion import __version__
from ingestion.operation.own_return import OwnReturn
from ingestion.operation.self_check import self_check
from ingestion.settings import PROJECT_ROOT
from ingestion.warehouse.programs import can_walk
from tests.support.child_returns import TABLES, write_return
from tests.support.returns import sample_return

BUILT = Path(os.environ.get("CLUB_CHECK", PROJECT_ROOT / "var" / "club-check"))
PYTHON = BUILT / "bin" / "python"
NOBODY = 65534
# Nobody may not walk into a checkout or a Python below root's home: this lets it read, and no more.
READS_EVERYTHING = "+dac_override,+dac_read_search"

pytestmark = pytest.mark.skipif(
    not PYTHON.exists(), reason=f"club-check is not installed in {BUILT}; `make check-wheel-test` does it"
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for everything that the distribution writes, which any account may enter."""
    home = tmp_path_factory.mktemp("home")
    for each in (home, *home.parents):
        if each.stat().st_uid == os.geteuid() and each != Path("/") and not each.stat().st_mode & 0o001:
            each.chmod(each.stat().st_mode | 0o011)
    home.chmod(0o777)
    return home


@pytest.fixture(scope="module")
def returns(home: Path) -> Path:
    """A return of children with findings in some of its rules, and a form without any."""
    folder = home / "returns"
    header = [*TABLES["header"], *(f"C{number},9,31/02/2016,WBRI,x,," for number in range(2, 9))]
    write_return(folder / "ssda903", header=header)
    for name, content in sample_return("solihull", "2006-07").files.items():
        (folder / "pss_ex1").mkdir(exist_ok=True)
        (folder / "pss_ex1" / name).write_bytes(content)
    return folder


YEARS = {"ssda903": "2025-26", "pss_ex1": "2006-07"}


@pytest.fixture(scope="module")
def found_by_the_product(returns: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the product finds in these returns, by their codes."""
    found = {}
    for return_code, year in YEARS.items():
        report = tmp_path_factory.mktemp("report")
        self_check(OwnReturn(return_code, (returns / return_code,), year, "solihull"), report, lambda _: None)
        found[return_code] = findings(report)
    return found


def arguments(returns: Path, return_code: str, report: Path) -> list[str]:
    folder, year = str(returns / return_code), YEARS[return_code]
    return [return_code, folder, "--authority", "solihull", "--year", year, "--report", str(report)]


def run(command: list[str], home: Path) -> subprocess.CompletedProcess[str]:
    surroundings = {"HOME": str(home), "XDG_CACHE_HOME": str(home / "cache"), "TMPDIR": str(home)}
    # Without PYTHONPATH, or the checkout would be taken for what is installed.
    inherited = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "COLUMNS")}
    return subprocess.run(command, env=inherited | surroundings, cwd=home, capture_output=True, text=True)


def findings(report: Path) -> str:
    (path,) = report.rglob("findings.csv")
    return path.read_text("utf-8-sig")


def test_the_wheel_holds_what_a_check_needs_and_nothing_else():
    (wheel,) = (BUILT / "dist").glob("club_check-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        requires = archive.read(f"club_check-{__version__}.dist-info/METADATA").decode()
    assert wheel.stat().st_size < 1_000_000
    assert "ingestion/shipped/warehouse.sql" in names
    assert "ingestion/shipped/expectations/ssda903/suite.yaml" in names
    rooms = {name.split("/")[1] for name in names if name.startswith("ingestion/")}
    assert not {"model", "templates", "retention.py"} & rooms
    assert {name.split("/")[0] for name in names} == {"ingestion", f"club_check-{__version__}.dist-info"}
    of_posix = [path for path in contents() if path.suffix in (".py", ".j2") and "%-d" in path.read_text("utf-8")]
    assert of_posix == []  # Windows has no format for a day without its zero
    strangers = ("migrations", "dbt_project/models", "great_expectations", "samples", "__pycache__", ".pyc")
    assert [name for name in names if any(word in name for word in strangers)] == []
    for heavy in ("airflow", "dbt", "great-expectations", "sqlalchemy", "alembic", "pandas", "weasyprint"):
        assert f"Requires-Dist: {heavy}" not in requires


@pytest.mark.parametrize(("return_code", "code"), [("ssda903", 1), ("pss_ex1", 0)])
def test_in_a_fresh_environment_it_finds_what_the_product_finds(
    return_code: str, code: int, returns: Path, home: Path, found_by_the_product: dict[str, str]
):
    report = home / return_code
    done = run([str(BUILT / "bin" / "club-check"), *arguments(returns, return_code, report)], home)
    assert done.returncode == code, done.stdout + done.stderr
    assert findings(report) == found_by_the_product[return_code]
    assert f"Open {report}" in done.stdout.replace("\n", "")
    assert [each.name for each in home.glob("club-check-*")] == []


def test_it_needs_nothing_that_windows_lacks(returns: Path, home: Path, found_by_the_product: dict[str, str]):
    """PostgreSQL refuses root, and without accounts there is no other to start it as: so this is nobody's."""
    as_nobody: list[str] = []
    if os.geteuid() == 0:
        if not shutil.which("setpriv"):
            pytest.skip("there is no setpriv, with which root becomes another account")
        if not can_walk(PYTHON.parent, pwd.getpwuid(NOBODY)):
            pytest.skip(f"nobody may not enter {BUILT}")
        as_nobody = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups",
                     f"--inh-caps={READS_EVERYTHING}", f"--ambient-caps={READS_EVERYTHING}"]  # fmt: skip
    script = str(Path(__file__).with_name("posix_free.py"))
    report = home / "without_posix"
    done = run([*as_nobody, str(PYTHON), script, *arguments(returns, "ssda903", report)], home)
    assert done.returncode == 1, done.stdout + done.stderr
    assert findings(report) == found_by_the_product["ssda903"]
    assert [each.name for each in home.glob("club-check-*")] == []
