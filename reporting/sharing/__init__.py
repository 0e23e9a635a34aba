"""The release: what may leave the club, as files to send out."""

from reporting.sharing.release import TABLES, write_release

__all__ = ["TABLES", "write_release"]
