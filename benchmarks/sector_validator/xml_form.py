"""Write a return of CSV files as the one XML file of the same year, as far as that form can hold it.

Children without a header have no place in it. Each row begins a line of its own; `places.json` beside it lists
the rows with their lines and children, in the order in which a reader meets them.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from random import Random

from benchmarks.sector_validator.variations import COLUMNS, SEED, Tables, read_return
from samples.ssda903.days import COLUMNS as OWN_COLUMNS
from samples.ssda903.days import Year
from samples.ssda903.habits import Form, Habit
from samples.ssda903.returns import Rows
from samples.ssda903.xml_file import ELEMENTS, XmlReturn

PLACES = "places.json"
NAME = "return.xml"
#: Tables whose only row per child is in its header, and the element that shows the row is there.
IN_HEADER = {"uasc": "UASC", "oc3": "IN_TOUCH", "ad1": "DATE_INT"}
#: Flags that replace the right 0 or 1 of the asylum status for a twelfth of the children.
FLAGS = ("<UASC>0</UASC>", "<UASC>1</UASC>", "<UASC>2</UASC>", "<UASC/>", "", "<UASC/><DUC>01/09/2025</DUC>")

Place = tuple[str, int, str]  # table, line, child


def write_xml(source: Path, folder: Path, period: str) -> Path:
    """Write a folder's return as XML into another, with some wrong flags of asylum seekers; return the latter."""
    random = Random(f"{SEED} xml {period}")  # noqa: S311
    folder.mkdir(parents=True)
    file = XmlReturn(folder, Habit(NAME, Form.XML), Year(int(period[:4])))
    for rows in _children(read_return(source)):
        file.add(rows)
    (path,) = file.close()
    lines = [_said(line, random) for line in path.read_text(encoding="utf-8").split("\n")]
    path.write_text("\n".join(lines), encoding="utf-8", newline="\n")
    (folder / PLACES).write_text(json.dumps(list(_places(lines))), encoding="utf-8")
    return folder


def read_places(folder: Path) -> list[Place]:
    """Read the places of the rows of the XML file in a folder."""
    return [(table, line, child) for table, line, child in json.loads((folder / PLACES).read_text("utf-8"))]


def _children(tables: Tables) -> Iterator[Rows]:
    """Yield the rows of each child in the header; of tables in the header, the form holds one row per child."""
    by_child: dict[str, Rows] = defaultdict(dict)
    for table, rows in tables.items():
        assert COLUMNS[table] == OWN_COLUMNS[table]
        for row in rows:
            by_child[row["child"]].setdefault(table, []).append([row[column] for column in COLUMNS[table]])
    for rows in by_child.values():
        if "header" in rows:
            yield rows | {table: rows[table][:1] for table in IN_HEADER if table in rows}


def _said(line: str, random: Random) -> str:
    """Return the line of a header, now and then with another flag; the day of ceasing that follows it stays."""
    if not line.startswith("<HEADER>") or random.random() > 1 / 12:
        return line
    return re.sub("<UASC>[01]</UASC>", random.choice(FLAGS), line)


def _places(lines: list[str]) -> Iterator[Place]:
    """Yield the rows; one in the header counts for the sector's validator when its first element is there."""
    groups = {f"<{name}>": table for table, name in ELEMENTS.items()} | {"<EPISODE>": "episodes"}
    child = ""
    for number, line in enumerate(lines, start=1):
        if line.startswith("<HEADER>"):
            child = "".join(re.findall("<CHILDID>(.*?)</CHILDID>", line))
            yield "header", number, child
            for table, name in IN_HEADER.items():
                if f"<{name}>" in line:
                    yield table, number, child
        elif (found := re.match("<[A-Z0-9_]+>", line)) and (table := groups.get(found[0])):
            yield table, number, child
