"""The spend table of one return: entries, the columns computed from them, and the sheet."""

from itertools import groupby
from string import ascii_uppercase

from samples.cost_levels import NET_ONLY
from samples.defects import Fault, defects_of
from samples.figures import Figures
from samples.form import Column, Form, ServiceLine, Term

LETTERS_ROW = 9
NET_COLUMN = "net_total_cost"

Amounts = dict[str, int]  # amount code to £ thousands; an empty cell has no entry
Rows = list[list[str]]


def spend_rows(form: Form, figures: Figures) -> Rows:
    """Return the spend sheet, every row as wide as the form."""
    width = form.columns[-1].number
    rows = _preface(form, width)
    amounts = amounts_by_line(form, figures)
    for section, lines in groupby(form.lines, key=lambda line: line.code.rstrip("0123456789")):
        members = list(lines)
        rows.append(_row(width, {1: f"{section}:", 2: _section_title(members)}))
        rows.extend(_line_row(form, line, amounts[line.code], width) for line in members)
        rows.append(_row(width, {}))
    if "spend" in form.name_cells:
        line_number, column_number = form.name_cells["spend"]
        rows[line_number - 1][column_number - 1] = figures.member.name
    return rows


def amounts_by_line(form: Form, figures: Figures) -> dict[str, Amounts]:
    """Return every line's figures by line code, faults included."""
    done: dict[str, Amounts] = {}
    for line in form.lines:
        done[line.code] = _amounts(form, figures, line, done)
    for fault in defects_of(figures.member.code, form.period, Fault.FACTOR):
        for line in form.lines:
            if line.service_code in fault.places:
                done[line.code] = {code: amount * int(fault.value) for code, amount in done[line.code].items()}
    return done


def _amounts(form: Form, figures: Figures, line: ServiceLine, done: dict[str, Amounts]) -> Amounts:
    service = line.service_code
    if service == "actual_total_net_cost_pre_frs17":
        (net_line,) = (other for other in form.lines if other.service_code == "actual_total_net_cost")
        return {NET_COLUMN: round(done[net_line.code][NET_COLUMN] * 0.985)}
    if service.startswith(NET_ONLY):
        net = _sum(line.terms, done, NET_COLUMN) if line.terms else figures.cost(service)
        return {NET_COLUMN: net}
    if line.terms:
        entered = {
            column.amount_code: _sum(line.terms, done, column.amount_code)
            for column in form.columns
            if not column.terms
        }
        _slip(figures, form.period, service, entered)
    else:
        entered = _entries(form, figures, service)
    return _compute(form.columns, entered)


def _sum(terms: tuple[Term, ...], done: dict[str, Amounts], amount_code: str) -> int:
    return sum(term.sign * done[term.name][amount_code] for term in terms)


def _slip(figures: Figures, period: str, service: str, entered: Amounts) -> None:
    for slip in defects_of(figures.member.code, period, Fault.SLIP):
        total, amount_code = slip.places
        if total == service:
            entered[amount_code] += int(slip.value)


def _entries(form: Form, figures: Figures, service: str) -> Amounts:
    """Return the entries made by hand, in the columns that the year's form has."""
    entries = figures.entries(service)
    columns = {column.amount_code for column in form.columns}
    if "grants_to_voluntary" in columns:
        entries["grants_to_voluntary"] = figures.grants(service)
        entries["provision_by_others"] -= entries["grants_to_voluntary"]
    return {code: amount for code, amount in entries.items() if code in columns}


def _compute(columns: tuple[Column, ...], entered: Amounts) -> Amounts:
    """Return the entries and the computed columns; every formula refers only to columns on its left."""
    by_letter: dict[str, int] = {}
    amounts: Amounts = {}
    for column in columns:
        amount = (
            sum(term.sign * by_letter[term.name] for term in column.terms)
            if column.terms
            else entered[column.amount_code]
        )
        amounts[column.amount_code] = by_letter[column.letter] = amount
    return amounts


def _preface(form: Form, width: int) -> Rows:
    headings = {column.number: column.amount_code.replace("_", " ") for column in form.columns}
    rows = [_row(width, {1: _title(form.period)})]
    rows += [_row(width, {}) for _ in range(LETTERS_ROW - 3)]
    rows.append(_row(width, {1: "Service"} | headings))
    letters = {column.number: _letter_and_formula(column) for column in form.columns if column.letter}
    rows.append(_row(width, {1: "col A", 2: "col B"} | letters))
    return rows


def _title(period: str) -> str:
    if period == "2007-08":
        return f"SOCIAL CARE EXPENDITURE IN {period} INCLUDING SSMSS COSTS"
    if period == "2000-01":
        return "PSS EXPENDITURE IN 2000-2001 INCL SSMSS COSTS ALLOCATED TO SERVICE LINES ON A PRO-RATA BASIS"
    return (
        f"PSS EXPENDITURE IN {period} INCL SSMSS COSTS ALLOCATED TO SERVICE LINES"
        " ON A PRO-RATA BASIS (Incl SSMSS Sheet)"
    )


def _letter_and_formula(column: Column) -> str:
    """Write `col E = C - D`, or a sum of three or more neighbours as `col P = (L to O)`."""
    if not column.formula:
        return f"col {column.letter}"
    letters = "".join(term.name for term in column.terms)
    if len(letters) >= 3 and letters in ascii_uppercase and "-" not in column.formula:
        return f"col {column.letter} = ({letters[0]} to {letters[-1]})"
    return f"col {column.letter} = {column.formula}"


def _section_title(lines: list[ServiceLine]) -> str:
    """Title a section by the name of its first total."""
    totals = (line.service_code for line in lines if line.service_code.startswith("total_"))
    return next(totals, "").removeprefix("total_").replace("_", " ").capitalize()


def _line_row(form: Form, line: ServiceLine, amounts: Amounts, width: int) -> list[str]:
    figures = {
        column.number: str(amounts[column.amount_code]) for column in form.columns if column.amount_code in amounts
    }
    return _row(width, {1: line.code, 2: line.label} | figures)


def _row(width: int, cells: dict[int, str]) -> list[str]:
    return [cells.get(number, "") for number in range(1, width + 1)]
