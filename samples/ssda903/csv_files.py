"""A return as CSV files, one per table, written row by row."""

import csv
from pathlib import Path

from samples.ssda903.days import COLUMNS, Year
from samples.ssda903.habits import Habit, file_name
from samples.ssda903.returns import Rows


class CsvReturn:
    """A set of open files, to be closed at the end."""

    def __init__(self, folder: Path, habit: Habit, year: Year) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.paths = [folder / file_name(habit, table, year) for table in year.tables]
        self._files = [path.open("w", encoding=habit.encoding, newline="") for path in self.paths]
        self._writers = {
            table: csv.writer(
                file,
                lineterminator=habit.line_end,
                quoting=csv.QUOTE_ALL if habit.all_quoted else csv.QUOTE_MINIMAL,
            )
            for table, file in zip(year.tables, self._files, strict=True)
        }
        self._asylum_flag = habit.asylum_flag
        for table, writer in self._writers.items():
            names = (*COLUMNS[table], "uasc") if self._is_flagged(table) else COLUMNS[table]
            writer.writerow([name.upper() for name in names] if habit.capitals else names)

    def add(self, rows: Rows) -> None:
        """Write one child's rows."""
        for table, found in rows.items():
            if table in self._writers:
                self._writers[table].writerows([*row, "1"] if self._is_flagged(table) else row for row in found)

    def _is_flagged(self, table: str) -> bool:
        return self._asylum_flag and table == "uasc"

    def close(self) -> list[Path]:
        """Close the files and return their paths."""
        for file in self._files:
            file.close()
        return self.paths
