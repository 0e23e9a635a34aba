"""A return as one XML file, child by child, in the structure of the DfE's form.

```
<SSDA903>
  <CHILD>
    <HEADER>
      <CHILDID/> <SEX/> <DOB/> <ETHNIC/> <UPN/> <MOTHER/> <MC_DOB/> <UASC/>
      <DUC/>                                                        of table uasc
      <IN_TOUCH/> <ACTIV/> <ACCOM/>                                 of table oc3
      <DATE_INT/> <DATE_MATCH/> <FOSTER_CARE/> <NB_ADOPTR/> ...     of table ad1
      <AREVIEW> <REVIEW/> <REVIEW_CODE/> </AREVIEW>                 a row of reviews
      <AMISSING> ... </AMISSING>                                    a row of missing
      <OC2> ... </OC2>                                              the row of oc2
      <PERMANENCE> ... </PERMANENCE>                                the row of prev_perm
      <AD_PLACED> ... </AD_PLACED>                                  a row of placed_adoption
      <SWEPISODE> ... </SWEPISODE>                                  a row of sw_episodes
      <ADOLO> ... </ADOLO>                                          a row of dolo
    </HEADER>
    <EPISODE> <DECOM/> <RNE/> <LS/> <CIN/> <PL/> ... </EPISODE>     a row of episodes
  </CHILD>
</SSDA903>
```

`UASC` is 1 for a child with a row in table uasc and 0 for all others. CHILD and DOB are there once, in HEADER, as
CHILDID and DOB; PLACE is named PL. Other elements are named as the columns, in capitals. An element is there and
empty where a cell is blank; the elements of uasc, oc3 and ad1 are there only where the child has a row there. The
sector's own validator reads such files; it knows no element for social workers and deprivation of liberty.
"""

from pathlib import Path
from xml.sax.saxutils import escape

from samples.ssda903.days import COLUMNS, Year
from samples.ssda903.habits import Habit, file_name
from samples.ssda903.returns import Rows

ELEMENTS = {
    "reviews": "AREVIEW", "missing": "AMISSING", "oc2": "OC2", "prev_perm": "PERMANENCE",
    "placed_adoption": "AD_PLACED", "sw_episodes": "SWEPISODE", "dolo": "ADOLO",
}  # fmt: skip
IN_HEADER = ("oc3", "ad1")
NAMES = {"child": "CHILDID", "place": "PL"}


class XmlReturn:
    """An open XML file, to be closed at the end."""

    def __init__(self, folder: Path, habit: Habit, year: Year) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._tables = year.tables
        self._path = folder / file_name(habit, "header", year)
        self._file = self._path.open("w", encoding="utf-8", newline="\n")
        self._file.write('<?xml version="1.0" encoding="utf-8"?>\n<SSDA903>\n')

    def add(self, rows: Rows) -> None:
        """Write one child's rows."""
        write = self._file.write
        write("<CHILD>\n<HEADER>")
        write(_elements("header", rows["header"][0]))
        uasc = rows.get("uasc", [])
        write(f"<UASC>{len(uasc)}</UASC>" + "".join(f"<DUC>{row[3]}</DUC>" for row in uasc))
        for table in IN_HEADER:
            write("".join(_elements(table, row, 2) for row in rows.get(table, [])))
        for table, name in ELEMENTS.items():
            if table in self._tables:
                write("".join(f"\n<{name}>{_elements(table, row, 2)}</{name}>" for row in rows.get(table, [])))
        write("</HEADER>\n")
        for row in rows.get("episodes", []):
            write(f"<EPISODE>{_elements('episodes', row, 1)}</EPISODE>\n")
        write("</CHILD>\n")

    def close(self) -> list[Path]:
        """Close the file and return its path."""
        self._file.write("</SSDA903>\n")
        self._file.close()
        return [self._path]


def _elements(table: str, row: list[str], skipped: int = 0) -> str:
    cells = zip(COLUMNS[table][skipped:], row[skipped:], strict=True)
    return "".join(_element(NAMES.get(column, column.upper()), cell) for column, cell in cells)


def _element(name: str, cell: str) -> str:
    return f"<{name}>{escape(cell)}</{name}>" if cell else f"<{name}/>"
