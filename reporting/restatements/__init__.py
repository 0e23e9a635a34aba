"""Figures that moved: as a table on the screen, as a page and as a file."""

from reporting.restatements.page import write_restatement_report
from reporting.restatements.rows import restatement_table

__all__ = ["restatement_table", "write_restatement_report"]
