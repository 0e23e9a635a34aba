"""The ways in which authorities' systems write the return: one file per table, one XML file, or one workbook."""

from dataclasses import dataclass
from enum import Enum

from samples.ssda903.days import Year


class Form(Enum):
    """The file format of the return."""

    CSV = "csv"
    XML = "xml"
    WORKBOOK = "xlsx"


@dataclass(frozen=True)
class Habit:
    """An authority's way of writing files; `name` takes the table, the guide's name of it, number and period."""

    name: str = "{table}.csv"
    form: Form = Form.CSV
    capitals: bool = True  # in the headings
    encoding: str = "utf-8"
    line_end: str = "\n"
    all_quoted: bool = False
    asylum_flag: bool = False  # a column UASC in the file of table uasc: 1 in every row


GUIDE_NAMES = {
    "header": "Header", "episodes": "Episodes", "reviews": "Reviews", "uasc": "UASC", "oc2": "OC2", "oc3": "OC3",
    "ad1": "AD1", "placed_adoption": "PlacedAdoption", "prev_perm": "PrevPerm", "missing": "Missing",
    "sw_episodes": "SWEpisodes", "dolo": "DoLo",
}  # fmt: skip

WITH_BYTE_ORDER_MARK, WESTERN = "utf-8-sig", "latin-1"
HABITS = {
    "coventry": Habit("ssda903_{table}.csv", capitals=False),
    "dudley": Habit("Dudley 903 {guide} {period}.csv", encoding=WITH_BYTE_ORDER_MARK, line_end="\r\n"),
    "herefordshire": Habit("SSDA903 {period}.xlsx", Form.WORKBOOK),
    "sandwell": Habit("{guide}.CSV", encoding=WESTERN, line_end="\r\n"),
    "shropshire": Habit("{guide}_{period}.csv", all_quoted=True),
    "solihull": Habit("CLA-{table}.csv", capitals=False, line_end="\r\n"),
    "staffordshire": Habit("SSDA903_{period}.xml", Form.XML),
    "stoke-on-trent": Habit("{number:02}_{guide}.csv"),
    "warwickshire": Habit("Warwickshire-{guide}-export.csv", capitals=False, all_quoted=True),
    "worcestershire": Habit("903{guide}.csv", line_end="\r\n", asylum_flag=True),
}
USUAL = Habit("{table}.csv")


def habit_of(authority: str) -> Habit:
    """Return the habit of an authority, the same in every year."""
    return HABITS.get(authority, USUAL)


def file_name(habit: Habit, table: str, year: Year) -> str:
    """Return the name of a table's file; the same for every table where all of them are in one file."""
    return habit.name.format(
        table=table, guide=GUIDE_NAMES[table], period=year.period, number=list(GUIDE_NAMES).index(table) + 1
    )
