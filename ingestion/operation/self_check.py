"""An authority checks its own files on its own machine: a throwaway database, nothing leaves the machine."""

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from ingestion.authorities import find_authority, nearest_authority
from ingestion.check import check
from ingestion.collect import collect
from ingestion.database.connection import Role, connect
from ingestion.database.migrate import migrate
from ingestion.database.server import EmbeddedServer
from ingestion.decide import decide
from ingestion.errors import ClubError
from ingestion.feedback.report import write_feedback
from ingestion.modelling import prepare_crosswalk
from ingestion.returns.catalogue import find_return
from ingestion.settings import Settings


@dataclass(frozen=True)
class SelfCheckFinding:
    """One finding as it is shown on the screen."""

    rule_code: str
    severity: str
    message: str


@dataclass(frozen=True)
class SelfCheck:
    """The outcome: what was found and what would become of the return."""

    state: str
    findings: tuple[SelfCheckFinding, ...]

    @property
    def is_unreadable(self) -> bool:
        """Whether a file could not be taken in at all."""
        return any(finding.rule_code.startswith("intake.") for finding in self.findings)


def self_check(
    return_code: str, paths: list[Path], authority_name: str, period_code: str, report: Path | None
) -> SelfCheck:
    """Check these files as the return of one authority and year.

    Raises:
        ClubError: a path does not exist, or the return or authority is unknown.
    """
    find_return(return_code)
    authority = find_authority(authority_name)
    if authority is None:
        raise ClubError(
            f"There is no authority '{authority_name}'; "
            f"the nearest known code is '{nearest_authority(authority_name)}'."
        )
    with tempfile.TemporaryDirectory(prefix="club-check-") as folder:
        home = Path(folder)
        home.chmod(0o755)  # the database runs as a user of its own
        _deliver(paths, home / "landing" / authority.code / return_code / period_code)
        settings = Settings(home=home, landing_zone=str(home / "landing"), warehouse_url=None)
        server = EmbeddedServer(settings)
        server.start()
        try:
            return _run(settings, return_code, authority.code, report)
        finally:
            server.stop()


def _deliver(paths: list[Path], folder: Path) -> None:
    folder.mkdir(parents=True)
    for path in paths:
        if not path.is_file():
            raise ClubError(f"There is no file {path}.")
        shutil.copy2(path, folder / path.name)


def _run(settings: Settings, return_code: str, authority: str, report: Path | None) -> SelfCheck:
    migrate(settings)
    prepare_crosswalk(settings)
    collect(settings, return_code, authority)
    check(settings, return_code)
    (verdict,) = decide(settings, return_code)
    if report:
        write_feedback(settings)
        shutil.copytree(settings.outbox / authority, report, dirs_exist_ok=True)
    with connect(settings, Role.LOADER) as connection:
        rows = connection.execute(
            "select rule_code, severity, message from ledger.finding order by severity, finding_id"
        ).fetchall()
    return SelfCheck(verdict.state.value, tuple(SelfCheckFinding(*row) for row in rows))
