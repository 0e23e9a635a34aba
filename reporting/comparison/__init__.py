"""The comparison of the members, theme by theme: as a table on the screen and as a page."""

from reporting.comparison.page import write_comparison_page
from reporting.comparison.table import comparison_tables

__all__ = ["comparison_tables", "write_comparison_page"]
