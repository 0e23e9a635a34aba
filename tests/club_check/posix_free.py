"""Run `club-check` as on a system without what only POSIX has: accounts, locks, limits, copies, owners, links.

A stand-in for Windows, where no test of ours runs. What others have written is imported before: it has code of its
own for Windows, which would be chosen by the same names.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from types import ModuleType

import psutil
import psycopg
import typer
import upath
from rich import console

USED_BEFORE = (shutil, subprocess, tempfile, psutil, psycopg, typer, upath, console)


def refuse(*_: object, **__: object) -> None:
    raise OSError("A required privilege is not held by the client")


for name in ("fcntl", "grp", "pwd", "resource"):
    sys.modules[name] = None  # type: ignore[assignment]
locks = ModuleType("msvcrt")
locks.LK_NBLCK = 2
locks.locking = lambda descriptor, mode, size: None
sys.modules["msvcrt"] = locks
for name in ("fork", "geteuid", "getuid", "chown", "fchown", "fchmod", "sysconf", "pidfd_open"):
    delattr(os, name)
for name in ("SIGHUP", "SIGQUIT", "SIGALRM", "alarm"):
    delattr(signal, name)
os.symlink = refuse

from ingestion.cli.check_alone import main  # noqa: E402

main()
