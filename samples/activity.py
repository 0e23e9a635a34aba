"""The activity table of one return: every item of the year's form with its figure."""

from itertools import groupby

from samples.defects import Fault, defects_of
from samples.figures import Figures
from samples.form import Form, Item

WIDTH = 6
ITEMS_ROW = 12

# The heading of a run of items, by the start of their codes; the first that fits counts.
HEADINGS = {
    "weeks_supported": "Supported residents",
    "weeks_former": "Former preserved rights",
    "weeks_full_cost": "Residents paying in full",
    "weeks_section": "Residents paid for by the health service",
    "weeks_preserved": "Preserved rights",
    "weeks_": "Weeks in homes",
    "days_short_term": "Short breaks",
    "days_": "Days of children looked after",
    "children_": "Children's services",
    "hh1_": "Home help, sample week",
    "home_care_hours": "Home care, whole year",
    "rap_": "Contacts and reviews",
    "assessed_": "Assessments",
    "clients_": "People receiving services",
    "meals_": "Meals",
    "day_care_": "Day care",
    "referrals_": "Referrals",
    "reviews_": "Reviews",
    "direct_payments_": "Direct payments",
}


def activity_rows(form: Form, figures: Figures) -> list[list[str]]:
    """Return the activity sheet, every row six cells wide."""
    rows = _preface(form, figures.member.name)
    for heading, items in groupby(form.items, key=_heading):
        rows.append(_row(heading))
        rows.extend(_row(_as_typed(item.label), _figure(form, figures, item)) for item in items)
    return rows


def _figure(form: Form, figures: Figures, item: Item) -> str:
    for fault in defects_of(figures.member.code, form.period, Fault.TEXT):
        if item.item_code in fault.places:
            return fault.value
    return str(figures.quantity(item.item_code))


def _preface(form: Form, name: str) -> list[list[str]]:
    rows = [_row() for _ in range(ITEMS_ROW - 1)]
    rows[0] = _row(f"PSS EX1 Return for {form.period}")
    rows[1] = _row("Data item description", "Data item data", "Averaged", "Adjusted", "Where used")
    line_number, column_number = form.name_cells.get("activity", (0, 0))
    if (line_number, column_number) == (1, 1):  # the first year's form has the name in its title
        rows[0] = _row(f"PSS EX1 Return for 2000-2001   {name}")
    elif line_number:
        rows[line_number - 1][column_number - 1] = name
    return rows


def _heading(item: Item) -> str:
    return next(heading for start, heading in HEADINGS.items() if item.item_code.startswith(start))


def _as_typed(label: str) -> str:
    return label[:1].upper() + label[1:]


def _row(*cells: str) -> list[str]:
    return [*cells, *[""] * (WIDTH - len(cells))]
